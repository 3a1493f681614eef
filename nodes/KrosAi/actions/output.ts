import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../util/json';

/**
 * What KrosAI sent as it came, but for a top-level `error` key: n8n takes an item that has one for a
 * failed item, and would run the node again for all items. Should there be an `error_message` as
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

/**
 * A webhook endpoint's signing secret, a number's SIP password, the headers that an agent's server
 * wants: an execution keeps its output.
 */
const SECRET =
	/secret|password|passphrase|token|api[_-]?key|private[_-]?key|authorization|signature|credential(?![_-]?id)/i;

/** What KrosAI sent, as an item may hold it. */
export function asItem(sent: IDataObject): IDataObject {
	return withoutErrorKey(withoutSecrets(sent));
}

/** The same without secrets, at any depth. */
export function withoutSecrets(sent: IDataObject): IDataObject {
	const known = Object.entries(sent).filter(([name]) => !SECRET.test(name));
	return Object.fromEntries(
		known.map(([name, value]) => [name, withoutThem(value)]),
	) as IDataObject;
}

function withoutThem(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutThem);
	return isObject(value) ? withoutSecrets(value) : value;
}
