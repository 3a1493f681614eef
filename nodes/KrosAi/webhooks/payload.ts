import type { IDataObject } from 'n8n-workflow';
import { hideCallbackTokens } from '../api/callbackAddress';
import { isRounded } from '../util/coerce';
import { isObject, readJson, textOf } from '../util/json';
import { flatFields, inReadingOrder } from '../calls/callItem';
import { canonicalEvent } from './events';

/** What KrosAI sent, as one flat item whatever its shape was. */
export interface Delivery extends IDataObject {
	/** Canonical name. */
	event: string;
	event_id: string | null;
	timestamp: string | null;
	call_id: string | null;
}

/** A delivery, and when KrosAI sent it by its own word: ms since 1970, undefined where it doesn't say. */
export interface Payload {
	delivery: Delivery;
	sentAt: number | undefined;
}

/** The delivery in a body: see `readPayload`. */
export function readDelivery(rawBody: Buffer): Delivery | undefined {
	return readPayload(rawBody)?.delivery;
}

/**
 * Reads the body of a delivery: flat (Spec, Webhook Integration) or with the fields in `data`
 * (Webhooks Overview), the time as `timestamp` or `created_at`. What is of another type than it should
 * be stands under its name with `_raw` behind it.
 *
 * @returns undefined where the body is no JSON object, is nested deeper than 100 levels or names no
 * event
 */
export function readPayload(rawBody: Buffer): Payload | undefined {
	const body = parseObject(hideCallbackTokens(rawBody.toString('utf8')));
	if (!body || typeof body.event !== 'string' || body.event.trim() === '') return undefined;
	const event = canonicalEvent(body.event.trim());
	const { data: given, ...flat } = body;
	const { id: envelopeId, ...envelope } = flat;
	const data = typeof given === 'string' ? parseObject(given) : given;
	const isEnvelope = isObject(data);
	const fields: IDataObject = isEnvelope ? { ...envelope, ...data } : body;
	// In a flat body `id` could be the call's own (call logs name it so), never the event's.
	const eventIds = [fields.event_id, isEnvelope ? envelopeId : undefined];
	const times = [body.timestamp, body.created_at, fields.timestamp];
	const callIds = [fields.call_id, isAboutCall(event) ? fields.id : undefined];
	const head = {
		event,
		event_id: firstText(eventIds),
		timestamp: firstText(times),
		call_id: firstText(callIds),
	};
	const unread = {
		...unreadOf('event_id', eventIds),
		...unreadOf('timestamp', times.slice(0, 1)),
		...unreadOf('call_id', callIds.slice(0, 1)),
	};
	// The `created_at` of a flat body may be the call's, whose recording may be ready much later.
	const sent = body.timestamp ?? (isEnvelope ? body.created_at : undefined);
	return {
		delivery: inReadingOrder({ ...flatFields(event, fields), ...unread, ...head }),
		sentAt: timeOf(sent),
	};
}

/** Not about a recording or a number, whose `id` would not be the call's. */
function isAboutCall(event: string): boolean {
	return /^call\.\w+$/.test(event);
}

/** Of an integer that JavaScript has rounded, another one may have the same text. */
function text(value: unknown): string | null {
	return typeof value === 'boolean' || isRounded(value) ? null : (textOf(value) ?? null);
}

function firstText(values: unknown[]): string | null {
	return values.map(text).find((found) => found !== null) ?? null;
}

function unreadOf(name: string, values: IDataObject[string][]): IDataObject {
	const unread = values.find(
		(value) => value !== undefined && value !== null && text(value) === null,
	);
	return unread === undefined ? {} : { [`${name}_raw`]: unread };
}

/** A time as texts have it that say date and hour, or as a count of seconds or ms since 1970. */
function timeOf(value: unknown): number | undefined {
	const said = text(value)?.trim() ?? '';
	const count = Number(said);
	if (count >= 1e9 && count < 1e11) return count * 1000;
	if (count >= 1e12 && count < 1e14) return count;
	// `Date.parse` makes a year of nearly anything.
	const time = /\d{4}/.test(said) && /\d:\d\d/.test(said) ? Date.parse(said) : Number.NaN;
	return Number.isNaN(time) ? undefined : time;
}

function parseObject(json: string): IDataObject | undefined {
	const read = readJson(json);
	return isObject(read?.value) && !read.isCut ? read.value : undefined;
}
