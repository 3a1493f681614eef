import type { IDataObject, INode } from 'n8n-workflow';
import { setClock, SLOWEST, withEachCall } from '../support/clocks';
import { contacts, useEngine } from './setup';
import { callWorkflow, outputJson } from './workflow';

const { engine, simulator, credential } = useEngine();
afterEach(() => jest.restoreAllMocks());

const run = async (rows: IDataObject[], settings: Partial<INode>, parameters: IDataObject = {}) =>
	await engine().run(callWorkflow(rows, { settings, parameters }), { credential: credential() });

const BAD_ROWS = [
	{ name: 'Ada', phone: '+14155550100' },
	{ name: 'Ben', phone: '08012345678' },
	{ name: 'Cy', phone: '+14155550102' },
	{ name: 'Di', phone: '' },
];

const LOCAL_NUMBER = {
	message: expect.stringContaining('"08012345678" in To Number'),
	error: {
		code: 'INVALID_PHONE_NUMBER',
		httpCode: null,
		field: 'to_number',
		value: '08012345678',
		placed: 'no',
		description: expect.stringContaining('Default Country'),
	},
};

describe('On Error: Stop Workflow', () => {
	it('checks all contacts before the first call, and lists every bad row', async () => {
		const result = await run(BAD_ROWS, { onError: 'stopWorkflow' });
		expect(simulator().requests).toEqual([]);
		const error = result.data.resultData.error!;
		expect(error.message).toContain('2 of 4 contacts');
		expect(error.message).toMatch(/"08012345678" in To Number.*\(row 2, item 1\)/);
		expect(error.message).toMatch(/To Number is empty.*\(row 4, item 3\)/);
	});

	it('ends at the first call that KrosAI refuses, and names the calls already placed', async () => {
		simulator().fault({
			kind: 'status',
			status: 400,
			accepting: 'before',
			toNumber: '+14155550102',
			body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
		});
		setClock(new Date().toISOString(), withEachCall(simulator()));
		const result = await run(contacts(5), { onError: 'stopWorkflow' }, { options: SLOWEST });
		expect(simulator().called()).toEqual(['+14155550100', '+14155550101']);
		const error = result.data.resultData.error!;
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: '400',
			message: 'Call to +14155550102: The KrosAI balance is too low to place the call',
			context: {
				itemIndex: 2,
				code: 'INSUFFICIENT_BALANCE',
				placed: 'no',
				placedCalls: simulator().calls.map((call, itemIndex) => ({
					itemIndex,
					call_id: call.id,
					to_number: call.to_number,
				})),
			},
		});
		for (const call of simulator().calls) expect(error.description).toContain(call.id);
	});
});

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
	'On Error: %s',
	(onError) => {
		const failedOutput = onError === 'continueErrorOutput' ? 1 : 0;

		it('lets every contact leave exactly once, as a call or as a failure of the agreed shape', async () => {
			const result = await run(BAD_ROWS, { onError });
			expect(simulator().called()).toEqual(['+14155550100', '+14155550102']);
			const out = [...outputJson(result, 'KrosAI', 0), ...outputJson(result, 'KrosAI', 1)];
			expect(out).toHaveLength(4);
			const failed = outputJson(result, 'KrosAI', failedOutput).filter((json) => 'error' in json);
			const row = onError === 'continueErrorOutput' ? BAD_ROWS[1] : {};
			expect(failed[0]).toEqual({ ...row, ...LOCAL_NUMBER });
			expect(failed[1]).toMatchObject({ error: { code: 'MISSING_FIELDS', field: 'to_number' } });
		});

		it("goes on after KrosAI's refusal and after a call that can't be known", async () => {
			simulator().fault({ kind: 'dropAfter', toNumber: '+14155550101' });
			simulator().script('+14155550103', 'busy');
			simulator().fault({
				kind: 'status',
				status: 404,
				accepting: 'before',
				toNumber: '+14155550102',
				body: { error: 'No such endpoint', code: 'ENDPOINT_NOT_FOUND' },
			});
			const options = { lookUpUnknownCalls: 'off' };
			const result = await run(contacts(4), { onError }, { options });
			expect(simulator().called()).toEqual(['+14155550100', '+14155550101', '+14155550103']);
			const failed = outputJson(result, 'KrosAI', failedOutput).filter((json) => 'error' in json);
			expect(failed.map((json) => json.error)).toEqual([
				expect.objectContaining({ code: 'NETWORK', httpCode: null, placed: 'unknown' }),
				expect.objectContaining({
					code: 'ENDPOINT_NOT_FOUND',
					httpCode: 404,
					field: 'endpoint_id',
					value: 'ep_abc123',
					placed: 'no',
				}),
			]);
			expect(failed[0]!.message).toContain('+14155550101');
		});

		it('tries no further call once the key was refused', async () => {
			const { baseUrl } = credential();
			// The answer comes before the next may start.
			const parameters = { options: SLOWEST };
			const workflow = callWorkflow(contacts(3), { settings: { onError }, parameters });
			const result = await engine().run(workflow, {
				credential: { apiKey: 'kros_live_wrong_key', baseUrl },
			});
			expect(simulator().requests).toHaveLength(1);
			const failed = outputJson(result, 'KrosAI', failedOutput);
			expect(failed).toHaveLength(3);
			for (const { error } of failed) expect(error).toMatchObject({ httpCode: 401, placed: 'no' });
			expect(JSON.stringify(result)).not.toContain('kros_live_wrong_key');
		});

		it('makes an expression that fails for one contact the failure of that contact', async () => {
			const result = await run(
				contacts(2),
				{ onError },
				{
					toNumber: '={{ $itemIndex === 0 ? $json.phone : $("Nowhere").item.json.phone }}',
				},
			);
			expect(simulator().called()).toEqual(['+14155550100']);
			expect(outputJson(result, 'KrosAI', failedOutput).at(-1)).toMatchObject({
				error: { code: 'INVALID_PARAMETER', placed: 'no' },
			});
		});
	},
);

describe('an option that cannot be evaluated for the first contact', () => {
	const rows = contacts(3).map((row, index) => ({ ...row, ...(index > 0 && { country: 'US' }) }));
	const options = {
		lookUpUnknownCalls: 'byKey',
		pollSeconds: 1,
		defaultCountry: "={{ $json.country ?? $('Nowhere').first().json.country }}",
	};

	it.each(['initiate', 'initiateAndWait'])(
		'is the fault of that contact alone, and the others keep the options of the list: %s',
		async (operation) => {
			simulator().set({ speed: 100 });
			const settings = { onError: 'continueErrorOutput' as const };
			const result = await run(rows, settings, { operation, options });
			expect(outputJson(result, 'Failed')).toMatchObject([
				{ phone: '+14155550100', error: { code: 'INVALID_PARAMETER', placed: 'no' } },
			]);
			const placed = ['+14155550101', '+14155550102'];
			expect(outputJson(result, 'Placed')).toMatchObject(
				placed.map((to_number) => ({ to_number })),
			);
			expect(simulator().called()).toEqual(placed);
			const keys = simulator().calls.map(({ metadata }) => metadata.n8n_look_up_key);
			expect(keys).toEqual([expect.any(String), expect.any(String)]);
		},
	);
});
