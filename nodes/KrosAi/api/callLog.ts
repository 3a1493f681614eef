import type { IDataObject } from 'n8n-workflow';
import type { Client } from './client';
import { isSuccess, readErrorBody } from './errors';
import { idOf, isObject } from '../util/json';
import { fetchPages } from './lists';
import { PATHS } from './paths';
import type { ApiRequest, Exchange, FailedRequest, Fetched } from './types';

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
	return idOf(call.call_id ?? call.id);
}

/**
 * When a call was started, in ms since 1970. NaN where it isn't known: without a zone, a time would be
 * read as one of this machine's.
 */
export function createdAtOf({ created_at }: IDataObject): number {
	const isExact =
		typeof created_at === 'string' && /(Z|GMT|UTC|[+-]\d{2}:?\d{2})$/i.test(created_at);
	return isExact ? Date.parse(created_at) : NaN;
}

/** One call: `GET /calls/{id}`. Needs the scope `calls:read`. */
export async function fetchCall(
	client: Client,
	callId: string,
): Promise<Fetched<{ call: IDataObject }>> {
	const request: ApiRequest = { method: 'GET', path: pathOf(callId) };
	const exchange = await client(request);
	const call = exchange.answered && isSuccess(exchange.status) ? unwrap(exchange.json) : undefined;
	return call && callIdOf(call) ? { call } : { failed: exchange, request };
}

/** No document shows the answer's wrapper, if it has one. */
function unwrap(json: unknown): IDataObject | undefined {
	if (!isObject(json)) return undefined;
	return [json.call, json.data].find(isObject) ?? json;
}

/**
 * The calls that fit, page by page, each once: `GET /calls`. Needs the scope `calls:read`. Calls that
 * come in meanwhile push others on to the next page, where they would come again.
 */
export async function* fetchCalls(
	client: Client,
	filters: CallLogFilters = {},
): AsyncGenerator<Fetched<{ calls: IDataObject[] }>> {
	const seen = new Set<string>();
	const isFirst = (call: IDataObject) => {
		const id = callIdOf(call);
		if (id === undefined) return true;
		const isNew = !seen.has(id);
		seen.add(id);
		return isNew;
	};
	for await (const page of fetchPages(
		client,
		{ path: PATHS.calls, resource: 'calls' },
		toQuery(filters),
	)) {
		yield page.failed ? page : { calls: page.entries.filter(isFirst) };
	}
}

/** Whether the API key may read the call log, as the answer to a request for one call of it. */
export async function tryCallLog(client: Client): Promise<Exchange> {
	return await client({ method: 'GET', path: PATHS.calls, query: { limit: 1 } });
}

/**
 * What happened to a call: `GET /calls/{id}/events` (Call logs), or where that isn't there, the
 * events in `GET /calls/{id}` (Ref: Calls). Neither document shows one.
 */
export async function fetchEvents(
	client: Client,
	callId: string,
): Promise<Fetched<{ events: IDataObject[] }>> {
	const events: IDataObject[] = [];
	const list = { path: `${pathOf(callId)}/events`, resource: 'events' };
	for await (const page of fetchPages(client, list)) {
		if (page.failed) return isAbsent(page.failed) ? await eventsOfCall(client, callId, page) : page;
		// One by one: so many arguments as a list may have entries, no function takes.
		for (const event of page.entries) events.push(event);
	}
	return { events };
}

async function eventsOfCall(
	client: Client,
	callId: string,
	absent: FailedRequest,
): Promise<Fetched<{ events: IDataObject[] }>> {
	const result = await fetchCall(client, callId);
	if (result.failed) return result;
	const { events } = result.call;
	return Array.isArray(events) ? { events: events.filter(isObject) } : absent;
}

/**
 * KrosAI's figures on the calls that fit, in its own words: `GET /calls/stats` (Call logs), or where that
 * isn't there or is read as the call "stats", `GET /calls?action=stats` (Ref: Calls). Of the filters that
 * one is documented with the phone number alone, and might give the figures of all calls for the others:
 * so it isn't asked with them. Needs the scope `calls:read`.
 */
export async function fetchStatistics(
	client: Client,
	filters: Omit<CallLogFilters, 'status' | 'direction'> = {},
): Promise<Fetched<{ statistics: IDataObject }>> {
	const { phone_number_id, ...others } = filters;
	const result = await askStatistics(client, `${PATHS.calls}/stats`, toQuery(filters));
	const isElsewhere = result.failed && mayBeElsewhere(result.failed);
	if (!isElsewhere || Object.values(others).some(Boolean)) return result;
	const query = { ...toQuery({ phone_number_id }), action: 'stats' };
	const other = await askStatistics(client, PATHS.calls, query);
	const isLog = other.failed?.answered && isSuccess(other.failed.status);
	return isLog ? result : other;
}

async function askStatistics(
	client: Client,
	path: string,
	query: Record<string, string>,
): Promise<Fetched<{ statistics: IDataObject }>> {
	const request: ApiRequest = { method: 'GET', path, query };
	const exchange = await client(request);
	const json = exchange.answered && isSuccess(exchange.status) ? exchange.json : undefined;
	return isObject(json) && !isLog(json) ? { statistics: json } : { failed: exchange, request };
}

/** Whether there is nothing at a path, or its "stats" is refused as an id: those may have to be UUIDs. */
function mayBeElsewhere(exchange: Exchange): boolean {
	return exchange.answered && [400, 404, 405, 422].includes(exchange.status);
}

/** Whether it is the call log, which an API gives that doesn't know the action. */
function isLog({ calls, data }: IDataObject): boolean {
	const isCall = (entry: unknown) => isObject(entry) && callIdOf(entry) !== undefined;
	return Array.isArray(calls) || (Array.isArray(data) && data.every(isCall));
}

/** A link to the recording of a call: `GET /calls/{id}/recording` (KrosAI docs, Recordings). */
export async function fetchRecordingLink(
	client: Client,
	callId: string,
): Promise<Fetched<{ link: string }>> {
	const request: ApiRequest = { method: 'GET', path: `${pathOf(callId)}/recording` };
	const exchange = await client(request);
	const isThere = exchange.answered && isSuccess(exchange.status);
	const link = isThere ? recordingLinkOf(unwrap(exchange.json) ?? {}) : undefined;
	return link ? { link } : { failed: exchange, request };
}

/** The presigned link to a recording, in a call or in the answer to a question for it. */
export function recordingLinkOf({ recording_url: link }: IDataObject): string | undefined {
	return typeof link === 'string' && link !== '' ? link : undefined;
}

/** Ends an active call: `POST /calls/{id}/hangup`. Needs the scope `calls:write`. */
export async function endCall(
	client: Client,
	callId: string,
): Promise<{ exchange: Exchange; request: ApiRequest }> {
	const request: ApiRequest = { method: 'POST', path: `${pathOf(callId)}/hangup` };
	return { exchange: await client(request), request };
}

/** Whether KrosAI says that it doesn't know the call, and not that there is nothing at the address. */
export function isUnknownCall({ failed, request }: FailedRequest): boolean {
	return (
		request.path.startsWith(`${PATHS.calls}/`) &&
		!request.path.slice(PATHS.calls.length + 1).includes('/') &&
		failed.answered &&
		failed.status === 404 &&
		readErrorBody(failed.json).error !== null
	);
}

/** Whether there is nothing at a path: no such call, or an API without it. */
export function isAbsent(exchange: Exchange): boolean {
	return exchange.answered && (exchange.status === 404 || exchange.status === 405);
}

function pathOf(callId: string): string {
	return `${PATHS.calls}/${encodeURIComponent(callId.toWellFormed())}`;
}

/** The guide and the reference name the dates differently, so both are sent. */
function toQuery({ from, to, ...others }: CallLogFilters): Record<string, string> {
	const all = { ...others, from_date: from, start_date: from, to_date: to, end_date: to };
	return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as Record<
		string,
		string
	>;
}
