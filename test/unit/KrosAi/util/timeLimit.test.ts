import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTimeLimit } from '../../../../nodes/KrosAi/util/timeLimit';

const never = new Promise<never>(() => {});
const after = async (ms: number, value: string) =>
	await new Promise<string>((resolve) => setTimeout(resolve, ms, value));

it('gives the answer, or the error, of what it waits for', async () => {
	const withinTime = createTimeLimit(1_000);
	await expect(withinTime(after(5, 'answer'))).resolves.toBe('answer');
	await expect(withinTime(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

it('gives up what takes longer, and says how long it waited', async () => {
	await expect(createTimeLimit(200)(never)).rejects.toMatchObject({
		code: 'ETIMEDOUT',
		message: 'no complete answer within 0.2 s',
	});
});

it('gives up only those who are late', async () => {
	const withinTime = createTimeLimit(200);
	const [first, second] = await Promise.allSettled([
		withinTime(never),
		withinTime(after(50, 'in time')),
	]);
	expect(first.status).toBe('rejected');
	expect(second).toEqual({ status: 'fulfilled', value: 'in time' });
});

it('keeps no answer, which may be a page of calls, until the time is over', async () => {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	const withinTime = createTimeLimit(60_000);
	const ask = async () => new WeakRef(await withinTime(Promise.resolve({ calls: [] })));
	const answers = await Promise.all([ask(), ask()]);
	await after(1, '');
	collectGarbage();
	expect(answers.map((answer) => answer.deref())).toEqual([undefined, undefined]);
});

describe('the timers of many requests', () => {
	let now = 0;
	let timers: jest.SpyInstance<AbortSignal, [number]>;
	beforeEach(() => {
		now = 1_000_000;
		jest.spyOn(performance, 'now').mockImplementation(() => now);
		timers = jest.spyOn(AbortSignal, 'timeout');
	});
	afterEach(() => jest.restoreAllMocks());

	const answered = async () => await Promise.resolve();

	it('give no request less time than was set, nor much more, even the last to share one', async () => {
		const alarms: Array<{ at: number; clock: AbortController }> = [];
		timers.mockImplementation((ms) => {
			const clock = new AbortController();
			alarms.push({ at: now + ms, clock });
			return clock.signal;
		});
		const withinTime = createTimeLimit(2_000);
		const waited: number[] = [];
		for (let start = 0; start < 40; start += 1, now += 1) {
			const began = now;
			void withinTime(never).catch(() => waited.push(now - began));
		}
		for (const { at, clock } of alarms) {
			now = at;
			clock.abort();
			await after(0, '');
		}
		expect(waited).toHaveLength(40);
		expect(Math.min(...waited)).toBeGreaterThanOrEqual(2_000);
		expect(Math.max(...waited)).toBeLessThanOrEqual(2_020);
	});

	it('are one for all that begin within a hundredth of the time, and wait for the last', async () => {
		const withinTime = createTimeLimit(60_000);
		for (const at of [0, 1, 300, 600]) {
			now = 1_000_000 + at;
			await withinTime(answered());
		}
		expect(timers.mock.calls).toEqual([[60_600]]);
	});

	it('are another for those that begin later', async () => {
		const withinTime = createTimeLimit(60_000);
		for (const at of [0, 601, 1201, 1202]) {
			now = 1_000_000 + at;
			await withinTime(answered());
		}
		expect(timers).toHaveBeenCalledTimes(3);
	});

	it('take whole milliseconds, as AbortSignal asks for', async () => {
		await createTimeLimit(150)(answered());
		expect(timers.mock.calls).toEqual([[152]]);
	});
});
