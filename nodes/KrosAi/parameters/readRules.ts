import type { ItemFailure } from '../api/failure';
import { labelOf } from '../api/labels';
import { isCountryCode, toE164 } from '../phone/phoneNumber';
import type { AgreedTime } from '../rules/agreedTime';
import type { CallingHours, CallingWindow } from '../rules/callingHours';
import type { CallingRules } from '../rules/callingRules';
import { isCount, isEmpty } from '../util/coerce';
import { isObject } from '../util/json';
import { capitalize, show } from '../util/quote';
import { readNumberCheck } from './callRequest';
import { readAgreedTime } from './readAgreedTime';
import { entriesOf, isDate, NO_COUNT } from './reader';
import type { Values } from './reader';

/**
 * Reads Calling Hours and Calling Rules. What can't be read is refused, never passed over: the user
 * relies on it.
 *
 * @throws ItemFailure that names the setting and the value
 */
export function readRules(values: Values): CallingRules {
	const rules = values.in('callingRules', 'callingRules.');
	refuseNothing(rules);
	return {
		hours: readHours(values, rules),
		timeZone: readTimeZone(rules.raw('timeZone')),
		// An expression that gives nothing is no yes: it counts that the rule is there.
		consent: rules.has('consent') ? { value: rules.raw('consent') } : null,
		doNotCall: readDoNotCall(values, rules),
		allowedCountries: readAllowedCountries(rules),
		allowPremiumNumbers:
			!rules.isEmpty('allowPremiumNumbers') && rules.boolean('allowPremiumNumbers'),
		notBefore: readTimeOf(rules, 'notBefore'),
		notAfter: readTimeOf(rules, 'notAfter'),
		attemptLimit: readAttemptLimit(rules),
	};
}

/** Longer than any law asks for, and still a time. */
const MOST_HOURS = 100_000;

/** Null: no limit. Hours alone set none. */
function readAttemptLimit(rules: Values): CallingRules['attemptLimit'] {
	if (!rules.has('attemptLimit')) return null;
	const calls = rules.number('attemptLimit', {
		accepts: isCount,
		why: NO_COUNT,
		remedy:
			'Give the most calls to one number, for example 3, or remove the rule. To call a contact not at all, leave it out of the list.',
	});
	const hours = rules.number('attemptHours', {
		accepts: (count) => count > 0 && count <= MOST_HOURS,
		initial: 24,
		why: `which is not a number of hours up to ${MOST_HOURS}`,
		remedy:
			'Give the hours in which Most Calls to a Number counts, for example 24, or 168 for a week.',
	});
	return { calls, hours };
}

/** Null: nothing is there. */
function readTimeOf(rules: Values, rule: 'notBefore' | 'notAfter'): AgreedTime | null {
	if (rules.isEmpty(rule)) return null;
	const time = readAgreedTime(rules.raw(rule), { isDateEnough: rule === 'notBefore' });
	if (!('refusal' in time)) return time;
	throw rules.invalid(
		rule,
		`"${brief(rules.raw(rule))}" in ${labelOf(rule)} ${time.refusal}`,
		"Write date and time, such as 2026-12-01T15:00 by the person's clock or 2026-12-01T15:00:00Z.",
	);
}

/** The rules that a list is given to. */
const LISTS = ['allowedCountries', 'blockedDates', 'doNotCall'];

/** An expression that leads nowhere is no empty list: by that one, all contacts would be called. */
function refuseNothing(rules: Values): void {
	for (const rule of LISTS) {
		if (!rules.has(rule) || (rules.raw(rule) ?? null) !== null) continue;
		throw rules.invalid(
			rule,
			`The expression in ${labelOf(rule)} gives nothing, and no contact is called by a list that can't be read`,
			'Check the expression. Where the list may be missing, have it give an empty one: {{ $json.list ?? [] }}.',
		);
	}
}

/** Shorter than elsewhere: a list may have many that are wrong. */
const brief = (value: unknown) => show(value, 60);

/** Null: at any time. */
function readHours(values: Values, rules: Values): CallingHours | null {
	const way = values.choice('callingHours', ['any', 'weekdays', 'daily', 'custom']);
	const rows = way === 'custom' ? values.raw('callingHoursRows') : undefined;
	const raw = { way, rows, blockedDates: rules.raw('blockedDates') };
	return values.once('callingHours', raw, () => {
		const windows = way === 'custom' ? readRows(values) : HOURS[way];
		const blockedDays = new Set(rules.list('blockedDates').map((date) => readDate(rules, date)));
		return windows || blockedDays.size ? { windows, blockedDays } : null;
	});
}

/** Weekdays from Monday = 1, and minutes after midnight. */
const HOURS: Record<'any' | 'weekdays' | 'daily', CallingWindow[] | null> = {
	any: null,
	weekdays: [{ weekdays: new Set([1, 2, 3, 4, 5]), from: 9 * 60, to: 18 * 60 }],
	daily: [{ weekdays: new Set([1, 2, 3, 4, 5, 6, 7]), from: 9 * 60, to: 20 * 60 }],
};

function readRows(values: Values): CallingWindow[] {
	const hours = values.raw('callingHoursRows');
	const rows = isObject(hours) ? hours.row : undefined;
	const refuseRow = (value: unknown, message: string, description: string) =>
		values.invalid('callingHoursRows', message, description, { value: value ?? null });
	if (!Array.isArray(rows) || rows.length === 0) {
		throw refuseRow(
			hours,
			'Calling Hours is Custom, but Hours has no row, so no time is allowed',
			'Add a row with days and times, or choose Any Time.',
		);
	}
	return rows.map((row: unknown, index) => {
		const { days, from, to } = isObject(row) ? row : {};
		const subject = `row ${index + 1} of Hours`;
		const weekdays = new Set(entriesOf(days).map((day) => readWeekday(day, subject, refuseRow)));
		if (weekdays.size === 0) {
			throw refuseRow(row, `${capitalize(subject)} has no days`, 'Choose the days.');
		}
		const start = readTime(from, 'From', subject, refuseRow);
		const end = readTime(to, 'To', subject, refuseRow);
		if (start === 1440 || start === end) {
			throw refuseRow(
				row,
				`${capitalize(subject)} lasts from ${brief(from)} to ${brief(to)}, which is no time at all`,
				'For a whole day, write 00:00 to 24:00.',
			);
		}
		return { weekdays, from: start, to: end };
	});
}

type Refuse = (value: unknown, message: string, description: string) => ItemFailure;

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** By name, by its first three letters, or by number from Monday = 1. */
function readWeekday(value: unknown, subject: string, refuseRow: Refuse): number {
	const text = String(value).trim().toLowerCase();
	const index = WEEKDAYS.findIndex((day) => day === text || day.slice(0, 3) === text);
	if (index >= 0) return index + 1;
	if (/^[1-7]$/.test(text)) return Number(text);
	throw refuseRow(
		value,
		`"${brief(value)}" in ${subject} isn't a day of the week`,
		'Choose the days from the list, or write them as monday, tuesday and so on.',
	);
}

/** @returns minutes after midnight */
function readTime(value: unknown, name: string, subject: string, refuseRow: Refuse): number {
	const [, hours, minutes] = /^\s*(\d{1,2}):(\d{2})(?::00)?\s*$/.exec(String(value ?? '')) ?? [];
	const time = Number(hours) * 60 + Number(minutes);
	if (Number(minutes) < 60 && time <= 1440) return time;
	throw refuseRow(
		value,
		`${name} in ${subject} is ${isEmpty(value) ? 'empty' : `"${brief(value)}", which isn't a time`}`,
		'Write hours and minutes on the 24-hour clock, for example 09:00 or 18:30.',
	);
}

const DAY = 24 * 60 * 60 * 1000;

/** @returns days since 1970-01-01 */
function readDate(rules: Values, value: unknown): number {
	// n8n's own dates carry their calendar; a plain date would be one day here and another there.
	const text = isDate(value) ? value.toISODate() : String(value).trim();
	const [, date] = /^(\d{4}-\d{2}-\d{2})(?:T00:00.*)?$/.exec(text ?? '') ?? [];
	const time = date ? Date.parse(`${date}T00:00:00Z`) : NaN;
	// Some engines turn February 30 into March 2.
	if (Number.isFinite(time) && new Date(time).toISOString().startsWith(date!)) return time / DAY;
	throw rules.invalid(
		'blockedDates',
		`"${brief(value)}" in Blocked Dates isn't a date`,
		'Write year, month and day, for example 2026-12-25.',
		{ value },
	);
}

function readTimeZone(value: unknown): string {
	if (isEmpty(value)) return '';
	return typeof value === 'string' ? value.trim() : brief(value);
}

function readDoNotCall(values: Values, rules: Values): Set<string> {
	const options = values.in('options');
	const defaultCountry = String(options.raw('defaultCountry') ?? '');
	// Who may be called has to be one who can be listed.
	const numberCheck = readNumberCheck(options);
	return rules.once('doNotCall', [rules.raw('doNotCall'), defaultCountry, numberCheck], () => {
		const numbers = rules.list('doNotCall').map((entry, index) => {
			const field = `entry ${index + 1} of Do Not Call`;
			const result = toE164(entry, { field, defaultCountry, numberCheck });
			if (result.ok) return result.e164;
			// To hold a call back, a number of an old plan tells enough.
			if (result.today !== undefined) return result.today;
			const message = `${result.message}, and no contact is called by a list that can't be read`;
			throw rules.invalid('doNotCall', message, result.description, { value: entry });
		});
		return new Set(numbers);
	});
}

function readAllowedCountries(rules: Values): Set<string> {
	return rules.once('allowedCountries', rules.raw('allowedCountries'), () => {
		const codes = rules.list('allowedCountries').map((entry) => {
			const code = String(entry).trim().toUpperCase();
			if (isCountryCode(code)) return code;
			throw rules.invalid(
				'allowedCountries',
				`"${brief(entry)}" in Allowed Countries isn't a country`,
				'Choose countries from the list, or give two-letter codes such as NG, US or GB.',
				{ value: entry },
			);
		});
		return new Set(codes);
	});
}
