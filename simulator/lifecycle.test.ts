import { setTimeout as sleep } from 'node:timers/promises';
import { allEnded, get, start, until } from './client';
import { type Outcome, type SimulatedCall } from './index';
import { simulator, useSimulator } from './setUp';

const TO = '+14155550110';
/** Nothing happens to a call at this speed, however long the machine takes over a request. */
const ALMOST_STILL = 0.001;
useSimulator({ startsPerSecond: Infinity, speed: 500 });

/** Starts a call, waits for its end; returns it with every state it went through. */
async function wholeCall(
	fields: object = {},
): Promise<{ call: SimulatedCall; statuses: string[] }> {
	const statuses: string[] = [];
	const stop = simulator.onCallChange(({ status }) => statuses.push(status));
	await start(simulator, fields);
	await until(() => simulator.calls[0]?.completed_at !== null);
	stop();
	return { call: simulator.calls[0]!, statuses };
}

const seconds = (from: string | null, to: string | null) =>
	(Date.parse(to!) - Date.parse(from!)) / 1000;

it('takes a call from initiated to completed, as the specification draws it', async () => {
	simulator.script(TO, 'answered', { setup: 1, ringing: 4.9, talking: 180 });
	const { call, statuses } = await wholeCall();

	expect(statuses).toEqual(['initiated', 'ringing', 'answered', 'in_progress', 'completed']);
	expect(call).toMatchObject({
		duration: 180,
		cost_cents: 12,
		hangup_cause: 'normal_clearing',
		transcript: expect.stringMatching(/^\[Agent\]: .*Support Agent.*\n\[Caller\]: /),
	});
	expect(seconds(call.created_at, call.answered_at)).toBe(5);
	expect(seconds(call.answered_at, call.completed_at)).toBe(180);
});

it('answers a number without a script', async () => {
	expect((await wholeCall()).call).toMatchObject({ status: 'completed', duration: 12 });
});

it.each([
	['busy', ['initiated', 'busy'], 'busy'],
	['no_answer', ['initiated', 'ringing', 'no_answer'], 'no_answer'],
	['failed', ['initiated', 'failed'], 'network_error'],
] as const)('ends a scripted %s', async (outcome, expected, cause) => {
	simulator.script(TO, outcome);
	const { call, statuses } = await wholeCall();

	expect(statuses).toEqual(expected);
	expect(call).toMatchObject({
		status: outcome,
		hangup_cause: cause,
		duration: 0,
		cost_cents: 0,
		answered_at: null,
		transcript: null,
	});
});

it.each([
	['+14155550170', 'no_answer'],
	['+14155550171', 'busy'],
	['+14155550172', 'failed'],
])(
	'ends each call to the test number %s as %s, unless it has a script',
	async (to_number, status) => {
		simulator.script('*', 'answered');
		expect((await wholeCall({ to_number })).call).toMatchObject({ status });
		simulator.script(to_number, 'answered');
		await start(simulator, { to_number });
		await allEnded(simulator);
		expect(simulator.calls[1]).toMatchObject({ status: 'completed' });
	},
);

describe('a call that a person decides upon', () => {
	/** The id of a call to the test number that rings until then, by its number. */
	async function ringing(): Promise<string> {
		const { body } = await start(simulator, { to_number: '+14155550173', max_duration: 60 });
		await until(() => simulator.calls[0]?.status === 'ringing');
		await sleep(50);
		expect(simulator.calls[0]?.status).toBe('ringing');
		return body.call_id;
	}

	it.each<[Outcome, string, string | null]>([
		['answered', 'completed', 'normal_clearing'],
		['no_answer', 'no_answer', 'no_answer'],
		['busy', 'busy', 'busy'],
		['failed', 'failed', 'network_error'],
	])('rings until then: %s', async (outcome, status, hangup_cause) => {
		const id = await ringing();
		simulator.decide(id, outcome);
		await allEnded(simulator);

		expect(simulator.calls[0]).toMatchObject({ status, hangup_cause });
		expect(() => simulator.decide(id, outcome)).toThrow(/doesn't ring/);
	});

	it('goes on as decided, not as planned', async () => {
		simulator.set({ speed: ALMOST_STILL });
		simulator.script(TO, 'no_answer', { ringing: 5 });
		const { body } = await start(simulator);
		simulator.decide(body.call_id, 'answered');
		simulator.set({ speed: 500 });
		await allEnded(simulator);

		const { events } = (await get(simulator, `/v1/calls/${body.call_id}/events`)).body;
		const statuses = events.map(({ status }: SimulatedCall) => status);
		expect(statuses).toEqual(['initiated', 'answered', 'in_progress', 'completed']);
	});

	it('is hung up, and moves no more', async () => {
		simulator.set({ speed: 1 });
		const { body } = await start(simulator);
		simulator.decide(body.call_id, 'answered');
		await until(() => simulator.calls[0]?.answered_at !== null);
		expect(() => simulator.decide(body.call_id, 'busy')).toThrow(/doesn't ring/);
		simulator.hangUp(body.call_id);

		expect(simulator.calls[0]).toMatchObject({
			status: 'completed',
			hangup_cause: 'user_hangup',
			duration: 0,
			transcript: expect.stringContaining('[Agent]'),
		});
		expect(() => simulator.hangUp(body.call_id)).toThrow(/not in progress/);
		const states = await get(simulator, `/v1/calls/${body.call_id}/events`);
		simulator.set({ speed: 1000 });
		await sleep(50);
		expect(await get(simulator, `/v1/calls/${body.call_id}/events`)).toMatchObject({
			body: states.body,
		});
	});
});

it('ends the call at max_duration, counted from the answer', async () => {
	simulator.script(TO, 'answered', { talking: 300 });
	const { call } = await wholeCall({ max_duration: 60 });

	expect(call).toMatchObject({ status: 'completed', duration: 60, hangup_cause: 'timeout' });
});

it('goes by the script of the number, else by that for all', async () => {
	simulator.script('*', 'busy');
	simulator.script(TO, 'failed');
	await start(simulator);
	await start(simulator, { to_number: '+14155550111' });
	await allEnded(simulator);

	expect(simulator.calls.map(({ status }) => status)).toEqual(['failed', 'busy']);
	expect(() => simulator.script(TO, 'dead' as 'busy')).toThrow(/outcome must be one of/);
});

it('lets the call clock run faster, for calls that are up too', async () => {
	simulator.set({ speed: ALMOST_STILL });
	await start(simulator);
	await sleep(50);
	expect(simulator.calls[0]?.status).toBe('initiated');

	simulator.set({ speed: 1000 });
	await until(() => simulator.calls[0]?.status === 'completed');
});

it('takes the cost of ended calls from the balance', async () => {
	simulator.set({ balanceCents: 7 });
	await wholeCall();
	const { body } = await start(simulator);
	simulator.set({ balanceCents: 100_000 });

	expect(body.code).toBe('INSUFFICIENT_BALANCE');
});

it('shows the call in the log while it is up and after', async () => {
	simulator.set({ speed: ALMOST_STILL });
	const { body } = await start(simulator, { metadata: { a: '1' }, max_duration: 5 });
	const up = await get(simulator, `/v1/calls/${body.call_id}`);
	simulator.set({ speed: 1000 });
	await until(() => simulator.calls[0]?.status === 'completed');
	const ended = await get(simulator, `/v1/calls/${body.call_id}`);

	expect(up.body).toEqual({
		id: body.call_id,
		direction: 'outbound',
		status: 'initiated',
		from_number: '+2348012345678',
		to_number: TO,
		endpoint_id: 'ep_abc123',
		phone_number_id: 'pn_abc123',
		duration: null,
		cost_cents: null,
		hangup_cause: null,
		transcript: null,
		recording_url: null,
		metadata: { a: '1' },
		created_at: body.created_at,
		answered_at: null,
		completed_at: null,
	});
	expect(ended.body).toMatchObject({ id: body.call_id, status: 'completed', duration: 5 });
	expect(await get(simulator, '/v1/calls/call_unknown')).toMatchObject({
		status: 404,
		body: { code: 'CALL_NOT_FOUND' },
	});
});

it('forgets everything on reset: calls that are up never move again', async () => {
	const changed = jest.fn();
	const stop = simulator.onCallChange(changed);
	simulator.set({ speed: ALMOST_STILL });
	simulator.script(TO, 'busy', { setup: 0.05 });
	await start(simulator);
	simulator.reset();
	simulator.set({ speed: 1000 });
	await sleep(100);
	stop();

	expect(changed).toHaveBeenCalledTimes(1);
	expect(simulator.calls).toEqual([]);
	expect(simulator.requests).toEqual([]);
	expect((await get(simulator, '/v1/calls')).body.total).toBe(0);
});

it('may be reset by who listens', async () => {
	const statuses: string[] = [];
	const stop = simulator.onCallChange(({ status }) => {
		statuses.push(status);
		if (status === 'ringing') simulator.reset();
	});
	await start(simulator);
	await until(() => statuses.length === 2);
	await sleep(50);
	stop();

	expect(statuses).toEqual(['initiated', 'ringing']);
});
