/** KrosAI behind n8n's MCP Server Trigger, which runs its tools outside of any execution. */
import { CALL, fromModel, itemsOf, type ToolItem, toolNode } from '../../e2e/agents';
import { createKrosAiCredential } from '../../e2e/krosAi';
import { McpClient } from '../../e2e/mcpClient';
import { mcpWorkflow } from '../../e2e/mcpWorkflow';
import { type N8nInstance } from '../../n8n/instance';
import { startOwnN8n } from '../../n8n/own';
import { type Simulator, startSimulator } from '../../../simulator';
import { endedCall, start, until } from '../../../simulator/client';

jest.setTimeout(5 * 60_000);

const ADA = '+14155550123';
const BOLA = '+442079460958';
const CHIDI = '+14155550134';
const OPTIONS = {
	Call: {},
	'Call With Retries': {},
	'Call Once': { callOnlyOncePerKey: fromModel('to_number') },
	'Call Once in an Execution': {
		callOnlyOncePerKey: `={{ $execution.id }} {{ $fromAI('to_number', '', 'string') }}`,
	},
};

let n8n: N8nInstance;
let simulator: Simulator;
let mcp: McpClient;

beforeAll(async () => {
	const { n8n: own, client } = await startOwnN8n();
	n8n = own;
	simulator = await startSimulator({ startsPerSecond: Infinity, speed: 100 });
	const krosAiApi = await createKrosAiCredential(client, simulator.baseUrl);
	const calls = Object.entries(OPTIONS).map(([name, options]) =>
		toolNode(
			name,
			krosAiApi,
			{ operation: 'initiate', ...CALL, options },
			name === 'Call With Retries' ? { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 } : {},
		),
	);
	const wait = { operation: 'initiateAndWait', ...CALL };
	const callId = fromModel('call_id');
	const { file, path } = mcpWorkflow([
		...calls,
		toolNode('Wait', krosAiApi, wait),
		toolNode('Ask', krosAiApi, { ...wait, options: { pollSeconds: 1 } }),
		toolNode('Get', krosAiApi, { operation: 'get', callId }),
		toolNode('Hang Up', krosAiApi, { operation: 'hangUp', callId }),
	]);
	await client.activateWorkflow(await client.createWorkflow(file));
	mcp = new McpClient(`${n8n.url}/mcp/${path}`);
	await mcp.connect();
});

beforeEach(() => simulator.reset());

afterAll(async () => {
	await n8n?.stop();
	await simulator?.close();
});

/** Uses a tool, by its name on the canvas. */
async function use(tool: string, args: Record<string, unknown> = {}): Promise<ToolItem[]> {
	return itemsOf(await mcp.call(tool.replaceAll(' ', '_'), args));
}

const requestsForCalls = () => simulator.requests.filter(({ method }) => method === 'POST').length;

describe('Call → Initiate', () => {
	test('calls, and gives the call', async () => {
		expect(await use('Call', { to_number: ADA })).toMatchObject([
			{ call_id: expect.any(String), to_number: ADA },
		]);
		expect(simulator.called()).toEqual([ADA]);
	});

	test('the same request twice, one after the other: two calls', async () => {
		const given = [await use('Call', { to_number: ADA }), await use('Call', { to_number: ADA })];
		expect(given.map(([item]) => item!.call_id)).toEqual(simulator.calls.map(({ id }) => id));
		expect(simulator.called()).toEqual([ADA, ADA]);
	});

	test('the same request twice at the same time, and others: each is a call', async () => {
		const numbers = [ADA, BOLA, ADA, CHIDI];
		const given = await Promise.all(numbers.map((to_number) => use('Call', { to_number })));
		expect(given.map(([item]) => item!.to_number)).toEqual(numbers);
		const ids = given.map(([item]) => String(item!.call_id));
		expect(ids.sort()).toEqual(simulator.calls.map(({ id }) => id).sort());
	});

	test('two contacts in one HTTP request (a batch): both are called', async () => {
		const given = await mcp.callAll('Call', [{ to_number: ADA }, { to_number: BOLA }]);
		expect(given.map((text) => itemsOf(text)[0]!.to_number)).toEqual([ADA, BOLA]);
		expect([...simulator.called()].sort()).toEqual([ADA, BOLA]);
	});

	test.each(['Call', 'Call With Retries'])('%s, the answer is lost: one request', async (tool) => {
		simulator.fault({ kind: 'dropAfter', toNumber: ADA });
		const [item] = await use(tool, { to_number: ADA });
		expect(requestsForCalls()).toBe(1);
		expect([simulator.calls[0]!.id, 'unknown']).toContain(
			item!.call_id ?? (item!.error as { placed: string }).placed,
		);
	});

	test.each(['Call', 'Call With Retries'])('%s, KrosAI refuses: an item says so', async (tool) => {
		simulator.fault({
			kind: 'status',
			status: 400,
			accepting: 'before',
			times: 9,
			body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
		});
		expect(await use(tool, { to_number: ADA })).toMatchObject([
			{ error: { code: 'INSUFFICIENT_BALANCE', placed: 'no' } },
		]);
		expect(requestsForCalls()).toBe(1);
	});

	test('a number that is none: an item says so', async () => {
		expect(await use('Call', { to_number: 'my mother' })).toMatchObject([
			{ error: { code: 'INVALID_PHONE_NUMBER', placed: 'no' } },
		]);
	});

	test('once per number: one call, and later requests are skipped', async () => {
		const both = [ADA, ADA].map((to_number) => use('Call Once', { to_number }));
		const given = [...(await Promise.all(both)), await use('Call Once', { to_number: ADA })];
		expect(simulator.called()).toEqual([ADA]);
		const told = given.map(([item]) => item!.reason ?? item!.call_id);
		expect(told.sort()).toEqual([
			'ALREADY_CALLED',
			'ALREADY_CALLED',
			...simulator.calls.map(({ id }) => id),
		]);
	});

	test('a key with the id of an execution, which there is none: no contact is skipped for it', async () => {
		const given = [];
		for (let requests = 0; requests < 2; requests += 1) {
			given.push(...(await use('Call Once in an Execution', { to_number: ADA })));
		}
		// Called as without a key, or refused with advice.
		const calls = simulator.calls.map(({ id }) => ({ call_id: id }));
		const refusal = { error: { code: 'INVALID_PARAMETER', placed: 'no' } };
		expect(given).toMatchObject(given[0]!.error ? [refusal, refusal] : calls);
		expect(given).toHaveLength(2);
	});
});

describe('Call → Initiate and Wait', () => {
	test('by asking (Check Call Status Every): gives how the call ended', async () => {
		simulator.script(ADA, 'no_answer', { ringing: 1 });
		const given = await Promise.all([
			use('Ask', { to_number: ADA }),
			use('Ask', { to_number: BOLA }),
		]);
		expect(given).toMatchObject([
			[{ to_number: ADA, outcome: 'no_answer' }],
			[{ to_number: BOLA, outcome: 'completed' }],
		]);
		expect([...simulator.called()].sort()).toEqual([ADA, BOLA]);
	});

	test('by callback: no call is placed, and the item says what to set instead', async () => {
		expect(await use('Wait', { to_number: ADA })).toMatchObject([
			{
				error: {
					placed: 'no',
					description: expect.stringContaining('Check Call Status Every'),
				},
			},
		]);
		expect(requestsForCalls()).toBe(0);
	});
});

describe('operations that place no call', () => {
	test('Call → Get', async () => {
		const call_id = await endedCall(simulator);
		expect(await use('Get', { call_id })).toMatchObject([{ call_id, outcome: 'completed' }]);
	});

	test('Call → Get, no such call: an item says so', async () => {
		expect(await use('Get', { call_id: 'call_none' })).toMatchObject([
			{ message: expect.any(String), error: { httpCode: 404 } },
		]);
	});

	test('Call → Hang Up', async () => {
		simulator.script(ADA, 'answered', { setup: 0, ringing: 0, talking: 36_000 });
		const { body } = await start(simulator, { to_number: ADA });
		await until(() => simulator.calls[0]?.status === 'in_progress');
		expect(await use('Hang Up', { call_id: body.call_id })).toMatchObject([
			{ call_id: body.call_id, hung_up: true },
		]);
	});
});
