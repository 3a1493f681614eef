import type { IDataObject } from 'n8n-workflow';
import { answeredBy, type AnsweredBy } from '../../../../nodes/KrosAi/calls/answeredBy';

/** What fields mean of a call that was talked on, and of one that was not answered. */
type Row = [fields: IDataObject, completed: AnsweredBy, noAnswer?: AnsweredBy];

const PERSON: IDataObject[] = [
	// Twilio and Bland; LiveKit; Amazon Connect.
	{ answered_by: 'human' },
	{ AnsweredBy: 'human' },
	{ amd: { category: 'human' } },
	{ amd_status: 'HUMAN_ANSWERED' },
	{ answered_by: 'Person' },
	{ is_human: true },
	// An earlier reading of the same call.
	{ answered_by: 'person', answered_by_raw: 'human' },
];

const VOICEMAIL: IDataObject[] = [
	// Twilio, Bandwidth, LiveKit, Amazon Connect.
	{ answered_by: 'machine_start' },
	{ answered_by: 'machine_end_beep' },
	{ machine_detection: { value: 'answering-machine' } },
	{ amd: 'machine-vm' },
	{ amd_status: 'VOICEMAIL_BEEP' },
	// Bland; Retell; Vapi; Synthflow.
	{ answered_by: 'voicemail' },
	{ call_analysis: { in_voicemail: true } },
	{ disconnection_reason: 'voicemail_reached' },
	{ endedReason: 'voicemail' },
	{ analysis: { structuredData: { voicemail: 'true' } } },
	{ status: 'left_voicemail' },
	// Forms that no document shows.
	{ call_analysis: '{"inVoicemail":true}' },
	{ call: { analysis: { amd: { result: 'Machine' } } } },
	{ voicemail: 'Voice Mail' },
	{ machine: true, answered_by: 'unknown' },
];

const NEITHER: IDataObject[] = [
	{},
	// Neither a person nor a voicemail.
	{ answered_by: 'fax' },
	{ amd: { category: 'machine-ivr' } },
	{ answered_by: 'fax', voicemail: false },
	// Nothing that says it.
	{ answered_by: 'unknown' },
	{ answered_by: null },
	{ answered_by: true },
	{ amd: true },
	{ amd: { enabled: true, mode: 'human' } },
	{ human: false },
	{ voicemail: { enabled: true } },
	{ voicemail: 'disabled' },
	{ voicemail_message: 'voicemail' },
	{ hangup_cause: 'user_hangup', status: 'completed' },
	{ status: 'human' },
	// The user's own, the agent's settings, and what was said.
	{ metadata: { answered_by: 'human', voicemail: true } },
	{ provider_config: { voicemail: true } },
	{ transcript: '[Caller]: You have reached the voicemail of …', analysis: 'voicemail' },
	// Two that say it differently.
	{ answered_by: 'human', in_voicemail: true },
	{ machine: false, voicemail: true },
	{ answered_by: 'human', analysis: { amd: 'machine' } },
	{ answered_by: 'human', disconnection_reason: 'voicemail_reached' },
	// Nonsense.
	{ answered_by: ['human'], constructor: 'human', voicemail: 1, machine: '' },
];

const TABLE: Row[] = [
	...PERSON.map((fields): Row => [fields, 'person']),
	...VOICEMAIL.map((fields): Row => [fields, 'voicemail']),
	...NEITHER.map((fields): Row => [fields, null]),
	// A call that was not answered is in no voicemail either.
	[{ machine: false }, 'person', null],
	[{ voicemail: 'false' }, 'person', null],
	[{ call_analysis: { in_voicemail: false } }, 'person', null],
	[{ answered_by: 'human', machine: false }, 'person'],
];

it.each(TABLE)('%j of a completed call means %s', (fields, completed, noAnswer = completed) => {
	expect(answeredBy(fields, 'completed')).toBe(completed);
	expect(answeredBy(fields, 'no_answer')).toBe(noAnswer);
	expect(answeredBy(fields, null)).toBe(noAnswer);
});

it('looks no deeper than four levels', () => {
	const inside = (levels: number): IDataObject =>
		levels === 1 ? { voicemail: true } : { analysis: inside(levels - 1) };
	expect(answeredBy(inside(4), 'completed')).toBe('voicemail');
	expect(answeredBy(inside(5), 'completed')).toBeNull();
});
