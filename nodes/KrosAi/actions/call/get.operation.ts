import { fetchCall } from '../../api/callLog';
import { toCallItem } from '../../calls/callItem';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { withoutErrorKey } from '../output';
import { simplifyField } from '../../descriptions/simplifyField';
import { callIdField, failedLookUp, readCallId } from './callId';

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
		'Looks up one phone call by its call_id. Places no call and costs nothing. Returns status, outcome (completed, no_answer, busy, failed, or null while the call goes on), answered_by (person, voicemail, or null where that is not known), duration in seconds, cost_cents, metadata, transcript, and transcript_turns as a list of speaker and text.',
	fields: [callIdField(SHOW), simplifyField(SHOW)],
	execute: forEachItem(async (item) => {
		const callId = readCallId(item.values);
		const isSimple = item.values.boolean('simplify');
		const result = await fetchCall(item.client, callId);
		if (result.failed) throw failedLookUp(result, callId);
		return { json: isSimple ? toCallItem(result.call) : withoutErrorKey(result.call) };
	}),
};
