import type { IDataObject } from 'n8n-workflow';

/** One request to KrosAI. `path` starts with a slash and is joined to the credential's base URL. */
export interface ApiRequest {
	method: 'DELETE' | 'GET' | 'POST';
	path: string;
	query?: Record<string, string | number>;
	body?: IDataObject;
	/** Of a start: KrosAI is to answer a repeated key as it did at first, and to start nothing. */
	idempotencyKey?: string;
}

/**
 * What became of a request: an answer of any status, or none.
 * Nothing here is thrown, so that a caller has to look at both.
 */
export type Exchange = Answer | NoAnswer;

export interface Answer {
	answered: true;
	status: number;
	/** Header names in lower case. */
	headers: Record<string, string>;
	text: string;
	/** The parsed body; undefined where the body is empty or is not JSON. */
	json: unknown;
}

export interface NoAnswer {
	answered: false;
	reason: NoAnswerReason;
	/** The network's own words, for the description of a message. */
	detail: string;
}

/**
 * Why no answer came. The first five happen before a request can leave this machine (`notSent`: the
 * credential can't be used); after the other three it isn't known whether KrosAI has seen it.
 */
export type NoAnswerReason =
	'notSent' | 'refused' | 'dns' | 'unreachable' | 'tls' | 'timeout' | 'cancelled' | 'lost';

/** What a request brought, or that it didn't: `if (result.failed)` tells. */
export type Fetched<T> = (T & { failed?: undefined }) | FailedRequest;

/** A request that didn't bring what was asked for, and what became of it. */
export interface FailedRequest {
	failed: Exchange;
	request: ApiRequest;
	/** Of a list that isn't known to be whole: how many entries came before the pages went no further. */
	partOf?: number;
}

/** What went wrong, in the words of the public contract, before it becomes an item or an error. */
export interface ApiFailure {
	/** KrosAI's code, else INVALID_PARAMETER, NETWORK, TIMEOUT, BAD_RESPONSE or HTTP_<status>. */
	code: string;
	/** Null where no answer came. */
	httpCode: number | null;
	/** The API's name of the field that is to blame, such as `to_number`. */
	field: string | null;
	value: unknown;
	/** What happened. */
	message: string;
	/** What to do about it. */
	description: string;
}

/** Whether the call may have been placed although no call came back: `"unknown"` is never called again. */
export type Placed = 'no' | 'unknown';

/** Why a contact has no call, in the shape of the public contract. */
export interface CallFailure extends ApiFailure {
	placed: Placed;
	/** Of a call that the user's rules don't allow now: see `RuleFailure`. */
	retry_at?: string | null;
}

/**
 * Sends one request; never throws.
 *
 * @param wanted ends the request where it is aborted
 */
export type Send = (request: ApiRequest, wanted?: AbortSignal) => Promise<Exchange>;
