/** The shortest attacks of test/extra/memory: an n8n that is killed, stopped and retried. */
import {
	failAt,
	interruptAndRetry,
	PROMISE,
	stopAndRetry,
	timeOutAndRetry,
	twoRetriesAtOnce,
} from '../extra/memory/attacks';
import { useVictim } from '../extra/memory/victim';
import { sharedN8n } from './sharedN8n';

jest.setTimeout(10 * 60_000);

const { client, ...n8n } = sharedN8n();
const victim = useVictim(async () => ({ n8n, client }));

test('killed in the middle of a list, then Retry', async () => {
	const { account } = await interruptAndRetry(victim, 'kill', { count: 30 });
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
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

// What the keys are recorded in is n8n's real store.
test('killed in the middle of a list, then a new execution: Skip Already Called (Key)', async () => {
	const options = { callOnlyOncePerKey: '={{ $json.contact_id }}' };
	const attack = await victim.begin({ count: 100, callsPerSecond: 40, options });
	// In the middle of a chunk, whose keys are recorded before its calls.
	await attack.reached(45);
	await victim.kill();
	const again = await attack.end(await attack.startAgain());
	const account = await attack.account('killed, then started again once per key', again);
	expect(account).toMatchObject({
		twice: 0,
		astray: [],
		out: { raw: 0, notCalled: 0, unknown: 0 },
	});
	expect(account.out.skipped).toBeGreaterThanOrEqual(45);
	// A chunk is lost at most: ten contacts.
	expect(account.called).toBeGreaterThanOrEqual(90);
});
