import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import { wordsOf } from '../util/json';
import type { CallRequest } from '../parameters/callRequest';
import type { ContactResult, Failed, Stop } from './contactList';
import type { LedgerEntry } from './ledger';
import type { LookUp } from './lookUp';
import { UNKNOWN } from './startResult';
import { toFailure } from '../api/failure';
import type { CallFailure } from '../api/types';

/** What the call log has shown of a contact in doubt. */
interface LookedUp {
	obstacle: LookUp['obstacle'];
	/** The id of a call that fits, and may be another's. */
	fitting: string | undefined;
	/** In ms since 1970. */
	at: number;
}

/** The call log doesn't show whether the call was placed: that is said, and nothing concluded. */
export function withLookedUp(
	failure: CallFailure,
	{ obstacle, fitting, at }: LookedUp,
): CallFailure {
	const time = `${new Date(at).toISOString().slice(11, 19)} UTC`;
	const seen =
		obstacle === 'scope'
			? 'With the scope calls:read, which this API key lacks, the node looks for the call itself.'
			: fitting !== undefined
				? `KrosAI's call log shows a call that fits (${fitting}), but not whether it is this one. Look Up Unknown Calls: By Key in Metadata tells.`
				: obstacle === 'other'
					? `KrosAI's call log could not be read at ${time}.`
					: `KrosAI's call log did not show the call at ${time}; it may come later.`;
	return { ...failure, description: `${failure.description} ${seen}` };
}

/** What the ledger holds of a contact, of this try or an earlier one. */
export function resultOf(entry: LedgerEntry, { to_number }: CallRequest): ContactResult {
	switch (entry.state) {
		case 'called':
			return { state: 'called', call: entry.call };
		case 'unknown':
			return failed(entry.failure);
		case 'sent':
			return failed(
				unknown(`Call to ${to_number}: an earlier try ended before KrosAI's answer came`),
			);
	}
}

export function failed(failure: CallFailure): Failed {
	return { state: 'failed', failure };
}

/** An execution of which this one is a retry was about to call, and was lost before it said more. */
export function lostFromMemory({ to_number }: CallRequest): CallFailure {
	return unknown(
		`Call to ${to_number}: an earlier try of this execution may have placed it, and n8n kept nothing of what became of it`,
	);
}

function unknown(message: string): CallFailure {
	return toFailure({ code: 'NETWORK', message, description: UNKNOWN, placed: 'unknown' as const });
}

/** A key that was refused once is refused for all contacts, and each try could lock it. */
export function withoutKey(
	{ to_number }: CallRequest,
	{ code, httpCode }: CallFailure,
): CallFailure {
	const message = `Call to ${to_number}: not started, because KrosAI refused the API key for an earlier contact`;
	const description = 'Check the API key in the KrosAI credential, then call this contact again.';
	return notCalled({ code, httpCode, message, description });
}

/** KrosAI accepted no call for as long as the user wants to wait. */
export function withoutLine(
	{ to_number }: CallRequest,
	{ httpCode, description }: CallFailure,
): CallFailure {
	const message = `Call to ${to_number}: not started, because KrosAI accepted no call for as long as Wait for a Free Line allows`;
	return notCalled({
		code: 'RATE_LIMIT_EXCEEDED',
		httpCode,
		message,
		description: `${description} A retry of this execution calls only those who were not called.`,
	});
}

/** Who wants a contact called only once wants no call where that can't be kept. */
export function withoutStore({ to_number }: CallRequest, words: string): CallFailure {
	return notCalled({
		message: `Call to ${to_number}: not started, because n8n can't keep the keys of Skip Already Called (Key)`,
		description: `Save the workflow first, and let no Remove Duplicates node in it keep something else than items with the scope Workflow. (${words})`,
	});
}

/** The run ended before the contact's turn. */
export function leftOut(request: CallRequest | undefined, stop: Stop | undefined): CallFailure {
	const subject = request ? `Call to ${request.to_number}: not started` : 'Not started';
	const isThrown = stop?.why === 'thrown';
	return notCalled({
		code: isThrown ? 'INTERNAL' : 'STOPPED',
		message: isThrown
			? `${subject}, because the node failed (${wordsOf(stop.reason)})`
			: `${subject}, because the execution was stopped or is at its time limit`,
		description: 'No call was placed: start the workflow again with this contact.',
	});
}

function notCalled(said: Parameters<typeof toFailure>[0]): CallFailure {
	return toFailure({ ...said, placed: 'no' as const });
}

/** The contact has the key of one who was called. */
export function alreadyCalled(key: string | undefined): ContactResult {
	return { state: 'skipped', skipped: { status: 'skipped', reason: 'ALREADY_CALLED', key } };
}

/** The run has started as many calls as it may. */
export const RUN_LIMIT: ContactResult = {
	state: 'skipped',
	skipped: { status: 'skipped', reason: 'RUN_LIMIT' },
};

/** The contact has the number of one who was called in this run, or may have been. */
export function sameNumber(call: IDataObject | undefined): ContactResult {
	const call_id = (call && callIdOf(call)) ?? null;
	return { state: 'skipped', skipped: { status: 'skipped', reason: 'SAME_NUMBER', call_id } };
}
