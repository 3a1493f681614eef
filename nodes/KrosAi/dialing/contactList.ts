import type { IDataObject } from 'n8n-workflow';
import type { CallRequest } from '../parameters/callRequest';
import type { FromNumbers } from '../parameters/fromNumbers';
import type { Ledger, LedgerEntry, Sent } from './ledger';
import type { CallFailure } from '../api/types';

export interface Failed {
	state: 'failed';
	failure: CallFailure;
}

/** What became of one contact. `skipped`: left out by a setting, with the fields that say why. */
export type ContactResult =
	{ state: 'called'; call: IDataObject } | Failed | { state: 'skipped'; skipped: IDataObject };

/**
 * One contact: a request that was checked, or the reason why there is none. `from`: where it isn't called
 * from the request's From Number in any case.
 */
export type DialContact =
	{ state: 'ready'; request: CallRequest; key?: string; from?: FromNumbers } | Failed;

/** By item index: an array, or what reads a contact when it is first asked for. */
export interface ContactSource {
	readonly length: number;
	at(itemIndex: number): DialContact | undefined;
}

/** Why a run starts no further call. */
export type Stop =
	/** By hand, or shortly before n8n's time limit: `at` by the monotonic clock. */
	| { why: 'cancelled'; at: number }
	/** Under On Error "Stop Workflow", at the first contact that can't be called. */
	| { why: 'failure' }
	/** By an exception, which nothing here should throw. */
	| { why: 'thrown'; reason: unknown };

/** Whether there is a result, and it is a failure. */
export function isFailure(result: ContactResult | undefined): result is Failed {
	return result?.state === 'failed';
}

/** Whether the contact may have been called although no call came back. */
export function isUnknown(result: ContactResult | undefined): boolean {
	return isFailure(result) && result.failure.placed === 'unknown';
}

/** The contacts of a run: the results of this try, and what the ledger holds of all tries. */
export class ContactList {
	/** By item index; undefined: not known yet. */
	readonly results: Array<ContactResult | undefined>;
	private readonly keys: Array<string | undefined> = [];
	private readonly occurrences = new Map<string, number>();

	constructor(
		private readonly contacts: ContactSource,
		private readonly ledger: Ledger,
	) {
		this.results = Array.from({ length: contacts.length });
	}

	get items(): number[] {
		return [...this.results.keys()];
	}

	at(item: number): DialContact | undefined {
		return this.contacts.at(item);
	}

	private readyAt(item: number) {
		const contact = this.at(item);
		return contact?.state === 'ready' ? contact : undefined;
	}

	requestOf(item: number): CallRequest | undefined {
		return this.readyAt(item)?.request;
	}

	/** The numbers that a contact may be called from; undefined where it is From Number in any case. */
	fromNumbersOf(item: number): readonly string[] | undefined {
		return this.readyAt(item)?.from?.numbers;
	}

	/** The user's own key of a contact, of Skip Already Called (Key); undefined where it has none. */
	onceKeyOf(item: number): string | undefined {
		return this.readyAt(item)?.key;
	}

	/**
	 * What tells a contact apart in this execution and its retries: the run of the node, the number, and
	 * which occurrence of it in the list. The row's place does not count: a retry may bring other rows.
	 */
	keyOf(item: number): string {
		while (this.keys.length <= item) {
			const request = this.requestOf(this.keys.length);
			const identity = request && this.ledger.identityOf(request);
			const occurrence = this.occurrences.get(identity ?? '') ?? 0;
			if (identity !== undefined) this.occurrences.set(identity, occurrence + 1);
			this.keys.push(identity === undefined ? undefined : `${identity}:${occurrence}`);
		}
		return this.keys[item] ?? '';
	}

	/** The key of the first contact in the list with this one's number. */
	firstKeyOf(item: number): string {
		return this.keyOf(item).replace(/\d+$/, '0');
	}

	/** What the ledger holds of a contact; undefined: certainly no phone rang. */
	entryOf(item: number): LedgerEntry | undefined {
		return this.requestOf(item) && this.ledger.find(this.keyOf(item));
	}

	/** What was sent for a contact whose call may have been placed. */
	sentOf(item: number): Sent | undefined {
		const entry = this.entryOf(item);
		return entry && entry.state !== 'called' ? entry.sent : undefined;
	}

	/** In doubt, yes. Also of a contact whose turn didn't come in this try, but in an earlier one. */
	mayHaveRung(item: number): boolean {
		return this.entryOf(item) !== undefined;
	}
}
