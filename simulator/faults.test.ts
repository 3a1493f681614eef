import { CALL, get, start, until } from './client';
import { simulator, useSimulator } from './setUp';

useSimulator({ startsPerSecond: Infinity });

/** Not by a limit of time: a busy machine may have sent nothing by then. */
async function startAndLeaveWhen(isSeen: () => boolean): Promise<void> {
	const patience = new AbortController();
	const request = fetch(`${simulator.baseUrl}/outbound-calls`, {
		method: 'POST',
		headers: { 'x-api-key': 'kros_test_simulator' },
		body: JSON.stringify(CALL),
		signal: patience.signal,
	});
	const answer = expect(request).rejects.toThrow(/abort/);
	await until(isSeen);
	patience.abort();
	await answer;
}

it('drops the connection before the call is accepted', async () => {
	simulator.fault({ kind: 'dropBefore' });

	await expect(start(simulator)).rejects.toThrow();
	expect(simulator.called()).toEqual([]);
	expect(simulator.requests).toMatchObject([{ body: CALL, status: null }]);
	expect((await start(simulator)).status).toBe(200);
});

it('drops the connection after the call was accepted', async () => {
	simulator.fault({ kind: 'dropAfter' });

	await expect(start(simulator)).rejects.toThrow();
	expect(simulator.called()).toEqual([CALL.to_number]);
	expect(simulator.requests).toMatchObject([{ status: null }]);
});

it.each([
	['before', 0],
	['after', 1],
] as const)('answers another status %s accepting', async (accepting, calls) => {
	simulator.fault({ kind: 'status', status: 503, accepting });
	const { status, body } = await start(simulator);

	expect(status).toBe(503);
	expect(body).toEqual({ error: 'Service Unavailable' });
	expect(simulator.called()).toHaveLength(calls);
	expect(simulator.requests[0]?.status).toBe(503);
});

it('answers any body, header and type', async () => {
	simulator.fault({ kind: 'status', status: 402, body: { code: 'X' } });
	simulator.fault({ kind: 'status', status: 502, body: '<h1>Bad</h1>' });
	simulator.fault({ kind: 'status', status: 200, accepting: 'after', body: '' });
	simulator.fault({
		kind: 'status',
		status: 413,
		body: 'too large',
		contentType: 'text/plain',
		headers: { 'retry-after': '7' },
	});
	const object = await start(simulator);
	const page = await start(simulator);
	const empty = await start(simulator);
	const text = await start(simulator);

	expect(object).toMatchObject({ status: 402, body: { code: 'X' } });
	expect(simulator.requests[0]?.code).toBe('X');
	expect(page).toMatchObject({ status: 502, text: '<h1>Bad</h1>' });
	expect(page.headers.get('content-type')).toContain('text/html');
	expect(empty).toMatchObject({ status: 200, text: '' });
	expect(text).toMatchObject({ status: 413, text: 'too large' });
	expect(text.headers.get('content-type')).toBe('text/plain');
	expect(text.headers.get('retry-after')).toBe('7');
});

it('answers garbage after accepting', async () => {
	simulator.fault({ kind: 'garbage' });
	const { status, headers, text } = await start(simulator);

	expect(status).toBe(200);
	expect(headers.get('content-type')).toBe('application/json');
	expect(text).toMatch(/^\{"call_id"/);
	expect(() => JSON.parse(text)).toThrow();
	expect(simulator.called()).toHaveLength(1);
});

it('redirects without accepting', async () => {
	simulator.fault({ kind: 'redirect', location: 'https://example.com/' });
	simulator.fault({ kind: 'redirect', location: 'https://example.com/', status: 301 });
	const { status, headers } = await start(simulator);

	expect(status).toBe(307);
	expect(headers.get('location')).toBe('https://example.com/');
	expect((await start(simulator)).status).toBe(301);
	expect(simulator.called()).toEqual([]);
});

it('delays the answer of an accepted call, or the accepting itself', async () => {
	let isAnswered = false;
	simulator.fault({ kind: 'delay', ms: 300 });
	let began = performance.now();
	let answer = start(simulator).finally(() => (isAnswered = true));
	await until(() => simulator.called().length === 1);
	expect(isAnswered).toBe(false);
	expect((await answer).status).toBe(200);
	expect(performance.now() - began).toBeGreaterThan(295);

	simulator.fault({ kind: 'delay', ms: 80, accepting: 'before' });
	began = performance.now();
	answer = start(simulator);
	await until(() => simulator.requests.length === 2);
	expect(simulator.called()).toHaveLength(1);
	await answer;
	expect(performance.now() - began).toBeGreaterThan(75);
	expect(simulator.called()).toHaveLength(2);
});

it('records no status where the client gave up waiting', async () => {
	simulator.fault({ kind: 'delay', ms: 300 });
	await startAndLeaveWhen(() => simulator.called().length === 1);
	await new Promise((resolve) => setTimeout(resolve, 310));

	expect(simulator.called()).toEqual([CALL.to_number]);
	expect(simulator.requests).toMatchObject([{ status: null }]);
});

it('drops what is being delayed at a reset, and never accepts it', async () => {
	simulator.fault({ kind: 'delay', ms: 60, accepting: 'before' });
	const answer = expect(start(simulator)).rejects.toThrow();
	await until(() => simulator.requests.length === 1);
	simulator.reset();
	await answer;
	await new Promise((resolve) => setTimeout(resolve, 80));

	expect(simulator.called()).toEqual([]);
});

it('answers like a gateway, long before the call is accepted', async () => {
	simulator.fault({ kind: 'gateway', afterMs: 20, acceptedAfterMs: 150 });
	simulator.fault({ kind: 'gateway', afterMs: 0, acceptedAfterMs: 10, status: 524 });
	const began = performance.now();
	const { status, body } = await start(simulator);
	const waited = performance.now() - began;

	expect({ status, body }).toEqual({ status: 504, body: { error: 'Gateway Timeout' } });
	expect(simulator.requests[0]?.status).toBe(504);
	expect(waited).toBeGreaterThan(15);
	await until(() => simulator.called().length === 1);
	expect(performance.now() - began).toBeGreaterThan(145);
	expect((await start(simulator)).status).toBe(524);
	await until(() => simulator.called().length === 2);
});

it('accepts a call behind a gateway that never answers, also when the client has gone', async () => {
	simulator.fault({ kind: 'gateway', acceptedAfterMs: 100 });
	await startAndLeaveWhen(() => simulator.requests.length === 1);
	await until(() => simulator.called().length === 1);

	expect(simulator.requests).toMatchObject([{ status: null }]);
});

it('never accepts what waits behind a gateway at a reset', async () => {
	simulator.fault({ kind: 'gateway', afterMs: 0, acceptedAfterMs: 60 });
	await start(simulator);
	simulator.reset();
	await new Promise((resolve) => setTimeout(resolve, 80));

	expect(simulator.called()).toEqual([]);
});

it('strikes in order, as often as told, and only where told', async () => {
	const to = '+14155550120';
	simulator.fault({ kind: 'status', status: 500, toNumber: to, times: 2 });
	simulator.fault({ kind: 'status', status: 501, path: '/outbound-calls' });
	simulator.fault({ kind: 'status', status: 502, path: '/v1/calls' });
	const statuses: number[] = [];
	for (const to_number of [to, CALL.to_number, to, to]) {
		statuses.push((await start(simulator, { to_number })).status);
	}

	expect(statuses).toEqual([500, 501, 500, 200]);
	expect((await get(simulator, '/v1/endpoints')).status).toBe(200);
	expect((await get(simulator, '/v1/calls')).status).toBe(502);
	expect((await get(simulator, '/v1/calls')).status).toBe(200);
});
