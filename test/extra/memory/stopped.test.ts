/** Executions that were stopped, by hand or by the workflow's timeout, then retried by the API. */
import { PROMISE, stopAndRetry, timeOutAndRetry } from './attacks';
import { ON_ERROR, useVictim } from './victim';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

describe.each(ON_ERROR)('under %s', (onError) => {
	test.each([
		[0, 0],
		[0, 700],
		[3_000, 0],
		[3_000, 700],
	])('stopped by hand, retried %i ms later; answers come after %i ms', async (later, answerMs) => {
		const plan = { count: 60, onError, answerMs };
		const account = await stopAndRetry(victim, plan, later, later + answerMs);
		expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
		// Requests that the stop cut off before KrosAI had them, and at once also who was noted.
		const most = later > 0 ? 2 : 12;
		expect(account.contacts - account.called).toBeLessThanOrEqual(most);
	});

	test.each([0, 700, 4_000])(
		"the workflow's timeout, then retry; answers come after %i ms",
		async (answerMs) => {
			const workflowSettings = { executionTimeout: 4 };
			const plan = { count: 60, onError, answerMs, workflowSettings };
			const account = await timeOutAndRetry(victim, plan);
			expect(account).toMatchObject({ ...PROMISE, out: { raw: 0 } });
		},
	);
});
