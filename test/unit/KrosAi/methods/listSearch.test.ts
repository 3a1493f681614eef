import { NodeApiError } from 'n8n-workflow';
import {
	searchEndpoints,
	searchPhoneNumberIds,
	searchPhoneNumbers,
} from '../../../../nodes/KrosAi/methods/listSearch';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { PAGE, refusal } from '../../../support/exchanges';
import { type Credential, credentialFor, loadOptionsContext } from '../../../support/n8n';

useSimulator();
afterEach(() => jest.restoreAllMocks());

const context = (credential: Partial<Credential> = {}) =>
	loadOptionsContext({ ...credentialFor(simulator), ...credential });
const numbers = async (filter?: string, token?: string) =>
	await searchPhoneNumbers.call(context(), filter, token);
const endpoints = async (filter?: string, token?: string) =>
	await searchEndpoints.call(context(), filter, token);
const names = ({ results }: { results: Array<{ name: string }> }) =>
	results.map(({ name }) => name);

async function failureOf(search: Promise<unknown>): Promise<NodeApiError> {
	const thrown = await search.then(
		() => undefined,
		(error: unknown) => error,
	);
	if (thrown instanceof NodeApiError) return thrown;
	throw new Error(`No NodeApiError but ${String(thrown)}`);
}

describe('From Number shows', () => {
	it.each(['number', 'e164'] as const)(
		'each number as people write it, with its country and what is amiss with it (%s)',
		async (numberField) => {
			simulator.set({ numberField });
			expect(await numbers()).toEqual({
				results: [
					{ name: '+234 801 234 5678 (NG)', value: '+2348012345678' },
					{ name: '+1 415 555 0100 (US)', value: '+14155550100' },
					{ name: '+44 20 7946 0100 (GB) – outbound calls off', value: '+442079460100' },
					{ name: '+1 415 555 0101 (US) – inactive', value: '+14155550101' },
				],
			});
		},
	);

	it('a number that may not call out and is suspended, with both marks', async () => {
		simulator.set({
			phoneNumbers: [
				{ id: 'pn_1', number: '+14155550100', allow_outbound: false, status: 'suspended' },
			],
		});
		expect(names(await numbers())).toEqual([
			'+1 415 555 0100 (US) – outbound calls off – suspended',
		]);
	});

	it('a number of which nothing is said but itself', async () => {
		simulator.fault({
			kind: 'status',
			status: 200,
			body: { data: [{ phone_number: '+14155550100' }, { id: 'pn_2' }, { number: 7 }], total: 3 },
		});
		expect(await numbers()).toEqual({
			results: [{ name: '+1 415 555 0100', value: '+14155550100' }],
		});
	});
});

describe('Endpoint shows', () => {
	it('each agent with its provider, or its type where it names none', async () => {
		expect(await endpoints()).toEqual({
			results: [
				{ name: 'Support Agent (elevenlabs)', value: 'ep_abc123' },
				{ name: 'Sales Agent (vapi)', value: 'ep_def456' },
				{ name: 'Retired Agent (retell) – inactive', value: 'ep_ghi789' },
			],
		});
	});

	it('that an agent does not work', async () => {
		simulator.set({ endpoints: [{ id: 'ep_1', name: 'Agent', status: 'error' }] });
		expect(await endpoints()).toEqual({
			results: [{ name: 'Agent (elevenlabs) – error', value: 'ep_1' }],
		});
	});

	it('an agent without a name by its ID', async () => {
		simulator.fault({
			kind: 'status',
			status: 200,
			body: {
				endpoints: [
					{ id: 7, provider_config: null },
					{ id: 'ep_2', type: 'webhook' },
					{ name: 'x' },
				],
			},
		});
		expect(await endpoints()).toEqual({
			results: [
				{ name: '7', value: 7 },
				{ name: 'ep_2 (webhook)', value: 'ep_2' },
			],
		});
	});
});

describe('a search', () => {
	it.each([
		['support', ['Support Agent (elevenlabs)']],
		[
			'  AGENT ',
			['Support Agent (elevenlabs)', 'Sales Agent (vapi)', 'Retired Agent (retell) – inactive'],
		],
		['vapi', ['Sales Agent (vapi)']],
		['ep_ghi', ['Retired Agent (retell) – inactive']],
		['inactive', ['Retired Agent (retell) – inactive']],
		['Zoe', []],
	])('finds agents by text: %p', async (filter, found) => {
		expect(names(await endpoints(filter))).toEqual(found);
	});

	it.each([
		'+2348012345678',
		'+234 801 234 5678',
		'234-801-234',
		'(801) 234.56',
		'8012345',
		'0801 234 5678',
		'00234 801',
		'NG',
		'(ng)',
	])('finds a number by %p', async (filter) => {
		expect(names(await numbers(filter))).toEqual(['+234 801 234 5678 (NG)']);
	});

	it.each(['0', '00'])('hides no number while its prefix is typed: %p', async (filter) => {
		expect((await numbers(filter)).results).toHaveLength(4);
	});

	it('does not take the digits of a text for a number', async () => {
		expect(names(await numbers('room 801'))).toEqual([]);
	});

	it.each(['', '  ', undefined])('shows everything for %p', async (filter) => {
		expect((await numbers(filter)).results).toHaveLength(4);
	});
});

describe('more entries than a page holds', () => {
	const many = (count: number) =>
		Array.from({ length: count }, (_, index) => ({
			id: `ep_${index}`,
			name: `Agent ${String(index).padStart(3, '0')}`,
		}));

	it.each(['offset', 'hasMore'] as const)(
		'all come, page by page, as n8n asks for them (%s)',
		async (pagingStyle) => {
			simulator.set({ pagingStyle, mostPerPage: 60, numbersAsText: true, endpoints: many(250) });
			const values: unknown[] = [];
			let token: string | undefined;
			do {
				const result = await endpoints(undefined, token);
				values.push(...result.results.map(({ value }) => value));
				token = result.paginationToken as string | undefined;
			} while (token && values.length < 1000);
			expect(values).toEqual(many(250).map(({ id }) => id));
		},
	);

	it('a search looks beyond the first page', async () => {
		simulator.set({ endpoints: many(250) });
		expect(await endpoints('Agent 249')).toEqual({
			results: [{ name: 'Agent 249 (elevenlabs)', value: 'ep_249' }],
		});
	});

	it('a search that has found enough leaves the rest for later', async () => {
		simulator.set({ endpoints: many(250) });
		const { results, paginationToken } = await endpoints('Agent 0');
		expect(results).toHaveLength(100);
		expect(simulator.requests).toHaveLength(1);
		expect(paginationToken).toEqual(expect.any(String));
	});

	it.each(['ignored', 'endless'] as const)(
		'what there is no way to is said once what there is has been shown (%s)',
		async (pagingStyle) => {
			simulator.set({ pagingStyle, endpoints: many(250) });
			expect((await failureOf(endpoints('Agent 249'))).message).toMatch(/gave 100 entries/);
			const shown = await endpoints('Agent 042');
			expect(names(shown)).toEqual(['Agent 042 (elevenlabs)']);
			const error = await failureOf(endpoints('Agent 042', shown.paginationToken as string));
			expect(error.message).toContain("it isn't known whether that is all");
			expect(error.description).toMatch(/by hand/);
		},
	);
});

describe('a list that cannot be had says why', () => {
	it.each([
		['numbers:read', async () => await searchPhoneNumbers.call(context(CALLS_ONLY))],
		['endpoints:read', async () => await searchEndpoints.call(context(CALLS_ONLY))],
	])('the scope %s is missing', async (scope, search) => {
		const error = await failureOf(search());
		expect(error.httpCode).toBe('403');
		expect(error.message).toContain('not allowed');
		expect(error.description).toContain(`scope ${scope}`);
		expect(error.description).toContain('by hand');
	});
	const CALLS_ONLY = { apiKey: 'kros_test_calls_only' };

	it.each<[string, number, string | object, RegExp, RegExp]>([
		['a page', 200, PAGE, /web page/, /Base URL/],
		['an expired key', 403, refusal('KEY_EXPIRED'), /expired/, /Create a new key/],
		['500', 500, { error: 'No' }, /trouble/, /status/],
	])('%s', async (_, status, body, says, advises) => {
		simulator.fault({
			kind: 'status',
			status,
			body: body as string | Record<string, unknown>,
			times: 2,
		});
		const error = await failureOf(endpoints());
		expect(error.message).toMatch(says);
		expect(error.description).toMatch(advises);
	});

	it('there is no answer, after ten seconds at most', async () => {
		const timeouts: unknown[] = [];
		const { helpers, ...others } = context();
		const error = await failureOf(
			searchEndpoints.call({
				...others,
				helpers: {
					...helpers,
					httpRequestWithAuthentication: async (_type: string, options: { timeout: number }) => {
						timeouts.push(options.timeout);
						const now = performance.now();
						jest.spyOn(performance, 'now').mockReturnValue(now + options.timeout);
						throw Object.assign(new Error('timeout'), { code: 'ECONNABORTED' });
					},
				},
			} as never),
		);
		expect(error.message).toContain('did not answer in time');
		// n8n's own limit comes after the node's.
		expect(timeouts).toEqual([20_000]);
	});
});

describe('Phone Number shows', () => {
	const ids = async (filter?: string) => await searchPhoneNumberIds.call(context(), filter);

	it('the same numbers, chosen by their ids', async () => {
		expect((await ids()).results.slice(0, 2)).toEqual([
			{ name: '+234 801 234 5678 (NG)', value: 'pn_abc123' },
			{ name: '+1 415 555 0100 (US)', value: 'pn_def456' },
		]);
		expect((await ids('pn_def')).results).toHaveLength(1);
		expect((await ids('415 555 0100')).results).toHaveLength(1);
	});

	it('no entry that has no id, or no number', async () => {
		const body = {
			phone_numbers: [
				{ number: '+14155550100' },
				{ id: null, number: '+14155550100' },
				{ id: 'pn_1' },
				{ id: 7, number: '+14155550101' },
			],
		};
		simulator.fault({ kind: 'status', status: 200, body });
		expect((await ids()).results).toEqual([{ name: '+1 415 555 0101', value: 7 }]);
	});
});
