import { requireBoolean, requireOneOf, requirePositive } from './checks';

/**
 * How a list answers (KrosAI docs: Call logs and Buy Numbers page by offset, Ref: Calls by page; the
 * last five are in no document).
 * - `offset`: `limit` (50), `offset` → `{ <key>, total, limit, offset }`
 * - `page`: `limit` (20), `page` from 1 → `{ data, total, page, limit, total_pages }`
 * - `bare`: a JSON array of everything; no paging at all
 * - `ignored`: the wrapper of `offset`, but always the first page, whatever is asked
 * - `meta`: as `page` → `{ data, meta: { total, page, limit, total_pages } }`
 * - `hasMore`: `limit` (50), `page` or else `offset` → `{ data, has_more }`
 * - `bareParts`: as `hasMore` → a JSON array of that part
 * - `endless`: `{ data, has_more: true }`, but always the first page, whatever is asked
 */
const PAGING_STYLES = [
	'offset',
	'page',
	'bare',
	'ignored',
	'meta',
	'hasMore',
	'bareParts',
	'endless',
] as const;
type PagingStyle = (typeof PAGING_STYLES)[number];

type ListName = 'phone_numbers' | 'endpoints' | 'calls' | 'webhook_deliveries';

/** The style of each list; webhooks without one come all at once, as `webhookList` says. */
export type PagingStyles = Record<ListName, PagingStyle> & { webhooks?: PagingStyle };

/** How lists answer. */
export interface ListSettings {
	pagingStyle: PagingStyles;
	/** The most that a list gives at once, whatever `limit` asks for; default 100. */
	mostPerPage: number;
	/** Whether a wrapper's numbers are texts (`"total":"250"`); default false. */
	numbersAsText: boolean;
}

export interface ListOptions extends Partial<Omit<ListSettings, 'pagingStyle'>> {
	/**
	 * How lists answer: all of them but webhooks, or by list; default `offset`, of deliveries `page` (Ref:
	 * Webhook Deliveries).
	 */
	pagingStyle?: PagingStyle | Partial<PagingStyles>;
}

export const DEFAULT_LIST_SETTINGS: ListSettings = {
	pagingStyle: {
		phone_numbers: 'offset',
		endpoints: 'offset',
		calls: 'offset',
		webhook_deliveries: 'page',
	},
	mostPerPage: 100,
	numbersAsText: false,
};

/** Lays changes over settings; throws where a value is impossible. */
export function applyListOptions(changes: ListOptions, current: ListSettings): ListSettings {
	const { pagingStyle: style } = changes;
	const styles =
		typeof style === 'string'
			? { phone_numbers: style, endpoints: style, calls: style, webhook_deliveries: style }
			: style;
	const settings: ListSettings = {
		pagingStyle: { ...current.pagingStyle, ...styles },
		mostPerPage: changes.mostPerPage ?? current.mostPerPage,
		numbersAsText: changes.numbersAsText ?? current.numbersAsText,
	};
	for (const one of Object.values(settings.pagingStyle)) {
		if (one !== undefined) requireOneOf('pagingStyle', one, PAGING_STYLES);
	}
	requirePositive('mostPerPage', settings.mostPerPage);
	requireBoolean('numbersAsText', settings.numbersAsText);
	return settings;
}
