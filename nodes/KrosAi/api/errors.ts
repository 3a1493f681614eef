import { NodeApiError } from 'n8n-workflow';
import type { INode, JsonObject } from 'n8n-workflow';
import { TOO_LONG } from './body';
import { hideCallbackTokens } from './callbackAddress';
import { ItemFailure, toFailure } from './failure';
import { API_NAMES, BASE_URLS, BRIDGE_CALL_PATH } from './generation';
import type { Api } from './generation';
import { labelOf } from './labels';
import { PATHS } from './paths';
import { isObject, textOf } from '../util/json';
import { show } from '../util/quote';
import type {
	Answer,
	ApiFailure,
	ApiRequest,
	Exchange,
	FailedRequest,
	NoAnswer,
	NoAnswerReason,
} from './types';

interface Explanation {
	message: string;
	description: string;
	/** The field that KrosAI means where its answer doesn't say. */
	field?: string;
}

/** What one can say about a refusal needs the request and, of KrosAI's answer, the field and value. */
interface Subject {
	request: ApiRequest;
	body: Record<string, unknown>;
	field: string | null;
	value: unknown;
	retryAfterSeconds: number | null;
	isBridge: boolean;
}

/** KrosAI's own codes. Spec, Error Responses; the last four are named on other pages of its docs. */
const EXPLAIN_CODE: Record<string, (subject: Subject) => Explanation> = {
	INVALID_PHONE_NUMBER: ({ body, field, value }) => ({
		message: `KrosAI doesn't accept "${show(value ?? body.to_number)}" as a phone number in ${labelOf(field ?? 'to_number')}`,
		description:
			'Check the number: it has to exist and be written in E.164 format, for example +14155550123.',
		field: 'to_number',
	}),
	NUMBER_NOT_OWNED: ({ body }) => ({
		message: `${show(body.from_number)} is not one of your KrosAI numbers`,
		description:
			'Choose a From Number from the list, or check that the API key belongs to the organization that owns the number.',
		field: 'from_number',
	}),
	OUTBOUND_DISABLED: ({ body }) => ({
		message: `Outbound calls are switched off for ${show(body.from_number)}`,
		description:
			'Switch on outbound calls for this number in the KrosAI dashboard, where it may also be inactive, or choose another From Number.',
		field: 'from_number',
	}),
	INSUFFICIENT_BALANCE: () => ({
		message: 'The KrosAI balance is too low to place the call',
		description: 'Add credits in the KrosAI dashboard, then call this contact again.',
	}),
	ENDPOINT_NOT_FOUND: ({ body }) => ({
		message: `KrosAI doesn't know the endpoint "${show(body.endpoint_id)}"`,
		description:
			'Choose an AI agent from the list. It may be inactive, or deleted in the KrosAI dashboard.',
		field: 'endpoint_id',
	}),
	RATE_LIMIT_EXCEEDED: explainLimit,
	CONCURRENT_LIMIT_EXCEEDED: () => NO_FREE_LINE,
	MISSING_FIELDS: ({ field }) => ({
		message: `KrosAI misses ${field ? labelOf(field) : 'a field of the request'}`,
		description:
			field === ORGANIZATION
				? CHECK_ORGANIZATION
				: 'Fill in From Number, To Number and AI Agent (Endpoint).',
	}),
	KEY_EXPIRED: () => ({
		message: 'The KrosAI API key has expired',
		description: 'Create a new key in the KrosAI dashboard and put it into the KrosAI credential.',
	}),
	IP_NOT_ALLOWED: () => ({
		message: "KrosAI doesn't accept this API key from the address of this n8n",
		description: "Add this n8n's address to the key's allowed addresses in the KrosAI dashboard.",
	}),
};

/** The Bridge API's query parameter, which is none of the node's own. */
const ORGANIZATION = 'organization_id';

const CHECK_ORGANIZATION = 'Check the Organization ID of the KrosAI credential.';

/** KrosAI has not checked yet who its customer is; its pages name the states differently. */
const KYC = /^KYC_/;

const KYC_ADVICE: Record<string, string> = {
	KYC_REQUIRED: 'Verify it in the KrosAI dashboard.',
	KYC_NOT_SUBMITTED: 'Verify it in the KrosAI dashboard.',
	KYC_INITIATED: 'The verification has begun: see in the KrosAI dashboard what is missing.',
	KYC_PENDING: 'KrosAI is still looking at what you have handed in: try again when it is done.',
	KYC_DECLINED: "KrosAI has declined it: ask KrosAI's support why.",
};

function explainKyc(code: string): Explanation {
	return {
		message: 'KrosAI wants your organization to be verified first (KYC)',
		description: Object.hasOwn(KYC_ADVICE, code)
			? KYC_ADVICE[code]!
			: 'See in the KrosAI dashboard what the verification needs.',
	};
}

const NO_FREE_LINE: Explanation = {
	message: 'All lines of your KrosAI plan are in use',
	description:
		'A plan allows so many calls at once: Free 1, Pro 10, Business 50. Call again when a call has ended.',
};

function explainLimit({ request, retryAfterSeconds, isBridge }: Subject): Explanation {
	const isStart = request.path === PATHS.outboundCalls;
	if (isStart && retryAfterSeconds === null) return NO_FREE_LINE;
	const limit = isBridge
		? `The ${API_NAMES.bridge} takes 600 requests a minute from one address, whatever they ask for.`
		: isStart
			? 'KrosAI accepts 10 new calls a second, from all workflows together, and so many requests a day.'
			: 'A plan allows so many requests a second, from all workflows together: Free 10, Pro 50, Business 200.';
	const asks = retryAfterSeconds === null ? '' : ` It asks to wait ${retryAfterSeconds} seconds.`;
	return { message: 'KrosAI takes no more requests at the moment', description: limit + asks };
}

/** What the scopes of an API key are called, by how a path begins: KrosAI docs, Authentication. */
const SCOPES: Array<[path: string, scope: string]> = [
	['/calls', 'calls'],
	['/phone-numbers', 'numbers'],
	['/endpoints', 'endpoints'],
	['/webhook', 'webhooks'],
];

function explainScope({ method, path }: ApiRequest): string {
	const scope = SCOPES.find(([start]) => path.startsWith(start))?.[1];
	if (scope) {
		const action = method === 'GET' ? 'read' : 'write';
		return `Give the key the scope ${scope}:${action} in the KrosAI dashboard.`;
	}
	return 'Give the key the scope calls:write for calls, numbers:read and endpoints:read for the lists, in the KrosAI dashboard. Outbound calls may also be switched off for the From Number.';
}

/** What a status says where the answer carries no code that is known. */
const EXPLAIN_STATUS: Record<number, (subject: Subject) => Explanation> = {
	400: ({ field }) => ({
		message: "KrosAI doesn't accept the request",
		description: field === ORGANIZATION ? CHECK_ORGANIZATION : 'Check the parameters of this node.',
	}),
	401: () => ({
		message: 'KrosAI refused the API key',
		description:
			'Check the API key in the KrosAI credential: it may be mistyped, revoked, expired or for the other API.',
	}),
	402: EXPLAIN_CODE.INSUFFICIENT_BALANCE!,
	403: ({ request }) => ({
		message: 'The API key is not allowed to do this',
		description: explainScope(request),
	}),
	404: () => ({
		message: "KrosAI's address doesn't exist",
		description: `Check the Base URL of the KrosAI credential. It is normally ${BASE_URLS.v1}, and for the ${API_NAMES.bridge} ${BASE_URLS.bridge} with the Call Path ${BRIDGE_CALL_PATH}.`,
	}),
	407: () => ({
		message: 'A proxy between this n8n and KrosAI asks for a user and a password',
		description: "Put them into the proxy's address in the settings of this n8n.",
	}),
	408: () => ({
		message: 'KrosAI gave up waiting for the request',
		description: 'The connection to KrosAI may be slow or broken.',
	}),
	413: () => ({
		message: 'The request is too large for KrosAI',
		description: 'Send less metadata with the call.',
	}),
	429: explainLimit,
};

/**
 * Explains an exchange that did not bring what was asked for. The code decides before the status
 * (Spec, Error Responses: 429 and 400 are used for more than one thing), the status before the text.
 * Says nothing of whether a phone rang: that is `dialing/startResult.ts`.
 */
export function explainExchange(exchange: Exchange, request: ApiRequest): ApiFailure {
	return exchange.answered ? explainAnswer(exchange, request) : explainNoAnswer(exchange);
}

function explainAnswer(answer: Answer, request: ApiRequest): ApiFailure {
	const { body = {} } = request;
	const { status, text } = answer;
	const { code, error, field, value } = readErrorBody(answer.json);
	// KrosAI may name a field that was not sent, and JavaScript has one of every name for some.
	const sent = (name: string | null) => {
		const given = name && Object.hasOwn(body, name) ? body[name] : undefined;
		return typeof given === 'string' ? hideCallbackTokens(given) : given;
	};
	const subject = {
		request,
		body,
		field,
		value: value ?? sent(field),
		retryAfterSeconds: readRetryAfter(answer),
		isBridge: apiOf(answer) === 'bridge',
	};
	const isPage = looksLikeHtml(text);
	const isForeign = isPage && status !== 407;
	const explain = explainCode(code) ?? (isForeign ? undefined : EXPLAIN_STATUS[status]);
	const explanation = explain?.(subject) ?? explainOther(status, text, isPage);
	const blamed = field ?? explanation.field ?? null;
	const said =
		error && !explanation.message.includes(error) ? ` KrosAI said: "${show(error)}".` : '';
	return {
		code: isSuccess(status) ? 'BAD_RESPONSE' : (code ?? `HTTP_${status}`),
		httpCode: status,
		field: blamed,
		value: subject.value ?? sent(blamed) ?? null,
		message: explanation.message,
		description: explanation.description + said + requestIdIn(answer),
	};
}

function explainCode(code: string | null): ((subject: Subject) => Explanation) | undefined {
	if (code === null) return undefined;
	if (KYC.test(code)) return () => explainKyc(code);
	return Object.hasOwn(EXPLAIN_CODE, code) ? EXPLAIN_CODE[code] : undefined;
}

/** Which API has answered, where the answer shows it. */
export function apiOf({ headers, json }: Answer): Api | undefined {
	if (headers['x-routed-via']?.toLowerCase() === 'bridge') return 'bridge';
	// On every answer of v1 (KrosAI docs, Rate limits).
	if (headers['x-ratelimit-limit'] !== undefined) return 'v1';
	const { error, field } = readErrorBody(json);
	const isBridge = field === ORGANIZATION || /x-api-key is not accepted/i.test(error ?? '');
	return isBridge ? 'bridge' : undefined;
}

/** For KrosAI's support. Shorter than a token of this node or of n8n, so that it can't be one. */
function requestIdIn({ headers }: Answer): string {
	const id = headers['x-request-id']?.trim() ?? '';
	return /^[\w.:-]{1,48}$/.test(id) ? ` KrosAI's request ID: ${id}.` : '';
}

function explainOther(status: number, text: string, isPage: boolean): Explanation {
	if (status >= 300 && status < 400) {
		return {
			message: `The Base URL leads to another address (redirect, HTTP ${status})`,
			description:
				'A redirect is not followed, because it would hand the call and the API key to another host. Put the final address into the Base URL of the KrosAI credential.',
		};
	}
	if (isPage) {
		return {
			message: `A web page came back instead of an answer from KrosAI (HTTP ${status})`,
			description:
				'A proxy or firewall may have answered, or the Base URL of the KrosAI credential may be wrong.',
		};
	}
	if (isSuccess(status)) {
		const what = !text.trim()
			? 'an empty answer'
			: text === TOO_LONG
				? 'an answer of more than 5 MB'
				: "an answer that isn't understood";
		return {
			message: `KrosAI sent ${what} (HTTP ${status})`,
			description: 'A proxy may have changed the answer, or KrosAI may have changed its API.',
		};
	}
	return status >= 500
		? {
				message: `KrosAI has trouble answering (HTTP ${status})`,
				description: "Look at KrosAI's status.",
			}
		: {
				message: `KrosAI refused the request (HTTP ${status})`,
				description: 'Check the parameters of this node and the Base URL of the KrosAI credential.',
			};
}

const EXPLAIN_NO_ANSWER: Record<Exclude<NoAnswerReason, 'notSent'>, Explanation> = {
	refused: {
		message: 'KrosAI could not be reached: the connection was refused',
		description: 'Check the Base URL of the KrosAI credential and the firewall of this n8n.',
	},
	dns: {
		message: "KrosAI could not be reached: its host name wasn't found",
		description: 'Check the Base URL of the KrosAI credential and the DNS settings of this n8n.',
	},
	unreachable: {
		message: 'KrosAI could not be reached: there is no way to its host',
		description: 'Check the network connection and the firewall of this n8n.',
	},
	tls: {
		message: 'KrosAI could not be reached: no secure connection could be made',
		description:
			'Check the Base URL of the KrosAI credential. A proxy with a certificate of its own may stand between this n8n and KrosAI.',
	},
	timeout: {
		message: 'KrosAI did not answer in time',
		description: 'The connection to KrosAI may be slow or broken.',
	},
	cancelled: {
		message: 'The request to KrosAI was cancelled before the answer came',
		description: 'The execution was stopped.',
	},
	lost: {
		message: 'The connection to KrosAI broke before the answer came',
		description: 'The network, a proxy or KrosAI itself ended the connection.',
	},
};

function explainNoAnswer({ reason, detail }: NoAnswer): ApiFailure {
	if (reason === 'notSent') {
		return toFailure({ message: detail, description: 'Check the KrosAI credential.' });
	}
	const { message, description } = EXPLAIN_NO_ANSWER[reason];
	return toFailure({
		code: reason === 'timeout' ? 'TIMEOUT' : 'NETWORK',
		message,
		description: detail ? `${description} (${show(detail)})` : description,
	});
}

/** Explains a request that failed; of a list also that it isn't known to be whole. */
export function explainFailed({ failed, request, partOf }: FailedRequest): ApiFailure {
	const failure = explainExchange(failed, request);
	if (partOf === undefined) return failure;
	return {
		...failure,
		message: `KrosAI gave ${partOf} entries of the list and no others, so it isn't known whether that is all`,
		description: `The list has pages that this node doesn't understand. In place of Return All, a Limit of at most ${partOf} gives what comes first.`,
	};
}

/** An exchange that failed, as what became of one item. */
export function failedExchange(
	result: FailedRequest,
	changes: Partial<ApiFailure> = {},
): ItemFailure {
	const { failed } = result;
	const id = changes.description !== undefined && failed.answered ? requestIdIn(failed) : '';
	const failure = { ...explainFailed(result), ...changes };
	return new ItemFailure({ ...failure, description: failure.description + id });
}

/**
 * The error of a node for a failure: what happened as its message, what to do as its description,
 * and the rest of the contract's fields in its `context`.
 */
export function toNodeApiError(
	node: INode,
	failure: ApiFailure,
	details: JsonObject & { itemIndex?: number } = {},
): NodeApiError {
	const { message, description, httpCode, code, field, value } = failure;
	// Only the words go in as the response: n8n would take a `code` there for the HTTP status.
	const error = new NodeApiError(
		node,
		{ message, description },
		{
			message,
			description,
			...(httpCode !== null && { httpCode: String(httpCode) }),
		},
	);
	// n8n rewords a message that holds "ENOENT" or the like, even inside a value of the user's.
	error.message = message;
	Object.assign(error.context, { code, field, value }, details);
	return error;
}

/** KrosAI's error body: Spec, Error Response Format. Anything else gives empty fields. */
export function readErrorBody(json: unknown): {
	code: string | null;
	error: string | null;
	field: string | null;
	value: unknown;
} {
	const body = isObject(json) ? json : {};
	const details = isObject(body.details) ? body.details : {};
	const text = (value: unknown) => (typeof value === 'string' && value.trim() ? value : null);
	return {
		code: text(body.code),
		error: text(body.error),
		field: text(details.field),
		value: details.value,
	};
}

/**
 * Seconds to wait, possibly a fraction, from the body (KrosAI docs, Rate limits) or else the Retry-After
 * header (RFC 9110, 10.2.3). Null where neither says so in a form that is known.
 */
export function readRetryAfter({ json, headers }: Answer): number | null {
	const stated = [isObject(json) ? json.retry_after : undefined, headers['retry-after']];
	return stated.map(secondsFromNow).find((seconds) => seconds !== null) ?? null;
}

const LONGEST_WAIT_SECONDS = 3_600;

/** RFC 3339. Without a zone it could be any clock's. */
const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

/** RFC 9110, 5.6.7: three forms, of which the oldest doesn't say that it is in UTC. */
const HTTP_DATE =
	/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w -]{6,20} \d\d:\d\d:\d\d( \d{4}| GMT)$/;

function secondsFromNow(value: unknown): number | null {
	const text = typeof value === 'boolean' ? '' : (textOf(value)?.trim() ?? '');
	// Before dates: a number alone is a year to `Date.parse`.
	if (/^\d+(\.\d+)?$/.test(text)) {
		const seconds = Number(text);
		return seconds <= LONGEST_WAIT_SECONDS ? seconds : null;
	}
	const isHttpDate = HTTP_DATE.test(text);
	if (!isHttpDate && !ISO_TIME.test(text)) return null;
	const time = Date.parse(isHttpDate && !text.endsWith('GMT') ? `${text} GMT` : text);
	return Number.isNaN(time) ? null : Math.max(0, (time - Date.now()) / 1000);
}

/** These codes of a 403 say that the key itself is no good. */
const KEY_CODES = ['KEY_EXPIRED', 'IP_NOT_ALLOWED'];

/** Whether KrosAI refused the API key, and will for every other request. */
export function isKeyRefused({ httpCode, code }: ApiFailure): boolean {
	return httpCode === 401 || KEY_CODES.includes(code);
}

/** A good key without the scope for a list: a 403 in KrosAI's own words, not those of a proxy. */
export function isScopeMissing(exchange: Exchange): boolean {
	if (!exchange.answered || exchange.status !== 403) return false;
	const { code, error } = readErrorBody(exchange.json);
	const isAboutElse = code !== null && (KEY_CODES.includes(code) || KYC.test(code));
	return (code ?? error) !== null && !isAboutElse;
}

/** Whether a body is a web page, as proxies and captive portals send it. */
export function looksLikeHtml(text: string): boolean {
	return /^\s*(<!doctype html|<html|<head|<body|<\?xml)/i.test(text);
}

/** Whether KrosAI may have acted on a POST that it didn't say yes to. */
export function mayHaveActed(exchange: Exchange): boolean {
	if (exchange.answered) return exchange.status >= 500 || exchange.status === 408;
	return ['timeout', 'lost', 'cancelled'].includes(exchange.reason);
}

export function isSuccess(status: number): boolean {
	return status >= 200 && status < 300;
}
