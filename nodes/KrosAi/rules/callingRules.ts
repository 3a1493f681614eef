import { instantsOf, needsZone } from './agreedTime';
import type { AgreedTime } from './agreedTime';
import { countIn, HOUR_MS, NOT_READ, roomFor, UNCLEAR } from './callCount';
import type { CallHistory, LogObstacle } from './callCount';
import { isOpen, nextOpening } from './callingHours';
import type { CallingHours } from './callingHours';
import { aliasesOf, countryOf, isPremium } from '../phone/phoneNumber';
import { toFailure } from '../api/failure';
import { labelOf } from '../api/labels';
import type { CallFailure } from '../api/types';
import { clockOf, isFarFrom, offsetAt, toTimeZone, zonesOf } from './timeZones';

/** What the user's settings ask of a call. What is null or empty is not asked. */
export interface CallingRules {
	hours: CallingHours | null;
	/** The called person's zone, which wins over the number's; '' = from the number. */
	timeZone: string;
	/** What stands where a yes is asked for; null: no consent is asked for. */
	consent: { value: unknown } | null;
	/** E.164. */
	doNotCall: ReadonlySet<string>;
	/** ISO 3166-1 alpha-2; empty = all. */
	allowedCountries: ReadonlySet<string>;
	/** False: premium-rate, shared-cost and satellite numbers are refused. */
	allowPremiumNumbers: boolean;
	notBefore: AgreedTime | null;
	notAfter: AgreedTime | null;
	/** Most calls to the phone, whatever workflow or person made them, in the last so many hours. */
	attemptLimit: { calls: number; hours: number } | null;
}

/** The rules by their names in the node's settings. */
type RuleName =
	| 'doNotCall'
	| 'consent'
	| 'allowedCountries'
	| 'allowPremiumNumbers'
	| 'timeZone'
	| 'notAfter'
	| 'attemptLimit'
	| 'notBefore'
	| 'hours';

export type RuleCode =
	| 'DO_NOT_CALL'
	| 'NO_CONSENT'
	| 'COUNTRY_NOT_ALLOWED'
	| 'PREMIUM_NUMBER'
	| 'TIME_ZONE_UNKNOWN'
	| 'TOO_LATE'
	| 'CALL_LOG_UNREADABLE'
	| 'TOO_MANY_CALLS'
	| 'TOO_EARLY'
	| 'OUTSIDE_HOURS'
	| 'FROM_NUMBERS_USED_UP';

/** A call that the settings don't allow now: nothing was sent. */
export interface RuleFailure extends CallFailure {
	code: RuleCode;
	placed: 'no';
	/** ISO 8601 in UTC: when they allow it, all else staying as it is. Null: time alone won't help. */
	retry_at: string | null;
}

export interface Verdict {
	/** The first rule that the call breaks; null: it breaks none. */
	failure: RuleFailure | null;
	/** Whether it depends on an answer that is under way whether it breaks one. */
	isPending: boolean;
	/** A rule that isn't set is not checked, nor is one by a clock that isn't known. */
	checks: Record<RuleName, 'pass' | 'blocked' | 'not_checked'>;
	/** The zones whose clocks were asked. */
	timeZones: readonly string[];
	/** What is odd about the settings and breaks no rule: a Time Zone far from the number's own. */
	notice: string | null;
}

/**
 * Whether the settings allow a call at this instant. Of several rules that it breaks, one that time
 * can't change is named first, so that no wait for hours ends in another refusal.
 *
 * @param toNumber E.164
 * @param now milliseconds since 1970
 * @param history asked where an attempt limit is set
 */
export function askRules(
	toNumber: string,
	rules: CallingRules,
	now: number,
	history?: CallHistory,
): Verdict {
	const subject = subjectOf(toNumber, rules, now, history);
	const answers = Object.entries(QUESTIONS).map(([name, ask]) => [name, ask(subject)] as const);
	const broken = answers.map(([, answer]) => answer).find((answer) => typeof answer === 'object');
	return {
		failure: broken ? toRuleFailure(broken, toNumber) : null,
		isPending: answers.some(([, answer]) => answer === 'pending'),
		checks: Object.fromEntries(
			answers.map(([name, answer]) => [name, checkOf(answer)]),
		) as Verdict['checks'],
		timeZones: subject.timeZones,
		notice: subject.notice,
	};
}

function checkOf(answer: ReturnType<Question>): 'pass' | 'blocked' | 'not_checked' {
	if (typeof answer === 'object') return 'blocked';
	return answer === 'pending' ? 'pass' : answer;
}

function subjectOf(
	toNumber: string,
	rules: CallingRules,
	now: number,
	history?: CallHistory,
): Subject {
	const { hours, timeZone, notBefore, notAfter } = rules;
	const isZoneAsked = hours !== null || needsZone(notBefore) || needsZone(notAfter);
	const timeZones = isZoneAsked ? timeZonesOf(toNumber, timeZone) : [];
	const notice = noticeOf(toNumber, timeZones, now);
	return { toNumber, rules, timeZones, isZoneAsked, notice, now, history };
}

/**
 * From when on the person's clock allows the call, ISO 8601: null where it never does. Of what else is
 * asked nothing is said.
 *
 * @param from not before this instant
 */
export function retryAt(toNumber: string, rules: CallingRules, from: number): string | null {
	return retryAtOf(subjectOf(toNumber, rules, from), from);
}

function retryAtOf({ rules, timeZones }: Subject, from: number): string | null {
	const { notBefore, notAfter, hours } = rules;
	const earliest = Math.max(from, ...(notBefore ? instantsOf(notBefore, timeZones) : []));
	const opening = hours ? nextOpening(hours, timeZones, earliest) : earliest;
	const latest = Math.min(Infinity, ...(notAfter ? instantsOf(notAfter, timeZones) : []));
	return opening === null || opening > latest ? null : toIso(opening);
}

/** A call that a rule keeps from being started. `message` goes on behind "because". */
export function toRuleFailure(broken: Broken, toNumber: string): RuleFailure {
	const subject = { field: 'to_number', value: toNumber, retry_at: null, ...broken };
	const message = `Call to ${toNumber}: not started, because ${broken.message}`;
	return { ...toFailure(subject), message, placed: 'no' };
}

/** KrosAI's call log doesn't tell how many calls there were. */
export function unreadableLog({ reason, description }: LogObstacle, setting: string): Broken {
	return {
		code: 'CALL_LOG_UNREADABLE',
		message: `${setting} counts by KrosAI's call log, and ${reason}`,
		description,
	};
}

interface Subject {
	toNumber: string;
	rules: CallingRules;
	timeZones: readonly string[];
	isZoneAsked: boolean;
	notice: string | null;
	now: number;
	history: CallHistory | undefined;
}

/** A rule that the call breaks: why it was "not started, because …". */
export type Broken = Pick<RuleFailure, 'code' | 'message' | 'description'> & Partial<RuleFailure>;

/** `pending`: it passes where the calls that are being started count, or is asked again. */
type Question = (subject: Subject) => 'pass' | 'not_checked' | 'pending' | Broken;

const QUESTIONS: Record<RuleName, Question> = {
	doNotCall({ toNumber, rules: { doNotCall } }) {
		if (doNotCall.size === 0) return 'not_checked';
		if (!aliasesOf(toNumber).some((number) => doNotCall.has(number))) return 'pass';
		return {
			code: 'DO_NOT_CALL',
			message: 'the number is in the Do Not Call list',
			description: 'Take this contact out of the campaign.',
		};
	},

	consent({ rules: { consent } }) {
		if (!consent) return 'not_checked';
		if (isYes(consent.value)) return 'pass';
		return {
			code: 'NO_CONSENT',
			field: 'callingRules.consent',
			value: consent.value ?? null,
			message: 'Consent is no explicit yes for this contact',
			description:
				'Only true, or the text "true" or "yes", counts as consent. Ask the person first, or check the expression in Consent.',
		};
	},

	allowedCountries({ toNumber, rules: { allowedCountries } }) {
		if (allowedCountries.size === 0) return 'not_checked';
		const country = countryOf(toNumber);
		if (country && allowedCountries.has(country)) return 'pass';
		const origin = country ? `of ${country}` : 'of no country';
		return {
			code: 'COUNTRY_NOT_ALLOWED',
			message: `it is a number ${origin}, which isn't among the Allowed Countries`,
			description: 'Check the number, or add its country to Allowed Countries.',
		};
	},

	allowPremiumNumbers({ toNumber, rules: { allowPremiumNumbers } }) {
		if (allowPremiumNumbers) return 'not_checked';
		if (!isPremium(toNumber)) return 'pass';
		return {
			code: 'PREMIUM_NUMBER',
			message: 'it is a premium-rate, shared-cost or satellite number',
			description:
				'Such calls can cost many times as much as others. Check the number. If it is meant, turn on Allow Premium Numbers under Calling Rules.',
		};
	},

	timeZone({ toNumber, rules: { timeZone }, timeZones, isZoneAsked }) {
		if (!isZoneAsked) return 'not_checked';
		if (timeZones.length > 0) return 'pass';
		const examples = zonesOf(toNumber).slice(0, 3);
		return {
			code: 'TIME_ZONE_UNKNOWN',
			...(timeZone && { field: 'callingRules.timeZone', value: timeZone }),
			message: timeZone
				? `"${timeZone.slice(0, 60)}" in Time Zone ${/^[A-Z]{3,4}$/.test(timeZone) ? 'is an abbreviation, which has several meanings' : "isn't a time zone"}`
				: "the number doesn't show in which time zone it rings",
			description: `Give the person's time zone under Calling Rules by its IANA name, such as ${examples.length > 0 ? `this number's own ${formatList(examples)}` : 'America/Chicago'}.`,
		};
	},

	notAfter({ rules: { notBefore, notAfter }, timeZones, now }) {
		const latest = notAfter ? instantsOf(notAfter, timeZones) : [];
		if (latest.length === 0) return 'not_checked';
		const until = Math.min(...latest);
		const from = Math.max(-Infinity, ...(notBefore ? instantsOf(notBefore, timeZones) : []));
		if (now <= until && from <= until) return 'pass';
		const isContrary = from > until;
		return {
			code: 'TOO_LATE',
			field: 'callingRules.notAfter',
			value: notAfter!.given,
			message: isContrary
				? `Not Before (${showTime(timeZones, from)}) is later than Not After (${showTime(timeZones, until)}), which leaves no time for the call`
				: `Not After (${showTime(timeZones, until)}) is over`,
			description: isContrary
				? 'Check both times of this contact.'
				: 'Agree on a new time with the person, and put it into Not After.',
		};
	},

	attemptLimit(subject) {
		const { toNumber, rules, now, history } = subject;
		if (!rules.attemptLimit) return 'not_checked';
		const { calls, hours } = rules.attemptLimit;
		const windowMs = hours * HOUR_MS;
		const obstacle = history ? history.obstacleSince(now - windowMs) : NOT_READ;
		if (obstacle) return unreadableLog(obstacle, labelOf('attemptLimit'));
		const count = history!.callsTo(toNumber);
		const room = roomFor(count, { most: calls, windowMs }, now);
		if (room.state === 'free') return 'pass';
		if (room.state === 'wait') return 'pending';
		if (room.state === 'unclear') return unreadableLog(UNCLEAR, labelOf('attemptLimit'));
		const made = countIn(count, windowMs, now);
		const retry_at = retryAtOf(subject, room.until);
		return {
			code: 'TOO_MANY_CALLS',
			message: `${made === 1 ? '1 call' : `${made} calls`} to it ${made === 1 ? 'was' : 'were'} started in the last ${hours === 1 ? 'hour' : `${hours} hours`}, and Most Calls to a Number is ${calls}`,
			description: callAgain(retry_at, timeZonesOf(toNumber, rules.timeZone)),
			retry_at,
		};
	},

	notBefore(subject) {
		const { rules, timeZones, now } = subject;
		const earliest = rules.notBefore ? instantsOf(rules.notBefore, timeZones) : [];
		if (earliest.length === 0) return 'not_checked';
		const from = Math.max(...earliest);
		if (now >= from) return 'pass';
		const retry_at = retryAtOf(subject, now);
		return {
			code: 'TOO_EARLY',
			field: 'callingRules.notBefore',
			value: rules.notBefore!.given,
			message: `it is earlier than Not Before (${showTime(timeZones, from)})`,
			description: callAgain(retry_at, timeZones),
			retry_at,
		};
	},

	hours(subject) {
		const {
			rules: { hours },
			timeZones,
			notice,
			now,
		} = subject;
		if (!hours || timeZones.length === 0) return 'not_checked';
		const closed = timeZones.find((zone) => !isOpen(hours, zone, now));
		if (closed === undefined) return 'pass';
		const retry_at = retryAtOf(subject, now);
		const remedy =
			nextOpening(hours, timeZones, now) === null
				? `At no time of the next 400 days do the calling hours allow it${timeZones.length > 1 ? ` in all of the number's ${timeZones.length} time zones` : ''}. Give the person's own time zone under Calling Rules, or widen the hours.`
				: callAgain(retry_at, [closed]);
		return {
			code: 'OUTSIDE_HOURS',
			message: `it is ${describeClock(closed, now)} (${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC), which is outside the calling hours`,
			description: notice ? `${remedy} ${notice}` : remedy,
			retry_at,
		};
	},
};

/**
 * What to do about a rule that time changes.
 *
 * @param timeZones the person's
 */
export function callAgain(retry_at: string | null, timeZones: readonly string[]): string {
	return retry_at === null
		? 'At no time of the next 400 days do Calling Hours, Not Before and Not After allow it. Widen them.'
		: `Call again from ${describeClock(clockOf(timeZones, Date.parse(retry_at)), Date.parse(retry_at))} on (retry_at: ${retry_at}).`;
}

/** By the person's clock, and in UTC. */
function showTime(timeZones: readonly string[], instant: number): string {
	return `${describeClock(clockOf(timeZones, instant), instant)}, ${toIso(instant)}`;
}

/**
 * The zones in which a person can be: by the settings where they say so, else by the number. None
 * where a name isn't one.
 */
export function timeZonesOf(toNumber: string, timeZone: string): readonly string[] {
	if (timeZone === '') return zonesOf(toNumber);
	const zone = toTimeZone(timeZone);
	return zone === undefined ? [] : [zone];
}

/** A person can live far from where the number was issued, so it is said and blocks nothing. */
function noticeOf(toNumber: string, timeZones: readonly string[], now: number): string | null {
	const [zone] = timeZones;
	// Where no clock is asked, the table of zones needn't be loaded.
	if (zone === undefined) return null;
	const own = zonesOf(toNumber);
	if (!isFarFrom(zone, own, now)) return null;
	const place =
		own.length > 3
			? `all ${own.length} zones of the number`
			: `the number's own, ${formatList(own)}`;
	return `Time Zone is ${zone}, more than three hours from ${place}.`;
}

/** "A", "A or B", "A, B or C" */
function formatList(names: readonly string[]): string {
	return names.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

/** Anything else may be a count, a date or a note, such as "yes, but not before May". */
function isYes(value: unknown): boolean {
	return value === true || (typeof value === 'string' && /^\s*(true|yes)\s*$/i.test(value));
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** "Tuesday 2026-11-24 03:12 in America/Los_Angeles" */
function describeClock(zone: string, now: number): string {
	const local = new Date(now + offsetAt(zone, now));
	const [date, time] = local.toISOString().split('T');
	return `${WEEKDAYS[local.getUTCDay()]} ${date} ${time?.slice(0, 5)} in ${zone}`;
}

/** In whole seconds, rounded up: a wait until then must not end before it. */
function toIso(instant: number): string {
	return new Date(Math.ceil(instant / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
