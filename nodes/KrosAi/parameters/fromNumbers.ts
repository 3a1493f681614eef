import { toE164 } from '../phone/phoneNumber';
import { isCount, isEmpty } from '../util/coerce';
import { NO_COUNT } from './reader';
import type { Values } from './reader';

const WAYS = ['inTurn', 'closest'] as const;

/** From which number a contact is called. */
export interface FromNumbers {
	/** E.164, each once: From Number, then More From Numbers. */
	numbers: readonly [string, ...string[]];
	choose: (typeof WAYS)[number];
	/** Most calls from each of them in 24 hours; null: no limit. */
	dailyLimit: number | null;
}

/** The options that make it another than From Number, or none. */
const OPTIONS = ['moreFromNumbers', 'fromNumberDailyLimit'];

/**
 * @param fromNumber E.164
 * @returns undefined where neither option was added: then it is From Number
 * @throws ItemFailure that names the option
 */
export function readFromNumbers(options: Values, fromNumber: string): FromNumbers | undefined {
	const choose = options.choice('chooseFromNumber', WAYS, 'inTurn');
	if (!OPTIONS.some((option) => options.has(option))) return undefined;
	const dailyLimit = options.number('fromNumberDailyLimit', {
		accepts: isCount,
		initial: Infinity,
		why: NO_COUNT,
		remedy: 'Give the most calls of one number in 24 hours, for example 100, or remove the option.',
	});
	return {
		numbers: [...new Set([fromNumber, ...readMore(options)])] as [string, ...string[]],
		choose,
		dailyLimit: dailyLimit === Infinity ? null : dailyLimit,
	};
}

function readMore(options: Values): string[] {
	if (isEmpty(options.raw('moreFromNumbers'))) return [];
	const defaultCountry = String(options.raw('defaultCountry') ?? '');
	return options.once('moreFromNumbers', [options.raw('moreFromNumbers'), defaultCountry], () =>
		options.list('moreFromNumbers').map((entry, index) => {
			const field = `entry ${index + 1} of More From Numbers`;
			const result = toE164(entry, { field, defaultCountry });
			if (result.ok) return result.e164;
			throw options.invalid('moreFromNumbers', result.message, result.description, {
				code: 'INVALID_PHONE_NUMBER',
				value: entry,
			});
		}),
	);
}
