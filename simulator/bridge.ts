// What the "KrosAI Bridge API" has of its own (its llms text). What that text leaves open is decided
// here in the way that is harder on a client.

import { randomUUID } from 'node:crypto';
import { invalid, Refusal, type Reply } from './http';
import type { Organization } from './organization';
import type { RecordedRequest } from './requests';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const REPLAYED_METHODS = ['POST', 'PUT', 'PATCH'];

/** The key in `Authorization: Bearer`. */
export function bearerKey({ headers }: RecordedRequest): string | undefined {
	return /^Bearer (.+)$/i.exec(String(headers.authorization ?? ''))?.[1];
}

/** The key of a request; throws a Refusal where `X-API-Key` came, also beside a good key. */
export function bridgeKey(request: RecordedRequest): string | undefined {
	if (request.headers['x-api-key'] === undefined) return bearerKey(request);
	const message = 'The header X-API-Key is not accepted: send Authorization: Bearer <key>';
	throw new Refusal(401, 'UNAUTHORIZED', message);
}

/** `organization_id`, "required on all data endpoints"; the text names no code. */
export function requireOrganizationId({ query }: RecordedRequest): void {
	const { organization_id: id } = query;
	if (!id) {
		const message = 'The query parameter organization_id is required';
		throw invalid('MISSING_FIELDS', message, 'organization_id', id);
	}
	if (!UUID.test(id)) {
		throw invalid('VALIDATION_ERROR', 'organization_id must be a UUID', 'organization_id', id);
	}
}

/** 600 requests a minute whatever they ask for; the header is in whole seconds, as HTTP has it. */
export function requireBridgeRate({ bridgeLimit }: Organization): void {
	const seconds = bridgeLimit.take();
	if (seconds === 0) return;
	const headers = { 'retry-after': String(Math.ceil(seconds)) };
	throw new Refusal(429, 'RATE_LIMIT_EXCEEDED', 'Rate limit exceeded', {}, headers);
}

/**
 * Answers a repeated `Idempotency-Key` from a cache, whatever it asks for this time. That refusals of
 * the handler are kept too is this simulator's reading.
 */
export function replayed(
	{ replies, settings }: Organization,
	{ method, headers }: RecordedRequest,
	ask: () => Reply,
): Reply {
	const key = headers['idempotency-key'];
	if (typeof key !== 'string' || !REPLAYED_METHODS.includes(method)) return ask();
	const question = `${headers.authorization} ${key}`;
	return replies.answer(question, settings.replayWindowSeconds, ask).reply;
}

/** On every answer below `/api/v1`; the id is a new one each time. */
export function bridgeHeaders(): Record<string, string> {
	return { 'x-routed-via': 'bridge', 'x-request-id': randomUUID() };
}
