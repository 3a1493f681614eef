/** What the benchmarks about lines have in common: 10 lines, and 200 contacts to call on them. */
import { PLANS } from '../simulator/settings';
import { quote } from './statistics';
import { lost, type Tally } from './tally';

/** KrosAI's Pro plan, with its usual limit of starts. */
export const PRO = { plan: 'pro' as const, startsPerSecond: 10 };
export const LINES = PLANS.pro.concurrentCalls;
export const CALLS = 200;

/** One contender's way through the list. */
export interface Campaign extends Tally {
	/** From the start of the execution to the end of the last call. */
	seconds: number;
	/** What the time is measured by: no contender could be faster. */
	idealSeconds: number;
}

/**
 * The least time in which calls of these lengths end, where each takes the first line that is free,
 * in the order of the list.
 *
 * @param lengths s
 */
export function idealSeconds(lengths: number[], lines: number): number {
	const freeAt = Array<number>(lines).fill(0);
	for (const length of lengths) {
		const first = freeAt.indexOf(Math.min(...freeAt));
		freeAt[first]! += length;
	}
	return Math.max(...freeAt);
}

/** A row of the table: times are medians, counts are those of the worst round. */
export function row(
	name: string,
	runs: Campaign[],
	calls: number,
): Record<string, string | number> {
	const worst = (count: (run: Campaign) => number) => Math.max(...runs.map(count));
	const never = worst((run) => lost(run, calls));
	const overIdeal = quote(runs.map(({ seconds, idealSeconds: ideal }) => seconds / ideal));
	return {
		contender: name,
		// A contender that leaves people out is soon done.
		'time over ideal': never > 0 ? 'not done' : overIdeal,
		'never called': never,
		'called twice': worst(({ doubles }) => doubles),
		'refused per accepted': worst(({ refused, placed }) => refused / placed).toFixed(2),
	};
}

/** The one that leaves out the fewest; of those that leave out as many, the fastest. */
export function best<T>(tried: Array<{ setting: T; run: Campaign }>, calls: number): T {
	tried.sort((a, b) => lost(a.run, calls) - lost(b.run, calls) || a.run.seconds - b.run.seconds);
	return tried[0]!.setting;
}
