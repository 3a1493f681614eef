import { createHash } from 'crypto';
import type {
	IAllExecuteFunctions,
	ICredentialTestFunctions,
	IExecuteFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { hideCallbackTokens } from './callbackAddress';
import { parseJson, textOf, toJson } from '../util/json';
import { readNoAnswer } from './networkError';
import { cancellationOf } from '../util/pause';
import { PATIENT, retryReads } from './retry';
import type { Patience } from './retry';
import { createTimeLimit } from '../util/timeLimit';
import type { TimeLimit } from '../util/timeLimit';
import type { Answer, ApiRequest, Exchange } from './types';

/** How long KrosAI may take to answer, in ms. n8n's own default is 300 s. */
const TIMEOUT_MS = 30_000;

/**
 * Sends one request; a GET that fails in passing is sent again, anything else goes out once.
 * Never throws: what went wrong on the way is part of the result.
 */
export type Client = (request: ApiRequest) => Promise<Exchange>;

/** The part of n8n's node contexts that sending needs. */
type NodeContext = Pick<IAllExecuteFunctions, 'getCredentials' | 'helpers' | 'getNode'> &
	Partial<Pick<IExecuteFunctions, 'getExecutionCancelSignal'>>;

export interface ClientOptions {
	/** For each request. */
	timeoutMs?: number;
	/** For a GET that fails in passing. */
	patience?: Patience;
}

interface RawResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

/** A client for a node, with the key and base URL of its credential. */
export async function createClient(
	context: NodeContext,
	{ timeoutMs = TIMEOUT_MS, patience = PATIENT }: ClientOptions = {},
): Promise<Client> {
	let credential: { apiKey: string; baseUrl: string };
	try {
		credential = await context.getCredentials('krosAiApi');
	} catch (thrown) {
		const { message } = (thrown ?? {}) as Partial<Error>;
		return clientThatCannotSend(message ?? "The KrosAI credential can't be read");
	}
	const { baseUrl } = credential;
	const apiKey = readApiKey(credential.apiKey);
	if (apiKey === '') return clientThatCannotSend('The API Key of the KrosAI credential is empty');
	const base = readBaseUrl(baseUrl);
	if (base === undefined) return clientThatCannotSend(describeBaseUrl(baseUrl));
	// Else n8n reads it from its database again for each request, and decrypts it.
	const alreadyRead = {
		credentialsDecrypted: { id: '', name: '', type: 'krosAiApi', data: { ...credential, apiKey } },
	};
	const withinTime = createTimeLimit(timeoutMs);
	const send: Client = async ({ method, path, query, body }) =>
		await exchange(apiKey, withinTime, async () => {
			const options: IHttpRequestOptions = {
				method,
				url: base + path,
				qs: query && wellFormed(query),
				// As text: axios drops keys such as `constructor` from an object.
				body: body && JSON.stringify(body),
				headers: {
					Accept: 'application/json',
					...(body && { 'Content-Type': 'application/json' }),
				},
				// As text, so that a body that isn't JSON can be told from one that is.
				encoding: 'text',
				timeout: timeoutMs,
				returnFullResponse: true,
				// n8n sends a request again that was answered 401, unless statuses are left to the caller.
				ignoreHttpStatusErrors: true,
				// A redirect would carry the call and the API key to another host.
				disableFollowRedirect: true,
			};
			return (await context.helpers.httpRequestWithAuthentication.call(
				context as IAllExecuteFunctions,
				'krosAiApi',
				options,
				alreadyRead,
			)) as RawResponse;
		});
	return retryReads(send, patience, cancellationOf(context));
}

/** Tells the organization of a node's API key from others, without showing the key. */
export async function accountOf(context: Pick<NodeContext, 'getCredentials'>): Promise<string> {
	try {
		const { apiKey, baseUrl } = await context.getCredentials('krosAiApi');
		const account = [readApiKey(apiKey), readBaseUrl(baseUrl)];
		return createHash('sha256').update(JSON.stringify(account)).digest('hex').slice(0, 16);
	} catch {
		return '';
	}
}

/**
 * A client for a credential test, which has no node and so no authentication helper:
 * the request helper is all that n8n gives it.
 */
export function createCredentialTestClient(
	helpers: ICredentialTestFunctions['helpers'],
	credential: { apiKey: string; baseUrl: string },
): Client {
	const { baseUrl } = credential;
	const apiKey = readApiKey(credential.apiKey);
	const base = readBaseUrl(baseUrl);
	if (base === undefined) return clientThatCannotSend(describeBaseUrl(baseUrl));
	const { request: send } = helpers;
	const withinTime = createTimeLimit(TIMEOUT_MS);
	return async ({ method, path, query }) =>
		await exchange(apiKey, withinTime, async () => {
			return (await send({
				method,
				uri: base + path,
				qs: query,
				headers: { Accept: 'application/json', 'x-api-key': apiKey },
				timeout: TIMEOUT_MS,
				resolveWithFullResponse: true,
				simple: false,
				followRedirect: false,
			})) as RawResponse;
		});
}

/** What is wrong with the credential is a result like any other, so that no contact is lost by it. */
function clientThatCannotSend(detail: string): Client {
	return async () => ({ answered: false, reason: 'notSent', detail });
}

async function exchange(
	apiKey: string,
	withinTime: TimeLimit,
	send: () => Promise<RawResponse>,
): Promise<Exchange> {
	try {
		return readAnswer(apiKey, await withinTime(send()));
	} catch (thrown) {
		const failure = readNoAnswer(thrown);
		return { ...failure, detail: hide(apiKey, failure.detail) };
	}
}

function readAnswer(apiKey: string, { statusCode, headers, body }: RawResponse): Answer {
	const text = hide(apiKey, typeof body === 'string' ? body : body ? toJson(body) : '');
	return {
		answered: true,
		status: statusCode,
		headers: Object.fromEntries(
			Object.entries(headers ?? {}).map(([name, value]) => [
				name.toLowerCase(),
				textOf([value].flat()[0]) ?? '',
			]),
		),
		text,
		json: parseJson(text),
	};
}

/** Half of a pair of surrogates can't stand in a URL: n8n's helper would throw. */
function wellFormed(query: NonNullable<ApiRequest['query']>): ApiRequest['query'] {
	return Object.fromEntries(
		Object.entries(query).map(([name, value]) => [
			name,
			typeof value === 'string' ? value.toWellFormed() : value,
		]),
	);
}

/** A server may quote the key and tokens it was sent; they must not reach an output or a message. */
function hide(apiKey: string, text: string): string {
	const hidden = hideCallbackTokens(text);
	// A shorter one is no key of KrosAI's, and could stand in any text.
	return apiKey.length >= 8 ? hidden.replaceAll(apiKey, '***') : hidden;
}

/**
 * As it is sent. What was pasted along with it, such as a line break, has no place in a header: some
 * versions of n8n leave it out, others send nothing, and don't say so.
 */
function readApiKey(value: unknown): string {
	return typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '').trim() : '';
}

/** Without slashes at its end; undefined where it is no web address. */
function readBaseUrl(value: unknown): string | undefined {
	const text = textOf(value)?.trim() ?? '';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
	return (url.origin + url.pathname).replace(/\/+$/, '');
}

function describeBaseUrl(value: unknown): string {
	// The key may stand in the wrong field.
	const text = (textOf(value) ?? '').replace(/kros_\w+/g, '***');
	return `The Base URL "${text}" of the KrosAI credential is not a web address. It starts with https://, for example https://api.krosai.com/v1`;
}
