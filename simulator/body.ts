import type { WebhookSettings } from './webhookSettings';

/** Something to be told, in the words it is told in. */
export interface Happening {
	/** `evt_…`, the same at every attempt and for every receiver. */
	id: string;
	/** The event's name as it is sent. */
	event: string;
	/** UTC. */
	at: string;
	data: Record<string, unknown>;
}

/** The fields of the Spec's example, all that a flat `call.completed` has. */
const FLAT_COMPLETED = [
	'call_id',
	'direction',
	'from_number',
	'to_number',
	'duration',
	'cost_cents',
	'metadata',
];

/**
 * The text of a delivery: the envelope (Webhooks Overview) or flat (Spec, Webhook Integration),
 * which has neither the event's id nor a time.
 */
export function deliveryBody(
	{ id, event, at, data }: Happening,
	{ deliveryForm, timeField }: WebhookSettings,
): string {
	if (deliveryForm === 'envelope') return JSON.stringify({ id, event, [timeField]: at, data });
	const isCompleted = event === 'call.completed' || event === 'call.ended';
	const fields = Object.entries(data).filter(
		([name]) => !isCompleted || FLAT_COMPLETED.includes(name),
	);
	return JSON.stringify({ event, ...Object.fromEntries(fields) });
}
