import type { CallFailure } from '../api/types';

/**
 * A failure as an AI agent's model is told of it: what the model itself does next. What only the
 * person who built the workflow can do is for its user to pass on.
 */
export function forModel(failure: CallFailure): CallFailure {
	return { ...failure, description: adviceFor(failure) };
}

function adviceFor({ code, field, placed, retry_at, description }: CallFailure): string {
	if (placed === 'unknown') {
		return 'The phone may have rung. Do not call this number again: tell the user that it is not known whether the call was placed. A list of the calls may show it.';
	}
	const isAboutNumber = code === 'INVALID_PHONE_NUMBER' || code === 'MISSING_FIELDS';
	if (isAboutNumber && field === 'to_number') {
		return 'Write the number in E.164, with plus sign and country code, for example +14155550123. Do not make up a number or a part of one: if it is not complete, ask the user.';
	}
	if (field === 'call_id') {
		return 'Use a call_id that a tool has given you, exactly as it was. Do not make one up.';
	}
	if (retry_at) {
		return `Do not call this number now. It may be called from ${retry_at} on: tell the user.`;
	}
	return `Do not try again now. Tell the user what the person who set up this tool can do: ${description}`;
}
