import type { Client } from './client';
import { isObject } from './types';
import type { ApiRequest, Exchange } from './types';

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
	/** The first id of the page before: a server that ignores paging would send it again for ever. */
	firstId: string;
}

export interface Page {
	entries: Array<Record<string, unknown>>;
	/** Undefined at the end of the list. */
	next?: Cursor;
}

export type PageResult = { page: Page } | { failed: Exchange; request: ApiRequest };

/**
 * One page of a list. Understands both wrappers of the docs (`data`, and the resource's own name)
 * and a bare array.
 *
 * @param resource the wrapper's own name for the entries, such as `phone_numbers`
 */
export async function fetchPage(
	client: Client,
	path: string,
	resource: string,
	cursor?: Cursor,
): Promise<PageResult> {
	const request: ApiRequest = {
		method: 'GET',
		path,
		query: { limit: PAGE_SIZE, ...(cursor && { [cursor.style]: cursor.position }) },
	};
	const exchange = await client(request);
	const wrapper =
		exchange.answered && exchange.status === 200 ? readWrapper(exchange.json, resource) : undefined;
	if (!wrapper) return { failed: exchange, request };
	const firstId = String(wrapper.entries[0]?.id ?? '');
	const isRepeated = cursor !== undefined && firstId !== '' && firstId === cursor.firstId;
	if (wrapper.entries.length === 0 || isRepeated) return { page: { entries: [] } };
	return { page: { entries: wrapper.entries, next: nextCursor(wrapper, firstId, cursor) } };
}

interface Wrapper {
	entries: Array<Record<string, unknown>>;
	meta: Record<string, unknown>;
}

function readWrapper(json: unknown, resource: string): Wrapper | undefined {
	const meta = isObject(json) ? json : {};
	const entries = Array.isArray(json) ? (json as unknown[]) : (meta.data ?? meta[resource]);
	return Array.isArray(entries) ? { entries: entries.filter(isObject), meta } : undefined;
}

function nextCursor(
	{ entries, meta }: Wrapper,
	firstId: string,
	cursor?: Cursor,
): Cursor | undefined {
	const number = (key: string) => (typeof meta[key] === 'number' ? meta[key] : undefined);
	const limit = number('limit') ?? PAGE_SIZE;
	const total = number('total');
	const isPaged = number('page') !== undefined || number('total_pages') !== undefined;
	const style = cursor?.style ?? (isPaged ? 'page' : 'offset');
	if (style === 'page') {
		const page = number('page') ?? cursor?.position ?? 1;
		const totalPages =
			number('total_pages') ?? (total === undefined ? undefined : Math.ceil(total / limit));
		const isLast = totalPages === undefined ? entries.length < limit : page >= totalPages;
		return isLast ? undefined : { style, position: page + 1, firstId };
	}
	const seen = (number('offset') ?? cursor?.position ?? 0) + entries.length;
	const isLast = total === undefined ? entries.length < limit : seen >= total;
	return isLast ? undefined : { style, position: seen, firstId };
}
