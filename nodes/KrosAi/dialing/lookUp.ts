import type { IDataObject } from 'n8n-workflow';
import { callIdOf, fetchCalls } from '../api/callLog';
import type { Client } from '../api/client';
import { isScopeMissing } from '../api/errors';
import { isObject } from '../api/json';
import type { OwnCall, Sent } from './ledger';

/** The key in the metadata that a call can be told by, where the user wants one. */
export const LOOK_UP_KEY = 'n8n_look_up_key';

/** A contact of whom it isn't known whether KrosAI has placed the call. */
export interface Unknown {
	item: number;
	sent: Sent;
}

export interface LookUp {
	/** The calls that were found, by item. */
	found: Map<number, IDataObject>;
	/** Items whose call KrosAI certainly did not place. */
	absent: Set<number>;
	/** Why the log could not be read; undefined where it could. */
	obstacle: 'scope' | 'other' | undefined;
}

/** What a call to the same number may be off in time and still be the one; more than clocks differ. */
const WIDE_MS = 5 * 60_000;

/** The same for clocks that were compared: both sides count in seconds. */
const NARROW_MS = 10_000;

/** A request that was lost may still be on its way, and the log may lag behind: this long, in ms. */
const GRACE_MS = 15_000;

/** No request waits longer for its answer, in ms: for one whose process ended meanwhile. */
const LONGEST_REQUEST_MS = 60_000;

/** A page of the log takes no longer to come, in ms, as far as the comparison of clocks goes. */
const LONGEST_ANSWER_MS = 5_000;

/** Pages of a hundred calls. */
const MOST_PAGES = 50;

/** The part of KrosAI's call log that was read. */
interface Log {
	entries: IDataObject[];
	/** Whether no call since that time can be missing from it. */
	isComplete: boolean;
	/** KrosAI's clock minus ours, in ms; undefined where KrosAI shows none. */
	clockOffset: number | undefined;
	/** How many calls it holds, as KrosAI said at first; undefined where it doesn't say. */
	total: number | undefined;
	obstacle?: LookUp['obstacle'];
}

/**
 * Looks for calls that may or may not have been placed: by numbers, endpoint and time, or by the
 * look-up key. Takes one walk through the newest pages of the log, however many contacts there are.
 * A wrong "absent" would ring somebody twice, so it takes more than not to be found.
 *
 * @param ownCalls calls that belong to other items
 * @param now ms since 1970
 */
export async function lookUpCalls(
	client: Client,
	unknowns: Unknown[],
	ownCalls: OwnCall[],
	now: () => number,
): Promise<LookUp> {
	const since = unknowns.reduce((earliest, { sent }) => Math.min(earliest, sent.at), Infinity);
	const log = await readLog(client, since, now);
	const ownIds = new Set(ownCalls.map(({ call }) => callIdOf(call)));
	const others = log.entries.filter((entry) => !ownIds.has(callIdOf(entry)));
	const callsTo = groupBy(others, ({ to_number }) => digits(to_number));
	const inOrder = [...unknowns].sort((a, b) => a.sent.at - b.sent.at);
	const groups = groupBy(inOrder, ({ sent }) => digits(sent.to_number));
	const result: LookUp = { found: new Map(), absent: new Set(), obstacle: log.obstacle };
	for (const [number, group] of groups) {
		assign(group, (callsTo.get(number) ?? []).filter(callIdOf), log.clockOffset, result);
	}
	// A log that doesn't show calls which were accepted meanwhile may lack this one too.
	const seen = new Set(log.entries.map(callIdOf));
	const recent = ownCalls.filter(({ at }) => at > since);
	const isLive = recent.every(({ call }) => seen.has(callIdOf(call)));
	const { clockOffset } = log;
	if (!log.isComplete || !isLive || clockOffset === undefined) return result;
	const taken = new Set(result.found.values());
	const toAnybody = others.filter((call) => !taken.has(call) && !showsWhom(call));
	for (const [number, group] of groups) {
		const left = (callsTo.get(number) ?? []).filter((call) => !taken.has(call));
		for (const { item, sent } of group) {
			const isSettled = now() >= settledAt(sent);
			const mayBeIts = (call: IDataObject) => mayBe(sent, call, clockOffset);
			const isAmbiguous = group.some(
				(other) => result.found.has(other.item) && !isAlike(other.sent, sent),
			);
			if (result.found.has(item) || !isSettled || isAmbiguous) continue;
			if (!left.some(mayBeIts) && !toAnybody.some(mayBeIts)) result.absent.add(item);
		}
	}
	return result;
}

/** From when on it counts that the log doesn't show a call. */
export function settledAt({ at, until = at + LONGEST_REQUEST_MS }: Sent): number {
	return until + GRACE_MS;
}

async function readLog(client: Client, since: number, now: () => number): Promise<Log> {
	const log: Log = { entries: [], isComplete: false, clockOffset: undefined, total: undefined };
	const watching: Client = async (request) => {
		const before = now();
		const exchange = await client(request);
		if (!exchange.answered) return exchange;
		const date = Date.parse(exchange.headers.date ?? '');
		const after = now();
		// It may have taken several tries, and the date is that of the last.
		const answeredAt = Math.max((before + after) / 2, after - LONGEST_ANSWER_MS);
		if (!Number.isNaN(date)) log.clockOffset = date - answeredAt;
		const { total } = isObject(exchange.json) ? exchange.json : {};
		if (typeof total === 'number') log.total ??= total;
		return exchange;
	};
	let pages = 0;
	for await (const page of fetchCalls(watching)) {
		if ('failed' in page) {
			log.obstacle = isScopeMissing(page.failed) ? 'scope' : 'other';
			return log;
		}
		log.entries.push(...page.calls);
		const oldest = Math.min(...log.entries.map(createdAt));
		if (isNewestFirst(log.entries) && oldest < since + (log.clockOffset ?? 0) - WIDE_MS) {
			return { ...log, isComplete: true };
		}
		pages += 1;
		if (pages === MOST_PAGES) return log;
	}
	// A server that knows no pages, or gives fewer calls at once than it was asked for, ends early.
	return { ...log, isComplete: log.entries.length >= (log.total ?? Infinity) };
}

/** Calls of one moment may come in any order. */
function isNewestFirst(entries: IDataObject[]): boolean {
	let oldest = Infinity;
	return entries.every((entry) => {
		const time = createdAt(entry);
		const isInOrder = time <= oldest + 2_000;
		oldest = Math.min(oldest, time);
		return isInOrder;
	});
}

/** NaN where it isn't known: without a zone, a time would be read as one of this machine's. */
function createdAt({ created_at }: IDataObject): number {
	const text = String(created_at);
	return /(Z|GMT|UTC|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : NaN;
}

/** Whether it can be said whose phone a call has rung, or that it was none of this list. */
function showsWhom({ direction, to_number }: IDataObject): boolean {
	return direction === 'inbound' || /^\+[\d\s().-]{8,}$/.test(String(to_number ?? ''));
}

function groupBy<T>(entries: T[], keyOf: (entry: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const entry of entries) {
		const group = groups.get(keyOf(entry));
		if (group) group.push(entry);
		else groups.set(keyOf(entry), [entry]);
	}
	return groups;
}

/** Each item its call, in the order of time: no call for two items, nor by guessing. */
function assign(
	group: Unknown[],
	calls: IDataObject[],
	clockOffset: number | undefined,
	{ found }: LookUp,
): void {
	const free = [...calls].sort((a, b) => createdAt(a) - createdAt(b));
	for (const { item, sent } of group) {
		const index = free.findIndex((call) => isOne(sent, call, clockOffset));
		if (index >= 0) found.set(item, free.splice(index, 1)[0]!);
	}
	// Another one without a call could be whose it is, and their requests differ.
	const without = group.filter(({ item }) => !found.has(item));
	for (const { item, sent } of group) {
		const call = found.get(item);
		const isGuess = without.some(
			(other) => call && isOne(other.sent, call, clockOffset) && !isAlike(other.sent, sent),
		);
		if (isGuess) found.delete(item);
	}
}

/** Whether a call of the log is that of this request. */
function isOne(sent: Sent, call: IDataObject, clockOffset: number | undefined): boolean {
	const key = sent.metadata?.[LOOK_UP_KEY];
	const metadata =
		isObject(call.metadata) && Object.keys(call.metadata).length ? call.metadata : null;
	if (key !== undefined && metadata) return metadata[LOOK_UP_KEY] === key;
	return (
		digits(call.from_number) === digits(sent.from_number) &&
		(!call.endpoint_id || call.endpoint_id === sent.endpoint_id) &&
		(!metadata || isSame(metadata, sent.metadata)) &&
		isWithin(sent, call, clockOffset ?? 0, clockOffset === undefined ? WIDE_MS : NARROW_MS)
	);
}

/** Whether it can't be excluded: numbers and ids may be written in another way in the log. */
function mayBe(sent: Sent, call: IDataObject, clockOffset: number): boolean {
	const key = sent.metadata?.[LOOK_UP_KEY];
	const otherKey = isObject(call.metadata) ? call.metadata[LOOK_UP_KEY] : undefined;
	if (key !== undefined && otherKey !== undefined) return key === otherKey;
	return Number.isNaN(createdAt(call)) || isWithin(sent, call, clockOffset, WIDE_MS);
}

/** KrosAI shows times to the second, cut off. */
function isWithin({ at, until }: Sent, call: IDataObject, offset: number, slack: number): boolean {
	const time = createdAt(call) - offset;
	return time >= at - slack && time <= (until ?? at + LONGEST_REQUEST_MS) + slack;
}

/** Whether it makes no difference which of the two a call belongs to. */
function isAlike(a: Sent, b: Sent): boolean {
	const identity = ({ from_number, endpoint_id, metadata }: Sent) => ({
		from_number,
		endpoint_id,
		metadata: { ...metadata, [LOOK_UP_KEY]: undefined },
	});
	return isSame(identity(a), identity(b));
}

function isSame(a: unknown, b: unknown): boolean {
	return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** The same keys may come back in another order. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isObject(value)) return value;
	const keys = Object.keys(value).sort();
	return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

function digits(number: unknown): string {
	return String(number ?? '').replace(/\D/g, '');
}
