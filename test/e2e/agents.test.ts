/**
 * KrosAI as an AI agent's tool, in both ways in which n8n runs one (before version 3 the agent runs it
 * itself), and behind the MCP Server Trigger: which contacts repeated uses call.
 */
import { type Agents, CALL, fromModel, itemsOf, startAgents, toolNode } from './agents';
import { createKrosAiCredential } from './krosAi';
import { McpClient } from './mcpClient';
import { mcpWorkflow } from './mcpWorkflow';
import { sharedN8n } from './sharedN8n';

const { client, url } = sharedN8n();
const ADA = '+14155550123';
const BOLA = '+442079460958';
const CHIDI = '+14155550134';
const ONCE_PER_NUMBER = { callOnlyOncePerKey: fromModel('to_number') };
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

let agents: Agents;

beforeAll(async () => (agents = await startAgents(client)));
beforeEach(() => agents.reset());
afterAll(async () => await agents.close());

/** Uses of the tool, one for each number. */
const uses = (...numbers: string[]) => numbers.map((to_number) => ({ to_number }));

/** The id of the only call to a number. */
function callTo(number: string): string {
	const calls = agents.simulator.calls.filter(({ to_number }) => to_number === number);
	expect(calls).toHaveLength(1);
	return calls[0]!.id;
}

describe.each([2.2, 3])('an agent of version %d', (version) => {
	/** What the tool gave in a conversation, use by use. */
	async function converse(
		turns: Parameters<Agents['script']>[1],
		options = {},
		parameters: object = {},
	) {
		agents.script('Go', turns);
		const tool = { parameters: { ...parameters, options } };
		const [given] = await agents.run({ version, said: ['Go'], tool });
		return given!.map(itemsOf);
	}

	test.each([
		['', {}],
		[', once per number', ONCE_PER_NUMBER],
	])(
		'two contacts in one turn, the first use in a workflow%s: both are called',
		async (_, options) => {
			const given = await converse([uses(ADA, BOLA)], options);
			expect(agents.called()).toEqual([ADA, BOLA]);
			expect(given).toMatchObject([[{ call_id: callTo(ADA) }], [{ call_id: callTo(BOLA) }]]);
		},
	);

	test('one contact twice in a turn and in the next: one call, and each use gets it', async () => {
		const given = await converse([uses(ADA, ADA), uses(ADA)]);
		expect(agents.called()).toEqual([ADA]);
		const call = [{ call_id: callTo(ADA) }];
		expect(given).toMatchObject([call, call, call]);
	});

	test('a number that was made up is refused in words for the model, the right one called', async () => {
		const given = await converse([uses('0155501'), uses(ADA)]);
		const { error } = given[0]![0]! as { error: { description: string } };
		expect(error).toMatchObject({ code: 'INVALID_PHONE_NUMBER', placed: 'no' });
		expect(error.description).toMatch(/E\.164.*Do not make up a number.*ask the user/);
		expect(JSON.stringify(given)).not.toContain('Default Country');
		expect(given[1]).toMatchObject([{ call_id: callTo(ADA) }]);
	});

	test('who may have been called is called no second time, and the model is told each time', async () => {
		agents.simulator.fault({ kind: 'dropAfter' });
		const given = await converse([uses(CHIDI), uses(CHIDI)], { lookUpUnknownCalls: 'off' });
		expect(agents.requests()).toBe(1);
		const description = expect.stringContaining('Do not call this number again');
		const inDoubt = [{ error: expect.objectContaining({ placed: 'unknown', description }) }];
		expect(given).toEqual([inDoubt, inDoubt].map(([item]) => [expect.objectContaining(item)]));
	});

	test.each([
		[
			'Simplified, without being set',
			{},
			'to_number outcome answered_by duration call_id metadata transcript direction from_number created_at',
		],
		[
			'Selected Fields',
			{ output: 'fields', fields: ['outcome', 'cost_cents'] },
			'outcome call_id cost_cents',
		],
	])('the model gets of a call that has ended: %s', async (_, parameters, fields) => {
		const [given] = await converse(
			[uses(ADA)],
			{ pollSeconds: 1 },
			{ operation: 'initiateAndWait', ...parameters },
		);
		expect(given!.map((item) => Object.keys(item).join(' '))).toEqual([fields]);
		expect(given).toMatchObject([{ call_id: callTo(ADA), outcome: 'completed' }]);
	});

	test('two items, a contact each: both are called, and the agent learns both calls', async () => {
		agents.script('Ada', [uses(ADA)]);
		agents.script('Bola', [uses(BOLA)]);
		const given = await agents.run({ version, said: ['Ada', 'Bola'], tool: RETRY });
		expect(agents.called()).toEqual([ADA, BOLA]);
		expect(given.flat().map(itemsOf)).toMatchObject([
			[{ call_id: callTo(ADA) }],
			[{ call_id: callTo(BOLA) }],
		]);
	});

	test.each([
		['looked up: the call is found in the log', ADA, {}],
		// Another contact: while one call is in doubt, a like one isn't told from it.
		['not looked up: the item says that it is unknown', CHIDI, { lookUpUnknownCalls: 'off' }],
	])('Retry On Fail of the tool, the answer is lost, %s', async (_, number, options) => {
		agents.simulator.fault({ kind: 'dropAfter' });
		agents.script('Go', [uses(number)]);
		const tool = { ...RETRY, parameters: { options } };
		const [given] = await agents.run({ version, said: ['Go'], tool });
		expect(agents.called()).toEqual([number]);
		expect(agents.requests()).toBe(1);
		const found = { call_id: callTo(number) };
		expect(itemsOf(given![0]!)).toMatchObject([
			'lookUpUnknownCalls' in options ? { error: { placed: 'unknown' } } : found,
		]);
	});
});

test('the MCP Server Trigger: each request for a call is a call', async () => {
	const krosAiApi = await createKrosAiCredential(client, agents.simulator.baseUrl);
	const call = toolNode('Call', krosAiApi, { operation: 'initiate', ...CALL });
	const { file, path } = mcpWorkflow([call]);
	const workflow = await client.createWorkflow(file);
	await client.activateWorkflow(workflow);
	const mcp = new McpClient(`${url}/mcp/${path}`);
	await mcp.connect();

	const first = await mcp.call('Call', { to_number: ADA });
	expect(itemsOf(first)).toMatchObject([{ call_id: callTo(ADA) }]);
	const both = await Promise.all([ADA, BOLA].map((to_number) => mcp.call('Call', { to_number })));
	const ids = [first, ...both].map((text) => itemsOf(text)[0]!.call_id);
	expect(agents.called()).toEqual([ADA, ADA, BOLA]);
	expect([...ids].sort()).toEqual(agents.simulator.calls.map(({ id }) => id).sort());
	await client.deleteWorkflow(workflow.id);
});
