import type { INodeProperties } from 'n8n-workflow';
import { fetchCall } from '../../api/callLog';
import { toCallItem } from '../../calls/callItem';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { withoutErrorKey } from '../output';
import { simplifyField } from '../../descriptions/simplifyField';
import { readSwitch } from '../readBoolean';
import { callIdField, failedLookUp, readCallId } from './callId';

const SHOW = { resource: ['call'], operation: ['get'] };

export const description: INodeProperties[] = [callIdField(SHOW), simplifyField(SHOW)];

/** Call → Get: an entry of the call log, as it is at this moment. */
export const execute: Operation = forEachItem(async (item) => {
	const callId = readCallId(item);
	const isSimple = readSwitch(item, 'simplify');
	const result = await fetchCall(item.client, callId);
	if ('failed' in result) throw failedLookUp(result, callId);
	return { json: isSimple ? toCallItem(result.call) : withoutErrorKey(result.call) };
});
