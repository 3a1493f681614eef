import type { IDataObject } from 'n8n-workflow';
import { endCall, fetchCall, isUnknownCall } from '../../api/callLog';
import { failedExchange, isSuccess, mayHaveActed } from '../../api/errors';
import type { ItemFailure } from '../../api/failure';
import { isObject, textOf } from '../../util/json';
import { pause } from '../../util/pause';
import type { ApiRequest, Exchange } from '../../api/types';
import { toCallItem } from '../../calls/callItem';
import { hasEnded } from '../../calls/hasEnded';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Item } from '../forEachItem';
import type { Operation, OutputItem } from '../operation';
import { withoutErrorKey } from '../output';
import { callIdField, failedLookUp, readCallId } from './callId';

/** How long a hangup whose answer was lost may take to show in the call log, in ms. */
const TAKES_EFFECT_MS = 2_000;

/**
 * Call → Hang Up: ends a call that goes on. A call that has ended already is no failure: an item says
 * so. The request is sent a second time only where no answer came and the call log says that the call
 * still goes on.
 */
export const hangUp: Operation = {
	option: {
		name: 'Hang Up',
		value: 'hangUp',
		action: 'Hang up call',
		description:
			'End a call that goes on at this moment. A call that has ended already is reported as such.',
	},
	forAgents:
		'Ends a phone call that goes on at this moment, by its call_id, whatever is being said. It cannot be undone. Returns hung_up: true, or hung_up: false where the call had ended already.',
	fields: [callIdField(showFor('call', 'hangUp'))],
	execute: forEachItem(async (item) => {
		const callId = readCallId(item.values);
		const { exchange, request } = await endCall(item.client, callId);
		if (isAccepted(exchange)) return hungUp(callId, exchange);
		if (!mayHaveActed(exchange)) return await explainRefusal(item, callId, exchange, request);

		await pause(TAKES_EFFECT_MS, item.isCancelled);
		const call = await lookUp(item, callId);
		if (call && hasEnded(call)) return ended(callId, call, true);
		if (!call || item.isCancelled()) throw unknown(callId, exchange, request);
		const second = await endCall(item.client, callId);
		if (isAccepted(second.exchange)) return hungUp(callId, second.exchange);
		const now = await lookUp(item, callId);
		if (now && hasEnded(now)) return ended(callId, now, true);
		throw unknown(callId, second.exchange, request);
	}),
};

function isAccepted(exchange: Exchange): exchange is Extract<Exchange, { answered: true }> {
	return exchange.answered && isSuccess(exchange.status);
}

/** KrosAI's answer, whose fields no document shows, behind what is certain. */
function hungUp(callId: string, { json }: { json: unknown }): OutputItem {
	const said = isObject(json) ? withoutErrorKey(json) : {};
	const known = { call_id: callId, hung_up: true };
	return { json: { ...known, ...said, ...known } };
}

/** @param byUs whether this operation has asked for it, though the answer is not known */
function ended(callId: string, call: IDataObject, byUs: boolean): OutputItem {
	const { status, outcome, duration } = toCallItem(call);
	const word = (outcome ?? textOf(status))?.replace('_', ' ');
	const how = word === undefined ? '' : ` (${word})`;
	return {
		json: {
			call_id: callId,
			hung_up: byUs,
			...(!byUs && { reason: 'ALREADY_ENDED' }),
			message: byUs
				? `KrosAI's answer was lost, but the call has ended${how}`
				: `The call had ended already${how}`,
			status,
			outcome,
			duration,
		},
	};
}

async function explainRefusal(
	item: Item,
	callId: string,
	exchange: Exchange,
	request: ApiRequest,
): Promise<OutputItem> {
	const refusal = failedExchange({ failed: exchange, request });
	const isAboutTheCall = exchange.answered && ![401, 403, 429].includes(exchange.status);
	if (!isAboutTheCall) throw refusal;
	const result = await fetchCall(item.client, callId);
	if (result.failed) throw isUnknownCall(result) ? failedLookUp(result, callId) : refusal;
	if (hasEnded(result.call)) return ended(callId, result.call, false);
	const isAbsent = exchange.status === 404 || exchange.status === 405;
	throw failedExchange(
		{ failed: exchange, request },
		{
			field: 'call_id',
			value: callId,
			message: isAbsent
				? `KrosAI's API can't hang up the call "${callId}"`
				: `KrosAI didn't hang up the call "${callId}", which still goes on`,
			...(isAbsent && {
				description:
					'The address that the Base URL of the KrosAI credential leads to has no operation for it. End the call in the KrosAI dashboard; its Maximum Duration ends it otherwise.',
			}),
		},
	);
}

async function lookUp({ client }: Item, callId: string): Promise<IDataObject | undefined> {
	const result = await fetchCall(client, callId);
	return result.failed ? undefined : result.call;
}

function unknown(callId: string, exchange: Exchange, request: ApiRequest): ItemFailure {
	return failedExchange(
		{ failed: exchange, request },
		{
			field: 'call_id',
			value: callId,
			message: `It isn't known whether the call "${callId}" was hung up: KrosAI's answer did not come`,
			description:
				'The call may still go on. Look at it with Get, and hang up again if it does: that places no call.',
		},
	);
}
