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
	/** What becomes of a number that several contacts of a run have, however it is written. */
	sameNumberTwice: (typeof SAME_NUMBER_WAYS)[number];
}

export const DEFAULTS: CampaignOptions = {
	// KrosAI docs, Rate limits: POST /outbound-calls, per organization.
	callsPerSecond: 10,
	waitForLineMinutes: 15,
	lookUpUnknownCalls: 'byNumber',
	sameNumberTwice: 'callOnce',
};

/** @throws ItemFailure that names the option */
export function readCampaignOptions(options: Values): CampaignOptions {
	const readNumber = (
		name: 'callsPerSecond' | 'waitForLineMinutes',
		accepts: (value: number) => boolean,
		label: string,
	) =>
		options.number(name, {
			accepts,
			initial: DEFAULTS[name],
			why: "which can't be used",
			remedy: `Enter a number for ${label} under Options, or remove the option.`,
		});
	return {
		lookUpUnknownCalls: options.choice(
			'lookUpUnknownCalls',
			LOOK_UP_WAYS,
			DEFAULTS.lookUpUnknownCalls,
		),
		sameNumberTwice: options.choice('sameNumberTwice', SAME_NUMBER_WAYS, DEFAULTS.sameNumberTwice),
		// As in the panel: by a wrong expression the second contact would wait for years.
		callsPerSecond: readNumber('callsPerSecond', (rate) => rate >= 0.1, 'Calls per Second'),
		waitForLineMinutes: readNumber(
			'waitForLineMinutes',
			(wait) => wait >= 0,
			'Wait for a Free Line',
		),
	};
}
