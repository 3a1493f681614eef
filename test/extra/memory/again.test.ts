/** Second calls that are right: a memory that holds them back would be wrong as well. */
import { setTimeout as sleep } from 'node:timers/promises';

import { interrupt, PROMISE, refusal } from './attacks';
import { useVictim } from './victim';
import { rounds } from './workflows';

jest.setTimeout(10 * 60_000);

const victim = useVictim();

test('the same rows in a new execution are all called again', async () => {
	const attack = await victim.begin({ count: 20 });
	await attack.end();
	const own = victim.simulator().calls.slice();
	const again = await attack.end(await attack.startAgain());
	const later = victim.simulator().calls.slice(own.length);
	const account = await attack.account('the same rows again', again, { allowed: 2, own: later });
	expect(later.length).toBe(20);
	expect(account).toMatchObject({ ...PROMISE, called: 20, out: { call: 20 } });
});

test('two executions of the same rows at once call all, each', async () => {
	const attack = await victim.begin({ count: 20 });
	const again = await attack.end(await attack.startAgain());
	const account = await attack.account('the same rows at once', await attack.end(), { allowed: 2 });
	expect(account).toMatchObject({ ...PROMISE, out: { call: 20 } });
	expect(await attack.account('the other', again, { allowed: 2 })).toMatchObject(PROMISE);
	expect(victim.simulator().calls.length).toBe(40);
});

test('a second round of a loop calls all again', async () => {
	const attack = await victim.begin({ count: 20, change: rounds(2) });
	const ended = await attack.end();
	const account = await attack.account('two rounds of a loop', ended, { allowed: 2 });
	expect(account).toMatchObject({ ...PROMISE, out: { call: 20 } });
	expect(victim.simulator().calls.length).toBe(40);
});

test.each([false, true])(
	'killed in the second round of a loop, then Retry: two calls each at most; Save Execution Progress: %s',
	async (saveExecutionProgress) => {
		const workflowSettings = { saveExecutionProgress };
		const attack = await victim.begin({ count: 20, change: rounds(2), workflowSettings });
		await attack.reached(28);
		await victim.kill();
		const retried = await attack.retry();
		const account = await attack.account('killed in the second round', retried, { allowed: 2 });
		// Who is in doubt in a round doesn't come into the next: the last run has not all of them.
		expect(account).toMatchObject({ twice: 0, called: 20, out: { raw: 0 } });
	},
);

test('failed in the second round of a loop, then Retry: two calls each', async () => {
	const attack = await victim.begin({ count: 20, onError: 'stopWorkflow', change: rounds(2) });
	await attack.reached(22);
	victim.simulator().fault(refusal(attack.list[15]!.phone));
	expect((await attack.end()).status).toBe('error');
	const account = await attack.account('failed in the second round', await attack.retry(), {
		allowed: 2,
	});
	expect(account).toMatchObject({ ...PROMISE, called: 20, out: { call: 20 } });
	expect(victim.simulator().calls.length).toBe(40);
});

test('called this morning and refused now, then retried: called', async () => {
	const attack = await victim.begin({ count: 5, onError: 'stopWorkflow' });
	await attack.end();
	const morning = victim.simulator().calls.length;
	expect(morning).toBe(5);
	victim.simulator().fault(refusal(attack.list[2]!.phone));
	const id = await attack.startAgain();
	expect((await attack.end(id)).status).toBe('error');
	const retried = await attack.retry(id);
	const own = victim.simulator().calls.slice(morning);
	const account = await attack.account('refused, retried', retried, { allowed: 2, own });
	expect(account).toMatchObject({ ...PROMISE, out: { call: 5 } });
	expect(own.length).toBe(5);
});

test('called just before by another execution, this one killed: none comes out with that call', async () => {
	const attack = await victim.begin({ count: 60, callsPerSecond: 20 });
	await attack.end();
	const earlier = victim.simulator().calls.length;
	// Times in the log are whole seconds: what is nearer can't be told apart after a kill.
	await sleep(3_000);
	const id = await attack.startAgain();
	await attack.reached(earlier);
	await interrupt(
		victim,
		{ ...attack, reached: async (calls) => attack.reached(earlier + calls) },
		'kill',
		9,
	);
	const retried = await attack.retry(id);
	const own = victim.simulator().calls.slice(earlier);
	const account = await attack.account('killed, called before', retried, { allowed: 2, own });
	expect(account).toMatchObject({ ...PROMISE, out: { raw: 0, notCalled: 0 } });
});
