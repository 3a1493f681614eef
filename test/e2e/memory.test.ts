/** The shortest attacks of test/extra/memory: an n8n of its own that is killed, stopped and retried. */
import {
	failAt,
	failTwiceAndRetry,
	interruptAndRetry,
	PROMISE,
	stopAndRetry,
	timeOutAndRetry,
	twoRetriesAtOnce,
} from '../extra/memory/attacks';
import { useVictim } from '../extra/memory/victim';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

test('killed in the middle of a list, then Retry', async () => {
	const { account } = await interruptAndRetry(victim, 'kill', { count: 30 });
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
});

test('failed, its retry failed too, the original retried again: 5 contacts, 5 calls', async () => {
	const account = await failTwiceAndRetry(victim, { count: 5 });
	expect(account).toMatchObject({ ...PROMISE, called: 5, out: { call: 5 } });
});

test('two retries at once of a failed execution', async () => {
	const attack = await failAt(victim, { count: 10, callsPerSecond: 2 }, 3);
	for (const account of await twoRetriesAtOnce(attack, 'failed in 10')) {
		expect(account).toMatchObject({ twice: 0, called: 10, untrue: [], out: { raw: 0 } });
	}
});

test('stopped by hand, then retried by the API', async () => {
	const account = await stopAndRetry(victim, { count: 20 }, 0);
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
});

test("the workflow's timeout, then retry by the API", async () => {
	const plan = { count: 20, callsPerSecond: 5, workflowSettings: { executionTimeout: 2 } };
	const account = await timeOutAndRetry(victim, plan);
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0 } });
});
