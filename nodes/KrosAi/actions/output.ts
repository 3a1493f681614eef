import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../api/json';

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

/** A webhook endpoint's signing secret, a number's SIP password: an execution keeps its output. */
const SECRET = /secret|password|token|api_?key|private_?key|credential(?!_?id)/i;

/** The same without what nobody needs to know, at any depth. */
export function withoutSecrets(sent: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(sent)
			.filter(([name]) => !SECRET.test(name))
			.map(([name, value]) => [name, isObject(value) ? withoutSecrets(value) : value]),
	);
}
