import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import {
	explainExchange,
	isSuccess,
	looksLikeHtml,
	readErrorBody,
	readRetryAfter,
} from '../api/errors';
import { isObject } from '../util/json';
import type { Answer, ApiRequest, CallFailure, Exchange, NoAnswer, Placed } from '../api/types';

/** KrosAI's "not now": the same request may be sent again. */
export interface Limit {
	/** Null: no line is free, and it isn't known when one will be. */
	retryAfterSeconds: number | null;
}

export type StartResult =
	| { accepted: true; call: IDataObject }
	| { accepted: false; failure: CallFailure; limit: Limit | undefined };

/**
 * Reads what a POST to /outbound-calls says: a call, a refusal, or something that can't be known.
 * In doubt the call was placed.
 */
export function readStartResult(exchange: Exchange, request: ApiRequest): StartResult {
	if (exchange.answered && isSuccess(exchange.status) && isCall(exchange.json)) {
		return { accepted: true, call: exchange.json };
	}
	const placed = exchange.answered ? placedByAnswer(exchange) : placedWithoutAnswer(exchange);
	const failure = explainExchange(exchange, request);
	return {
		accepted: false,
		limit: placed === 'no' && exchange.answered ? readLimit(exchange) : undefined,
		failure: {
			...failure,
			message: `Call to ${String(request.body?.to_number)}: ${failure.message}`,
			description: placed === 'no' ? failure.description : `${failure.description} ${UNKNOWN}`,
			placed,
		},
	};
}

/** What a person has to know about a call that can't be known. */
export const UNKNOWN =
	"Unknown means that the phone may have rung, so neither this run nor a retry of this execution calls this contact again. Look for the number in KrosAI's call log before you call: in the KrosAI dashboard, or with Call → Get Many, by To Number and After. If the call is there, there is nothing to do. If it isn't there after ten minutes, it was most likely not placed: then start the workflow again with this contact alone.";

function isCall(json: unknown): json is IDataObject {
	return isObject(json) && callIdOf(json) !== undefined;
}

/** Named in KrosAI's docs beside RATE_LIMIT_EXCEEDED, which stands for both limits. */
const NO_LINE_CODE = 'CONCURRENT_LIMIT_EXCEEDED';

/** Only these are made before KrosAI could have placed a call: Spec, Error Responses. */
const REFUSAL_CODES = new Set([
	'INVALID_PHONE_NUMBER',
	'NUMBER_NOT_OWNED',
	'OUTBOUND_DISABLED',
	'INSUFFICIENT_BALANCE',
	'ENDPOINT_NOT_FOUND',
	'RATE_LIMIT_EXCEEDED',
	NO_LINE_CODE,
]);

/**
 * Statuses that a server gives before it acts on a request. A proxy may say 408 or 499 of one that
 * it has already passed on, and any other may mean anything.
 */
const REFUSAL_STATUSES = new Set([400, 401, 402, 403, 404, 405, 413, 415, 422, 429]);

/** A 429 that names a time is about requests (KrosAI docs, Rate limits), any other about lines (Spec). */
function readLimit(answer: Answer): Limit | undefined {
	const { code } = readErrorBody(answer.json);
	if (code === NO_LINE_CODE) return { retryAfterSeconds: null };
	return answer.status === 429 ? { retryAfterSeconds: readRetryAfter(answer) } : undefined;
}

function placedByAnswer({ status, text, json }: Answer): Placed {
	const { code, error } = readErrorBody(json);
	// An answer that names a call may be the answer to a call that was placed.
	if (status < 400 || status >= 500 || isCall(json)) return 'unknown';
	if (code && REFUSAL_CODES.has(code)) return 'no';
	// A proxy that asks for a password has passed nothing on, and mostly says so in a web page.
	if (status === 407) return 'no';
	if (status === 408 || status === 499 || looksLikeHtml(text)) return 'unknown';
	const isReadable = isObject(json) || text.trim() === '';
	// A 401 is one whatever its words are.
	const isRefusal = REFUSAL_STATUSES.has(status) && (isReadable || status === 401);
	// Of a status that is not listed, KrosAI's own form of a refusal says enough.
	return isRefusal || (code !== null && error !== null) ? 'no' : 'unknown';
}

function placedWithoutAnswer({ reason }: NoAnswer): Placed {
	switch (reason) {
		case 'notSent':
		case 'refused':
		case 'dns':
		case 'unreachable':
		case 'tls':
			return 'no';
		default:
			return 'unknown';
	}
}
