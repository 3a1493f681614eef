import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { send, start, subscribe, until } from './client';
import { type SimulatorOptions, startSimulator } from './index';
import { receiver, simulator, useReceiver, useSimulator } from './setUp';
import { Receiver } from './receiver';

const MINUTE = 60_000;
useReceiver();
/** The retries of two hours and 36 minutes take less than this. */
const FAST = 200_000;
const aWhile = async () => await sleep(60);
useSimulator({ startsPerSecond: Infinity, speed: 2000, deliverySpeed: FAST });

const answering = (...statuses: number[]) => {
	receiver.answer = (response) => {
		response.statusCode = statuses.shift() ?? 200;
		response.end();
	};
};
const attempts = () => simulator.deliveries.map(({ attempt, status }) => [attempt, status]);
const event = () => ({ event: 'call.completed', url: receiver.url() });

it('tries five times, after 1, 5 and 30 minutes and 2 hours, to the byte the same', async () => {
	simulator.set({ deliverySpeed: 1000 });
	answering(500, 404, 409, 503, 500);
	await simulator.deliver({ ...event(), data: { call_id: 'call_1' } });
	await until(() => simulator.deliveries.length >= 2);
	simulator.set({ deliverySpeed: 60_000 });
	await until(() => simulator.deliveries.length === 5, 5);
	simulator.set({ deliverySpeed: FAST });
	await aWhile();

	expect(attempts()).toEqual([
		[1, 500],
		[2, 404],
		[3, 409],
		[4, 503],
		[5, 500],
	]);
	expect(new Set(simulator.deliveries.map(({ body }) => body)).size).toBe(1);
	expect(new Set(simulator.deliveries.map(({ event_id }) => event_id)).size).toBe(1);
	expect(new Set(receiver.received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
	// A busy machine can only make the pauses longer.
	const times = simulator.deliveries.map(({ at }) => at);
	const pauses = times.slice(1).map((at, index) => at - times[index]!);
	const [first, ...others] = pauses;
	expect(first).toBeGreaterThanOrEqual(MINUTE / 1000 - 2);
	[5, 30, 120].forEach((minutes, index) => {
		expect(others[index]).toBeGreaterThanOrEqual((minutes * MINUTE) / 60_000 - 2);
	});
});

it('stops when it is taken', async () => {
	answering(409, 302, 204);
	await simulator.deliver(event());
	await until(() => simulator.deliveries.length === 3);
	await aWhile();

	expect(attempts()).toEqual([
		[1, 409],
		[2, 302],
		[3, 204],
	]);
});

it('follows no redirect', async () => {
	receiver.answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end();
	await simulator.deliver(event());

	expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
	expect(attempts()).toEqual([[1, 307]]);
});

it.each<[string, SimulatorOptions, (response: ServerResponse) => void, RegExp]>([
	['is slow', { answerTimeoutMs: 30 }, () => undefined, /no answer within 0.03 s/],
	[
		'never ends its answer',
		{ answerTimeoutMs: 200 },
		(response) => response.write('...'),
		/connection lost|no answer/,
	],
	['hangs up', {}, (response) => response.destroy(), /connection lost/],
])('takes for no answer a receiver that %s', async (_name, options, answer, problem) => {
	simulator.set({ deliverySpeed: 1, ...options });
	receiver.answer = answer;
	await simulator.deliver(event());

	expect(simulator.deliveries[0]).toMatchObject({ status: null, attempt: 1 });
	expect(simulator.deliveries[0]?.problem).toMatch(problem);
	receiver.answer = (response) => response.end();
	simulator.set({ deliverySpeed: FAST, answerTimeoutMs: 10_000 });
	await until(() => simulator.deliveries.at(-1)?.status === 200);
});

it('takes for no answer a port where no server listens', async () => {
	const away = new Receiver();
	await away.open();
	const url = away.url();
	await away.close();
	await simulator.deliver({ event: 'call.completed', url });

	expect(simulator.deliveries[0]).toMatchObject({
		status: null,
		problem: 'no server listens there',
	});
});

it.each([
	'https://n8n.example.com/hook',
	'http://192.0.2.1/hook',
	'http://localhost.example.com/',
	'http://127.0.0.1.example.com/',
])('sends nothing to %s', async (url) => {
	await simulator.deliver({ event: 'call.completed', url });

	expect(simulator.deliveries[0]).toMatchObject({ status: null, problem: 'not on this machine' });
});

it('knows this machine by its name', async () => {
	const url = receiver.url().replace('127.0.0.1', 'localhost');
	await simulator.deliver({ event: 'call.completed', url });

	expect(attempts()).toEqual([[1, 200]]);
});

it('keeps the order of one call while its receiver is slow', async () => {
	simulator.set({ speed: 5000 });
	const held: ServerResponse[] = [];
	receiver.answer = (response) => held.push(response);
	await start(simulator, { webhook_url: receiver.url() });
	await until(() => simulator.calls[0]?.status === 'completed');
	await until(() => held.length > 0);
	await sleep(20);
	expect(receiver.events()).toEqual(['call.initiated']);
	receiver.answer = (response) => response.end();
	held[0]?.end();
	await until(() => simulator.deliveries.length === 6);

	expect(receiver.events()).toEqual([
		'call.initiated',
		'call.ringing',
		'call.started',
		'call.completed',
		'call.recording.ready',
		'transcription.completed',
	]);
	expect(simulator.deliveries.map(({ event: name }) => name)).toEqual(receiver.events());
});

it('waits neither for retries nor for other calls', async () => {
	simulator.set({ deliverySpeed: 0.001 });
	receiver.answer = (response, { body }) => {
		const { to_number: to } = body.data;
		if (to === '+14155550111') return;
		response.statusCode = body.event === 'call.initiated' ? 409 : 200;
		response.end();
	};
	await start(simulator, { to_number: '+14155550111', webhook_url: receiver.url() });
	await until(() => receiver.received.length === 1);
	await start(simulator, { webhook_url: receiver.url() });
	await until(() => simulator.deliveries.length === 6);

	expect(attempts().map(([, status]) => status)).toEqual([409, 200, 200, 200, 200, 200]);
});

it('retries at the speed of the calls, unless told otherwise', async () => {
	simulator.set({ speed: 1, deliverySpeed: null });
	answering(409);
	await simulator.deliver(event());
	await aWhile();
	expect(attempts()).toHaveLength(1);
	simulator.set({ speed: 20_000 });
	await until(() => simulator.deliveries.length === 2);
	simulator.set({ deliverySpeed: 1 });
	answering(409);
	await simulator.deliver(event());
	await aWhile();
	expect(simulator.deliveries).toHaveLength(3);

	simulator.set({ deliverySpeed: null });
	await until(() => simulator.deliveries.at(-1)?.status === 200);
});

it.each(['DELETE', 'PATCH'])('retries no more after %s of the subscription', async (method) => {
	simulator.set({ deliverySpeed: 1 });
	const { id } = await subscribe(simulator, receiver.url());
	answering(500);
	await simulator.deliver({ event: 'call.completed' });
	const body = method === 'PATCH' ? { active: false } : undefined;
	await send(simulator, method, `/v1/webhooks/${id}`, { body });
	simulator.set({ deliverySpeed: FAST });
	await aWhile();

	expect(attempts()).toEqual([[1, 500]]);
});

it('delivers again on demand, the same, and then no more', async () => {
	await subscribe(simulator, receiver.url());
	await simulator.deliver({ event: 'call.completed' });
	answering(500);
	const again = await simulator.redeliver(0);
	await aWhile();

	const [first, second] = simulator.deliveries;
	expect(simulator.deliveries).toHaveLength(2);
	expect(again).toEqual(second);
	expect(second).toEqual({ ...first, at: second?.at, attempt: 2, status: 500 });
	const [{ headers, body } = {}, repeated] = receiver.received;
	expect(repeated?.body).toEqual(body);
	expect(repeated?.headers['x-webhook-signature']).toBe(headers?.['x-webhook-signature']);
	await expect(simulator.redeliver(7)).rejects.toThrow('There is no delivery 7');
});

it('records what was sent and when', async () => {
	const before = Date.now();
	await simulator.deliver({ ...event(), id: 'evt_1', data: { call_id: 'call_1' } });
	const after = Date.now();

	const [delivery] = simulator.deliveries;
	expect(delivery).toEqual({
		id: expect.stringMatching(/^[0-9a-f-]{36}$/),
		at: expect.any(Number),
		url: receiver.url(),
		event: 'call.completed',
		event_id: 'evt_1',
		call_id: 'call_1',
		attempt: 1,
		headers: { 'content-type': 'application/json', 'user-agent': 'KrosAI-Simulator' },
		body: JSON.stringify(receiver.received[0]?.body),
		status: 200,
		problem: null,
		subscriptionId: null,
	});
	expect(delivery?.at).toBeGreaterThanOrEqual(before);
	expect(delivery?.at).toBeLessThanOrEqual(after);
});

it('forgets deliveries, subscriptions, retries and all that waits on reset', async () => {
	simulator.set({ deliverySpeed: 1 });
	await subscribe(simulator, receiver.url());
	answering(500);
	await simulator.deliver({ event: 'call.completed' });
	receiver.answer = () => undefined;
	await start(simulator, { webhook_url: receiver.url('/slow') });
	await until(() => simulator.calls[0]?.status === 'completed');
	await until(() => receiver.received.length === 2);
	simulator.reset();
	simulator.set({ deliverySpeed: FAST });
	answering();
	await aWhile();

	expect(simulator.deliveries).toEqual([]);
	expect(simulator.webhooks).toEqual([]);
	expect(receiver.received).toHaveLength(2);
	await simulator.deliver(event());
	expect(attempts()).toEqual([[1, 200]]);
});

it('leaves neither timer nor connection when it is closed', async () => {
	await simulator.close();
	const count = (kind: string) =>
		process.getActiveResourcesInfo().filter((resource) => resource === kind).length;
	const timers = count('Timeout');
	const other = await startSimulator({ speed: 1, deliverySpeed: 1 });
	answering(500);
	await other.deliver(event());
	receiver.answer = () => undefined;
	const hanging = other.deliver(event());
	await until(() => receiver.received.length === 2);
	expect(count('Timeout')).toBeGreaterThanOrEqual(timers + 2);
	await other.close();
	await hanging;

	let open = await receiver.connections();
	await until(() => {
		void receiver.connections().then((now) => (open = now));
		return open === 0;
	});
	// Those of the requests that were cut off end a moment later.
	await until(() => count('Timeout') <= timers);
});
