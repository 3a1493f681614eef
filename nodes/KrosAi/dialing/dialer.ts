import { randomUUID } from 'crypto';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import type { ApiRequest } from '../api/types';
import type { CallRequest } from './callRequest';
import { Claims, NO_KEYS } from './claims';
import type { Claim, KeyStore } from './claims';
import {
	interrupted,
	notPlaced,
	withoutKey,
	withoutLine,
	withoutScope,
	withoutStore,
} from './failures';
import type { Ledger, Sent } from './ledger';
import { Lines } from './lines';
import type { Probe } from './lines';
import { LOOK_UP_KEY, lookUpCalls, settledAt } from './lookUp';
import { Pace } from './pace';
import { readPlacement } from './placement';
import type { CallFailure, Limit } from './placement';
import type { CampaignSettings } from './settings';

/** What became of one contact. `skipped`: left out by a setting, with the fields that say why. */
export type Outcome = { call: IDataObject } | { failure: CallFailure } | { skipped: IDataObject };

/** One contact: a request that was checked, or the reason why there is none. */
export type Contact = { request: CallRequest; key?: string } | { failure: CallFailure };

/** By item index: an array, or what reads a contact when it is first asked for. */
export interface Contacts {
	readonly length: number;
	at(itemIndex: number): Contact | undefined;
}

/** Milliseconds since 1970, and a way to wait some. */
export interface Clock {
	now(): number;
	sleep(ms: number): Promise<void>;
}

export interface DialOptions extends CampaignSettings {
	client: Client;
	ledger: Ledger;
	/** Whether the first contact that can't be called ends the run. */
	stopAtFailure: boolean;
	isCancelled: () => boolean;
	/** Asked just before a contact is rung: what becomes of this one instead, if it must not be. */
	askBefore?: (itemIndex: number, now: number) => Outcome | undefined;
	/** For contacts that have a key; undefined: none has. */
	keys: KeyStore | undefined;
	/** The keys could not be recorded once more at the end of the run. */
	onKeysNotKept?: () => void;
	/** Told about once a minute of how many contacts it is known what became of them. */
	onProgress?: (settled: number) => void;
	clock?: Clock;
}

const PROGRESS_MS = 60_000;

/** How often one looks whether the execution was stopped, in ms. */
const LOOK_MS = 500;

/** How long an answer waits for others, in ms: calls that start together cost a fifth less each. */
const GATHER_MS = 1;

/**
 * Rings each contact at most once: as many at a time as KrosAI takes, as fast as it takes them.
 *
 * @returns an outcome for each contact, in their order; undefined for those who were left out because
 * the run ended early, by cancellation or by a failure
 */
export async function dial(
	contacts: Contacts,
	options: DialOptions,
): Promise<Array<Outcome | undefined>> {
	return await new Run(contacts, options).finish();
}

class Run {
	private readonly outcomes: Array<Outcome | undefined>;
	/**
	 * Contacts whom KrosAI refused for now or who got their key from another, and the first who was
	 * not looked at yet.
	 */
	private readonly again: number[] = [];
	private fresh = 0;
	private inFlight = 0;
	private settled = 0;
	private toldAt: number;
	private hasEnded = false;
	/** Why all who are left are given up. */
	private noLine: CallFailure | undefined;
	private thrown: { reason: unknown } | undefined;
	private readonly clock: Clock;
	private readonly pace: Pace;
	private readonly lines: Lines;
	private readonly claims: Claims;
	private readonly answers = new Bell();

	constructor(
		private readonly contacts: Contacts,
		private readonly options: DialOptions,
	) {
		this.outcomes = Array.from({ length: contacts.length });
		this.clock = options.clock ?? { now: Date.now, sleep };
		this.pace = new Pace(options.callsPerSecond);
		this.toldAt = this.clock.now();
		this.lines = new Lines(this.toldAt);
		this.claims = new Claims(options.keys ?? NO_KEYS, contacts.length);
	}

	async finish(): Promise<Array<Outcome | undefined>> {
		// Before the look-up: who turns out not to be called still has the key, and gets the call.
		for (const claim of this.allClaims()) if (this.isInLedger(claim.item)) this.claims.own(claim);
		await this.lookUp(this.unknownBefore());
		do await this.ringAll();
		while (await this.lookUpAfterwards());
		this.skipWaiting();
		await this.settleKeys();
		if (this.thrown) throw this.thrown.reason;
		return this.outcomes;
	}

	private async ringAll(): Promise<void> {
		for (;;) {
			if (this.options.isCancelled()) this.hasEnded = true;
			const next = this.nextToRing();
			if (!next && this.inFlight === 0) break;
			if (next && this.isUnclaimed(next.item)) {
				await this.claimFrom(next.item);
				continue;
			}
			const now = this.clock.now();
			this.tell(now);
			const startAt = next
				? Math.max(this.pace.nextAt(), this.lines.nextAt(this.inFlight))
				: Infinity;
			// The clock shows whole milliseconds, and a fast pace has several starts in each.
			if (next && startAt < now + 1) this.start(next, Math.max(now, startAt));
			else await this.waitUntil(startAt);
		}
	}

	/** The next contact who has to be rung. Those of whom it is known what becomes of them are settled. */
	private nextToRing(): { item: number; request: CallRequest } | undefined {
		while (!this.hasEnded) {
			const item = this.again[0] ?? this.fresh;
			const contact = this.contacts.at(item);
			if (!contact) return undefined;
			const known = 'failure' in contact ? contact : this.known(item, contact.request);
			if (!known && this.claims.isWaiting(item)) {
				this.take(item);
				continue;
			}
			if (!known && 'request' in contact) return { item, request: contact.request };
			this.take(item);
			this.settle(item, known!);
		}
		return undefined;
	}

	private take(item: number): void {
		if (item === this.again[0]) this.again.shift();
		else this.fresh += 1;
	}

	private queueAgain(item: number): void {
		this.again.push(item);
		this.again.sort((a, b) => a - b);
	}

	private known(item: number, request: CallRequest): Outcome | undefined {
		const { ledger } = this.options;
		const earlier = ledger.find(item, request);
		if (earlier?.state === 'called') return { call: earlier.call };
		if (earlier?.state === 'unknown') return { failure: earlier.failure };
		if (earlier?.state === 'sent') return { failure: interrupted(request) };
		if (this.claims.isSkipped(item)) return alreadyCalled(this.claimOf(item)!.key);
		const keyRefusal = ledger.keyRefusal();
		if (keyRefusal) return { failure: withoutKey(request, keyRefusal) };
		if (this.noLine) return { failure: withoutLine(request, this.noLine) };
		const { failedWith } = this.claims;
		const isHindered = failedWith !== undefined && this.claimOf(item);
		return isHindered ? { failure: withoutStore(request, failedWith) } : undefined;
	}

	private isInLedger(item: number): boolean {
		const contact = this.contacts.at(item)!;
		return 'request' in contact && this.options.ledger.find(item, contact.request) !== undefined;
	}

	private claimOf(item: number): Claim | undefined {
		const contact = this.contacts.at(item);
		if (!contact || 'failure' in contact || contact.key === undefined) return undefined;
		return { item, key: contact.key };
	}

	private allClaims(): Claim[] {
		if (!this.options.keys) return [];
		return [...this.outcomes.keys()].flatMap((item) => this.claimOf(item) ?? []);
	}

	private isUnclaimed(item: number): boolean {
		const claim = this.claimOf(item);
		if (!claim || this.claims.isOwner(claim)) return false;
		return !this.claims.isWaiting(item) && !this.claims.isSkipped(item);
	}

	/** Shortly before they are dialled: for this contact and the next. */
	private async claimFrom(first: number): Promise<void> {
		const chunk: Claim[] = [];
		const { chunkSize } = this.claims;
		for (let item = first; item < this.contacts.length && chunk.length < chunkSize; item += 1) {
			if (this.isUnclaimed(item) && !this.isInLedger(item)) chunk.push(this.claimOf(item)!);
		}
		await this.claims.claim(chunk);
	}

	/** Keys of those who were certainly not called are let go, in one write. */
	private async settleKeys(): Promise<void> {
		const owned = this.allClaims().filter((claim) => this.claims.isOwner(claim));
		if (owned.length === 0) return;
		const mine = owned.filter(({ item }) => !this.claims.isSkipped(item));
		const called = mine.filter(({ item }) => this.mayHaveRung(item)).map(({ key }) => key);
		const notCalled = mine.filter(({ item }) => !this.mayHaveRung(item)).map(({ key }) => key);
		const isKept = await this.claims.settle(called, notCalled);
		if (!isKept) this.options.onKeysNotKept?.();
	}

	private mayHaveRung(item: number): boolean {
		const outcome = this.outcomes[item];
		if (!outcome) return this.isInLedger(item);
		return 'call' in outcome || (isFailure(outcome) && outcome.failure.placed === 'unknown');
	}

	private settle(item: number, outcome: Outcome): void {
		this.outcomes[item] = outcome;
		this.settled += 1;
		if ('failure' in outcome && this.options.stopAtFailure) this.hasEnded = true;
		this.passKeyOn(item);
	}

	/** Where nobody was called under the contact's key, the next who has it is called. */
	private passKeyOn(item: number): void {
		const claim = this.claimOf(item);
		if (!claim || this.mayHaveRung(item)) return;
		const heir = this.claims.passOn(claim);
		// Whose turn has not come yet comes anyway.
		if (heir !== undefined && heir < this.fresh) this.queueAgain(heir);
	}

	/** At the end: those whose key belongs to a contact who was called, or may have been. */
	private skipWaiting(): void {
		for (const { item, key } of this.allClaims()) {
			const owner = this.claims.ownerOf(key);
			if (!this.claims.isWaiting(item) || this.outcomes[item] || owner === undefined) continue;
			const isCalled = this.claims.isSkipped(owner) || this.mayHaveRung(owner);
			if (isCalled) this.settle(item, alreadyCalled(key));
		}
	}

	private tell(now: number): void {
		if (now - this.toldAt < PROGRESS_MS) return;
		this.toldAt = now;
		this.options.onProgress?.(this.settled);
	}

	private start({ item, request }: { item: number; request: CallRequest }, now: number): void {
		this.take(item);
		const instead = this.options.askBefore?.(item, now);
		if (instead) {
			this.settle(item, instead);
			return;
		}
		const start = { number: this.pace.started(now), at: now };
		this.inFlight += 1;
		this.ring(item, request, start)
			.catch((reason: unknown) => {
				this.thrown = { reason };
				this.hasEnded = true;
			})
			.finally(() => {
				this.inFlight -= 1;
				this.answers.ring();
			});
	}

	private async ring(
		item: number,
		request: CallRequest,
		start: { number: number; at: number },
	): Promise<void> {
		const { client, ledger } = this.options;
		const probe = this.lines.started(this.clock.now());
		const body = this.options.addLookUpKey ? withLookUpKey(request) : request;
		const post: ApiRequest = { method: 'POST', path: '/outbound-calls', body };
		const sent = toSent(body, this.clock.now());
		ledger.recordSent(item, request, sent);
		const placement = readPlacement(await client(post), post);
		this.lines.ended(probe);
		if (placement.accepted) {
			const now = this.clock.now();
			ledger.recordCall(item, request, placement.call, now);
			this.pace.accepted(now, start);
			this.lines.accepted(now, probe);
			this.settle(item, { call: placement.call });
			return;
		}
		const { failure, limit } = placement;
		if (failure.placed === 'no') ledger.forget(item, request);
		else ledger.recordUnknown(item, request, failure, { ...sent, until: this.clock.now() });
		if (failure.httpCode === 401) ledger.recordKeyRefusal(failure);
		if (limit) this.postpone(item, limit, failure, probe);
		else this.settle(item, { failure });
	}

	/** KrosAI certainly placed no call, and says that it may later. */
	private postpone(item: number, limit: Limit, failure: CallFailure, probe: Probe): void {
		this.queueAgain(item);
		const now = this.clock.now();
		const pauseMs = (limit.retryAfterSeconds ?? 0) * 1000;
		const giveUpAt = this.lines.silentSince + this.options.waitForLineMinutes * 60_000;
		if (now >= giveUpAt || now + pauseMs > giveUpAt) this.noLine = failure;
		else if (limit.retryAfterSeconds === null) {
			this.pace.spread();
			this.lines.refused(now, probe, giveUpAt);
		} else if (this.lines.paused(now, probe, pauseMs)) this.pace.spreadSome();
	}

	/** Contacts of whom it was not known in an earlier try whether they were rung. */
	private unknownBefore(): number[] {
		if (!this.options.ledger.hasEarlierTry) return [];
		return [...this.outcomes.keys()].filter((item) => this.sentOf(item));
	}

	private sentOf(item: number): Sent | undefined {
		const contact = this.contacts.at(item)!;
		const earlier = 'request' in contact && this.options.ledger.find(item, contact.request);
		return earlier && earlier.state !== 'called' ? earlier.sent : undefined;
	}

	/**
	 * At the end, when most of the time to wait has passed anyway.
	 *
	 * @returns whether the run goes on: it was ended by a contact who turns out to be called, or there
	 * is somebody to call under the key of one who was not
	 */
	private async lookUpAfterwards(): Promise<boolean> {
		const isUnknown = (item: number) => this.outcomes[item] && this.sentOf(item);
		const unknown = [...this.outcomes.keys()].filter(isUnknown);
		if (unknown.length === 0 || this.thrown || this.options.isCancelled()) return false;
		const left = await this.lookUp(unknown);
		const lookAgainAt = left.reduce(
			(latest, item) => Math.max(latest, settledAt(this.sentOf(item)!)),
			-Infinity,
		);
		if (this.clock.now() < lookAgainAt) {
			while (this.clock.now() < lookAgainAt && !this.options.isCancelled()) {
				await this.waitUntil(lookAgainAt);
			}
			await this.lookUp(left);
		}
		if (!this.options.stopAtFailure) return this.again.length > 0;
		if (this.outcomes.some(isFailure)) return false;
		this.hasEnded = false;
		return this.outcomes.includes(undefined);
	}

	/** @returns the contacts of whom it still isn't known, where another look may tell */
	private async lookUp(items: number[]): Promise<number[]> {
		const { client, ledger, lookUpUnknownCalls } = this.options;
		if (items.length === 0 || !lookUpUnknownCalls || this.options.isCancelled()) return [];
		const unknowns = items.map((item) => ({ item, sent: this.sentOf(item)! }));
		const now = () => this.clock.now();
		const { found, absent, obstacle } = await lookUpCalls(client, unknowns, ledger.calls(), now);
		for (const item of items) {
			const { request } = this.contacts.at(item) as { request: CallRequest };
			const outcome = this.outcomes[item];
			const call = found.get(item);
			if (call) ledger.recordCall(item, request, toCall(call), now());
			else if (absent.has(item)) ledger.forget(item, request);
			if (!isFailure(outcome)) continue;
			if (call) this.outcomes[item] = { call: toCall(call) };
			else if (absent.has(item)) {
				this.outcomes[item] = { failure: notPlaced(outcome.failure) };
				this.passKeyOn(item);
			} else if (obstacle === 'scope') {
				this.outcomes[item] = { failure: withoutScope(outcome.failure) };
			}
		}
		if (obstacle) return [];
		return items.filter((item) => !found.has(item) && !absent.has(item));
	}

	/** Until then, or until answers have come, or it is time to look whether the run was stopped. */
	private async waitUntil(time: number): Promise<void> {
		const ms = Math.min(LOOK_MS, Math.max(0, time - this.clock.now()));
		await Promise.race([this.clock.sleep(ms), this.gatherAnswers()]);
	}

	private async gatherAnswers(): Promise<void> {
		await this.answers.next();
		await this.clock.sleep(GATHER_MS);
	}
}

/** Wakes whoever waits for the next ring. */
class Bell {
	private wake: () => void = () => {};
	private waiting: Promise<void> | undefined;

	async next(): Promise<void> {
		this.waiting ??= new Promise((resolve) => {
			this.wake = resolve;
		});
		await this.waiting;
	}

	ring(): void {
		this.wake();
		this.waiting = undefined;
	}
}

function alreadyCalled(key: string): Outcome {
	return { skipped: { status: 'skipped', reason: 'ALREADY_CALLED', key } };
}

export function isFailure(outcome: Outcome | undefined): outcome is { failure: CallFailure } {
	return outcome !== undefined && 'failure' in outcome;
}

function withLookUpKey(request: CallRequest): CallRequest {
	return { ...request, metadata: { ...request.metadata, [LOOK_UP_KEY]: randomUUID() } };
}

function toSent({ from_number, to_number, endpoint_id, metadata }: CallRequest, at: number): Sent {
	return { from_number, to_number, endpoint_id, ...(metadata && { metadata }), at };
}

/** A call of the log in the form of an answer to the request: there the id is called `call_id`. */
function toCall({ id, ...entry }: IDataObject): IDataObject {
	return { call_id: entry.call_id ?? id, ...entry };
}
