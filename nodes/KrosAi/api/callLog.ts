import type { IDataObject } from 'n8n-workflow';
import type { Client } from './client';
import { isSuccess } from './errors';
import { isObject } from './json';
import { fetchPage } from './paging';
import type { Cursor } from './paging';
import type { ApiRequest, Exchange } from './types';

/** A request for something of the call log that brought no call. */
export interface FailedLookUp {
	failed: Exchange;
	request: ApiRequest;
}

/** What KrosAI itself can filter by (KrosAI docs, Call logs); `from` and `to` are ISO 8601. */
export interface CallLogFilters {
	status?: string;
	direction?: string;
	phone_number_id?: string;
	endpoint_id?: string;
	from?: string;
	to?: string;
}

/** A call's id: the log calls it `id`, the answer to a start and the webhooks `call_id`. */
export function callIdOf(call: IDataObject): string | undefined {
	const id = call.call_id ?? call.id;
	const isId = (typeof id === 'string' && id !== '') || typeof id === 'number';
	return isId ? String(id) : undefined;
}

/** One call: `GET /calls/{id}`. Needs the scope `calls:read`. */
export async function fetchCall(
	client: Client,
	callId: string,
): Promise<{ call: IDataObject } | FailedLookUp> {
	const request: ApiRequest = { method: 'GET', path: `/calls/${encodeURIComponent(callId)}` };
	const exchange = await client(request);
	const call = exchange.answered && isSuccess(exchange.status) ? unwrap(exchange.json) : undefined;
	return call && callIdOf(call) ? { call } : { failed: exchange, request };
}

/** No document shows the answer's wrapper, if it has one. */
function unwrap(json: unknown): IDataObject | undefined {
	if (!isObject(json)) return undefined;
	return [json.call, json.data].find(isObject) ?? json;
}

/** The calls that fit, newest first, page by page: `GET /calls`. Needs the scope `calls:read`. */
export async function* fetchCalls(
	client: Client,
	filters: CallLogFilters = {},
): AsyncGenerator<{ calls: IDataObject[] } | FailedLookUp> {
	let cursor: Cursor | undefined;
	do {
		const result = await fetchPage(client, '/calls', 'calls', cursor, toQuery(filters));
		if ('failed' in result) {
			yield result;
			return;
		}
		yield { calls: result.page.entries as IDataObject[] };
		cursor = result.page.next;
	} while (cursor);
}

/** The guide and the reference name the dates differently, so both are sent. */
function toQuery({ from, to, ...others }: CallLogFilters): Record<string, string> {
	const all = { ...others, from_date: from, start_date: from, to_date: to, end_date: to };
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as Record<
		string,
		string
	>;
}
