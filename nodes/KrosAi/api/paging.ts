import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import type { Client } from './client';
import { idOf, isObject, parseJson, toJson } from '../util/json';
import type { ApiRequest, FailedRequest } from './types';

/** The most that every list of KrosAI's gives at once. */
const PAGE_SIZE = 100;

/**
 * Where the next page begins. KrosAI's docs describe two styles of paging; which one a list speaks
 * shows only in its answer, so the first page is asked for without either.
 */
export interface Cursor {
	style: 'page' | 'offset';
	/** Number of the next page (from 1), or how many entries to skip. */
	position: number;
	/** What the page before began with: a server that ignores paging would send it again for ever. */
	pageMark: string;
}

/** A cursor as it comes back from a browser; undefined for anything that is none. */
export function readCursor(token: string | undefined): Cursor | undefined {
	const value = parseJson(token ?? '');
	if (!isObject(value)) return undefined;
	const { style, position, pageMark } = value;
	const isCursor =
		(style === 'page' || style === 'offset') &&
		Number.isSafeInteger(position) &&
		(position as number) > 0 &&
		typeof pageMark === 'string';
	return isCursor ? { style, position: position as number, pageMark } : undefined;
}

export interface Page {
	entries: IDataObject[];
	/** Undefined at the end of the list. */
	next?: Cursor;
}

export type PageResult = { page: Page } | FailedRequest;

/**
 * One page of a list. Understands both wrappers of the docs (`data`, and the resource's own name)
 * and a bare array.
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
	const request: ApiRequest = {
		method: 'GET',
		path,
		query: { ...filters, limit: PAGE_SIZE, ...(cursor && { [cursor.style]: cursor.position }) },
	};
	const exchange = await client(request);
	const wrapper =
		exchange.answered && exchange.status === 200 ? readWrapper(exchange.json, resource) : undefined;
	if (!wrapper) return { failed: exchange, request };
	const [first] = wrapper.entries;
	if (!first) return { page: { entries: [] } };
	// Not only in the first place: where calls come in meanwhile, others stand before it.
	const isSentAgain = cursor && wrapper.entries.some((entry) => markOf(entry) === cursor.pageMark);
	if (isSentAgain) return { page: { entries: [] } };
	const pageMark = markOf(first);
	return { page: { entries: wrapper.entries, next: nextCursor(wrapper, pageMark, cursor) } };
}

/** An entry's id, else a mark of its content: the cursor goes to the browser, the content doesn't. */
function markOf(entry: IDataObject): string {
	return idOf(entry.id) ?? createHash('sha256').update(toJson(entry)).digest('hex');
}

interface Wrapper {
	entries: IDataObject[];
	meta: IDataObject;
}

function readWrapper(json: unknown, resource: string): Wrapper | undefined {
	const meta = isObject(json) ? json : {};
	const entries = Array.isArray(json) ? (json as unknown[]) : (meta.data ?? meta[resource]);
	return Array.isArray(entries) ? { entries: entries.filter(isObject), meta } : undefined;
}

function nextCursor(
	{ entries, meta }: Wrapper,
	pageMark: string,
	cursor?: Cursor,
): Cursor | undefined {
	const number = (key: string) => (typeof meta[key] === 'number' ? meta[key] : undefined);
	const limit = number('limit') ?? PAGE_SIZE;
	const total = number('total');
	const isPaged = number('page') !== undefined || number('total_pages') !== undefined;
	const style = cursor?.style ?? (isPaged ? 'page' : 'offset');
	if (style === 'page') {
		// What was asked for counts, not what the server says: so the position always grows.
		const page = cursor?.position ?? number('page') ?? 1;
		const totalPages =
			number('total_pages') ?? (total === undefined ? undefined : Math.ceil(total / limit));
		const isLast = totalPages === undefined ? entries.length < limit : page >= totalPages;
		return isLast ? undefined : { style, position: page + 1, pageMark };
	}
	const seen = (cursor?.position ?? 0) + entries.length;
	const isLast = total === undefined ? entries.length < limit : seen >= total;
	return isLast ? undefined : { style, position: seen, pageMark };
}
