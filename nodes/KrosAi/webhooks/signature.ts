import { createHmac, timingSafeEqual } from 'crypto';

/** `absent`: the delivery carries no signature. Everything else that is not `valid` is `wrong`. */
export type SignatureVerdict = 'valid' | 'wrong' | 'absent';

/** The header's name, in lower case as Node gives it. KrosAI docs, Webhooks Overview. */
export const SIGNATURE_HEADER = 'x-webhook-signature';

/**
 * Checks `X-Webhook-Signature`: `sha256=` and the hex HMAC-SHA256 of the body under the secret.
 * KrosAI docs, Webhooks Overview. The secret is used as it is given, whatever it begins with.
 *
 * @param rawBody the bytes as they came: re-serialized JSON has another signature
 * @param header whatever the request holds; never throws
 */
export function checkSignature(rawBody: Buffer, header: unknown, secret: string): SignatureVerdict {
	if (header === undefined || header === '') return 'absent';
	const match = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/i.exec(header.trim()) : null;
	if (!match || secret === '') return 'wrong';
	const expected = createHmac('sha256', secret).update(rawBody).digest();
	return timingSafeEqual(Buffer.from(match[1]!, 'hex'), expected) ? 'valid' : 'wrong';
}
