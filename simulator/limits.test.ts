import { allEnded, get, start } from './client';
import { simulator, useSimulator } from './setUp';

useSimulator({ plan: 'enterprise', startsPerSecond: Infinity, speed: 0.001 });

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

	expect(simulator.called()).toHaveLength(lines);
	expect(status).toBe(429);
	expect(body).toEqual({ error: expect.any(String), code: 'RATE_LIMIT_EXCEEDED' });
	expect(headers.has('retry-after')).toBe(false);
});

it.each([
	[429, 'CONCURRENT_LIMIT_EXCEEDED'],
	[400, 'CONCURRENT_LIMIT_EXCEEDED'],
	[403, 'CONCURRENT_LIMIT_EXCEEDED'],
] as const)('may say %i %s where no line is free', async (status, code) => {
	simulator.set({ plan: 'free', noLineRefusal: { status, code } });
	await start(simulator);
	const refused = await start(simulator);

	expect(refused).toMatchObject({ status, body: { code } });
	expect(refused.headers.has('retry-after')).toBe(false);
	expect(simulator.called()).toHaveLength(1);
});

it('sets no limit on the enterprise plan', async () => {
	await times(60, async () => await start(simulator));

	expect(simulator.called()).toHaveLength(60);
});

it('gives the line back when the call has ended, however it ended', async () => {
	simulator.set({ plan: 'free', speed: 1000 });
	for (const outcome of ['answered', 'busy', 'no_answer', 'failed'] as const) {
		simulator.script('+14155550110', outcome);
		expect((await start(simulator)).status).toBe(200);
		await allEnded(simulator);
	}
	expect(simulator.called()).toHaveLength(4);
});

describe('so many a second', () => {
	// The clock of the limits is put forward by hand: a busy machine may need a second for ten requests.
	let now = 1000;
	beforeEach(() => {
		now = 1000;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
	});
	afterEach(() => jest.restoreAllMocks());

	it('takes ten starts and says truly when the next is taken', async () => {
		simulator.set({ startsPerSecond: 10 });
		await start(simulator);
		now += 400;
		const answers = await times(11, async () => await start(simulator));
		const refused = answers.filter(({ status }) => status === 429);
		const { body, headers } = refused[0]!;

		expect(simulator.called()).toHaveLength(10);
		expect(refused).toHaveLength(2);
		// A second after the first one, of which the time until the refusal has gone by.
		expect(body).toEqual({
			error: 'Rate limit exceeded',
			code: 'RATE_LIMIT_EXCEEDED',
			retry_after: 0.6,
		});
		expect(headers.get('retry-after')).toBe('0.6');

		now += 599;
		expect((await start(simulator)).status).toBe(429);
		now += 1;
		const later = await times(12, async () => await start(simulator));
		expect(later.filter(({ status }) => status === 200)).toHaveLength(1);
		now += 1000;
		await times(12, async () => await start(simulator));
		expect(simulator.called()).toHaveLength(21);
	});

	it('can be less than one start', async () => {
		simulator.set({ startsPerSecond: 0.5 });
		await start(simulator);
		const { body } = await start(simulator);

		expect(body.retry_after).toBe(2);
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
		expect(refused[0]?.body.retry_after).toBe(1);
		expect(refused[0]?.headers.get('x-ratelimit-remaining')).toBe('0');
	});

	it('names the rate on every response', async () => {
		simulator.set({ plan: 'pro' });
		await get(simulator, '/v1/calls');
		const accepted = await get(simulator, '/v1/calls');
		const before = Date.now();
		const refused = await get(simulator, '/v1/nothing');
		const after = Date.now();

		expect(accepted.headers.get('x-ratelimit-limit')).toBe('50');
		expect(accepted.headers.get('x-ratelimit-remaining')).toBe('48');
		expect(refused.headers.get('x-ratelimit-remaining')).toBe('47');
		const reset = Number(refused.headers.get('x-ratelimit-reset'));
		expect(reset).toBeGreaterThanOrEqual(Math.ceil(before / 1000) + 1);
		expect(reset).toBeLessThanOrEqual(Math.ceil(after / 1000) + 1);
	});
});
