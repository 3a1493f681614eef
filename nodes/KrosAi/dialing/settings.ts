import { InvalidCall } from './callRequest';

/** The options of the node that are about the whole list; the first item's are meant. */
export interface CampaignOptions {
	callsPerSecond?: unknown;
	waitForLineMinutes?: unknown;
}

export interface CampaignSettings {
	/** Most starts in a second. */
	callsPerSecond: number;
	/** After so many minutes in which KrosAI accepted nobody's call, the rest is given up. */
	waitForLineMinutes: number;
}

export const DEFAULTS: CampaignSettings = {
	// KrosAI docs, Rate limits: POST /outbound-calls, per organization.
	callsPerSecond: 10,
	waitForLineMinutes: 15,
};

/** @throws InvalidCall that names the option */
export function readSettings(options: CampaignOptions): CampaignSettings {
	const { callsPerSecond, waitForLineMinutes } = { ...DEFAULTS, ...options };
	return {
		callsPerSecond: readNumber('Calls per Second', callsPerSecond, (rate) => rate > 0),
		waitForLineMinutes: readNumber('Wait for a Free Line', waitForLineMinutes, (wait) => wait >= 0),
	};
}

function readNumber(name: string, value: unknown, isPossible: (value: number) => boolean): number {
	const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
	const number = isNumeric ? Number(value) : NaN;
	if (Number.isFinite(number) && isPossible(number)) return number;
	throw new InvalidCall({
		code: 'INVALID_PARAMETER',
		field: null,
		value,
		message: `${JSON.stringify(value) ?? 'Nothing'} can't be used for ${name}`,
		description: `Enter a number for ${name} under Options, or remove the option.`,
	});
}
