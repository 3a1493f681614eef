import { showGiven } from '../api/show';
import { asBoolean, asNumber } from '../api/values';
import { invalid } from './callRequest';

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

/** As in the panel. A rate that a wrong expression gave must not have the second contact wait for years. */
const isRate = (perSecond: number) => perSecond >= 0.1;

/** @throws InvalidCall that names the option */
export function readSettings(options: CampaignOptions): CampaignSettings {
	const all = { ...DEFAULTS, ...options };
	return {
		lookUpUnknownCalls: readSwitch('lookUpUnknownCalls', 'Look Up Unknown Calls', all),
		addLookUpKey: readSwitch('addLookUpKey', 'Add Look-Up Key to Metadata', all),
		callsPerSecond: readNumber('callsPerSecond', 'Calls per Second', all, isRate),
		waitForLineMinutes: readNumber(
			'waitForLineMinutes',
			'Wait for a Free Line',
			all,
			(wait) => wait >= 0,
		),
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
	if (/[\p{L}\p{N}]/u.test(key) && !LEFT_OVER.test(key)) return key;
	throw invalid(
		'callOnlyOncePerKey',
		value,
		`Call Only Once Per Key is ${showGiven(value)} for this item, which is no key`,
		'Check the expression of Call Only Once Per Key under Options: it has to give a text that tells this contact from the others.',
	);
}

/** What JavaScript makes of a field that isn't there, or of an object, in a text around it. */
const LEFT_OVER = /(?<![\p{L}\p{N}])(undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]/u;

function readNumber(
	field: keyof CampaignOptions,
	label: string,
	{ [field]: value }: CampaignOptions,
	isPossible: (value: number) => boolean,
): number {
	const number = asNumber(value);
	if (Number.isFinite(number) && isPossible(number)) return number;
	throw invalid(
		field,
		value,
		`${label} is ${showGiven(value)}, which can't be used`,
		`Enter a number for ${label} under Options, or remove the option.`,
	);
}

function readSwitch(
	field: keyof CampaignOptions,
	label: string,
	{ [field]: value }: CampaignOptions,
): boolean {
	const isOn = asBoolean(value);
	if (isOn !== undefined) return isOn;
	throw invalid(
		field,
		value,
		`${label} is ${showGiven(value)}, which is neither true nor false`,
		`Switch ${label} on or off under Options, or remove the option.`,
	);
}
