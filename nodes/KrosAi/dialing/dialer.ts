import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import type { ApiRequest } from '../api/types';
import type { CallRequest } from './callRequest';
import { fingerprintOf } from './ledger';
import type { Ledger } from './ledger';
import { readPlacement, UNKNOWN } from './placement';
import type { CallFailure, Placement } from './placement';

/** What became of one contact. */
export type Outcome = { call: IDataObject } | { failure: CallFailure };

/** One contact: a request that was checked, or the reason why there is none. */
export type Contact = { request: CallRequest } | { failure: CallFailure };

export interface DialOptions {
	client: Client;
	ledger: Ledger;
	/** See `fingerprintOf`. */
	fingerprintWithMetadata: boolean;
	/** Whether the first contact that can't be called ends the run. */
	stopAtFailure: boolean;
	isCancelled: () => boolean;
}

/**
 * Rings each contact at most once, in order.
 *
 * @returns an outcome for each contact, in their order; shorter than the list where the run ended
 * early, by cancellation or with a failure as its last entry
 */
export async function dial(contacts: Contact[], options: DialOptions): Promise<Outcome[]> {
	const outcomes: Outcome[] = [];
	let refusedKey: CallFailure | undefined;
	for (const [itemIndex, contact] of contacts.entries()) {
		if (options.isCancelled()) break;
		const outcome =
			'failure' in contact
				? contact
				: await ringOnce(contact.request, itemIndex, options, refusedKey);
		outcomes.push(outcome);
		if (!('failure' in outcome)) continue;
		if (options.stopAtFailure) break;
		if (outcome.failure.httpCode === 401) refusedKey ??= outcome.failure;
	}
	return outcomes;
}

async function ringOnce(
	request: CallRequest,
	itemIndex: number,
	{ client, ledger, fingerprintWithMetadata }: DialOptions,
	refusedKey: CallFailure | undefined,
): Promise<Outcome> {
	const fingerprint = fingerprintOf(request, { withMetadata: fingerprintWithMetadata });
	const earlier = ledger.find(itemIndex, fingerprint);
	if (earlier?.state === 'called') return { call: earlier.call };
	if (earlier?.state === 'unknown') return { failure: earlier.failure };
	if (earlier?.state === 'sent') return { failure: interrupted(request) };
	if (refusedKey) return { failure: withoutKey(request, refusedKey) };

	const post: ApiRequest = { method: 'POST', path: '/outbound-calls', body: request };
	ledger.recordSent(itemIndex, fingerprint);
	const placement = readPlacement(await client(post), post);
	record(ledger, itemIndex, fingerprint, placement);
	return placement.accepted ? { call: placement.call } : { failure: placement.failure };
}

function record(
	ledger: Ledger,
	itemIndex: number,
	fingerprint: string,
	placement: Placement,
): void {
	if (placement.accepted) ledger.recordCall(itemIndex, fingerprint, placement.call);
	else if (placement.failure.placed === 'no') ledger.forget(itemIndex, fingerprint);
	else ledger.recordUnknown(itemIndex, fingerprint, placement.failure);
}

/** The ledger holds a request that was sent, and nothing of its answer. */
function interrupted({ to_number }: CallRequest): CallFailure {
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
function withoutKey({ to_number }: CallRequest, { code }: CallFailure): CallFailure {
	return {
		code,
		httpCode: 401,
		field: null,
		value: null,
		message: `Call to ${to_number}: not started, because KrosAI refused the API key for an earlier contact`,
		description: 'Check the API key in the KrosAI credential, then run the workflow again.',
		placed: 'no',
	};
}
