import { InvalidCall, show } from './callRequest';

/** The options of the node that are about the whole list; the first item's are meant. */
export interface CampaignOptions {
	callsPerSecond?: unknown;
	waitForLineMinutes?: unknown;
	lookUpUnknownCalls?: unknown;
	addLookUpKey?: unknown;
}

export interface CampaignSettings {
	/** Most starts in a second. */
	callsPerSecond: number;
	/** After so many minutes in which KrosAI accepted nobody's call, the rest is given up. */
	waitForLineMinutes: number;
	/** Whether a call that can't be known is looked for in KrosAI's call log. */
	lookUpUnknownCalls: boolean;
	/** Whether each call gets a key in its metadata that it can be told by in the log. */
	addLookUpKey: boolean;
}

export const DEFAULTS: CampaignSettings = {
	// KrosAI docs, Rate limits: POST /outbound-calls, per organization.
	callsPerSecond: 10,
	waitForLineMinutes: 15,
	lookUpUnknownCalls: true,
	addLookUpKey: false,
};

/** @throws InvalidCall that names the option */
export function readSettings(options: CampaignOptions): CampaignSettings {
	const all = { ...DEFAULTS, ...options };
	const { callsPerSecond, waitForLineMinutes } = all;
	return {
		lookUpUnknownCalls: Boolean(all.lookUpUnknownCalls),
		addLookUpKey: Boolean(all.addLookUpKey),
		callsPerSecond: readNumber('Calls per Second', callsPerSecond, (rate) => rate > 0),
		waitForLineMinutes: readNumber('Wait for a Free Line', waitForLineMinutes, (wait) => wait >= 0),
	};
}

/**
 * One contact's key for Call Only Once Per Key. Contacts whose expressions give nothing must not
 * share a key: all but the first would be skipped.
 *
 * @throws InvalidCall where there is none
 */
export function readOnceKey(value: unknown): string {
	const key = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	// "-" is what is left of "{{ $json.contact_id }}-{{ $json.campaign }}" without them.
	if (/[\p{L}\p{N}]/u.test(key)) return key;
	const isNothing = value === undefined || value === null || value === '';
	throw new InvalidCall({
		code: 'INVALID_PARAMETER',
		field: null,
		value: value ?? null,
		message: `Call Only Once Per Key gives ${isNothing ? 'nothing' : JSON.stringify(value)} for this item, which is no key`,
		description:
			'Check the expression of Call Only Once Per Key under Options: it has to give a text that tells this contact from the others.',
	});
}

function readNumber(name: string, value: unknown, isPossible: (value: number) => boolean): number {
	const isNumeric = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
	const number = isNumeric ? Number(value) : NaN;
	if (Number.isFinite(number) && isPossible(number)) return number;
	throw new InvalidCall({
		code: 'INVALID_PARAMETER',
		field: null,
		value,
		message: `${show(value) ?? 'Nothing'} can't be used for ${name}`,
		description: `Enter a number for ${name} under Options, or remove the option.`,
	});
}
