import {
	getCountries,
	getCountryCallingCode,
	isSupportedCountry,
	parsePhoneNumberFromString,
	validatePhoneNumberLength,
	type CountryCode,
} from 'libphonenumber-js/max';

/**
 * What leaves for KrosAI is valid E.164 (Spec, Phone Number Format). Each number is a phone that
 * rings, so a value that can be read as two phones is refused with a remedy, never guessed.
 *
 * The only importer of libphonenumber-js. esbuild bundles this file on its own, so it imports
 * nothing else of the project at run time.
 */

export type PhoneNumberResult =
	| { ok: true; e164: string }
	| {
			ok: false;
			message: string;
			description: string;
			/** Of an old plan, where it can be told: the same phone in E.164 today. For lists of phones that
			 * are not called; to call by it would be a guess. */
			today?: string;
	  };

/** How much a number has to show: that its range is in service, or only its country's right length. */
export type NumberCheck = 'strict' | 'possible';

export interface PhoneOptions {
	field: string;
	defaultCountry?: string;
	numberCheck?: NumberCheck;
}

/** When the plans in libphonenumber-js were published, by its changelog. */
const PLANS_OF = '10 November 2026';

/** E.164: at most 15 digits with the country code. The shortest that numbering plans assign to
 * subscribers has 7 (+683 4002); below are only Austrian service codes, German pagers and Iranian
 * access numbers, which carriers abroad don't reach. Under +1 a number without area code (Canada's
 * 310-1234) works at home only, and is more often one whose area code was left out. */
const E164 = /^\+(?:1\d{10}|[2-9]\d{6,14})$/;

const WRITE_E164 =
	'Write it in E.164 format with a plus sign and country code, for example +2348012345678';
const ONE_NUMBER_ONLY = 'Leave one phone number in the field.';

/** Longer texts are only classified by their beginning; no phone number gets near. */
const LONGEST_TEXT = 250;

/** In this order, the zero of each set of decimal digits that phones and spreadsheets write: Arabic-Indic,
 * Extended Arabic-Indic, Devanagari, Bengali, full-width. Not NFKC, which would turn a footnote's
 * superscript into one more digit. */
const ZEROS = [0x0660, 0x06f0, 0x0966, 0x09e6, 0xff10];
const FOREIGN_DIGIT = /[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u09e6-\u09ef\uff10-\uff19]/g;

/**
 * Turns one value of a field into E.164, or says why not.
 *
 * Accepted: E.164; an international number with punctuation; and, with `defaultCountry`, a
 * national number, one with the prefix 00 or that country's own international prefix, and the full
 * international digits without the plus sign. A number-typed value counts as the same digits in
 * text, but where a leading zero that the spreadsheet dropped would lead to another phone (Italy),
 * it is refused.
 *
 * @param value what the user's expression gave; never throws, whatever it is
 * @param options.field label of the field in the editor, e.g. "To Number"
 * @param options.defaultCountry ISO 3166-1 alpha-2, in any case; '' counts as not set. Read only
 * where the number has no country code of its own.
 * @param options.numberCheck the user's Number Check, where there is that option: a refusal then names
 * it. With `possible`, where no reading is a number in service, those of the right length count.
 * @returns the number, or `message` (what happened, one line) and `description` (what to do)
 */
export function toE164(value: unknown, options: PhoneOptions): PhoneNumberResult {
	const { field } = options;

	if (value === undefined || value === null) {
		return refusal(`${field} is empty`, `${WRITE_E164}, or leave this row out.`);
	}
	if (typeof value === 'number') {
		if (!Number.isSafeInteger(value) || value < 0) {
			return refusal(
				`${value} in ${field} isn't a whole number, so its digits aren't a phone number`,
				`${WRITE_E164}. In a spreadsheet, format the column as text.`,
			);
		}
	} else if (typeof value !== 'string') {
		return refusal(
			`${field} holds ${nameOfType(value)} instead of a phone number`,
			`Point ${field} at the one value that holds the phone number, as text. ${WRITE_E164}.`,
		);
	}

	const text = normalize(String(value));
	if (text === '') {
		return refusal(`${field} is empty`, `${WRITE_E164}, or leave this row out.`);
	}
	const subject = `"${shorten(String(value))}" in ${field}`;

	const misfit = checkCharacters(text.slice(0, LONGEST_TEXT).trim(), subject);
	if (misfit) return misfit;
	// Cut off, it could be the beginning of a number and a phone of its own.
	if (text.length > LONGEST_TEXT) return refuseTooLong(subject, 'a phone number');

	const written = digitsOf(text);
	const variants = [...new Set([written, digitsOf(text.replace(BRACKETED_ZERO, ''))])];

	let country: CountryCode | undefined;
	if (!written.startsWith('+')) {
		const named = typeof options.defaultCountry === 'string' ? options.defaultCountry.trim() : '';
		if (named === '') return refuseWithoutCountry(written, subject, typeof value === 'number');
		country = toCountryCode(named);
		if (!country) {
			return refusal(
				`"${shorten(named)}" in Default Country isn't a known country code, so ${subject} can't be completed`,
				'Choose a country from the list, or give its two letters of ISO 3166-1, for example NG, US or GB (United Kingdom).',
			);
		}
	}

	const read = (check: NumberCheck) =>
		new Set(variants.flatMap((digits) => readingsOf(digits, country, check)));
	let check: NumberCheck = 'strict';
	let readings = read(check);
	if (readings.size === 0) {
		const old = refuseOldPlan(written, country, subject);
		if (old) return old;
		if (options.numberCheck === 'possible') readings = read((check = 'possible'));
	}
	const [e164] = readings;
	if (e164 === undefined || (readings.size === 1 && !E164.test(e164))) {
		const hasOption = options.numberCheck !== undefined;
		return refuseUnreadable(written, country, subject, typeof value === 'number', hasOption);
	}

	// Only to notice a clash: a dropped zero is never put back on a guess.
	if (country && typeof value === 'number') {
		for (const reading of readingsOf(`0${written}`, country, check)) readings.add(reading);
	}
	if (readings.size > 1) {
		const candidates = [...readings];
		return refusal(
			`${subject} can be read as ${candidates.join(' or as ')}, which are different phones`,
			`${typeof value === 'number' ? 'The spreadsheet holds it as a number, which drops a plus sign or a leading zero. ' : ''}Write it in E.164 format with a plus sign and country code: ${candidates.join(' or ')}.`,
		);
	}
	return { ok: true, e164 };
}

/**
 * "+2348012345678" → "+234 801 234 5678", for the labels of a list. What isn't a number with plus
 * sign and country code comes back as it is.
 */
export function formatInternational(e164: string): string {
	if (!/^\+\d+$/.test(e164)) return e164;
	return parse(e164)?.formatInternational() ?? e164;
}

/**
 * The country whose numbering plan a number belongs to, as ISO 3166-1 alpha-2; undefined for numbers
 * of no country (+800, +882 …) and what isn't E.164.
 */
export function countryOf(e164: string): string | undefined {
	return traitsOf(e164).country;
}

/**
 * Whether this is an ISO 3166-1 alpha-2 code of a country with a numbering plan of its own, in any
 * case. Beside ISO's own there are AC (Ascension), TA (Tristan da Cunha) and XK (Kosovo).
 */
export function isCountryCode(value: string): boolean {
	return toCountryCode(value) !== undefined;
}

/** Networks of no country: satellites (+870, +881, +882), +808 and +979 at the caller's cost, and the
 * costly +878 and +883; and under +1 the area code 900 and the exchange 976 (ITU-T E.164, NANPA). */
const PREMIUM = /^\+(?:808|87[08]|88[1-3]|979|1900|1\d{3}976)/;

/**
 * Whether a call to this number can cost a multiple of an ordinary one, by its numbering plan: premium
 * rate, shared cost, satellites. By such numbers telephone fraud earns its money.
 */
export function isPremium(e164: string): boolean {
	return traitsOf(e164).isPremium;
}

interface Traits {
	country: string | undefined;
	isPremium: boolean;
}

const traits = new Map<string, Traits>();
const MOST_TRAITS = 1_000;

/** The rules of a list ask several times of each number, and to parse one takes longest of all they do. */
function traitsOf(e164: string): Traits {
	let known = traits.get(e164);
	if (known) return known;
	const number = parse(e164);
	const type = number?.getType();
	const isPremium = type === 'PREMIUM_RATE' || type === 'SHARED_COST' || PREMIUM.test(e164);
	known = { country: number?.country, isPremium };
	if (traits.size >= MOST_TRAITS) traits.clear();
	traits.set(e164, known);
	return known;
}

/**
 * Every E.164 number under which the phone of this number goes; the first is the same for all of them.
 * A mobile in Argentina has +54 9 or +54, one in Mexico had +52 1 until 2019.
 */
export function aliasesOf(e164: string): [string, ...string[]] {
	const [, code, number] =
		/^\+(54)9?([1-8]\d{9})$/.exec(e164) ?? /^\+(52)1?([2-9]\d{9})$/.exec(e164) ?? [];
	if (!code) return [e164];
	return [`+${code}${number}`, `+${code}${code === '54' ? 9 : 1}${number}`];
}

/** Every country that can be a default country, by English name; `callingCode` without plus. */
export function countries(): Array<{ code: string; name: string; callingCode: string }> {
	const byName = new Intl.Collator('en');
	return getCountries()
		.map((code) => ({ code, name: countryName(code), callingCode: getCountryCallingCode(code) }))
		.sort((a, b) => byName.compare(a.name, b.name));
}

function refusal(message: string, description: string): PhoneNumberResult & { ok: false } {
	return { ok: false, message, description };
}

/** One alphabet for what copy and paste brings along: ASCII digits, plus, hyphen, dot, brackets
 * and space; no invisible marks, no spreadsheet apostrophe, no brackets around the whole. Line
 * breaks and tabs stay: they separate numbers. */
function normalize(value: string): string {
	return (
		value
			.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
			.trim()
			.replace(/^['\u2018\u2019]\s*/, '')
			// Links (RFC 3966 and its likes), and how Meta exports the numbers of leads.
			.replace(/^(?:tel|callto|whatsapp|p)\s*:\s*(?:\/\/)?\s*/i, '')
			.replace(FOREIGN_DIGIT, (digit) => {
				const code = digit.charCodeAt(0);
				return String(code - ZEROS.findLast((zero) => zero <= code)!);
			})
			.replace(/[\ufe62\uff0b]/g, '+')
			.replace(/[\p{Pd}\u2212\u2043\u30fc]/gu, '-')
			.replace(/[\u00b7\u2024\u2027\uff0e]/g, '.')
			.replace(/[[\uff08\uff3b]/g, '(')
			.replace(/[\]\uff09\uff3d]/g, ')')
			.replace(/\p{Zs}/gu, ' ')
			.replace(/^\(([^()]*)\)$/, '$1')
			// 8~10 in Russia, 0~0 in Ukraine: the tilde stands for "wait for the tone".
			.replace(/^([08]) ?~ ?/, '$1')
			.trim()
	);
}

/** "+44 (0)20 …": the zero that is dialled only at home, by convention left out from abroad. */
const BRACKETED_ZERO = /\( *0 *\)/;

const SEVERAL_NUMBERS = [
	/[\n\r\t\v\f\u0085\u2028\u2029|]/,
	/\+.*\d.*\+/,
	/\d.*(?:&|\bor\b|\band\b).*\d/i,
	/(?:\d[^\d,;]*){7,}[,;][^\d,;]*(?:\d[^\d,;]*){7,}/,
];

const EXTENSION = [
	/\d.*#/,
	/\d.*[,;].*\d/,
	/\d[ .)-]*(?:x|p|w|int|dw|доб|anexo|ramal|poste|e?xt[a-zó]*)[ .:=-]*\d/i,
	// "030 12345 (30)": brackets at the end hold a direct line, those before it an area code.
	/\d *\(\d*\)$/,
];

/** Powers of ten and fractions, whatever stands before them. Pairs of digits between several dots are
 * no fractions (France), but one zero is, and so are two behind more than a pair of digits. */
const CALCULATED = [
	/^[+-]?\d+([.,]\d+)?E[+-]?\d+$/i,
	/^[^.,]*\d *\. *\d{1,2}$/,
	/[.,] *0$/,
	/\d{3} *[.,] *00$/,
];

/** Judges the writing, before any numbering plan is asked. */
function checkCharacters(text: string, subject: string): PhoneNumberResult | undefined {
	if (CALCULATED.some((pattern) => pattern.test(text))) {
		return refusal(
			`${subject} is a calculated number, so its digits aren't a phone number`,
			`The spreadsheet has rounded or reformatted it. Format the column as text and enter the phone number again. ${WRITE_E164}.`,
		);
	}
	if (SEVERAL_NUMBERS.some((pattern) => pattern.test(text))) {
		return refusal(
			`${subject} holds more than one phone number`,
			`${ONE_NUMBER_ONLY} To ring several phones, give each its own item.`,
		);
	}
	if (EXTENSION.some((pattern) => pattern.test(text))) {
		return refusal(
			`${subject} has an extension or a pause after the phone number, which can't be dialled`,
			`Remove what follows the phone number, or use the direct number. ${WRITE_E164}.`,
		);
	}
	if (/\p{L}/u.test(text)) {
		return refusal(
			`${subject} has letters in it, so it isn't a phone number`,
			`Write digits instead of letters, and remove words. ${WRITE_E164}.`,
		);
	}
	if (/[/\\\u2044\u2215\uff0f\uff3c]/.test(text)) {
		return refusal(
			`${subject} has a slash in it, which can separate two phone numbers or an extension`,
			`${ONE_NUMBER_ONLY} Where the slash only follows the area code, replace it with a space.`,
		);
	}
	if (/^[^\d]*\d.*\+|\+.*\+/.test(text)) {
		return refusal(
			`${subject} has a plus sign in the wrong place`,
			`One plus sign comes first, then the country code. ${WRITE_E164}.`,
		);
	}
	if (!/^\(? *\+?[ ().\d-]*\d$/.test(text) || /^ *[-.]/.test(text)) {
		return refusal(
			/\d/.test(text)
				? `${subject} has characters in it that don't belong in a phone number`
				: `${subject} has no digits, so it isn't a phone number`,
			`Only digits, spaces, dots, hyphens, brackets and a plus sign in front are read. ${WRITE_E164}.`,
		);
	}
	return undefined;
}

function digitsOf(text: string): string {
	return text.replace(/[^+\d]/g, '');
}

function parse(digits: string, country?: CountryCode) {
	// Nothing is searched for in a longer text: what isn't a number as a whole is none.
	return parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
}

/**
 * Every phone that these digits can mean, as "+" and digits. The library picks one reading (the
 * country's own international prefix, then the calling code without plus, then national); what it
 * passes over is asked for here, since it may be another phone.
 */
function readingsOf(
	digits: string,
	country: CountryCode | undefined,
	check: NumberCheck,
): string[] {
	if (!country) return passing(parse(digits), check);
	const callingCode = getCountryCallingCode(country);
	const preferred = parse(digits, country);
	const readings = passing(preferred, check);
	if (digits.startsWith(callingCode)) {
		readings.push(...passing(parse(`+${digits}`), check));
		// Of numbers in service the library prefers the national one by itself.
		if (check === 'possible') readings.push(...passing(parse(`+${callingCode}${digits}`), check));
	}
	if (digits.startsWith('00')) {
		const rest = `+${digits.slice(2)}`;
		// Where the country's own prefix is longer (009 in Nigeria), 0091… means +1 there, and only
		// elsewhere +91: a clash if both are phones, but no way round a +1 number that is none.
		const isOwnPrefix = preferred?.number !== parse(`+${callingCode}${digits}`)?.number;
		if (readings.length > 0 || !isOwnPrefix) {
			readings.push(...passing(parse(rest), check).filter((reading) => reading === rest));
		}
	}
	return readings;
}

function passing(number: ReturnType<typeof parse>, check: NumberCheck): string[] {
	const passes = check === 'strict' ? number?.isValid() : number?.isPossible();
	return number && passes ? [number.number] : [];
}

/**
 * Numbers as they were before their country's plan changed, which carriers no longer connect. Under a
 * national prefix the library leaves the zero in place, where the plan now begins with one.
 */
const OLD_PLANS: Array<{ old: RegExp; today?: string; change: string }> = [
	{
		old: /^\+521(\d{10})$/,
		today: '+52$1',
		change: 'Mexico has no 1 in front of mobile numbers since August 2019',
	},
	{
		old: /^\+2340?([1-9]\d{7})$/,
		today: '+23420$1',
		change: 'Landlines in Nigeria begin with 02 since January 2024',
	},
	{
		old: /^\+229(\d{8})$/,
		today: '+22901$1',
		change: 'Numbers in Benin begin with 01 since November 2024',
	},
	{
		old: /^\+225\d{8}$/,
		change:
			"Numbers in Côte d'Ivoire have ten digits since January 2021: 01, 05 or 07 stands in front of mobile numbers, 21, 25 or 27 in front of landlines",
	},
	{
		old: /^\+57([124-8]\d{7})$/,
		today: '+5760$1',
		change: 'Landlines in Colombia begin with 60 since September 2021',
	},
	{
		old: /^\+55(\d\d)([6-9]\d{7})$/,
		today: '+55$19$2',
		change: 'Mobile numbers in Brazil have a 9 behind the area code since November 2016',
	},
];

function refuseOldPlan(
	digits: string,
	country: CountryCode | undefined,
	subject: string,
): PhoneNumberResult | undefined {
	const number = parse(digits, country)?.number ?? '';
	const plan = OLD_PLANS.find(({ old }) => old.test(number));
	if (!plan) return undefined;
	const [today] = plan.today ? passing(parse(number.replace(plan.old, plan.today)), 'strict') : [];
	// What doesn't exist in the new plan either was none in the old one.
	if (plan.today && !today) return undefined;
	return {
		...refusal(
			`${subject} is written as before the numbering plan of its country changed`,
			`${plan.change}. ${today ? `Write ${today}, if that is the phone.` : 'Ask for the number of today.'}`,
		),
		today,
	};
}

function refuseWithoutCountry(
	digits: string,
	subject: string,
	isNumberTyped: boolean,
): PhoneNumberResult {
	if (digits.length < 4) return refuseTooShort(subject, 'a phone number');
	if (digits.length > 17) return refuseTooLong(subject, 'a phone number');
	if (isNumberTyped) {
		return refusal(
			`${subject} is a number without a plus sign, so it isn't clear which country it belongs to`,
			`A spreadsheet drops the plus sign or the leading zero of a phone number that it holds as a number. Format the column as text and write the phone number in E.164 format with a plus sign and country code, for example +2348012345678, or choose a Default Country under Options.`,
		);
	}
	const [rest] = digits.startsWith('00') ? passing(parse(`+${digits.slice(2)}`), 'strict') : [];
	if (rest) {
		return refusal(
			`${subject} starts with 00, which isn't the international prefix in every country`,
			`Write a plus sign instead of 00 (${rest}), or choose a Default Country under Options.`,
		);
	}
	return refusal(
		digits.startsWith('0')
			? `${subject} is a local number, so it isn't clear which country it belongs to`
			: `${subject} has no plus sign and country code, so it isn't clear which country it belongs to`,
		`${WRITE_E164}, or choose a Default Country under Options.`,
	);
}

/** No reading is a phone: says what is amiss with the likeliest one. */
function refuseUnreadable(
	digits: string,
	country: CountryCode | undefined,
	subject: string,
	isNumberTyped: boolean,
	hasOption: boolean,
): PhoneNumberResult {
	const parsed = parse(digits, country);
	const plan = describePlan(parsed, country);
	const spreadsheet = isNumberTyped
		? ' A spreadsheet drops the plus sign or the leading zero of a phone number that it holds as a number: format the column as text.'
		: '';

	const length = validatePhoneNumberLength(digits, { defaultCountry: country });
	if (length === 'INVALID_COUNTRY') {
		return refusal(
			`${subject} starts with a country code that doesn't exist`,
			digits.startsWith('+0')
				? `Country codes never start with zero: remove the zeros after the plus sign. ${WRITE_E164}.`
				: `Check the digits after the plus sign. ${WRITE_E164}.`,
		);
	}
	const characters = parsed?.number.length ?? 0;
	if (length === 'TOO_LONG' || characters > 16) {
		return refuseTooLong(subject, plan, spreadsheet);
	}
	// What exists and still isn't E.164 is short: a service code, or a number without area code.
	if (length === 'TOO_SHORT' || characters < 8 || parsed?.isValid()) {
		return refuseTooShort(subject, plan, spreadsheet);
	}
	const newer = hasOption
		? ' If its range came into service later, choose Possible in Number Check under Options.'
		: '';
	return refusal(
		`${subject} doesn't exist in the numbering plan of ${plan} as of ${PLANS_OF}`,
		country
			? `Check the digits and the Default Country. A phone in another country needs a plus sign and its country code.${newer}${spreadsheet}`
			: `Check the digits and the country code. ${WRITE_E164}.${newer}`,
	);
}

/** For "too long for …": what is far too short or too long is parsed for no country. */
function describePlan(parsed: ReturnType<typeof parse>, country: CountryCode | undefined): string {
	const callingCode = country && getCountryCallingCode(country);
	if (country && (!parsed || parsed.countryCallingCode === callingCode)) {
		return `country code +${callingCode} (${countryName(country)})`;
	}
	return parsed ? `country code +${parsed.countryCallingCode}` : 'a phone number';
}

function refuseTooShort(subject: string, plan: string, hint = ''): PhoneNumberResult {
	return refusal(
		`${subject} is too short for ${plan}`,
		`Check for missing digits, such as the area code. Short codes and emergency numbers can't be called.${hint}`,
	);
}

function refuseTooLong(subject: string, plan: string, hint = ''): PhoneNumberResult {
	return refusal(
		`${subject} is too long for ${plan}`,
		`Check for extra digits, a second phone number or an extension. ${ONE_NUMBER_ONLY}${hint}`,
	);
}

function toCountryCode(value: string): CountryCode | undefined {
	const code = value.toUpperCase();
	return isSupportedCountry(code) ? code : undefined;
}

const ENGLISH_NAMES = new Intl.DisplayNames(['en'], { type: 'region' });

function countryName(code: string): string {
	return ENGLISH_NAMES.of(code)!;
}

/** One line, no marks that turn the writing around, at most 40 characters. */
function shorten(value: string): string {
	const line = value
		.slice(0, LONGEST_TEXT)
		.replace(/\p{Default_Ignorable_Code_Point}/gu, '')
		.replace(/\p{Cs}/gu, '\ufffd')
		.replace(/[\s\p{Cc}]+/gu, ' ')
		.trim();
	const characters = [...line];
	return characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : line;
}

/** The type and nothing of the content: an object may hold a contact's whole record. */
function nameOfType(value: unknown): string {
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'boolean') return `${value}`;
	return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
