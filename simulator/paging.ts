import { invalid } from './http';

/**
 * How a list answers (KrosAI docs: Call logs and Buy Numbers page by offset, Ref: Calls by page).
 * - `offset`: `limit` (50), `offset` → `{ <key>, total, limit, offset }`
 * - `page`: `limit` (20), `page` from 1 → `{ data, total, page, limit, total_pages }`
 * - `bare`: a JSON array of everything; no paging at all
 * - `ignored`: the wrapper of `offset`, but always the first page, whatever is asked
 */
export const PAGING_STYLES = ['offset', 'page', 'bare', 'ignored'] as const;
export type PagingStyle = (typeof PAGING_STYLES)[number];

const MAX_LIMIT = 100;

/** The part of a list that the query asks for, each item as `show` has it, in its style's wrapper. */
export function paginate<Item>(
	style: PagingStyle,
	key: string,
	items: Item[],
	query: Record<string, string>,
	show: (item: Item) => unknown,
): unknown {
	const total = items.length;
	if (style === 'bare') return items.map(show);
	if (style === 'page') {
		const limit = Math.min(wholeNumber(query, 'limit', 20, 1), MAX_LIMIT);
		const page = wholeNumber(query, 'page', 1, 1);
		const data = items.slice((page - 1) * limit, page * limit).map(show);
		return { data, total, page, limit, total_pages: Math.ceil(total / limit) };
	}
	const limit = Math.min(wholeNumber(query, 'limit', 50, 1), MAX_LIMIT);
	const offset = style === 'ignored' ? 0 : wholeNumber(query, 'offset', 0, 0);
	const part = items.slice(offset, offset + limit).map(show);
	return { [key]: part, total, limit, offset };
}

function wholeNumber(
	query: Record<string, string>,
	name: string,
	fallback: number,
	least: number,
): number {
	const text = query[name];
	if (text === undefined) return fallback;
	if (!/^\d+$/.test(text) || Number(text) < least) {
		throw invalid('VALIDATION_ERROR', `${name} must be a whole number from ${least}`, name, text);
	}
	return Number(text);
}
