/** Executions that failed, are retried more than once, at the same time, or while they run. */
import { failAt, failTwiceAndRetry, PROMISE, twoRetriesAtOnce } from './attacks';
import { CONTINUE_MODES, useVictim } from './victim';
import { failingNodeAfterKrosAi } from './workflows';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

test('failed, its retry failed too, the original retried again: 5 contacts, 5 calls', async () => {
	const account = await failTwiceAndRetry(victim, { count: 5 });
	expect(account).toMatchObject({ ...PROMISE, called: 5, out: { call: 5 } });
});

test('the original retried again after its retry has succeeded', async () => {
	const attack = await failAt(victim, { count: 5 }, 2);
	expect((await attack.retry()).status).toBe('success');
	const account = await attack.account('retried after a success', await attack.retry());
	expect(account).toMatchObject({ ...PROMISE, called: 5, out: { call: 5 } });
});

test.each([10, 100])('two retries at once of a failed execution, %i contacts', async (count) => {
	const plan = { count, callsPerSecond: count / 5 };
	const attack = await failAt(victim, plan, Math.floor(count / 3));
	for (const account of await twoRetriesAtOnce(attack, `failed in ${count}`)) {
		expect(account).toMatchObject({ twice: 0, called: count, untrue: [], out: { raw: 0 } });
	}
});

test('five retries at once of a failed execution', async () => {
	const attack = await failAt(victim, { count: 20 }, 5);
	const retried = await Promise.all([1, 2, 3, 4, 5].map(async () => await attack.retry()));
	for (const one of retried) {
		const account = await attack.account('one of five retries at once', one);
		expect(account).toMatchObject({ twice: 0, called: 20, untrue: [] });
	}
});

test.each(CONTINUE_MODES)(
	'a retry by the API while the original still runs, %s',
	async (onError) => {
		const attack = await victim.begin({ count: 100, onError });
		await attack.reached(30);
		const retried = await attack.retry();
		const accounts = [
			await attack.account('the original', await attack.end()),
			await attack.account('a retry while it ran', retried),
		];
		for (const account of accounts) {
			expect(account).toMatchObject({ ...PROMISE, called: 100, out: { raw: 0, notCalled: 0 } });
		}
	},
);

test('a later node fails, then Retry: no call', async () => {
	const attack = await victim.begin({ count: 20, change: failingNodeAfterKrosAi });
	expect((await attack.end()).status).toBe('error');
	const account = await attack.account('a later node failed, then Retry', await attack.retry());
	expect(account).toMatchObject({ ...PROMISE, called: 20, out: { call: 20 } });
});
