import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import type { ApiRequest } from '../api/types';
import type { CallRequest } from './callRequest';
import type { Ledger } from './ledger';
import { readPlacement, UNKNOWN } from './placement';
import type { CallFailure } from './placement';

/** What became of one contact. */
export type Outcome = { call: IDataObject } | { failure: CallFailure };

/** One contact: a request that was checked, or the reason why there is none. */
export type Contact = { request: CallRequest } | { failure: CallFailure };

export interface DialOptions {
	client: Client;
	ledger: Ledger;
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
	for (const [itemIndex, contact] of contacts.entries()) {
		if (options.isCancelled()) break;
		const outcome =
			'failure' in contact ? contact : await ringOnce(contact.request, itemIndex, options);
		outcomes.push(outcome);
		if ('failure' in outcome && options.stopAtFailure) break;
	}
	return outcomes;
}

async function ringOnce(
	request: CallRequest,
	itemIndex: number,
	{ client, ledger }: DialOptions,
): Promise<Outcome> {
	const earlier = ledger.find(itemIndex, request);
	if (earlier?.state === 'called') return { call: earlier.call };
	if (earlier?.state === 'unknown') return { failure: earlier.failure };
	if (earlier?.state === 'sent') return { failure: interrupted(request) };
	const keyRefusal = ledger.keyRefusal();
	if (keyRefusal) return { failure: withoutKey(request, keyRefusal) };

	const post: ApiRequest = { method: 'POST', path: '/outbound-calls', body: request };
	ledger.recordSent(itemIndex, request);
	const placement = readPlacement(await client(post), post);
	if (placement.accepted) {
		ledger.recordCall(itemIndex, request, placement.call);
		return { call: placement.call };
	}
	const { failure } = placement;
	if (failure.placed === 'no') ledger.forget(itemIndex, request);
	else ledger.recordUnknown(itemIndex, request, failure);
	if (failure.httpCode === 401) ledger.recordKeyRefusal(failure);
	return { failure };
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
