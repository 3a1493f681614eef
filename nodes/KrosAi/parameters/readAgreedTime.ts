import type { AgreedTime } from '../rules/agreedTime';
import { toTimeZone } from '../rules/timeZones';
import { isObject } from '../util/json';
import { isDate } from './reader';

/** Why a value is no time, in the words behind "…, which". */
export interface TimeRefusal {
	refusal: string;
}

const UNREADABLE: TimeRefusal = { refusal: "isn't a date and time" };
const TWO_READINGS: TimeRefusal = { refusal: 'can be read as more than one date' };

/** A date, a time, an offset from UTC, the name of a zone. */
const ISO =
	/^([1-9]\d{3})-(\d\d)-(\d\d)(?:(?:T| +)(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)? *(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)? *(?:\[([^\]]+)\]|([a-z]+_?[a-z]*\/[\w/+-]+))?$/i;

/** In mails "Tue, 24 Nov 2026 15:00:00 +0100", in JavaScript "Tue Nov 24 2026 15:00:00 GMT+0100 (…)". */
const WITH_MONTH_IN_LETTERS =
	/^(?:[a-z]{3},? )?(?:\d{1,2} [a-z]{3}|[a-z]{3} \d{1,2}) \d{4} \d\d:\d\d(?::\d\d)? (?:UTC|(?:GMT)?[+-]\d{4}|GMT)(?: \([^)]*\))?$/i;

/**
 * Reads a date and time: ISO 8601 with a zone of its own or without one, a date of n8n's expressions, ms
 * since 1970, and what mails and JavaScript write. What has two readings is refused.
 *
 * @param isDateEnough whether a date alone has one: its beginning
 */
export function readAgreedTime(
	given: unknown,
	{ isDateEnough }: { isDateEnough: boolean },
): AgreedTime | TimeRefusal {
	const at = (instant: number) => (Number.isFinite(instant) ? { given, instant } : UNREADABLE);
	if (isDate(given) || isJavaScriptDate(given)) return at(Number(given.valueOf()));
	if (typeof given !== 'string' && typeof given !== 'number') return UNREADABLE;
	const text = String(given).trim();
	// Of so many digits it is ms since 1970; else seconds, or the days of a spreadsheet.
	if (/^-?\d+([.,]\d+)?$/.test(text))
		return /^\d{12,13}$/.test(text) ? at(Number(text)) : TWO_READINGS;
	if (/^\d{1,2}(:\d\d){0,2} *([ap]\.?m\.?)?$/i.test(text)) {
		return { refusal: 'is a time without a date' };
	}
	if (/^\D*\d{1,2} *[-/.] *\d{1,2}(?![\d:])/.test(text)) return TWO_READINGS;
	const parts = ISO.exec(text);
	if (!parts) return WITH_MONTH_IN_LETTERS.test(text) ? at(Date.parse(text)) : UNREADABLE;
	const [, , , , hours, , , , offset, bracketed, named = bracketed] = parts;
	if (hours === undefined && !isDateEnough) return { refusal: 'is a date without a time' };
	const clock = readClock(parts);
	if (offset !== undefined) return at(clock - offsetOf(offset));
	const zone = named === undefined ? undefined : toTimeZone(named);
	if (Number.isNaN(clock) || (named !== undefined && zone === undefined)) return UNREADABLE;
	return { given, clock, ...(zone !== undefined && { zone }) };
}

function isJavaScriptDate(value: unknown): value is Date {
	return isObject(value) && typeof value.getTime === 'function';
}

/** NaN for what no clock and calendar show. */
function readClock(parts: RegExpExecArray): number {
	const [year, month, day, hours, minutes, seconds] = parts
		.slice(1, 7)
		.map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
	const ms = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
	const date = new Date(Date.UTC(year, month - 1, day));
	const isDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
	const isTime =
		minutes < 60 && seconds < 60 && (hours < 24 || (hours === 24 && minutes + seconds + ms === 0));
	return isDay && isTime
		? date.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
		: NaN;
}

/** In ms. */
function offsetOf(text: string): number {
	const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
	if (sign === undefined) return 0;
	const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
	return sign === '-' ? -offset : offset;
}
