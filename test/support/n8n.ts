import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type {
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	INode,
	NodeExecutionHint,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { KrosAiApi } from '../../credentials/KrosAiApi.credentials';
import { createClient, type ClientOptions, type NodeClient } from '../../nodes/KrosAi/api/client';
import { ORGANIZATION_ID, type Simulator } from '../../simulator';
import { KeyTable } from './keyTable';

/** What n8n hands to a node, as far as this package uses it. n8n's own is met in test/engine. */

export const NODE: INode = {
	id: '1',
	name: 'KrosAI',
	type: 'n8n-nodes-krosai.krosAi',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

export type Credential = {
	apiKey: string;
	baseUrl: string;
	api?: string;
	organizationId?: string;
	callPath?: string;
};

export function credentialFor(
	{ api, baseUrl }: Simulator,
	apiKey = 'kros_test_simulator',
): Credential {
	return { apiKey, baseUrl, ...(api === 'bridge' && { api, organizationId: ORGANIZATION_ID }) };
}

/** The package's own client over real HTTP. */
export async function clientFor(
	simulator: Simulator,
	options?: ClientOptions,
): Promise<NodeClient> {
	return await createClient(loadOptionsContext(credentialFor(simulator)), options);
}

/** One request by fetch, with the options of n8n's helper that this package sets. */
async function request(options: IHttpRequestOptions) {
	const { method, url, qs = {}, headers, body, timeout = 300_000, abortSignal } = options;
	const limit = AbortSignal.timeout(timeout);
	const query = new URLSearchParams(qs as Record<string, string>).toString();
	try {
		const response = await fetch(query ? `${url}?${query}` : url, {
			method,
			headers: headers as Record<string, string>,
			body: body && typeof body !== 'string' ? JSON.stringify(body) : (body as string | undefined),
			redirect: options.disableFollowRedirect ? 'manual' : 'follow',
			signal: abortSignal ? AbortSignal.any([limit, abortSignal as AbortSignal]) : limit,
		});
		return {
			statusCode: response.status,
			headers: Object.fromEntries(response.headers),
			body: response.body ? Readable.fromWeb(response.body as ReadableStream) : undefined,
		};
	} catch (thrown) {
		if ((thrown as Error).name !== 'TimeoutError') throw thrown;
		throw Object.assign(new Error(`timeout of ${timeout}ms exceeded`), { code: 'ECONNABORTED' });
	}
}

export function loadOptionsContext(credential: Credential): ILoadOptionsFunctions {
	return {
		getNode: () => NODE,
		getCredentials: async () => credential,
		helpers: {
			httpRequestWithAuthentication: async (_type: string, options: IHttpRequestOptions) =>
				await request(await new KrosAiApi().authenticate({ ...credential }, options)),
		},
	} as unknown as ILoadOptionsFunctions;
}

/** The request helper of a credential test speaks the older language of the `request` package. */
export const credentialTestHelpers = {
	request: async ({ uri, followRedirect, ...options }: IDataObject) =>
		await request({
			...(options as unknown as IHttpRequestOptions),
			url: uri as string,
			disableFollowRedirect: followRedirect === false,
		}),
};

export interface Run {
	credential: Credential;
	/** The parameters of each input item, after expressions; a function stands for one that throws. */
	items: IDataObject[];
	/** What n8n keeps between the tries of a node. */
	nodeContext?: IDataObject;
	continueOnFail?: boolean;
	runIndex?: number;
	/** Undefined = as in versions of n8n that don't know. */
	isTool?: boolean;
	/** The node's parameters as they are saved, before expressions. */
	parameters?: INode['parameters'];
	/** More helpers of n8n's, or others; without them its deduplication store is empty. */
	helpers?: Partial<IExecuteFunctions['helpers']>;
	/** The node's type, where it differs. */
	type?: string;
	signal?: AbortSignal;
	/** How n8n runs the workflow; "manual" in the editor. */
	mode?: WorkflowExecuteMode;
	/** Where the hints for the editor are put. */
	hints?: NodeExecutionHint[];
	/** A text, or undefined as behind the MCP Server Trigger: `'executionId' in run` decides. */
	executionId?: string | undefined;
	/** When the execution, or the one of which it is a retry, began; undefined as in older n8n. */
	establishedAt?: number;
	/** Where what is written to n8n's log is put. */
	log?: string[];
}

export function executeContext(run: Run): IExecuteFunctions {
	const { credential, items, nodeContext = {}, runIndex = 0, isTool, establishedAt } = run;
	const executionId = 'executionId' in run ? run.executionId : '1';
	const loading = loadOptionsContext(credential);
	const log = (message: string) => run.log?.push(message);
	return {
		...loading,
		helpers: { ...loading.helpers, ...new KeyTable().helpers, ...run.helpers },
		logger: { info: log, warn: log, error: log },
		sendMessageToUI: () => {},
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({
			...NODE,
			type: run.type ?? NODE.type,
			parameters: run.parameters ?? NODE.parameters,
		}),
		getInputData: () => items.map((_, row) => ({ json: { row } })),
		getNodeParameter: (name: string, item: number, fallback: unknown) => {
			const value = name
				.split('.')
				.reduce<unknown>((part, key) => (part as IDataObject | undefined)?.[key], items[item]);
			return (typeof value === 'function' ? (value as () => unknown)() : value) ?? fallback;
		},
		continueOnFail: () => run.continueOnFail ?? false,
		getContext: () => nodeContext,
		getExecutionId: () => executionId,
		getMode: () => run.mode ?? 'trigger',
		addExecutionHints: (...hints: NodeExecutionHint[]) => run.hints?.push(...hints),
		getWorkflowDataProxy: () => ({ $runIndex: runIndex }),
		getExecutionCancelSignal: () => run.signal,
		...(isTool !== undefined && { isToolExecution: () => isTool }),
		...(establishedAt !== undefined && { getExecutionContext: () => ({ establishedAt }) }),
	} as unknown as IExecuteFunctions;
}
