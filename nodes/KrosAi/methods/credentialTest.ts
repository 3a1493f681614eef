import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { createCredentialTestClient } from '../api/client';
import type { Client } from '../api/client';
import { apiOf, explainExchange, isScopeMissing, isSuccess, looksLikeHtml } from '../api/errors';
import { API_NAMES, BASE_URLS, readConnection } from '../api/generation';
import type { Api } from '../api/generation';
import { fetchPage } from '../api/paging';
import type { Exchange, FailedRequest } from '../api/types';
import { ENDPOINTS, PHONE_NUMBERS } from '../api/lists';
import { isEmpty } from '../util/coerce';
import { readSigningSecret } from '../util/signingSecret';

/** KrosAI has no "who am I", so the test asks for what the node's lists show. */
const LISTS = [PHONE_NUMBERS, ENDPOINTS];

/**
 * The credential's Test button. A function, because n8n's declarative test takes every 403 for a
 * wrong key: here it is a good key whose lists stay empty.
 */
export async function krosAiApiTest(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const connection = readConnection(data);
	if (connection.obstacle !== undefined) return { status: 'Error', message: connection.obstacle };
	const { webhookSecret } = data;
	if (!isEmpty(webhookSecret) && readSigningSecret(webhookSecret) === undefined) {
		return { status: 'Error', message: NO_SECRET };
	}
	return await testLists(createCredentialTestClient(this.helpers, data), connection.api);
}

/** With it, every delivery would be refused. */
const NO_SECRET =
	'The Webhook Signing Secret is masked, or shorter than 16 characters. Copy the whole of it from the KrosAI dashboard, which shows it when a webhook is created, or leave the field empty.';

async function testLists(client: Client, api: Api): Promise<INodeCredentialTestResult> {
	const closed: typeof LISTS = [];
	for (const list of LISTS) {
		let exchange: Exchange | undefined;
		const watching: Client = async (request) => (exchange = await client(request));
		const result = await fetchPage(watching, list.path, list.resource);
		const other = exchange && otherApi(exchange, api);
		if (other) return { status: 'Error', message: other };
		if (!result.failed || result.partOf !== undefined) continue;
		if (!isScopeMissing(result.failed)) return testFailed(result);
		closed.push(list);
	}
	if (closed.length === 0) return { status: 'OK', message: 'Connected to KrosAI' };
	const labels = closed.map(({ label }) => label).join(' and ');
	const scopes = closed.map(({ scope }) => scope).join(' and ');
	return {
		status: 'OK',
		message: `Connected to KrosAI. The API key lacks ${scopes}, so the list of ${labels} stays empty: enter the value by hand, or give the key that scope.`,
	};
}

const CHOOSE: Record<Api, string> = {
	v1: `choose ${API_NAMES.v1} under API`,
	bridge: `choose ${API_NAMES.bridge} under API, and fill in the Organization ID`,
};

/** What to say where the answer is not that of the API that was chosen; undefined where it may be. */
function otherApi(exchange: Exchange, api: Api): string | undefined {
	if (!exchange.answered) return undefined;
	const { status, text } = exchange;
	const answering = apiOf(exchange) ?? api;
	// A gateway may mark what it passes on to v1, and v1 takes Bearer too but has other paths.
	if (answering !== api && (api === 'bridge' || !isSuccess(status))) {
		const advice = `${CHOOSE[answering]}, or check the Base URL`;
		return `The ${API_NAMES[answering]} has answered, and this credential is for the ${API_NAMES[api]}: ${advice}`;
	}
	if (status !== 404 || looksLikeHtml(text)) return undefined;
	const other = api === 'v1' ? 'bridge' : 'v1';
	return `KrosAI has nothing at this address of the ${API_NAMES[api]}. If your key is for the ${API_NAMES[other]}, ${CHOOSE[other]}. Otherwise check the Base URL: it is normally ${BASE_URLS[api]}`;
}

function testFailed({ failed, request }: FailedRequest): INodeCredentialTestResult {
	const { message, description } = explainExchange(failed, request);
	return { status: 'Error', message: `${message}. ${description}` };
}
