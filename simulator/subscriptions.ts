import { randomBytes, randomUUID } from 'node:crypto';
import { ORGANIZATION_ID } from './catalogue';
import { SUBSCRIBABLE_EVENTS } from './events';
import { utc } from './exchange';
import { invalid, isHttpUrl, isObject, Refusal } from './http';
import type { Organization } from './organization';
import { paginate } from './paging';
import type { WebhookSettings } from './webhookSettings';

/** A receiver that wants to hear of every call (Ref: Webhooks). */
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

/** `GET /webhooks`: all of them unless `pagingStyle.webhooks` is set; no document shows paging. */
export function listSubscriptions(
	organization: Organization,
	query: Record<string, string>,
): unknown {
	const { settings, subscriptions } = organization;
	const { webhookList, pagingStyle } = settings;
	const show = (one: Subscription) => shown(one, settings.secretInList ? settings : NO_SECRET);
	if (pagingStyle.webhooks) return paginate(settings, 'webhooks', subscriptions, query, show);
	const list = subscriptions.map(show);
	return webhookList === 'bare' ? list : { [webhookList]: list };
}

/** `GET /webhooks/{id}`. */
export function getSubscription(organization: Organization, id: string): unknown {
	return shown(find(organization, id), organization.settings);
}

/** `POST /webhooks`: `url`, `events`, `active` (default true). Always answers with the secret. */
export function createSubscription(organization: Organization, body: unknown): unknown {
	const { settings, subscriptions } = organization;
	const wanted = read(body);
	const now = utc(Date.now());
	const subscription: Subscription = {
		id: randomUUID(),
		url: url(wanted, settings),
		secret: `whsec_${randomBytes(16).toString('hex')}`,
		events: events(wanted),
		active: wanted.active === undefined ? true : active(wanted),
		organization_id: ORGANIZATION_ID,
		created_at: now,
		updated_at: now,
	};
	// Seen at others' APIs; KrosAI's documents name no limit.
	if (subscriptions.length >= settings.webhookLimit) {
		throw new Refusal(422, 'WEBHOOK_LIMIT_REACHED', 'Webhook limit reached');
	}
	subscriptions.push(subscription);
	return subscription;
}

/**
 * `PATCH /webhooks/{id}`: any of the fields of POST. That it exists is inferred from the scope's
 * text ("create, update and delete webhooks").
 */
export function updateSubscription(organization: Organization, id: string, body: unknown): unknown {
	const subscription = find(organization, id);
	const wanted = read(body);
	const changes: Partial<Wanted> = {
		...(wanted.url !== undefined && { url: url(wanted, organization.settings) }),
		...(wanted.events !== undefined && { events: events(wanted) }),
		...(wanted.active !== undefined && { active: active(wanted) }),
	};
	Object.assign(subscription, changes, { updated_at: utc(Date.now()) });
	return shown(subscription, organization.settings);
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

type SecretShown = Pick<WebhookSettings, 'secretReadable' | 'secretMasked'>;

const NO_SECRET: SecretShown = { secretReadable: false, secretMasked: false };

function shown(
	{ secret, ...others }: Subscription,
	{ secretReadable, secretMasked }: SecretShown,
): Partial<Subscription> {
	if (!secretReadable) return others;
	return { ...others, secret: secretMasked ? 'whsec_••••' : secret };
}

function read(body: unknown): Record<string, unknown> {
	if (isObject(body)) return body;
	throw new Refusal(400, 'INVALID_JSON', 'The body is not a JSON object');
}

function url({ url: value }: Record<string, unknown>, { normaliseUrls }: WebhookSettings): string {
	if (isHttpUrl(value)) return normaliseUrls ? new URL(value).href : value;
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
