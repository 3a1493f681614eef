import { requireBoolean, requireOneOf, requirePositive } from './checks';
import { EVENT_NAMES, type EventNames } from './events';

const LIST_WRAPPERS = ['data', 'webhooks', 'bare'] as const;
const DELIVERY_FORMS = ['envelope', 'flat'] as const;
const TIME_FIELDS = ['timestamp', 'created_at'] as const;

/** Where KrosAI's documents on webhooks disagree or say nothing, both can be had. */
export interface WebhookSettings {
	/** How `GET /webhooks` answers: `{ data }` (default), `{ webhooks }` or a bare array. */
	webhookList: (typeof LIST_WRAPPERS)[number];
	/** Whether URLs are kept as `new URL` writes them: host in lower case, no port 443; default false. */
	normaliseUrls: boolean;
	/** How many subscriptions there can be; default Infinity. */
	webhookLimit: number;
	/** Whether the list shows the secrets; default true. */
	secretInList: boolean;
	/** Whether a secret is shown at all after the answer to its creation; default true. */
	secretReadable: boolean;
	/** Whether it is shown as `whsec_••••` from then on; default false. */
	secretMasked: boolean;
	/** The body: `{ id, event, timestamp, data }` (default; Webhooks Overview) or the Spec's. */
	deliveryForm: (typeof DELIVERY_FORMS)[number];
	/** Which document the events are named by; default `openapi`. */
	eventNames: EventNames;
	/** The name of the time in the envelope; default `timestamp`. */
	timeField: (typeof TIME_FIELDS)[number];
	/** The secret that deliveries to a call's own `webhook_url` are signed with; default none. */
	signPerCall: string | false;
	/** Retries come this many times sooner; null (default) = as the calls' `speed`. */
	deliverySpeed: number | null;
	/** How long a receiver may take: ms of real time whatever the speeds, default 10,000. */
	answerTimeoutMs: number;
}

export const DEFAULT_WEBHOOK_SETTINGS: WebhookSettings = {
	webhookList: 'data',
	normaliseUrls: false,
	webhookLimit: Infinity,
	secretInList: true,
	secretReadable: true,
	secretMasked: false,
	deliveryForm: 'envelope',
	eventNames: 'openapi',
	timeField: 'timestamp',
	signPerCall: false,
	deliverySpeed: null,
	answerTimeoutMs: 10_000,
};

/** Lays changes over settings; throws where a value is impossible. */
export function applyWebhookOptions(
	changes: Partial<WebhookSettings>,
	current: WebhookSettings,
): WebhookSettings {
	const settings: WebhookSettings = {
		webhookList: changes.webhookList ?? current.webhookList,
		normaliseUrls: changes.normaliseUrls ?? current.normaliseUrls,
		webhookLimit: changes.webhookLimit ?? current.webhookLimit,
		secretInList: changes.secretInList ?? current.secretInList,
		secretReadable: changes.secretReadable ?? current.secretReadable,
		secretMasked: changes.secretMasked ?? current.secretMasked,
		deliveryForm: changes.deliveryForm ?? current.deliveryForm,
		eventNames: changes.eventNames ?? current.eventNames,
		timeField: changes.timeField ?? current.timeField,
		signPerCall: changes.signPerCall ?? current.signPerCall,
		// Here null says something.
		deliverySpeed:
			changes.deliverySpeed === undefined ? current.deliverySpeed : changes.deliverySpeed,
		answerTimeoutMs: changes.answerTimeoutMs ?? current.answerTimeoutMs,
	};
	requireOneOf('webhookList', settings.webhookList, LIST_WRAPPERS);
	requireOneOf('deliveryForm', settings.deliveryForm, DELIVERY_FORMS);
	requireOneOf('eventNames', settings.eventNames, Object.keys(EVENT_NAMES));
	requireOneOf('timeField', settings.timeField, TIME_FIELDS);
	requireBoolean('normaliseUrls', settings.normaliseUrls);
	requirePositive('webhookLimit', settings.webhookLimit);
	requireBoolean('secretInList', settings.secretInList);
	requireBoolean('secretReadable', settings.secretReadable);
	requireBoolean('secretMasked', settings.secretMasked);
	requirePositive('answerTimeoutMs', settings.answerTimeoutMs);
	if (settings.deliverySpeed !== null) requirePositive('deliverySpeed', settings.deliverySpeed);
	if (settings.signPerCall !== false && !isSecret(settings.signPerCall)) {
		throw new Error('signPerCall must be false or a secret');
	}
	return settings;
}

function isSecret(value: unknown): boolean {
	return typeof value === 'string' && value !== '';
}
