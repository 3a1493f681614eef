import type { CallRequest } from './callRequest';
import { UNKNOWN } from './placement';
import type { CallFailure } from './placement';

/** KrosAI's call log shows that no phone has rung. */
export function notPlaced(failure: CallFailure): CallFailure {
	return {
		...failure,
		placed: 'no',
		description: `${failure.description.replace(UNKNOWN, '').trim()} KrosAI's call log has no such call, so this phone didn't ring: a retry of this execution calls this contact.`,
	};
}

export function withoutScope(failure: CallFailure): CallFailure {
	const advice =
		'With the scope calls:read, which this API key lacks, the node looks for the call itself.';
	const { description } = failure;
	if (description.includes(advice)) return failure;
	return { ...failure, description: `${description} ${advice}` };
}

/** The ledger holds a request that was sent, and nothing of its answer. */
export function interrupted({ to_number }: CallRequest): CallFailure {
	return {
		code: 'NETWORK',
		httpCode: null,
		field: null,
		value: null,
		message: `Call to ${to_number}: an earlier try ended before KrosAI's answer came`,
		description: UNKNOWN,
		placed: 'unknown',
	};
}

/** A key that was refused once is refused for everybody, and each try could lock it. */
export function withoutKey({ to_number }: CallRequest, { code }: CallFailure): CallFailure {
	return {
		code,
		httpCode: 401,
		field: null,
		value: null,
		message: `Call to ${to_number}: not started, because KrosAI refused the API key for an earlier contact`,
		description: 'Check the API key in the KrosAI credential, then call this contact again.',
		placed: 'no',
	};
}

/** KrosAI took nobody's call for as long as the user wants to wait. */
export function withoutLine(
	{ to_number }: CallRequest,
	{ httpCode, description }: CallFailure,
): CallFailure {
	return {
		code: 'RATE_LIMIT_EXCEEDED',
		httpCode,
		field: null,
		value: null,
		message: `Call to ${to_number}: not started, because KrosAI accepted no call for as long as Wait for a Free Line allows`,
		description: `${description} A retry of this execution calls only those who were not called.`,
		placed: 'no',
	};
}

/** Whoever wants a contact called only once wants nobody called where that can't be kept. */
export function withoutStore({ to_number }: CallRequest, words: string): CallFailure {
	return {
		code: 'INVALID_PARAMETER',
		httpCode: null,
		field: null,
		value: null,
		message: `Call to ${to_number}: not started, because n8n can't keep the keys of Call Only Once Per Key`,
		description: `Save the workflow first, and let no Remove Duplicates node in it keep something else than items with the scope Workflow. (${words})`,
		placed: 'no',
	};
}
