import { randomBytes, randomUUID } from 'node:crypto';
import { ORGANIZATION_ID } from './catalogue';
import { SUBSCRIBABLE_EVENTS } from './events';
import { utc } from './exchange';
import { invalid, isHttpUrl, isObject, Refusal } from './http';
import type { Organization } from './organization';

/** Somebody who wants to hear of every call (Ref: Webhooks). */
export interface Subscription {
	/** UUID. */
	id: string;
	url: string;
	/** `whsec_…`; deliveries are signed with it as it is, prefix included. */
	secret: string;
	events: string[];
	/** Where false, nothing is delivered. */
	active: boolean;
	organization_id: string;
	/** UTC to the second. */
	created_at: string;
	updated_at: string;
}

type Wanted = Pick<Subscription, 'url' | 'events' | 'active'>;

/** `GET /webhooks`: all of them; no document shows paging. */
export function listSubscriptions({ settings, subscriptions }: Organization): unknown {
	const { webhookList, secretInList, secretReadable } = settings;
	const list = subscriptions.map((one) => shown(one, secretReadable && secretInList));
	return webhookList === 'bare' ? list : { [webhookList]: list };
}

/** `GET /webhooks/{id}`. */
export function getSubscription(organization: Organization, id: string): unknown {
	return shown(find(organization, id), organization.settings.secretReadable);
}

/** `POST /webhooks`: `url`, `events`, `active` (default true). Always answers with the secret. */
export function createSubscription({ subscriptions }: Organization, body: unknown): unknown {
	const wanted = read(body);
	const now = utc(Date.now());
	const subscription: Subscription = {
		id: randomUUID(),
		url: url(wanted),
		secret: `whsec_${randomBytes(16).toString('hex')}`,
		events: events(wanted),
		active: wanted.active === undefined ? true : active(wanted),
		organization_id: ORGANIZATION_ID,
		created_at: now,
		updated_at: now,
	};
	subscriptions.push(subscription);
	return shown(subscription, true);
}

/**
 * `PATCH /webhooks/{id}`: any of the fields of POST. That it exists is inferred from the scope's
 * text ("create, update and delete webhooks").
 */
export function updateSubscription(organization: Organization, id: string, body: unknown): unknown {
	const subscription = find(organization, id);
	const wanted = read(body);
	const changes: Partial<Wanted> = {
		...(wanted.url !== undefined && { url: url(wanted) }),
		...(wanted.events !== undefined && { events: events(wanted) }),
		...(wanted.active !== undefined && { active: active(wanted) }),
	};
	Object.assign(subscription, changes, { updated_at: utc(Date.now()) });
	return shown(subscription, organization.settings.secretReadable);
}

/** `DELETE /webhooks/{id}`; retries to it end. */
export function deleteSubscription(organization: Organization, id: string): void {
	const { subscriptions } = organization;
	subscriptions.splice(subscriptions.indexOf(find(organization, id)), 1);
}

function find({ subscriptions }: Organization, id: string): Subscription {
	const subscription = subscriptions.find((one) => one.id === id);
	if (subscription) return subscription;
	throw new Refusal(404, 'WEBHOOK_NOT_FOUND', 'Webhook not found', {
		details: { field: 'id', value: id },
	});
}

function shown({ ...subscription }: Subscription, withSecret: boolean): Partial<Subscription> {
	const view: Partial<Subscription> = subscription;
	if (!withSecret) delete view.secret;
	return view;
}

function read(body: unknown): Record<string, unknown> {
	if (isObject(body)) return body;
	throw new Refusal(400, 'INVALID_JSON', 'The body is not a JSON object');
}

function url({ url: value }: Record<string, unknown>): string {
	if (isHttpUrl(value)) return value;
	throw invalid('VALIDATION_ERROR', 'url must be an http(s) URL', 'url', value);
}

/** The OpenAPI document's names only, not the guides' (that others are refused: Docs audit). */
function events({ events: value }: Record<string, unknown>): string[] {
	if (!Array.isArray(value) || value.length === 0) {
		throw invalid('VALIDATION_ERROR', 'events must be a non-empty array', 'events', value);
	}
	const unknown = value.find((event) => !SUBSCRIBABLE_EVENTS.includes(event as string));
	if (unknown !== undefined) {
		throw invalid('VALIDATION_ERROR', `There is no event ${unknown}`, 'events', unknown);
	}
	return [...new Set(value as string[])];
}

function active({ active: value }: Record<string, unknown>): boolean {
	if (typeof value === 'boolean') return value;
	throw invalid('VALIDATION_ERROR', 'active must be true or false', 'active', value);
}
