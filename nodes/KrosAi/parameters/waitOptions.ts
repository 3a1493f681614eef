import { showGiven } from '../util/quote';
import type { ApiFailure } from '../api/types';
import { asNumber } from '../util/coerce';

/** How a run of the node waits. */
export interface WaitSettings {
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

/** @param options the node's parameter of this name, after expressions */
export function readWaitSettings(options: {
	waitLimitMinutes?: unknown;
	pollSeconds?: unknown;
}): WaitSettings | { failure: ApiFailure } {
	const { waitLimitMinutes, pollSeconds } = options;
	const limitMinutes = readNumber(waitLimitMinutes);
	if (limitMinutes !== undefined && !(limitMinutes > 0 && limitMinutes <= MOST_MINUTES)) {
		return invalid(
			'waitLimitMinutes',
			waitLimitMinutes,
			`Limit Wait Time is ${showGiven(waitLimitMinutes)}, which is not a number of minutes`,
			'Give the minutes to wait, for example 30, or remove the option.',
		);
	}
	const seconds = readNumber(pollSeconds) ?? 0;
	if (!(seconds === 0 || (seconds >= 1 && seconds <= MOST_SECONDS))) {
		return invalid(
			'pollSeconds',
			pollSeconds,
			`Check Call Status Every is ${showGiven(pollSeconds)}, which is not a number of seconds`,
			'Give the seconds between two checks, for example 10, or 0 to wait for KrosAI to call back.',
		);
	}
	return { pollSeconds: seconds, limitMinutes };
}

/**
 * How long to wait from the moment that all calls are placed, in ms.
 *
 * @param maximums of each call, in seconds; undefined where KrosAI sets it no limit
 */
export function waitLimitMs(
	{ limitMinutes }: WaitSettings,
	maximums: ReadonlyArray<number | undefined>,
): number {
	let longest = 0;
	for (const maximum of maximums) longest = Math.max(longest, maximum ?? Infinity);
	const fromMaximum =
		longest === Infinity ? WITHOUT_MAXIMUM_MINUTES : longest / 60 + AFTER_MAXIMUM_MINUTES;
	return (limitMinutes ?? Math.min(fromMaximum, MOST_MINUTES)) * 60_000;
}

/** Undefined where nothing is given; NaN where it is no number. */
function readNumber(value: unknown): number | undefined {
	return value === undefined || value === null || value === '' ? undefined : asNumber(value);
}

function invalid(
	field: string,
	value: unknown,
	message: string,
	description: string,
): { failure: ApiFailure } {
	const code = 'INVALID_PARAMETER';
	return { failure: { code, httpCode: null, field, value, message, description } };
}
