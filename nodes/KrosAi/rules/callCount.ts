/** How many calls there were, and whether one more fits under a limit in a sliding window. */

/** Calls to one phone, or from one number. Times are in ms since 1970. */
export interface CallCount {
	/** When they were started, oldest first. */
	times: readonly number[];
	/** Of calls that may belong here, by a log that doesn't say; Infinity: nor when they were. */
	unclear: readonly number[];
	/** Being started at this moment: KrosAI may still refuse them. */
	underWay: number;
}

/** What is known of the calls before this one. */
export interface CallHistory {
	callsTo(number: string): CallCount;
	callsFrom(number: string): CallCount;
	/** Why calls from that instant on can't be counted; undefined: they can. */
	obstacleSince(instant: number): LogObstacle | undefined;
}

/** Why KrosAI's call log doesn't tell. */
export interface LogObstacle {
	/** Goes on behind "because". */
	reason: string;
	/** What to do about it. */
	description: string;
}

export const NOT_READ: LogObstacle = {
	reason: 'it was not read',
	description: 'Call this contact again.',
};

export const UNCLEAR: LogObstacle = {
	reason: "it holds calls that may count: it doesn't show to whom or when they were",
	description: "Look for the number in KrosAI's call log before you call.",
};

export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

export type Room =
	| { state: 'free' }
	/** It depends on an answer that is under way. */
	| { state: 'wait' }
	/** Calls that the log doesn't tell apart may have filled it. */
	| { state: 'unclear' }
	/** @param until when there is room again */
	| { state: 'full'; until: number };

/**
 * Whether one more call may be started.
 *
 * @param most calls in the window, from 1
 * @param now in ms since 1970
 */
export function roomFor(
	{ times, unclear, underWay }: CallCount,
	{ most, windowMs }: { most: number; windowMs: number },
	now: number,
): Room {
	/** When the oldest of the last so many calls leaves the window. */
	const until = (calls: number) => (times[times.length - calls] ?? -Infinity) + windowMs;
	const isFull = (calls: number) => calls <= 0 || until(calls) > now;
	if (isFull(most)) return { state: 'full', until: until(most) };
	const doubtful = unclear.filter((time) => time + windowMs > now).length;
	if (isFull(most - doubtful)) return { state: 'unclear' };
	return { state: isFull(most - doubtful - underWay) ? 'wait' : 'free' };
}

/** How many calls the window holds. */
export function countIn({ times }: CallCount, windowMs: number, now: number): number {
	return times.filter((time) => time + windowMs > now).length;
}
