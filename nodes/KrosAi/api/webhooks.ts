import type { IDataObject } from 'n8n-workflow';
import { idOf, isObject } from '../util/json';
import type { Client } from './client';
import { isSuccess } from './errors';
import { fetchPages } from './lists';
import { PATHS } from './paths';
import type { ApiRequest, FailedRequest, Fetched } from './types';

/** A webhook subscription as KrosAI shows it (KrosAI docs, reference of Webhooks). */
export type Webhook = IDataObject & { id: string };

const pathOf = (id: string) => `${PATHS.webhooks}/${encodeURIComponent(id.toWellFormed())}`;

/** Page by page: `GET /webhooks`. One without an id could be neither asked for nor deleted. */
export async function* fetchWebhooks(
	client: Client,
): AsyncGenerator<Fetched<{ webhooks: Webhook[] }>> {
	for await (const page of fetchPages(client, { path: PATHS.webhooks, resource: 'webhooks' })) {
		if (page.failed) yield page;
		else yield { webhooks: page.entries.flatMap(withId) };
	}
}

function withId(entry: IDataObject): Webhook[] {
	const id = idOf(entry.id);
	return id === undefined ? [] : [{ ...entry, id }];
}

/** A webhook as KrosAI gave it; undefined where the answer holds none. */
type Given = Fetched<{ webhook: IDataObject | undefined }>;

/** `POST /webhooks`. Needs the scope `webhooks:write`. */
export async function createWebhook(
	client: Client,
	body: { url: string; events: string[] },
): Promise<Given> {
	return await ask(client, {
		method: 'POST',
		path: PATHS.webhooks,
		body: { ...body, active: true },
	});
}

/** `GET /webhooks/{id}`. */
export async function fetchWebhook(client: Client, id: string): Promise<Given> {
	return await ask(client, { method: 'GET', path: pathOf(id) });
}

/** `DELETE /webhooks/{id}`; one that is gone already is no failure. */
export async function deleteWebhook(
	client: Client,
	id: string,
): Promise<FailedRequest | undefined> {
	const request: ApiRequest = { method: 'DELETE', path: pathOf(id) };
	const failed = await client(request);
	const isGone = failed.answered && (isSuccess(failed.status) || failed.status === 404);
	return isGone ? undefined : { failed, request };
}

async function ask(client: Client, request: ApiRequest): Promise<Given> {
	const exchange = await client(request);
	if (!exchange.answered || !isSuccess(exchange.status)) return { failed: exchange, request };
	const { json } = exchange;
	if (!isObject(json)) return { webhook: undefined };
	// No document shows whether it comes wrapped, as the lists do.
	return { webhook: !json.id && isObject(json.data) ? json.data : json };
}
