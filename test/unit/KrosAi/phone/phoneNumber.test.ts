import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { PhoneNumberFormat, PhoneNumberType, PhoneNumberUtil } from 'google-libphonenumber';
import {
	aliasesOf,
	countries,
	countryOf,
	formatInternational,
	isCountryCode,
	isPremium,
	toE164,
	type NumberCheck,
} from '../../../../nodes/KrosAi/phone/phoneNumber';

// Numbers reserved for drama and documentation (+1 555-01xx, Ofcom's 020 7946 0xxx), and the
// examples of libphonenumber and of the specification.

function read(value: unknown, defaultCountry?: string, numberCheck?: NumberCheck) {
	return toE164(value, { field: 'To Number', defaultCountry, numberCheck });
}

function refusal(value: unknown, defaultCountry?: string, numberCheck?: NumberCheck) {
	const result = read(value, defaultCountry, numberCheck);
	if (result.ok) throw new Error(`${String(value)} was read as ${result.e164}`);
	return result;
}

describe('accepts', () => {
	it.each([
		['E.164 (Spec)', '+14155551234', '+14155551234'],
		['E.164 (Spec)', '+2348012345678', '+2348012345678'],
		['spaces', '+44 20 7946 0958', '+442079460958'],
		['hyphens', '+1-415-555-0123', '+14155550123'],
		['dots', '+1.415.555.0123', '+14155550123'],
		['brackets', '+1 (415) 555-0123', '+14155550123'],
		['square brackets', '+1 [415] 555-0123', '+14155550123'],
		['brackets around the country code', '(+44) 20 7946 0958', '+442079460958'],
		['brackets around everything', '(+44 20 7946 0958)', '+442079460958'],
		['a space behind the plus', '+ 44 20 7946 0958', '+442079460958'],
		['en dash, minus sign', '+44 20\u20137946\u22120958', '+442079460958'],
		['non-breaking and thin spaces', '+44\u00a020\u20097946\u202f0958', '+442079460958'],
		['direction marks around a contact', '\u202a+44 20 7946 0958\u202c', '+442079460958'],
		['zero-width marks', '\ufeff+44\u200b20\u20607946\u00ad0958', '+442079460958'],
		[
			'full-width plus, digits and brackets',
			'\uff0b４４ （０）２０ ７９４６ ０９５８',
			'+442079460958',
		],
		['Arabic-Indic digits', '+٤٤٢٠٧٩٤٦٠٩٥٨', '+442079460958'],
		['Extended Arabic-Indic digits', '+۴۴۲۰۷۹۴۶۰۹۵۸', '+442079460958'],
		['Devanagari digits', '+४४२०७९४६०९५८', '+442079460958'],
		['Bengali digits', '+৪৪২০৭৯৪৬০৯৫৮', '+442079460958'],
		['white space around', '  +442079460958\r\n', '+442079460958'],
		['spreadsheet apostrophe', " '+442079460958", '+442079460958'],
		['the zero for callers at home', '+44 (0)20 7946 0958', '+442079460958'],
		['the zero for callers at home, square', '+44 [0] 20 7946 0958', '+442079460958'],
		['a bracketed zero where there is none', '+1 (0) 415 555 0123', '+14155550123'],
		['area code with its zero', '+44 (020) 7946 0958', '+442079460958'],
		["Italy's zero", '+39 06 6981 2345', '+390669812345'],
		["Italy's zero in brackets", '+39 (0)6 6981 2345', '+390669812345'],
		['Danish 8 digits', '+45 32 12 34 56', '+4532123456'],
		['Niue 4 digits', '+683 7012', '+6837012'],
		['freephone of no country', '+800 1234 5678', '+80012345678'],
		['a network of no country', '+883 510 012 345', '+883510012345'],
		['a link (RFC 3966)', 'tel:+442079460958', '+442079460958'],
		['a link with hyphens', 'tel:+1-415-555-0188', '+14155550188'],
		['a link with slashes', 'TEL://+14155550188', '+14155550188'],
		['a link of Skype', 'callto:+44 20 7946 0958', '+442079460958'],
		['a link of WhatsApp', 'whatsapp:+14155550188', '+14155550188'],
		["Meta's export of leads", 'p:+2348012345678', '+2348012345678'],
		["Meta's export of leads, as a spreadsheet has it", "'p: +2348012345678", '+2348012345678'],
		['dots as the registries of domains write it', '+49.30123456', '+4930123456'],
	])('%s: %s', (_, value, e164) => {
		expect(read(value)).toEqual({ ok: true, e164 });
		expect(read(value, 'US')).toEqual({ ok: true, e164 });
	});

	it.each([
		['national (Spec)', '08012345678', 'NG', '+2348012345678'],
		['national (Spec)', '(415) 555-1234', 'US', '+14155551234'],
		['national without its zero', '20 7946 0958', 'GB', '+442079460958'],
		['national, zero in brackets', '(0)20 7946 0958', 'GB', '+442079460958'],
		['national with direct line', '030 123456-78', 'DE', '+493012345678'],
		['dots between pairs of digits', '01.23.45.67.89', 'FR', '+33123456789'],
		['a pair of zeros among them', '044.668.18.00', 'CH', '+41446681800'],
		['a group of zeros', '030.123.000', 'DE', '+4930123000'],
		['a link', 'tel:0301234567', 'DE', '+49301234567'],
		[
			'what is a German number without its first two digits',
			'1 249 555 0100',
			'US',
			'+12495550100',
		],
		['a neighbour under +1', '506-234-5678', 'US', '+15062345678'],
		['Italian mobile as text', '331 123 4567', 'IT', '+393311234567'],
		['country in lower case', '020 7946 0958', ' gb ', '+442079460958'],
		['00 where it is the prefix', '0044 20 7946 0958', 'FR', '+442079460958'],
		['00 for home', '0044 (0)20 7946 0958', 'GB', '+442079460958'],
		['00 where the prefix is 011', '00 44 20 7946 0958', 'US', '+442079460958'],
		['011', '011 44 20 7946 0958', 'US', '+442079460958'],
		['8~10', '8~10 44 20 7946 0958', 'RU', '+442079460958'],
		['0~0', '0~0 44 20 7946 0958', 'UA', '+442079460958'],
		['full digits without plus', '44 20 7946 0958', 'GB', '+442079460958'],
		['11 digits with 1', '1 415 555 0123', 'US', '+14155550123'],
	])('%s: %s in %s', (_, value, country, e164) => {
		expect(read(value, country)).toEqual({ ok: true, e164 });
	});

	it.each([
		[2079460958, 'GB', '+442079460958'],
		[442079460958, 'GB', '+442079460958'],
		[4155550123, 'US', '+14155550123'],
		[14155550123, 'US', '+14155550123'],
		[3281234567, 'IT', '+393281234567'],
	])('the spreadsheet number %s in %s', (value, country, e164) => {
		expect(read(value, country)).toEqual({ ok: true, e164 });
	});

	it('a number with its own country code whatever the default country is', () => {
		for (const country of ['US', 'NG', '', 'UK', 'Nigeria']) {
			expect(read('+442079460958', country)).toEqual({ ok: true, e164: '+442079460958' });
		}
	});
});

/** What the message of each kind of refusal says. */
const KINDS = {
	empty: /To Number is empty$/,
	wrongType: /^To Number holds .* instead of a phone number$/,
	notAWholeNumber: /so its digits aren't a phone number$/,
	missingCountry:
		/so it isn't clear which country it belongs to$|^"00.* isn't the international prefix/,
	unknownDefaultCountry: /in Default Country isn't a known country code/,
	unknownCountryCode: /starts with a country code that doesn't exist$/,
	tooShort: /is too short for /,
	tooLong: /is too long for /,
	notAssigned: /doesn't exist in the numbering plan of /,
	oldPlan: /is written as before the numbering plan of its country changed$/,
	ambiguous: /which are different phones$/,
	letters: /has letters in it/,
	extension: /has an extension or a pause/,
	severalNumbers: /holds more than one phone number$/,
	slash: /has a slash in it/,
	misplacedPlus: /has a plus sign in the wrong place$/,
	unexpectedCharacters: /has characters in it that don't belong|has no digits, so/,
};
type Kind = keyof typeof KINDS;

const REFUSALS: Array<[kind: Kind, value: unknown, country?: string]> = [
	// no country
	['missingCountry', '08012345678'],
	['missingCountry', '442079460958'],
	['missingCountry', '0044 20 7946 0958'],
	['missingCountry', '011 44 20 7946 0958'],
	['missingCountry', '1234'],
	['missingCountry', '12345678901234567'],
	['missingCountry', '08012345678', ''],
	['missingCountry', '08012345678', '  '],
	['unknownDefaultCountry', '020 7946 0958', 'UK'],
	['unknownDefaultCountry', '08012345678', '234'],
	['unknownCountryCode', '+999 123 456 789'],
	['unknownCountryCode', '+044 20 7946 0958'],
	['unknownCountryCode', '+0044 20 7946 0958'],
	['tooShort', '+0'],
	// length
	['tooShort', '+44 20 7946'],
	['tooShort', '+1 415 555'],
	['tooShort', '555-0123', 'US'],
	['tooShort', '+1 310 1234'],
	['tooShort', '911', 'US'],
	['tooShort', '+49 1640'],
	['tooShort', '+4'],
	['tooShort', '123'],
	['tooLong', '+44 20 7946 0958 1234'],
	['tooLong', '+49 43921021055449'],
	['tooLong', '123456789012345678'],
	['tooLong', '0044 020 7946 0958', 'US'],
	['tooLong', '+234 700 1234567890'],
	['tooLong', '(415) 555-0123 (415) 555-0124', 'US'],
	// no such number
	['notAssigned', '+1 200 555 0123'],
	['notAssigned', '+44 0000 000000'],
	['notAssigned', '+39 6 6981 2345'],
	['tooShort', '+800 1234 567'],
	['notAssigned', '(200) 555-0123', 'US'],
	['notAssigned', '+43 58257'],
	['notAssigned', '+971 145163942430'],
	// 0091 is 009 and +1 in Nigeria, and there is no such number in +1
	['notAssigned', '0091 688 711 4952', 'NG'],
	// two phones
	['ambiguous', '+39 (0)331 123 4567'],
	['ambiguous', '(0)331 123 4567', 'IT'],
	['ambiguous', '0091 906 310 6161', 'NG'],
	['ambiguous', '4920 5894', 'DE'],
	['ambiguous', '62 21 1234567', 'ID'],
	// letters
	['letters', '1-800-FLOWERS', 'US'],
	['letters', 'n/a'],
	['letters', 'tel:7042;phone-context=example.com'],
	['letters', 'fax:+442079460958'],
	['letters', 'mailto:+442079460958@example.com'],
	['letters', 'whatsapp://send?phone=442079460958'],
	['letters', 'tel:p:+442079460958'],
	['letters', 'p+2348012345678'],
	['missingCountry', 'tel:08012345678'],
	['empty', 'tel:'],
	['extension', 'tel:+442079460958;ext=5'],
	['severalNumbers', 'p:+2348012345678 p:+2348012345679'],
	['letters', '+44 20 7946 0958 (home)'],
	['letters', '+44 2O 7946 0958'],
	['letters', '+\uff21\uff22\uff23'],
	// extensions
	['extension', '+442079460958 x123'],
	['extension', '+44 20 7946 0958 ext. 5'],
	['extension', '+44 20 7946 0958 Extension 5'],
	['extension', '+442079460958;ext=5'],
	['extension', '+442079460958#5'],
	['extension', '+1 415 555 0123 - 503#'],
	['extension', '+442079460958,5'],
	['extension', '+442079460958;5'],
	['extension', '+442079460958p12'],
	['extension', '+442079460958w12'],
	['extension', '020 7946 0958 - #5', 'GB'],
	['extension', '5, 02079460958', 'GB'],
	['extension', '+442079460958 xt5'],
	['extension', '030 12345 (30)', 'DE'],
	['extension', '030 12345 [30]', 'DE'],
	['extension', '020 7946 0958 доб. 5', 'GB'],
	// several
	['severalNumbers', '+442079460958,+442079460959'],
	['severalNumbers', '02079460958;02079460959', 'GB'],
	['severalNumbers', '02079460958|02079460959', 'GB'],
	['severalNumbers', '02079460958\n02079460959', 'GB'],
	['severalNumbers', '02079460958\t02079460959', 'GB'],
	['severalNumbers', '020 7946 0958 or 020 7946 0959', 'GB'],
	['severalNumbers', '020 7946 0958 AND 020 7946 0959', 'GB'],
	['severalNumbers', '02079460958&02079460959', 'GB'],
	['severalNumbers', '+ (44) 2079460958 +442079460959'],
	['severalNumbers', '+442079460958 +442079460959'],
	['severalNumbers', '+442079460958/+442079460959'],
	['slash', '030/123456', 'DE'],
	['slash', '+44 20 7946 0958/9'],
	['slash', '+44 20 7946 0958\uff0f9'],
	// characters
	['misplacedPlus', '44+2079460958'],
	['misplacedPlus', '(44)+2079460958'],
	['misplacedPlus', '++442079460958'],
	['misplacedPlus', '442079460958+'],
	['unexpectedCharacters', '-'],
	['unexpectedCharacters', '?'],
	['unexpectedCharacters', '+'],
	['unexpectedCharacters', '-442079460958', 'GB'],
	['unexpectedCharacters', '*67 415 555 0123', 'US'],
	['unexpectedCharacters', '+1 415 *** 0123'],
	['unexpectedCharacters', '+442079460958\u00b9'],
	['unexpectedCharacters', '+44 20 7946 095\u2026'],
	['unexpectedCharacters', '+442079460958,'],
	['unexpectedCharacters', '"+442079460958"'],
	['unexpectedCharacters', '44~2079460958', 'GB'],
	['unexpectedCharacters', '+44 0~20 7946 0958'],
	['unexpectedCharacters', "+44 20 '7946 0958"],
	['unexpectedCharacters', '1\ufe0f\u20e34155550123', 'US'],
	// not a value of one number
	['empty', ''],
	['empty', ' \n\u00a0\u200b'],
	['empty', null],
	['empty', undefined],
	['wrongType', true],
	['wrongType', {}],
	['wrongType', ['+442079460958']],
	['wrongType', 442079460958n],
	['wrongType', Symbol('number')],
	['notAWholeNumber', NaN],
	['notAWholeNumber', Infinity],
	['notAWholeNumber', 4155550123.5, 'US'],
	['notAWholeNumber', -4155550123, 'US'],
	['notAWholeNumber', 2 ** 53, 'US'],
	['notAWholeNumber', '4.42079E+11', 'GB'],
	['notAWholeNumber', '4,42079e11', 'GB'],
	['notAWholeNumber', '-44E+10'],
	['letters', '4.4E+11x'],
	['notAWholeNumber', '30123456.0', 'DE'],
	// a fraction behind whatever writing
	['notAWholeNumber', '+49 30123456.0'],
	['notAWholeNumber', '030 1234.56', 'DE'],
	['notAWholeNumber', '030123456.5', 'DE'],
	['notAWholeNumber', '+49.30123456.00'],
	['notAWholeNumber', '01.23.45.67.89.0', 'FR'],
	['notAWholeNumber', '\u202a+64 9 3001234.0\u202c'],
	['notAWholeNumber', 'tel:+4930123456.0'],
	['notAWholeNumber', '030123456,0', 'DE'],
	['notAWholeNumber', '+49 30123456,00'],
	['notAWholeNumber', '030123456\uff0e0', 'DE'],
	['notAWholeNumber', '+49 30123456 .0'],
	['notAWholeNumber', '(030123456.0)', 'DE'],
	['notAWholeNumber', '+39 0669812345\u00b70'],
	// numbers of old plans
	['oldPlan', '5215512345678', 'MX'],
	['oldPlan', '014630643', 'NG'],
	['oldPlan', 14630643, 'NG'],
	['oldPlan', '97 12 34 56', 'BJ'],
	// as short as numbers of the old plan, but none of the new one either
	['tooShort', '+229 00123456'],
	// spreadsheet numbers
	['missingCountry', 2079460958],
	['missingCountry', 442079460958],
	['tooShort', 0],
	['tooShort', 5550123, 'US'],
	['tooLong', 442079460958, 'US'],
	['ambiguous', 3311234567, 'IT'],
	['ambiguous', 331123456, 'IT'],
];

describe('refuses', () => {
	it.each(REFUSALS.map(([kind, value, country]) => ({ kind, value, country })))(
		'$kind: $value, default country $country',
		({ kind, value, country }) => {
			expect(refusal(value, country).message).toMatch(KINDS[kind]);
		},
	);

	it('nothing for its length alone, up to 250 characters', () => {
		const number = `+49 30 12345${' '.repeat(236)}67`;
		expect(number).toHaveLength(250);
		expect(read(number)).toEqual({ ok: true, e164: '+49301234567' });
	});

	it('a number that starts within the first 250 characters and goes on behind them', () => {
		const number = `+49 30 12345${' '.repeat(300)}67`;
		expect(refusal(number)).toMatchObject({
			message: expect.stringMatching(/in To Number is too long for a phone number$/),
		});
		expect(read(number.replace(/ {2,}/, ''))).toEqual({ ok: true, e164: '+49301234567' });
	});
});

describe('what a refusal says', () => {
	it('names the field', () => {
		expect(toE164('12', { field: 'From Number' })).toMatchObject({
			message: '"12" in From Number is too short for a phone number',
		});
	});

	const WRITE =
		'Write it in E.164 format with a plus sign and country code, for example +2348012345678';
	const OLD = 'is written as before the numbering plan of its country changed';
	it.each<[unknown, string, string, string]>([
		[null, '', 'To Number is empty', `${WRITE}, or leave this row out.`],
		[
			true,
			'',
			'To Number holds true instead of a phone number',
			`Point To Number at the one value that holds the phone number, as text. ${WRITE}.`,
		],
		[
			4155550123.5,
			'US',
			"4155550123.5 in To Number isn't a whole number, so its digits aren't a phone number",
			`${WRITE}. In a spreadsheet, format the column as text.`,
		],
		[
			'4.4E+11',
			'',
			"is a calculated number, so its digits aren't a phone number",
			`The spreadsheet has rounded or reformatted it. Format the column as text and enter the phone number again. ${WRITE}.`,
		],
		[
			2079460958,
			'',
			"is a number without a plus sign, so it isn't clear which country it belongs to",
			'A spreadsheet drops the plus sign or the leading zero of a phone number that it holds as a number. Format the column as text and write the phone number in E.164 format with a plus sign and country code, for example +2348012345678, or choose a Default Country under Options.',
		],
		[
			'08012345678',
			'',
			"is a local number, so it isn't clear which country it belongs to",
			`${WRITE}, or choose a Default Country under Options.`,
		],
		[
			'20 7946 0958',
			'',
			"has no plus sign and country code, so it isn't clear which country it belongs to",
			`${WRITE}, or choose a Default Country under Options.`,
		],
		[
			'0044 20 7946 0958',
			'',
			"starts with 00, which isn't the international prefix in every country",
			'Write a plus sign instead of 00 (+442079460958), or choose a Default Country under Options.',
		],
		[
			'020 7946 0958',
			'UK',
			`"UK" in Default Country isn't a known country code, so "020 7946 0958" in To Number can't be completed`,
			'Choose a country from the list, or give its two letters of ISO 3166-1, for example NG, US or GB (United Kingdom).',
		],
		[
			'+999 123 456 789',
			'',
			"starts with a country code that doesn't exist",
			`Check the digits after the plus sign. ${WRITE}.`,
		],
		[
			'+044 20 7946 0958',
			'',
			"starts with a country code that doesn't exist",
			`Country codes never start with zero: remove the zeros after the plus sign. ${WRITE}.`,
		],
		[
			'020',
			'GB',
			'is too short for country code +44 (United Kingdom)',
			"Check for missing digits, such as the area code. Short codes and emergency numbers can't be called.",
		],
		[
			'+44 20 7946 0958 1234',
			'',
			'is too long for country code +44',
			'Check for extra digits, a second phone number or an extension. Leave one phone number in the field.',
		],
		[
			'(200) 555-0123',
			'US',
			"doesn't exist in the numbering plan of country code +1 (United States) as of 10 November 2026",
			'Check the digits and the Default Country. A phone in another country needs a plus sign and its country code.',
		],
		[
			'+1 200 555 0123',
			'',
			"doesn't exist in the numbering plan of country code +1 as of 10 November 2026",
			`Check the digits and the country code. ${WRITE}.`,
		],
		[
			'Call +442079460958',
			'',
			"has letters in it, so it isn't a phone number",
			`Write digits instead of letters, and remove words. ${WRITE}.`,
		],
		[
			'+52 1 55 1234 5678',
			'',
			OLD,
			'Mexico has no 1 in front of mobile numbers since August 2019. Write +525512345678, if that is the phone.',
		],
		[
			'014630643',
			'NG',
			OLD,
			'Landlines in Nigeria begin with 02 since January 2024. Write +2342014630643, if that is the phone.',
		],
		[
			'+229 97123456',
			'',
			OLD,
			'Numbers in Benin begin with 01 since November 2024. Write +2290197123456, if that is the phone.',
		],
		[
			'+225 07123456',
			'',
			OLD,
			"Numbers in Côte d'Ivoire have ten digits since January 2021: 01, 05 or 07 stands in front of mobile numbers, 21, 25 or 27 in front of landlines. Ask for the number of today.",
		],
		[
			'+442079460958 x5',
			'',
			"has an extension or a pause after the phone number, which can't be dialled",
			`Remove what follows the phone number, or use the direct number. ${WRITE}.`,
		],
		[
			'+442079460958 +442079460959',
			'',
			'holds more than one phone number',
			'Leave one phone number in the field. To ring several phones, give each its own item.',
		],
		[
			'030/123456',
			'DE',
			'has a slash in it, which can separate two phone numbers or an extension',
			'Leave one phone number in the field. Where the slash only follows the area code, replace it with a space.',
		],
		[
			'++442079460958',
			'',
			'has a plus sign in the wrong place',
			`One plus sign comes first, then the country code. ${WRITE}.`,
		],
		[
			'*67 415 555 0123',
			'US',
			"has characters in it that don't belong in a phone number",
			`Only digits, spaces, dots, hyphens, brackets and a plus sign in front are read. ${WRITE}.`,
		],
		[
			'+39 (0)331 123 4567',
			'',
			'can be read as +3903311234567 or as +393311234567, which are different phones',
			'Write it in E.164 format with a plus sign and country code: +3903311234567 or +393311234567.',
		],
	])('what is wrong with %p, default country %p: %s', (value, country, words, description) => {
		const refused = refusal(value, country);
		expect([words, `"${String(value)}" in To Number ${words}`]).toContain(refused.message);
		expect(refused.description).toBe(description);
	});

	it.each([
		['1', 'US', 'is too short for country code +1 (United States)'],
		['+4', '', 'is too short for a phone number'],
		['011 44 20 7946', 'US', 'is too short for country code +44'],
		['+442079460958442079460959', '', 'is too long for a phone number'],
		['123456789012345678', '', 'is too long for a phone number'],
		['?', '', "has no digits, so it isn't a phone number"],
	])('by which plan it judges %p, default country %p: %s', (value, country, words) => {
		expect(refusal(value, country).message).toBe(`"${value}" in To Number ${words}`);
	});

	it('explains what a spreadsheet does to numbers', () => {
		for (const [value, country] of [[2079460958], [3311234567, 'IT'], [5550123, 'US']] as const) {
			expect(refusal(value, country).description).toMatch(
				/spreadsheet .*drops (the|a) plus sign or (the|a) leading zero/,
			);
		}
	});

	it('shortens a long value and keeps to one line', () => {
		const { message } = refusal(`${'ab\n\u202e'.repeat(100)}`);
		expect(message).toBe(`"${'ab '.repeat(13)}…" in To Number holds more than one phone number`);
	});

	it.each([
		[' ab\n\n\tc ', 'ab c'],
		['x'.repeat(40), 'x'.repeat(40)],
		['x'.repeat(41), `${'x'.repeat(39)}…`],
		['a\ud800b', 'a\ufffdb'],
	])('shows %j as %j', (value, shown) => {
		expect(refusal(value).message).toContain(`"${shown}" in To Number`);
	});

	it.each<[unknown, string]>([
		[{}, 'an object'],
		[[], 'a list'],
		[false, 'false'],
		[442079460958n, 'a bigint'],
		[Symbol('number'), 'a symbol'],
	])('says what it holds instead of a number: %p', (value, type) => {
		expect(refusal(value).message).toBe(`To Number holds ${type} instead of a phone number`);
	});

	it('says the type of an object and nothing of its content', () => {
		const contact = { name: 'Ada Example', toString: () => 'Ada Example', phone: '+442079460958' };
		for (const value of [contact, [contact], new Map([[contact, contact]])]) {
			const { message, description } = refusal(value);
			expect(message).toMatch(/^To Number holds (an object|a list) instead of a phone number$/);
			expect(description).not.toMatch(/Ada|4420/);
		}
	});
});

describe('Number Check', () => {
	// In service since 2023 and 2024, and unknown to the plans of this version.
	it.each([
		['+1 861 201 2345', undefined, '+18612012345'],
		['+1 436 201 2345', undefined, '+14362012345'],
		['(861) 201-2345', 'US', '+18612012345'],
		['1 861 201 2345', 'US', '+18612012345'],
		[8612012345, 'US', '+18612012345'],
		['+44 26 0000 0000', undefined, '+442600000000'],
		['026 0000 0000', 'GB', '+442600000000'],
		['011 1 861 201 2345', 'US', '+18612012345'],
	])('possible takes %s with %s for its length', (value, country, e164) => {
		expect(refusal(value, country, 'strict').message).toMatch(KINDS.notAssigned);
		expect(read(value, country, 'possible')).toEqual({ ok: true, e164 });
	});

	it.each<[Kind, unknown, string?]>([
		['tooShort', '+1 861 201 234'],
		['tooLong', '+1 861 201 23456'],
		['tooShort', '201-2345', 'US'],
		['tooShort', '+44 20 0000'],
		['unknownCountryCode', '+999 123 456 789'],
		['letters', '+1 861 CALL NOW'],
		['notAWholeNumber', '+1 8612012345.0'],
		// Connected under no number check.
		['oldPlan', '+52 1 55 1234 5678'],
		['oldPlan', '+57 1 234 5678'],
		['oldPlan', '+55 11 8765-4321'],
		// With the calling code of Germany, or without.
		['ambiguous', '49 999 5550100', 'DE'],
	])('possible refuses as %s: %s', (...[kind, value, country]) => {
		expect(refusal(value, country, 'possible').message).toMatch(KINDS[kind]);
	});

	it('possible reads what strict reads as strict does', () => {
		for (const [value, country] of [
			['08012345678', 'NG'],
			['00 44 20 7946 0958', 'US'],
			['44 20 7946 0958', 'GB'],
			['+39 06 6981 2345', undefined],
			['62 21 1234567', 'ID'],
		] as const) {
			expect(read(value, country, 'possible')).toEqual(read(value, country, 'strict'));
		}
	});

	it('is named where there is that option', () => {
		const newer =
			' If its range came into service later, choose Possible in Number Check under Options.';
		expect(refusal('+1 861 201 2345', undefined, 'strict').description).toMatch(newer);
		expect(refusal('861 201 2345', 'US', 'strict').description).toMatch(newer);
		expect(refusal('+1 861 201 2345').description).not.toMatch('Number Check');
		expect(refusal('+1 861 201', undefined, 'strict').description).not.toMatch('Number Check');
	});

	it('says of what date the numbering plans are', () => {
		const changelog = readFileSync(
			resolve(__dirname, '../../../../node_modules/libphonenumber-js/CHANGELOG.md'),
			'utf8',
		);
		const [, day, month, year] =
			/\/ (\d+)\.(\d+)\.(\d{4})\n=+\n\n\* Updated metadata/.exec(changelog) ?? [];
		const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
		const written = date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
		expect(refusal('+1 861 201 2345').message).toBe(
			`"+1 861 201 2345" in To Number doesn't exist in the numbering plan of country code +1 as of ${written}`,
		);
	});
});

describe('numbers of an old plan', () => {
	it.each([
		['+52 1 55 1234 5678', '+525512345678'],
		['+234 1 463 0643', '+2342014630643'],
		['+229 97123456', '+2290197123456'],
		['+225 07123456', undefined],
		['+57 4 234 5678', '+576042345678'],
		['+55 21 9876-5432', '+5521998765432'],
	])('%s is today %s', (value, today) =>
		expect(refusal(value)).toMatchObject({
			message: expect.stringMatching(KINDS.oldPlan),
			today,
		}),
	);

	it('are none where the number exists as it is', () => {
		for (const value of ['+525512345678', '+2342014630643', '+2290197123456', '+551123456789']) {
			expect(read(value)).toEqual({ ok: true, e164: value });
		}
	});
});

describe('isPremium', () => {
	it.each([
		['United States', '+19005550123'],
		['United States, not in service', '+19001550123'],
		['an exchange for services', '+12129765550'],
		['United Kingdom', '+449012345678'],
		['United Kingdom, service charge', '+448450123456'],
		['Germany', '+499001234567'],
		['Germany, shared cost', '+491805123456'],
		['France', '+33899123456'],
		['France, shared cost', '+33820123456'],
		['Italy', '+39899123456'],
		['Switzerland', '+41900123456'],
		['Australia, shared cost', '+611300123456'],
		['Inmarsat', '+870773111632'],
		['Globalstar', '+881612345678'],
		['Thuraya', '+882161234567'],
		['a network of no country', '+883510012345'],
		['a network of no country, not in service', '+8835100012345'],
		['international shared cost', '+80812345678'],
		['personal numbers of no country', '+87810123456789'],
		['international premium rate', '+979123456789'],
	])('%s: %s', (_, number) => expect(isPremium(number)).toBe(true));

	it.each([
		'+14155550123',
		'+19765550123',
		'+12125550976',
		'+18005550123',
		'+442079460958',
		'+447400123456',
		'+448081570192',
		'+4930123456',
		'+33123456789',
		'+390669812345',
		'+2348012345678',
		'+80012345678',
		'+8613812345678',
		'+8801712345678',
		'+8562021234567',
		'+97142345678',
		'+999123',
		'',
	])('%p is none', (number) => expect(isPremium(number)).toBe(false));
});

describe('isPremium, by the example that libphonenumber has of each country and kind', () => {
	const util = PhoneNumberUtil.getInstance();
	const { PREMIUM_RATE, SHARED_COST, FIXED_LINE, MOBILE, TOLL_FREE, VOIP } = PhoneNumberType;
	const examplesOf = (...types: PhoneNumberType[]) =>
		[...util.getSupportedRegions()].flatMap((region) =>
			types.flatMap((type) => {
				const example = util.getExampleNumberForType(region, type);
				return example ? [util.format(example, PhoneNumberFormat.E164)] : [];
			}),
		);

	it('costs more', () => {
		const costly = examplesOf(PREMIUM_RATE, SHARED_COST);
		expect(costly.length).toBeGreaterThan(150);
		expect(costly.filter((number) => !isPremium(number))).toEqual([]);
	});

	it('costs as others do', () => {
		const others = examplesOf(FIXED_LINE, MOBILE, TOLL_FREE, VOIP);
		expect(others.length).toBeGreaterThan(700);
		expect(others.filter(isPremium)).toEqual([]);
	});
});

describe('aliasesOf', () => {
	it.each([
		['+541123456789', '+5491123456789'],
		['+543512345678', '+5493512345678'],
		['+525512345678', '+5215512345678'],
		['+526142123456', '+5216142123456'],
	])('takes %s and %s for one phone', (number, other) => {
		expect(aliasesOf(number)).toEqual([number, other]);
		expect(aliasesOf(other)).toEqual([number, other]);
	});

	it.each([
		'+14155550123',
		'+551123456789',
		'+5415',
		'+521',
		'+54911234567890',
		'+442079460958',
		'',
	])('knows one number of %p', (number) => expect(aliasesOf(number)).toEqual([number]));
});

describe('formatInternational', () => {
	it.each([
		['+2348012345678', '+234 801 234 5678'],
		['+14155550123', '+1 415 555 0123'],
		['+442079460958', '+44 20 7946 0958'],
		['+999123', '+999123'],
		['08012345678', '08012345678'],
		['+44 20 7946 0958 ext. 5', '+44 20 7946 0958 ext. 5'],
		['sip:agent@example.com', 'sip:agent@example.com'],
		['tel:+442079460958', 'tel:+442079460958'],
		['', ''],
	])('%p becomes %p', (value, label) => {
		expect(formatInternational(value)).toBe(label);
	});
});

describe('countryOf', () => {
	it.each([
		['+14155550123', 'US'],
		['+12425550123', 'BS'],
		['+442079460958', 'GB'],
		['+80012345678', undefined],
		['+999123', undefined],
		['', undefined],
	])('%p belongs to %p', (value, country) => {
		expect(countryOf(value)).toBe(country);
	});
});

describe('isCountryCode', () => {
	it.each(['NG', 'us', 'Gb', 'XK'])('knows %s', (code) => {
		expect(isCountryCode(code)).toBe(true);
	});
	it.each(['UK', 'ZZ', '', 'NGA', '234', 'Nigeria', 'constructor', '__proto__', 'toString'])(
		'does not know %p',
		(code) => {
			expect(isCountryCode(code)).toBe(false);
		},
	);
});

describe('countries', () => {
	it('lists every country once, by English name', () => {
		const list = countries();
		expect(list).toHaveLength(245);
		expect(new Set(list.map(({ code }) => code)).size).toBe(245);
		expect(list.slice(0, 2).map(({ name }) => name)).toEqual(['Afghanistan', 'Åland Islands']);
		expect(list.at(-1)).toEqual({ code: 'ZW', name: 'Zimbabwe', callingCode: '263' });
		expect(list).toContainEqual({ code: 'NG', name: 'Nigeria', callingCode: '234' });
		expect(list.every(({ code, name }) => isCountryCode(code) && name !== code)).toBe(true);
	});
});
