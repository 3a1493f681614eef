/** Executions that were stopped, by hand or by the workflow's timeout, then retried by the API. */
import { PROMISE, stopAndRetry, timeOutAndRetry } from './attacks';
import { ON_ERROR, useVictim } from './victim';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

describe.each(ON_ERROR)('under %s', (onError) => {
	test.each([
		[0, 1],
		[3_000, 2],
	])('stopped by hand, retried %i ms later', async (laterMs, round) => {
		const account = await stopAndRetry(victim, { count: 60, onError }, laterMs, round);
		expect(account).toMatchObject({ twice: 0, untrue: [], out: { raw: 0 } });
		if (onError !== 'stopWorkflow') expect(account.astray).toEqual([]);
		// Only a request that was under way can be in doubt.
		expect(account.contacts - account.called).toBeLessThanOrEqual(1);
	});

	test("the workflow's timeout, then retry", async () => {
		const workflowSettings = { executionTimeout: 4 };
		const plan = { count: 60, onError, workflowSettings };
		const account = await timeOutAndRetry(victim, plan);
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0 } });
		expect(account.contacts - account.called).toBeLessThanOrEqual(1);
	});
});
