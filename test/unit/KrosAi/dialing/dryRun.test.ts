import type { CallingRules } from '../../../../nodes/KrosAi/rules/callingRules';
import { CallCounts, NO_LOG } from '../../../../nodes/KrosAi/dialing/callCounts';
import { dryRun, type DryRunOptions } from '../../../../nodes/KrosAi/dialing/dryRun';
import type { RehearsedContact } from '../../../../nodes/KrosAi/dialing/rehearsal';
import { failed } from '../../../../nodes/KrosAi/dialing/contactResults';
import { REQUEST } from '../../../support/exchanges';
import { NO_RULES, rulesReader } from '../../../support/values';

/** A Tuesday, 9 at night in New York. */
const NOW = Date.parse('2026-11-25T02:00:00Z');
const NEW_YORK = '+12125550123';
const LAGOS = '+2348012345678';

const rulesOf = (settings: object, callingHours = 'any'): CallingRules =>
	rulesReader()(settings, '', { callingHours });
const to = (to_number: string, rules = NO_RULES): RehearsedContact => ({
	state: 'ready',
	request: { ...REQUEST.body, to_number },
	rules,
});
const BY_DAY = rulesOf({}, 'daily');

const options = (more: Partial<DryRunOptions> = {}): DryRunOptions => ({
	now: NOW,
	callsPerSecond: 10,
	maxCalls: Infinity,
	sameNumberTwice: 'callEach',
	counts: new CallCounts(NO_LOG, [], NOW),
	isLogRead: undefined,
	...more,
});
const dryRunAt = (contacts: RehearsedContact[], callsPerSecond = 10) =>
	dryRun(contacts, options({ callsPerSecond }));

const NOT_CHECKED = {
	same_number: 'not_checked',
	do_not_call: 'not_checked',
	consent: 'not_checked',
	allowed_countries: 'not_checked',
	allow_premium_numbers: 'not_checked',
	time_zone: 'not_checked',
	hours: 'not_checked',
	not_before: 'not_checked',
	not_after: 'not_checked',
	attempt_limit: 'not_checked',
	from_number: 'not_checked',
	max_calls: 'not_checked',
	called_before: 'not_checked',
	free_line: 'not_checked',
	krosai: 'not_checked',
	national_registers: 'not_checked',
};

it('would call a contact that no rule keeps back, and says what it has not looked at', () => {
	expect(dryRunAt([to(NEW_YORK)])).toEqual([
		{
			dry_run: true,
			would_call: true,
			to_number: NEW_YORK,
			call_at: '2026-11-25T02:00:00.000Z',
			retry_at: null,
			time_zones: [],
			notice: null,
			code: null,
			message: null,
			description: null,
			call_log: 'not_asked',
			checks: { request: 'pass', ...NOT_CHECKED, allow_premium_numbers: 'pass' },
			request: { ...REQUEST.body, to_number: NEW_YORK },
		},
	]);
});

it('says of each rule what it found, and when it would allow the call', () => {
	const [item] = dryRunAt([to(NEW_YORK, BY_DAY)]);
	expect(item).toMatchObject({
		would_call: false,
		call_at: null,
		retry_at: '2026-11-25T14:00:00Z',
		time_zones: ['America/New_York'],
		code: 'OUTSIDE_HOURS',
		message: expect.stringContaining('America/New_York'),
		description: expect.stringContaining('retry_at'),
		checks: {
			request: 'pass',
			...NOT_CHECKED,
			allow_premium_numbers: 'pass',
			time_zone: 'pass',
			hours: 'blocked',
		},
		request: { to_number: NEW_YORK },
	});
});

it('has the reason where there is no request at all', () => {
	const failure = {
		code: 'INVALID_PHONE_NUMBER',
		httpCode: null,
		field: 'to_number',
		value: '12',
		message: '"12" is no number',
		description: 'Check it.',
		placed: 'no' as const,
	};
	expect(dryRunAt([failed(failure)])).toEqual([
		{
			dry_run: true,
			would_call: false,
			to_number: null,
			call_at: null,
			retry_at: null,
			time_zones: [],
			notice: null,
			code: 'INVALID_PHONE_NUMBER',
			message: '"12" is no number',
			description: 'Check it.',
			call_log: 'not_asked',
			checks: { request: 'blocked', ...NOT_CHECKED },
			request: null,
		},
	]);
});

it('lets those who would be called follow each other at the rate that is set', () => {
	const allowed = rulesOf({ allowedCountries: ['NG'] });
	const contacts = [to(LAGOS), to(NEW_YORK, allowed), to(LAGOS, allowed), to(NEW_YORK)];
	expect(dryRunAt(contacts, 4).map(({ call_at }) => call_at)).toEqual([
		'2026-11-25T02:00:00.000Z',
		null,
		'2026-11-25T02:00:00.250Z',
		'2026-11-25T02:00:00.500Z',
	]);
});

it('asks the rules for the time at which a contact would be called', () => {
	// An hour and a half of contacts, from half past seven in the evening on.
	const contacts = Array<RehearsedContact>(5401).fill(to(NEW_YORK, BY_DAY));
	const now = Date.parse('2026-11-25T00:30:00Z');
	const items = dryRun(contacts, options({ now, callsPerSecond: 1 }));
	expect(items.filter(({ would_call }) => would_call)).toHaveLength(1800);
	expect(items[1799]).toMatchObject({ call_at: '2026-11-25T00:59:59.000Z' });
	expect(items[1800]).toMatchObject({ code: 'OUTSIDE_HOURS' });
});

it('says what is odd about the zone, and which number is a premium one', () => {
	const far = rulesOf({ timeZone: 'Asia/Tokyo' }, 'daily');
	const [odd, premium] = dryRunAt([to(NEW_YORK, far), to('+19005550123')]);
	expect(odd).toMatchObject({
		would_call: true,
		notice: expect.stringContaining('Time Zone is Asia/Tokyo'),
	});
	expect(premium).toMatchObject({
		would_call: false,
		code: 'PREMIUM_NUMBER',
		checks: { allow_premium_numbers: 'blocked' },
	});
});

describe('the same number twice', () => {
	const once = (contacts: RehearsedContact[]) =>
		dryRun(contacts, options({ sameNumberTwice: 'callOnce' }));

	it('is called for the first item alone, also under another number of the phone', () => {
		const items = once([to('+5491123456789'), to(LAGOS), to('+541123456789'), to(NEW_YORK)]);
		expect(items.map(({ would_call }) => would_call)).toEqual([true, true, false, true]);
		expect(items.map(({ checks }) => (checks as { same_number: string }).same_number)).toEqual([
			'pass',
			'pass',
			'blocked',
			'pass',
		]);
		expect(items[2]).toMatchObject({
			call_at: null,
			code: 'SAME_NUMBER',
			message: 'Call to +541123456789: skipped, because item 0 calls this phone',
			description: expect.stringContaining('Call Each'),
		});
		expect(items[3]!.call_at).toBe('2026-11-25T02:00:00.200Z');
	});

	it('is called for the first item that the rules let through', () => {
		const items = once([to(NEW_YORK, BY_DAY), to(NEW_YORK), to(NEW_YORK, BY_DAY)]);
		expect(items.map(({ code }) => code)).toEqual(['OUTSIDE_HOURS', null, 'OUTSIDE_HOURS']);
	});
});

describe('limits', () => {
	const limited = (more: Partial<DryRunOptions>, ...contacts: RehearsedContact[]) =>
		dryRun(contacts, options(more)).map(({ code, checks, request, call_log }) => {
			const { attempt_limit, from_number, max_calls } = checks as Record<string, string>;
			const from = (request as { from_number: string }).from_number;
			return [code, attempt_limit, from_number, max_calls, from, call_log];
		});
	const counts = () => new CallCounts({ calls: [], reachesTo: 0 }, [], NOW);
	const FROM = REQUEST.body.from_number;
	const OTHER = '+14155550100';

	it('are asked of each contact, those before it counted', () => {
		const rules = rulesOf({ attemptLimit: 1 });
		const found = limited(
			{ counts: counts(), isLogRead: true },
			to(LAGOS, rules),
			to(LAGOS, rules),
		);
		expect(found).toEqual([
			[null, 'pass', 'not_checked', 'not_checked', FROM, 'read'],
			['TOO_MANY_CALLS', 'blocked', 'not_checked', 'not_checked', FROM, 'read'],
		]);
		expect(limited({ isLogRead: false }, to(LAGOS, rules))).toEqual([
			['CALL_LOG_UNREADABLE', 'blocked', 'not_checked', 'not_checked', FROM, 'unreadable'],
		]);
	});

	it('show the number from which a contact would be called', () => {
		const from = { numbers: [FROM, OTHER], choose: 'inTurn', dailyLimit: 1 } as const;
		const contact = { ...to(LAGOS), from } as RehearsedContact;
		expect(limited({ counts: counts(), isLogRead: true }, contact, contact, contact)).toEqual([
			[null, 'not_checked', 'pass', 'not_checked', FROM, 'read'],
			[null, 'not_checked', 'pass', 'not_checked', OTHER, 'read'],
			['FROM_NUMBERS_USED_UP', 'not_checked', 'blocked', 'not_checked', FROM, 'read'],
		]);
	});

	it('say who comes after Most Calls', () => {
		const contacts = [to(LAGOS), to(NEW_YORK), to(LAGOS)];
		expect(limited({ maxCalls: 2 }, ...contacts).map(([code, , , max]) => [code, max])).toEqual([
			[null, 'pass'],
			[null, 'pass'],
			['RUN_LIMIT', 'blocked'],
		]);
	});
});
