import { randomUUID } from 'crypto';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import { startCall } from '../api/outboundCalls';
import type { CallFailure } from '../api/types';
import type { CallRequest } from '../parameters/callRequest';
import { aliasesOf } from '../phone/phoneNumber';
import type { ContactList, ContactResult } from './contactList';
import { isFailure } from './contactList';
import {
	alreadyCalled,
	lostFromMemory,
	sameNumber,
	unanswered,
	withLookedUp,
	withoutKey,
	withoutLine,
	withoutStore,
} from './contactResults';
import { hashOf } from './ledger';
import type { Ledger, Sent } from './ledger';
import { ConcurrencyLimiter } from './concurrencyLimiter';
import type { Attempt } from './concurrencyLimiter';
import { LOOK_UP_KEY, lookUpCalls } from './lookUp';
import { KEPT_NOWHERE, OnceKeys } from './onceKeys';
import type { KeyStore } from './onceKeys';
import { RateLimiter } from '../util/rateLimiter';
import { readStartResult } from './startResult';
import type { Limit } from './startResult';
import type { RecentStarts } from './recentStarts';
import type { CampaignOptions } from '../parameters/campaignOptions';

export interface Clock {
	/** In ms, of a monotonic clock: for what lasts. */
	now(): number;
	/** In ms since 1970: for what is shown, kept and compared with other clocks. */
	date(): number;
	sleep(ms: number): Promise<void>;
}

/** The execution of which this one is a retry, or this one. */
export interface Lineage {
	/** The same for a node in an execution and its retries, and for no other. */
	id: string;
	/** When the first of them began, in ms since 1970; undefined where n8n doesn't tell. */
	since: number | undefined;
	isRetry: boolean;
}

export interface DialOptions extends CampaignOptions {
	client: Client;
	/** Shared with all other requests of the execution; undefined where KrosAI counts starts alone. */
	requestRate?: RateLimiter;
	ledger: Ledger;
	lineage: Lineage;
	/** Of all executions in this process, and what tells this one and its node from the others. */
	starts: RecentStarts;
	execution: string;
	node: string;
	/** Tells the organization of the API key from others. */
	account: string;
	/** Whether the first contact that can't be called ends the run. */
	stopAtFailure: boolean;
	isCancelled: () => boolean;
	/** Asked just before a contact is called: what becomes of this one instead, if it must not be. */
	askBefore?: (itemIndex: number, date: number) => ContactResult | undefined;
	/** Who was called in this lineage; undefined: the ledger serves alone. */
	memory: KeyStore | undefined;
	/** For contacts that have a key; undefined: none has. */
	keys: KeyStore | undefined;
	/** n8n's store refused to serve: in its words. */
	onStoreRefused?: (words: string) => void;
	/** Told about once a minute of how many contacts it is known what became of them. */
	onProgress?: (settled: number) => void;
	clock?: Clock;
}

export interface Dialled {
	/**
	 * For each contact, in their order; undefined for those who were left out because the run ended
	 * early, by cancellation, a failure or an exception.
	 */
	results: Array<ContactResult | undefined>;
	/** What ended the run, where nothing should have. */
	thrown?: { reason: unknown };
}

const PROGRESS_MS = 60_000;

/** Where n8n is killed, so many contacts are in doubt who were not called: KrosAI's starts a second. */
const MOST_NOTED = 10;

/** How often one looks whether the execution was stopped, in ms. */
const LOOK_MS = 200;

/** How long one waits for answers after the execution was stopped, in ms. */
const LAST_ANSWERS_MS = 500;

/** How long after an answer was lost the call log is looked at, in ms: it may lag behind. */
const LOG_LAGS_MS = 5_000;

/**
 * Calls each contact at most once: as many at a time as KrosAI takes, as fast as it takes them.
 * Never throws.
 */
export async function dial(list: ContactList, options: DialOptions): Promise<Dialled> {
	return await new Run(list, options).finish();
}

class Run {
	/** The phones of this run; undefined where each contact is called, whatever the number. */
	private readonly numbers: OnceKeys | undefined;
	private readonly memory: OnceKeys | undefined;
	/** A contact claims a key only where the number is its own, so that no two wait for each other. */
	private readonly keys: OnceKeys | undefined;
	/**
	 * Contacts that KrosAI refused for now or that got their number or key from another, and the first
	 * who was not looked at yet.
	 */
	private readonly retryQueue: number[] = [];
	private nextIndex = 0;
	private inFlight = 0;
	private settled = 0;
	private reportedAt: number;
	private hasEnded = false;
	/** When the execution was seen to be stopped, by the monotonic clock. */
	private stoppedAt: number | undefined;
	/** Why all who are left are given up. */
	private gaveUp: CallFailure | undefined;
	private thrown: { reason: unknown } | undefined;
	private readonly id = randomUUID();
	private readonly clock: Clock;
	private readonly rateLimiter: RateLimiter;
	private readonly concurrencyLimiter: ConcurrencyLimiter;
	private wake = () => {};
	private lostAt = -Infinity;
	/** Contacts in doubt since an earlier try: they keep none of the others from being called. */
	private readonly inDoubtBefore = new Set<number>();
	private readonly memoryKeys: string[] = [];
	private isRefused = false;
	/** A retry for which n8n has kept nothing: a store alone can tell who was called before. */
	private readonly isMemoryLost: boolean;

	constructor(
		private readonly list: ContactList,
		private readonly options: DialOptions,
	) {
		this.clock = options.clock ?? { now: () => performance.now(), date: Date.now, sleep };
		const { memory, ledger, execution, lineage } = options;
		this.isMemoryLost = lineage.isRetry && ledger.isNew;
		// n8n 1.x runs an execution again whose worker was lost, and with a new lineage.
		const mark = ledger.isNew ? hashOf(['execution', execution]) : undefined;
		const keyIn = (item: number) => (list.requestOf(item) ? this.memoryKeyOf(item) : undefined);
		this.memory = memory && new OnceKeys(memory, keyIn, mark);
		if (options.sameNumberTwice === 'callOnce') {
			this.numbers = new OnceKeys(KEPT_NOWHERE, (item) => phoneOf(list, item));
		}
		this.keys = options.keys && new OnceKeys(options.keys, (item) => keyOf(list, item));
		this.rateLimiter = new RateLimiter(options.callsPerSecond);
		this.reportedAt = this.clock.now();
		this.concurrencyLimiter = new ConcurrencyLimiter(this.reportedAt);
	}

	async finish(): Promise<Dialled> {
		const { list, options, keys } = this;
		// Contacts of an earlier try have their numbers and keys before all others who have the same.
		if (!options.ledger.isNew) {
			for (const item of list.items) if (list.mayHaveRung(item)) this.own(item);
		}
		await this.settleThrown(async () => {
			do await this.callAll();
			while ((await this.lookUp()) || this.settleWaiting());
		});
		await this.settleThrown(async () => {
			const isCalled = (item: number) => list.mayHaveRung(item);
			await this.memory?.settle(isCalled, { recordAgain: false });
			const isKept = (await keys?.settle(isCalled, { recordAgain: true })) ?? true;
			if (!isKept) options.onStoreRefused?.('it did not take the keys once more');
		});
		return { results: list.results, ...(this.thrown && { thrown: this.thrown }) };
	}

	private async settleThrown(step: () => Promise<void>): Promise<void> {
		try {
			await step();
		} catch (reason) {
			this.thrown ??= { reason };
			this.hasEnded = true;
			// Requests that are under way still tell what became of their contacts.
			while (this.hasAnswersToCome()) await this.waitUntil(Infinity);
		}
	}

	private async callAll(): Promise<void> {
		for (;;) {
			if (this.options.isCancelled()) this.stop();
			const next = this.nextToCall();
			if (!next && !this.hasAnswersToCome()) break;
			if (next && !this.isNoted(next.item)) {
				await this.note(next.item);
				continue;
			}
			const now = this.clock.now();
			this.reportProgress(now);
			const startAt = next
				? Math.max(
						this.rateLimiter.nextAt(),
						this.options.requestRate?.nextAt() ?? -Infinity,
						this.concurrencyLimiter.nextAt(this.inFlight),
					)
				: Infinity;
			// The clock shows whole milliseconds, and a fast pace has several starts in each.
			if (next && startAt < now + 1) this.start(next, Math.max(now, startAt));
			else await this.waitUntil(startAt);
		}
	}

	/** n8n keeps nothing of what a node says too late: answers that come later are not waited for. */
	private stop(): void {
		this.hasEnded = true;
		this.stoppedAt ??= this.clock.now();
	}

	private hasAnswersToCome(): boolean {
		const isTooLate = this.clock.now() > (this.stoppedAt ?? Infinity) + LAST_ANSWERS_MS;
		return this.inFlight > 0 && !isTooLate;
	}

	/** The next contact to be called. Contacts whose result is known are settled on the way. */
	private nextToCall(): { item: number; request: CallRequest } | undefined {
		while (!this.hasEnded) {
			const item = this.retryQueue[0] ?? this.nextIndex;
			const contact = this.list.at(item);
			if (!contact) return undefined;
			const known = 'failure' in contact ? contact : this.known(item, contact.request);
			if (!known && this.isWaiting(item)) {
				this.dequeue(item);
				continue;
			}
			if (!known && 'request' in contact) return { item, request: contact.request };
			this.dequeue(item);
			if (this.list.sentOf(item)) this.inDoubtBefore.add(item);
			this.settle(item, known!);
		}
		return undefined;
	}

	private dequeue(item: number): void {
		if (item === this.retryQueue[0]) this.retryQueue.shift();
		else this.nextIndex += 1;
	}

	private requeue(item: number): void {
		this.retryQueue.push(item);
		this.retryQueue.sort((a, b) => a - b);
	}

	private known(item: number, request: CallRequest): ContactResult | undefined {
		if (this.isForgotten(item)) this.doubt(item, request);
		const earlier = this.list.entryOf(item);
		if (earlier?.state === 'called') return { call: earlier.call };
		if (earlier?.state === 'unknown') return { failure: earlier.failure };
		if (earlier?.state === 'sent') return { failure: unanswered(request) };
		if (this.keys?.isFound(item)) return alreadyCalled(keyOf(this.list, item));
		const { ledger, askBefore } = this.options;
		const keyRefusal = ledger.keyRefusal();
		if (keyRefusal) return { failure: withoutKey(request, keyRefusal) };
		if (this.gaveUp) return { failure: withoutLine(request, this.gaveUp) };
		const refusal = keyOf(this.list, item) === undefined ? undefined : this.keys?.failedWith;
		if (refusal !== undefined) return { failure: withoutStore(request, refusal) };
		return askBefore?.(item, this.clock.date());
	}

	/** Whether the contact may have been called in this lineage, and all that tells so is gone. */
	private isForgotten(item: number): boolean {
		const { lineage } = this.options;
		if (this.list.mayHaveRung(item)) return false;
		if (this.memory?.isMarkFound) return true;
		const isKnown = this.memory && this.memory.failedWith === undefined && lineage.since;
		return this.isMemoryLost && !isKnown;
	}

	/** This lineage may have called the contact, and the ledger knows nothing of it. */
	private doubt(item: number, request: CallRequest): void {
		const { ledger, lineage } = this.options;
		// An execution that runs again has begun before this lineage.
		const since = this.memory?.isMarkFound ? undefined : lineage.since;
		const sent = this.toSent(this.bodyOf(item, request), since);
		ledger.recordUnknown(this.list.keyOf(item), item, lostFromMemory(request), sent);
		// Another execution here may call the contact at this moment.
		if (this.options.starts.starterOf(this.memoryKeyOf(item))) this.lostAt = this.clock.now();
		this.own(item);
	}

	/** The contact was called in an earlier try, or may have been. */
	private own(item: number): void {
		this.numbers?.own(item);
		this.keys?.own(item);
	}

	/** Whether another contact has the number or the key, and what becomes of this one depends on it. */
	private isWaiting(item: number): boolean {
		return (this.numbers?.isWaiting(item) || this.keys?.isWaiting(item)) ?? false;
	}

	/**
	 * What tells the contact apart in all executions. Where a number is called once, it is the same for all
	 * who have it: after a crash, another than the one who was called may be the first.
	 */
	private memoryKeyOf(item: number): string {
		const { list, numbers } = this;
		const key = numbers ? list.firstKeyOf(item) : list.keyOf(item);
		return (this.memoryKeys[item] ??= hashOf([this.options.lineage.id, key]));
	}

	/**
	 * A new one after each refusal, as KrosAI may answer an old one with the refusal for ever. Two retries
	 * at once have the same; nothing else may, for one call would stand for two. So the first execution is
	 * in its own, as two may begin in the same millisecond; and where n8n doesn't tell when a lineage
	 * began, executions of another n8n, or of a new database, may have the same number.
	 */
	private idempotencyKeyOf(item: number): string {
		const { ledger, lineage, execution } = this.options;
		const refusals = ledger.refusals(this.list.keyOf(item));
		const shared = lineage.isRetry ? null : execution;
		const scope = lineage.since === undefined ? this.id : shared;
		return hashOf([this.memoryKeyOf(item), refusals, scope]);
	}

	/** Whether it is on n8n's disk that the contact is about to be called, or no call is about to start. */
	private isNoted(item: number): boolean {
		if (this.numbers?.isSettled(item) === false) return false;
		if (this.isWaiting(item)) return true;
		return (this.memory?.isSettled(item) ?? true) && (this.keys?.isSettled(item) ?? true);
	}

	/** A second's worth of contacts from this one on, but no more than there are lines for. */
	private async note(first: number): Promise<void> {
		const most = Math.min(
			Math.ceil(this.options.callsPerSecond),
			MOST_NOTED,
			this.concurrencyLimiter.free,
		);
		const batch = [first];
		for (let item = Math.max(first + 1, this.nextIndex); batch.length < most; item += 1) {
			const contact = this.list.at(item);
			if (!contact) break;
			if ('failure' in contact || this.list.mayHaveRung(item) || this.isNoted(item)) continue;
			if (!this.options.askBefore?.(item, this.clock.date())) batch.push(item);
		}
		const { numbers, memory, keys } = this;
		await numbers?.claim(batch);
		const items = batch.filter((item) => !numbers?.isWaiting(item));
		await memory?.claim(items);
		for (const item of items) {
			const isInDoubt = memory?.isFound(item) && !this.isAnothers(item);
			if (isInDoubt) this.doubt(item, this.list.requestOf(item)!);
			else this.recordStart(item);
		}
		await keys?.claim(items);
		const refusal = memory?.failedWith ?? keys?.failedWith;
		if (refusal !== undefined && !this.isRefused) this.options.onStoreRefused?.(refusal);
		this.isRefused ||= refusal !== undefined;
	}

	/** Two executions that begin in the same millisecond share a lineage where neither is a retry. */
	private isAnothers(item: number): boolean {
		const { starts, lineage, execution } = this.options;
		const other = starts.starterOf(this.memoryKeyOf(item));
		if (!other || other.isRetry || lineage.isRetry) return false;
		return other.execution !== execution;
	}

	private get starter() {
		const { execution, node, lineage } = this.options;
		return { execution, node, isRetry: lineage.isRetry };
	}

	private recordStart(item: number, sent?: Sent): void {
		this.options.starts.started(this.memoryKeyOf(item), this.starter, sent);
	}

	private settle(item: number, result: ContactResult): void {
		this.list.results[item] = result;
		this.settled += 1;
		if (this.options.stopAtFailure && this.endsRun(item)) this.hasEnded = true;
		if (!this.list.mayHaveRung(item)) this.handOver(item);
	}

	/** Under On Error "Stop Workflow". */
	private endsRun(item: number): boolean {
		return isFailure(this.list.results[item]) && !this.inDoubtBefore.has(item);
	}

	/** Where no call was placed for the contact, the next who has the number or the key is called. */
	private handOver(item: number): void {
		this.memory?.handOver(item);
		for (const next of [this.numbers?.handOver(item), this.keys?.handOver(item)]) {
			// Whose turn has not come yet comes anyway.
			if (next !== undefined && next < this.nextIndex) this.requeue(next);
		}
	}

	/**
	 * At the end, of contacts whose number or key belongs to one who was called, or may have been.
	 *
	 * @returns whether the run goes on: one of them had the number that another waits for
	 */
	private settleWaiting(): boolean {
		const { list, numbers, keys } = this;
		for (const item of list.items) {
			if (list.results[item] || !this.isWaiting(item)) continue;
			const isSameNumber = numbers?.isWaiting(item) ?? false;
			const owner = (isSameNumber ? numbers : keys)?.ownerOf(item);
			const entry = owner === undefined ? undefined : list.entryOf(owner);
			if (!entry) continue;
			const call = entry.state === 'called' ? entry.call : undefined;
			this.settle(item, isSameNumber ? sameNumber(call) : alreadyCalled(keyOf(list, item)));
		}
		return !this.hasEnded && this.retryQueue.length > 0;
	}

	private reportProgress(now: number): void {
		if (now - this.reportedAt < PROGRESS_MS) return;
		this.reportedAt = now;
		this.options.onProgress?.(this.settled);
	}

	private start({ item, request }: { item: number; request: CallRequest }, now: number): void {
		this.dequeue(item);
		this.rateLimiter.started(now);
		this.options.requestRate?.started(now);
		this.inFlight += 1;
		this.call(item, request)
			.catch((reason: unknown) => {
				this.thrown ??= { reason };
				this.hasEnded = true;
			})
			.finally(() => {
				this.inFlight -= 1;
				this.wake();
			});
	}

	private async call(item: number, request: CallRequest): Promise<void> {
		const { client, ledger, starts } = this.options;
		const key = this.list.keyOf(item);
		const memoryKey = this.memoryKeyOf(item);
		const attempt = this.concurrencyLimiter.started(this.clock.now());
		const body = this.bodyOf(item, request);
		const sent = this.toSent(body, this.clock.date());
		ledger.recordSent(key, item, sent);
		this.recordStart(item, sent);
		const idempotencyKey = this.idempotencyKeyOf(item);
		const { exchange, request: post } = await startCall(client, body, idempotencyKey);
		const placement = readStartResult(exchange, post);
		this.concurrencyLimiter.ended(attempt);
		if (placement.accepted) {
			const now = this.clock.now();
			ledger.recordCall(key, item, request.to_number, placement.call);
			starts.called(memoryKey, placement.call);
			this.concurrencyLimiter.accepted(now, attempt);
			this.settle(item, { call: placement.call });
			return;
		}
		const { failure, limit } = placement;
		if (failure.placed === 'no') {
			ledger.forget(key);
			starts.refused(memoryKey);
		} else {
			ledger.recordUnknown(key, item, failure, sent);
			this.lostAt = this.clock.now();
		}
		if (failure.httpCode === 401) ledger.recordKeyRefusal(failure);
		if (limit) this.postpone(item, limit, failure, attempt);
		else this.settle(item, { failure });
	}

	/** KrosAI certainly placed no call, and says that it may later. */
	private postpone(item: number, limit: Limit, failure: CallFailure, attempt: Attempt): void {
		this.requeue(item);
		const now = this.clock.now();
		const pauseMs = (limit.retryAfterSeconds ?? 0) * 1000;
		const giveUpAt = this.concurrencyLimiter.silentSince + this.options.waitForLineMinutes * 60_000;
		if (now >= giveUpAt || now + pauseMs > giveUpAt) this.gaveUp = failure;
		else if (limit.retryAfterSeconds === null)
			this.concurrencyLimiter.refused(now, attempt, giveUpAt);
		else this.concurrencyLimiter.paused(now, attempt, pauseMs);
	}

	/**
	 * At the end, of contacts in doubt: whether another execution here or the call log knows their calls.
	 *
	 * @returns whether the run goes on: it was ended by a contact who turns out to be called
	 */
	private async lookUp(): Promise<boolean> {
		const { list, options, clock } = this;
		const inDoubt = () => list.items.filter((item) => list.results[item] && list.sentOf(item));
		const count = inDoubt().length;
		if (count === 0 || this.thrown) return false;
		for (const item of inDoubt()) {
			this.recordFound(item, options.starts.callOf(this.memoryKeyOf(item)));
		}
		const lookAt = this.lostAt + LOG_LAGS_MS;
		const isWanted = options.lookUpUnknownCalls !== 'off' && inDoubt().length > 0;
		while (isWanted && clock.now() < lookAt && !options.isCancelled()) await this.waitUntil(lookAt);
		if (options.isCancelled()) return false;
		if (isWanted) await this.lookIntoLog(inDoubt());
		if (!options.stopAtFailure || inDoubt().length === count) return false;
		this.hasEnded = list.items.some((item) => this.endsRun(item));
		return !this.hasEnded && list.results.includes(undefined);
	}

	private async lookIntoLog(items: number[]): Promise<void> {
		const { list } = this;
		const { ledger, client, isCancelled, account, starts } = this.options;
		const inDoubt = items.flatMap((item) => {
			const sent = list.sentOf(item)!;
			// Another organization's log doesn't show this one's calls, and without a time none can be told.
			const isElsewhere = sent.account !== undefined && sent.account !== account;
			return isElsewhere || sent.at === undefined ? [] : [{ item, sent }];
		});
		if (inDoubt.length === 0) return;
		const at = this.clock.date();
		const knownCallIds = [...ledger.callIds(), ...starts.callIds()];
		const own = new Set(items.map((item) => this.memoryKeyOf(item)));
		const rivals = [...ledger.inDoubtElsewhere(), ...starts.inDoubtElsewhere(this.starter, own)];
		const options = { knownCallIds, rivals, isCancelled, now: at };
		const { found, fitting, obstacle } = await lookUpCalls(client, inDoubt, options);
		for (const { item } of inDoubt) {
			this.recordFound(item, found.get(item));
			// Without the words of an earlier look.
			const result = this.known(item, list.requestOf(item)!);
			if (!isFailure(result)) continue;
			const failure = withLookedUp(result.failure, { obstacle, fitting: fitting.get(item), at });
			list.results[item] = { failure };
		}
	}

	private recordFound(item: number, call: IDataObject | undefined): void {
		if (!call) return;
		const { list } = this;
		this.options.ledger.recordCall(list.keyOf(item), item, list.requestOf(item)!.to_number, call);
		this.options.starts.called(this.memoryKeyOf(item), call);
		list.results[item] = { call };
	}

	private bodyOf(item: number, request: CallRequest): CallRequest {
		if (this.options.lookUpUnknownCalls !== 'byKey') return request;
		return { ...request, metadata: { ...request.metadata, [LOOK_UP_KEY]: this.memoryKeyOf(item) } };
	}

	private toSent(body: CallRequest, at: number | undefined): Sent {
		const { from_number, to_number, endpoint_id, metadata } = body;
		const { account } = this.options;
		return { from_number, to_number, endpoint_id, ...(metadata && { metadata }), at, account };
	}

	/** Until then, or until answers have come, or it is time to look whether the run was stopped. */
	private async waitUntil(time: number): Promise<void> {
		const ms = Math.min(LOOK_MS, Math.max(0, time - this.clock.now()));
		const answered = new Promise<void>((resolve) => (this.wake = resolve));
		await Promise.race([this.clock.sleep(ms), answered]);
	}
}

function keyOf(list: ContactList, item: number): string | undefined {
	const contact = list.at(item);
	return contact && 'request' in contact ? contact.key : undefined;
}

/** The same for each way to write a number, and for each number of one phone. */
function phoneOf(list: ContactList, item: number): string | undefined {
	const request = list.requestOf(item);
	return request && aliasesOf(request.to_number)[0];
}
