import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { asBoolean } from '../util/coerce';
import { idOf, isObject, parseJson, toJson } from '../util/json';
import type { Client } from './client';
import type { ApiRequest, FailedRequest, Fetched } from './types';

/** The most that every list of KrosAI's gives at once. */
const PAGE_SIZE = 100;

/**
 * Where the next page begins. KrosAI's docs describe two styles of paging; which one a list speaks
 * shows only in its answer, so the first page is asked for without either.
 */
export interface Cursor {
	style: 'page' | 'offset';
	/** Number of the next page, or how many entries to skip. */
	position: number;
	/** How many entries came before, on how many pages. */
	seen: number;
	pages: number;
	/** What the page before began with: a server that ignores paging sends it again for ever. */
	pageMark: string;
	/**
	 * Whether there is a next page: KrosAI has said so; it has said nothing, but the first page was as long
	 * as was asked for; or it has said nothing at all.
	 */
	more: 'said' | 'likely' | 'unsaid';
}

const isWhole = (value: unknown): value is number =>
	Number.isSafeInteger(value) && (value as number) > 0;

/** A cursor as it comes back from a browser; undefined for anything that is none. */
export function readCursor(token: string | undefined): Cursor | undefined {
	const value = parseJson(token ?? '');
	if (!isObject(value)) return undefined;
	const { style, position, seen, pages, pageMark, more } = value;
	const isCursor =
		(style === 'page' || style === 'offset') &&
		(more === 'said' || more === 'likely' || more === 'unsaid') &&
		typeof pageMark === 'string';
	return isCursor && isWhole(position) && isWhole(seen) && isWhole(pages)
		? { style, position, seen, pages, pageMark, more }
		: undefined;
}

export interface Page {
	entries: IDataObject[];
	/** Undefined at the end of the list. */
	next?: Cursor;
}

export type PageResult = Fetched<{ page: Page }>;

/**
 * One page of a list. Understands both wrappers of the docs (`data`, and the resource's own name)
 * and a bare array; what they say of themselves may stand beside the entries or in `meta`.
 *
 * No page is taken for the last one because it is short: where KrosAI doesn't say, the next is asked for
 * until one is empty or comes again. Where KrosAI says that there is more and gives none, or where a
 * full page comes again, the list is not known to be whole: then this is a failure with `partOf`.
 *
 * @param resource the wrapper's own name for the entries, such as `phone_numbers`
 * @param filters more of the query, the same for each page
 */
export async function fetchPage(
	client: Client,
	path: string,
	resource: string,
	cursor?: Cursor,
	filters: ApiRequest['query'] = {},
): Promise<PageResult> {
	const ask = async (where: ApiRequest['query']): Promise<Reading> => {
		const query = { ...filters, limit: PAGE_SIZE, ...where };
		const request: ApiRequest = { method: 'GET', path, query };
		const exchange = await client(request);
		const isList = exchange.answered && exchange.status === 200;
		return {
			failure: { failed: exchange, request },
			wrapper: isList ? readWrapper(exchange.json, resource) : undefined,
		};
	};
	// Whether a total counts what a filter has left is not documented.
	const isFiltered = Object.keys(filters).length > 0;
	if (!cursor) return toResult(await ask({}), isFiltered);

	const first = await ask({ [cursor.style]: cursor.position });
	if (!isDeadEnd(first, cursor)) return toResult(first, isFiltered, cursor);
	// Which style a list speaks may have been guessed; where it has gone on once, it was right.
	if (cursor.pages === 1) {
		const other = otherStyle(cursor);
		const second = await ask({ [other.style]: other.position });
		if (!isDeadEnd(second, other)) return toResult(second, isFiltered, other);
	}
	if (cursor.more === 'unsaid') return END;
	// A list that is never shorter, whatever is asked for, has no pages.
	if (cursor.more === 'likely' && ((await ask({ limit: 1 })).wrapper?.count ?? 0) > 1) return END;
	return first.wrapper ? { ...first.failure, partOf: cursor.seen } : first.failure;
}

const END: PageResult = { page: { entries: [] } };

/** A request with its answer, and the list in it where it is one. */
interface Reading {
	failure: FailedRequest;
	wrapper?: Wrapper;
}

/** Whether the page before came again, or there is none: some servers refuse what is behind the last. */
function isDeadEnd({ failure: { failed }, wrapper }: Reading, { pageMark }: Cursor): boolean {
	if (!wrapper) return failed.answered && [400, 404, 422].includes(failed.status);
	// Not only in the first place: where calls come in meanwhile, others stand before it.
	return wrapper.entries.some((entry) => markOf(entry) === pageMark);
}

function otherStyle(cursor: Cursor): Cursor {
	return cursor.style === 'offset'
		? { ...cursor, style: 'page', position: 2 }
		: { ...cursor, style: 'offset', position: cursor.seen };
}

/** An entry's id, else a mark of its content: the cursor goes to the browser, the content doesn't. */
function markOf(entry: IDataObject): string {
	return idOf(entry.id) ?? createHash('sha256').update(toJson(entry)).digest('hex');
}

interface Wrapper {
	entries: IDataObject[];
	/** With those that are no entries. */
	count: number;
	/** What stands beside the entries. */
	said: IDataObject;
}

function readWrapper(json: unknown, resource: string): Wrapper | undefined {
	const body = isObject(json) ? json : {};
	const list = [json, body.data, body[resource]].find((value) => Array.isArray(value));
	if (!list) return undefined;
	const said = { ...(isObject(body.meta) && body.meta), ...body };
	return { entries: list.filter(isObject), count: list.length, said };
}

function toResult({ failure, wrapper }: Reading, isFiltered: boolean, at?: Cursor): PageResult {
	if (!wrapper) return failure;
	const { entries, count, said } = wrapper;
	const seen = (at?.seen ?? 0) + count;
	const pages = (at?.pages ?? 0) + 1;
	const { isMore, isBelowTotal, isEnd } = readEnd(said, { seen, pages });
	const [first] = entries;
	if (!first) {
		const isPart = !isEnd && (isMore || (isBelowTotal && !isFiltered));
		return isPart ? { ...failure, partOf: seen } : END;
	}
	if (isEnd && !isMore && !isBelowTotal) return { page: { entries } };
	const isPaged = countOf(said.page) !== undefined || countOf(said.total_pages) !== undefined;
	const style = at?.style ?? (isPaged ? 'page' : 'offset');
	// What was asked for counts, not what the server says: so the position always grows.
	const position = style === 'page' ? (at?.position ?? countOf(said.page) ?? 1) + 1 : seen;
	const isFull = pages === 1 && count === PAGE_SIZE;
	const more = isMore || isBelowTotal ? 'said' : isFull ? 'likely' : 'unsaid';
	const pageMark = markOf(first);
	return { page: { entries, next: { style, position, seen, pages, pageMark, more } } };
}

/** What no document of KrosAI's shows: only that there is more, not how to ask for it. */
const NEXT = ['next', 'next_page', 'next_cursor', 'next_page_url', 'next_url'];

/** What a page says of whether it is the last; what contradicts what has come says nothing. */
function readEnd(said: IDataObject, { seen, pages }: Pick<Cursor, 'seen' | 'pages'>) {
	const total = countOf(said.total) ?? -1;
	const totalPages = countOf(said.total_pages) ?? -1;
	const hasMore = asBoolean(said.has_more);
	return {
		isMore: totalPages > pages || hasMore === true || NEXT.some((name) => Boolean(said[name])),
		isBelowTotal: total > seen,
		isEnd: total === seen || totalPages === pages || hasMore === false,
	};
}

/** A count, also one that is written as text. */
function countOf(value: unknown): number | undefined {
	const number = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
	return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}
