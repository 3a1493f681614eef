import { cancellationOf, pause } from '../../../../nodes/KrosAi/util/pause';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** How long a pause took, in ms. */
async function lengthOf(ms: number, isCancelled?: () => boolean): Promise<number> {
	const start = Date.now();
	const ended = pause(ms, isCancelled).then(() => Date.now() - start);
	await jest.advanceTimersByTimeAsync(60_000);
	return await ended;
}

it.each([1, 199, 200, 201, 400, 1250])('takes %d ms', async (ms) => {
	expect(await lengthOf(ms)).toBe(ms);
});

it.each([0, -1])('does not even begin with %d ms', async (ms) => {
	await pause(ms);
	expect(jest.getTimerCount()).toBe(0);
});

it('ends a fifth of a second after the execution was cancelled, at most', async () => {
	const start = Date.now();
	for (const cancelledAt of [0, 1, 199, 200, 1000]) {
		const isCancelled = () => Date.now() - start >= cancelledAt;
		const late = (await lengthOf(10_000, isCancelled)) - cancelledAt;
		expect(late).toBeGreaterThanOrEqual(0);
		expect(late).toBeLessThanOrEqual(200);
		jest.setSystemTime(start);
	}
});

it('sees an execution as stopped once n8n has said so, and not before', () => {
	const stop = new AbortController();
	const isCancelled = cancellationOf({ getExecutionCancelSignal: () => stop.signal });
	expect(isCancelled()).toBe(false);
	stop.abort();
	expect(isCancelled()).toBe(true);
});

describe('an execution with a time limit is at its end', () => {
	/** How long before n8n ends it, in ms, where it has so many ms from now on. */
	async function secondsBefore(leftMs: number): Promise<number> {
		const additionalData = { executionTimeoutTimestamp: Date.now() + leftMs };
		const isCancelled = cancellationOf({ additionalData } as never);
		// The last fifteen seconds are looked at one tenth after the other.
		let passed = Math.max(0, leftMs - 15_000);
		await jest.advanceTimersByTimeAsync(passed);
		while (!isCancelled() && passed < leftMs) {
			await jest.advanceTimersByTimeAsync(100);
			passed += 100;
		}
		return leftMs - passed;
	}

	it.each([
		[3_600_000, 10_000],
		[60_000, 6_000],
		[5_000, 1_000],
		[500, 500],
		[-1_000, -1_000],
	])('of %d ms, %d ms before n8n ends it: else n8n keeps nothing of it', async (left, before) => {
		expect(await secondsBefore(left)).toBe(before);
	});

	it('however the clock on the wall is set meanwhile', () => {
		const additionalData = { executionTimeoutTimestamp: Date.now() + 60_000 };
		const isCancelled = cancellationOf({ additionalData } as never);
		jest.setSystemTime(Date.now() + 3_600_000);
		expect(isCancelled()).toBe(false);
	});
});

it.each([
	['that cannot be stopped', {}],
	['whose execution has no signal', { getExecutionCancelSignal: () => undefined }],
])('sees no context as stopped %s', (_, context) => {
	expect(cancellationOf(context)()).toBe(false);
});
