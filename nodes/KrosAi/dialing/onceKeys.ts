import { wordsOf } from '../util/json';

/** A list of keys in n8n's database, which outlives the execution and n8n itself. */
export interface KeyStore {
	/** Records keys, and gives those of them that were there before. */
	record(keys: string[]): Promise<string[]>;
	release(keys: string[]): Promise<void>;
}

/** For keys that count in one run only. */
export const KEPT_NOWHERE: KeyStore = { record: async () => [], release: async () => {} };

/** With each write so many are recorded again: another process may have written over the last ones. */
const RECORDED_AGAIN = 100;

/**
 * Who is called once per key, over one list. A key is recorded before its contact is called, so that
 * whatever becomes of n8n, it is known that this phone may have been called.
 *
 * The node has three lists: its own memory, in which each contact of an execution and its retries has a
 * key, that of the option Skip Already Called (Key), and the numbers of a run, which nothing keeps.
 */
export class OnceKeys {
	/** The contact that each key belongs to in this run. */
	private readonly owners = new Map<string, number>();
	private readonly found = new Set<number>();
	/** Contacts with the key of another, who get it where that one was certainly not called. */
	private readonly waiting = new Map<string, Set<number>>();
	/** Keys whose owner was certainly not called, and which no contact has waited for so far. */
	private readonly vacant = new Set<string>();
	private obstacle: string | undefined;
	private markState: 'new' | 'found' | undefined;

	/**
	 * @param keyOf a contact's key; undefined where it has none
	 * @param mark an entry for the run itself, recorded with the first keys
	 */
	constructor(
		private readonly store: KeyStore,
		private readonly keyOf: (item: number) => string | undefined,
		private readonly mark?: string,
	) {}

	/** Whether the mark was there before this run. */
	get isMarkFound(): boolean {
		return this.markState === 'found';
	}

	/** Why no key can be recorded, in n8n's words. */
	get failedWith(): string | undefined {
		return this.obstacle;
	}

	/** The contact was called in an earlier try, or may have been: the key is its own. */
	own(item: number): void {
		const key = this.keyOf(item);
		if (key === undefined || (this.owners.has(key) && !this.vacant.delete(key))) return;
		this.owners.set(key, item);
	}

	/** Whether nothing has to be recorded any more before the contact may be called. */
	isSettled(item: number): boolean {
		const key = this.keyOf(item);
		return (
			key === undefined ||
			this.obstacle !== undefined ||
			this.owners.get(key) === item ||
			this.found.has(item) ||
			this.isWaiting(item)
		);
	}

	/** Whether the key was there before this run. */
	isFound(item: number): boolean {
		return this.found.has(item);
	}

	/** Whether another contact of this run has the key. */
	isWaiting(item: number): boolean {
		const key = this.keyOf(item);
		return key !== undefined && (this.waiting.get(key)?.has(item) ?? false);
	}

	/** Whether another contact has the key, and was not certainly left uncalled. */
	isAnothers(item: number): boolean {
		const owner = this.ownerOf(item);
		return owner !== undefined && owner !== item && !this.vacant.has(this.keyOf(item)!);
	}

	/** The contact that a waiting one waits for. */
	ownerOf(item: number): number | undefined {
		const key = this.keyOf(item);
		return key === undefined ? undefined : this.owners.get(key);
	}

	/** Records the keys of these contacts, shortly before they are called. */
	async claim(items: number[]): Promise<void> {
		const claims = items.flatMap((item) => {
			const key = this.keyOf(item);
			return key === undefined || this.isSettled(item) ? [] : [{ item, key }];
		});
		if (claims.length === 0) return;
		// For each contact of a long list, the last keys would take longer than all else here.
		const last = this.store === KEPT_NOWHERE ? [] : [...this.owners].slice(-RECORDED_AGAIN);
		const again = last.flatMap(([key, item]) => (this.found.has(item) ? [] : [key]));
		const fresh = claims.filter(({ item, key }) => {
			const isFree = !this.owners.has(key);
			if (isFree) this.owners.set(key, item);
			return isFree;
		});
		try {
			const marks = this.mark !== undefined && !this.markState ? [this.mark] : [];
			const keys = [...marks, ...again, ...fresh.map(({ key }) => key)];
			const before = new Set(await this.store.record(keys));
			for (const mark of marks) this.markState = before.has(mark) ? 'found' : 'new';
			for (const { item, key } of fresh) if (before.has(key)) this.found.add(item);
			for (const { item, key } of claims) {
				const owner = this.owners.get(key)!;
				if (owner === item) continue;
				if (this.found.has(owner)) this.found.add(item);
				else if (this.vacant.delete(key)) this.owners.set(key, item);
				else this.waiting.set(key, (this.waiting.get(key) ?? new Set()).add(item));
			}
		} catch (thrown) {
			// They may have been recorded by another execution, whose keys are not to be released.
			for (const { key } of fresh) this.owners.delete(key);
			this.obstacle = wordsOf(thrown);
		}
	}

	/**
	 * The owner was certainly not called: the next contact with the key may be, also one who comes later.
	 *
	 * @returns that contact; undefined where there is none, or the key is not the contact's
	 */
	handOver(item: number): number | undefined {
		const key = this.keyOf(item);
		if (key === undefined || this.owners.get(key) !== item || this.found.has(item))
			return undefined;
		const [next] = this.waiting.get(key) ?? [];
		if (next === undefined) {
			this.vacant.add(key);
			return undefined;
		}
		this.waiting.get(key)!.delete(next);
		this.owners.set(key, next);
		return next;
	}

	/**
	 * At the end of a run. Keys of contacts who were certainly not called are released.
	 *
	 * @param isCalled whether a contact was called, or may have been
	 * @param options.recordAgain records the others once more, as an execution in another process may
	 * have written over them
	 * @returns whether the store took it
	 */
	async settle(
		isCalled: (item: number) => boolean,
		{ recordAgain }: { recordAgain: boolean },
	): Promise<boolean> {
		const mine = [...this.owners].filter(([, item]) => !this.found.has(item));
		const called = mine.flatMap(([key, item]) => (isCalled(item) ? [key] : []));
		const notCalled = mine.flatMap(([key, item]) => (isCalled(item) ? [] : [key]));
		try {
			if (notCalled.length > 0) await this.store.release(notCalled);
			if (recordAgain && called.length > 0) await this.store.record(called);
			return true;
		} catch {
			return false;
		}
	}
}
