import { fetchCall } from '../../api/callLog';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { outputFields } from '../../descriptions/outputFields';
import { callIdField, failedLookUp, readCallId } from './callId';
import { readOutput } from './callOutput';

const SHOW = showFor('call', 'get');

/** Call → Get: an entry of the call log, as it is at this moment. */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get call',
		description:
			'Look up a call: its outcome, duration, cost and transcript. Places no call and costs nothing.',
	},
	forAgents:
		'Looks up one phone call by its call_id. Places no call and costs nothing. Returns its to_number, from_number, direction, outcome (completed, no_answer, busy, failed, or null while the call goes on), answered_by (person, voicemail, or null where that is not known), duration in seconds, metadata, transcript and created_at.',
	fields: [callIdField(SHOW), ...outputFields(SHOW)],
	execute: forEachItem(async (item) => {
		const callId = readCallId(item.values);
		const toItem = readOutput(item.values);
		const result = await fetchCall(item.client, callId);
		if (result.failed) throw failedLookUp(result, callId);
		return { json: toItem(result.call) };
	}),
};
