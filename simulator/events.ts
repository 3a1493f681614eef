import type { CallStatus, SimulatedCall } from './call';

/** The events a subscription can have (Ref: Webhooks, OpenAPI 1.3.0). */
export const SUBSCRIBABLE_EVENTS = [
	'call.started',
	'call.completed',
	'call.failed',
	'call.recording.ready',
	'transcription.completed',
	'number.provisioned',
	'number.released',
];

/**
 * Events of a call, by the names of the OpenAPI document. The first two have none there and no
 * subscription to them: they go to a call's own webhook_url only.
 */
export type CallEvent =
	| 'call.initiated'
	| 'call.ringing'
	| 'call.started'
	| 'call.completed'
	| 'call.failed'
	| 'call.recording.ready'
	| 'transcription.completed';

/** What a document calls an event, where it is not the OpenAPI document's name. */
export const EVENT_NAMES = {
	/** Ref: Webhooks. */
	openapi: {},
	/** Webhook Events. */
	guide: {
		'call.started': 'call.answered',
		'call.recording.ready': 'recording.ready',
		'transcription.completed': 'transcript.ready',
	},
	/** Webhooks Overview. */
	overview: {
		'call.completed': 'call.ended',
		'call.recording.ready': 'call.recording.completed',
	},
} satisfies Record<string, Partial<Record<CallEvent, string>>>;

export type EventNames = keyof typeof EVENT_NAMES;

export function eventName(event: CallEvent, names: EventNames): string {
	const renamed: Partial<Record<CallEvent, string>> = EVENT_NAMES[names];
	return renamed[event] ?? event;
}

/**
 * The event of a state. A busy line and an unanswered call have none of their own; that they come
 * as `call.failed` is this simulator's reading, the documents don't say.
 */
export const EVENT_OF_STATUS: Record<CallStatus, CallEvent | null> = {
	initiated: 'call.initiated',
	ringing: 'call.ringing',
	answered: 'call.started',
	in_progress: null,
	completed: 'call.completed',
	failed: 'call.failed',
	no_answer: 'call.failed',
	busy: 'call.failed',
};

/** What follows a completed call, and how many seconds after its end; no document says when. */
export const AFTER_COMPLETED: ReadonlyArray<[event: CallEvent, seconds: number]> = [
	['call.recording.ready', 2],
	['transcription.completed', 4],
];

/**
 * The fields of an event as the Webhook Events page has them (`status` from the Webhooks Overview):
 * some events carry next to nothing. For the last two no fields are documented.
 */
export function eventData(event: CallEvent, call: SimulatedCall): Record<string, unknown> {
	const { id: call_id, direction, from_number, to_number, status, metadata } = call;
	const parties = { call_id, direction, from_number, to_number };
	const { hangup_cause, duration, cost_cents, recording_url, transcript } = call;
	switch (event) {
		case 'call.initiated': {
			const { phone_number_id, endpoint_id } = call;
			return { ...parties, phone_number_id, endpoint_id };
		}
		case 'call.ringing':
			return { call_id };
		case 'call.started':
			return { call_id, answered_at: call.answered_at };
		case 'call.completed':
			return {
				...parties,
				status,
				duration,
				cost_cents,
				hangup_cause,
				recording_url,
				transcript,
				metadata,
			};
		case 'call.failed':
			// No list of error codes is documented.
			return {
				...parties,
				status,
				error_code: hangup_cause?.toUpperCase(),
				hangup_cause,
				metadata,
			};
		case 'call.recording.ready':
			return { call_id, recording_url };
		case 'transcription.completed':
			return { call_id, transcript };
	}
}
