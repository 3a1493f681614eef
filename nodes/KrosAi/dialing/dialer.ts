import { randomUUID } from 'crypto';
import { sleep } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import { isKeyRefused } from '../api/errors';
import { startCall } from '../api/outboundCalls';
import type { CallFailure } from '../api/types';
import type { CallRequest } from '../parameters/callRequest';
import { ContactKeys } from './contactKeys';
import type { ContactList, ContactResult, Stop } from './contactList';
import { isFailure } from './contactList';
import {
	alreadyCalled,
	failed,
	lostFromMemory,
	resultOf,
	sameNumber,
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
	/**
	 * Asked just before a contact is called: from which number to call, or what becomes of this one instead.
	 * `isRepeat`: another contact has its phone, and this one is called only where that one isn't.
	 */
	askBefore?: (itemIndex: number, date: number, isRepeat: boolean) => Asked | undefined;
	/** Who was called in this lineage; undefined: the ledger serves alone. */
	memory: KeyStore | undefined;
	/** For contacts that have a key; undefined: none has. */
	keys: KeyStore | undefined;
	/** n8n's store refused to serve: in its words. */
	onStoreRefused?: (words: string) => void;
	/** Told about once a minute of how many contacts it is known what became of them. */
	onProgress?: (settled: number) => void;
	/** Told at once what became of a contact; once more, where the call log knows better. */
	onResult?: (itemIndex: number, result: ContactResult) => void;
	clock?: Clock;
}

/** `pending`: it depends on answers that are under way. */
export type Asked = { state: 'admitted'; from_number: string } | Pending | ContactResult;

interface Pending {
	state: 'pending';
}

/** A contact who is to be called now. */
interface Next {
	state: 'next';
	item: number;
	request: CallRequest;
}

/** Of several reasons, the one that weighs most counts; of two alike, the first. */
const WEIGHT: Record<Stop['why'], number> = { failure: 0, cancelled: 1, thrown: 2 };

export interface Dialled {
	/** For each contact, in their order; undefined for those who were left out because the run was stopped. */
	results: Array<ContactResult | undefined>;
	stop?: Stop;
}

const PROGRESS_MS = 60_000;

/** Where n8n is killed, so many contacts are in doubt who were not called: KrosAI's starts a second. */
const MOST_RECORDED = 10;

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
	/**
	 * Contacts that KrosAI refused for now or that got their number or key from another, and the first
	 * who was not looked at yet.
	 */
	private readonly retryQueue: number[] = [];
	private nextIndex = 0;
	private inFlight = 0;
	private stop: Stop | undefined;
	/** KrosAI has accepted no call for too long: none of those who are left is called. */
	private noLine: CallFailure | undefined;
	private settled = 0;
	private reportedAt: number;
	private readonly id = randomUUID();
	private readonly clock: Clock;
	private readonly keys: ContactKeys;
	private readonly rateLimiter: RateLimiter;
	private readonly concurrencyLimiter: ConcurrencyLimiter;
	private wake = () => {};
	private lostAt = -Infinity;
	/** Contacts in doubt since an earlier try: they keep none of the others from being called. */
	private readonly inDoubtBefore = new Set<number>();
	private isStoreRefused = false;
	/** A retry for which n8n has kept nothing: a store alone can tell who was called before. */
	private readonly isMemoryLost: boolean;

	constructor(
		private readonly list: ContactList,
		private readonly options: DialOptions,
	) {
		this.clock = options.clock ?? { now: () => performance.now(), date: Date.now, sleep };
		const { ledger, execution, lineage } = options;
		this.isMemoryLost = lineage.isRetry && ledger.isNew;
		// n8n 1.x runs an execution again whose worker was lost, and with a new lineage.
		const mark = ledger.isNew ? hashOf(['execution', execution]) : undefined;
		this.keys = new ContactKeys(list, { ...options, lineageId: lineage.id, mark });
		this.rateLimiter = new RateLimiter(options.callsPerSecond);
		this.reportedAt = this.clock.now();
		this.concurrencyLimiter = new ConcurrencyLimiter(this.reportedAt);
	}

	async finish(): Promise<Dialled> {
		const { list, keys, options } = this;
		// Contacts of an earlier try have their numbers and keys before all others who have the same.
		if (!options.ledger.isNew) {
			for (const item of list.items) if (list.mayHaveRung(item)) keys.own(item);
		}
		await this.settleThrown(async () => {
			do await this.callAll();
			while ((await this.lookUp()) || this.settleWaiting());
		});
		await this.settleThrown(async () => {
			if (await keys.settle((item) => list.mayHaveRung(item))) return;
			options.onStoreRefused?.('it did not take the keys once more');
		});
		return { results: list.results, ...(this.stop && { stop: this.stop }) };
	}

	private async settleThrown(step: () => Promise<void>): Promise<void> {
		try {
			await step();
		} catch (reason) {
			this.end({ why: 'thrown', reason });
			// Requests that are under way still tell what became of their contacts.
			while (this.hasAnswersToCome()) await this.waitUntil(Infinity);
		}
	}

	private end(stop: Stop): void {
		if (!this.stop || WEIGHT[stop.why] > WEIGHT[this.stop.why]) this.stop = stop;
	}

	private async callAll(): Promise<void> {
		for (;;) {
			if (this.options.isCancelled()) this.end({ why: 'cancelled', at: this.clock.now() });
			const next = this.nextToCall();
			if (!next && !this.hasAnswersToCome()) return;
			if (next && !this.keys.isRecorded(next.item)) {
				await this.record(next.item);
				continue;
			}
			const now = this.clock.now();
			this.reportProgress(now);
			const startAt = next ? this.nextStartAt() : Infinity;
			// The clock shows whole milliseconds, and a fast pace has several starts in each.
			if (next && startAt < now + 1) this.start(next, Math.max(now, startAt));
			else await this.waitUntil(startAt);
		}
	}

	private nextStartAt(): number {
		return Math.max(
			this.rateLimiter.nextAt(),
			this.options.requestRate?.nextAt() ?? -Infinity,
			this.concurrencyLimiter.nextAt(this.inFlight),
		);
	}

	/** n8n keeps nothing of what a node says too late: answers that come later are not waited for. */
	private hasAnswersToCome(): boolean {
		const stoppedAt = this.stop?.why === 'cancelled' ? this.stop.at : Infinity;
		return this.inFlight > 0 && this.clock.now() <= stoppedAt + LAST_ANSWERS_MS;
	}

	/** The next contact to be called. Contacts whose result is known are settled on the way. */
	private nextToCall(): Next | undefined {
		while (!this.stop) {
			const item = this.retryQueue[0] ?? this.nextIndex;
			const contact = this.list.at(item);
			if (!contact) return undefined;
			const asked = contact.state === 'failed' ? contact : this.ask(item, contact.request);
			if (asked.state === 'pending') return undefined;
			if (asked.state === 'next' && !this.keys.isWaiting(item)) return asked;
			this.dequeue(item);
			if (asked.state === 'next') continue;
			if (this.list.sentOf(item)) this.inDoubtBefore.add(item);
			this.settle(item, asked);
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

	/** What becomes of a contact without a request, or the request. */
	private ask(item: number, request: CallRequest): Next | Pending | ContactResult {
		if (this.isForgotten(item)) this.doubt(item, request);
		const earlier = this.list.entryOf(item);
		if (earlier) return resultOf(earlier, request);
		// The store alone knows who was called: before it is asked, nothing is said of a contact.
		if (this.isMemoryLost && !this.keys.isRecorded(item)) return { state: 'next', item, request };
		if (this.keys.isUsed(item)) return alreadyCalled(this.list.onceKeyOf(item));
		const { ledger } = this.options;
		const keyRefusal = ledger.keyRefusal();
		if (keyRefusal) return failed(withoutKey(request, keyRefusal));
		if (this.noLine) return failed(withoutLine(request, this.noLine));
		const obstacle = this.keys.obstacleOf(item);
		if (obstacle !== undefined) return failed(withoutStore(request, obstacle));
		const asked = this.askBefore(item) ?? { state: 'admitted', from_number: request.from_number };
		if (asked.state !== 'admitted') return asked;
		return { state: 'next', item, request: { ...request, from_number: asked.from_number } };
	}

	private isAdmitted(item: number): boolean {
		return (this.askBefore(item)?.state ?? 'admitted') === 'admitted';
	}

	private askBefore(item: number): Asked | undefined {
		return this.options.askBefore?.(item, this.clock.date(), this.keys.isRepeat(item));
	}

	/** Whether the contact may have been called in this lineage, and all that tells so is gone. */
	private isForgotten(item: number): boolean {
		const { memory } = this.keys;
		if (this.list.mayHaveRung(item)) return false;
		if (memory?.isMarkFound) return true;
		const isKnown = memory && memory.failedWith === undefined && this.options.lineage.since;
		return this.isMemoryLost && !isKnown;
	}

	/** This lineage may have called the contact, and the ledger knows nothing of it. */
	private doubt(item: number, request: CallRequest): void {
		const { ledger, lineage, starts } = this.options;
		// An execution that runs again has begun before this lineage.
		const since = this.keys.memory?.isMarkFound ? undefined : lineage.since;
		const from_numbers = this.list.fromNumbersOf(item);
		const sent = {
			...this.toSent(this.bodyOf(item, request), since),
			...(from_numbers && { from_numbers }),
		};
		ledger.recordUnknown(this.list.keyOf(item), item, lostFromMemory(request), sent);
		// Another execution here may call the contact at this moment.
		if (starts.starterOf(this.keys.memoryKeyOf(item))) this.lostAt = this.clock.now();
		this.keys.own(item);
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
		return hashOf([this.keys.memoryKeyOf(item), refusals, scope]);
	}

	/** A second's worth of contacts from this one on, but no more than there are lines for. */
	private async record(first: number): Promise<void> {
		const { list, keys, options } = this;
		const most = Math.min(
			Math.ceil(options.callsPerSecond),
			MOST_RECORDED,
			this.concurrencyLimiter.free,
		);
		const batch = [first];
		for (let item = Math.max(first + 1, this.nextIndex); batch.length < most; item += 1) {
			const contact = list.at(item);
			if (!contact) break;
			if (contact.state === 'failed' || list.mayHaveRung(item) || keys.isRecorded(item)) continue;
			if (this.isMemoryLost || this.isAdmitted(item)) batch.push(item);
		}
		await keys.record(batch, (item, isKnown) => {
			if (isKnown && !this.isAnothers(item)) this.doubt(item, list.requestOf(item)!);
			else this.recordStart(item);
		});
		if (keys.obstacle === undefined || this.isStoreRefused) return;
		this.isStoreRefused = true;
		options.onStoreRefused?.(keys.obstacle);
	}

	/** Two executions that begin in the same millisecond share a lineage where neither is a retry. */
	private isAnothers(item: number): boolean {
		const { starts, lineage, execution } = this.options;
		const other = starts.starterOf(this.keys.memoryKeyOf(item));
		if (!other || other.isRetry || lineage.isRetry) return false;
		return other.execution !== execution;
	}

	private get starter() {
		const { execution, node, lineage } = this.options;
		return { execution, node, isRetry: lineage.isRetry };
	}

	private recordStart(item: number, sent?: Sent): void {
		this.options.starts.started(this.keys.memoryKeyOf(item), this.starter, sent);
	}

	private settle(item: number, result: ContactResult): void {
		this.list.results[item] = result;
		this.options.onResult?.(item, result);
		this.settled += 1;
		if (this.endsRun(item)) this.end({ why: 'failure' });
		if (this.list.mayHaveRung(item)) return;
		for (const next of this.keys.handOver(item)) {
			// Whose turn has not come yet comes anyway.
			if (next < this.nextIndex) this.requeue(next);
		}
	}

	private endsRun(item: number): boolean {
		const isFailed = isFailure(this.list.results[item]);
		return this.options.stopAtFailure && isFailed && !this.inDoubtBefore.has(item);
	}

	/**
	 * At the end, of contacts whose number or key belongs to one who was called, or may have been.
	 *
	 * @returns whether the run goes on: one of them had the number that another waits for
	 */
	private settleWaiting(): boolean {
		const { list, keys } = this;
		for (const item of list.items) {
			if (list.results[item] || !keys.isWaiting(item)) continue;
			const { owner, isSameNumber } = keys.awaited(item);
			const entry = list.entryOf(owner);
			if (!entry) continue;
			const call = entry.state === 'called' ? entry.call : undefined;
			this.settle(item, isSameNumber ? sameNumber(call) : alreadyCalled(list.onceKeyOf(item)));
		}
		return !this.stop && this.retryQueue.length > 0;
	}

	private reportProgress(now: number): void {
		if (now - this.reportedAt < PROGRESS_MS) return;
		this.reportedAt = now;
		this.options.onProgress?.(this.settled);
	}

	private start({ item, request }: Next, now: number): void {
		this.dequeue(item);
		this.rateLimiter.started(now);
		this.options.requestRate?.started(now);
		this.inFlight += 1;
		this.call(item, request)
			.catch((reason: unknown) => this.end({ why: 'thrown', reason }))
			.finally(() => {
				this.inFlight -= 1;
				this.wake();
			});
	}

	private async call(item: number, request: CallRequest): Promise<void> {
		const { client, ledger, starts } = this.options;
		const key = this.list.keyOf(item);
		const memoryKey = this.keys.memoryKeyOf(item);
		const attempt = this.concurrencyLimiter.started(this.clock.now());
		const body = this.bodyOf(item, request);
		const sent = this.toSent(body, this.clock.date());
		ledger.recordSent(key, item, sent);
		this.recordStart(item, sent);
		const idempotencyKey = this.idempotencyKeyOf(item);
		const { exchange, request: post } = await startCall(client, body, idempotencyKey);
		const started = readStartResult(exchange, post);
		this.concurrencyLimiter.ended(attempt);
		if (started.accepted) {
			const { call } = started;
			ledger.recordCall(key, item, request.to_number, call);
			starts.called(memoryKey, call);
			this.concurrencyLimiter.accepted(this.clock.now(), attempt);
			this.settle(item, { state: 'called', call });
			return;
		}
		const { failure, limit } = started;
		if (failure.placed === 'no') {
			ledger.forget(key);
			starts.refused(memoryKey);
		} else {
			ledger.recordUnknown(key, item, failure, sent);
			this.lostAt = this.clock.now();
		}
		if (isKeyRefused(failure)) ledger.recordKeyRefusal(failure);
		if (limit) this.postpone(item, limit, failure, attempt);
		else this.settle(item, failed(failure));
	}

	/** KrosAI certainly placed no call, and says that it may later. */
	private postpone(item: number, limit: Limit, failure: CallFailure, attempt: Attempt): void {
		this.requeue(item);
		const now = this.clock.now();
		const pauseMs = (limit.retryAfterSeconds ?? 0) * 1000;
		const giveUpAt = this.concurrencyLimiter.silentSince + this.options.waitForLineMinutes * 60_000;
		if (now >= giveUpAt || now + pauseMs > giveUpAt) this.noLine = failure;
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
		const { list, options, clock, keys } = this;
		const inDoubt = () => list.items.filter((item) => list.results[item] && list.sentOf(item));
		const count = inDoubt().length;
		if (count === 0 || this.stop?.why === 'thrown') return false;
		for (const item of inDoubt()) {
			this.recordFound(item, options.starts.callOf(keys.memoryKeyOf(item)));
		}
		const lookAt = this.lostAt + LOG_LAGS_MS;
		const isWanted = options.lookUpUnknownCalls !== 'off' && inDoubt().length > 0;
		while (isWanted && clock.now() < lookAt && !options.isCancelled()) await this.waitUntil(lookAt);
		if (options.isCancelled()) return false;
		if (isWanted) await this.lookIntoLog(inDoubt());
		const isOver =
			!list.results.includes(undefined) || list.items.some((item) => this.endsRun(item));
		if (this.stop?.why !== 'failure' || inDoubt().length === count || isOver) return false;
		this.stop = undefined;
		return true;
	}

	private async lookIntoLog(items: number[]): Promise<void> {
		const { list, keys } = this;
		const { ledger, client, isCancelled, account, starts } = this.options;
		const inDoubt = items.flatMap((item) => {
			const sent = list.sentOf(item)!;
			const { at: sentAt } = sent;
			// Another organization's log doesn't show this one's calls, and without a time none can be told.
			const isElsewhere = sent.account !== undefined && sent.account !== account;
			return isElsewhere || sentAt === undefined ? [] : [{ item, sent: { ...sent, at: sentAt } }];
		});
		if (inDoubt.length === 0) return;
		const at = this.clock.date();
		const knownCallIds = [...ledger.callIds(), ...starts.callIds()];
		const own = new Set(items.map((item) => keys.memoryKeyOf(item)));
		const rivals = [...ledger.inDoubtElsewhere(), ...starts.inDoubtElsewhere(this.starter, own)];
		const options = { knownCallIds, rivals, isCancelled, now: at };
		const { found, fitting, obstacle } = await lookUpCalls(client, inDoubt, options);
		for (const { item } of inDoubt) {
			this.recordFound(item, found.get(item));
			// Without the words of an earlier look.
			const result = resultOf(list.entryOf(item)!, list.requestOf(item)!);
			if (!isFailure(result)) continue;
			const looked = { obstacle, fitting: fitting.get(item), at };
			list.results[item] = failed(withLookedUp(result.failure, looked));
		}
	}

	private recordFound(item: number, call: IDataObject | undefined): void {
		if (!call) return;
		const { list, keys, options } = this;
		options.ledger.recordCall(list.keyOf(item), item, list.requestOf(item)!.to_number, call);
		options.starts.called(keys.memoryKeyOf(item), call);
		const result: ContactResult = { state: 'called', call };
		list.results[item] = result;
		this.options.onResult?.(item, result);
	}

	private bodyOf(item: number, request: CallRequest): CallRequest {
		if (this.options.lookUpUnknownCalls !== 'byKey') return request;
		const key = this.keys.memoryKeyOf(item);
		return { ...request, metadata: { ...request.metadata, [LOOK_UP_KEY]: key } };
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
