import { explainExchange } from '../api/errors';
import type { ApiFailure, ApiRequest, Exchange } from '../api/types';

/** Why an operation ended for one item; `forEachItem` makes of it what On Error asks for. */
export class ItemFailure extends Error {
	readonly failure: ApiFailure;

	constructor(failure: Partial<ApiFailure> & Pick<ApiFailure, 'message' | 'description'>) {
		super(failure.message);
		const { code = 'INVALID_PARAMETER', httpCode = null, field = null, value = null } = failure;
		this.failure = { ...failure, code, httpCode, field, value };
	}
}

/** An exchange that didn't bring what was asked for, in the words of the public contract. */
export function failedExchange(
	exchange: Exchange,
	request: ApiRequest,
	changes: Partial<ApiFailure> = {},
): ItemFailure {
	return new ItemFailure({ ...explainExchange(exchange, request), ...changes });
}

/** An expression that can't be evaluated for an item is this item's fault alone. */
export function unreadable(thrown: unknown): ApiFailure {
	const words = thrown instanceof Error ? thrown.message : String(thrown);
	return {
		code: 'INVALID_PARAMETER',
		httpCode: null,
		field: null,
		value: null,
		message: `A parameter of this item can't be read: ${words}`,
		description: 'Check the expressions in the fields of this node.',
	};
}
