import type { IDataObject } from 'n8n-workflow';

/**
 * What KrosAI sent as it came, but for a top-level `error` key: n8n takes an item that has one for a
 * failed item, and would run the node again for everybody. Should there be an `error_message` as
 * well, it is kept beside it.
 */
export function withoutErrorKey(sent: IDataObject): IDataObject {
	if (!('error' in sent)) return sent;
	const { error, error_message, ...rest } = sent;
	return {
		...rest,
		error_message: error,
		...(error_message !== undefined && { error_message_2: error_message }),
	};
}
