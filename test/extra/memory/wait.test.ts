/** Initiate and Wait by polling: its calls go on while n8n doesn't, and their outcomes are there. */
import { KROSAI } from '../../e2e/campaign';
import { type Execution, outputOf } from '../../n8n/execution';
import { PROMISE } from './attacks';
import { CONTINUE_MODES, ON_ERROR, useVictim } from './victim';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

const WAIT = {
	parameters: { operation: 'initiateAndWait', maxDuration: 60 },
	options: { pollSeconds: 1 },
};

/** Calls that last ten seconds. */
beforeEach(() => {
	victim.simulator().set({ speed: 1 });
	victim.simulator().script('*', 'answered', { setup: 0.1, ringing: 0.1, talking: 10 });
});

afterEach(() => victim.simulator().set({ speed: 100 }));

const outcomes = (execution: Execution) =>
	outputOf(execution, KROSAI).map(({ json }) => json.outcome);

test.each(CONTINUE_MODES)('killed while it waits, then Retry, %s', async (onError) => {
	const attack = await victim.begin({ count: 10, onError, ...WAIT });
	await attack.reached(10);
	await victim.kill();
	const retried = await attack.retry();
	const account = await attack.account('killed while it waited', retried);
	expect(account).toMatchObject({ ...PROMISE, called: 10, out: { call: 10 } });
	expect(outcomes(retried)).toEqual(Array(10).fill('completed'));
});

test('killed while it calls, then Retry', async () => {
	const attack = await victim.begin({ count: 40, ...WAIT });
	await attack.reached(20);
	await victim.kill();
	const retried = await attack.retry();
	const account = await attack.account('killed while it called', retried);
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
	expect(outcomes(retried)).toEqual(Array(account.called).fill('completed'));
});

test.each(ON_ERROR)("the workflow's timeout while it waits, then retry, %s", async (onError) => {
	const workflowSettings = { executionTimeout: 5 };
	const attack = await victim.begin({ count: 10, onError, ...WAIT, workflowSettings });
	let execution = await attack.end();
	await attack.account('timed out while it waited', execution);
	// The calls end within three times the limit.
	for (let tries = 0; tries < 4 && execution.status !== 'success'; tries += 1) {
		execution = await attack.retryThatMayStop();
		await attack.account(`  retry ${tries + 1}`, execution);
	}
	const account = await attack.account('  at last', execution);
	expect(account).toMatchObject({ ...PROMISE, called: 10, out: { raw: 0, notCalled: 0 } });
	// Under Continue n8n goes on behind the node, with what it gave when it was stopped.
	if (onError === 'stopWorkflow') expect(outcomes(execution)).toEqual(Array(10).fill('completed'));
});
