/** Keys of contacts that were called before, kept for longer than this execution. */
export interface KeyStore {
	/** Records keys, and gives those of them that were there before. */
	record(keys: string[]): Promise<string[]>;
	release(keys: string[]): Promise<void>;
}

/** A crash loses this share of a list, and a run takes as many writes, each of the whole store. */
const CHUNKS = 100;
const LEAST_CHUNK = 10;

export interface Claim {
	item: number;
	key: string;
}

/**
 * Who is called once per key. A key is recorded before its contact is dialled, in chunks, because
 * each write costs as much as the store is large. So a crash leaves the rest of a chunk unrung
 * rather than somebody rung twice.
 */
export class Claims {
	/** The contact that each key belongs to in this run. */
	private readonly owners = new Map<string, number>();
	/** Who has the same key, and gets it where its owner was certainly not called. */
	private readonly heirs = new Map<string, number[]>();
	private readonly waiting = new Set<number>();
	private readonly skipped = new Set<number>();
	private obstacle: string | undefined;

	constructor(
		private readonly store: KeyStore,
		private readonly contactCount: number,
	) {}

	get chunkSize(): number {
		return Math.max(LEAST_CHUNK, Math.ceil(this.contactCount / CHUNKS));
	}

	/** Why no key can be recorded, in n8n's words. Then nobody who has one may be called. */
	get failedWith(): string | undefined {
		return this.obstacle;
	}

	/** The contact was dialled in an earlier try of this run. */
	own({ item, key }: Claim): void {
		this.owners.set(key, item);
	}

	isOwner({ item, key }: Claim): boolean {
		return this.owners.get(key) === item;
	}

	ownerOf(key: string): number | undefined {
		return this.owners.get(key);
	}

	/** Whether an earlier execution has called somebody under the contact's key. */
	isSkipped(item: number): boolean {
		return this.skipped.has(item);
	}

	/** Whether another contact of this run has the key. */
	isWaiting(item: number): boolean {
		return this.waiting.has(item);
	}

	/**
	 * The owner was certainly not called: the next contact with the key may be.
	 *
	 * @returns that contact; undefined where there is none, or the key is not the contact's
	 */
	passOn({ item, key }: Claim): number | undefined {
		if (this.owners.get(key) !== item || this.skipped.has(item)) return undefined;
		const heir = this.heirs.get(key)?.shift();
		if (heir === undefined) return undefined;
		this.waiting.delete(heir);
		this.own({ item: heir, key });
		return heir;
	}

	async claim(claims: Claim[]): Promise<void> {
		const fresh = claims.filter((claim) => {
			const isFree = !this.owners.has(claim.key);
			if (isFree) this.own(claim);
			return isFree;
		});
		try {
			const before = new Set(await this.store.record(fresh.map(({ key }) => key)));
			for (const claim of claims) {
				if (before.has(claim.key)) this.skipped.add(claim.item);
				else if (!this.isOwner(claim)) this.wait(claim);
			}
		} catch (thrown) {
			// They may have been recorded by another execution, whose keys are not to be let go.
			for (const { key } of fresh) this.owners.delete(key);
			this.obstacle = thrown instanceof Error ? thrown.message : String(thrown);
		}
	}

	private wait({ item, key }: Claim): void {
		const heirs = this.heirs.get(key);
		if (heirs) heirs.push(item);
		else this.heirs.set(key, [item]);
		this.waiting.add(item);
	}

	/**
	 * At the end of a run. Who was not called is let go; the others are recorded once more, because
	 * an execution at the same time may have written over them.
	 *
	 * @returns whether the store took it
	 */
	async settle(called: string[], notCalled: string[]): Promise<boolean> {
		try {
			if (notCalled.length > 0) await this.store.release(notCalled);
			if (called.length > 0) await this.store.record(called);
			return true;
		} catch {
			return false;
		}
	}
}
