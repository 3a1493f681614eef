import { CALL, get, send } from './client';
import { simulator, useSimulator } from './setUp';

useSimulator({ startsPerSecond: Infinity });

it.each<Record<string, string>>([
	{ 'x-api-key': 'kros_test_simulator' },
	{ authorization: 'Bearer kros_test_simulator' },
])('lets in %j', async (headers) => {
	expect((await send(simulator, 'GET', '/v1/endpoints', { headers })).status).toBe(200);
});

it('takes the key as x-api-key alone when told to, as the specification does', async () => {
	simulator.set({ keyHeaders: 'x-api-key' });
	const status = async (headers: Record<string, string>) =>
		(await send(simulator, 'GET', '/v1/endpoints', { headers })).status;

	expect(await status({ authorization: 'Bearer kros_test_simulator' })).toBe(401);
	expect(await status({ 'x-api-key': 'kros_test_simulator' })).toBe(200);
});

it.each<Record<string, string>>([
	{},
	{ 'x-api-key': 'kros_live_unknown' },
	{ 'x-api-key': 'constructor' },
])('refuses %j with 401', async (headers) => {
	const { status, body } = await send(simulator, 'POST', '/v1/outbound-calls', {
		headers,
		body: CALL,
	});

	expect(status).toBe(401);
	expect(body).toEqual({ error: expect.any(String), code: 'UNAUTHORIZED' });
	expect(simulator.called()).toEqual([]);
});

it('refuses what the key has no scope for with 403', async () => {
	const headers = { 'x-api-key': 'kros_test_calls_only' };
	const status = async (method: string, path: string, body?: object) =>
		(await send(simulator, method, path, { headers, body })).status;

	expect(await status('GET', '/v1/phone-numbers')).toBe(403);
	expect(await status('GET', '/v1/endpoints')).toBe(403);
	expect(await status('GET', '/v1/calls')).toBe(200);
	expect(await status('POST', '/v1/outbound-calls', CALL)).toBe(200);
});

it('takes other keys and scopes through options', async () => {
	simulator.set({ keys: { kros_test_read: ['calls:read'] } });
	const headers = { 'x-api-key': 'kros_test_read' };
	const { status, body } = await send(simulator, 'POST', '/v1/outbound-calls', {
		headers,
		body: CALL,
	});
	const old = await get(simulator, '/v1/calls');
	simulator.set({ keys: { kros_test_simulator: ['calls:read', 'endpoints:read'] } });

	expect(status).toBe(403);
	expect(body).toEqual({
		error: expect.stringContaining('calls:write'),
		code: 'INSUFFICIENT_SCOPE',
	});
	expect(old.status).toBe(401);
});

it('knows no other paths and methods', async () => {
	expect(await get(simulator, '/v1/nothing')).toMatchObject({
		status: 404,
		body: { error: expect.any(String), code: 'NOT_FOUND' },
	});
	expect((await get(simulator, '/v1//calls')).status).toBe(404);
	const wrongMethod = await get(simulator, '/v1/outbound-calls');
	expect(wrongMethod.status).toBe(405);
	expect(wrongMethod.headers.get('allow')).toBe('POST');
	expect(wrongMethod.body).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

it('is not KrosAI outside of /v1', async () => {
	const { status, headers } = await get(simulator, '/phone-numbers');

	expect(status).toBe(404);
	expect(headers.get('content-type')).toContain('text/html');
	expect(simulator.requests).toEqual([]);
});

it('records every request with what was answered', async () => {
	const before = Date.now();
	await send(simulator, 'GET', '/v1/endpoints?limit=2&limit=3', { headers: {} });
	await send(simulator, 'POST', '/v1/nothing', { body: 'not { json' });

	expect(simulator.requests).toMatchObject([
		{ method: 'GET', path: '/v1/endpoints', query: { limit: '3' }, body: null, status: 401 },
		{ method: 'POST', path: '/v1/nothing', body: 'not { json', status: 404, code: 'NOT_FOUND' },
	]);
	expect(simulator.requests[1]?.headers['x-api-key']).toBe('kros_test_simulator');
	expect(simulator.requests[0]?.at).toBeGreaterThanOrEqual(before);
	expect(simulator.requests[0]?.at).toBeLessThanOrEqual(Date.now());
});
