import { createHmac } from 'node:crypto';
import { CALL, get, send, start, subscribe, until } from './client';
import { receiver, simulator, useReceiver, useSimulator } from './setUp';

useReceiver();
// At this speed any call ends at once.
useSimulator({ startsPerSecond: Infinity, speed: 2000 });

/** Starts a call and returns it when so many deliveries have come. */
async function call(fields: object, deliveries: number) {
	const { call_id: id } = (await start(simulator, fields)).body;
	await until(() => receiver.received.length >= deliveries);
	return simulator.calls.find((one) => one.id === id)!;
}

const ENDED = 4;
const OWN = { metadata: { customer_id: 'cust_xyz' } };
const withOwnUrl = () => ({ ...OWN, webhook_url: receiver.url('/own') });

it('tells a subscription of an answered call from its start to its transcript', async () => {
	await subscribe(simulator, receiver.url());
	const { id, answered_at, completed_at, recording_url, transcript } = await call(OWN, ENDED);

	const parties = { call_id: id, direction: 'outbound', ...numbers() };
	const envelope = (event: string, timestamp: unknown, data: object) => ({
		id: expect.stringMatching(/^evt_\w{12}$/),
		event,
		timestamp,
		data,
	});
	const after = (seconds: number) =>
		new Date(Date.parse(completed_at!) + seconds * 1000).toISOString().replace('.000', '');
	expect(receiver.received.map(({ body }) => body)).toEqual([
		envelope('call.started', answered_at, { call_id: id, answered_at }),
		envelope('call.completed', completed_at, {
			...parties,
			status: 'completed',
			duration: 12,
			cost_cents: 4,
			hangup_cause: 'normal_clearing',
			recording_url: expect.stringMatching(new RegExp(`/recordings/${id}\\.mp3\\?`)),
			transcript: expect.stringContaining('[Agent]:'),
			...OWN,
		}),
		envelope('call.recording.ready', after(2), { call_id: id, recording_url }),
		envelope('transcription.completed', after(4), { call_id: id, transcript }),
	]);
	expect(new Set(receiver.received.map(({ body }) => body.id)).size).toBe(ENDED);
	expect(recording_url).not.toBeNull();
});

it.each([
	['busy', 'busy', 'BUSY'],
	['no_answer', 'no_answer', 'NO_ANSWER'],
	['failed', 'network_error', 'NETWORK_ERROR'],
] as const)('tells of a call that ends in %s as failed', async (outcome, cause, code) => {
	await subscribe(simulator, receiver.url());
	simulator.script('*', outcome);
	const { id, completed_at } = await call(OWN, 1);

	expect(receiver.received[0]?.body).toEqual({
		id: expect.any(String),
		event: 'call.failed',
		timestamp: completed_at,
		data: {
			call_id: id,
			direction: 'outbound',
			...numbers(),
			status: outcome,
			error_code: code,
			hangup_cause: cause,
			...OWN,
		},
	});
});

it('delivers to each active subscription what it asked for, signed with its secret', async () => {
	const all = await subscribe(simulator, receiver.url('/all'));
	const ends = await subscribe(simulator, receiver.url('/ends'), ['call.completed']);
	const off = await subscribe(simulator, receiver.url('/off'));
	await send(simulator, 'PATCH', `/v1/webhooks/${off.id}`, { body: { active: false } });
	await call(OWN, 5);
	await until(() => simulator.deliveries.length === 5);

	const of = (subscriptionId: string) =>
		simulator.deliveries.filter((delivery) => delivery.subscriptionId === subscriptionId);
	expect(of(all.id)).toHaveLength(4);
	expect(of(off.id)).toEqual([]);
	expect(of(ends.id)).toMatchObject([{ event: 'call.completed', url: receiver.url('/ends') }]);
	const [end] = of(ends.id);
	expect(of(all.id)[1]).toMatchObject({ event_id: end?.event_id, body: end?.body });
	for (const { secret, id } of [all, ends]) {
		for (const { headers, body } of of(id)) {
			const hex = createHmac('sha256', secret).update(body).digest('hex');
			expect(headers['x-webhook-signature']).toBe(`sha256=${hex}`);
		}
	}
	const arrived = receiver.received.find(({ path }) => path === '/ends');
	expect(arrived?.headers).toMatchObject(end!.headers);
});

it('delivers a call with a webhook_url there instead, its progress too, unsigned', async () => {
	await subscribe(simulator, receiver.url('/subscribed'));
	const { id } = await call(withOwnUrl(), 6);
	await until(() => simulator.deliveries.length === 6);

	expect(receiver.events()).toEqual([
		'call.initiated',
		'call.ringing',
		'call.started',
		'call.completed',
		'call.recording.ready',
		'transcription.completed',
	]);
	expect(receiver.received[0]?.body.data).toEqual({
		call_id: id,
		direction: 'outbound',
		...numbers(),
		phone_number_id: 'pn_abc123',
		endpoint_id: CALL.endpoint_id,
	});
	expect(receiver.received[1]?.body.data).toEqual({ call_id: id });
	expect(receiver.received.every(({ path }) => path === '/own')).toBe(true);
	expect(receiver.received[0]?.headers).not.toHaveProperty('x-webhook-signature');
	expect(simulator.deliveries[0]).toMatchObject({ call_id: id, subscriptionId: null });
});

it('signs deliveries to a webhook_url when given a secret for it', async () => {
	simulator.set({ signPerCall: 'whsec_own' });
	await call(withOwnUrl(), 1);
	await until(() => simulator.deliveries.length > 0);

	const { body, headers } = simulator.deliveries[0]!;
	const hex = createHmac('sha256', 'whsec_own').update(body).digest('hex');
	expect(headers['x-webhook-signature']).toBe(`sha256=${hex}`);
});

it.each([
	['openapi', 'call.started', 'call.completed', 'call.recording.ready', 'transcription.completed'],
	['guide', 'call.answered', 'call.completed', 'recording.ready', 'transcript.ready'],
	['overview', 'call.started', 'call.ended', 'call.recording.completed', 'transcription.completed'],
] as const)('names events as in %s', async (eventNames, ...expected) => {
	simulator.set({ eventNames });
	await subscribe(simulator, receiver.url());
	await call({}, ENDED);

	expect(receiver.events()).toEqual(expected);
});

it('names the time as it is told', async () => {
	simulator.set({ timeField: 'created_at' });
	await call(withOwnUrl(), 1);

	expect(Object.keys(receiver.received[0]?.body)).toEqual(['id', 'event', 'created_at', 'data']);
});

it.each(['openapi', 'overview'] as const)('can be flat (%s)', async (eventNames) => {
	simulator.set({ deliveryForm: 'flat', eventNames });
	const { id } = await call(withOwnUrl(), ENDED);

	expect(receiver.received[1]?.body).toEqual({ event: 'call.ringing', call_id: id });
	expect(receiver.received[3]?.body).toEqual({
		event: eventNames === 'openapi' ? 'call.completed' : 'call.ended',
		call_id: id,
		direction: 'outbound',
		...numbers(),
		duration: 12,
		cost_cents: 4,
		...OWN,
	});
	await until(() => simulator.deliveries.length > 0);
	expect(simulator.deliveries[0]?.event_id).toMatch(/^evt_/);
});

it('tells of a flat failure how it failed', async () => {
	simulator.set({ deliveryForm: 'flat' });
	await subscribe(simulator, receiver.url());
	simulator.script('*', 'busy');
	const { id } = await call(OWN, 1);

	expect(receiver.received[0]?.body).toMatchObject({
		event: 'call.failed',
		call_id: id,
		status: 'busy',
		error_code: 'BUSY',
		...OWN,
	});
});

it('shows the recording in the log of an answered call only', async () => {
	const { id } = await call(withOwnUrl(), ENDED);
	simulator.script('*', 'busy');
	const busy = await call({}, 0);
	await until(() => busy.completed_at !== null);

	expect((await get(simulator, `/v1/calls/${id}`)).body.recording_url).toMatch(/^http:.*mp3\?/);
	expect(busy.recording_url).toBeNull();
});

describe('out of thin air', () => {
	it('delivers to every active subscription, whatever its events', async () => {
		const one = await subscribe(simulator, receiver.url('/one'), ['call.completed']);
		await subscribe(simulator, receiver.url('/two'), ['call.failed']);
		const data = { call_id: 'call_1', balance: 5 };
		const deliveries = await simulator.deliver({ event: 'balance.low', id: 'evt_1', data });

		expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/one', '/two']);
		expect(receiver.received[0]?.body).toEqual({
			id: 'evt_1',
			event: 'balance.low',
			timestamp: expect.any(String),
			data,
		});
		expect(deliveries[0]).toMatchObject({ subscriptionId: one.id, call_id: 'call_1', status: 200 });
		expect(deliveries[0]?.headers).toHaveProperty('x-webhook-signature');
		expect(simulator.deliveries).toHaveLength(2);
	});

	it('delivers to an address', async () => {
		await subscribe(simulator, receiver.url('/subscribed'));
		await simulator.deliver({ event: 'call.completed', url: receiver.url('/there') });

		expect(receiver.received).toMatchObject([
			{ path: '/there', body: { event: 'call.completed', data: {} } },
		]);
		expect(receiver.received[0]?.headers).not.toHaveProperty('x-webhook-signature');
	});

	it('refuses what is no event and no address', async () => {
		await expect(simulator.deliver({ event: '' })).rejects.toThrow(/event must be/);
		const nowhere = { event: 'call.completed', url: 'nowhere' };
		await expect(simulator.deliver(nowhere)).rejects.toThrow(/url must be/);
	});
});

function numbers() {
	return { from_number: CALL.from_number, to_number: CALL.to_number };
}
