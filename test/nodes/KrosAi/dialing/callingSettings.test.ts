import { DateTime } from 'luxon';
import { createSettingsReader } from '../../../../nodes/KrosAi/dialing/callingSettings';
import { InvalidCall } from '../../../../nodes/KrosAi/dialing/callRequest';

const read = (settings: unknown, defaultCountry: unknown = '') =>
	createSettingsReader()(settings, defaultCountry);
const row = (values: Record<string, unknown>) => ({
	hours: { row: [{ days: ['monday'], from: '09:00', to: '18:00', ...values }] },
});

function refusal(settings: unknown, defaultCountry?: unknown) {
	try {
		read(settings, defaultCountry);
	} catch (thrown) {
		if (thrown instanceof InvalidCall) return thrown.failure;
		throw thrown;
	}
	throw new Error('nothing was refused');
}

describe('Hours', () => {
	it.each([
		[
			['monday', 'friday'],
			[1, 5],
		],
		[
			['Mon', 'FRI'],
			[1, 5],
		],
		['saturday, sunday', [6, 7]],
		[
			[1, 7],
			[1, 7],
		],
	])('reads the days %j', (days, expected) => {
		expect([...read(row({ days })).hours!.windows![0]!.weekdays]).toEqual(expected);
	});

	it.each([
		['09:00', '18:00', 540, 1080],
		['9:00', '18:30', 540, 1110],
		['00:00', '24:00', 0, 1440],
		['22:00', '02:00', 1320, 120],
		['09:00:00', ' 17:00 ', 540, 1020],
		['22:00', '00:00', 1320, 0],
	])('reads %s to %s', (from, to, start, end) => {
		expect(read(row({ from, to })).hours!.windows![0]).toMatchObject({ from: start, to: end });
	});

	it.each([
		[{ from: '9' }, 'From in row 1 of Hours is "9", which isn\'t a time'],
		[{ from: '' }, 'From in row 1 of Hours is empty'],
		[{ from: null }, 'From in row 1 of Hours is empty'],
		[{ to: '25:00' }, 'To in row 1 of Hours is "25:00", which isn\'t a time'],
		[{ to: '24:01' }, 'To in row 1 of Hours is "24:01", which isn\'t a time'],
		[{ to: '18:60' }, 'To in row 1 of Hours is "18:60", which isn\'t a time'],
		[{ to: '6 pm' }, 'To in row 1 of Hours is "6 pm", which isn\'t a time'],
		[{ from: '18:00' }, 'Row 1 of Hours lasts from 18:00 to 18:00, which is no time at all'],
		[{ from: '24:00' }, 'Row 1 of Hours lasts from 24:00 to 18:00, which is no time at all'],
		[{ days: [] }, 'Row 1 of Hours has no days'],
		[{ days: ['Montag'] }, '"Montag" in row 1 of Hours isn\'t a day of the week'],
		[{ days: [0] }, '"0" in row 1 of Hours isn\'t a day of the week'],
	])('refuses %j', (values, message) => {
		expect(refusal(row(values))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingRules.hours',
			message,
			placed: 'no',
		});
	});

	it.each([{}, { row: [] }, '', null])(
		'without a row are refused, not passed over: %j',
		(hours) => {
			expect(refusal({ hours })).toMatchObject({
				field: 'callingRules.hours',
				message: expect.stringContaining('has no row'),
			});
		},
	);

	it('are not asked where they are not among the rules', () => {
		expect(read({ timeZone: 'Africa/Lagos' }).hours).toBeNull();
	});
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

	it.each(['', null, undefined, [], ['', null]])('may be empty: %j', (blockedDates) => {
		expect(read({ blockedDates }).hours).toBeNull();
	});

	it.each([
		'25.12.2026',
		'12/25/2026',
		'2026-02-30',
		'2026-13-01',
		'2026-12-25T18:00:00Z',
		'Christmas',
		20261225,
	])('refuses %j', (date) => {
		expect(refusal({ blockedDates: [date] })).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingRules.blockedDates',
			value: date,
			message: `"${date}" in Blocked Dates isn't a date`,
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
		expect([...read({ doNotCall }, 'gb').doNotCall]).toEqual(['+442079460958', '+442079460999']);
	});

	it.each(['', null, undefined, []])('may be empty: %j', (doNotCall) => {
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
				placed: 'no',
				message: expect.stringContaining('entry 2 of Do Not Call'),
			});
			expect(failure.message).toContain(reason);
			expect(failure.message).toContain("nobody is called by a list that can't be read");
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

	it.each(['', null, undefined, []])('are all where it is empty: %j', (allowedCountries) => {
		expect(read({ allowedCountries }).allowedCountries.size).toBe(0);
	});

	it.each(['UK', 'Nigeria', '234', 'EU'])('refuses %j', (country) => {
		expect(refusal({ allowedCountries: ['US', country] })).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'callingRules.allowedCountries',
			value: country,
			message: `"${country}" in Allowed Countries isn't a country`,
		});
	});
});

it('reads again what differs from item to item', () => {
	const reader = createSettingsReader();
	expect(reader({ doNotCall: '+14155550123' }, '').doNotCall.has('+14155550123')).toBe(true);
	expect(reader({ doNotCall: '+442079460958' }, '').doNotCall.has('+14155550123')).toBe(false);
	expect([...reader({ doNotCall: '020 7946 0958' }, 'GB').doNotCall]).toEqual(['+442079460958']);
	expect(() => reader({ doNotCall: '020 7946 0958' }, '')).toThrow(InvalidCall);
	expect(() => reader({ doNotCall: '020 7946 0958' }, '')).toThrow(InvalidCall);
	expect(reader({ allowedCountries: 'US' }, '').allowedCountries.has('US')).toBe(true);
	expect(reader({ allowedCountries: 'GB' }, '').allowedCountries.has('US')).toBe(false);
});

it('shortens a long value in its message', () => {
	const { message } = refusal({ blockedDates: 'x'.repeat(200) });
	expect(message).toContain(`"${'x'.repeat(60)}…"`);
});

it.each([
	[20_261_225, '20261225'],
	[{ a: 1 }, '{"a":1}'],
])('takes one value that is no text for a list of one: %j', (value, shown) => {
	expect(refusal({ blockedDates: value }).message).toContain(
		typeof value === 'object' ? shown : `"${shown}"`,
	);
});

it.each(['text', null, 7])('names a row of Hours that is none: %p', (value) => {
	expect(refusal({ hours: { row: [value] } }).message).toBe('Row 1 of Hours has no days');
});

it('takes for no date what luxon can not write', () => {
	expect(refusal({ blockedDates: [DateTime.invalid('so')] })).toMatchObject({
		field: 'callingRules.blockedDates',
	});
});

it('keeps a time zone that is no text, so that the rule can refuse it by name', () => {
	expect(read({ timeZone: { name: 'UTC' } }).timeZone).toBe('{"name":"UTC"}');
});
