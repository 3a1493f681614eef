/**
 * n8n's own engine (n8n-core) without the rest of n8n: the built package is loaded as n8n loads it,
 * workflows are run by `WorkflowExecute`, requests go out over real HTTP.
 *
 * KROSAI_ENGINE_DIR names a folder with another version of n8n-core in its node_modules.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type * as Core from 'n8n-core';
import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INode,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	IWebhookResponseData,
	IWorkflowExecuteAdditionalData,
	IVersionedNodeType,
	Workflow as WorkflowClass,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import type * as WorkflowPackage from 'n8n-workflow';
import { Deduplicator } from '../support/deduplicator';
import { HELPER_NODES } from './helperNodes';
import type { WorkflowJson } from './workflow';

const ROOT = resolve(__dirname, '../..');
const ENGINE_DIR = process.env.KROSAI_ENGINE_DIR ?? ROOT;

export interface Engine {
	/** Runs a workflow from its first node to its end. */
	run(workflow: WorkflowJson, options?: RunOptions): Promise<IRun>;
	/** What "Retry" in the Executions list does with a stored execution that failed. */
	retry(workflow: WorkflowJson, stored: IRun, options?: RetryOptions): Promise<IRun>;
	/** What n8n does when the date of a stored execution that waits has come. */
	wake(workflow: WorkflowJson, stored: IRun, options?: RunOptions): Promise<IRun>;
	/** What n8n does with a request to a stored execution that waits. */
	callBack(
		workflow: WorkflowJson,
		stored: IRun,
		http: { request: unknown; response: unknown },
		options?: RunOptions,
	): Promise<CalledBack>;
	/** What n8n does with a trigger when its workflow is published, or no longer. */
	hooksOf(workflow: WorkflowJson, name: string, options?: RunOptions): Hooks;
	nodeTypes: INodeTypes;
	/** n8n's deduplication store; undefined where the engine was opened without one. */
	store: Deduplicator | undefined;
	close(): void;
}

export interface CalledBack {
	/** What the node's `webhook()` returned. */
	returned: IWebhookResponseData;
	/** Lets the execution go on; undefined where it goes on waiting. */
	goOn?: () => Promise<IRun>;
}

export type Hooks = Record<'checkExists' | 'create' | 'delete', () => Promise<boolean>>;

export interface EngineOptions {
	/** The folder of n8n's built-in nodes (n8n-nodes-base), beside the engine; without it there are none. */
	builtInNodes?: string;
	/** Whether there is a deduplication store, as in n8n; n8n-core has none. One engine at a time may. */
	store?: boolean;
}

export interface RunOptions {
	credential?: ICredentialDataDecryptedObject;
	/** Default `manual`, as in the editor; `trigger` is how an active workflow runs. */
	mode?: WorkflowExecuteMode;
	/** Called with a function that cancels the execution, as the Stop button does. */
	onStart?: (cancel: () => void) => void;
	/** Default a new one where an execution starts. */
	executionId?: string;
	/** Where waiting executions are reached. */
	waitingBaseUrl?: string;
}

/** The mode is always `retry`. */
export interface RetryOptions extends Omit<RunOptions, 'mode'> {
	/**
	 * Whether n8n was killed or restarted in the middle of the execution: then nothing of its nodes was
	 * saved, and the retry starts at the first one. What outlives it is the execution context.
	 */
	crashed?: boolean;
}

/** Takes a second or two: once for a test file. */
export async function openEngine({
	builtInNodes,
	store: hasStore = false,
}: EngineOptions = {}): Promise<Engine> {
	const folder = mkdtempSync(join(tmpdir(), 'krosai-engine-'));
	process.env.N8N_USER_FOLDER = join(folder, 'user');
	process.env.N8N_LOG_LEVEL = 'silent';
	const core = load<typeof Core>('n8n-core');
	const { Workflow, createEmptyRunExecutionData, NodeHelpers } =
		load<typeof WorkflowPackage>('n8n-workflow');
	const loader = new core.PackageDirectoryLoader(installPackage(folder));
	const loaders: Loaders = { 'n8n-nodes-krosai': loader };
	if (builtInNodes) loaders['n8n-nodes-base'] = new core.LazyPackageDirectoryLoader(builtInNodes);
	for (const each of Object.values(loaders)) await each.loadAll();
	mkdirSync(join(folder, 'user'), { recursive: true });
	const nodeTypes = createNodeTypes(loaders, NodeHelpers.getVersionedNodeType);

	const store = hasStore ? new Deduplicator() : undefined;
	if (store) await core.DataDeduplicationService.init(store);
	// Others may give ids of their own, from 1 on.
	let executions = 1000;
	const newId = () => String((executions += 1));

	const workflowOf = ({ id = 'test', name, nodes, connections }: WorkflowJson): WorkflowClass =>
		new Workflow({
			id,
			name,
			nodes,
			connections,
			active: false,
			nodeTypes,
			settings: { executionOrder: 'v1' },
		});

	const start = async (
		json: WorkflowJson,
		options: RunOptions,
		execute: (engine: Core.WorkflowExecute, workflow: WorkflowClass) => PromiseLike<IRun>,
		data?: IRunExecutionData,
	): Promise<IRun> => {
		const workflow = workflowOf(json);
		const { mode = 'manual', onStart } = options;
		const additional = additionalData(loader, options);
		const engine = new core.WorkflowExecute(
			additional,
			mode,
			// Older versions have no such helper and make an empty one themselves.
			data ?? createEmptyRunExecutionData?.(),
		);
		const running = execute(engine, workflow) as PromiseLike<IRun> & { cancel?: () => void };
		onStart?.(() => running.cancel?.());
		return await running;
	};

	return {
		nodeTypes,
		store,
		run: async (workflow, options = {}) =>
			await start(workflow, { executionId: newId(), ...options }, (engine, flow) =>
				runAll(engine, flow),
			),
		retry: async (workflow, stored, { crashed = false, ...options } = {}) => {
			const data = copyOf(stored);
			if (crashed) startAgain(data, workflow);
			const { resultData } = data;
			const failed = resultData.lastNodeExecuted ?? '';
			delete resultData.error;
			if (resultData.runData[failed]?.at(-1)?.error) resultData.runData[failed].pop();
			for (const entry of data.executionData?.nodeExecutionStack ?? []) {
				// "Retry with currently saved workflow": a parameter may have been corrected.
				entry.node = workflow.nodes.find(({ name }) => name === entry.node.name) ?? entry.node;
			}
			return await start(
				workflow,
				{ executionId: newId(), ...options, mode: 'retry' },
				(engine, flow) => engine.processRunExecutionData(flow),
				data,
			);
		},
		wake: async (workflow, stored, options = {}) =>
			await start(
				workflow,
				options,
				(engine, flow) => engine.processRunExecutionData(flow),
				copyOf(stored),
			),
		callBack: async (workflow, stored, { request, response }, options = {}) => {
			const data = copyOf(stored);
			const [entry] = data.executionData!.nodeExecutionStack;
			const { lastNodeExecuted, runData } = data.resultData;
			entry!.node.disabled = true;
			data.waitTill = undefined;
			runData[lastNodeExecuted!]!.pop();
			const flow = workflowOf(workflow);
			const waiting = flow.getNode(lastNodeExecuted!)!;
			const { description, webhook } = nodeTypes.getByNameAndVersion(waiting.type);
			const context = new core.WebhookContext(
				flow,
				waiting,
				Object.assign(additionalData(loader, options), {
					httpRequest: request,
					httpResponse: response,
				}),
				'manual',
				{ webhookDescription: description.webhooks![0] } as never,
				[],
				data,
			);
			const returned = await webhook!.call(context);
			if (!returned.workflowData) return { returned };
			entry!.data.main = returned.workflowData;
			entry!.metadata = { ...entry!.metadata, forwardAllOutputs: true } as never;
			const goOn = async () =>
				await start(
					workflow,
					options,
					(engine, again) => engine.processRunExecutionData(again),
					data,
				);
			return { returned, goOn };
		},
		hooksOf: (json, name, options = {}) => {
			const workflow = workflowOf(json);
			const trigger = workflow.getNode(name)!;
			const { webhookMethods } = nodeTypes.getByNameAndVersion(trigger.type);
			const additional = additionalData(loader, options);
			const call = (method: keyof Hooks) => async () =>
				await webhookMethods!.default![method]!.call(
					new core.HookContext(workflow, trigger, additional, 'trigger', 'activate'),
				);
			return { checkExists: call('checkExists'), create: call('create'), delete: call('delete') };
		},
		close: () => {
			if (store) (core.DataDeduplicationService as unknown as Single).instance = undefined;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** As it comes back from the database. */
function copyOf(stored: IRun): IRunExecutionData {
	return JSON.parse(JSON.stringify(stored.data)) as IRunExecutionData;
}

/** What n8n has of an execution that it saved last before the first node. */
function startAgain({ resultData, executionData }: IRunExecutionData, { nodes }: WorkflowJson) {
	resultData.runData = {};
	delete resultData.lastNodeExecuted;
	Object.assign(executionData!, {
		contextData: {},
		nodeExecutionStack: [{ node: nodes[0], data: { main: [[{ json: {} }]] }, source: null }],
		waitingExecution: {},
		waitingExecutionSource: {},
	});
}

/** n8n never ends it. */
type Single = { instance?: unknown };

function load<T>(name: string): T {
	// eslint-disable-next-line @typescript-eslint/no-require-imports
	return require(join(ENGINE_DIR, 'node_modules', name)) as T;
}

/** From the workflow's first node. `run` took its arguments one by one until n8n 2.41. */
function runAll(engine: Core.WorkflowExecute, workflow: WorkflowClass): PromiseLike<IRun> {
	const [startNode] = Object.values(workflow.nodes);
	return engine.run.length > 1 || !engine.run.toString().startsWith('run({')
		? (engine.run as unknown as OldRun).call(engine, workflow, startNode)
		: engine.run({ workflow, startNode });
}

type OldRun = (workflow: WorkflowClass, startNode?: INode) => PromiseLike<IRun>;

/** A copy of the built package beside the engine, so that it finds that engine's n8n-workflow, as in n8n. */
export function installPackage(folder: string): string {
	const dir = join(folder, 'package');
	mkdirSync(dir);
	for (const part of ['dist', 'package.json']) {
		cpSync(join(ROOT, part), join(dir, part), { recursive: true });
	}
	symlinkSync(join(ENGINE_DIR, 'node_modules'), join(folder, 'node_modules'), 'dir');
	return dir;
}

/** By package. */
type Loaders = Record<string, Core.PackageDirectoryLoader>;

function createNodeTypes(
	loaders: Loaders,
	ofVersion: (type: INodeType | IVersionedNodeType, version?: number) => INodeType,
): INodeTypes {
	const find = (type: string, version?: number): INodeType => {
		const helper = HELPER_NODES[type];
		if (helper) return helper;
		const [packageName, name] = type.split('.');
		return ofVersion(loaders[packageName!]!.getNode(name!).type, version);
	};
	return {
		getByName: find,
		getByNameAndVersion: find,
		getKnownTypes: () => ({}),
	};
}

function additionalData(
	loader: Core.PackageDirectoryLoader,
	{ credential = {}, executionId = '1', waitingBaseUrl }: RunOptions,
): IWorkflowExecuteAdditionalData {
	const address = 'http://127.0.0.1:9';
	const hooks = { runHook: async () => {}, addHandler: () => {}, hookFunctions: {} };
	return {
		credentialsHelper: {
			getParentTypes: () => [],
			isCredentialUsableByNode: () => true,
			getDecrypted: async () => ({ ...credential }),
			preAuthentication: async () => undefined,
			authenticate: async (
				data: ICredentialDataDecryptedObject,
				type: string,
				request: IHttpRequestOptions,
			) => await authenticate(loader, data, type, request),
		},
		hooks,
		currentNodeExecutionIndex: 0,
		executionId,
		restApiUrl: address,
		instanceBaseUrl: address,
		formBaseUrl: address,
		formWaitingBaseUrl: address,
		formTestBaseUrl: address,
		webhookBaseUrl: address,
		webhookWaitingBaseUrl: waitingBaseUrl ?? address,
		webhookTestBaseUrl: address,
		mcpBaseUrl: address,
		mcpTestBaseUrl: address,
		variables: {},
		logAiEvent: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;
}

/** What n8n's CredentialsHelper does with a credential whose `authenticate` is a function. */
async function authenticate(
	loader: Core.PackageDirectoryLoader,
	credential: ICredentialDataDecryptedObject,
	type: string,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const { authenticate: sign } = loader.getCredential(type).type;
	return await (sign as Sign)(credential, request);
}

type Sign = Extract<IAuthenticate, (...args: never[]) => unknown>;
