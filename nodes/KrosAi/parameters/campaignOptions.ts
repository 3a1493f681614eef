import { showGiven } from '../util/quote';
import { asNumber } from '../util/coerce';
import { invalid, readChoice } from './callRequest';
import type { InvalidCall } from './callRequest';

/** The options of the node that are about the whole list; the first item's are meant. */
export interface CampaignOptions {
	callsPerSecond?: unknown;
	waitForLineMinutes?: unknown;
	lookUpUnknownCalls?: unknown;
	sameNumberTwice?: unknown;
}

const SAME_NUMBER_WAYS = ['callOnce', 'callEach'] as const;

const LOOK_UP_WAYS = ['byNumber', 'byKey', 'off'] as const;

type LookUpWay = (typeof LOOK_UP_WAYS)[number];

export interface CampaignSettings {
	/** Most starts in a second. */
	callsPerSecond: number;
	/** After so many minutes in which KrosAI accepted nobody's call, the rest is given up. */
	waitForLineMinutes: number;
	/**
	 * How a call that can't be known is looked for in KrosAI's call log: by numbers, endpoint, metadata
	 * and time, or by a key that each call gets in its metadata.
	 */
	lookUpUnknownCalls: LookUpWay;
	/** What becomes of a number that several contacts of a run have, however it is written. */
	sameNumberTwice: (typeof SAME_NUMBER_WAYS)[number];
}

export const DEFAULTS: CampaignSettings = {
	// KrosAI docs, Rate limits: POST /outbound-calls, per organization.
	callsPerSecond: 10,
	waitForLineMinutes: 15,
	lookUpUnknownCalls: 'byNumber',
	sameNumberTwice: 'callOnce',
};

/** As in the panel. A rate that a wrong expression gave must not have the second contact wait for years. */
const isRate = (perSecond: number) => perSecond >= 0.1;

/** @throws InvalidCall that names the option */
export function readSettings(options: CampaignOptions): CampaignSettings {
	const all = { ...DEFAULTS, ...options };
	return {
		lookUpUnknownCalls: readChoice(
			'lookUpUnknownCalls',
			'Look Up Unknown Calls',
			options,
			LOOK_UP_WAYS,
			DEFAULTS.lookUpUnknownCalls,
		),
		sameNumberTwice: readChoice(
			'sameNumberTwice',
			'Same Number Twice',
			options,
			SAME_NUMBER_WAYS,
			DEFAULTS.sameNumberTwice,
		),
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

/**
 * What is left of an expression that failed, or was none: what JavaScript makes of a field that isn't
 * there, or of an object or a wrong date, in a text around it; the errors of spreadsheets; brackets that
 * were not evaluated; and what n8n gives for `$execution.id` where there is no execution.
 */
const LEFT_OVER =
	/(?<![\p{L}\p{N}])(undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]|Invalid Date|#(N\/A|DIV\/0!|NAME\?|(REF|VALUE|ERROR|NULL|NUM)!)|\{\{|__UNKNOWN__/u;

/** The same key for all items would skip all but one of them. */
export function fixedKey(value: unknown, itemCount: number): InvalidCall {
	return invalid(
		'callOnlyOncePerKey',
		value,
		`Call Only Once Per Key is ${showGiven(value)} for all ${itemCount} items, because the field is no expression`,
		'Switch Call Only Once Per Key under Options to Expression, and have it give a text that tells this contact from the others.',
	);
}

/**
 * The key with the phone in E.164 where it holds To Number as that was written, so that each way to
 * write a number makes the same key.
 */
export function withNumber(key: string, toNumber: unknown, e164: string): string {
	const written = String(toNumber)
		.trim()
		.replace(/[^\p{L}\p{N}]/gu, String.raw`\$&`);
	return key.replace(new RegExp(String.raw`(?<!\d)${written}(?!\d)`, 'g'), e164);
}

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
