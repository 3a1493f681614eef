import type { IDataObject, IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { Values } from '../../parameters/reader';
import { isObject, parseJson, toJson } from '../../util/json';
import { canonicalEvent } from '../../webhooks/events';
import { readDelivery } from '../../webhooks/payload';
import type { Delivery } from '../../webhooks/payload';
import { withoutErrorKey, withoutSecrets } from '../output';

/** Whether a delivery comes in the words of the trigger or in KrosAI's own. */
export function simplifyField(show: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description:
			'Whether to return the event that was delivered in the words of the KrosAI Trigger, with the rest under delivery, instead of what KrosAI sent',
		displayOptions: { show },
	};
}

/**
 * A delivery as an item: by Simplify the item that the KrosAI Trigger makes of its payload, with the rest
 * under `delivery`; where it has no payload (a list may leave it out), the event's name and the rest.
 */
export function toDeliveryItem(entry: IDataObject, values: Values): IDataObject {
	const payload = PAYLOADS.find((name) => readEvent(entry[name]));
	const { [payload ?? '']: sent, ...rest } = entry;
	const delivery = withoutSecrets(rest);
	if (!values.boolean('simplify')) {
		// Not searched for secrets: it is what the trigger puts out.
		return withoutErrorKey({ ...delivery, ...(payload && { [payload]: sent }) });
	}
	return { ...(readEvent(sent) ?? { event: eventOf(entry) }), delivery };
}

/** The canonical name of the event. */
export function eventOf({ event_type: name }: IDataObject): string | null {
	return typeof name === 'string' ? canonicalEvent(name) : null;
}

/** What the payload may be called: no document shows it. */
const PAYLOADS = ['payload', 'request_body', 'body', 'data'];

/** It may come as JSON, or as the text that was sent. */
function readEvent(payload: unknown): Delivery | undefined {
	const fields = typeof payload === 'string' ? parseJson(payload) : payload;
	return isObject(fields) ? readDelivery(Buffer.from(toJson(fields))) : undefined;
}
