/** How a call ended; null while it has not, or where nothing says so. */
export type Outcome = 'completed' | 'no_answer' | 'busy' | 'failed' | null;

const OF_STATUS = new Map<string, Outcome>([
	['completed', 'completed'],
	['no_answer', 'no_answer'],
	['busy', 'busy'],
	['failed', 'failed'],
]);

/** KrosAI docs, Call logs: hangup causes. `timeout` says nothing of how the call went. */
const OF_HANGUP_CAUSE = new Map<string, Outcome>([
	['normal_clearing', 'completed'],
	['user_hangup', 'completed'],
	['agent_hangup', 'completed'],
	['no_answer', 'no_answer'],
	['busy', 'busy'],
	['rejected', 'failed'],
	['network_error', 'failed'],
]);

/**
 * The one place that says how a call ended. A busy line and an unanswered call have no event of
 * their own: they come as `call.failed`, or as `call.completed` with a status that says otherwise.
 *
 * @param event canonical name; undefined for an entry of the call log
 */
export function outcomeOf(
	event: string | undefined,
	call: { status?: unknown; hangup_cause?: unknown; error_code?: unknown },
): Outcome {
	const ofStatus = OF_STATUS.get(word(call.status));
	const isEnd = event === undefined || event === 'call.completed' || event === 'call.failed';
	if (!isEnd) return ofStatus ?? null;
	const said = [
		ofStatus,
		OF_HANGUP_CAUSE.get(word(call.hangup_cause)),
		ofErrorCode(call.error_code),
	];
	const ofEvent = event === 'call.completed' ? 'completed' : null;
	const first = event === 'call.failed' ? 'failed' : (said.find(Boolean) ?? ofEvent);
	if (first !== 'failed') return first;
	// Of what failed, the most exact word counts.
	return said.find((outcome) => outcome === 'no_answer' || outcome === 'busy') ?? 'failed';
}

/** Error codes are not listed in KrosAI's documents; these words are the telephone network's. */
function ofErrorCode(code: unknown): Outcome {
	const text = word(code);
	if (/no_?answer|unanswered/.test(text)) return 'no_answer';
	return text.includes('busy') ? 'busy' : null;
}

/** A word of KrosAI's in one writing: `No-Answer` as `no_answer`; empty where it is none. */
export function word(value: unknown): string {
	return typeof value === 'string' ? value.toLowerCase().replace(/[\s-]+/g, '_') : '';
}
