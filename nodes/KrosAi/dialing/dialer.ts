import { randomUUID } from 'crypto';
import { sleep } from 'n8n-workflow';
import type { Client } from '../api/client';
import type { ApiRequest } from '../api/types';
import type { CallRequest } from './callRequest';
import type { KeyStore } from './claims';
import { ContactList, isFailure } from './contactList';
import type { Contacts, Outcome } from './contactList';
import { interrupted, withoutKey, withoutLine } from './failures';
import type { Ledger, Sent } from './ledger';
import { Lines } from './lines';
import type { Probe } from './lines';
import { LOOK_UP_KEY } from './lookUp';
import { OncePerKey } from './oncePerKey';
import { Pace } from './pace';
import { readPlacement } from './placement';
import type { CallFailure, Limit } from './placement';
import type { CampaignSettings } from './settings';
import { UnknownCalls } from './unknownCalls';

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

/** How long an answer waits for others, in ms: calls started one by one cost more processor time. */
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
	private readonly list: ContactList;
	private readonly keys: OncePerKey;
	private readonly unknowns: UnknownCalls;
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
	private readonly answers = new Bell(async () => await this.clock.sleep(GATHER_MS));

	constructor(
		contacts: Contacts,
		private readonly options: DialOptions,
	) {
		this.clock = options.clock ?? { now: Date.now, sleep };
		this.list = new ContactList(contacts, options.ledger);
		this.keys = new OncePerKey(this.list, options.keys);
		this.unknowns = new UnknownCalls(this.list, { ...options, now: () => this.clock.now() });
		this.pace = new Pace(options.callsPerSecond);
		this.toldAt = this.clock.now();
		this.lines = new Lines(this.toldAt);
	}

	async finish(): Promise<Array<Outcome | undefined>> {
		// Before the look-up, which takes those from the ledger who turn out not to be called.
		this.keys.keepEarlier();
		await this.lookUp(this.unknowns.before());
		do await this.ringAll();
		while (await this.lookUpAfterwards());
		for (const { item, outcome } of this.keys.leftWaiting()) this.settle(item, outcome);
		if (!(await this.keys.settle())) this.options.onKeysNotKept?.();
		if (this.thrown) throw this.thrown.reason;
		return this.list.outcomes;
	}

	private async ringAll(): Promise<void> {
		for (;;) {
			if (this.options.isCancelled()) this.hasEnded = true;
			const next = this.nextToRing();
			if (!next && this.inFlight === 0) break;
			if (next && this.keys.isUnclaimed(next.item)) {
				await this.keys.claimFrom(next.item);
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
			const contact = this.list.at(item);
			if (!contact) return undefined;
			const known = 'failure' in contact ? contact : this.known(item, contact.request);
			if (!known && this.keys.isWaiting(item)) {
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
		const earlier = this.list.entryOf(item);
		if (earlier?.state === 'called') return { call: earlier.call };
		if (earlier?.state === 'unknown') return { failure: earlier.failure };
		if (earlier?.state === 'sent') return { failure: interrupted(request) };
		const skipped = this.keys.skipOf(item);
		if (skipped) return skipped;
		const keyRefusal = this.options.ledger.keyRefusal();
		if (keyRefusal) return { failure: withoutKey(request, keyRefusal) };
		if (this.noLine) return { failure: withoutLine(request, this.noLine) };
		return this.keys.obstacleOf(item, request);
	}

	private settle(item: number, outcome: Outcome): void {
		this.list.outcomes[item] = outcome;
		this.settled += 1;
		if ('failure' in outcome && this.options.stopAtFailure) this.hasEnded = true;
		this.passKeyOn(item);
	}

	/** Where nobody was called under the contact's key, the next who has it is called. */
	private passKeyOn(item: number): void {
		const heir = this.keys.passOn(item);
		// Whose turn has not come yet comes anyway.
		if (heir !== undefined && heir < this.fresh) this.queueAgain(heir);
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

	/**
	 * At the end, when most of the time to wait has passed anyway.
	 *
	 * @returns whether the run goes on: it was ended by a contact who turns out to be called, or there
	 * is somebody to call under the key of one who was not
	 */
	private async lookUpAfterwards(): Promise<boolean> {
		const unknown = this.unknowns.amongOutcomes();
		if (unknown.length === 0 || this.thrown || this.options.isCancelled()) return false;
		const left = await this.lookUp(unknown);
		const lookAgainAt = this.unknowns.provenAt(left);
		if (this.clock.now() < lookAgainAt) {
			while (this.clock.now() < lookAgainAt && !this.options.isCancelled()) {
				await this.waitUntil(lookAgainAt);
			}
			await this.lookUp(left);
		}
		if (!this.options.stopAtFailure) return this.again.length > 0;
		if (this.list.outcomes.some(isFailure)) return false;
		this.hasEnded = false;
		return this.list.outcomes.includes(undefined);
	}

	/** @returns the contacts of whom it still isn't known, where another look may tell */
	private async lookUp(items: number[]): Promise<number[]> {
		const { unknown, notCalled } = await this.unknowns.lookUp(items);
		for (const item of notCalled) this.passKeyOn(item);
		return unknown;
	}

	/** Until then, or until answers have come, or it is time to look whether the run was stopped. */
	private async waitUntil(time: number): Promise<void> {
		const ms = Math.min(LOOK_MS, Math.max(0, time - this.clock.now()));
		await Promise.race([this.clock.sleep(ms), this.answers.next()]);
	}
}

/** Wakes whoever waits for the next ring, a moment after it: once for all rings of that moment. */
class Bell {
	private wake: () => void = () => {};
	private waiting: Promise<void> | undefined;

	constructor(private readonly moment: () => Promise<void>) {}

	async next(): Promise<void> {
		this.waiting ??= this.wait();
		await this.waiting;
	}

	ring(): void {
		this.wake();
		this.waiting = undefined;
	}

	private async wait(): Promise<void> {
		await new Promise<void>((resolve) => {
			this.wake = resolve;
		});
		await this.moment();
	}
}

function withLookUpKey(request: CallRequest): CallRequest {
	return { ...request, metadata: { ...request.metadata, [LOOK_UP_KEY]: randomUUID() } };
}

function toSent({ from_number, to_number, endpoint_id, metadata }: CallRequest, at: number): Sent {
	return { from_number, to_number, endpoint_id, ...(metadata && { metadata }), at };
}
