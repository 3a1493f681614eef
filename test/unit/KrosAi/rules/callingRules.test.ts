import { askRules, retryAt } from '../../../../nodes/KrosAi/rules/callingRules';
import type { CallingRules } from '../../../../nodes/KrosAi/rules/callingRules';
import { UNCLEAR } from '../../../../nodes/KrosAi/rules/callCount';
import type { CallCount } from '../../../../nodes/KrosAi/rules/callCount';
import { NO_RULES, rulesReader } from '../../../support/values';

/** Reserved for examples: San Francisco, toll-free, and the specification's number in Lagos. */
const SAN_FRANCISCO = '+14155550123';
const TOLL_FREE = '+18005550123';
const FLORIDA_WEST = '+18505550123';
const LONDON = '+442079460958';
const LAGOS = '+2348012345678';
const NO_COUNTRY = '+80012345678';
const RUSSIAN_MOBILE = '+79161234567';

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
const OFFICE = { row: [{ days: WEEKDAYS, from: '09:00', to: '18:00' }] };
const ALL_DAYS = [...WEEKDAYS, 'saturday', 'sunday'];
const hours = (from: string, to: string, days = ALL_DAYS) => ({ row: [{ days, from, to }] });

const rules = ({ hours: callingHoursRows, ...settings }: Record<string, unknown>): CallingRules =>
	rulesReader()(settings, '', {
		callingHours: callingHoursRows ? 'custom' : 'any',
		callingHoursRows,
	});
const NOON = '2026-11-24T12:00:00Z';
const ask = (number: string, settings: Record<string, unknown>, now = NOON) =>
	askRules(number, rules(settings), Date.parse(now));

/** What the contract has of a blocked call. */
const outcome = (number: string, settings: Record<string, unknown>, now = NOON) => {
	const { failure } = ask(number, settings, now);
	return failure && [failure.code, failure.retry_at];
};

it('asks only whether it is a premium number where no rule is set, whatever the hour', () => {
	const verdict = askRules(SAN_FRANCISCO, NO_RULES, Date.parse('2026-11-24T09:00:00Z'));
	expect(verdict).toEqual({
		failure: null,
		isPending: false,
		checks: {
			doNotCall: 'not_checked',
			consent: 'not_checked',
			allowedCountries: 'not_checked',
			allowPremiumNumbers: 'pass',
			timeZone: 'not_checked',
			notAfter: 'not_checked',
			attemptLimit: 'not_checked',
			notBefore: 'not_checked',
			hours: 'not_checked',
		},
		timeZones: [],
		notice: null,
	});
	expect(rules({})).toEqual(NO_RULES);
	expect(outcome(SAN_FRANCISCO, {}, '2026-11-24T09:00:00Z')).toBeNull();
});

describe('Hours', () => {
	it('keep a campaign that starts at 9 in London from ringing San Francisco at 1 at night', () => {
		const { failure, checks, timeZones } = ask(
			SAN_FRANCISCO,
			{ hours: OFFICE },
			'2026-11-24T09:00:00Z',
		);
		expect(failure).toEqual({
			code: 'OUTSIDE_HOURS',
			httpCode: null,
			field: 'to_number',
			value: SAN_FRANCISCO,
			message: `Call to ${SAN_FRANCISCO}: not started, because it is Tuesday 2026-11-24 01:00 in America/Los_Angeles (2026-11-24 09:00 UTC), which is outside the calling hours`,
			description:
				'Call again from Tuesday 2026-11-24 09:00 in America/Los_Angeles on (retry_at: 2026-11-24T17:00:00Z).',
			placed: 'no',
			retry_at: '2026-11-24T17:00:00Z',
		});
		expect(checks).toMatchObject({ timeZone: 'pass', hours: 'blocked', consent: 'not_checked' });
		expect(timeZones).toEqual(['America/Los_Angeles']);
		expect(outcome(LONDON, { hours: OFFICE }, '2026-11-24T09:00:00Z')).toBeNull();
	});

	it.each([
		['before', '2026-11-24T08:59:59.999Z', ['OUTSIDE_HOURS', '2026-11-24T09:00:00Z']],
		['within', '2026-11-24T17:59:59.999Z', null],
		['after, on a Friday', '2026-11-27T18:00:00.001Z', ['OUTSIDE_HOURS', '2026-11-30T09:00:00Z']],
	])('lead to their next opening: %s', (_, now, expected) => {
		expect(outcome(LONDON, { hours: OFFICE }, now)).toEqual(expected);
	});

	it('have to be kept in every zone that a number can belong to', () => {
		// 09:30 in Pensacola's New York, 08:30 in its Chicago.
		expect(ask(FLORIDA_WEST, { hours: OFFICE }, '2026-11-24T14:30:00Z').failure).toMatchObject({
			code: 'OUTSIDE_HOURS',
			message: expect.stringContaining('Tuesday 2026-11-24 08:30 in America/Chicago'),
			retry_at: '2026-11-24T15:00:00Z',
		});
		expect(outcome(FLORIDA_WEST, { hours: OFFICE }, '2026-11-24T15:00:00Z')).toBeNull();
		// 18:00 in New York, though 17:00 in Chicago.
		expect(outcome(FLORIDA_WEST, { hours: OFFICE }, '2026-11-24T23:00:00Z')).toEqual([
			'OUTSIDE_HOURS',
			'2026-11-25T15:00:00Z',
		]);
	});

	it.each([TOLL_FREE, RUSSIAN_MOBILE])('that no time fits say what to do: %s', (number) => {
		const { failure, timeZones } = ask(number, { hours: OFFICE });
		const all = `in all of the number's ${timeZones.length} time zones. Give the person's own`;
		expect(failure).toMatchObject({
			code: 'OUTSIDE_HOURS',
			retry_at: null,
			description: expect.stringContaining(all),
		});
	});

	it('that no time fits in the only time zone speak of no others', () => {
		const dates = Array.from({ length: 500 }, (_, day) => Date.UTC(2026, 10, 24 + day));
		const blockedDates = dates.map((date) => new Date(date).toISOString().slice(0, 10));
		expect(ask(LAGOS, { blockedDates }).failure).toMatchObject({
			retry_at: null,
			description: expect.stringMatching(
				/^At no time of the next 400 days do the calling hours allow it\. Give/,
			),
		});
	});

	const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
	it.each(DAYS.map((day, index) => [day, `2026-11-${22 + index}`]))(
		'name the day of the called person: %s, %s',
		(day, date) => {
			const { failure } = ask(LONDON, { hours: OFFICE }, `${date}T20:00:00Z`);
			expect(failure!.message).toContain(`it is ${day} ${date} 20:00 in Europe/London`);
		},
	);

	it('of the whole country leave some time even where the zone is not known', () => {
		// 08:00 to 20:00 from Saipan to Bermuda.
		const wide = { hours: hours('08:00', '20:00') };
		const { failure } = ask(TOLL_FREE, wide);
		expect(failure?.retry_at).not.toBeNull();
		expect(outcome(TOLL_FREE, wide, failure!.retry_at!)).toBeNull();
	});
});

describe('Time Zone', () => {
	it.each([
		['Europe/Berlin', 'Europe/Berlin'],
		['europe_slash_berlin', 'Europe/Berlin'],
		[' ', 'Africa/Lagos'],
		[null, 'Africa/Lagos'],
	])('%j wins over the zone of the number, where it is one: %s', (timeZone, zone) => {
		expect(ask(LAGOS, { hours: OFFICE, timeZone }, '2026-11-24T09:00:00Z')).toMatchObject({
			failure: null,
			timeZones: [zone],
			checks: { timeZone: 'pass', hours: 'pass' },
		});
	});

	it('that is none blocks the call: the zone of the number may be another', () => {
		const { failure, checks } = ask(LAGOS, { hours: OFFICE, timeZone: 'Pacific' });
		expect(failure).toMatchObject({
			code: 'TIME_ZONE_UNKNOWN',
			field: 'callingRules.timeZone',
			value: 'Pacific',
			message: `Call to ${LAGOS}: not started, because "Pacific" in Time Zone isn't a time zone`,
			description:
				"Give the person's time zone under Calling Rules by its IANA name, such as this number's own Africa/Lagos.",
			placed: 'no',
			retry_at: null,
		});
		expect(checks).toMatchObject({ timeZone: 'blocked', hours: 'not_checked' });
	});

	// Each abbreviation is another zone to ICU, whose hours were open.
	it.each([
		['BST', LONDON, '2026-11-24T02:03:00Z', 'Europe/London'],
		['AST', '+19023345678', '2026-11-25T02:03:00Z', 'America/Halifax'],
		['IST', '+972542234567', '2026-11-24T02:03:00Z', 'Asia/Jerusalem'],
		['EST', '+18765550123', '2026-11-24T16:00:00Z', 'America/Jamaica'],
		['CST', '+8612345678', '2026-11-24T16:00:00Z', 'Asia/Shanghai'],
	])('%s has several meanings, and the number offers its own', (timeZone, number, now, own) => {
		const { failure } = ask(number, { hours: hours('07:00', '21:00'), timeZone }, now);
		expect(failure).toMatchObject({
			code: 'TIME_ZONE_UNKNOWN',
			message: `Call to ${number}: not started, because "${timeZone}" in Time Zone is an abbreviation, which has several meanings`,
			description: expect.stringMatching(new RegExp(`such as this number's own ${own}\\.$`)),
		});
	});

	it('offers three of the zones of a number that has more', () => {
		const { failure } = ask(RUSSIAN_MOBILE, { hours: OFFICE, timeZone: 'MSK' });
		expect(failure!.description).toMatch(
			/ such as this number's own Asia\/Anadyr, Asia\/Irkutsk or Asia\/Kamchatka\.$/,
		);
	});

	describe('far from the number', () => {
		const TOKYO = { hours: OFFICE, timeZone: 'Asia/Tokyo' };

		it('blocks nothing, but is named', () => {
			// Eleven in the morning in Tokyo.
			expect(ask(SAN_FRANCISCO, TOKYO, '2026-11-24T02:00:00Z')).toMatchObject({
				failure: null,
				notice:
					"Time Zone is Asia/Tokyo, more than three hours from the number's own, America/Los_Angeles.",
			});
		});

		it('is named in the description of a call outside the hours', () => {
			expect(ask(FLORIDA_WEST, TOKYO, '2026-11-24T12:00:00Z').failure).toMatchObject({
				code: 'OUTSIDE_HOURS',
				description:
					"Call again from Wednesday 2026-11-25 09:00 in Asia/Tokyo on (retry_at: 2026-11-25T00:00:00Z). Time Zone is Asia/Tokyo, more than three hours from the number's own, America/Chicago or America/New_York.",
			});
		});

		it('is far from all zones of the number, or not far', () => {
			const lagos = { hours: OFFICE, timeZone: 'America/New_York' };
			expect(ask(RUSSIAN_MOBILE, lagos, '2026-11-24T15:00:00Z').notice).toBe(
				'Time Zone is America/New_York, more than three hours from all 14 zones of the number.',
			);
			expect(ask(TOLL_FREE, lagos, '2026-11-24T15:00:00Z').notice).toBeNull();
			expect(ask(SAN_FRANCISCO, lagos, '2026-11-24T15:00:00Z').notice).toBeNull();
		});

		it('is no question where no clock is asked, or the number has no zone', () => {
			expect(ask(SAN_FRANCISCO, { timeZone: 'Asia/Tokyo' }).notice).toBeNull();
			expect(ask(NO_COUNTRY, TOKYO).notice).toBeNull();
			expect(ask(RUSSIAN_MOBILE, { hours: OFFICE }).notice).toBeNull();
		});
	});

	it('is cut short in the message where it holds a whole text', () => {
		const { failure } = ask(LAGOS, { hours: OFFICE, timeZone: 'x'.repeat(100) });
		expect(failure!.message).toContain(`"${'x'.repeat(60)}" in Time Zone`);
	});

	it('has to be given for a number of no country', () => {
		expect(ask(NO_COUNTRY, { hours: OFFICE }).failure).toMatchObject({
			code: 'TIME_ZONE_UNKNOWN',
			field: 'to_number',
			value: NO_COUNTRY,
			message: `Call to ${NO_COUNTRY}: not started, because the number doesn't show in which time zone it rings`,
			retry_at: null,
		});
		expect(outcome(NO_COUNTRY, { hours: OFFICE, timeZone: 'UTC' })).toBeNull();
	});

	it('is not asked for where no clock is', () => {
		const verdict = ask(NO_COUNTRY, { timeZone: 'Pacific', consent: true });
		expect(verdict).toMatchObject({ failure: null, checks: { timeZone: 'not_checked' } });
	});
});

describe('Blocked Dates', () => {
	it("are those of the called person's calendar", () => {
		const settings = { blockedDates: '2026-12-25' };
		// Still the 24th in San Francisco, no longer the 25th in Auckland.
		expect(outcome(SAN_FRANCISCO, settings, '2026-12-25T07:59:00Z')).toBeNull();
		expect(outcome(SAN_FRANCISCO, settings, '2026-12-25T08:00:00Z')).toEqual([
			'OUTSIDE_HOURS',
			'2026-12-26T08:00:00Z',
		]);
		expect(outcome('+6493012345', settings, '2026-12-25T11:00:00Z')).toBeNull();
	});

	it('are passed over by retry_at, with a weekend behind them', () => {
		const settings = { hours: OFFICE, blockedDates: '2026-12-24, 2026-12-25' };
		expect(outcome(LONDON, settings, '2026-12-24T10:00:00Z')).toEqual([
			'OUTSIDE_HOURS',
			'2026-12-28T09:00:00Z',
		]);
	});
});

describe('Consent', () => {
	it.each([true, 'true', 'yes', 'TRUE', ' Yes '])('is given by %p', (consent) => {
		expect(ask(LONDON, { consent })).toMatchObject({
			failure: null,
			checks: { consent: 'pass' },
		});
	});

	it.each([
		...[undefined, null, '', false, 'no', 1, '1', 'y', 'yes, after May', 'not yes', {}],
		...[[true], ['yes']],
	])('is not given by %p', (consent) => {
		expect(ask(LONDON, { consent }).failure).toMatchObject({
			code: 'NO_CONSENT',
			field: 'callingRules.consent',
			value: consent ?? null,
			message: `Call to ${LONDON}: not started, because Consent is no explicit yes for this contact`,
			description: expect.stringContaining('Ask the person first'),
			placed: 'no',
			retry_at: null,
		});
	});
});

describe('Do Not Call', () => {
	it('compares phones, not their writing', () => {
		const doNotCall = '+44 (0)20 7946 0958\n+1 415-555-0123';
		for (const number of [LONDON, SAN_FRANCISCO]) {
			expect(ask(number, { doNotCall }).failure).toMatchObject({
				code: 'DO_NOT_CALL',
				field: 'to_number',
				value: number,
				message: `Call to ${number}: not started, because the number is in the Do Not Call list`,
				description: 'Take this contact out of the campaign.',
				placed: 'no',
				retry_at: null,
			});
		}
		expect(ask(LAGOS, { doNotCall })).toMatchObject({
			failure: null,
			checks: { doNotCall: 'pass' },
		});
	});

	it.each([
		['+541123456789', '+5491123456789'],
		['+5491123456789', '+541123456789'],
	])('where one phone goes under two numbers, %s keeps %s from being called', (entry, number) => {
		expect(outcome(number, { doNotCall: entry })).toEqual(['DO_NOT_CALL', null]);
	});
});

describe('Premium numbers', () => {
	const PREMIUM = '+19005550123';
	const verdictOn = (number: string, allowPremiumNumbers: boolean) =>
		askRules(number, { ...NO_RULES, allowPremiumNumbers }, 0);

	it('are refused where they are not allowed', () => {
		expect(verdictOn(PREMIUM, false)).toMatchObject({
			failure: {
				code: 'PREMIUM_NUMBER',
				field: 'to_number',
				value: PREMIUM,
				message: `Call to ${PREMIUM}: not started, because it is a premium-rate, shared-cost or satellite number`,
				description: expect.stringContaining('Allow Premium Numbers under Calling Rules'),
				placed: 'no',
				retry_at: null,
			},
			checks: { allowPremiumNumbers: 'blocked' },
		});
		expect(verdictOn(LONDON, false)).toMatchObject({
			failure: null,
			checks: { allowPremiumNumbers: 'pass' },
		});
	});

	it('are called where they are', () => {
		expect(verdictOn(PREMIUM, true)).toMatchObject({
			failure: null,
			checks: { allowPremiumNumbers: 'not_checked' },
		});
		expect(askRules(PREMIUM, NO_RULES, 0).failure?.code).toBe('PREMIUM_NUMBER');
	});
});

describe('Allowed Countries', () => {
	it.each([
		[LONDON, ['GB', 'NG'], undefined],
		[LAGOS, ['GB', 'NG'], undefined],
		[SAN_FRANCISCO, ['GB', 'NG'], 'a number of US,'],
		// One calling code, two countries.
		[SAN_FRANCISCO, 'US', undefined],
		['+12425550123', 'US', 'a number of BS,'],
		[NO_COUNTRY, 'GB', 'a number of no country,'],
	])('of a number %s with %p: %p', (number, allowedCountries, message) => {
		const { failure, checks } = ask(number, { allowedCountries });
		expect(checks.allowedCountries).toBe(message ? 'blocked' : 'pass');
		expect(failure?.message).toEqual(message && expect.stringContaining(message));
		if (message) {
			expect(failure).toMatchObject({
				code: 'COUNTRY_NOT_ALLOWED',
				field: 'to_number',
				description: 'Check the number, or add its country to Allowed Countries.',
				retry_at: null,
			});
		}
	});
});

it('names first what time cannot change, and says what else was found', () => {
	const settings = {
		hours: OFFICE,
		consent: 'no',
		doNotCall: [SAN_FRANCISCO],
		allowedCountries: 'GB',
	};
	const { failure, checks } = ask(SAN_FRANCISCO, settings);
	expect(failure).toMatchObject({ code: 'DO_NOT_CALL', retry_at: null });
	expect(checks).toEqual({
		doNotCall: 'blocked',
		consent: 'blocked',
		allowedCountries: 'blocked',
		allowPremiumNumbers: 'pass',
		timeZone: 'pass',
		notAfter: 'not_checked',
		attemptLimit: 'not_checked',
		notBefore: 'not_checked',
		hours: 'blocked',
	});
	expect(outcome(SAN_FRANCISCO, { hours: OFFICE, consent: '' })).toEqual(['NO_CONSENT', null]);
});

describe('Not Before and Not After', () => {
	it.each<[string, string, Record<string, unknown>, unknown[] | null]>([
		[
			'before',
			LONDON,
			{ notBefore: '2026-11-24T12:00:01Z' },
			['TOO_EARLY', '2026-11-24T12:00:01Z'],
		],
		['at Not Before', LONDON, { notBefore: NOON }, null],
		['at Not After', LONDON, { notAfter: NOON }, null],
		['after', LONDON, { notAfter: '2026-11-24T11:59:59Z' }, ['TOO_LATE', null]],
		[
			'by the number’s clock',
			LAGOS,
			{ notBefore: '2026-11-24T13:01' },
			['TOO_EARLY', '2026-11-24T12:01:00Z'],
		],
		[
			'by Time Zone',
			LAGOS,
			{ notBefore: '2026-11-24T13:01', timeZone: 'UTC' },
			['TOO_EARLY', '2026-11-24T13:01:00Z'],
		],
		[
			'in the last of several zones',
			TOLL_FREE,
			{ notBefore: '2026-11-24T08:00', notAfter: '2026-11-25T20:00' },
			['TOO_EARLY', '2026-11-24T19:00:00Z'],
		],
		[
			'in the first of several zones',
			FLORIDA_WEST,
			{ notAfter: '2026-11-24T06:59' },
			['TOO_LATE', null],
		],
		['in no zone', NO_COUNTRY, { notAfter: '2026-11-24T13:00' }, ['TIME_ZONE_UNKNOWN', null]],
		['in no zone, with one of its own', NO_COUNTRY, { notAfter: '2026-11-24T13:00Z' }, null],
		[
			'with hours that open later',
			LONDON,
			{ notBefore: '2026-11-24T20:00Z', hours: OFFICE },
			['TOO_EARLY', '2026-11-25T09:00:00Z'],
		],
		[
			'with hours that open too late',
			LONDON,
			{ notBefore: '2026-11-24T20:00Z', notAfter: '2026-11-25T08:00Z', hours: OFFICE },
			['TOO_EARLY', null],
		],
		[
			'with hours that open at Not After',
			LONDON,
			{ notBefore: '2026-11-24T20:00Z', notAfter: '2026-11-25T09:00Z', hours: OFFICE },
			['TOO_EARLY', '2026-11-25T09:00:00Z'],
		],
		['at both', LONDON, { notBefore: NOON, notAfter: NOON }, null],
		[
			'outside hours that open too late',
			LAGOS,
			{ notAfter: '2026-11-24T20:00Z', hours: hours('06:00', '07:00') },
			['OUTSIDE_HOURS', null],
		],
		[
			'the wrong way round',
			LONDON,
			{ notBefore: '2026-11-24T15:00Z', notAfter: '2026-11-24T14:00Z' },
			['TOO_LATE', null],
		],
		['empty', LONDON, { notBefore: ' ', notAfter: null }, null],
	])('%s', (_, number, settings, expected) => {
		expect(outcome(number, settings)).toEqual(expected);
	});

	it('are named with their values', () => {
		const notBefore = '2026-11-24T15:00';
		const { failure, timeZones, checks } = ask(LAGOS, { notBefore });
		expect(failure).toMatchObject({
			field: 'callingRules.notBefore',
			value: notBefore,
			message: `Call to ${LAGOS}: not started, because it is earlier than Not Before (Tuesday 2026-11-24 15:00 in Africa/Lagos, 2026-11-24T14:00:00Z)`,
			description:
				'Call again from Tuesday 2026-11-24 15:00 in Africa/Lagos on (retry_at: 2026-11-24T14:00:00Z).',
		});
		expect(timeZones).toEqual(['Africa/Lagos']);
		expect(checks).toMatchObject({
			timeZone: 'pass',
			notBefore: 'blocked',
			notAfter: 'not_checked',
		});
		const around = { notBefore: '2026-11-24T13:00', notAfter: '2026-11-24T13:00' };
		expect(ask(LAGOS, around).checks).toMatchObject({ notBefore: 'pass', notAfter: 'pass' });
	});

	it.each([
		[
			{ notAfter: '2026-11-24T12:00' },
			'Not After (Tuesday 2026-11-24 12:00 in Africa/Lagos, 2026-11-24T11:00:00Z) is over',
			'Agree on a new time with the person, and put it into Not After.',
		],
		[
			{ notBefore: '2026-11-24T15:00', notAfter: '2026-11-24T14:00' },
			'Not Before (Tuesday 2026-11-24 15:00 in Africa/Lagos, 2026-11-24T14:00:00Z) is later than Not After (Tuesday 2026-11-24 14:00 in Africa/Lagos, 2026-11-24T13:00:00Z), which leaves no time for the call',
			'Check both times of this contact.',
		],
	])('too late: %j', (settings, why, description) => {
		expect(ask(LAGOS, settings).failure).toMatchObject({
			field: 'callingRules.notAfter',
			value: settings.notAfter,
			message: `Call to ${LAGOS}: not started, because ${why}`,
			description,
		});
	});

	it('no time is left where the hours open too late', () => {
		const settings = {
			notBefore: '2026-11-24T20:00Z',
			notAfter: '2026-11-25T08:00Z',
			hours: OFFICE,
		};
		expect(ask(LONDON, settings).failure!.description).toBe(
			'At no time of the next 400 days do Calling Hours, Not Before and Not After allow it. Widen them.',
		);
	});

	it('say from when on a call is allowed', () => {
		const opens = rules({ hours: OFFICE });
		expect(retryAt(LONDON, opens, Date.parse('2026-11-24T20:00Z'))).toBe('2026-11-25T09:00:00Z');
		expect(retryAt(NO_COUNTRY, NO_RULES, Date.parse(NOON))).toBe('2026-11-24T12:00:00Z');
		expect(retryAt(LONDON, rules({ notAfter: NOON }), Date.parse(NOON) + 1)).toBeNull();
	});
});

describe('Most Calls to a Number', () => {
	const HOUR = 3_600_000;
	const now = Date.parse(NOON);
	/** Calls of so many hours ago. */
	const asked = (
		settings: Record<string, unknown>,
		calls: Partial<CallCount> & { hoursAgo?: number[]; reachesHours?: number },
	) => {
		const { hoursAgo = [], reachesHours = Infinity, ...more } = calls;
		const times = hoursAgo.map((hours) => now - hours * HOUR);
		return askRules(LONDON, rules(settings), now, {
			callsTo: () => ({ times, unclear: [], underWay: 0, ...more }),
			callsFrom: () => ({ times: [], unclear: [], underWay: 0 }),
			obstacleSince: (instant) =>
				instant < now - reachesHours * HOUR
					? { reason: 'it ends', description: 'Wait.' }
					: undefined,
		});
	};

	it.each<[string, Record<string, unknown>, Parameters<typeof asked>[1], unknown]>([
		['none', { attemptLimit: 1 }, {}, 'pass'],
		['a day ago', { attemptLimit: 1 }, { hoursAgo: [24] }, 'pass'],
		[
			'less than a day ago',
			{ attemptLimit: 1 },
			{ hoursAgo: [23] },
			['TOO_MANY_CALLS', '2026-11-24T13:00:00Z'],
		],
		[
			'in a week',
			{ attemptLimit: 2, attemptHours: 168 },
			{ hoursAgo: [167, 1] },
			['TOO_MANY_CALLS', '2026-11-24T13:00:00Z'],
		],
		[
			'more than allowed',
			{ attemptLimit: 1 },
			{ hoursAgo: [23, 22, 1] },
			['TOO_MANY_CALLS', '2026-11-25T11:00:00Z'],
		],
		['one under way', { attemptLimit: 1 }, { underWay: 1 }, 'pending'],
		[
			'of a log that is too short',
			{ attemptLimit: 1 },
			{ reachesHours: 23 },
			['CALL_LOG_UNREADABLE', null],
		],
		[
			'of a log that is long enough for this contact',
			{ attemptLimit: 1, attemptHours: 23 },
			{ reachesHours: 23 },
			'pass',
		],
		[
			'that may be to it',
			{ attemptLimit: 1 },
			{ unclear: [Infinity] },
			['CALL_LOG_UNREADABLE', null],
		],
		[
			'and hours that open later',
			{ attemptLimit: 1, hours: OFFICE },
			{ hoursAgo: [17] },
			['TOO_MANY_CALLS', '2026-11-25T09:00:00Z'],
		],
		[
			'and Not After',
			{ attemptLimit: 1, notAfter: '2026-11-24T12:30Z' },
			{ hoursAgo: [23] },
			['TOO_MANY_CALLS', null],
		],
	])('%s', (_, settings, calls, expected) => {
		const { failure, isPending, checks } = asked(settings, calls);
		const found = isPending ? 'pending' : ((failure && [failure.code, failure.retry_at]) ?? 'pass');
		expect(found).toEqual(expected);
		expect(checks.attemptLimit).toBe(failure ? 'blocked' : 'pass');
	});

	it.each([
		[
			{ attemptLimit: 1, attemptHours: 1 },
			[0.5],
			'1 call to it was started in the last hour, and Most Calls to a Number is 1',
		],
		[
			{ attemptLimit: 2 },
			[30, 3, 2, 1],
			'3 calls to it were started in the last 24 hours, and Most Calls to a Number is 2',
		],
	])('says how many there were: %j', (settings, hoursAgo, message) => {
		expect(asked(settings, { hoursAgo }).failure?.message).toContain(message);
	});

	it('can not be asked without a history', () => {
		expect(outcome(LONDON, { attemptLimit: 1 })).toEqual(['CALL_LOG_UNREADABLE', null]);
	});

	it.each([
		[{ reachesHours: 1 }, 'it ends', 'Wait.'],
		[{ unclear: [Infinity] }, UNCLEAR.reason, UNCLEAR.description],
	])('says why the log does not tell: %j', (calls, reason, description) => {
		expect(asked({ attemptLimit: 1 }, calls).failure).toMatchObject({
			message: `Call to ${LONDON}: not started, because Most Calls to a Number counts by KrosAI's call log, and ${reason}`,
			description,
		});
	});
});

it('gives a retry_at in whole seconds at which the call is allowed', () => {
	const settings = { hours: OFFICE };
	const { failure } = ask(LONDON, settings, '2026-11-24T18:00:00.001Z');
	expect(failure!.retry_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	expect(outcome(LONDON, settings, failure!.retry_at!)).toBeNull();
});

it('never uses words that n8n asks its nodes to avoid', () => {
	const settings = { hours: OFFICE, consent: 'no' };
	const texts = [
		ask(SAN_FRANCISCO, settings),
		ask(TOLL_FREE, { hours: OFFICE }),
		ask(NO_COUNTRY, { hours: OFFICE, allowedCountries: 'GB' }),
		ask(LAGOS, { hours: OFFICE, timeZone: 'x' }),
		ask(LAGOS, { doNotCall: LAGOS }),
	].map(({ failure }) => `${failure!.message} ${failure!.description}`);
	for (const text of texts) expect(text).not.toMatch(/\b(error|problem|failure|mistake)/i);
});
