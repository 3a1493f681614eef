import { admit, type Candidate } from '../../../../nodes/KrosAi/dialing/admission';
import type { CallCount, CallHistory } from '../../../../nodes/KrosAi/rules/callCount';
import { REQUEST } from '../../../support/exchanges';
import { NO_RULES } from '../../../support/values';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const { to_number, from_number } = REQUEST.body;
const OTHER = '+14155550100';
const NONE: CallCount = { times: [], unclear: [], underWay: 0 };

interface Case {
	candidate?: Partial<Candidate>;
	calledTo?: Partial<CallCount>;
	calledFrom?: Record<string, Partial<CallCount>>;
	isLogUnread?: boolean;
	isRepeat?: boolean;
	last?: string;
}

function admitted({
	candidate,
	calledTo,
	calledFrom = {},
	isLogUnread,
	isRepeat = false,
	last,
}: Case) {
	const history: CallHistory = {
		callsTo: () => ({ ...NONE, ...calledTo }),
		callsFrom: (number) => ({ ...NONE, ...calledFrom[number] }),
		obstacleSince: () =>
			isLogUnread ? { reason: 'it is broken', description: 'Mend it.' } : undefined,
	};
	const contact = { request: REQUEST.body, rules: NO_RULES, ...candidate };
	const { verdict, failure, ...rest } = admit(contact, { now: NOW, isRepeat }, history, { last });
	expect(verdict.checks).toBeDefined();
	return { ...rest, code: failure?.code, retry_at: failure?.retry_at };
}

const oneADay = {
	from: { numbers: [from_number, OTHER], choose: 'inTurn', dailyLimit: 1 },
} satisfies Partial<Candidate>;
const inTurn = { from: { ...oneADay.from, dailyLimit: null } };
const limited = { rules: { ...NO_RULES, attemptLimit: { calls: 1, hours: 24 } } };
const HOUR_AGO = { times: [NOW - 3_600_000] };
const TOMORROW = '2026-11-25T11:00:00Z';

it.each<[string, Case, object]>([
	['nothing is in the way', {}, { from_number }],
	['From Numbers take turns', { candidate: inTurn, last: from_number }, { from_number: OTHER }],
	['one From Number has room', { candidate: oneADay }, { fromCheck: 'pass', from_number }],
	[
		'the first is used up',
		{ candidate: oneADay, calledFrom: { [from_number]: HOUR_AGO } },
		{ fromCheck: 'pass', from_number: OTHER },
	],
	[
		'all are used up',
		{ candidate: oneADay, calledFrom: { [from_number]: HOUR_AGO, [OTHER]: HOUR_AGO } },
		{ fromCheck: 'blocked', code: 'FROM_NUMBERS_USED_UP', retry_at: TOMORROW },
	],
	[
		'the only one is used up',
		{
			candidate: { from: { ...oneADay.from, numbers: [from_number] } },
			calledFrom: { [from_number]: HOUR_AGO },
		},
		{ fromCheck: 'blocked', code: 'FROM_NUMBERS_USED_UP', retry_at: TOMORROW },
	],
	[
		'the last room is for a call that is being started',
		{ candidate: oneADay, calledFrom: { [from_number]: HOUR_AGO, [OTHER]: { underWay: 1 } } },
		{ isPending: true },
	],
	[
		'calls may be of that number',
		{ candidate: oneADay, calledFrom: { [from_number]: HOUR_AGO, [OTHER]: { unclear: [NOW] } } },
		{ fromCheck: 'blocked', code: 'CALL_LOG_UNREADABLE' },
	],
	[
		'the log could not be read',
		{ candidate: oneADay, isLogUnread: true },
		{ fromCheck: 'blocked', code: 'CALL_LOG_UNREADABLE' },
	],
	['no limit asks for the log', { candidate: inTurn, isLogUnread: true }, { from_number }],
	[
		'the person was called',
		{ candidate: limited, calledTo: HOUR_AGO },
		{ code: 'TOO_MANY_CALLS', retry_at: TOMORROW },
	],
	[
		'the person is called by another contact, whose call counts already',
		{ candidate: { ...limited, ...oneADay }, calledTo: HOUR_AGO, isRepeat: true },
		{ from_number },
	],
	[
		'a rule comes before From Numbers',
		{ candidate: { ...limited, ...oneADay }, calledTo: HOUR_AGO },
		{ code: 'TOO_MANY_CALLS', retry_at: TOMORROW },
	],
])('%s', (_, given, expected) => {
	expect(admitted(given)).toEqual({
		fromCheck: 'not_checked',
		isPending: false,
		from_number,
		code: undefined,
		retry_at: undefined,
		...('code' in expected && !('retry_at' in expected) && { retry_at: null }),
		...expected,
	});
	expect(REQUEST.body.to_number).toBe(to_number);
});
