import type { ICredentialTestFunctions } from 'n8n-workflow';
import { krosAiApiTest } from '../../../../nodes/KrosAi/methods/credentialTest';
import { type Simulator, startSimulator } from '../../../../simulator';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { PAGE, refusal } from '../../../support/exchanges';
import { type Credential, credentialFor, credentialTestHelpers } from '../../../support/n8n';

useSimulator();

const context = { helpers: credentialTestHelpers } as unknown as ICredentialTestFunctions;
const SAVED = { id: '1', name: 'KrosAI', type: 'krosAiApi' };
const test = async (credential: Partial<Credential & { webhookSecret: string }> = {}) =>
	await krosAiApiTest.call(context, {
		...SAVED,
		data: { ...credentialFor(simulator), ...credential },
	});

const CONNECTED = { status: 'OK', message: 'Connected to KrosAI' };
const refused = (says: RegExp) => ({ status: 'Error', message: expect.stringMatching(says) });

describe('is accepted', () => {
	it('with a good key, of which both lists are read and no call placed', async () => {
		expect(await test()).toEqual(CONNECTED);
		expect(simulator.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			'GET /v1/phone-numbers',
			'GET /v1/endpoints',
		]);
	});

	it.each(['', ' ', 'whsec_0123456789abcdef\n'])(
		'with the signing secret %j',
		async (webhookSecret) => {
			expect(await test({ webhookSecret })).toEqual(CONNECTED);
		},
	);

	it('where a list can not be read to its end', async () => {
		simulator.set({ pagingStyle: 'endless', phoneNumbers: [], endpoints: [] });
		expect(await test()).toEqual(CONNECTED);
	});

	it('without the scope of either list, and says which stay empty', async () => {
		const { status, message } = await test({ apiKey: 'kros_test_calls_only' });
		expect(status).toBe('OK');
		expect(message).toContain('lacks numbers:read and endpoints:read');
		expect(message).toContain('From Number and AI Agent (Endpoint)');
		expect(message).toContain('by hand');
	});

	it.each([
		['numbers:read', 'endpoints:read', 'AI Agent (Endpoint)', 'From Number'],
		['endpoints:read', 'numbers:read', 'From Number', 'AI Agent (Endpoint)'],
	])('with %s only, and says that %s is missing', async (has, lacks, empty, full) => {
		simulator.set({ keys: { kros_test_simulator: [has] } });
		const { status, message } = await test();
		expect(status).toBe('OK');
		expect(message).toContain(`lacks ${lacks}, so the list of ${empty} stays empty`);
		expect(message).not.toContain(full);
	});

	it('where the organization has neither numbers nor agents', async () => {
		simulator.set({ phoneNumbers: [], endpoints: [] });
		expect(await test()).toEqual(CONNECTED);
	});
});

describe('is refused', () => {
	it.each([
		['an unknown key', { apiKey: 'kros_live_0123456789' }, /refused the API key/],
		['no key', { apiKey: '' }, /API Key of .* is empty/],
		[
			'a masked signing secret',
			{ webhookSecret: 'whsec_••••••••••••••••' },
			/Signing Secret is masked/,
		],
		['a short signing secret', { webhookSecret: 'whsec_1' }, /shorter than 16 characters/],
		['no base URL', { baseUrl: '' }, /Base URL "" .* not a web address/],
		["a host that isn't there", { baseUrl: 'http://krosai.invalid/v1' }, /host name wasn't found/],
	])('%s', async (_, credential, says) => {
		expect(await test(credential)).toEqual(refused(says));
		expect(simulator.called()).toEqual([]);
	});

	it('a base URL with another path', async () => {
		expect(await test({ baseUrl: `${simulator.baseUrl}/v2` })).toEqual(
			refused(/nothing at this address.*Base URL/),
		);
	});

	it('a port where no server listens', async () => {
		const { baseUrl } = simulator;
		await simulator.close();
		expect(await test({ baseUrl })).toEqual(refused(/connection was refused.*Base URL/));
	});

	it.each<[string, number, string | object, RegExp]>([
		['a page in place of a list', 200, PAGE, /web page/],
		[
			'a 403 that is not of KrosAI',
			403,
			{ message: 'Missing Authentication Token' },
			/not allowed/,
		],
		['a key that has expired', 403, refusal('KEY_EXPIRED'), /has expired/],
		['too many requests', 429, { error: 'No', retry_after: 1.5 }, /wait 1\.5 seconds/],
	])('%s', async (_, status, body, says) => {
		simulator.fault({ kind: 'status', status, body: body as string | Record<string, unknown> });
		expect(await test()).toEqual(refused(says));
	});

	it('also where only the second list shows it', async () => {
		simulator.fault({ kind: 'dropBefore', path: '/endpoints' });
		expect(await test()).toEqual(refused(/broke/));
	});
});

it('is refused for a credential without any data', async () => {
	expect(await krosAiApiTest.call(context, SAVED)).toEqual({
		status: 'Error',
		message: 'The API Key of the KrosAI credential is empty',
	});
});

describe('tells the two APIs apart', () => {
	let bridge: Simulator;
	beforeEach(async () => {
		bridge = await startSimulator({ api: 'bridge' });
	});
	afterEach(async () => await bridge.close());

	const forBridge = (changes: object = {}) => ({ ...credentialFor(bridge), ...changes });

	it('and accepts a good key for the Bridge API', async () => {
		expect(await test(forBridge())).toEqual(CONNECTED);
		expect(bridge.requests).toHaveLength(2);
	});

	it.each([undefined, '', ' '])('and sends nothing for the organization %j', async (id) => {
		expect(await test(forBridge({ organizationId: id }))).toEqual(
			refused(/^The Organization ID of the KrosAI credential is empty/),
		);
		expect(bridge.requests).toEqual([]);
	});

	it('and sends to the Organization ID where that one is no good', async () => {
		const { message } = await test(forBridge({ organizationId: 'org_1' }));
		expect(message).toMatch(/Check the Organization ID/);
		expect(message).not.toContain('under API');
	});

	it('but leaves a key that is simply wrong to its own words', async () => {
		for (const credential of [forBridge(), credentialFor(simulator)]) {
			const { message } = await test({ ...credential, apiKey: 'kros_live_0123456789' });
			expect(message).toMatch(/^KrosAI refused the API key\./);
		}
	});

	it('where v1 asks the Bridge API at its address', async () => {
		const { status, message } = await test({ baseUrl: bridge.baseUrl });
		expect(status).toBe('Error');
		expect(message).toBe(
			'The KrosAI Bridge API has answered, and this credential is for the KrosAI API: choose KrosAI Bridge API under API, and fill in the Organization ID, or check the Base URL',
		);
		expect(bridge.requests).toHaveLength(1);
	});

	it.each([
		['says that it takes no x-api-key', 401, 'The header X-API-Key is not accepted', undefined],
		['misses the organization', 400, 'Missing', { field: 'organization_id', value: null }],
	])('where a proxy drops the headers and KrosAI %s', async (_, status, error, details) => {
		const body = { error, code: 'X', ...(details && { details }) };
		simulator.fault({ kind: 'status', status, body });
		expect((await test()).message).toMatch(/^The KrosAI Bridge API has answered/);
	});

	it.each(['both', 'x-api-key'] as const)(
		'where the Bridge API is meant and v1 answers (its key headers: %s)',
		async (keyHeaders) => {
			simulator.set({ keyHeaders });
			const { status, message } = await test(forBridge({ baseUrl: simulator.baseUrl }));
			expect(status).toBe('Error');
			expect(message).toBe(
				'The KrosAI API has answered, and this credential is for the KrosAI Bridge API: choose KrosAI API under API, or check the Base URL',
			);
		},
	);

	it('where v1 is asked for what only the Bridge API has', async () => {
		expect(await test({ baseUrl: `${bridge.origin}/v1` })).toEqual(
			refused(
				/nothing at this address of the KrosAI API\. If .* choose KrosAI Bridge API under API/,
			),
		);
	});

	it('where the Bridge API is asked for what only v1 has', async () => {
		const { message } = await test(forBridge({ baseUrl: `${simulator.origin}/api/v1` }));
		expect(message).toMatch(/nothing at this address of the KrosAI Bridge API/);
		expect(message).toMatch(/choose KrosAI API under API.*https:\/\/api\.krosai\.com\/api\/v1$/);
	});

	it('but not by the mark of a gateway where v1 answers as it should', async () => {
		const headers = { 'x-routed-via': 'bridge' };
		simulator.fault({ kind: 'status', status: 200, headers, body: { phone_numbers: [] } });
		expect(await test()).toEqual(CONNECTED);
	});
});
