import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import type { CallRequest } from './callRequest';
import type { CallFailure } from './placement';

/**
 * What became of each item, kept in n8n's node context. The context outlives n8n's "Retry On Fail",
 * which runs a node again for all its items, and is part of a failed execution that is retried from
 * the Executions list. So a contact whose phone rang, or may have rung, is found here and not dialled
 * again. It does not outlive the execution: a new one starts empty.
 */
export interface Ledger {
	/** Whether anything was known of this run of the node when the ledger was opened. */
	readonly hasEarlierTry: boolean;
	/** What became of this contact in an earlier try; undefined if it certainly rang nobody. */
	find(itemIndex: number, request: CallRequest): LedgerEntry | undefined;
	/** Call this before the request is sent: from here on the phone may ring. */
	recordSent(itemIndex: number, request: CallRequest, sent: Sent): void;
	/** @param at when it was known of, in ms since 1970 */
	recordCall(itemIndex: number, request: CallRequest, call: IDataObject, at: number): void;
	/** A failure after which the phone may have rung. */
	recordUnknown(itemIndex: number, request: CallRequest, failure: CallFailure, sent: Sent): void;
	/** The request certainly rang nobody: the next try may send it again. */
	forget(itemIndex: number, request: CallRequest): void;
	/** Every call of this run of the node, of earlier tries too, in the order of the items. */
	placedCalls(): PlacedCall[];
	/** All calls of this node, of other rounds of a loop too. */
	calls(): OwnCall[];
	/** KrosAI's refusal of the API key in this execution: a retry of it may have another key. */
	keyRefusal(): CallFailure | undefined;
	recordKeyRefusal(failure: CallFailure): void;
}

/** What a call can be told by in the log. */
export interface Sent {
	from_number: string;
	to_number: string;
	endpoint_id: string;
	metadata?: IDataObject;
	/** When the request left, and when its outcome was given up, in ms since 1970. */
	at: number;
	until?: number;
}

export type LedgerEntry =
	| { state: 'sent'; sent: Sent }
	| { state: 'called'; to_number: string; call: IDataObject; at: number }
	| { state: 'unknown'; failure: CallFailure; sent: Sent };

/** A call of this node, and when the node knew of it, in ms since 1970. */
export type OwnCall = { call: IDataObject; at: number };

export type PlacedCall = { itemIndex: number; call_id: string; to_number: string };

/** What n8n keeps for the node. */
interface Kept {
	calls?: Record<string, LedgerEntry>;
	keyRefusal?: { executionId: string; failure: CallFailure };
}

export interface LedgerOptions {
	/** What `getContext('node')` gives, and n8n keeps. */
	nodeContext: IDataObject;
	/** The run of the node in this execution: a loop runs it again for other people. */
	runIndex: number;
	/** A retry from the Executions list is another execution. */
	executionId: string;
	/** See `fingerprintOf`. */
	isToolRun: boolean;
}

export function openLedger(options: LedgerOptions): Ledger {
	const { runIndex, executionId, isToolRun } = options;
	const kept = options.nodeContext as Kept;
	const entries = (kept.calls ??= {});
	// A contact is looked up several times, and a fingerprint takes its time.
	const known = new WeakMap<CallRequest, { itemIndex: number; key: string }>();
	const keyOf = (itemIndex: number, request: CallRequest) => {
		const before = known.get(request);
		if (before?.itemIndex === itemIndex) return before.key;
		const key = `${runIndex}:${itemIndex}:${fingerprintOf(request, isToolRun)}`;
		known.set(request, { itemIndex, key });
		return key;
	};
	return {
		hasEarlierTry: Object.keys(entries).some((key) => key.startsWith(`${runIndex}:`)),
		find: (itemIndex, request) => entries[keyOf(itemIndex, request)],
		recordSent: (itemIndex, request, sent) => {
			entries[keyOf(itemIndex, request)] = { state: 'sent', sent };
		},
		recordCall: (itemIndex, request, call, at) => {
			const { to_number } = request;
			entries[keyOf(itemIndex, request)] = { state: 'called', to_number, call, at };
		},
		recordUnknown: (itemIndex, request, failure, sent) => {
			entries[keyOf(itemIndex, request)] = { state: 'unknown', failure, sent };
		},
		forget: (itemIndex, request) => {
			delete entries[keyOf(itemIndex, request)];
		},
		placedCalls: () =>
			Object.entries(entries)
				.flatMap(([key, entry]) => {
					const [run, item] = key.split(':').map(Number);
					if (run !== runIndex || entry.state !== 'called') return [];
					const call_id = callIdOf(entry.call) ?? '';
					return [{ itemIndex: item!, call_id, to_number: entry.to_number }];
				})
				.sort((a, b) => a.itemIndex - b.itemIndex),
		calls: () =>
			Object.values(entries).flatMap((entry) =>
				entry.state === 'called' ? [{ call: entry.call, at: entry.at }] : [],
			),
		keyRefusal: () =>
			kept.keyRefusal?.executionId === executionId ? kept.keyRefusal.failure : undefined,
		recordKeyRefusal: (failure) => {
			kept.keyRefusal = { executionId, failure };
		},
	};
}

/**
 * What makes two requests of one item the same. In a workflow this is the number alone: whoever
 * corrects the endpoint or the metadata before a retry, or draws the From Number by lot, must not
 * ring those again who were rung. An AI agent's calls all run as item 0, so there everything tells
 * them apart.
 */
function fingerprintOf(request: CallRequest, isToolRun: boolean): string {
	const { from_number, to_number, endpoint_id, metadata } = request;
	const identity = isToolRun
		? [from_number, to_number, endpoint_id, metadata ?? null]
		: [to_number];
	return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
}
