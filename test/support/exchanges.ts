import type { ApiRequest, Answer, NoAnswer, NoAnswerReason } from '../../nodes/KrosAi/api/types';
import type { Fault } from '../../simulator';

/** The specification's own request, with numbers of example ranges. */
export const REQUEST = {
	method: 'POST',
	path: '/outbound-calls',
	body: {
		from_number: '+2348012345678',
		to_number: '+14155550110',
		endpoint_id: 'ep_abc123',
	},
} satisfies ApiRequest;

/** An answer with this body: a text as it is, anything else as JSON. */
export function answer(
	status: number,
	body: unknown = '',
	headers: Record<string, string> = {},
): Answer {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		json = undefined;
	}
	return { answered: true, status, headers, text, json };
}

export function noAnswer(reason: NoAnswerReason, detail = ''): NoAnswer {
	return { answered: false, reason, detail };
}

/** KrosAI's error body (Spec, Error Response Format). */
export function refusal(code: string, details?: { field: string; value?: unknown }) {
	return { error: 'Said by KrosAI', code, ...(details && { details }) };
}

export const PAGE = '<!DOCTYPE html>\n<html><title>Sign in</title></html>';

type StatusFault = Extract<Fault, { kind: 'status' }>;

/** The simulator gives this answer once instead of its own, and takes nothing in. */
export const answering = (status: number, more: Partial<StatusFault> = {}): StatusFault => ({
	kind: 'status',
	status,
	...more,
});
