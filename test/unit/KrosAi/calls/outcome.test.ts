import { outcomeOf, type Outcome } from '../../../../nodes/KrosAi/calls/outcome';

type Fields = Parameters<typeof outcomeOf>[1];
type Row = [fields: Fields, failed: Outcome, completed: Outcome, logged: Outcome];

/** What `call.failed`, `call.completed` and an entry of the call log with these fields mean. */
const TABLE: Row[] = [
	[{}, 'failed', 'completed', null],
	// Spec, Call Lifecycle; Call logs: status.
	[{ status: 'completed' }, 'failed', 'completed', 'completed'],
	[{ status: 'failed' }, 'failed', 'failed', 'failed'],
	[{ status: 'no_answer' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ status: 'busy' }, 'busy', 'busy', 'busy'],
	[{ status: 'initiated' }, 'failed', 'completed', null],
	[{ status: 'ringing' }, 'failed', 'completed', null],
	[{ status: 'answered' }, 'failed', 'completed', null],
	[{ status: 'in_progress' }, 'failed', 'completed', null],
	[{ status: 'queued' }, 'failed', 'completed', null],
	// Call logs: hangup causes.
	[{ hangup_cause: 'normal_clearing' }, 'failed', 'completed', 'completed'],
	[{ hangup_cause: 'user_hangup' }, 'failed', 'completed', 'completed'],
	[{ hangup_cause: 'agent_hangup' }, 'failed', 'completed', 'completed'],
	[{ hangup_cause: 'no_answer' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ hangup_cause: 'busy' }, 'busy', 'busy', 'busy'],
	[{ hangup_cause: 'rejected' }, 'failed', 'failed', 'failed'],
	[{ hangup_cause: 'network_error' }, 'failed', 'failed', 'failed'],
	[{ hangup_cause: 'timeout' }, 'failed', 'completed', null],
	// KrosAI lists no error codes.
	[{ error_code: 'NO_ANSWER' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ error_code: 'UNANSWERED' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ error_code: 'NOANSWER' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ error_code: 'USER_BUSY' }, 'busy', 'busy', 'busy'],
	[{ error_code: 'SIP_500' }, 'failed', 'completed', null],
	[{ error_code: null }, 'failed', 'completed', null],
	// Of what failed, the most exact word counts, wherever it stands.
	[{ status: 'failed', hangup_cause: 'no_answer' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ status: 'failed', hangup_cause: 'busy' }, 'busy', 'busy', 'busy'],
	[{ status: 'failed', error_code: 'BUSY' }, 'busy', 'busy', 'busy'],
	[{ status: 'failed', hangup_cause: 'rejected' }, 'failed', 'failed', 'failed'],
	[{ hangup_cause: 'rejected', error_code: 'BUSY' }, 'busy', 'busy', 'busy'],
	[{ status: 'busy', hangup_cause: 'no_answer' }, 'busy', 'busy', 'busy'],
	[{ status: 'no_answer', hangup_cause: 'rejected' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ status: 'completed', hangup_cause: 'no_answer' }, 'no_answer', 'completed', 'completed'],
	[{ status: 'completed', hangup_cause: 'rejected' }, 'failed', 'completed', 'completed'],
	[{ status: 'in_progress', hangup_cause: 'busy' }, 'busy', 'busy', 'busy'],
	// However they are written.
	[{ status: 'NO-ANSWER' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ status: 'No Answer' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ status: 'no - answer' }, 'no_answer', 'no_answer', 'no_answer'],
	[{ hangup_cause: 'BUSY' }, 'busy', 'busy', 'busy'],
	// Nonsense.
	[{ status: 7, hangup_cause: ['busy'], error_code: {} }, 'failed', 'completed', null],
	[{ status: 'constructor', hangup_cause: '__proto__' }, 'failed', 'completed', null],
	[{ status: '', hangup_cause: '', error_code: '' }, 'failed', 'completed', null],
];

describe.each(TABLE)('%j', (fields, failed, completed, logged) => {
	it.each<[string | undefined, Outcome]>([
		['call.failed', failed],
		['call.completed', completed],
		[undefined, logged],
	])('with the event %s means %s', (event, outcome) => {
		expect(outcomeOf(event, fields)).toBe(outcome);
	});
});

describe('an event that is not the end of a call', () => {
	it.each([
		['call.started', {}, null],
		['call.started', { status: 'in_progress' }, null],
		['call.ringing', { hangup_cause: 'busy', error_code: 'BUSY' }, null],
		['number.provisioned', { status: 'active' }, null],
		['call.recording.ready', { status: 'completed' }, 'completed'],
		['transcription.completed', { status: 'busy' }, 'busy'],
		['constructor', { status: 'constructor' }, null],
	])('%s with %j means %s', (event, fields, outcome) => {
		expect(outcomeOf(event, fields)).toBe(outcome);
	});
});
