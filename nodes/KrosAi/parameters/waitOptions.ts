import type { Values } from './reader';

/** How a run of the node waits. */
export interface WaitOptions {
	/** 0 = by callback. */
	pollSeconds: number;
	/** Undefined = from the calls' maximum duration. */
	limitMinutes: number | undefined;
}

/** A minute is how long KrosAI takes to deliver again what came while n8n was busy. */
const AFTER_MAXIMUM_MINUTES = 5;
const WITHOUT_MAXIMUM_MINUTES = 120;

/** 90 days. */
const MOST_MINUTES = 129_600;
const MOST_SECONDS = 86_400;

/** @throws ItemFailure that names the option */
export function readWaitOptions(options: Values): WaitOptions {
	return {
		limitMinutes: options.isEmpty('waitLimitMinutes')
			? undefined
			: options.number('waitLimitMinutes', {
					accepts: (minutes) => minutes > 0 && minutes <= MOST_MINUTES,
					why: 'which is not a number of minutes',
					remedy: 'Give the minutes to wait, for example 30, or remove the option.',
				}),
		pollSeconds: options.isEmpty('pollSeconds')
			? 0
			: options.number('pollSeconds', {
					accepts: (seconds) => seconds === 0 || (seconds >= 1 && seconds <= MOST_SECONDS),
					why: 'which is not a number of seconds',
					remedy:
						'Give the seconds between two checks, for example 10, or 0 to wait for KrosAI to call back.',
				}),
	};
}

/**
 * How long to wait from the moment that all calls are placed, in ms.
 *
 * @param maximums of each call, in seconds; undefined where KrosAI sets it no limit
 */
export function waitLimitMs(
	{ limitMinutes }: WaitOptions,
	maximums: ReadonlyArray<number | undefined>,
): number {
	let longest = 0;
	for (const maximum of maximums) longest = Math.max(longest, maximum ?? Infinity);
	const fromMaximum =
		longest === Infinity ? WITHOUT_MAXIMUM_MINUTES : longest / 60 + AFTER_MAXIMUM_MINUTES;
	return (limitMinutes ?? Math.min(fromMaximum, MOST_MINUTES)) * 60_000;
}
