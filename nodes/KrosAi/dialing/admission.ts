import { labelOf } from '../api/labels';
import type { CallRequest } from '../parameters/callRequest';
import type { FromNumbers } from '../parameters/fromNumbers';
import { DAY_MS, UNCLEAR } from '../rules/callCount';
import type { CallHistory } from '../rules/callCount';
import {
	askRules,
	callAgain,
	retryAt,
	timeZonesOf,
	toRuleFailure,
	unreadableLog,
} from '../rules/callingRules';
import type { Broken, CallingRules, RuleFailure, Verdict } from '../rules/callingRules';
import { chooseFromNumber } from './fromNumber';
import type { ChosenBefore } from './fromNumber';

/** A contact who can be called, with what the settings ask of the call. */
export interface Candidate {
	request: CallRequest;
	rules: CallingRules;
	/** Where it isn't From Number in any case. */
	from?: FromNumbers;
}

export interface Admission {
	verdict: Verdict;
	/** Whether a number is left to call from; not checked where there is no limit for it. */
	fromCheck: 'pass' | 'blocked' | 'not_checked';
	/** Why the contact must not be called now; null: nothing is in the way. */
	failure: RuleFailure | null;
	/** Whether it depends on an answer that is under way. */
	isPending: boolean;
	/** From which number to call. */
	from_number: string;
}

interface Moment {
	/** In ms since 1970. */
	now: number;
	/** Another contact has the phone, and is called or was: this one isn't, so its call isn't counted. */
	isRepeat: boolean;
}

/** Whether a contact may be called at this moment, and from which number. */
export function admit(
	{ request, rules, from }: Candidate,
	{ now, isRepeat }: Moment,
	history: CallHistory,
	before: ChosenBefore,
): Admission {
	const { to_number, from_number } = request;
	const asked = isRepeat ? { ...rules, attemptLimit: null } : rules;
	const verdict = askRules(to_number, asked, now, history);
	const { failure, isPending } = verdict;
	const admission: Admission = {
		verdict,
		fromCheck: 'not_checked',
		failure,
		isPending,
		from_number,
	};
	if (!from || failure || isRepeat) return admission;
	const limited = from.dailyLimit !== null;
	const obstacle = limited ? history.obstacleSince(now - DAY_MS) : undefined;
	const choice = obstacle ?? chooseFromNumber(from, to_number, before, { history, now });
	const blocked = (broken: Broken): Admission => ({
		...admission,
		fromCheck: 'blocked',
		failure: toRuleFailure(broken, to_number),
	});
	const setting = labelOf('fromNumberDailyLimit');
	if (!('state' in choice)) return blocked(unreadableLog(choice, setting));
	switch (choice.state) {
		case 'chosen':
			return {
				...admission,
				fromCheck: limited ? 'pass' : 'not_checked',
				from_number: choice.number,
			};
		case 'wait':
			return { ...admission, isPending: true };
		case 'unclear':
			return blocked(unreadableLog(UNCLEAR, setting));
		case 'full':
			return blocked(
				usedUp(from, {
					retry_at: retryAt(to_number, rules, choice.until),
					timeZones: timeZonesOf(to_number, rules.timeZone),
				}),
			);
	}
}

function usedUp(
	{ numbers, dailyLimit }: FromNumbers,
	{ retry_at, timeZones }: { retry_at: string | null; timeZones: readonly string[] },
): Broken {
	const [first, ...more] = numbers;
	const all = more.length === 0 ? `${first} has` : `each of the ${numbers.length} From Numbers has`;
	return {
		code: 'FROM_NUMBERS_USED_UP',
		field: 'from_number',
		value: first,
		message: `${all} made as many calls in the last 24 hours as Most Calls per From Number allows (${dailyLimit})`,
		description: callAgain(retry_at, timeZones),
		retry_at,
	};
}
