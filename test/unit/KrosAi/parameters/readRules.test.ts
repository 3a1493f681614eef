import { DateTime } from 'luxon';
import type { IDataObject } from 'n8n-workflow';
import { ItemFailure } from '../../../../nodes/KrosAi/api/failure';
import { NO_RULES, refusalOf, rulesReader } from '../../../support/values';

type HoursSettings = Parameters<ReturnType<typeof rulesReader>>[2];

const ANY_TIME = { callingHours: 'any' };
const read = (settings: unknown, defaultCountry: unknown = '') =>
	rulesReader()(settings, defaultCountry, ANY_TIME);
const readHours = (hours: HoursSettings, settings: unknown = {}) =>
	rulesReader()(settings, '', hours).hours;
const custom = (...row: unknown[]) => ({ callingHours: 'custom', callingHoursRows: { row } });
const rowOf = (values: Record<string, unknown>) => ({
	days: ['monday'],
	from: '09:00',
	to: '18:00',
	...values,
});
const row = (values: Record<string, unknown>) => custom(rowOf(values));

function refusal(settings: unknown, defaultCountry?: unknown) {
	return refusalOf(() => read(settings, defaultCountry));
}

function refusalOfHours(hours: HoursSettings) {
	return refusalOf(() => readHours(hours));
}

describe('Calling Hours', () => {
	const minutes = (hour: number) => hour * 60;

	it.each([
		['weekdays', [1, 2, 3, 4, 5], 9, 18],
		['daily', [1, 2, 3, 4, 5, 6, 7], 9, 20],
	])('are by %s those of its label', (callingHours, days, from, to) => {
		const { windows } = readHours({ callingHours })!;
		expect(windows).toEqual([{ weekdays: new Set(days), from: minutes(from), to: minutes(to) }]);
	});

	it('leave out rows that were filled in before another choice', () => {
		const hours = { ...row({ from: 'x' }), callingHours: 'daily' };
		expect(readHours(hours)!.windows).toHaveLength(1);
		expect(readHours({ ...hours, callingHours: 'any' })).toBeNull();
	});

	it.each([
		['mornings', '"mornings"'],
		['', 'empty'],
		[null, 'empty'],
		[undefined, 'empty'],
		['toString', '"toString"'],
	])('that are unknown keep the call from being placed: %p', (callingHours, shown) => {
		expect(refusalOfHours({ callingHours })).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingHours',
			value: callingHours ?? null,
			message: `Calling Hours is ${shown}, which is none of its choices`,
			description:
				'Choose from the list, or give any, weekdays, daily or custom by the expression.',
		});
	});
});

describe('Hours', () => {
	it.each([
		[['monday', 'friday'], '1 5'],
		[['Mon', 'FRI'], '1 5'],
		['saturday, sunday', '6 7'],
		['monday,tuesday,wednesday,thursday,friday,saturday,sunday', '1 2 3 4 5 6 7'],
		[' ["Tue", "Wed", "Thu"]', '2 3 4'],
		[[1, 7], '1 7'],
	])('reads the days %j', (days, expected) => {
		expect([...readHours(row({ days }))!.windows![0]!.weekdays].join(' ')).toBe(expected);
	});

	it.each([
		['09:00', '18:00', 540, 1080],
		['9:00', '18:30', 540, 1110],
		['00:00', '24:00', 0, 1440],
		['22:00', '02:00', 1320, 120],
		['09:00:00', ' 17:00 ', 540, 1020],
		['22:00', '00:00', 1320, 0],
	])('reads %s to %s', (from, to, start, end) => {
		expect(readHours(row({ from, to }))!.windows![0]).toMatchObject({ from: start, to: end });
	});

	const DAYS = 'Choose the days.';
	const DAY_NAMES = 'Choose the days from the list, or write them as monday';
	const CLOCK = 'Write hours and minutes on the 24-hour clock';
	const WHOLE_DAY = 'For a whole day, write 00:00 to 24:00.';
	it.each([
		[{ from: '9' }, 'From in row 1 of Hours is "9", which isn\'t a time', CLOCK],
		[{ from: '' }, 'From in row 1 of Hours is empty', CLOCK],
		[{ from: null }, 'From in row 1 of Hours is empty', CLOCK],
		[{ from: 'at 09:00' }, 'From in row 1 of Hours is "at 09:00", which isn\'t a time', CLOCK],
		[{ from: '09:00 am' }, 'From in row 1 of Hours is "09:00 am", which isn\'t a time', CLOCK],
		[{ from: '109:00' }, 'From in row 1 of Hours is "109:00", which isn\'t a time', CLOCK],
		[{ to: '25:00' }, 'To in row 1 of Hours is "25:00", which isn\'t a time', CLOCK],
		[{ to: '24:01' }, 'To in row 1 of Hours is "24:01", which isn\'t a time', CLOCK],
		[{ to: '18:60' }, 'To in row 1 of Hours is "18:60", which isn\'t a time', CLOCK],
		[{ to: '6 pm' }, 'To in row 1 of Hours is "6 pm", which isn\'t a time', CLOCK],
		[{ from: '18:00' }, 'Row 1 of Hours lasts from 18:00 to 18:00, which is no time', WHOLE_DAY],
		[{ from: '24:00' }, 'Row 1 of Hours lasts from 24:00 to 18:00, which is no time', WHOLE_DAY],
		[{ days: [] }, 'Row 1 of Hours has no days', DAYS],
		[{ days: ['Montag'] }, '"Montag" in row 1 of Hours isn\'t a day of the week', DAY_NAMES],
		[{ days: [0] }, '"0" in row 1 of Hours isn\'t a day of the week', DAY_NAMES],
		[{ days: [17] }, '"17" in row 1 of Hours isn\'t a day of the week', DAY_NAMES],
		[{ days: ['1st'] }, '"1st" in row 1 of Hours isn\'t a day of the week', DAY_NAMES],
	])('refuses %j', (values, message, remedy) => {
		expect(refusalOfHours(row(values))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingHoursRows',
			message: expect.stringContaining(message),
			description: expect.stringContaining(remedy),
		});
	});

	it.each(['text', null, 7])('refuses a row that is none: %p', (value) => {
		expect(refusalOfHours(custom(value)).message).toBe('Row 1 of Hours has no days');
	});

	it.each([
		['9', '9'],
		[undefined, null],
	])('shows the time that it refuses: %p', (from, value) => {
		expect(refusalOfHours(row({ from })).value).toBe(value);
	});

	it.each([{}, { row: [] }, '', null, undefined])(
		'without a row are refused, not passed over: %j',
		(callingHoursRows) => {
			expect(refusalOfHours({ callingHours: 'custom', callingHoursRows })).toMatchObject({
				field: 'callingHoursRows',
				message: expect.stringContaining('has no row'),
				description: 'Add a row with days and times, or choose Any Time.',
			});
		},
	);
});

describe('Blocked Dates', () => {
	const DAY = 24 * 60 * 60 * 1000;
	const christmas = Date.UTC(2026, 11, 25) / DAY;

	it.each([
		['2026-12-25, 2026-12-26'],
		['2026-12-25\n2026-12-26\n'],
		['2026-12-25; 2026-12-26;'],
		[['2026-12-25', '2026-12-26']],
		['["2026-12-25","2026-12-26"]'],
		[['2026-12-25T00:00:00.000+01:00', '2026-12-26T00:00:00']],
		[
			[
				DateTime.fromISO('2026-12-25T12:00', { zone: 'Pacific/Auckland' }),
				DateTime.fromISO('2026-12-26T23:00', { zone: 'Pacific/Honolulu' }),
			],
		],
	])('reads %j', (blockedDates) => {
		expect([...read({ blockedDates }).hours!.blockedDays]).toEqual([christmas, christmas + 1]);
		expect(read({ blockedDates }).hours!.windows).toBeNull();
	});

	it.each(['', [], ['', null]])('may be empty: %j', (blockedDates) => {
		expect(read({ blockedDates }).hours).toBeNull();
	});

	it.each([
		'25.12.2026',
		'12/25/2026',
		'2026-02-30',
		'2026-13-01',
		'2026-12-25T18:00:00Z',
		'on 2026-12-25',
		'Christmas',
		20261225,
	])('refuses %j', (date) => {
		expect(refusal({ blockedDates: [date] })).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingRules.blockedDates',
			value: date,
			message: `"${date}" in Blocked Dates isn't a date`,
			description: 'Write year, month and day, for example 2026-12-25.',
		});
	});
});

describe('Consent', () => {
	it('is asked for where the rule is there, also if its expression gives nothing', () => {
		expect(read({ consent: undefined }).consent).toEqual({ value: undefined });
		expect(read({ consent: '' }).consent).toEqual({ value: '' });
		expect(read({}).consent).toBeNull();
	});
});

describe('Do Not Call', () => {
	it.each([
		['+14155550123, +442079460958'],
		['+1 415-555-0123\r\n+44 (0)20 7946 0958\n\n'],
		['+14155550123; +442079460958;'],
		[['+14155550123', '', '+44 20 7946 0958', null]],
		['["+14155550123","+442079460958"]'],
	])('reads %j', (doNotCall) => {
		expect([...read({ doNotCall }).doNotCall]).toEqual(['+14155550123', '+442079460958']);
	});

	it('reads local numbers and numbers of a spreadsheet by the Default Country', () => {
		const doNotCall = ['020 7946 0958', 2079460999];
		for (const country of ['gb', ' GB ']) {
			const numbers = [...read({ doNotCall }, country).doNotCall];
			expect(numbers).toEqual(['+442079460958', '+442079460999']);
		}
	});

	it.each(['', []])('may be empty: %j', (doNotCall) => {
		expect(read({ doNotCall }).doNotCall.size).toBe(0);
	});

	it.each([
		['020 7946 0958', 'is a local number'],
		['n/a', 'has letters in it'],
		['+1415555', 'is too short'],
		[{ phone: '+14155550123' }, 'holds an object'],
	])(
		'refuses an entry that it cannot read rather than calling that person: %j',
		(entry, reason) => {
			const failure = refusal({ doNotCall: ['+14155550123', entry] });
			expect(failure).toMatchObject({
				code: 'INVALID_PARAMETER',
				field: 'callingRules.doNotCall',
				value: entry,
				message: expect.stringContaining('entry 2 of Do Not Call'),
			});
			expect(failure.message).toContain(reason);
			expect(failure.message).toContain("no contact is called by a list that can't be read");
		},
	);
});

describe('Allowed Countries', () => {
	it.each([['US, gb'], [['US', 'GB']], ['US\nGB'], ['["US","GB"]']])(
		'reads %j',
		(allowedCountries) => {
			expect([...read({ allowedCountries }).allowedCountries]).toEqual(['US', 'GB']);
		},
	);

	it.each(['', []])('are all where it is empty: %j', (allowedCountries) => {
		expect(read({ allowedCountries }).allowedCountries.size).toBe(0);
	});

	it.each(['UK', 'Nigeria', '234', 'EU'])('refuses %j', (country) => {
		expect(refusal({ allowedCountries: ['US', country] })).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingRules.allowedCountries',
			value: country,
			message: `"${country}" in Allowed Countries isn't a country`,
			description: expect.stringContaining('two-letter codes'),
		});
	});
});

it.each([undefined, null, '', {}])(
	'asks nothing where there are no rules at all: %j',
	(settings) => {
		expect(read(settings)).toEqual(NO_RULES);
	},
);

describe('asked again', () => {
	const christmas = (zone: string) => DateTime.fromISO('2026-12-25', { zone });
	const A = '+14155550123';
	const B = '+442079460958';

	it('knows what it has read, in whatever objects it comes', () => {
		const reader = rulesReader();
		const settings = () => ({ doNotCall: [A, B], allowedCountries: 'US' });
		const first = reader(settings(), '', row({ to: '12:00' }));
		const again = reader(settings(), '', row({ to: '12:00' }));
		expect(again.hours).toBe(first.hours);
		expect(again.doNotCall).toBe(first.doNotCall);
		expect(again.allowedCountries).toBe(first.allowedCountries);
	});

	it.each<[string, object, object]>([
		['a list that is shorter', { doNotCall: [A, B] }, { doNotCall: [A] }],
		['a list that is longer', { doNotCall: [A] }, { doNotCall: [A, B] }],
		['a text of another number', { doNotCall: A }, { doNotCall: B }],
		['another country', { allowedCountries: 'US' }, { allowedCountries: 'GB' }],
		['a list of other numbers', { doNotCall: [A, B] }, { doNotCall: [A, '+2348012345678'] }],
		['a text instead of a list', { doNotCall: [A] }, { doNotCall: B }],
		[
			'a date of n8n’s in another zone',
			{ blockedDates: [christmas('UTC')] },
			{ blockedDates: [christmas('UTC').plus({ days: 1 })] },
		],
	])('reads %s anew', (_, before, after) => {
		const reader = rulesReader();
		reader(before, '', ANY_TIME);
		expect(reader(after, '', ANY_TIME)).toEqual(read(after));
		expect(reader(before, '', ANY_TIME)).toEqual(read(before));
	});

	it.each<[string, HoursSettings, HoursSettings]>([
		['another time', row({ to: '12:00' }), row({ to: '13:00' })],
		['another choice', { callingHours: 'weekdays' }, { callingHours: 'daily' }],
		['a row more', row({}), custom(rowOf({}), rowOf({ from: '08:00' }))],
		['hours that are gone', row({}), ANY_TIME],
	])('reads %s anew', (_, before, after) => {
		const reader = rulesReader();
		const settings = { blockedDates: '2026-12-25' };
		reader(settings, '', before);
		expect(reader(settings, '', after).hours).toEqual(readHours(after, settings));
		expect(reader(settings, '', before).hours).toEqual(readHours(before, settings));
	});

	it('reads a local number anew in another country, and refuses it in none', () => {
		const reader = rulesReader();
		const inCountry = (country: string) =>
			reader({ doNotCall: '020 7946 0958' }, country, ANY_TIME).doNotCall;
		expect([...inCountry('GB')]).toEqual([B]);
		expect(() => inCountry('')).toThrow(ItemFailure);
		expect(() => inCountry('')).toThrow(ItemFailure);
		expect([...inCountry('GB')]).toEqual([B]);
	});

	it('takes a row that has got the time which it lacked', () => {
		const reader = rulesReader();
		const { to, ...rest } = rowOf({});
		expect(() => reader({}, '', custom(rest))).toThrow(ItemFailure);
		expect(reader({}, '', custom({ ...rest, to })).hours).toEqual(readHours(row({})));
	});

	it('refuses a row that has lost its time, though it had as many fields', () => {
		const reader = rulesReader();
		const { to, ...rest } = rowOf({});
		reader({}, '', custom({ to, ...rest }));
		expect(() => reader({}, '', custom({ until: to, ...rest }))).toThrow(ItemFailure);
		expect(() => reader({}, '', custom(rest))).toThrow(ItemFailure);
	});
});

it.each([
	[[' Christmas\n\n  Eve '], '"Christmas Eve"'],
	[['x'.repeat(60)], `"${'x'.repeat(60)}"`],
	['x'.repeat(200), `"${'x'.repeat(60)}…"`],
	// A list of one.
	[20_261_225, '"20261225"'],
	[{ a: 1 }, '"{"a":1}"'],
])('shows a value on one line, and shortened: %j', (blockedDates, shown) => {
	expect(refusal({ blockedDates }).message).toBe(`${shown} in Blocked Dates isn't a date`);
});

it('takes for no date what luxon can not write', () => {
	expect(refusal({ blockedDates: [DateTime.invalid('so')] })).toMatchObject({
		field: 'callingRules.blockedDates',
	});
});

it.each([
	[' Europe/Berlin\n', 'Europe/Berlin'],
	['x'.repeat(100), 'x'.repeat(100)],
	[null, ''],
	['  ', ''],
	// The rule refuses it by name.
	[{ name: 'UTC' }, '{"name":"UTC"}'],
])('takes the time zone as it is written: %j', (timeZone, expected) => {
	expect(read({ timeZone }).timeZone).toBe(expected);
});

it.each([
	['allowedCountries', 'Allowed Countries'],
	['blockedDates', 'Blocked Dates'],
	['doNotCall', 'Do Not Call'],
])(
	'refuses a list whose expression leads nowhere, not taken for an empty one: %s',
	(list, label) => {
		for (const nothing of [undefined, null]) {
			expect(refusal({ [list]: nothing })).toMatchObject({
				code: 'INVALID_PARAMETER',
				field: `callingRules.${list}`,
				value: null,
				message: expect.stringContaining(`The expression in ${label} gives nothing`),
			});
		}
	},
);

describe('Allow Premium Numbers', () => {
	it.each([
		[{ consent: true }, false],
		[{ allowPremiumNumbers: false }, false],
		[{ allowPremiumNumbers: '' }, false],
		[{ allowPremiumNumbers: null }, false],
		[{ allowPremiumNumbers: true }, true],
		[{ allowPremiumNumbers: ' True ' }, true],
	])('with %j is %j', (settings, expected) => {
		expect(read(settings).allowPremiumNumbers).toBe(expected);
	});

	it.each(['yes', 1])('is refused where it is %j', (allowPremiumNumbers) => {
		expect(refusal({ allowPremiumNumbers })).toMatchObject({
			field: 'callingRules.allowPremiumNumbers',
			message: expect.stringContaining('neither true nor false'),
		});
	});
});

it('reads Do Not Call by Number Check, so that each number that may be called can be listed', () => {
	// In service since 2023, and unknown to the plans of this version.
	const doNotCall = '+1 861 201 2345, (861) 201-2346';
	const readBy = (options: IDataObject, reader = rulesReader()) =>
		reader({ doNotCall }, 'US', ANY_TIME, options).doNotCall;
	const possible = { numberCheck: 'possible' };
	expect([...readBy(possible)]).toEqual(['+18612012345', '+18612012346']);
	for (const options of [{}, { numberCheck: 'strict' }]) {
		expect(refusalOf(() => readBy(options))).toMatchObject({
			field: 'callingRules.doNotCall',
			value: '+1 861 201 2345',
			message: expect.stringContaining("entry 1 of Do Not Call doesn't exist"),
			description: expect.stringContaining('choose Possible in Number Check'),
		});
	}
	const reader = rulesReader();
	expect(() => readBy({}, reader)).toThrow(ItemFailure);
	expect(readBy(possible, reader).size).toBe(2);
});

it('takes a number of an old plan in Do Not Call for the phone of today', () => {
	expect([...read({ doNotCall: '+52 1 55 1234 5678, +229 97123456' }).doNotCall]).toEqual([
		'+525512345678',
		'+2290197123456',
	]);
});

describe('Most Calls to a Number', () => {
	it.each([
		[{}, null],
		[{ attemptHours: 48 }, null],
		[{ attemptHours: 'x' }, null],
		[{ attemptLimit: 3 }, { calls: 3, hours: 24 }],
		[
			{ attemptLimit: ' 2 ', attemptHours: '168' },
			{ calls: 2, hours: 168 },
		],
		[
			{ attemptLimit: 1, attemptHours: 0.5 },
			{ calls: 1, hours: 0.5 },
		],
	])('with %j is %j', (settings, expected) => {
		expect(read(settings).attemptLimit).toEqual(expected);
	});

	it.each([
		[{ attemptLimit: 0 }, 'Most Calls to a Number is 0, which is not a whole number from 1'],
		[{ attemptLimit: 2.5 }, 'Most Calls to a Number is 2.5, which is not a whole number from 1'],
		[{ attemptLimit: 'many' }, 'Most Calls to a Number is "many", which is not a whole number'],
		[{ attemptLimit: null }, 'Most Calls to a Number is empty, which is not a whole number'],
		[{ attemptLimit: undefined }, 'Most Calls to a Number is empty, which is not a whole number'],
		[
			{ attemptLimit: 1, attemptHours: 0 },
			'Hours is 0, which is not a number of hours up to 100000',
		],
		[{ attemptLimit: 1, attemptHours: 1e300 }, 'Hours is 1e+300, which is not a number of hours'],
		[{ attemptLimit: 1, attemptHours: '' }, 'Hours is empty, which is not a number of hours'],
	])('is refused with %j', (settings, message) => {
		const [field] = Object.keys(settings).slice(-1);
		expect(refusal(settings)).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: `callingRules.${field}`,
			message: expect.stringContaining(message),
		});
	});
});

it.each([
	['notBefore', 'soon', '"soon" in Not Before isn\'t a date and time'],
	['notAfter', '2026-12-01', '"2026-12-01" in Not After is a date without a time'],
])('refuses %s where it is %j', (rule, value, message) => {
	expect(refusal({ [rule]: value })).toMatchObject({
		field: `callingRules.${rule}`,
		value,
		message,
		description: expect.stringContaining('2026-12-01T15:00'),
	});
});
