import { fetchEvents, isUnknownCall } from '../../api/callLog';
import { failedExchange } from '../../api/errors';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { withoutErrorKey } from '../output';
import { callIdField, failedLookUp, readCallId } from './callId';

/** Call → Get Events: what happened to a call, one item for each event. */
export const getEvents: Operation = {
	option: {
		name: 'Get Events',
		value: 'getEvents',
		action: 'Get events of call',
		description:
			'List what happened to a call, one item for each event. Places no call and costs nothing.',
	},
	forAgents:
		'Lists what happened to one phone call, by its call_id: when it rang, was answered and ended. Places no call and costs nothing. Returns one entry for each event.',
	fields: [callIdField(showFor('call', 'getEvents'))],
	execute: forEachItem(async (item) => {
		const callId = readCallId(item.values);
		const result = await fetchEvents(item.client, callId);
		if (!result.failed) {
			return result.events.map((event) => ({
				json: { call_id: callId, ...withoutErrorKey(event) },
			}));
		}
		if (isUnknownCall(result)) throw failedLookUp(result, callId);
		const isWithoutEvents = result.failed.answered && result.failed.status === 404;
		throw failedExchange(result, {
			...(isWithoutEvents && {
				message: `KrosAI's API gives no events for the call "${callId}"`,
				description:
					'Use Get instead: it tells when the call was created, answered and completed, and how it ended.',
			}),
		});
	}),
};
