import type { IDataObject } from 'n8n-workflow';
import type { CallingRules } from '../../../../nodes/KrosAi/rules/callingRules';
import { CallCounts, NO_LOG } from '../../../../nodes/KrosAi/dialing/callCounts';
import { dryRun, type DryRunOptions } from '../../../../nodes/KrosAi/dialing/dryRun';
import type { PreviewedContact } from '../../../../nodes/KrosAi/dialing/preview';
import { failed } from '../../../../nodes/KrosAi/dialing/contactResults';
import { REQUEST } from '../../../support/exchanges';
import { NO_RULES, rulesReader } from '../../../support/values';

/** A Tuesday, 9 at night in New York. */
const NOW = Date.parse('2026-11-25T02:00:00Z');
const NEW_YORK = '+12125550123';
const LAGOS = '+2348012345678';

const rulesOf = (settings: object, callingHours = 'any'): CallingRules =>
	rulesReader()(settings, '', { callingHours });
const to = (to_number: string, rules = NO_RULES): PreviewedContact => ({
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
const dryRunAt = (contacts: PreviewedContact[], callsPerSecond = 10) =>
	dryRun(contacts, options({ callsPerSecond }));

/** Under which word a check of that name stands; undefined where it was not made. */
function checkOf({ checks }: IDataObject, name: string): string | undefined {
	const said = String(checks)
		.split('. ')
		.find((one) =>
			one
				.replace(/^\w+: |\.$/g, '')
				.split(', ')
				.includes(name),
		);
	return said?.split(':')[0];
}

/** Columns of a contact without a finding. */
const NOTHING = {
	reason: null,
	call_at: null,
	retry_at: null,
	time_zone: null,
	notice: null,
	code: null,
	call_log: 'not_asked',
	dry_run: true,
};

it('would call a contact that no rule keeps back, and says what it has looked at', () => {
	const contact = to(NEW_YORK) as Extract<PreviewedContact, { state: 'ready' }>;
	const request = { ...contact.request, metadata: { customer_id: 'c-1' } };
	expect(dryRunAt([{ ...contact, request }])).toEqual([
		{
			...NOTHING,
			would_call: true,
			call_at: '2026-11-24T21:00:00-05:00',
			to_number: NEW_YORK,
			time_zone: 'America/New_York',
			checks: 'Passed: Request, Premium Numbers.',
			from_number: REQUEST.body.from_number,
			metadata: '{"customer_id":"c-1"}',
		},
	]);
});

it('says of each rule what it found, why in words, and when it would allow the call', () => {
	expect(dryRunAt([to(NEW_YORK, BY_DAY)])).toMatchObject([
		{
			would_call: false,
			call_at: null,
			reason:
				'It is Tuesday 2026-11-24 21:00 in America/New_York (2026-11-25 02:00 UTC), which is outside the calling hours. Call again from Wednesday 2026-11-25 09:00 in America/New_York on (retry_at: 2026-11-25T14:00:00Z).',
			retry_at: '2026-11-25T14:00:00Z',
			code: 'OUTSIDE_HOURS',
			checks: 'Passed: Request, Premium Numbers, Time Zone. Blocked: Calling Hours.',
		},
	]);
});

const FAILED = failed({
	code: 'INVALID_PHONE_NUMBER',
	httpCode: null,
	field: 'to_number',
	value: '12',
	message: '"12" is no number',
	description: 'Check it.',
	placed: 'no',
});

it('is a table: no cell is a list or an object', () => {
	const items = dryRunAt([to(NEW_YORK, BY_DAY), to(LAGOS), FAILED]);
	for (const cell of items.flatMap((item) => Object.values(item))) {
		expect(cell === null ? 'string' : typeof cell).toMatch(/string|boolean/);
	}
});

it('has the reason where there is no request at all', () => {
	expect(dryRunAt([FAILED])).toEqual([
		{
			...NOTHING,
			would_call: false,
			to_number: null,
			reason: '"12" is no number. Check it.',
			code: 'INVALID_PHONE_NUMBER',
			checks: 'Blocked: Request.',
			from_number: null,
			metadata: null,
		},
	]);
});

it.each([
	['+18005550123', '2026-11-25T02:00:00+00:00'],
	['+80012345678', '2026-11-25T02:00:00+00:00'],
	['+919876543210', '2026-11-25T07:30:00+05:30'],
])('shows the time of %s as %s', (number, call_at) => {
	expect(dryRunAt([to(number)])).toMatchObject([{ call_at }]);
});

it('lets those who would be called follow each other at the rate that is set', () => {
	const allowed = rulesOf({ allowedCountries: ['NG'] });
	const contacts = [to(LAGOS), to(NEW_YORK, allowed), to(LAGOS, allowed), to(NEW_YORK)];
	expect(dryRunAt(contacts, 4).map(({ call_at }) => call_at)).toEqual([
		'2026-11-25T03:00:00+01:00',
		null,
		'2026-11-25T03:00:00.250+01:00',
		'2026-11-24T21:00:00.500-05:00',
	]);
});

it('asks the rules for the time at which a contact would be called', () => {
	// An hour and a half of contacts, from half past seven in the evening on.
	const contacts = Array<PreviewedContact>(5401).fill(to(NEW_YORK, BY_DAY));
	const now = Date.parse('2026-11-25T00:30:00Z');
	const items = dryRun(contacts, options({ now, callsPerSecond: 1 }));
	expect(items.filter(({ would_call }) => would_call)).toHaveLength(1800);
	expect(items[1799]).toMatchObject({ call_at: '2026-11-24T19:59:59-05:00' });
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
		checks: 'Passed: Request. Blocked: Premium Numbers.',
	});
});

describe('the same number twice', () => {
	const once = (contacts: PreviewedContact[]) =>
		dryRun(contacts, options({ sameNumberTwice: 'callOnce' }));

	it('is called for the first item alone, also under another number of the phone', () => {
		const items = once([to('+5491123456789'), to(LAGOS), to('+541123456789'), to(NEW_YORK)]);
		expect(items.map(({ would_call }) => would_call)).toEqual([true, true, false, true]);
		expect(items.map((item) => checkOf(item, 'Same Number Twice'))).toEqual([
			'Passed',
			'Passed',
			'Blocked',
			'Passed',
		]);
		expect(items[2]).toMatchObject({
			call_at: null,
			code: 'SAME_NUMBER',
			reason: expect.stringMatching(/^Row 1, item 0 calls this phone\. .*Call Each/),
		});
		expect(items[3]!.call_at).toBe('2026-11-24T21:00:00.200-05:00');
	});

	it('is called for the first item that the rules let through', () => {
		const items = once([to(NEW_YORK, BY_DAY), to(NEW_YORK), to(NEW_YORK, BY_DAY)]);
		expect(items.map(({ code }) => code)).toEqual(['OUTSIDE_HOURS', null, 'OUTSIDE_HOURS']);
	});
});

describe('limits', () => {
	const limited = (more: Partial<DryRunOptions>, ...contacts: PreviewedContact[]) =>
		dryRun(contacts, options(more)).map((item) => {
			const checks = ['Most Calls to a Number', 'Most Calls per From Number', 'Most Calls'].map(
				(name) => checkOf(item, name),
			);
			return [item.code, ...checks, item.from_number, item.call_log];
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
			[null, 'Passed', undefined, undefined, FROM, 'read'],
			['TOO_MANY_CALLS', 'Blocked', undefined, undefined, FROM, 'read'],
		]);
		expect(limited({ isLogRead: false }, to(LAGOS, rules))).toEqual([
			['CALL_LOG_UNREADABLE', 'Blocked', undefined, undefined, FROM, 'unreadable'],
		]);
	});

	it('show the number from which a contact would be called', () => {
		const from = { numbers: [FROM, OTHER], choose: 'inTurn', dailyLimit: 1 } as const;
		const contact = { ...to(LAGOS), from } as PreviewedContact;
		expect(limited({ counts: counts(), isLogRead: true }, contact, contact, contact)).toEqual([
			[null, undefined, 'Passed', undefined, FROM, 'read'],
			[null, undefined, 'Passed', undefined, OTHER, 'read'],
			['FROM_NUMBERS_USED_UP', undefined, 'Blocked', undefined, FROM, 'read'],
		]);
	});

	it('say who comes after Most Calls', () => {
		const contacts = [to(LAGOS), to(NEW_YORK), to(LAGOS)];
		expect(limited({ maxCalls: 2 }, ...contacts).map(([code, , , max]) => [code, max])).toEqual([
			[null, 'Passed'],
			[null, 'Passed'],
			['RUN_LIMIT', 'Blocked'],
		]);
	});
});
