import { randomUUID } from 'node:crypto';

import type { N8nClient } from '../n8n/client';
import { type Execution, outputOf } from '../n8n/execution';
import {
	type CredentialReference,
	startNode,
	type WorkflowFile,
	type WorkflowNode,
	workflowNode,
} from '../n8n/workflow';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator';
import { type ChatRequest, startChatModel, type Turn } from './chatModel';
import { createKrosAiCredential } from './krosAi';

/** The tool's name on the canvas, and the one that the model knows it by. */
const TOOL = 'Call a Contact';
const TOOL_FOR_MODEL = 'Call_a_Contact';

/** An item as the tool gives it to the model. */
export type ToolItem = Record<string, unknown>;

export interface AgentSettings {
	/** The version of the node AI Agent. */
	version: number;
	/** What the user says, one item each. */
	said: string[];
	/** On Error and Retry On Fail of the agent; `options` are its own. */
	agent?: Partial<WorkflowNode> & { options?: object };
	/** On Error and Retry On Fail of the tool; `parameters` are laid over the usual ones. */
	tool?: Partial<WorkflowNode>;
	/**
	 * The path of a webhook that starts it, also with other words: `?words=`. Without one it is started
	 * by hand.
	 */
	webhookPath?: string;
}

/**
 * What the model does: it uses the tool once for each entry of a list, all at the same time, and goes
 * on when all have answered. Or its server gives, once, this status or no answer at all.
 */
type ScriptedTurn = ToolItem[] | { refuse: number } | { hang: true };

/** Agents in an n8n, with a chat model that a test scripts and a KrosAI. */
export interface Agents {
	simulator: Simulator;
	/** What the model does when the user says these words. At the end it repeats what the tool gave. */
	script(said: string, turns: ScriptedTurn[]): void;
	/** How often the model was asked. */
	asked(): number;
	workflow(settings: AgentSettings): WorkflowFile;
	/** Stores a workflow and gives its id. */
	store(settings: AgentSettings): Promise<string>;
	/** Runs a stored workflow, and gives what the tool gave, for each item. */
	runStored(id: string): Promise<string[][]>;
	/** Both. */
	run(settings: AgentSettings): Promise<string[][]>;
	/** Numbers that were called, sorted: uses at the same time arrive in any order. */
	called(): string[];
	/** How many requests for a call arrived, refused ones too. */
	requests(): number;
	/** Forgets calls and scripts. */
	reset(): void;
	close(): Promise<void>;
}

export async function startAgents(
	client: N8nClient,
	options: SimulatorOptions = {},
): Promise<Agents> {
	const simulator = await startSimulator({ startsPerSecond: Infinity, speed: 50, ...options });
	const krosAiApi = await createKrosAiCredential(client, simulator.baseUrl);
	const scripts = new Map<string, ScriptedTurn[]>();
	const model = await startChatModel((request) => {
		const { said, told } = sinceUser(request);
		return nextTurn(scripts.get(said) ?? [], told);
	});
	const openAiApi = await client.createCredential({
		name: 'Chat model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.baseUrl, header: false },
	});
	const workflow = (settings: AgentSettings) => agentWorkflow(settings, { krosAiApi, openAiApi });
	const store = async (settings: AgentSettings) =>
		(await client.createWorkflow(workflow(settings))).id;
	const runStored = async (id: string) =>
		toolAnswers(await client.executionAtEnd(await client.runWorkflow(id, 'Start')));
	return {
		simulator,
		script: (said, turns) => scripts.set(said, [...turns]),
		asked: () => model.requests.length,
		workflow,
		store,
		runStored,
		run: async (settings) => await runStored(await store(settings)),
		called: () => [...simulator.called()].sort(),
		requests: () => simulator.requests.filter(({ method }) => method === 'POST').length,
		reset: () => {
			scripts.clear();
			model.requests.length = 0;
			simulator.reset();
		},
		close: async () => {
			await model.close();
			await simulator.close();
		},
	};
}

/** What the tool gave, as the agent of an execution repeats it, for each item. */
export function toolAnswers(execution: Execution): string[][] {
	const { status, data } = execution;
	if (status !== 'success') {
		throw new Error(`The execution ended with "${status}": ${data.resultData.error?.message}`);
	}
	return outputOf(execution, 'Agent').map(
		({ json }) => JSON.parse(String(json.output)) as string[],
	);
}

/** The items in what a tool gave. Throws where it isn't JSON. */
export function itemsOf(given: string): ToolItem[] {
	try {
		return [JSON.parse(given) as ToolItem | ToolItem[]].flat();
	} catch {
		throw new Error(`The tool gave no JSON: ${given}`);
	}
}

/** The last thing that the user said, and what the tool has given since. */
function sinceUser({ messages }: ChatRequest): { said: string; told: string[] } {
	const last = messages.findLastIndex(({ role }) => role === 'user');
	// An agent of version 3 that is tried again repeats what it was told before.
	const told = new Map(
		messages
			.slice(last)
			.flatMap(({ role, content, tool_call_id }) =>
				role === 'tool' ? [[tool_call_id, content ?? '']] : [],
			),
	);
	return { said: messages[last]?.content ?? '', told: [...told.values()] };
}

/** @param turns what comes once is taken out of it */
function nextTurn(turns: ScriptedTurn[], told: string[]): Turn {
	let answered = 0;
	for (const [index, turn] of turns.entries()) {
		if (Array.isArray(turn)) {
			if (answered >= told.length) return turn.map((args) => ({ tool: TOOL_FOR_MODEL, args }));
			answered += turn.length;
		} else if (answered === told.length) {
			turns.splice(index, 1);
			return turn;
		}
	}
	return JSON.stringify(told);
}

/** One item for each thing said → the agent, which has KrosAI → Initiate as its tool. */
function agentWorkflow(
	settings: AgentSettings,
	{ krosAiApi, openAiApi }: Record<'krosAiApi' | 'openAiApi', CredentialReference>,
): WorkflowFile {
	const { version, said, webhookPath: path } = settings;
	const { options = {}, ...agent } = settings.agent ?? {};
	const { parameters, ...tool } = settings.tool ?? {};
	const items = JSON.stringify(said.map((words) => ({ json: { words } })));
	const jsCode = `const { words } = $input.first().json.query ?? {};
return words ? [{ json: { words } }] : ${items};`;
	const to = (name: string, type = 'main') => ({ [type]: [[{ node: name, type, index: 0 }]] });
	return {
		id: randomUUID(),
		name: 'Agent',
		nodes: [
			path === undefined
				? startNode()
				: workflowNode(
						'Start',
						'n8n-nodes-base.webhook',
						{ path, httpMethod: 'GET', responseMode: 'onReceived' },
						{ typeVersion: 2, webhookId: path },
					),
			workflowNode('Said', 'n8n-nodes-base.code', { jsCode }, { typeVersion: 2 }),
			workflowNode(
				'Agent',
				'@n8n/n8n-nodes-langchain.agent',
				{ promptType: 'define', text: '={{ $json.words }}', options },
				{ typeVersion: version, ...agent },
			),
			workflowNode(
				'Model',
				'@n8n/n8n-nodes-langchain.lmChatOpenAi',
				{ model: { __rl: true, mode: 'id', value: 'none' }, options: { maxRetries: 0 } },
				{ typeVersion: 1.2, credentials: { openAiApi } },
			),
			toolNode(TOOL, krosAiApi, { operation: 'initiate', ...CALL, ...parameters }, tool),
		],
		connections: {
			Start: to('Said'),
			Said: to('Agent'),
			Model: to('Agent', 'ai_languageModel'),
			[TOOL]: to('Agent', 'ai_tool'),
		},
		settings: { executionOrder: 'v1' },
	};
}

/** A field that the model fills in. Where two have one name, n8n wants the same words in both. */
export const fromModel = (name: string) => `={{ $fromAI('${name}', '', 'string') }}`;

/** Fields of a call of which the model fills in the number, as `to_number`. */
export const CALL = {
	fromNumber: { __rl: true, mode: 'number', value: '+2348012345678' },
	toNumber: fromModel('to_number'),
	endpointId: { __rl: true, mode: 'id', value: 'ep_abc123' },
};

/** KrosAI as a tool, with what its panel shows. */
export function toolNode(
	name: string,
	krosAiApi: CredentialReference,
	parameters: Record<string, unknown>,
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return workflowNode(name, 'n8n-nodes-krosai.krosAiTool', parameters, {
		credentials: { krosAiApi },
		...more,
	});
}
