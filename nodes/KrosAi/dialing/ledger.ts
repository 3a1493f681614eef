import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import type { CallFailure } from './placement';

/**
 * What became of each item, kept in n8n's node context. The context outlives n8n's "Retry On Fail",
 * which runs a node again for all its items, and is part of a failed execution that is retried from
 * the Executions list. So a contact whose phone rang, or may have rung, is found here and not dialled
 * again. It does not outlive the execution: a new one starts empty.
 */
export interface Ledger {
	/** What became of this request in an earlier try; undefined if it certainly rang nobody. */
	find(itemIndex: number, fingerprint: string): LedgerEntry | undefined;
	/** Call this before the request is sent: from here on the phone may ring. */
	recordSent(itemIndex: number, fingerprint: string): void;
	recordCall(itemIndex: number, fingerprint: string, call: IDataObject): void;
	/** A failure after which the phone may have rung. */
	recordUnknown(itemIndex: number, fingerprint: string, failure: CallFailure): void;
	/** The request certainly rang nobody: the next try may send it again. */
	forget(itemIndex: number, fingerprint: string): void;
}

export type LedgerEntry =
	| { state: 'sent' }
	| { state: 'called'; call: IDataObject }
	| { state: 'unknown'; failure: CallFailure };

/**
 * @param nodeContext what `getContext('node')` gives, and n8n keeps
 * @param runIndex the run of the node in this execution: a loop runs it again for other people
 */
export function openLedger(nodeContext: IDataObject, runIndex: number): Ledger {
	const entries = (nodeContext.calls ??= {}) as unknown as Record<string, LedgerEntry>;
	const keyOf = (itemIndex: number, fingerprint: string) =>
		`${runIndex}:${itemIndex}:${fingerprint}`;
	return {
		find: (itemIndex, fingerprint) => entries[keyOf(itemIndex, fingerprint)],
		recordSent: (itemIndex, fingerprint) => {
			entries[keyOf(itemIndex, fingerprint)] = { state: 'sent' };
		},
		recordCall: (itemIndex, fingerprint, call) => {
			entries[keyOf(itemIndex, fingerprint)] = { state: 'called', call };
		},
		recordUnknown: (itemIndex, fingerprint, failure) => {
			entries[keyOf(itemIndex, fingerprint)] = { state: 'unknown', failure };
		},
		forget: (itemIndex, fingerprint) => {
			delete entries[keyOf(itemIndex, fingerprint)];
		},
	};
}

/**
 * What makes two requests of one item the same. In a workflow these are the two numbers and the
 * endpoint: the metadata may hold the time of the try (`{{ $now }}`), and that must not ring a phone
 * twice. An AI agent's calls all run as item 0, so there the metadata tells them apart.
 */
export function fingerprintOf(
	request: IDataObject,
	{ withMetadata }: { withMetadata: boolean },
): string {
	const { from_number, to_number, endpoint_id, metadata } = request;
	const identity = [from_number, to_number, endpoint_id, withMetadata ? (metadata ?? null) : null];
	return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
}
