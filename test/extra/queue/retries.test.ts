/** A list without keys, on two workers: killed, retried, and retried at the same time. */
import { PROMISE } from '../memory/attacks';
import { startedBy } from './cluster';
import { establishedAt, type List, say, useLists } from './lists';

jest.setTimeout(10 * 60_000);

const { workers, simulator, begin } = useLists();

/** Who was noted and not called before the worker was killed: a second's worth at most. */
const NOTED_AHEAD = 10;
/** Two retries at once, so many times. */
const ROUNDS = 5;

/**
 * Kills the worker in the middle and starts it again: n8n then calls the execution crashed. With a
 * short lock it may miss the job first, and end it without the rows.
 */
async function crash(list: List) {
	await list.reached(20);
	const { placer } = await list.workers();
	await placer.kill();
	const { called } = await list.account('killed');
	await placer.restart();
	const crashed = await list.end();
	expect(crashed.status).toBe('crashed');
	return { called, crashed };
}

test('a worker is killed, then Retry', async () => {
	const list = await begin(60);
	const { called, crashed } = await crash(list);
	const retried = await list.retry();
	const account = await list.account(`killed after ${called} of 60, then Retry`, retried);
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
	expect(account.contacts - account.called).toBeLessThanOrEqual(NOTED_AHEAD);
	expect(establishedAt(retried)).toBe(establishedAt(crashed));
});

test('a worker is killed, then two retries at once, each on a worker of its own', async () => {
	// n8n's store takes no lock: how many are called twice is measured, not promised.
	const twice: number[] = [];
	for (let round = 1; round <= ROUNDS; round += 1) {
		simulator().reset();
		const list = await begin(60);
		const { called } = await crash(list);
		const before = await Promise.all(workers().map(startedBy));
		const retries = await Promise.all([list.retry(), list.retry()]);
		const after = await Promise.all(workers().map(startedBy));
		expect(after.map((ids, index) => ids.length - before[index]!.length)).toEqual([1, 1]);
		for (const [index, retry] of retries.entries()) {
			const label = `killed after ${called} of 60, retry ${index + 1} of two at once`;
			const account = await list.account(label, retry);
			expect(account).toMatchObject({ astray: [], untrue: [], out: { raw: 0, notCalled: 0 } });
			expect(account.contacts - account.called).toBeLessThanOrEqual(NOTED_AHEAD);
			twice[round - 1] = account.twice;
		}
	}
	say(`two retries at once, called twice of 60 in each round: ${twice.join()}`);
});

test('a retry by the API on one worker while the original runs on the other', async () => {
	const list = await begin(60);
	await list.reached(20);
	const { other } = await list.workers();
	const retried = await list.retry();
	const original = await list.end();
	expect(await startedBy(other)).toContain(retried.id);
	for (const [label, execution] of Object.entries({ retry: retried, original })) {
		const account = await list.account(`retried while it ran, the ${label}`, execution);
		expect(account).toMatchObject({ called: 60, astray: [], untrue: [], out: { raw: 0 } });
	}
});

test('a worker is killed and stays away: n8n keeps no rows, and a retry calls no contact', async () => {
	const list = await begin(60);
	await list.reached(20);
	const { placer } = await list.workers();
	await placer.kill();
	const ended = await list.end();
	const { called } = await list.account('killed and away', ended);
	expect(establishedAt(ended)).toBeUndefined();
	const retried = await list.retry();
	await list.account('killed and away, retried', retried);
	await placer.restart();
	expect(retried.status).toBe('error');
	expect(simulator().calls.length).toBe(called);
});
