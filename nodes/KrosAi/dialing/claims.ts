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

	isSkipped(item: number): boolean {
		return this.skipped.has(item);
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
				if (!this.isOwner(claim) || before.has(claim.key)) this.skipped.add(claim.item);
			}
		} catch (thrown) {
			// They may have been recorded by another execution, whose keys are not to be let go.
			for (const { key } of fresh) this.owners.delete(key);
			this.obstacle = thrown instanceof Error ? thrown.message : String(thrown);
		}
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
