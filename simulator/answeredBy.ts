import type { SimulatedCall } from './call';

/**
 * How it is told who answered: by no field (false; no document of KrosAI's shows one), in Twilio's words
 * (`answered_by`), in the result of a detection (`amd`), or as Retell's analysis does (`call_analysis`).
 */
export const ANSWERED_BY_FORMS = [false, 'answered_by', 'amd', 'call_analysis'] as const;
export type AnsweredByForm = (typeof ANSWERED_BY_FORMS)[number];

/** The fields that say who answered a call that has ended. */
export function answeredByFields(
	form: AnsweredByForm,
	{ answered_by, completed_at }: SimulatedCall,
): Record<string, unknown> {
	if (completed_at === null || form === false) return {};
	const isMachine = answered_by === 'machine';
	// An unanswered call is in no voicemail either.
	if (form === 'call_analysis') return { call_analysis: { in_voicemail: isMachine } };
	if (answered_by === null) return {};
	if (form === 'amd') return { amd: { result: answered_by } };
	return { answered_by: isMachine ? 'machine_start' : answered_by };
}
