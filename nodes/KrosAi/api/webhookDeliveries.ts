import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../util/json';
import type { Client } from './client';
import { isSuccess, looksLikeHtml } from './errors';
import { PATHS } from './paths';
import type { ApiRequest, Fetched } from './types';

/**
 * What KrosAI has delivered to webhooks, or tried to (KrosAI docs, reference of Webhook Deliveries). The
 * scope isn't documented: that of webhooks is the nearest.
 */
export const WEBHOOK_DELIVERIES = { path: PATHS.webhookDeliveries, resource: 'webhook_deliveries' };

/** One delivery with its payload: `GET /webhook-deliveries/{id}`. */
export async function fetchDelivery(
	client: Client,
	id: string,
): Promise<Fetched<{ delivery: IDataObject }>> {
	const request: ApiRequest = { method: 'GET', path: pathOf(id) };
	const exchange = await client(request);
	const json = exchange.answered && isSuccess(exchange.status) ? exchange.json : undefined;
	if (!isObject(json)) return { failed: exchange, request };
	// No document shows whether it comes wrapped, as the lists do.
	return { delivery: !json.id && isObject(json.data) ? json.data : json };
}

/** Has KrosAI deliver once more: `POST /webhook-deliveries/{id}/retry`. No document shows the answer. */
export async function retryDelivery(
	client: Client,
	id: string,
): Promise<Fetched<{ answer: IDataObject }>> {
	const request: ApiRequest = { method: 'POST', path: `${pathOf(id)}/retry` };
	const exchange = await client(request);
	const isAccepted =
		exchange.answered && isSuccess(exchange.status) && !looksLikeHtml(exchange.text);
	if (!isAccepted) return { failed: exchange, request };
	return { answer: isObject(exchange.json) ? exchange.json : {} };
}

function pathOf(id: string): string {
	return `${PATHS.webhookDeliveries}/${encodeURIComponent(id.toWellFormed())}`;
}
