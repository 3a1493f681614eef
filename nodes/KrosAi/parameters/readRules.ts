import type { IDataObject } from 'n8n-workflow';
import { asBoolean } from '../util/coerce';
import { isObject, parseJson } from '../util/json';
import { show } from '../util/quote';
import type { CallingHours, CallingWindow } from '../rules/callingHours';
import { NO_RULES } from '../rules/callingRules';
import type { CallingRules } from '../rules/callingRules';
import { invalid, isEmpty } from './callRequest';
import { isCountryCode, toE164 } from '../phone/phoneNumber';

/** The parameters of the node that say at which hours calls may start. */
export interface HoursSettings {
	callingHours: unknown;
	/** `{ row: [{ days, from, to }] }`, read where `callingHours` is `custom`. */
	callingHoursRows?: unknown;
}

/**
 * Reads Calling Hours and the settings under Calling Rules, as they are after expressions. What can't
 * be read is refused, never passed over: the user relies on it.
 *
 * @param settings the collection `callingRules`; a rule that isn't in it is not asked
 * @throws InvalidCall that names the setting and the value
 */
export type SettingsReader = (
	settings: unknown,
	defaultCountry: unknown,
	hours: HoursSettings,
) => CallingRules;

/** Keeps what it has read, since a long list is mostly the same for every item. */
export function createSettingsReader(): SettingsReader {
	const readHours = remember(readCallingHours);
	const readNumbers = remember(readDoNotCall);
	const readCountries = remember(readAllowedCountries);
	return (given, defaultCountry, hours) => {
		const settings = isObject(given) ? given : {};
		const isAnyTime = hours.callingHours === 'any';
		if (isAnyTime && Object.keys(settings).length === 0) return NO_RULES;
		refuseNothing(settings);
		const { timeZone, blockedDates, doNotCall, allowedCountries, allowPremiumNumbers } = settings;
		return {
			hours: readHours({ ...hours, blockedDates }),
			timeZone: readTimeZone(timeZone),
			// An expression that gives nothing is no yes: it counts that the rule is there.
			consent: Object.hasOwn(settings, 'consent') ? { value: settings.consent } : null,
			doNotCall: readNumbers({ doNotCall, defaultCountry }),
			allowedCountries: readCountries(allowedCountries),
			allowPremiumNumbers: readAllowPremium(allowPremiumNumbers),
		};
	};
}

/** Reads the same again only where it differs from the last time. */
function remember<Raw, T>(read: (raw: Raw) => T): (raw: Raw) => T {
	let last: { raw: Raw; result: { value: T } | { refusal: unknown } } | undefined;
	return (raw) => {
		if (!last || !isSame(last.raw, raw)) last = { raw, result: attempt(() => read(raw)) };
		if ('refusal' in last.result) throw last.result.refusal;
		return last.result.value;
	};
}

function attempt<T>(read: () => T): { value: T } | { refusal: unknown } {
	try {
		return { value: read() };
	} catch (refusal) {
		return { refusal };
	}
}

/** Whether two values, as JSON has them, are equal. */
function isSame(a: unknown, b: unknown): boolean {
	if (Object.is(a, b)) return true;
	if (Array.isArray(a) && Array.isArray(b)) {
		return a.length === b.length && a.every((entry, index) => isSame(entry, b[index]));
	}
	if (!isObject(a) || !isObject(b) || isDate(a) || isDate(b)) return false;
	const keys = Object.keys(a);
	return (
		keys.length === Object.keys(b).length &&
		keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]))
	);
}

function refuse(setting: string, value: unknown, message: string, description: string) {
	return invalid(`callingRules.${setting}`, value, message, description);
}

/** The rules that a list is given to, and what the editor calls them. */
const LISTS = {
	allowedCountries: 'Allowed Countries',
	blockedDates: 'Blocked Dates',
	doNotCall: 'Do Not Call',
};

/** An expression that leads nowhere is no empty list: by that one, everybody would be called. */
function refuseNothing(settings: IDataObject): void {
	for (const [setting, label] of Object.entries(LISTS)) {
		const isNothing = settings[setting] === undefined || settings[setting] === null;
		if (!Object.hasOwn(settings, setting) || !isNothing) continue;
		throw refuse(
			setting,
			null,
			`The expression in ${label} gives nothing, and nobody is called by a list that can't be read`,
			'Check the expression. Where the list may be missing, have it give an empty one: {{ $json.list ?? [] }}.',
		);
	}
}

/** Shorter than elsewhere: a list may have many that are wrong. */
const brief = (value: unknown) => show(value, 60);

/** The entries of a list, of a JSON list, or of a text that separates them by commas or lines. */
function entriesOf(value: unknown): unknown[] {
	if (isEmpty(value)) return [];
	if (typeof value !== 'string') return Array.isArray(value) ? value.filter(isFull) : [value];
	const json = parseJson(value);
	return (Array.isArray(json) ? json : value.split(/[,;\n\r]/)).filter(isFull);
}

const isFull = (value: unknown) => !isEmpty(value);

function readCallingHours({
	blockedDates,
	...hours
}: HoursSettings & { blockedDates: unknown }): CallingHours | null {
	const windows = readWindows(hours);
	const blockedDays = new Set(entriesOf(blockedDates).map(readDate));
	return windows || blockedDays.size ? { windows, blockedDays } : null;
}

/** Null: at any time. */
function readWindows({ callingHours, callingHoursRows }: HoursSettings): CallingWindow[] | null {
	switch (callingHours) {
		case 'any':
			return null;
		case 'weekdays':
			return [{ weekdays: new Set([1, 2, 3, 4, 5]), from: 9 * 60, to: 18 * 60 }];
		case 'daily':
			return [{ weekdays: new Set([1, 2, 3, 4, 5, 6, 7]), from: 9 * 60, to: 20 * 60 }];
		case 'custom':
			return readRows(callingHoursRows);
		default:
			throw invalid(
				'callingHours',
				callingHours ?? null,
				`Calling Hours is ${isEmpty(callingHours) ? 'empty' : `"${brief(callingHours)}"`}, which is none of its choices`,
				'Choose the hours from the list, or write any, weekdays, daily or custom.',
			);
	}
}

function refuseRow(value: unknown, message: string, description: string) {
	return invalid('callingHoursRows', value, message, description);
}

function readRows(hours: unknown): CallingWindow[] {
	const rows = isObject(hours) ? hours.row : undefined;
	if (!Array.isArray(rows) || rows.length === 0) {
		throw refuseRow(
			hours ?? null,
			'Calling Hours is Custom, but Hours has no row, so no time is allowed',
			'Add a row with days and times, or choose Any Time.',
		);
	}
	return rows.map((row: unknown, index) => {
		const { days, from, to } = isObject(row) ? row : {};
		const subject = `row ${index + 1} of Hours`;
		const weekdays = new Set(entriesOf(days).map((day) => readWeekday(day, subject)));
		if (weekdays.size === 0) {
			throw refuseRow(row, `${capitalize(subject)} has no days`, 'Choose the days.');
		}
		const start = readTime(from, 'From', subject);
		const end = readTime(to, 'To', subject);
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

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** By name, by its first three letters, or by number from Monday = 1. */
function readWeekday(value: unknown, subject: string): number {
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
function readTime(value: unknown, name: string, subject: string): number {
	const [, hours, minutes] = /^\s*(\d{1,2}):(\d{2})(?::00)?\s*$/.exec(String(value ?? '')) ?? [];
	const time = Number(hours) * 60 + Number(minutes);
	if (Number(minutes) < 60 && time <= 1440) return time;
	throw refuseRow(
		value ?? null,
		`${name} in ${subject} is ${isEmpty(value) ? 'empty' : `"${brief(value)}", which isn't a time`}`,
		'Write hours and minutes on the 24-hour clock, for example 09:00 or 18:30.',
	);
}

const DAY = 24 * 60 * 60 * 1000;

/** @returns days since 1970-01-01 */
function readDate(value: unknown): number {
	// n8n's own dates carry their calendar; a plain date would be one day here and another there.
	const text = isDate(value) ? value.toISODate() : String(value).trim();
	const [, date] = /^(\d{4}-\d{2}-\d{2})(?:T00:00.*)?$/.exec(text ?? '') ?? [];
	const time = date ? Date.parse(`${date}T00:00:00Z`) : NaN;
	// Some engines turn February 30 into March 2.
	if (Number.isFinite(time) && new Date(time).toISOString().startsWith(date!)) return time / DAY;
	throw refuse(
		'blockedDates',
		value,
		`"${brief(value)}" in Blocked Dates isn't a date`,
		'Write year, month and day, for example 2026-12-25.',
	);
}

/** A date of n8n's expressions (luxon). */
function isDate(value: unknown): value is { toISODate(): string | null } {
	return isObject(value) && typeof (value as { toISODate?: unknown }).toISODate === 'function';
}

function readTimeZone(value: unknown): string {
	if (isEmpty(value)) return '';
	return typeof value === 'string' ? value.trim() : brief(value);
}

function readDoNotCall(settings: { doNotCall: unknown; defaultCountry: unknown }): Set<string> {
	const defaultCountry = String(settings.defaultCountry ?? '');
	const numbers = entriesOf(settings.doNotCall).map((entry, index) => {
		const result = toE164(entry, { field: `entry ${index + 1} of Do Not Call`, defaultCountry });
		if (result.ok) return result.e164;
		// To hold a call back, a number of an old plan tells enough.
		if (result.today !== undefined) return result.today;
		const message = `${result.message}, and nobody is called by a list that can't be read`;
		throw refuse('doNotCall', entry, message, result.description);
	});
	return new Set(numbers);
}

function readAllowPremium(value: unknown): boolean {
	if (isEmpty(value)) return false;
	const isAllowed = asBoolean(value);
	if (isAllowed !== undefined) return isAllowed;
	throw refuse(
		'allowPremiumNumbers',
		value,
		`Allow Premium Numbers is ${brief(value)}, which is neither true nor false`,
		'Turn it on or off, or have the expression give true or false.',
	);
}

function readAllowedCountries(value: unknown): Set<string> {
	const codes = entriesOf(value).map((entry) => {
		const code = String(entry).trim().toUpperCase();
		if (isCountryCode(code)) return code;
		throw refuse(
			'allowedCountries',
			entry,
			`"${brief(entry)}" in Allowed Countries isn't a country`,
			'Choose countries from the list, or give two-letter codes such as NG, US or GB.',
		);
	});
	return new Set(codes);
}
