import { CALL, get, pathOf, send, start } from './client';
import { ORGANIZATION_ID, type Simulator, type SimulatorOptions, startSimulator } from './index';
import { simulator, useSimulator } from './setUp';

const KEY = { authorization: 'Bearer kros_test_simulator' };

useSimulator({ api: 'bridge' });
const others: Simulator[] = [];
afterEach(async () => {
	jest.restoreAllMocks();
	await Promise.all(others.splice(0).map(async (other) => await other.close()));
});

async function another(options: SimulatorOptions = {}): Promise<Simulator> {
	const other = await startSimulator(options);
	others.push(other);
	return other;
}

const list = async (headers?: Record<string, string>) =>
	await send(simulator, 'GET', pathOf(simulator, '/calls'), { headers });

it('starts calls at its own path and tells of them below /api/v1', async () => {
	const { status, body } = await start(simulator);
	const call = await get(simulator, pathOf(simulator, `/calls/${body.call_id}`));

	expect(simulator.baseUrl).toBe(`${simulator.origin}/api/v1`);
	expect(status).toBe(200);
	expect(call.body).toMatchObject({ id: body.call_id, to_number: CALL.to_number });
	expect(simulator.requests).toMatchObject([
		{ path: '/api/v1/outbound-call', query: { organization_id: ORGANIZATION_ID } },
		{ path: `/api/v1/calls/${body.call_id}` },
	]);
});

it('takes no key but as Bearer', async () => {
	const key = 'kros_test_simulator';
	const wrong = await list({ 'x-api-key': key });

	expect((await list({ authorization: `Bearer ${key}` })).status).toBe(200);
	expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
	expect(wrong.body.error).toMatch(/X-API-Key is not accepted/);
	expect((await list({ ...KEY, 'x-api-key': key })).body).toEqual(wrong.body);
	expect((await list({})).status).toBe(401);
	expect((await list({ authorization: 'Bearer kros_live_unknown' })).status).toBe(401);
	expect((await list({ authorization: 'Bearer kros_test_no_webhooks' })).status).toBe(200);
});

it.each([
	['', 'MISSING_FIELDS', null],
	['?organization_id=', 'MISSING_FIELDS', ''],
	['?organization_id=org_1', 'VALIDATION_ERROR', 'org_1'],
])('asks for the organization: %s', async (query, code, value) => {
	const answers = [
		await send(simulator, 'POST', `/api/v1/outbound-call${query}`, { body: CALL }),
		await get(simulator, `/api/v1/endpoints${query}`),
	];

	for (const { status, body } of answers) {
		expect(status).toBe(400);
		expect(body).toEqual({
			error: expect.stringContaining('organization_id'),
			code,
			details: { field: 'organization_id', value },
		});
	}
	expect(simulator.called()).toEqual([]);
});

it.each([
	['bridge', '/v1/calls'],
	['bridge', '/v1/outbound-calls'],
	['bridge', '/api/v1/outbound-calls'],
	['v1', '/api/v1/calls'],
	['v1', '/api/v1/outbound-call'],
	['v1', '/v1/outbound-call'],
] as const)('where %s is spoken, there is nothing at %s', async (api, path) => {
	const other = await another({ api });
	const query = `?organization_id=${ORGANIZATION_ID}`;
	const { status, body } = await send(other, 'POST', path + query, { body: CALL });

	expect({ status, body }).toEqual({
		status: 404,
		body: { error: `Nothing at ${path}`, code: 'NOT_FOUND' },
	});
	expect(other.requests).toMatchObject([{ path, status: 404 }]);
});

it('says on each answer which way it came, and names the request', async () => {
	const answers = [await start(simulator), await list(), await list({})];
	const ids = answers.map(({ headers }) => headers.get('x-request-id'));

	for (const { headers } of answers) expect(headers.get('x-routed-via')).toBe('bridge');
	expect(ids).not.toContain(null);
	expect(new Set(ids).size).toBe(3);
	expect(answers[1]?.headers.has('x-ratelimit-limit')).toBe(false);
});

it('answers a minute of 600 requests, whatever they ask for', async () => {
	let now = 1000;
	jest.spyOn(performance, 'now').mockImplementation(() => now);
	// v1 would take 200 of them in a second,
	simulator.set({ plan: 'business' });
	const refused = async () => (await list()).status === 429;
	// and ten of these.
	for (let count = 0; count < 20; count++) await start(simulator);
	now += 30_500;
	await Promise.all(Array.from({ length: 290 }, async () => await list({})));
	const lists = await Promise.all(Array.from({ length: 290 }, async () => await list()));
	const { status, headers, body } = await list();

	expect(simulator.called()).toHaveLength(20);
	expect(new Set(lists.map((one) => one.status))).toEqual(new Set([200]));
	expect(status).toBe(429);
	expect(headers.get('retry-after')).toBe('30');
	expect(body).toEqual({ error: 'Rate limit exceeded', code: 'RATE_LIMIT_EXCEEDED' });
	now += 29_499;
	expect(await refused()).toBe(true);
	now += 1;
	expect(await refused()).toBe(false);
	simulator.set({ requestsPerMinute: 20 });
	expect(await refused()).toBe(true);
	simulator.reset();
	expect(await refused()).toBe(false);
});

describe('Idempotency-Key', () => {
	const startWith = async (key: string, fields: object = {}) =>
		await send(simulator, 'POST', pathOf(simulator, '/outbound-call'), {
			headers: { ...KEY, 'idempotency-key': key },
			body: { ...CALL, ...fields },
		});

	it('answers a repeated key as before and starts nothing', async () => {
		const first = await startWith('one');
		const again = await startWith('one', { to_number: '+14155550111' });
		const other = await startWith('two');

		expect(again).toMatchObject({ status: 200, text: first.text });
		expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
		expect(other.body.call_id).not.toBe(first.body.call_id);
		expect(simulator.called()).toHaveLength(2);
	});

	it('gives the answer that was lost', async () => {
		simulator.fault({ kind: 'dropAfter' });
		await expect(startWith('one')).rejects.toThrow();
		const { body } = await startWith('one');

		expect(simulator.calls).toMatchObject([{ id: body.call_id }]);
	});

	it('repeats a refusal too, but not one for the rate or the key', async () => {
		simulator.set({ requestsPerMinute: 1 });
		await list();
		expect((await startWith('one')).status).toBe(429);
		simulator.set({ requestsPerMinute: 600, balanceCents: 0 });
		expect((await startWith('one')).status).toBe(400);
		simulator.set({ balanceCents: 1000 });
		expect((await startWith('one')).body.code).toBe('INSUFFICIENT_BALANCE');
		expect((await startWith('two')).status).toBe(200);
	});

	it('remembers it for a time, and not across a reset', async () => {
		let now = 1000;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		simulator.set({ replayWindowSeconds: 5 });
		await startWith('one');
		now += 4999;
		await startWith('one');
		expect(simulator.called()).toHaveLength(1);
		now += 1;
		await startWith('one');
		expect(simulator.called()).toHaveLength(2);
		simulator.reset();
		await startWith('one');
		expect(simulator.called()).toHaveLength(1);
		simulator.set({ replayWindowSeconds: 60 });
	});

	it('counts on PATCH, not on GET', async () => {
		const headers = { ...KEY, 'idempotency-key': 'one' };
		const path = pathOf(simulator, '/webhooks');
		const body = { url: 'https://n8n.example.com/1', events: ['call.completed'] };
		const { id } = (await send(simulator, 'POST', path, { body })).body;
		const one = pathOf(simulator, `/webhooks/${id}`);
		await send(simulator, 'GET', one, { headers });
		await send(simulator, 'PATCH', one, { headers, body: { active: false } });
		const again = await send(simulator, 'PATCH', one, { headers, body: { active: true } });

		expect(again.body.active).toBe(false);
		expect(simulator.webhooks).toMatchObject([{ active: false }]);
	});

	it('is recorded, and means nothing to v1', async () => {
		const v1 = await another();
		const headers = { 'x-api-key': 'kros_test_simulator', 'idempotency-key': 'one' };
		for (let count = 0; count < 2; count++) {
			await send(v1, 'POST', '/v1/outbound-calls', { headers, body: CALL });
		}
		const answer = await get(v1, '/v1/calls');

		expect(v1.called()).toHaveLength(2);
		expect(v1.requests[1]?.headers).toMatchObject({ 'idempotency-key': 'one' });
		expect(answer.headers.has('x-request-id')).toBe(false);
		expect(answer.headers.has('x-routed-via')).toBe(false);
	});
});

it('can be had of a running simulator', async () => {
	const other = await another();
	other.set({ api: 'bridge' });

	expect((await start(other)).status).toBe(200);
	expect(other.baseUrl).toBe(`${other.origin}/api/v1`);
});
