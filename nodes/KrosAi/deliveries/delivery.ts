import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../api/json';
import { canonicalEvent } from './events';
import { outcomeOf } from './outcome';

/** What KrosAI sent, as one flat item whatever its shape was. */
export interface Delivery extends IDataObject {
	/** Canonical name. */
	event: string;
	event_id: string | null;
	timestamp: string | null;
	call_id: string | null;
}

/**
 * Reads the body of a delivery: flat (Spec, Webhook Integration) or with the fields in `data`
 * (Webhooks Overview), the time as `timestamp` or `created_at`.
 *
 * @returns undefined where the body is no JSON object or names no event
 */
export function readDelivery(rawBody: Buffer): Delivery | undefined {
	const body = parseObject(rawBody);
	if (!body || typeof body.event !== 'string' || body.event.trim() === '') return undefined;
	const event = canonicalEvent(body.event.trim());
	const { data, ...flat } = body;
	const { id: eventId, ...envelope } = flat;
	const fields: IDataObject = isObject(data) ? { ...envelope, ...data } : body;
	const known: Delivery = {
		event,
		// In a flat body `id` could be the call's own (call logs name it so), never the event's.
		event_id: text(fields.event_id) ?? (isObject(data) ? text(eventId) : null),
		timestamp: text(body.timestamp) ?? text(body.created_at),
		call_id: text(fields.call_id) ?? (isAboutCall(event) ? text(fields.id) : null),
		direction: fields.direction ?? null,
		from_number: fields.from_number ?? null,
		to_number: fields.to_number ?? null,
		status: fields.status ?? null,
		outcome: outcomeOf(event, fields),
		duration: fields.duration ?? null,
		cost_cents: fields.cost_cents ?? null,
		metadata: isObject(fields.metadata) ? fields.metadata : {},
	};
	// Every other field under its own name; but a top-level `error` is n8n's word for a failed item.
	const { error, ...others } = fields;
	return {
		...known,
		...others,
		...(error !== undefined && { error_message: error }),
		...known,
	};
}

/** Not about a recording or a number, whose `id` would not be the call's. */
function isAboutCall(event: string): boolean {
	return /^call\.\w+$/.test(event);
}

function text(value: unknown): string | null {
	return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function parseObject(rawBody: Buffer): IDataObject | undefined {
	try {
		const json: unknown = JSON.parse(rawBody.toString('utf8'), (key, value: unknown) =>
			// No field of KrosAI's, and no thing to hand on to nodes that copy objects.
			key === '__proto__' ? undefined : value,
		);
		return isObject(json) ? json : undefined;
	} catch {
		return undefined;
	}
}
