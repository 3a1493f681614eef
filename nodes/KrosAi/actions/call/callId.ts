import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { isUnknownCall } from '../../api/callLog';
import { failedExchange } from '../../api/errors';
import type { ItemFailure } from '../../api/failure';
import type { FailedRequest } from '../../api/types';
import type { Values } from '../../parameters/reader';

/** The field that every operation on one call has. */
export function callIdField(show: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Call ID',
		name: 'callId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. call_xyz789',
		description: 'The ID of the call, which comes as call_id when a call is initiated',
		displayOptions: { show },
	};
}

/** @throws ItemFailure where it can be no call's id */
export function readCallId(values: Values): string {
	return values.id(
		'callId',
		'Put in the call_id that came when the call was initiated, for example {{ $json.call_id }}.',
	);
}

/** Why a call can't be had: KrosAI doesn't know it, or what else became of the request for it. */
export function failedLookUp(lookUp: FailedRequest, callId: string): ItemFailure {
	if (!isUnknownCall(lookUp)) return failedExchange(lookUp);
	return failedExchange(lookUp, {
		field: 'call_id',
		value: callId,
		message: `KrosAI doesn't know the call "${callId}"`,
		description:
			"Check the Call ID, and that the API key belongs to the organization that placed the call. KrosAI may have deleted the call's record.",
	});
}
