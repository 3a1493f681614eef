import { isCount } from '../util/coerce';
import { NO_COUNT } from './reader';
import type { Values } from './reader';

const SAME_NUMBER_WAYS = ['callOnce', 'callEach'] as const;

const LOOK_UP_WAYS = ['byNumber', 'byKey', 'off'] as const;

/** The options of the node that are about the whole list. */
export interface CampaignOptions {
	/** Most starts in a second. */
	callsPerSecond: number;
	/** After so many minutes in which KrosAI accepted no call, the rest is given up. */
	waitForLineMinutes: number;
	/**
	 * How a call that can't be known is looked for in KrosAI's call log: by numbers, endpoint, metadata
	 * and time, or by a key that each call gets in its metadata.
	 */
	lookUpUnknownCalls: (typeof LOOK_UP_WAYS)[number];
	/** Once so many calls of the run are started, no further contact is called; Infinity: all are. */
	maxCalls: number;
	/** What becomes of a number that several contacts of a run have, however it is written. */
	sameNumberTwice: (typeof SAME_NUMBER_WAYS)[number];
}

export const DEFAULTS: CampaignOptions = {
	// KrosAI docs, Rate limits: POST /outbound-calls, per organization.
	callsPerSecond: 10,
	waitForLineMinutes: 15,
	lookUpUnknownCalls: 'byNumber',
	maxCalls: Infinity,
	sameNumberTwice: 'callOnce',
};

/** @throws ItemFailure that names the option */
export function readCampaignOptions(options: Values): CampaignOptions {
	const { callsPerSecond, waitForLineMinutes, lookUpUnknownCalls, maxCalls, sameNumberTwice } =
		DEFAULTS;
	return {
		lookUpUnknownCalls: options.choice('lookUpUnknownCalls', LOOK_UP_WAYS, lookUpUnknownCalls),
		maxCalls: options.number('maxCalls', {
			accepts: isCount,
			initial: maxCalls,
			why: NO_COUNT,
			remedy: 'Give the most calls of one run, for example 5, or remove the option.',
		}),
		sameNumberTwice: options.choice('sameNumberTwice', SAME_NUMBER_WAYS, sameNumberTwice),
		// As in the panel: by a wrong expression the second contact would wait for years.
		callsPerSecond: options.number('callsPerSecond', {
			accepts: (rate) => rate >= 0.1,
			initial: callsPerSecond,
		}),
		waitForLineMinutes: options.number('waitForLineMinutes', {
			accepts: (wait) => wait >= 0,
			initial: waitForLineMinutes,
		}),
	};
}
