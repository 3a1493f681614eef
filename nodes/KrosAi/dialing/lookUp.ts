import type { IDataObject } from 'n8n-workflow';
import { callIdOf, createdAtOf, fetchCall, fetchCalls, isAbsent } from '../api/callLog';
import type { Client } from '../api/client';
import { isScopeMissing } from '../api/errors';
import { readMetadata } from '../api/metadata';
import { digitsOf, isObject } from '../util/json';
import { pause } from '../util/pause';
import type { Sent } from './ledger';

/** The key in the metadata that a call can be told by, where the user wants one. */
export const LOOK_UP_KEY = 'n8n_look_up_key';

/** A contact whose call may have been placed. */
export interface InDoubt {
	item: number;
	sent: Sent & { at: number };
}

export interface LookUp {
	/** The calls that were found, by item. */
	found: Map<number, IDataObject>;
	/** By item, the id of a call that fits, where it can't be told whether it is this contact's. */
	fitting: Map<number, string>;
	/** Why the log could not be read, or not to its end; undefined where it could. */
	obstacle: 'scope' | 'other' | undefined;
}

interface LookUpOptions {
	/** Ids of calls that belong to other contacts. */
	knownCallIds: string[];
	/** What others have sent whose call isn't known either. */
	rivals: Sent[];
	isCancelled: () => boolean;
	/** ms since 1970 */
	now: number;
}

/** What clocks may differ by, in ms; and the same where KrosAI's was compared with ours. */
const CLOCKS_MS = 5 * 60_000;
const CLOCK_ERROR_MS = 1_000;

/** A look takes no longer, in ms, and reads no more pages of a hundred calls. */
const LONGEST_LOOK_MS = 10_000;
const MOST_PAGES = 20;

/**
 * Looks for calls of which it isn't known whether they were placed: one walk through the newest pages
 * of KrosAI's call log, for all contacts in doubt. It turns "unknown" into "called" and nothing into
 * "not called": that a log doesn't show a call proves nothing. After ten seconds, or where the
 * execution is stopped, what was read till then has to do.
 */
export async function lookUpCalls(
	client: Client,
	inDoubt: InDoubt[],
	{ knownCallIds, rivals, isCancelled, now }: LookUpOptions,
): Promise<LookUp> {
	const over = new AbortController();
	const isEnd = () => over.signal.aborted || isCancelled();
	void pause(LONGEST_LOOK_MS, isEnd).then(() => over.abort());
	const bounded: Client = async (request) => await client(request, over.signal);
	const first = inDoubt.reduce((earliest, { sent }) => Math.min(earliest, sent.at), now);
	const { entries, obstacle, isWhole, offset } = await readLog(bounded, first, { isEnd, now });
	const known = new Set(knownCallIds);
	const free = entries.filter((entry) => !known.has(callIdOf(entry) ?? ''));
	const candidates = await candidatesOf(inDoubt, free, { client: bounded, rivals, now, offset });
	over.abort();
	const result: LookUp = { found: new Map(), fitting: new Map(), obstacle };
	assign(inDoubt, candidates, result, isWhole);
	return result;
}

interface Log {
	entries: IDataObject[];
	obstacle?: LookUp['obstacle'];
	/** Whether it was read back to that time. */
	isWhole: boolean;
	/** KrosAI's clock minus ours, in ms; undefined where its answers show no time. */
	offset: number | undefined;
}

async function readLog(
	client: Client,
	since: number,
	{ isEnd, now }: { isEnd: () => boolean; now: number },
): Promise<Log> {
	const log: Log = { entries: [], isWhole: false, offset: undefined };
	const watching: Client = async (request) => {
		const exchange = await client(request);
		const date = exchange.answered ? Date.parse(exchange.headers.date ?? '') : NaN;
		if (!Number.isNaN(date)) log.offset ??= date - now;
		return exchange;
	};
	let pages = 0;
	for await (const page of fetchCalls(watching, { direction: 'outbound' })) {
		if (page.failed) {
			log.obstacle = isScopeMissing(page.failed) ? 'scope' : 'other';
			return log;
		}
		for (const call of page.calls) log.entries.push(call);
		pages += 1;
		// The newest come first: behind a page of older calls there are only older ones.
		const isOld = (call: IDataObject) => createdAtOf(call) < since + (log.offset ?? 0) - CLOCKS_MS;
		log.isWhole = page.calls.length > 0 && page.calls.every(isOld);
		if (log.isWhole || pages === MOST_PAGES) return log;
		if (isEnd()) return { ...log, obstacle: 'other' };
	}
	return { ...log, isWhole: true };
}

/** A call that may be a contact's own, and whether its metadata say so: the look-up key alone is proof. */
interface Candidate {
	call: IDataObject;
	metadata: 'key' | 'same' | 'notShown';
}

interface Search {
	client: Client;
	rivals: Sent[];
	now: number;
	offset: number | undefined;
}

async function candidatesOf(
	inDoubt: InDoubt[],
	entries: IDataObject[],
	{ client, rivals, now, offset }: Search,
): Promise<Map<InDoubt, Candidate[]>> {
	const callsTo = new Map<string, IDataObject[]>();
	for (const entry of entries) {
		const number = digitsOf(entry.to_number);
		callsTo.set(number, [...(callsTo.get(number) ?? []), entry]);
	}
	const metadataOf = new Map<IDataObject, IDataObject | null | undefined>();
	const candidates = new Map<InDoubt, Candidate[]>();
	for (const contact of inDoubt) {
		const { sent } = contact;
		const fits: Candidate[] = [];
		for (const call of callsTo.get(digitsOf(sent.to_number)) ?? []) {
			if (!isLike(sent, call, { now, offset })) continue;
			if (!metadataOf.has(call)) metadataOf.set(call, await fetchMetadata(client, call));
			const shown = metadataOf.get(call);
			if (hasLookUpKey(sent) && shown?.[LOOK_UP_KEY] === sent.metadata?.[LOOK_UP_KEY]) {
				fits.push({ call, metadata: 'key' });
			} else if (shown !== undefined && isSame(shown ?? {}, sent.metadata ?? {})) {
				fits.push({ call, metadata: 'same' });
			} else if (!shown) fits.push({ call, metadata: 'notShown' });
		}
		const own = fits.filter(({ metadata }) => metadata === 'key');
		if (hasLookUpKey(sent)) candidates.set(contact, own.length > 0 ? own : fits);
		else {
			const isRivalled = rivals.some((rival) => isTwin(rival, sent));
			candidates.set(contact, isRivalled ? fits.map(asNotShown) : fits);
		}
	}
	return candidates;
}

const hasLookUpKey = ({ metadata }: Sent) => metadata?.[LOOK_UP_KEY] !== undefined;

/** Whether a call that fits a request may be a rival's. */
function isTwin(rival: Sent, sent: InDoubt['sent']): boolean {
	const isAtTheTime = (rival.at ?? Infinity) >= sent.at - CLOCKS_MS;
	return (
		isAtTheTime &&
		rival.account === sent.account &&
		numbersOf(rival).some((number) => numbersOf(sent).includes(number)) &&
		rival.to_number === sent.to_number &&
		rival.endpoint_id === sent.endpoint_id &&
		// A call that shows none may be one whose metadata KrosAI doesn't show.
		(isBare(sent) || isSame(rival.metadata, sent.metadata))
	);
}

/** From which a call may have been made. */
const numbersOf = ({ from_number, from_numbers = [from_number] }: Sent) => from_numbers;

const asNotShown = ({ call }: Candidate): Candidate => ({ call, metadata: 'notShown' });

/**
 * Null where KrosAI shows none, undefined where it doesn't say. A list may leave them out that the call
 * itself shows.
 */
async function fetchMetadata(
	client: Client,
	call: IDataObject,
): Promise<IDataObject | null | undefined> {
	const listed = readMetadata(call.metadata);
	if (!isBare(listed)) return listed.metadata;
	const result = await fetchCall(client, callIdOf(call)!);
	if (result.failed) return isAbsent(result.failed) ? null : undefined;
	const own = readMetadata(result.call.metadata);
	if (!isBare(own)) return own.metadata;
	return own.unread === undefined ? null : undefined;
}

const isBare = ({ metadata = {} }: { metadata?: IDataObject }) =>
	Object.keys(metadata).length === 0;

/** Whether a call of the log was asked for by a request like this one, at about that time. */
function isLike(
	sent: InDoubt['sent'],
	call: IDataObject,
	{ now, offset }: Pick<Search, 'now' | 'offset'>,
): boolean {
	const time = createdAtOf(call);
	const since = offset === undefined ? -CLOCKS_MS : offset - CLOCK_ERROR_MS;
	return (
		callIdOf(call) !== undefined &&
		numbersOf(sent).some((number) => digitsOf(number) === digitsOf(call.from_number)) &&
		(!call.endpoint_id || call.endpoint_id === sent.endpoint_id) &&
		time >= sent.at + since &&
		time <= now + (offset ?? 0) + CLOCKS_MS
	);
}

/** A call is a contact's own where it alone fits, and fits that contact alone. */
function assign(
	inDoubt: InDoubt[],
	candidates: Map<InDoubt, Candidate[]>,
	{ found, fitting }: LookUp,
	isWhole: boolean,
): void {
	const contactsOf = new Map<IDataObject, number>();
	for (const { call } of [...candidates.values()].flat()) {
		contactsOf.set(call, (contactsOf.get(call) ?? 0) + 1);
	}
	for (const contact of inDoubt) {
		const [first, ...others] = candidates.get(contact)!;
		if (!first) continue;
		const isAlone = others.length === 0 && contactsOf.get(first.call) === 1;
		const isProof = first.metadata === 'key' || (isWhole && first.metadata === 'same');
		if (isAlone && isProof) found.set(contact.item, toCall(first.call));
		else fitting.set(contact.item, callIdOf(first.call)!);
	}
}

/** A call of the log in the form of an answer to the request: there the id is called `call_id`. */
function toCall({ id, ...entry }: IDataObject): IDataObject {
	return { call_id: entry.call_id ?? id, ...entry };
}

/** Not where they are nested too deep to be compared. */
function isSame(a: unknown, b: unknown): boolean {
	try {
		return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
	} catch {
		return false;
	}
}

/** The same keys may come back in another order. */
function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isObject(value)) return value;
	const keys = Object.keys(value).sort();
	return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}
