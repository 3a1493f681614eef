import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTimeLimit, type TimeLimit } from '../../../../nodes/KrosAi/util/timeLimit';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const never = async () => await new Promise<never>(() => {});
const after =
	<T>(ms: number, value: T) =>
	async () =>
		await new Promise<T>((resolve) => setTimeout(resolve, ms, value));

it('gives the answer, or the error, of what it waits for', async () => {
	const withinTime = createTimeLimit(1_000);
	await expect(withinTime(after(5, 'answer'))).resolves.toBe('answer');
	await expect(withinTime(async () => await Promise.reject(new Error('refused')))).rejects.toThrow(
		'refused',
	);
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

describe('what it gives up', () => {
	/** Whether what was begun is told so, and by which reason it is rejected. */
	async function given(limit: TimeLimit, wanted?: AbortSignal) {
		let signal: AbortSignal | undefined;
		const begin = async (own: AbortSignal) => {
			signal = own;
			return await never();
		};
		const failed = (await limit(begin, wanted).catch((thrown: unknown) => thrown)) as object;
		return [signal?.aborted, (failed as { code?: string }).code];
	}

	it('is told so at the limit', async () => {
		expect(await given(createTimeLimit(50))).toEqual([true, 'ETIMEDOUT']);
	});

	it('is told so when the execution is stopped, all of it', async () => {
		const stop = new AbortController();
		const limit = createTimeLimit(60_000, stop.signal);
		const both = Promise.all([given(limit), given(limit)]);
		stop.abort();
		expect(await both).toEqual(Array(2).fill([true, 'ERR_CANCELED']));
		// What comes later is not begun.
		expect(await given(limit)).toEqual([undefined, 'ERR_CANCELED']);
	});

	it('is told so when it alone is not wanted any more', async () => {
		const limit = createTimeLimit(60_000);
		const [stop, others] = [new AbortController(), new AbortController()];
		const ended = given(limit, stop.signal);
		const other = given(limit, others.signal);
		stop.abort();
		expect(await ended).toEqual([true, 'ERR_CANCELED']);
		expect(await Promise.race([other, after(20, 'goes on')()])).toBe('goes on');
		expect(await given(limit, stop.signal)).toEqual([undefined, 'ERR_CANCELED']);
		others.abort();
		await other;
	});

	it('is not what is done in time, nor is a signal held by it', async () => {
		const stop = new AbortController();
		const held = jest.spyOn(stop.signal, 'removeEventListener');
		let signal: AbortSignal | undefined;
		await createTimeLimit(60_000)(async (own) => {
			signal = own;
			await Promise.resolve();
		}, stop.signal);
		stop.abort();
		expect(signal!.aborted).toBe(false);
		expect(held).toHaveBeenCalledTimes(1);
	});
});

it('lets nothing keep its timer from going off, such as a collection of garbage', async () => {
	const limit = createTimeLimit(100)(never);
	collectGarbage();
	await expect(limit).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

it('keeps no answer, which may be a page of calls, until the time is over', async () => {
	const withinTime = createTimeLimit(60_000);
	const ask = async () => new WeakRef(await withinTime(after(1, { calls: [] })));
	const answers = await Promise.all([ask(), ask()]);
	await after(1, '')();
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
			await after(0, '')();
		}
		expect(waited).toHaveLength(40);
		expect(Math.min(...waited)).toBeGreaterThanOrEqual(2_000);
		expect(Math.max(...waited)).toBeLessThanOrEqual(2_020);
	});

	it('are one for all that begin within a hundredth of the time, and wait for the last', async () => {
		const withinTime = createTimeLimit(60_000);
		for (const at of [0, 1, 300, 600]) {
			now = 1_000_000 + at;
			await withinTime(answered);
		}
		expect(timers.mock.calls).toEqual([[60_600]]);
	});

	it('are another for those that begin later', async () => {
		const withinTime = createTimeLimit(60_000);
		for (const at of [0, 601, 1201, 1202]) {
			now = 1_000_000 + at;
			await withinTime(answered);
		}
		expect(timers).toHaveBeenCalledTimes(3);
	});

	it('take whole milliseconds, as AbortSignal asks for', async () => {
		await createTimeLimit(150)(answered);
		expect(timers.mock.calls).toEqual([[152]]);
	});
});
