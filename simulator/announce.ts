import { randomBytes, randomUUID } from 'node:crypto';
import { answeredByFields } from './answeredBy';
import { deliveryBody, type Happening } from './body';
import type { SimulatedCall } from './call';
import type { Delivery, Parcel } from './courier';
import { AFTER_COMPLETED, type CallEvent, EVENT_OF_STATUS, eventData, eventName } from './events';
import { utc } from './exchange';
import { isHttpUrl } from './http';
import type { Organization } from './organization';
import { deliveryHeaders } from './signature';
import type { Subscription } from './subscriptions';

/** An event that no call of this simulator made. */
export interface MadeUpEvent {
	/** Its name, sent as it is: any of any document, or none of them. */
	event: string;
	/** Its fields; `call_id` among them is recorded with the delivery. */
	data?: Record<string, unknown>;
	/** Default `evt_` and something new. */
	id?: string;
	/** Where to, as a call's own webhook_url; default every active subscription, whatever its events. */
	url?: string;
}

/** Tells all who want to hear of it that a call has reached its state at a time (UTC). */
export function announce(organization: Organization, call: SimulatedCall, at: string): void {
	const event = EVENT_OF_STATUS[call.status];
	if (event) tell(organization, event, call, at);
	if (call.status !== 'completed') return;
	for (const [later, seconds] of AFTER_COMPLETED) {
		organization.exchange.later(seconds, () => {
			tell(organization, later, call, utc(Date.parse(at) + seconds * 1000));
		});
	}
}

/** Delivers what a test makes up, with retries; resolves with the first attempts. */
export async function deliver(
	organization: Organization,
	{ event, data = {}, id = newEventId(), url }: MadeUpEvent,
): Promise<Delivery[]> {
	const happening = { id, event, at: utc(Date.now()), data };
	const callId = typeof data.call_id === 'string' ? data.call_id : null;
	if (url === undefined) {
		const active = organization.subscriptions.filter((subscription) => subscription.active);
		return await toSubscriptions(organization, happening, callId, active);
	}
	return [await toUrl(organization, happening, callId, url)];
}

/** Throws an Error that says what is wrong with an event out of thin air. */
export function checkMadeUp({ event, url }: MadeUpEvent): void {
	if (typeof event !== 'string' || event === '') throw new Error('event must be a name');
	if (url !== undefined && !isHttpUrl(url)) throw new Error('url must be an http(s) URL');
}

/** A call with a webhook_url of its own is delivered there instead of to the subscriptions (Spec). */
function tell(organization: Organization, event: CallEvent, call: SimulatedCall, at: string): void {
	const { eventNames, answeredBy } = organization.settings;
	const isEnd = event === 'call.completed' || event === 'call.failed';
	const data = { ...eventData(event, call), ...(isEnd && answeredByFields(answeredBy, call)) };
	const happening = { id: newEventId(), event: eventName(event, eventNames), at, data };
	if (call.webhook_url !== null) {
		void toUrl(organization, happening, call.id, call.webhook_url);
		return;
	}
	const interested = organization.subscriptions.filter(
		({ active, events }) => active && events.includes(event),
	);
	void toSubscriptions(organization, happening, call.id, interested);
}

async function toUrl(
	{ settings, courier }: Organization,
	happening: Happening,
	callId: string | null,
	url: string,
): Promise<Delivery> {
	const body = deliveryBody(happening, settings);
	const headers = deliveryHeaders(settings.signPerCall, body);
	return await courier.send({
		...addressed(happening, callId, body),
		url,
		headers,
		subscriptionId: null,
	});
}

async function toSubscriptions(
	{ settings, courier, subscriptions }: Organization,
	happening: Happening,
	callId: string | null,
	receivers: Subscription[],
): Promise<Delivery[]> {
	const body = deliveryBody(happening, settings);
	return await Promise.all(
		receivers.map(async (receiver) => {
			const parcel = {
				...addressed(happening, callId, body),
				url: receiver.url,
				headers: deliveryHeaders(receiver.secret, body),
				subscriptionId: receiver.id,
			};
			return await courier.send(parcel, () => receiver.active && subscriptions.includes(receiver));
		}),
	);
}

function addressed(
	{ id, event }: Happening,
	callId: string | null,
	body: string,
): Pick<Parcel, 'id' | 'event' | 'event_id' | 'call_id' | 'body'> {
	return { id: randomUUID(), event, event_id: id, call_id: callId, body };
}

function newEventId(): string {
	return `evt_${randomBytes(6).toString('hex')}`;
}
