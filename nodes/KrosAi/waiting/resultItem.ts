import type { IDataObject } from 'n8n-workflow';
import { inReadingOrder, toCallItem } from '../calls/callItem';
import type { Delivery } from '../webhooks/payload';

/**
 * A call that is over as one flat item, from what KrosAI delivered and what its log holds: the
 * delivery's word counts, and the log fills in what it doesn't say.
 */
export function toResultItem({
	delivery,
	entry,
}: {
	delivery?: Delivery;
	entry?: IDataObject;
}): IDataObject {
	if (!delivery) {
		const item = toCallItem(entry ?? {});
		// No delivery has reached the node, but the workflow should find the event's name there.
		const event = item.outcome === 'completed' ? 'call.completed' : 'call.failed';
		const timestamp = item.completed_at ?? item.ended_at ?? null;
		return inReadingOrder({ event, event_id: null, timestamp, ...item });
	}
	const { event, event_id, timestamp } = delivery;
	const call = { ...entry, ...said(delivery) };
	// Where the delivery only says that a call failed, the log may know that the line was busy.
	return inReadingOrder({ ...toCallItem(call, event), event, event_id, timestamp });
}

/** A call whose end is not known: what is known from its start. */
export function toUnfinishedItem(call: IDataObject): IDataObject {
	return inReadingOrder({
		event: null,
		event_id: null,
		timestamp: null,
		...toCallItem(call),
		wait_timed_out: true,
	});
}

/** What only a call can say. Its outcome is worked out from some of them. */
const OF_A_CALL =
	/^(wait_timed_out|transcript|recording_url|hangup_cause|error_code|(created|answered|completed|ended)_at|(answered_by|call_id|event_id|metadata|timestamp)_raw)$/;

/**
 * The result of a call, and behind it its row's fields. What only a call can say is not taken from the
 * row, which may be the result of an earlier call.
 */
export function besideRow(result: IDataObject, row: IDataObject): IDataObject {
	const own = Object.entries(row).filter(([name]) => !OF_A_CALL.test(name));
	return { ...result, ...(Object.fromEntries(own) as IDataObject), ...result };
}

/** The fields that a delivery fills. */
function said(delivery: Delivery): IDataObject {
	const { metadata, ...fields } = delivery;
	const filled = Object.entries({
		...fields,
		metadata: Object.keys(metadata as object).length > 0 ? metadata : null,
	}).filter(([, value]) => value !== null);
	return Object.fromEntries(filled) as IDataObject;
}
