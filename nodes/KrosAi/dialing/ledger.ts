import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import type { CallRequest } from '../parameters/callRequest';
import type { CallFailure } from '../api/types';

/**
 * What became of each contact, kept in n8n's node context. The context outlives n8n's "Retry On Fail",
 * which runs a node again for all its items, and is part of a failed execution that is retried from
 * the Executions list. It doesn't outlive a crash: see `onceKeys.ts` for what does.
 *
 * A contact's key says which run of the node, which number, and which occurrence of it: see
 * `ContactList`.
 */
export interface Ledger {
	/** Whether n8n has kept nothing of an earlier run or try of this node in the execution. */
	readonly isNew: boolean;
	/** The contact's key, but for the occurrence. */
	identityOf(request: CallRequest): string;
	/** What became of this contact in an earlier try; undefined: certainly no phone rang. */
	find(key: string): LedgerEntry | undefined;
	/** Call this before the request is sent: from here on the phone may ring. */
	recordSent(key: string, item: number, sent: Sent): void;
	recordCall(key: string, item: number, to_number: string, call: IDataObject): void;
	/** A failure after which the call may have been placed. */
	recordUnknown(key: string, item: number, failure: CallFailure, sent: Sent): void;
	/** The request certainly placed no call: the next try may send it again. */
	forget(key: string): void;
	/** How often a request for the contact has certainly placed no call, in earlier tries too. */
	refusals(key: string): number;
	/** Every call of this run of the node, of earlier tries too, in the order of the items. */
	placedCalls(): PlacedCall[];
	/** The items for which this execution itself has sent a request, and not one that it is a retry of. */
	itemsSentHere(): Set<number>;
	/** The ids of all calls of this node, of other rounds of a loop too. */
	callIds(): string[];
	/** Every call that was started or may have been: of all runs and tries of this node. */
	starts(): LedgerStart[];
	/** The number from which a contact was to be called when KrosAI refused it: the next try keeps it. */
	fromNumberOf(key: string): string | undefined;
	/** The last number that was chosen In Turn; undefined before the first. */
	lastFromNumber(): string | undefined;
	recordFromNumber(number: string): void;
	/** What other runs of this node have sent whose call isn't known. */
	inDoubtElsewhere(): Sent[];
	/**
	 * By item, each To Number as it was first read in this execution, for the reader to fill: one by chance
	 * or by time may be another one in the next try. In a retry of the execution, which may come with other
	 * rows, it is empty.
	 */
	readonly firstNumbers: Record<number, unknown>;
	/** KrosAI's refusal of the API key in this execution: a retry of it may have another key. */
	keyRefusal(): CallFailure | undefined;
	recordKeyRefusal(failure: CallFailure): void;
}

/** What a call can be told by in the log. */
export interface Sent {
	from_number: string;
	/** Where it isn't known from which of these it was. */
	from_numbers?: readonly string[];
	to_number: string;
	endpoint_id: string;
	metadata?: IDataObject;
	/** When the request left at the earliest, in ms since 1970; undefined where that isn't known. */
	at?: number;
	/** Of the credential: see `NodeClient`. Undefined where it isn't known. */
	account?: string;
}

/** A call of the ledger, as it is counted. */
export interface LedgerStart {
	/** Of this run of the node; of a tool, of any of its runs. */
	isOfRun: boolean;
	/** Undefined where it isn't known. */
	call_id: string | undefined;
	to_number: string;
	/** Undefined where it isn't known, as in what an older version has kept. */
	from_number: string | undefined;
	at: number | undefined;
}

export type LedgerEntry = {
	run: number;
	item: number;
	sentBy?: string;
} & (
	| { state: 'sent'; sent: Sent }
	| {
			state: 'called';
			to_number: string;
			call: IDataObject;
			/** As it was sent: KrosAI's answer need not say. */
			from_number?: string;
			at?: number;
	  }
	| { state: 'unknown'; failure: CallFailure; sent: Sent }
);

export type PlacedCall = { itemIndex: number; call_id: string; to_number: string };

interface StoredLedger {
	calls?: Record<string, LedgerEntry>;
	/** A retry may begin with what n8n has kept of runs before it, and with nothing of this ledger. */
	firstRun?: number;
	/** Of contacts who were not called since. */
	refusals?: Record<string, number>;
	keyRefusal?: { executionId: string | undefined; failure: CallFailure };
	/** Where there are several: the one of each contact who was refused, and the last one in turn. */
	fromNumbers?: Record<string, string>;
	lastFromNumber?: string;
	firstNumbers?: {
		executionId: string | undefined;
		byRun: Record<number, Record<number, unknown>>;
	};
}

export interface LedgerOptions {
	/** What `getContext('node')` gives, and n8n keeps. */
	nodeContext: IDataObject;
	/** The run of the node in this execution: a loop runs it again for other people. */
	runIndex: number;
	/** A retry from the Executions list is another execution. */
	executionId: string | undefined;
	/** An AI agent's tool: each try and each call of it is a run of its own, with one item. */
	isToolRun: boolean;
}

export function openLedger(options: LedgerOptions): Ledger {
	const { runIndex, executionId, isToolRun } = options;
	const kept = options.nodeContext as StoredLedger;
	const run = runIndex - (kept.firstRun ??= runIndex);
	const isNew = kept.calls === undefined;
	const entries = (kept.calls ??= {});
	if (kept.firstNumbers?.executionId !== executionId) delete kept.firstNumbers;
	const { byRun } = (kept.firstNumbers ??= { executionId, byRun: {} });
	const refusals = (key: string) => kept.refusals?.[key] ?? 0;
	return {
		isNew,
		// Each use of a tool is an item 0 with a number of its own.
		firstNumbers: isToolRun ? {} : (byRun[run] ??= {}),
		// In a workflow the number alone: a retry may come with a corrected endpoint or other metadata.
		identityOf: ({ from_number, to_number, endpoint_id, metadata }) =>
			isToolRun
				? `tool:${hashOf([from_number, to_number, endpoint_id, metadata ?? null])}`
				: `${run}:${hashOf([to_number])}`,
		find: (key) => entries[key],
		recordSent: (key, item, sent) => {
			entries[key] = { run, item, sentBy: executionId, state: 'sent', sent };
		},
		recordCall: (key, item, to_number, call) => {
			const { sentBy, from_number, at } = sentIn(entries[key]);
			entries[key] = { run, item, sentBy, state: 'called', to_number, call, from_number, at };
			delete kept.refusals?.[key];
			delete kept.fromNumbers?.[key];
		},
		recordUnknown: (key, item, failure, sent) => {
			const sentBy = entries[key]?.sentBy;
			entries[key] = { run, item, sentBy, state: 'unknown', failure, sent };
		},
		forget: (key) => {
			const { from_number } = sentIn(entries[key]);
			if (from_number && kept.lastFromNumber) (kept.fromNumbers ??= {})[key] = from_number;
			delete entries[key];
			(kept.refusals ??= {})[key] = refusals(key) + 1;
		},
		refusals,
		placedCalls: () =>
			Object.values(entries)
				.flatMap((entry) => {
					if (entry.run !== run || entry.state !== 'called') return [];
					const { item: itemIndex, to_number } = entry;
					return [{ itemIndex, call_id: callIdOf(entry.call)!, to_number }];
				})
				.sort((a, b) => a.itemIndex - b.itemIndex),
		itemsSentHere: () =>
			new Set(
				Object.values(entries).flatMap((entry) =>
					entry.run === run && entry.sentBy !== undefined && entry.sentBy === executionId
						? [entry.item]
						: [],
				),
			),
		callIds: () =>
			Object.values(entries).flatMap((entry) =>
				entry.state === 'called' ? (callIdOf(entry.call) ?? []) : [],
			),
		starts: () =>
			Object.values(entries).map((entry) => {
				const { from_number, at } = sentIn(entry);
				const isCalled = entry.state === 'called';
				return {
					isOfRun: isToolRun || entry.run === run,
					call_id: isCalled ? callIdOf(entry.call) : undefined,
					to_number: isCalled ? entry.to_number : entry.sent.to_number,
					from_number,
					at,
				};
			}),
		fromNumberOf: (key) => kept.fromNumbers?.[key],
		lastFromNumber: () => kept.lastFromNumber,
		recordFromNumber: (number) => {
			kept.lastFromNumber = number;
		},
		inDoubtElsewhere: () =>
			Object.values(entries).flatMap((entry) =>
				entry.state === 'called' || entry.run === run ? [] : [entry.sent],
			),
		keyRefusal: () =>
			kept.keyRefusal && kept.keyRefusal.executionId === executionId
				? kept.keyRefusal.failure
				: undefined,
		recordKeyRefusal: (failure) => {
			kept.keyRefusal = { executionId, failure };
		},
	};
}

/** What was sent for an entry, and by which execution. */
function sentIn(entry: LedgerEntry | undefined) {
	const { from_number, at } = (entry?.state === 'called' ? entry : entry?.sent) ?? {};
	return { sentBy: entry?.sentBy, from_number, at };
}

/** A short mark of a value of JSON. */
export function hashOf(value: unknown): string {
	return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}
