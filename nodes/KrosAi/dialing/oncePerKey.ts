import type { CallRequest } from './callRequest';
import { Claims } from './claims';
import type { Claim, KeyStore } from './claims';
import type { ContactList, Outcome } from './contactList';
import { withoutStore } from './failures';

/** Where the option is off. */
const NO_STORE: KeyStore = { record: async () => [], release: async () => {} };

/** The option Call Only Once Per Key, for a run. Without a store no contact has a key. */
export class OncePerKey {
	private readonly claims: Claims;

	constructor(
		private readonly list: ContactList,
		private readonly store: KeyStore | undefined,
	) {
		this.claims = new Claims(store ?? NO_STORE, list.length);
	}

	/** Who was dialled in an earlier try has the key, before all others who have the same. */
	keepEarlier(): void {
		for (const claim of this.all()) if (this.list.mayHaveRung(claim.item)) this.claims.own(claim);
	}

	/** Whether the contact has a key that has to be recorded before the phone may ring. */
	isUnclaimed(item: number): boolean {
		const claim = this.claimOf(item);
		if (!claim || this.claims.isOwner(claim)) return false;
		return !this.claims.isWaiting(item) && !this.claims.isSkipped(item);
	}

	/** Shortly before they are dialled: for this contact and the next. */
	async claimFrom(first: number): Promise<void> {
		const chunk: Claim[] = [];
		const { chunkSize } = this.claims;
		for (let item = first; item < this.list.length && chunk.length < chunkSize; item += 1) {
			if (this.isUnclaimed(item) && !this.list.mayHaveRung(item)) chunk.push(this.claimOf(item)!);
		}
		await this.claims.claim(chunk);
	}

	/** Whether another contact of this run has the key. */
	isWaiting(item: number): boolean {
		return this.claims.isWaiting(item);
	}

	/** The outcome of a contact whose key an earlier execution has. */
	skipOf(item: number): Outcome | undefined {
		return this.claims.isSkipped(item) ? alreadyCalled(this.claimOf(item)!.key) : undefined;
	}

	/** The outcome of a contact whose key can't be recorded. */
	obstacleOf(item: number, request: CallRequest): Outcome | undefined {
		const { failedWith } = this.claims;
		if (failedWith === undefined || !this.claimOf(item)) return undefined;
		return { failure: withoutStore(request, failedWith) };
	}

	/** The contact who may be called instead of this one, where nobody was called under the key. */
	passOn(item: number): number | undefined {
		const claim = this.claimOf(item);
		return claim && !this.list.mayHaveRung(item) ? this.claims.passOn(claim) : undefined;
	}

	/** At the end: those whose key belongs to a contact who was called, or may have been. */
	leftWaiting(): Array<{ item: number; outcome: Outcome }> {
		return this.all().flatMap(({ item, key }) => {
			const owner = this.claims.ownerOf(key);
			if (!this.isWaiting(item) || this.list.outcomes[item] || owner === undefined) return [];
			const isCalled = this.claims.isSkipped(owner) || this.list.mayHaveRung(owner);
			return isCalled ? [{ item, outcome: alreadyCalled(key) }] : [];
		});
	}

	/**
	 * Keys of those who were certainly not called are let go, in one write.
	 *
	 * @returns whether the store took it
	 */
	async settle(): Promise<boolean> {
		const { claims, list } = this;
		const mine = this.all().filter(
			(claim) => claims.isOwner(claim) && !claims.isSkipped(claim.item),
		);
		const called = mine.filter(({ item }) => list.mayHaveRung(item)).map(({ key }) => key);
		const notCalled = mine.filter(({ item }) => !list.mayHaveRung(item)).map(({ key }) => key);
		return await claims.settle(called, notCalled);
	}

	private all(): Claim[] {
		return this.list.items.flatMap((item) => this.claimOf(item) ?? []);
	}

	private claimOf(item: number): Claim | undefined {
		const contact = this.store && this.list.at(item);
		if (!contact || 'failure' in contact || contact.key === undefined) return undefined;
		return { item, key: contact.key };
	}
}

function alreadyCalled(key: string): Outcome {
	return { skipped: { status: 'skipped', reason: 'ALREADY_CALLED', key } };
}
