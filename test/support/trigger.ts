import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type {
	IDataObject,
	IHookFunctions,
	IHttpRequestOptions,
	INode,
	IWebhookFunctions,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { loadOptionsContext, NODE, type Credential } from './n8n';

/** What n8n hands to the trigger's methods, as far as this package uses it. */

const TRIGGER: INode = { ...NODE, name: 'KrosAI Trigger', type: 'n8n-nodes-krosai.krosAiTrigger' };

export interface TriggerSetup {
	/** Laid over the editor's defaults. A function stands for an expression that throws. */
	parameters?: IDataObject;
	/** A function stands for a credential that can't be read. */
	credential?: IDataObject | (() => never);
	/** What n8n keeps for the node; the same object for all contexts of one trigger. */
	staticData?: IDataObject;
	/** `manual` = the editor listens for a test event. */
	mode?: WorkflowExecuteMode;
	/** The trigger's webhook URL as n8n names it to the hooks. */
	url?: string;
	workflowId?: string;
	/** Changes an answer of KrosAI's before the node sees it. */
	tamper?: (options: IHttpRequestOptions, answer: ApiAnswer) => ApiAnswer;
}

export interface ApiAnswer {
	statusCode: number;
	headers: IDataObject;
	body: string;
}

const NO_CREDENTIAL = { apiKey: 'kros_test_simulator', baseUrl: 'http://127.0.0.1:9' };

/** Parameters of the trigger as a new node in the editor has them. */
export const DEFAULT_PARAMETERS: IDataObject = {
	events: ['call.completed', 'call.failed'],
	registration: 'automatic',
	options: {},
};

/** What n8n has under one name, and nothing else. */
function ofName<T>(known: string, name: string, value: T): T {
	if (name !== known) throw new Error(`n8n has nothing by the name "${name}"`);
	return value;
}

function contextOf(setup: TriggerSetup) {
	const { credential = NO_CREDENTIAL, staticData = {}, tamper, mode = 'trigger' } = setup;
	const parameters = { ...DEFAULT_PARAMETERS, ...setup.parameters };
	const known = typeof credential === 'function' ? NO_CREDENTIAL : credential;
	const { helpers } = loadOptionsContext(known as unknown as Credential);
	return {
		getNode: () => TRIGGER,
		getMode: () => mode,
		getWorkflow: () => ({ id: setup.workflowId ?? 'workflow', name: 'Test', active: true }),
		getWorkflowStaticData: (type: string) => ofName('node', type, staticData),
		getNodeWebhookUrl: (name: string) =>
			ofName('default', name, setup.url ?? 'https://n8n.example.com/webhook/1/webhook'),
		getCredentials: async (type: string) =>
			ofName('krosAiApi', type, typeof credential === 'function' ? credential() : credential),
		getNodeParameter: (name: string, fallback?: unknown) => {
			const value = name
				.split('.')
				.reduce<unknown>((part, key) => (part as IDataObject | undefined)?.[key], parameters);
			const given = typeof value === 'function' ? (value as () => unknown)() : value;
			return given === undefined ? fallback : given;
		},
		helpers: {
			httpRequestWithAuthentication: async (type: string, options: IHttpRequestOptions) => {
				const send = helpers.httpRequestWithAuthentication as unknown as (
					type: string,
					options: IHttpRequestOptions,
				) => Promise<Omit<ApiAnswer, 'body'> & { body: AsyncIterable<Uint8Array> }>;
				const answer = await send(type, options);
				if (!tamper) return answer;
				const chunks: Uint8Array[] = [];
				for await (const chunk of answer.body ?? []) chunks.push(chunk);
				return tamper(options, { ...answer, body: Buffer.concat(chunks).toString() });
			},
		},
	};
}

/** The context of activating, deactivating and listening for a test event. */
export function hookContext(setup: TriggerSetup): IHookFunctions {
	return contextOf(setup) as unknown as IHookFunctions;
}

interface Incoming {
	headers: Record<string, unknown>;
	body: Buffer | string;
	/** As for content types that n8n leaves unread: gives the body, or throws. */
	readRawBody?: () => Promise<Buffer>;
}

/** What the sender got to see, where the node answered itself. */
interface Told {
	status: number;
	body: unknown;
}

/** The context of one delivery. Test and production are told apart by the mode alone, as in n8n. */
export function webhookContext(
	{ headers, body, readRawBody }: Incoming,
	{ mode = 'webhook', ...setup }: TriggerSetup = {},
) {
	const told: Told[] = [];
	const raw: { rawBody?: Buffer } = readRawBody ? {} : { rawBody: Buffer.from(body) };
	const request = Object.assign(new IncomingMessage(new Socket()), raw, {
		readRawBody: async () => {
			Object.assign(request, { rawBody: await readRawBody?.() });
		},
	});
	Object.assign(request.headers, headers);
	const response = Object.assign(new ServerResponse(request), {
		status: (status: number) => Object.assign(response, { statusCode: status }),
		json: (answer: unknown) => told.push({ status: response.statusCode, body: answer }),
	});
	const context = {
		...contextOf({ ...setup, mode }),
		getRequestObject: () => request,
		getResponseObject: () => response,
		getHeaderData: () => request.headers,
	};
	return {
		context: context as unknown as IWebhookFunctions,
		told,
		/** n8n's own answer goes out, and the connection ends. */
		close(status: number) {
			response.statusCode = status;
			response.emit('close');
		},
	};
}
