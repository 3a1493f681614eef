import { cancellationOf, pause } from '../../../../nodes/KrosAi/api/pause';

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

it.each([
	['that cannot be stopped', {}],
	['whose execution has no signal', { getExecutionCancelSignal: () => undefined }],
])('sees no context as stopped %s', (_, context) => {
	expect(cancellationOf(context)()).toBe(false);
});
