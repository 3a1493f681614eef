import { setTimeout as sleep } from 'node:timers/promises';

import { rows } from '../../e2e/campaign';
import type { Fault } from '../../../simulator';
import type { Account } from './account';
import { type Attack, failureOf, type Plan, somewhereIn, type Victim } from './victim';

/** What holds whatever happens to n8n: no contact called twice, each out once, each item true. */
export const PROMISE = { twice: 0, astray: [], untrue: [] };

/** KrosAI refuses a contact, and no call was placed. */
export const refusal = (toNumber: string): Fault => ({
	kind: 'status',
	status: 400,
	accepting: 'before',
	body: { error: 'Insufficient balance', code: 'INSUFFICIENT_BALANCE' },
	toNumber,
});

/** What is told of an attack in its line. */
const nameOf = ({ count, onError = 'continueErrorOutput', answerMs = 0 }: Plan) =>
	`${count} (${onError}, answers after ${answerMs} ms)`;

/** Ends n8n at a point by chance, starts it again, and retries the execution as the editor does. */
export async function interruptAndRetry(
	victim: Victim,
	how: 'kill' | 'restart',
	plan: Plan,
	round = 0,
): Promise<{ attack: Attack; account: Account }> {
	const attack = await victim.begin(plan);
	await interrupt(victim, attack, how, round);
	const calledBefore = victim.simulator().calls.length;
	const label = `${how} after ${calledBefore} of ${nameOf(plan)}, then Retry`;
	return { attack, account: await afterRetry(victim, attack, label) };
}

/**
 * Retries, and where the node then fails, because Stop Workflow lets no contact in doubt pass, goes
 * on as it advises: with On Error on Continue, by a retry.
 */
async function afterRetry(victim: Victim, attack: Attack, label: string): Promise<Account> {
	const retried = await attack.retry();
	const account = await attack.account(label, retried);
	const failure = failureOf(retried);
	if (!failure) return account;
	const called = new Set(victim.simulator().calls.map(({ to_number }) => to_number));
	const inDoubt = attack.list.find(({ phone }) => !called.has(phone));
	if (inDoubt) expect(`${failure.message} ${failure.description}`).toContain(inDoubt.phone);
	await attack.setOnError('continueErrorOutput');
	const further = await attack.retryAsSaved(retried.id);
	return await attack.account('  and under Continue, Retry', further);
}

export async function interrupt(
	victim: Victim,
	attack: Attack,
	how: 'kill' | 'restart',
	round: number,
): Promise<void> {
	await attack.reached(somewhereIn(attack.list.length, round));
	// Anywhere between two calls.
	await sleep(somewhereIn(100, round));
	await victim[how]();
}

/** An execution whose node fails at one contact, which KrosAI refuses. */
export async function failAt(victim: Victim, plan: Plan, index: number): Promise<Attack> {
	victim.simulator().fault(refusal(phoneAt(index)));
	const attack = await victim.begin({ ...plan, onError: 'stopWorkflow' });
	const failed = await attack.end();
	expect(failed.status).toBe('error');
	return attack;
}

/** The original is retried, the retry fails too, and the original is retried again. */
export async function failTwiceAndRetry(victim: Victim, plan: Plan): Promise<Account> {
	const { count } = plan;
	const attack = await failAt(victim, plan, Math.floor(count / 2));
	victim.simulator().fault(refusal(phoneAt(count - 1)));
	const first = await attack.retry();
	expect(first.status).toBe('error');
	await attack.account(`failed in ${count}, retried, failed`, first);
	const second = await attack.retry();
	return await attack.account('  the original retried again', second);
}

/** Two retries of the same execution at once; gives the account by each. */
export async function twoRetriesAtOnce(attack: Attack, label: string): Promise<Account[]> {
	const retried = await Promise.all([attack.retry(), attack.retry()]);
	const first = await attack.account(`${label}: one of two retries at once`, retried[0]);
	const second = await attack.account(`${label}: the other`, retried[1]);
	return [first, second];
}

/** Stopped by hand at a point by chance, then retried by the API, `laterMs` after it. */
export async function stopAndRetry(
	victim: Victim,
	plan: Plan,
	laterMs: number,
	round = 0,
): Promise<Account> {
	const attack = await victim.begin(plan);
	await attack.reached(somewhereIn(plan.count, round));
	await victim.client().stopExecution(attack.id);
	const stoppedAfter = victim.simulator().calls.length;
	await sleep(laterMs);
	const label = `stopped after ${stoppedAfter} of ${nameOf(plan)}, retried ${laterMs} ms later`;
	return await afterRetry(victim, attack, label);
}

/**
 * The workflow's own timeout ends an execution in the middle. Where it doesn't end well, it is retried
 * by the API until the timeout leaves enough for those that are left.
 */
export async function timeOutAndRetry(victim: Victim, plan: Plan): Promise<Account> {
	const attack = await victim.begin(plan);
	let execution = await attack.end();
	let account = await attack.account(`timed out in ${nameOf(plan)}`, execution);
	expect(account.called).toBeLessThan(plan.count);
	for (let retries = 1; execution.status !== 'success' && retries <= 4; retries += 1) {
		expect(account).toMatchObject({ twice: 0, untrue: [], out: { raw: 0 } });
		execution = await attack.retryThatMayStop();
		account = await attack.account(`  retry ${retries} by the API`, execution);
	}
	return account;
}

/** The number of a contact in every list here. */
function phoneAt(index: number): string {
	return rows(1, index)[0]!.phone;
}
