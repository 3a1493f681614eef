import { createHash } from 'crypto';
import type {
	IAllExecuteFunctions,
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	IExecuteFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';
import { discardBody, readBody } from './body';
import { hideCallbackTokens } from './callbackAddress';
import { baseUrlIn, keyHeader, readConnection } from './generation';
import type { Connection, StoredCredential } from './generation';
import { inTurn, requestRateOf } from './requestRate';
import type { RateLimiter } from '../util/rateLimiter';
import { keyHider } from './hideKey';
import { parseJson, textOf } from '../util/json';
import { PATHS } from './paths';
import { readNoAnswer } from './networkError';
import { cancellationOf } from '../util/pause';
import { PATIENT, retryReads } from './retry';
import type { Patience } from './retry';
import { withinTime } from '../util/timeLimit';
import type { Answer, ApiRequest, Exchange, Send } from './types';

/** How long KrosAI may take to answer, in ms. n8n's own default is 300 s. */
const TIMEOUT_MS = 30_000;

/**
 * Sends one request; a GET that fails in passing is sent again, anything else goes out once. Stopping
 * the execution ends a GET, and nothing else: of a start that is under way the answer is wanted.
 * Never throws: what went wrong on the way is part of the result.
 */
export type Client = Send;

/** What a node's client says of the credential that it was made from. */
interface Credential {
	/** As it counts; empty where the credential can't be read. */
	baseUrl: string;
	/** Tells the organization of the API key from others, without showing the key. */
	account: string;
	/**
	 * Keeps all requests of the execution within the rate of the Bridge API: the client has each wait for
	 * its turn, but those that start a call, whose sender asks this. Undefined with v1, whose rate depends
	 * on the plan.
	 */
	requestRate?: RateLimiter;
}

export type NodeClient = Client & Credential;

/** The part of n8n's node contexts that sending needs. */
type NodeContext = Pick<IAllExecuteFunctions, 'getCredentials' | 'helpers' | 'getNode'> &
	Partial<Pick<IExecuteFunctions, 'getExecutionCancelSignal' | 'getExecutionId'>>;

export interface ClientOptions {
	/** For each request. */
	timeoutMs?: number;
	/** For a GET that fails in passing. */
	patience?: Patience;
}

type SecretsHider = (text: string) => string;

interface RawResponse {
	statusCode: number;
	headers: Record<string, unknown>;
	body: unknown;
}

/** A client for a node, with the key and base URL of its credential. */
export async function createClient(
	context: NodeContext,
	{ timeoutMs = TIMEOUT_MS, patience = PATIENT }: ClientOptions = {},
): Promise<NodeClient> {
	let credential: ICredentialDataDecryptedObject;
	try {
		credential = await context.getCredentials('krosAiApi');
	} catch (thrown) {
		const { message } = (thrown ?? {}) as Partial<Error>;
		return ofNoCredential(message ?? "The KrosAI credential can't be read");
	}
	const connection = readConnection(credential);
	if (connection.obstacle !== undefined) {
		return ofNoCredential(connection.obstacle, baseUrlIn(credential));
	}
	const { apiKey, api, baseUrl } = connection;
	// Else n8n reads it from its database again for each request, and decrypts it.
	const data = { ...credential, apiKey, api };
	const alreadyRead = {
		credentialsDecrypted: { id: '', name: '', type: 'krosAiApi', data },
	};
	const hide = secretsHider(apiKey);
	const stopped = context.getExecutionCancelSignal?.();
	const send: Client = async (request, wanted) => {
		const { method, body, idempotencyKey } = request;
		const sending = async (abortSignal: AbortSignal) => {
			const options: IHttpRequestOptions = {
				method,
				url: urlOf(connection, request),
				qs: queryOf(connection, request),
				// As text: axios drops keys such as `constructor` from an object.
				body: body && JSON.stringify(body),
				headers: {
					Accept: 'application/json',
					...(body && { 'Content-Type': 'application/json' }),
					...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
				},
				// To be counted while it comes: n8n itself reads a body of any length.
				encoding: 'stream',
				abortSignal,
				// Ours comes first: at its own, n8n 2.0 leaves the connection open.
				timeout: 2 * timeoutMs,
				returnFullResponse: true,
				// n8n sends a request again that was answered 401, unless statuses are left to the caller.
				ignoreHttpStatusErrors: true,
				// A redirect would carry the call and the API key to another host.
				disableFollowRedirect: true,
			};
			return (await context.helpers.httpRequestWithAuthentication.call(
				withSignal(context, abortSignal),
				'krosAiApi',
				options,
				alreadyRead,
			)) as RawResponse;
		};
		const signals = [wanted, method === 'GET' ? stopped : undefined];
		return await exchange(hide, timeoutMs, sending, signals);
	};
	const isCancelled = cancellationOf(context);
	const requestRate = api === 'bridge' ? requestRateOf(context) : undefined;
	const paced = requestRate ? inTurn(send, requestRate, isCancelled) : send;
	const client = retryReads(paced, patience, isCancelled);
	return Object.assign(client, { baseUrl, account: accountOf(connection), requestRate });
}

/**
 * n8n puts the signal of the execution over the one that a request is given, so that Stop would end a
 * start whose answer is wanted, and no limit of ours anything. Here it finds ours.
 */
function withSignal(context: NodeContext, signal: AbortSignal): IAllExecuteFunctions {
	const getExecutionCancelSignal = { value: () => signal };
	return Object.create(context, { getExecutionCancelSignal }) as IAllExecuteFunctions;
}

function accountOf({ apiKey, baseUrl, api, organizationId }: Connection): string {
	const account = [apiKey, baseUrl, ...(api === 'bridge' ? [api, organizationId] : [])];
	return createHash('sha256').update(JSON.stringify(account)).digest('hex').slice(0, 16);
}

function ofNoCredential(obstacle: string, baseUrl = ''): NodeClient {
	return Object.assign(clientThatCannotSend(obstacle), { baseUrl, account: '' });
}

/**
 * A client for a credential test, which has no node and so no authentication helper:
 * the request helper is all that n8n gives it.
 */
export function createCredentialTestClient(
	helpers: ICredentialTestFunctions['helpers'],
	credential: StoredCredential,
): Client {
	const connection = readConnection(credential);
	if (connection.obstacle !== undefined) return clientThatCannotSend(connection.obstacle);
	const { request: send } = helpers;
	const hide = secretsHider(connection.apiKey);
	return async (request) =>
		// The older helper takes no signal; but its body, once that comes, is let go of.
		await exchange(hide, TIMEOUT_MS, async () => {
			return (await send({
				method: request.method,
				uri: urlOf(connection, request),
				qs: queryOf(connection, request),
				headers: { Accept: 'application/json', ...keyHeader(connection) },
				useStream: true,
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
	hide: SecretsHider,
	timeoutMs: number,
	send: (signal: AbortSignal) => Promise<RawResponse>,
	signals: Array<AbortSignal | undefined> = [],
): Promise<Exchange> {
	let body: unknown;
	try {
		const sendAndRead = async (signal: AbortSignal) => {
			const response = await send(signal);
			({ body } = response);
			// It came too late, from a helper that no signal ends.
			if (signal.aborted) discardBody(body);
			return readAnswer(hide, response, await readBody(body));
		};
		return await withinTime(timeoutMs, sendAndRead, ...signals);
	} catch (thrown) {
		discardBody(body);
		const failure = readNoAnswer(thrown);
		return { ...failure, detail: hide(failure.detail) };
	}
}

function readAnswer(
	hide: SecretsHider,
	{ statusCode, headers }: RawResponse,
	body: string,
): Answer {
	const text = hide(body);
	return {
		answered: true,
		status: statusCode,
		headers: Object.fromEntries(
			Object.entries(headers ?? {}).map(([name, value]) => [
				name.toLowerCase(),
				hide(textOf([value].flat()[0]) ?? ''),
			]),
		),
		text,
		json: parseJson(text),
	};
}

function urlOf({ baseUrl, callPath }: Connection, { path }: ApiRequest): string {
	return baseUrl + (path === PATHS.outboundCalls ? callPath : path);
}

function queryOf({ organizationId }: Connection, { query }: ApiRequest): ApiRequest['query'] {
	const own = organizationId === undefined ? undefined : { organization_id: organizationId };
	return (query ?? own) && wellFormed({ ...query, ...own });
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
function secretsHider(apiKey: string): SecretsHider {
	const hideKey = keyHider(apiKey);
	return (text) => hideKey(hideCallbackTokens(text));
}
