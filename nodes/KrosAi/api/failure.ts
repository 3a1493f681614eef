import { wordsOf } from '../util/json';
import type { ApiFailure } from './types';

type Said = Partial<ApiFailure> & Pick<ApiFailure, 'message' | 'description'>;

/** A failure in the shape of the public contract: about a parameter where nothing else is said. */
export function toFailure<Given extends Said>(said: Given): Given & ApiFailure {
	const { code = 'INVALID_PARAMETER', httpCode = null, field = null, value = null } = said;
	return { ...said, code, httpCode, field, value };
}

/** Why one input item came to nothing; under Continue the others go on. */
export class ItemFailure extends Error {
	readonly failure: ApiFailure;

	constructor(said: Said) {
		super(said.message);
		this.failure = toFailure(said);
	}
}

/** Whatever is thrown for one item is a failure of that item. */
export function failureOf(thrown: unknown): ApiFailure {
	if (thrown instanceof ItemFailure) return thrown.failure;
	const description = 'This item was given up. Nothing is known to be wrong with the others.';
	return toFailure({ message: wordsOf(thrown), description });
}
