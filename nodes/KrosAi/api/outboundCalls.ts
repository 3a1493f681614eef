import type { IDataObject } from 'n8n-workflow';
import type { Client } from './client';
import { PATHS } from './paths';
import type { ApiRequest, Exchange } from './types';

/**
 * Starts a call: `POST /outbound-calls` (Spec), with the Bridge API at the credential's Call Path. The
 * request goes out once, whatever becomes of it.
 */
export async function startCall(
	client: Client,
	body: IDataObject,
	idempotencyKey: string,
): Promise<{ exchange: Exchange; request: ApiRequest }> {
	const request: ApiRequest = { method: 'POST', path: PATHS.outboundCalls, body, idempotencyKey };
	return { exchange: await client(request), request };
}
