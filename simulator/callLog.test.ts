import { setTimeout as sleep } from 'node:timers/promises';
import { CALL, endedCall, get, send, start, until } from './client';
import { simulator, useSimulator } from './setUp';
import { recordingBytes } from './recording';

useSimulator({ startsPerSecond: Infinity, speed: 1000 });

const hangUp = async (id: string) => await send(simulator, 'POST', `/v1/calls/${id}/hangup`);
const recording = async (id: string) => await get(simulator, `/v1/calls/${id}/recording`);

it('tells what happened to a call, one thing after the other', async () => {
	const id = await endedCall(simulator);
	const { body } = await get(simulator, `/v1/calls/${id}/events`);
	const { created_at, completed_at } = simulator.calls[0]!;

	expect(body.events.map(({ event }: { event: string }) => event)).toEqual([
		'call.initiated',
		'call.ringing',
		'call.started',
		'call.in_progress',
		'call.completed',
	]);
	expect(body.events[0]).toEqual({
		event: 'call.initiated',
		status: 'initiated',
		timestamp: created_at,
	});
	expect(body.events[4].timestamp).toBe(completed_at);
	expect((await get(simulator, '/v1/calls/call_unknown/events')).body.code).toBe('CALL_NOT_FOUND');
});

it('hangs up a call that is answered: it ends at once, and stays ended', async () => {
	// Slow enough that a busy machine hangs up within the first minute, of six seconds here.
	simulator.set({ speed: 10 });
	simulator.script(CALL.to_number, 'answered', { setup: 0, ringing: 0, talking: 100 });
	const { body } = await start(simulator);
	await until(() => simulator.calls[0]?.status === 'in_progress');
	const changed = jest.fn();
	const stop = simulator.onCallChange(changed);
	const answer = await hangUp(body.call_id);

	expect(answer).toMatchObject({
		status: 200,
		body: { call_id: body.call_id, status: 'completed' },
	});
	expect(simulator.calls[0]).toMatchObject({ hangup_cause: 'agent_hangup', cost_cents: 4 });
	expect(simulator.calls[0]!.duration).toBeLessThan(60);
	simulator.set({ speed: 10_000 });
	await sleep(30);
	stop();
	expect(changed).toHaveBeenCalledTimes(1);
});

it('hangs up a call that rings, which then has failed', async () => {
	simulator.set({ speed: 0.001 });
	const { body } = await start(simulator);

	expect((await hangUp(body.call_id)).body.status).toBe('failed');
	expect(simulator.calls[0]).toMatchObject({ duration: 0, transcript: null, recording_url: null });
});

it('refuses to hang up what has ended or is not there', async () => {
	expect(await hangUp(await endedCall(simulator))).toMatchObject({
		status: 409,
		body: { code: 'CALL_NOT_ACTIVE' },
	});
	expect(await hangUp('call_unknown')).toMatchObject({
		status: 404,
		body: { code: 'CALL_NOT_FOUND' },
	});
});

it('has a recording on another port, for a client with the link, without a key', async () => {
	const id = await endedCall(simulator);
	const { body } = await recording(id);
	const { origin } = new URL(body.recording_url);
	const response = await fetch(body.recording_url);
	const bytes = Buffer.from(await response.arrayBuffer());

	expect(body).toEqual({
		recording_url: expect.stringMatching(new RegExp(`/recordings/${id}\\.mp3\\?`)),
		expires_at: expect.stringMatching(/^\d{4}-.*Z$/),
		duration_seconds: 12,
		format: 'mp3',
		size_bytes: bytes.length,
	});
	expect(origin).not.toBe(simulator.origin);
	expect(response.headers.get('content-type')).toBe('audio/mpeg');
	expect(bytes.equals(recordingBytes(simulator.calls[0]!))).toBe(true);
	expect(simulator.storageRequests).toMatchObject([
		{ path: `/recordings/${id}.mp3`, status: 200, headers: { host: origin.slice(7) } },
	]);
	expect(simulator.requests.filter(({ path }) => path.includes('mp3'))).toEqual([]);
});

it('makes recordings of the size that the documents have, different for each call', () => {
	const a = recordingBytes({ id: 'call_a', duration: 180 });
	const b = recordingBytes({ id: 'call_b', duration: 180 });

	expect(Math.abs(a.length - 2_160_000)).toBeLessThan(1000);
	expect(a.equals(b)).toBe(false);
});

it('lets a link expire, and makes a new one when asked', async () => {
	simulator.set({ linkLifetimeSeconds: 0.05 });
	const id = await endedCall(simulator);
	const { recording_url: old } = (await get(simulator, `/v1/calls/${id}`)).body;
	await sleep(60);
	const expired = await fetch(old);

	expect(expired.status).toBe(403);
	expect(await expired.text()).toContain('<Code>AccessDenied</Code>');
	simulator.set({ linkLifetimeSeconds: 10 });
	const { recording_url: link } = (await recording(id)).body;
	expect((await fetch(link)).status).toBe(200);
	for (const forged of [link.replace(/expires=\d/, 'expires=9'), link.replace(id, 'call_x')]) {
		expect((await fetch(forged)).status).toBe(403);
	}
});

it('has no recording before it is ready, and none of a call that was not answered', async () => {
	simulator.set({ speed: 100, recordingReadySeconds: 100_000 });
	const id = await endedCall(simulator);
	const early = await recording(id);
	simulator.set({ speed: 1_000_000 });
	await until(() => simulator.calls[0]?.recording_url !== null);

	expect(early).toMatchObject({ status: 404, body: { code: 'RECORDING_NOT_FOUND' } });
	expect((await recording(id)).status).toBe(200);
	simulator.script('*', 'busy');
	const busy = (await start(simulator, { to_number: '+14155550111' })).body.call_id;
	await until(() => simulator.calls[1]?.status === 'busy');
	expect((await recording(busy)).status).toBe(404);
});

it('has it all in one place, where it speaks as the reference does', async () => {
	const id = await endedCall(simulator);
	simulator.set({ callApi: 'reference', linkLifetimeSeconds: 10 });
	const { body } = await get(simulator, `/v1/calls/${id}`);

	expect(body.events).toHaveLength(5);
	expect((await fetch(body.recording_url)).status).toBe(200);
	for (const answer of [
		await get(simulator, `/v1/calls/${id}/events`),
		await recording(id),
		await hangUp(id),
	]) {
		expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
	}
});

it('breaks off in the middle of a recording', async () => {
	const { recording_url: link } = (await recording(await endedCall(simulator))).body;
	simulator.fault({ kind: 'garbage', path: '.mp3' });
	const response = await fetch(link);

	expect(response.status).toBe(200);
	await expect(response.arrayBuffer()).rejects.toThrow();
	expect((await fetch(link)).status).toBe(200);
});

const idsInLog = async () =>
	(await get(simulator, '/v1/calls')).body.calls.map(({ id }: { id: string }) => id);

it('shows a call only so long after it was accepted', async () => {
	simulator.set({ logLagSeconds: 60 });
	const began = performance.now();
	const { call_id: id } = (await start(simulator)).body;
	const early = await get(simulator, `/v1/calls/${id}`);

	expect(await idsInLog()).toEqual([]);
	expect(early).toMatchObject({ status: 404, body: { code: 'CALL_NOT_FOUND' } });
	simulator.set({ logLagSeconds: 0.2 });
	let ids: string[] = [];
	while (ids.length === 0) ids = await idsInLog();
	expect(performance.now() - began).toBeGreaterThan(195);
	expect(ids).toEqual([id]);
	expect((await get(simulator, `/v1/calls/${id}`)).body.id).toBe(id);
});

it('has a log whose clock is off, and another clock for the Date of answers', async () => {
	const id = await endedCall(simulator);
	const before = (await get(simulator, `/v1/calls/${id}`)).body;
	const { events } = (await get(simulator, `/v1/calls/${id}/events`)).body;
	simulator.set({ logClockOffsetSeconds: -3600, dateOffsetSeconds: 3600 });
	const { body, headers } = await get(simulator, `/v1/calls/${id}`);
	const hourBefore = (time: string) => Date.parse(time) - 3_600_000;

	for (const field of ['created_at', 'answered_at', 'completed_at']) {
		expect(Date.parse(body[field])).toBe(hourBefore(before[field]));
	}
	const shifted = (await get(simulator, `/v1/calls/${id}/events`)).body.events;
	expect(shifted.map(({ timestamp }: { timestamp: string }) => Date.parse(timestamp))).toEqual(
		events.map(({ timestamp }: { timestamp: string }) => hourBefore(timestamp)),
	);
	const ahead = Date.parse(headers.get('date')!) - Date.now();
	expect(Math.abs(ahead - 3_600_000)).toBeLessThan(60_000);
	// What is asked for is compared with what is shown.
	const since = new Date(Date.now() - 1_800_000).toISOString();
	expect((await get(simulator, `/v1/calls?from_date=${since}`)).body.total).toBe(0);
});

it('answers from a cache in front of the log, which knows one question from another', async () => {
	simulator.set({ logCacheSeconds: 60 });
	const first = await get(simulator, '/v1/calls');
	const { call_id: id } = (await start(simulator)).body;
	simulator.set({ dateOffsetSeconds: 3600 });
	const again = await get(simulator, '/v1/calls');
	const other = await get(simulator, '/v1/calls?limit=10');

	expect(first.headers.get('age')).toBeNull();
	expect(again.body).toEqual(first.body);
	expect(again.headers.get('age')).toMatch(/^\d+$/);
	expect(again.headers.get('date')).toBe(first.headers.get('date'));
	expect(other.body.calls).toHaveLength(1);
	expect((await get(simulator, `/v1/calls/${id}`)).status).toBe(200);
	simulator.set({ logCacheSeconds: 0.001 });
	await sleep(2);
	expect(await idsInLog()).toEqual([id]);
});

it('keeps no refusal in the cache, and nothing after a reset', async () => {
	simulator.set({ logCacheSeconds: 60 });
	expect((await get(simulator, '/v1/calls?limit=x')).status).toBe(400);
	expect((await get(simulator, '/v1/calls?limit=x')).headers.get('age')).toBeNull();
	await get(simulator, '/v1/calls');
	simulator.reset();
	expect((await get(simulator, '/v1/calls')).headers.get('age')).toBeNull();
});

it.each([
	[true, { contact_id: 7 }, { contact_id: 7 }],
	['byId', undefined, { contact_id: 7 }],
	[false, undefined, undefined],
] as const)('shows metadata: %p', async (logMetadata, inList, inCall) => {
	simulator.set({ logMetadata });
	const id = await endedCall(simulator, { metadata: { contact_id: 7 } });

	expect((await get(simulator, '/v1/calls')).body.calls[0].metadata).toEqual(inList);
	expect((await get(simulator, `/v1/calls/${id}`)).body.metadata).toEqual(inCall);
	expect(simulator.calls[0]?.metadata).toEqual({ contact_id: 7 });
});

it('has calls that no request started, which go on like any other', async () => {
	await start(simulator);
	const metadata = { campaign: 'another' };
	const before = Date.now();
	const call = simulator.addCall({ toNumber: '+14155550115', metadata, ageSeconds: 90 });
	const { calls } = (await get(simulator, '/v1/calls')).body;

	expect(calls).toMatchObject([
		{ to_number: '+14155550115', from_number: CALL.from_number, metadata },
		{ to_number: CALL.to_number },
	]);
	expect(calls[0].endpoint_id).toBe(CALL.endpoint_id);
	const age = before - Date.parse(calls[0].created_at);
	expect(Math.abs(age - 90_000)).toBeLessThan(2_000);
	expect(simulator.called()).toEqual([CALL.to_number]);
	expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
	await until(() => call.status === 'completed');
	simulator.set({ logLagSeconds: 80 });
	expect(await idsInLog()).toEqual([call.id]);
	expect(() => simulator.addCall({ toNumber: '0123' })).toThrow(/E.164/);
	expect(() => simulator.addCall({ toNumber: '+14155550115', fromNumber: '+14155550199' })).toThrow(
		/not in your inventory/,
	);
	expect(() => simulator.addCall({ toNumber: '+14155550115', endpointId: 'ep_none' })).toThrow(
		/Endpoint not found/,
	);
});

it.each([
	{ callApi: 'both' },
	{ recordingReadySeconds: -1 },
	{ linkLifetimeSeconds: 'long' },
	{ logLagSeconds: -1 },
	{ logCacheSeconds: '30' },
	{ logClockOffsetSeconds: NaN },
	{ dateOffsetSeconds: '1 h' },
	{ logMetadata: 'yes' },
	{ answeredBy: true },
])('refuses the option %p', (options) => {
	expect(() => simulator.set(options as object)).toThrow(/must be/);
});

it('counts the calls where the guide has it, by its filters, and where the reference has it', async () => {
	await endedCall(simulator);
	await endedCall(simulator, { endpoint_id: 'ep_def456' });
	const stats = async (query: string) => (await get(simulator, `/v1/calls${query}`)).body;
	expect(await stats('/stats')).toEqual({
		...{ total_calls: 2, by_status: { completed: 2 } },
		...{ total_duration: 24, total_cost_cents: 8 },
	});
	expect(await stats('/stats?endpoint_id=ep_def456')).toMatchObject({ total_calls: 1 });
	expect(await stats('/stats?to_date=2025-01-10')).toMatchObject({ total_calls: 0 });
	expect(await stats('?action=stats')).toHaveProperty('calls');
	simulator.set({ callApi: 'reference' });
	expect(await stats('/stats')).toMatchObject({ code: 'CALL_NOT_FOUND' });
	expect(await stats('?action=stats&to_date=2025-01-10')).toMatchObject({ total_calls: 2 });
	expect(await stats('?action=stats&phone_number_id=pn_def456')).toMatchObject({ total_calls: 0 });
});
