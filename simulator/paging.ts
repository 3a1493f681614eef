import { invalid } from './http';
import type { ListSettings, PagingStyles } from './listSettings';

type Query = Record<string, string>;

/** The part of a list that the query asks for, each item as `show` has it, in its style's wrapper. */
export function paginate<Item>(
	{ pagingStyle, mostPerPage, numbersAsText }: ListSettings,
	key: keyof PagingStyles,
	items: Item[],
	query: Query,
	show: (item: Item) => unknown,
): unknown {
	const total = items.length;
	const limit = (fallback: number) =>
		Math.min(wholeNumber(query, 'limit', fallback, 1), mostPerPage);
	const page = () => wholeNumber(query, 'page', 1, 1);
	const part = (offset: number, count: number) => items.slice(offset, offset + count).map(show);
	const said = (numbers: Record<string, number>) =>
		numbersAsText
			? Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]))
			: numbers;
	const style = pagingStyle[key] ?? 'bare';
	switch (style) {
		case 'bare':
			return items.map(show);
		case 'page':
		case 'meta': {
			const [size, number] = [limit(20), page()];
			const data = part((number - 1) * size, size);
			const total_pages = Math.ceil(total / size);
			const numbers = said({ total, page: number, limit: size, total_pages });
			return style === 'page' ? { data, ...numbers } : { data, meta: numbers };
		}
		case 'offset':
		case 'ignored': {
			const size = limit(50);
			const offset = style === 'ignored' ? 0 : wholeNumber(query, 'offset', 0, 0);
			return { [key]: part(offset, size), ...said({ total, limit: size, offset }) };
		}
		case 'hasMore':
		case 'bareParts': {
			const size = limit(50);
			const offset =
				query.page === undefined ? wholeNumber(query, 'offset', 0, 0) : (page() - 1) * size;
			const data = part(offset, size);
			return style === 'bareParts' ? data : { data, has_more: offset + size < total };
		}
		case 'endless':
			return { data: part(0, limit(50)), has_more: true };
	}
}

function wholeNumber(query: Query, name: string, fallback: number, least: number): number {
	const text = query[name];
	if (text === undefined) return fallback;
	if (!/^\d+$/.test(text) || Number(text) < least) {
		throw invalid('VALIDATION_ERROR', `${name} must be a whole number from ${least}`, name, text);
	}
	return Number(text);
}
