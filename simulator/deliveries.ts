import { type Delivery, isDelivered, MOST_ATTEMPTS } from './courier';
import { utc } from './exchange';
import { invalid, isObject, Refusal } from './http';
import { matches } from './lists';
import type { Organization } from './organization';
import { paginate } from './paging';

const STATUSES = ['delivered', 'failed', 'pending'] as const;

/**
 * `GET /webhook-deliveries`: what subscriptions were sent, newest first; filters `webhook_id`, `status`
 * (Ref: Webhook Deliveries). No document shows an entry further than its status.
 */
export function listDeliveries(organization: Organization, query: Record<string, string>): unknown {
	const { settings } = organization;
	const { status } = query;
	if (status !== undefined && !STATUSES.some((known) => known === status)) {
		throw invalid('VALIDATION_ERROR', `status must be one of ${STATUSES}`, 'status', status);
	}
	const all = latest(organization).map(entry);
	const items = all.filter(matches(query, ['webhook_id', 'status'])).reverse();
	const page = paginate(settings, 'webhook_deliveries', items, query, (item) => item);
	const count = (wanted: string) => all.filter((one) => one.status === wanted).length;
	const counts = Object.fromEntries(STATUSES.map((wanted) => [wanted, count(wanted)]));
	const success_rate = all.length ? (100 * counts.delivered!) / all.length : 0;
	return isObject(page)
		? { ...page, summary: { total: all.length, ...counts, success_rate } }
		: page;
}

/** `GET /webhook-deliveries/{id}`: "full details including payload and response". */
export function getDelivery(organization: Organization, id: string): unknown {
	const delivery = find(organization, id);
	const { body, status, problem } = delivery;
	return { ...entry(delivery), payload: JSON.parse(body), response: { status, problem } };
}

/** `POST /webhook-deliveries/{id}/retry`: a failed one, to the byte the same. No document shows the answer. */
export function retryDelivery(organization: Organization, id: string): unknown {
	const delivery = find(organization, id);
	if (isDelivered(delivery)) {
		throw new Refusal(409, 'DELIVERY_NOT_FAILED', 'Only a failed delivery can be retried');
	}
	void organization.courier.sendAgain(delivery);
	return { id, status: 'pending' };
}

/** The last attempt of each delivery to a subscription, in the order of the first ones. */
function latest({ courier }: Organization): Delivery[] {
	const toSubscriptions = courier.deliveries.filter(
		({ subscriptionId }) => subscriptionId !== null,
	);
	return [...new Map(toSubscriptions.map((delivery) => [delivery.id, delivery])).values()];
}

function find(organization: Organization, id: string): Delivery {
	const delivery = latest(organization).find((one) => one.id === id);
	if (delivery) return delivery;
	throw new Refusal(404, 'DELIVERY_NOT_FOUND', 'Webhook delivery not found', {
		details: { field: 'id', value: id },
	});
}

function entry(delivery: Delivery) {
	const { id, subscriptionId, event, attempt, at } = delivery;
	const failed = attempt < MOST_ATTEMPTS ? 'pending' : 'failed';
	return {
		id,
		webhook_id: subscriptionId,
		event_type: event,
		status: isDelivered(delivery) ? 'delivered' : failed,
		attempts: attempt,
		last_attempt_at: utc(at),
	};
}
