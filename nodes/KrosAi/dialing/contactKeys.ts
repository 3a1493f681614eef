import { aliasesOf } from '../phone/phoneNumber';
import type { ContactList } from './contactList';
import { hashOf } from './ledger';
import { KEPT_NOWHERE, OnceKeys } from './onceKeys';
import type { KeyStore } from './onceKeys';

interface ContactKeysOptions {
	sameNumberTwice: 'callOnce' | 'callEach';
	/** See `Lineage`. */
	lineageId: string;
	/** Who was called in this lineage; undefined: the ledger serves alone. */
	memory: KeyStore | undefined;
	/** For contacts that have a key; undefined: none has. */
	keys: KeyStore | undefined;
	/** An entry in the memory for this execution. */
	mark: string | undefined;
}

/**
 * The once keys of a run. A contact is called where all three are its own: its phone in this run, its
 * key in n8n's memory of this execution and its retries, and the user's key in all executions.
 */
export class ContactKeys {
	/** Undefined where each contact is called, whatever the number. */
	private readonly numbers: OnceKeys | undefined;
	readonly memory: OnceKeys | undefined;
	/** A contact claims a key only where the number is its own, so that no two wait for each other. */
	private readonly users: OnceKeys | undefined;
	private readonly memoryKeys: string[] = [];

	constructor(
		private readonly list: ContactList,
		private readonly options: ContactKeysOptions,
	) {
		const { sameNumberTwice, memory, keys, mark } = options;
		const memoryKeyOf = (item: number) =>
			list.requestOf(item) ? this.memoryKeyOf(item) : undefined;
		this.memory = memory && new OnceKeys(memory, memoryKeyOf, mark);
		if (sameNumberTwice === 'callOnce') {
			this.numbers = new OnceKeys(KEPT_NOWHERE, (item) => phoneOf(list, item));
		}
		this.users = keys && new OnceKeys(keys, (item) => list.onceKeyOf(item));
	}

	/**
	 * What tells the contact apart in all executions. Where a number is called once, it is the same for all
	 * who have it: after a crash, another than the one who was called may be the first.
	 */
	memoryKeyOf(item: number): string {
		const { list, numbers, options } = this;
		const key = numbers ? list.firstKeyOf(item) : list.keyOf(item);
		return (this.memoryKeys[item] ??= hashOf([options.lineageId, key]));
	}

	/** The contact was called in an earlier try, or may have been. */
	own(item: number): void {
		this.numbers?.own(item);
		this.users?.own(item);
	}

	/** Whether another contact has the number or the key, and what becomes of this one depends on it. */
	isWaiting(item: number): boolean {
		return (this.numbers?.isWaiting(item) || this.users?.isWaiting(item)) ?? false;
	}

	/** Whether the number is another contact's, who is called or was: then this one isn't. */
	isRepeat(item: number): boolean {
		return this.numbers?.isAnothers(item) ?? false;
	}

	/** Whether the user's key was there before this run. */
	isUsed(item: number): boolean {
		return this.users?.isFound(item) ?? false;
	}

	/** Why n8n's store records nothing, in its words. */
	get obstacle(): string | undefined {
		return this.memory?.failedWith ?? this.users?.failedWith;
	}

	/** Why the user's key of the contact can't be recorded, in n8n's words. */
	obstacleOf(item: number): string | undefined {
		return this.list.onceKeyOf(item) === undefined ? undefined : this.users?.failedWith;
	}

	/** Whether it is on n8n's disk that the contact is about to be called, or no call is about to start. */
	isRecorded(item: number): boolean {
		if (this.numbers?.isSettled(item) === false) return false;
		if (this.isWaiting(item)) return true;
		return (this.memory?.isSettled(item) ?? true) && (this.users?.isSettled(item) ?? true);
	}

	/**
	 * Records that these contacts are about to be called.
	 *
	 * @param recorded told of each whose number is its own, and whether the memory has known it before
	 */
	async record(batch: number[], recorded: (item: number, isKnown: boolean) => void): Promise<void> {
		const { numbers, memory, users } = this;
		await numbers?.claim(batch);
		const items = batch.filter((item) => !numbers?.isWaiting(item));
		await memory?.claim(items);
		for (const item of items) recorded(item, memory?.isFound(item) ?? false);
		await users?.claim(items);
	}

	/**
	 * The contact was certainly not called.
	 *
	 * @returns those who have its number or key from now on
	 */
	handOver(item: number): number[] {
		this.memory?.handOver(item);
		const next = [this.numbers?.handOver(item), this.users?.handOver(item)];
		return next.filter((heir) => heir !== undefined);
	}

	/** The contact that this one waits for, and whether for its number. */
	awaited(item: number): { owner: number; isSameNumber: boolean } {
		const isSameNumber = this.numbers?.isWaiting(item) ?? false;
		return { owner: (isSameNumber ? this.numbers : this.users)!.ownerOf(item)!, isSameNumber };
	}

	/**
	 * At the end of a run: see `OnceKeys`.
	 *
	 * @returns whether n8n's store took the keys once more
	 */
	async settle(isCalled: (item: number) => boolean): Promise<boolean> {
		await this.memory?.settle(isCalled, { recordAgain: false });
		return (await this.users?.settle(isCalled, { recordAgain: true })) ?? true;
	}
}

/** The same for each way to write a number, and for each number of one phone. */
function phoneOf(list: ContactList, item: number): string | undefined {
	const request = list.requestOf(item);
	return request && aliasesOf(request.to_number)[0];
}
