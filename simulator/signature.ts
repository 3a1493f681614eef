import { createHmac } from 'node:crypto';

/**
 * The headers of a delivery, names in lower case. Signed where there is a secret:
 * `X-Webhook-Signature: sha256=` + the hex HMAC-SHA256 of the raw body, under the secret as it is,
 * `whsec_` included (Webhooks Overview).
 */
export function deliveryHeaders(
	secret: string | false,
	body: string | Buffer,
): Record<string, string> {
	const headers = { 'content-type': 'application/json', 'user-agent': 'KrosAI-Simulator' };
	if (secret === false) return headers;
	const hex = createHmac('sha256', secret).update(body).digest('hex');
	return { ...headers, 'x-webhook-signature': `sha256=${hex}` };
}

interface SignedDelivery<Body> {
	/** Names in lower case. */
	headers: Record<string, string>;
	body: Body;
}

/** A correctly signed request, for tests. An object becomes JSON, text and bytes stay as they are. */
export function signedDelivery(secret: string, body: Buffer): SignedDelivery<Buffer>;
export function signedDelivery(secret: string, body: string | object): SignedDelivery<string>;
export function signedDelivery(
	secret: string,
	body: string | Buffer | object,
): SignedDelivery<string | Buffer> {
	const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
	return { headers: deliveryHeaders(secret, raw), body: raw };
}
