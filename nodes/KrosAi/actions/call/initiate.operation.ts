import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { Result, RunMode } from '../operation';
import { placeCalls } from './placeCalls';

/**
 * Call → Initiate: one outbound call for each input item.
 *
 * @throws what `placeCalls` throws
 */
export async function execute(context: IExecuteFunctions, mode: RunMode): Promise<Result[]> {
	const outcomes = await placeCalls(context, mode);
	return outcomes.map((outcome) =>
		'call' in outcome ? { json: toOutput(outcome.call) } : outcome,
	);
}

/**
 * KrosAI's answer as it came, but for a top-level `error` key: n8n takes an item that has one for a
 * failed item, and would run the node again for everybody. Should there be an `error_message` as
 * well, it is kept beside it.
 */
function toOutput(call: IDataObject): IDataObject {
	if (!('error' in call)) return call;
	const { error, error_message, ...rest } = call;
	return {
		...rest,
		error_message: error,
		...(error_message !== undefined && { error_message_2: error_message }),
	};
}
