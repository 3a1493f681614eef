/** n8n is killed, or restarted, in the middle of a list, and the execution is retried. */
import { interrupt, interruptAndRetry, PROMISE, twoRetriesAtOnce } from './attacks';
import { ON_ERROR, useVictim } from './victim';
import { waitingBehindKrosAi } from './workflows';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

/** Who was noted and not called before n8n ended: a second's worth at most. */
const NOTED_AHEAD = 10;

describe('killed in the middle, then Retry', () => {
	test.each([
		[0, 1],
		[0, 2],
		[700, 3],
	])('60 contacts, answers after %i ms, point %i by chance', async (answerMs, round) => {
		const { account } = await interruptAndRetry(victim, 'kill', { count: 60, answerMs }, round);
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
		expect(account.contacts - account.called).toBeLessThanOrEqual(NOTED_AHEAD);
	});

	test.each(ON_ERROR)('under %s, 100 contacts at 20 calls a second', async (onError) => {
		const plan = { count: 100, onError, callsPerSecond: 20 };
		const { account } = await interruptAndRetry(victim, 'kill', plan, 4);
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
		expect(account.contacts - account.called).toBeLessThanOrEqual(2 * NOTED_AHEAD);
	});

	test('with Save Execution Progress', async () => {
		const plan = { count: 60, workflowSettings: { saveExecutionProgress: true } };
		const { account } = await interruptAndRetry(victim, 'kill', plan, 5);
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
	});

	test('and two retries at once', async () => {
		const attack = await victim.begin({ count: 100, callsPerSecond: 20 });
		await interrupt(victim, attack, 'kill', 6);
		for (const account of await twoRetriesAtOnce(attack, 'killed in 100')) {
			expect(account).toMatchObject({ ...PROMISE, out: { raw: 0 } });
		}
	});

	test('and killed again in the retry, then Retry of the original', async () => {
		const attack = await victim.begin({ count: 60 });
		await attack.reached(15);
		await victim.kill();
		const retry = attack.retry().catch(() => undefined);
		await attack.reached(35);
		await victim.kill();
		await retry;
		const account = await attack.account('killed twice in 60, then Retry', await attack.retry());
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
		expect(account.contacts - account.called).toBeLessThanOrEqual(2 * NOTED_AHEAD);
	});
});

describe('restarted in 200 contacts, then Retry', () => {
	test.each(['stopWorkflow', 'continueErrorOutput'] as const)('under %s', async (onError) => {
		const plan = { count: 200, onError };
		const { attack, account } = await interruptAndRetry(victim, 'restart', plan, 7);
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
		expect(account.contacts - account.called).toBeLessThanOrEqual(NOTED_AHEAD);

		// n8n's API lets the original be retried although a retry has succeeded.
		const again = await attack.account('  the original retried again', await attack.retry());
		expect(again.called).toBe(account.called);
		expect(again.twice).toBe(0);
	});

	test('and again while the first retry runs', async () => {
		const attack = await victim.begin({ count: 200 });
		await interrupt(victim, attack, 'restart', 8);
		const calledBefore = victim.simulator().calls.length;
		const first = attack.retry();
		await attack.reached(Math.min(calledBefore + 20, 190));
		const second = await attack.retry();
		const accounts = [
			await attack.account('restarted in 200: the first retry', await first),
			await attack.account('restarted in 200: one begun while it ran', second),
		];
		for (const account of accounts) expect(account).toMatchObject({ ...PROMISE, out: { raw: 0 } });
	});
});

describe('a later node runs, all were called, then Retry', () => {
	test.each([
		['kill', false],
		['kill', true],
		['restart', false],
		['restart', true],
	] as const)('%s; Save Execution Progress: %s', async (how, saveExecutionProgress) => {
		const attack = await victim.begin({
			count: 20,
			workflowSettings: { saveExecutionProgress },
			change: waitingBehindKrosAi(20),
		});
		await victim.requested('/endpoints');
		await victim[how]();
		const account = await attack.account(`${how} in a later node`, await attack.retry());
		expect(account).toMatchObject({ ...PROMISE, called: 20, out: { raw: 0, notCalled: 0 } });
	});
});
