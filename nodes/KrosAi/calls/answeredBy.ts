import type { IDataObject } from 'n8n-workflow';
import { asBoolean } from '../util/coerce';
import { isObject, parseJson } from '../util/json';
import { word } from './outcome';
import type { Outcome } from './outcome';

/** Who or what took the call; null where nothing says so, or two say it differently. */
export type AnsweredBy = 'person' | 'voicemail' | null;

/** `machine`: neither a person nor a voicemail, such as a fax or a menu. */
type Said = 'person' | 'voicemail' | 'machine' | 'no_machine';

/** Fields that name who answered: Twilio, Bland (`answered_by`), LiveKit, Telnyx, Bandwidth. */
const NAMING = new Set([
	...['answered_by', 'answered_by_raw', 'call_answered_by', 'answer_type'],
	...['amd', 'amd_result', 'amd_status', 'amd_category'],
	...['machine_detection', 'machine_detection_result'],
	...['answering_machine_detection', 'answering_machine_detection_status'],
]);

/** Fields that are true of a machine: Retell (`in_voicemail`), and what an analysis is asked for. */
const OF_A_MACHINE = new Set([
	...['machine', 'is_machine', 'machine_detected'],
	...['answering_machine', 'is_answering_machine', 'answering_machine_detected'],
	...['voicemail', 'is_voicemail', 'in_voicemail', 'voicemail_detected', 'voicemail_reached'],
]);

/** Fields that are true of a person. */
const OF_A_PERSON = new Set(['human', 'is_human', 'human_detected']);

/** Fields that say why a call ended: Retell (`disconnection_reason`), Vapi (`endedReason`), Synthflow. */
const REASONS = new Set([
	...['status', 'call_status', 'hangup_cause', 'disconnection_reason', 'disconnect_reason'],
	...['ended_reason', 'end_reason', 'end_call_reason', 'termination_reason'],
]);

/** Fields whose own fields are looked at too; metadata is the user's, and says nothing. */
const INSIDE = new Set([
	...['analysis', 'call_analysis', 'post_call_analysis', 'custom_analysis_data'],
	...['structured_data', 'call', 'amd', 'machine_detection', 'answering_machine_detection'],
]);

/** In the result of a detection these name who answered. */
const IN_A_DETECTION = new Set(['result', 'category', 'status', 'value']);

const MOST_LEVELS = 4;

/** Whole words only: `voicemail_disabled` says nothing of a call. */
const OF_WORD = new Map<string, Said>([
	...says('person', ['human', 'person', 'live', 'human_answered', 'human_detected', 'live_person']),
	...says('voicemail', ['machine', 'answering_machine', 'voicemail', 'voice_mail', 'machine_vm']),
	...says('voicemail', ['machine_start', 'machine_end_beep', 'machine_end_silence']),
	...says('voicemail', ['machine_end_other', 'machine_answered', 'machine_detected']),
	...says('voicemail', ['voicemail_beep', 'voicemail_no_beep', 'voicemail_detected']),
	...says('voicemail', ['voicemail_reached', 'voicemail_message_left', 'left_voicemail']),
	...says('machine', ['fax', 'fax_machine', 'fax_detected', 'ivr', 'machine_ivr']),
	...says('machine', ['machine_unavailable', 'ivr_reached']),
]);

/**
 * The one place that says who answered: what KrosAI or the agent's provider says under any of its
 * names, in the call or in its analysis. The transcript is not asked. That it was no machine means
 * a person only where the call was completed: an unanswered one is in no voicemail either.
 *
 * @param outcome how the call ended
 */
export function answeredBy(call: IDataObject, outcome: Outcome): AnsweredBy {
	const said = new Set(saidIn(call));
	const isNoMachine = said.delete('no_machine');
	const [only, ...others] = said;
	if (others.length > 0 || only === 'machine' || (isNoMachine && only === 'voicemail')) return null;
	const ifNoMachine = isNoMachine && outcome === 'completed' ? 'person' : null;
	return (only as AnsweredBy | undefined) ?? ifNoMachine;
}

/** @param isDetection whether these are the fields of a detection's result */
function saidIn(fields: IDataObject, level = 1, isDetection = false): Said[] {
	return Object.entries(fields).flatMap(([key, value]) => {
		// `inVoicemail` as `in_voicemail`.
		const name = word(key.replace(/([a-z])([A-Z])/g, '$1_$2'));
		const isNaming = NAMING.has(name) || (isDetection && IN_A_DETECTION.has(name));
		if (INSIDE.has(name) && level < MOST_LEVELS) {
			const inside = typeof value === 'string' ? parseJson(value) : value;
			if (isObject(inside)) return saidIn(inside, level + 1, isNaming);
		}
		const said = OF_WORD.get(word(value)) ?? [];
		if (isNaming) return said;
		if (REASONS.has(name)) return said === 'person' ? [] : said;
		const isOfMachine = OF_A_MACHINE.has(name);
		if (!isOfMachine && !OF_A_PERSON.has(name)) return [];
		const isTrue = asBoolean(value);
		if (isTrue === undefined) return said;
		if (isTrue) return isOfMachine ? 'voicemail' : 'person';
		return isOfMachine ? 'no_machine' : [];
	});
}

function says(who: Said, words: string[]): Array<[string, Said]> {
	return words.map((one) => [one, who]);
}
