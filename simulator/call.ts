/** Spec, Status Values. */
export type CallStatus =
	| 'initiated'
	| 'ringing'
	| 'answered'
	| 'in_progress'
	| 'completed'
	| 'failed'
	| 'no_answer'
	| 'busy';

/** `voicemail`: answered, but by a machine. */
export const OUTCOMES = ['answered', 'voicemail', 'busy', 'no_answer', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** `manual`: it rings until a person decides, on the page or with `decide`. */
export const SCRIPTED = [...OUTCOMES, 'manual'] as const;
export type Scripted = (typeof SCRIPTED)[number];

/** Seconds on the call clock; what isn't said has a lifelike default. */
export interface Timing {
	/** From accepted to the first ring (or to busy or failed); default 0.5. */
	setup?: number;
	/** From the first ring to the answer, default 3, or to giving up, default 25. */
	ringing?: number;
	/** From the answer to the end; default 12. */
	talking?: number;
}

/** What becomes of the calls to one number. */
export interface Script {
	outcome: Scripted;
	timing: Timing;
}

/** Numbers that always end the same way, as other services' test numbers do; the page lists them. */
export const TEST_NUMBERS: Readonly<Record<string, Scripted>> = {
	'+14155550170': 'no_answer',
	'+14155550171': 'busy',
	'+14155550172': 'failed',
	'+14155550173': 'manual',
};

/** A call that was accepted: the fields of the call log (KrosAI docs, Call logs) and its request. */
export interface SimulatedCall {
	id: string;
	direction: 'outbound';
	status: CallStatus;
	from_number: string;
	to_number: string;
	endpoint_id: string;
	phone_number_id: string;
	/** Whole seconds from answer to end; null until the end, 0 without an answer. */
	duration: number | null;
	cost_cents: number | null;
	hangup_cause: string | null;
	transcript: string | null;
	recording_url: string | null;
	metadata: Record<string, unknown>;
	/** Times as in the Spec: UTC to the second. The first is real time, the others the call clock's. */
	created_at: string;
	answered_at: string | null;
	/** Told in the form of the setting `answeredBy`; null without an answer. */
	answered_by: 'human' | 'machine' | null;
	completed_at: string | null;
	webhook_url: string | null;
	/** Seconds from the answer; null = no limit. */
	max_duration: number | null;
}

/** A state the call reaches so many seconds after it was accepted. */
export interface Step {
	after: number;
	status: CallStatus;
	/** Where the call ends: why (KrosAI docs, Call logs), and the seconds since the answer. */
	end?: { hangupCause: string; talked: number };
}

const CENTS_PER_MINUTE = 4;

/** What a call must be able to pay: its first minute. */
export const LEAST_BALANCE_CENTS = CENTS_PER_MINUTE;

/** Each begun minute costs the same: 180 s are 12 cents (KrosAI docs, Call logs). */
export function costCents(seconds: number): number {
	return Math.ceil(seconds / 60) * CENTS_PER_MINUTE;
}

/** The way of a call from accepted to its end (Spec, Call Lifecycle and Maximum Duration). */
export function planCall({ outcome, timing }: Script, maxDuration: number | null): Step[] {
	const ringAt = timing.setup ?? 0.5;
	if (outcome === 'failed' || outcome === 'busy') return planEnd(outcome, ringAt);
	const ringing: Step = { after: ringAt, status: 'ringing' };
	if (outcome === 'manual') return [ringing];
	const seconds = timing.ringing ?? (outcome === 'no_answer' ? 25 : 3);
	return [ringing, ...planEnd(outcome, ringAt + seconds, timing, maxDuration)];
}

const UNANSWERED_CAUSE = { busy: 'busy', no_answer: 'no_answer', failed: 'network_error' };

/** What follows the ringing, from `at` on, in seconds after the call was accepted. */
export function planEnd(
	outcome: Outcome,
	at: number,
	timing: Timing = {},
	maxDuration: number | null = null,
): Step[] {
	if (outcome !== 'answered' && outcome !== 'voicemail') {
		const end = { hangupCause: UNANSWERED_CAUSE[outcome], talked: 0 };
		return [{ after: at, status: outcome, end }];
	}
	const wanted = timing.talking ?? 12;
	const talked = Math.min(wanted, maxDuration ?? Infinity);
	const hangupCause = talked < wanted ? 'timeout' : 'normal_clearing';
	return [
		{ after: at, status: 'answered' },
		{ after: at + Math.min(0.5, talked / 2), status: 'in_progress' },
		{ after: at + talked, status: 'completed', end: { hangupCause, talked } },
	];
}

/** What was said, as KrosAI writes it down: one string with speaker labels (docs, Recordings). */
export function transcribe(agentName: string): string {
	return [
		`[Agent]: Hello, this is ${agentName}. Is this a good time to talk?`,
		'[Caller]: Yes, go ahead.',
		'[Agent]: Thank you. That was all. Goodbye.',
		'[Caller]: Goodbye.',
	].join('\n');
}
