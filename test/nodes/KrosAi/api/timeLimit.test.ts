import { createTimeLimit } from '../../../../nodes/KrosAi/api/timeLimit';

const never = new Promise<never>(() => {});
const after = async (ms: number, value: string) =>
	await new Promise<string>((resolve) => setTimeout(resolve, ms, value));

async function timeOf(waiting: Promise<unknown>): Promise<number> {
	const began = performance.now();
	await waiting.catch(() => {});
	return performance.now() - began;
}

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

it('gives nobody less time than was set, even who comes last to a timer', async () => {
	const withinTime = createTimeLimit(200);
	const times = [];
	for (let start = 0; start < 40; start += 1) {
		times.push(timeOf(withinTime(never)));
		await after(1, '');
	}
	expect(Math.min(...(await Promise.all(times)))).toBeGreaterThanOrEqual(199);
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

it('starts one timer for many requests', async () => {
	const timers = jest.spyOn(AbortSignal, 'timeout');
	const withinTime = createTimeLimit(60_000);
	await Promise.all(Array.from({ length: 100 }, async () => await withinTime(after(0, ''))));
	expect(timers).toHaveBeenCalledTimes(1);
});
