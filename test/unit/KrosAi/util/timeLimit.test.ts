import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { withinTime } from '../../../../nodes/KrosAi/util/timeLimit';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const never = async () => await new Promise<never>(() => {});
const after =
	<T>(ms: number, value: T) =>
	async () =>
		await new Promise<T>((resolve) => setTimeout(resolve, ms, value));

it('gives the answer, or the error, of what it waits for', async () => {
	await expect(withinTime(1_000, after(5, 'answer'))).resolves.toBe('answer');
	const refused = async () => await Promise.reject(new Error('refused'));
	await expect(withinTime(1_000, refused)).rejects.toThrow('refused');
});

it('gives up what takes longer, and says how long it waited', async () => {
	await expect(withinTime(200, never)).rejects.toMatchObject({
		code: 'ETIMEDOUT',
		message: 'no complete answer within 0.2 s',
	});
});

it('gives up only those who are late', async () => {
	const [first, second] = await Promise.allSettled([
		withinTime(200, never),
		withinTime(200, after(50, 'in time')),
	]);
	expect(first.status).toBe('rejected');
	expect(second).toEqual({ status: 'fulfilled', value: 'in time' });
});

describe('what it gives up', () => {
	/** Whether what was begun is told so, and by which reason it is rejected. */
	async function given(timeoutMs: number, ...signals: AbortSignal[]) {
		let signal: AbortSignal | undefined;
		const begin = async (own: AbortSignal) => {
			signal = own;
			return await never();
		};
		const failed = (await withinTime(timeoutMs, begin, ...signals).catch(
			(thrown: unknown) => thrown,
		)) as object;
		return [signal?.aborted, (failed as { code?: string }).code];
	}

	it('is told so at the limit', async () => {
		expect(await given(50)).toEqual([true, 'ETIMEDOUT']);
	});

	it.each([0, 1])('is told so by whichever of its signals, %i', async (index) => {
		const stops = [new AbortController(), new AbortController()];
		const signals = stops.map(({ signal }) => signal);
		const ended = given(60_000, ...signals);
		stops[index]!.abort();
		expect(await ended).toEqual([true, 'ERR_CANCELED']);
		// What comes later is not begun.
		expect(await given(60_000, ...signals)).toEqual([undefined, 'ERR_CANCELED']);
	});

	it('is not what is done in time, nor is a signal held by it', async () => {
		const stop = new AbortController();
		const held = jest.spyOn(stop.signal, 'removeEventListener');
		let signal: AbortSignal | undefined;
		const begin = async (own: AbortSignal) => {
			signal = own;
			await Promise.resolve();
		};
		await withinTime(60_000, begin, undefined, stop.signal);
		stop.abort();
		expect(signal!.aborted).toBe(false);
		expect(held).toHaveBeenCalledTimes(1);
	});
});

it('lets nothing keep its timer from going off, such as a collection of garbage', async () => {
	const limit = withinTime(100, never);
	collectGarbage();
	await expect(limit).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

it('keeps no answer, which may be a page of calls, until the time is over', async () => {
	const ask = async () => new WeakRef(await withinTime(60_000, after(1, { calls: [] })));
	const answers = await Promise.all([ask(), ask()]);
	await after(1, '')();
	collectGarbage();
	expect(answers.map((answer) => answer.deref())).toEqual([undefined, undefined]);
});
