import type { IDataObject } from 'n8n-workflow';
import { hideCallbackTokens } from '../api/callbackAddress';
import { isObject, readJson, textOf } from '../util/json';
import { flatFields } from '../calls/callItem';
import { canonicalEvent } from './events';

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
 * @returns undefined where the body is no JSON object, is nested deeper than 100 levels or names no
 * event
 */
export function readDelivery(rawBody: Buffer): Delivery | undefined {
	const body = parseObject(rawBody);
	if (!body || typeof body.event !== 'string' || body.event.trim() === '') return undefined;
	const event = canonicalEvent(body.event.trim());
	const { data, ...flat } = body;
	const { id: eventId, ...envelope } = flat;
	const fields: IDataObject = isObject(data) ? { ...envelope, ...data } : body;
	const head = {
		event,
		// In a flat body `id` could be the call's own (call logs name it so), never the event's.
		event_id: text(fields.event_id) ?? (isObject(data) ? text(eventId) : null),
		timestamp: text(body.timestamp) ?? text(body.created_at),
		call_id: text(fields.call_id) ?? (isAboutCall(event) ? text(fields.id) : null),
	};
	return { ...head, ...flatFields(event, fields), ...head };
}

/** Not about a recording or a number, whose `id` would not be the call's. */
function isAboutCall(event: string): boolean {
	return /^call\.\w+$/.test(event);
}

function text(value: unknown): string | null {
	return typeof value === 'boolean' ? null : (textOf(value) ?? null);
}

function parseObject(rawBody: Buffer): IDataObject | undefined {
	const json = readJson(hideCallbackTokens(rawBody.toString('utf8')));
	return isObject(json?.value) && !json.isCut ? json.value : undefined;
}
