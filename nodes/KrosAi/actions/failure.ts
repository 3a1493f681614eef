import { explainExchange } from '../api/errors';
import { wordsOf } from '../util/json';
import type { ApiFailure, ApiRequest, Exchange } from '../api/types';
import { labelOf } from './labels';

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

/** The execution was stopped before an item's turn. */
export function stopped(message: string): ApiFailure {
	const description = 'Run the workflow again for the items that are left.';
	return { code: 'STOPPED', httpCode: null, field: null, value: null, message, description };
}

/**
 * Whatever else is thrown is a failure of the item it was thrown for: under Continue the others go on.
 *
 * @param reading the parameter that was being read, whose expression then can't be evaluated
 */
export function failureOf(thrown: unknown, reading?: string): ApiFailure {
	if (thrown instanceof ItemFailure) return thrown.failure;
	const words = wordsOf(thrown);
	const unknown = { code: 'INVALID_PARAMETER', httpCode: null, field: null, value: null };
	if (reading === undefined) {
		const description = 'This item was given up. Nothing is known to be wrong with the others.';
		return { ...unknown, message: words, description };
	}
	const label = labelOf(reading);
	return {
		...unknown,
		message: `${label} can't be read for this item: ${words}`,
		description: `Check the expressions in ${label}.`,
	};
}
