/** KrosAI as an AI agent's tool, in both ways in which n8n runs one. */
import { randomUUID } from 'node:crypto';

import { outputOf } from '../n8n/execution';
import type { CredentialReference, WorkflowFile, WorkflowNode } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../simulator';
import { type ChatModel, type ChatRequest, startChatModel } from './chatModel';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();
const ADA = '+14155550123';
const BOLA = '+442079460958';
const TOOL = 'Ring Somebody';
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

let simulator: Simulator;
let model: ChatModel;
let krosAiApi: CredentialReference;
let openAiApi: CredentialReference;

beforeAll(async () => {
	simulator = await startSimulator({ speed: 50 });
	krosAiApi = await createKrosAiCredential(client, simulator.baseUrl);
	model = await startChatModel((request) => {
		const { asked, told } = sinceUser(request);
		return told.join('\n') || [{ tool: TOOL.replace(' ', '_'), args: { to_number: asked } }];
	});
	openAiApi = await client.createCredential({
		name: 'Chat model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: model.baseUrl, header: false },
	});
});

beforeEach(() => simulator.reset());

afterAll(async () => {
	await model?.close();
	await simulator?.close();
});

/** The last thing that the user said, and what tools have given since. */
function sinceUser({ messages }: ChatRequest): { asked: string; told: string[] } {
	const last = messages.findLastIndex(({ role }) => role === 'user');
	const told = messages
		.slice(last)
		.flatMap(({ role, content }) => (role === 'tool' ? [content ?? ''] : []));
	return { asked: messages[last]?.content ?? '', told };
}

/** One item for each person → the agent, which rings that person and says what the tool gave. */
function agentWorkflow(
	people: string[],
	agentVersion: number,
	tool: Partial<WorkflowNode> & { options?: object },
): WorkflowFile {
	const { options = {}, ...settings } = tool;
	const node = (
		name: string,
		type: string,
		typeVersion: number,
		parameters: Record<string, unknown> = {},
		more: Partial<WorkflowNode> = {},
	): WorkflowNode => ({
		id: randomUUID(),
		name,
		type,
		typeVersion,
		position: [0, 0],
		parameters,
		...more,
	});
	const items = JSON.stringify(people.map((phone) => ({ json: { phone } })));
	const to = (name: string, type = 'main') => ({ [type]: [[{ node: name, type, index: 0 }]] });
	return {
		id: randomUUID(),
		name: 'Agent',
		nodes: [
			node('Start', 'n8n-nodes-base.manualTrigger', 1),
			node('People', 'n8n-nodes-base.code', 2, { jsCode: `return ${items};` }),
			node('Agent', '@n8n/n8n-nodes-langchain.agent', agentVersion, {
				promptType: 'define',
				text: '={{ $json.phone }}',
				options: {},
			}),
			node(
				'Model',
				'@n8n/n8n-nodes-langchain.lmChatOpenAi',
				1.2,
				{ model: { __rl: true, mode: 'id', value: 'none' }, options: {} },
				{ credentials: { openAiApi } },
			),
			node(
				TOOL,
				'n8n-nodes-krosai.krosAiTool',
				1,
				{
					resource: 'call',
					operation: 'initiate',
					fromNumber: { __rl: true, mode: 'number', value: '+2348012345678' },
					toNumber: "={{ $fromAI('to_number', 'Whom to ring', 'string') }}",
					endpointId: { __rl: true, mode: 'id', value: 'ep_abc123' },
					options,
				},
				{ credentials: { krosAiApi }, ...settings },
			),
		],
		connections: {
			Start: to('People'),
			People: to('Agent'),
			Model: to('Agent', 'ai_languageModel'),
			[TOOL]: to('Agent', 'ai_tool'),
		},
		settings: { executionOrder: 'v1' },
	};
}

/** What the agent says about each person. */
async function run(...workflow: Parameters<typeof agentWorkflow>): Promise<string[]> {
	const { id } = await client.createWorkflow(agentWorkflow(...workflow));
	const execution = await client.executionAtEnd(await client.runWorkflow(id, 'Start'));
	expect(execution.data.resultData.error).toBeUndefined();
	expect(execution.status).toBe('success');
	return outputOf(execution, 'Agent').map(({ json }) => String(json.output));
}

const postsTo = (number: string) =>
	simulator.requests.filter(
		({ method, body }) =>
			method === 'POST' && (body as { to_number?: string }).to_number === number,
	);

describe.each([
	['that runs its tools itself', 2.2],
	["whose tools n8n's engine runs", 3],
])('an agent %s (version %d)', (_, version) => {
	test('rings two people for two items, each once, and learns both calls', async () => {
		const said = await run([ADA, BOLA], version, RETRY);
		expect(simulator.rung()).toEqual([ADA, BOLA]);
		expect(said).toEqual(simulator.calls.map(({ id }) => expect.stringContaining(id)));
	});

	test('rings nobody twice with Retry On Fail, where the answer was lost', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: ADA });
		const [said] = await run([ADA], version, { ...RETRY, options: { lookUpUnknownCalls: 'off' } });
		expect(simulator.rung()).toEqual([ADA]);
		expect(postsTo(ADA)).toHaveLength(1);
		expect(said).toContain('"placed":"unknown"');
	});

	test('finds a call whose answer was lost in the log', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: ADA });
		const [said] = await run([ADA], version, RETRY);
		expect(simulator.rung()).toEqual([ADA]);
		expect(said).toContain(simulator.calls[0]!.id);
	});

	test('is given what KrosAI refused as an item, and the execution goes on', async () => {
		simulator.fault({
			kind: 'status',
			status: 400,
			accepting: 'before',
			toNumber: ADA,
			body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
		});
		const said = await run([ADA, BOLA], version, {});
		expect(said[0]).toContain('"code":"INSUFFICIENT_BALANCE"');
		expect(said[0]).toContain('"placed":"no"');
		expect(said[1]).toContain(simulator.calls[0]!.id);
		expect(simulator.rung()).toEqual([BOLA]);
	});
});
