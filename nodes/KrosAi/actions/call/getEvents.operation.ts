import type { INodeProperties } from 'n8n-workflow';
import { fetchEvents, isUnknownCall } from '../../api/callLog';
import { forEachItem } from '../forEachItem';
import { failedExchange } from '../failure';
import type { Operation } from '../operation';
import { withoutErrorKey } from '../output';
import { callIdField, failedLookUp, readCallId } from './callId';

export const description: INodeProperties[] = [
	callIdField({ resource: ['call'], operation: ['getEvents'] }),
];

/** Call → Get Events: what happened to a call, one item for each event. */
export const execute: Operation = forEachItem(async (item) => {
	const callId = readCallId(item);
	const result = await fetchEvents(item.client, callId);
	if (!('failed' in result)) {
		return result.events.map((event) => ({
			json: { call_id: callId, ...withoutErrorKey(event) },
		}));
	}
	const { failed, request } = result;
	if (isUnknownCall(result)) throw failedLookUp(result, callId);
	const isWithoutEvents = failed.answered && failed.status === 404;
	throw failedExchange(failed, request, {
		...(isWithoutEvents && {
			message: `KrosAI's API gives no events for the call "${callId}"`,
			description:
				'Use Get instead: it tells when the call was created, answered and completed, and how it ended.',
		}),
	});
});
