import { setTimeout as sleep } from 'node:timers/promises';
import { allEnded, get, start } from './client';
import { type Simulator, startSimulator } from './index';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator();
});
beforeEach(() => {
	simulator.reset();
	simulator.set({ plan: 'enterprise', startsPerSecond: Infinity, speed: 1 });
});
afterAll(async () => await simulator.close());

const times = async (count: number, send: () => ReturnType<typeof get>) =>
	await Promise.all(Array.from({ length: count }, send));

it.each([
	['free', 1],
	['pro', 10],
	['business', 50],
] as const)('holds the %s plan to %i calls at once', async (plan, lines) => {
	simulator.set({ plan });
	await times(lines, async () => await start(simulator));
	const { status, body, headers } = await start(simulator);

	expect(simulator.rung()).toHaveLength(lines);
	expect(status).toBe(429);
	expect(body).toEqual({ error: expect.any(String), code: 'RATE_LIMIT_EXCEEDED' });
	expect(headers.has('retry-after')).toBe(false);
});

it('sets no limit on the enterprise plan', async () => {
	await times(60, async () => await start(simulator));

	expect(simulator.rung()).toHaveLength(60);
});

it('gives the line back when the call has ended, however it ended', async () => {
	simulator.set({ plan: 'free', speed: 1000 });
	for (const outcome of ['answered', 'busy', 'no_answer', 'failed'] as const) {
		simulator.script('+14155550110', outcome);
		expect((await start(simulator)).status).toBe(200);
		await allEnded(simulator);
	}
	expect(simulator.rung()).toHaveLength(4);
});

it('takes ten starts a second and says truly when the next is taken', async () => {
	simulator.set({ startsPerSecond: 10 });
	const answers = await times(12, async () => await start(simulator));
	const refused = answers.filter(({ status }) => status === 429);
	const { body, headers } = refused[0]!;

	expect(simulator.rung()).toHaveLength(10);
	expect(refused).toHaveLength(2);
	expect(body).toEqual({
		error: 'Rate limit exceeded',
		code: 'RATE_LIMIT_EXCEEDED',
		retry_after: expect.any(Number),
	});
	expect(headers.get('retry-after')).toBe(String(body.retry_after));

	// A second after the first one, of which the time until the refusal has gone by.
	const refusedAt = simulator.requests.find(({ status }) => status === 429)!.at;
	const nextAt = simulator.requests[0]!.at + 1000;
	expect(Math.abs(refusedAt + body.retry_after * 1000 - nextAt)).toBeLessThan(50);
	await sleep(body.retry_after * 1000 + 5);
	expect((await start(simulator)).status).toBe(200);
	await times(12, async () => await start(simulator));
	expect(simulator.rung().length).toBeLessThanOrEqual(20);
});

it('can be slower than one start a second', async () => {
	simulator.set({ startsPerSecond: 0.5 });
	await start(simulator);
	const { body } = await start(simulator);

	expect(body.retry_after).toBeGreaterThan(1.5);
	expect(body.retry_after).toBeLessThanOrEqual(2);
});

it('counts from nothing again after a reset', async () => {
	simulator.set({ startsPerSecond: 1, plan: 'free' });
	await start(simulator);
	simulator.reset();
	const { status, headers } = await start(simulator);

	expect(status).toBe(200);
	expect(headers.get('x-ratelimit-remaining')).toBe('9');
});

it('does not hold lists to the rate of starts', async () => {
	simulator.set({ startsPerSecond: 1 });
	await start(simulator);

	expect((await get(simulator, '/v1/calls')).status).toBe(200);
});

it('holds all requests to the rate of the plan', async () => {
	simulator.set({ plan: 'free' });
	const answers = await times(11, async () => await get(simulator, '/v1/calls'));
	const refused = answers.filter(({ status }) => status === 429);

	expect(refused).toHaveLength(1);
	expect(refused[0]?.body.retry_after).toBeGreaterThan(0);
	expect(refused[0]?.headers.get('x-ratelimit-remaining')).toBe('0');
});

it('names the rate on every response', async () => {
	simulator.set({ plan: 'pro' });
	await get(simulator, '/v1/calls');
	const accepted = await get(simulator, '/v1/calls');
	const refused = await get(simulator, '/v1/nothing');

	expect(accepted.headers.get('x-ratelimit-limit')).toBe('50');
	expect(accepted.headers.get('x-ratelimit-remaining')).toBe('48');
	expect(refused.headers.get('x-ratelimit-remaining')).toBe('47');
	const reset = Number(refused.headers.get('x-ratelimit-reset'));
	expect(reset).toBeGreaterThanOrEqual(Math.floor(Date.now() / 1000));
	expect(reset).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + 1);
});
