import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { createCredentialTestClient } from '../api/client';
import type { Client } from '../api/client';
import { explainExchange, isScopeMissing } from '../api/errors';
import { fetchPage } from '../api/paging';
import type { FailedRequest } from '../api/types';
import { ENDPOINTS, PHONE_NUMBERS } from '../api/lists';

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
	const apiKey = String((data as IDataObject).apiKey ?? '');
	if (!apiKey.trim()) return { status: 'Error', message: 'The API Key is empty' };
	const baseUrl = String((data as IDataObject).baseUrl ?? '');
	return await testLists(createCredentialTestClient(this.helpers, { apiKey, baseUrl }));
}

async function testLists(client: Client): Promise<INodeCredentialTestResult> {
	const closed: typeof LISTS = [];
	for (const list of LISTS) {
		const result = await fetchPage(client, list.path, list.resource);
		if ('page' in result) continue;
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

function testFailed({ failed, request }: FailedRequest): INodeCredentialTestResult {
	const { message, description } = explainExchange(failed, request);
	return { status: 'Error', message: `${message}. ${description}` };
}
