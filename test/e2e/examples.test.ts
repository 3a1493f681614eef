import { randomUUID } from 'node:crypto';

import type { Execution } from '../n8n/execution';
import { exampleInUse, type WorkflowFile, withNode } from '../n8n/workflow';
import { type ChatModel, type ChatRequest, startChatModel, type Turn } from './chatModel';
import { branchingWorkflow } from './krosAiTrigger';
import { farFromMidnight } from './midnight';
import { useKrosAi } from './setup';
import { sharedN8n } from './sharedN8n';
import { until } from '../../simulator/client';

/** The examples that begin with an event, a table or a chat, as they are imported and published. */
const { url, client } = sharedN8n();
const ADA = '+14155550123';
const BOLA = '+442079460958';

const published: string[] = [];

/**
 * A KrosAI for each example: a callback may look for the other calls once more two seconds after its
 * execution has ended, when the next example runs.
 */
function useOwnKrosAi(): ReturnType<typeof useKrosAi> {
	// As long as KrosAI is there to unsubscribe from: without it, that takes half a minute each.
	afterAll(async () => {
		for (const id of published.splice(0)) await client.deactivateWorkflow(id);
	});
	return useKrosAi({ speed: 50 });
}

async function publish(workflow: WorkflowFile): Promise<string> {
	const created = await client.createWorkflow(workflow);
	await client.activateWorkflow(created);
	published.push(created.id);
	return created.id;
}

/** "Execute workflow", to its end. */
async function run(id: string, trigger: string): Promise<Execution> {
	const execution = await client.executionAfterWaiting(await client.runWorkflow(id, trigger));
	expect(execution.data.resultData.error).toBeUndefined();
	expect(execution.status).toBe('success');
	return execution;
}

type Rows = Record<string, Record<string, unknown>>;

async function rowsById(table: string): Promise<Rows> {
	const rows = await client.dataTableRows(table);
	return Object.fromEntries(rows.map((row) => [row.customer_id as string, row]));
}

/** What the CRM sends: HubSpot's names. */
interface Lead {
	hs_object_id: number;
	firstname: string;
	phone: string;
}

describe('crm-event.json', () => {
	const { simulator, credential } = useOwnKrosAi();
	const path = randomUUID();
	const lead: Lead = { hs_object_id: 51, firstname: 'Ada', phone: '+1 415 555 0123' };
	let workflowId: string;

	beforeAll(async () => {
		const header = await client.createCredential({
			name: 'Lead key',
			type: 'httpHeaderAuth',
			data: { name: 'x-lead-key', value: 'a-long-random-value' },
		});
		const workflow = await exampleInUse('crm-event.json', credential());
		const { parameters } = workflow.nodes.find(({ name }) => name === 'New Lead')!;
		workflowId = await publish(
			withNode(workflow, 'New Lead', {
				webhookId: path,
				parameters: { ...parameters, path },
				credentials: { httpHeaderAuth: header },
			}),
		);
	});

	async function post(body: object, key = 'a-long-random-value'): Promise<number> {
		const { status } = await fetch(`${url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'x-lead-key': key },
			body: JSON.stringify(body),
		});
		return status;
	}

	/** Sends a lead and gives its row in the table, when the execution has ended. */
	async function send(body: Lead) {
		const before = (await client.executionIds(workflowId)).length;
		expect(await post(body)).toBe(200);
		const id = await until(async () => {
			const ids = await client.executionIds(workflowId);
			return ids.length > before && ids[0];
		});
		const execution = await client.executionAtEnd(id);
		expect(execution.data.resultData.error).toBeUndefined();
		const rows = await client.dataTableRows('KrosAI leads');
		return rows.filter(({ customer_id }) => customer_id === String(body.hs_object_id));
	}

	test('without the key no call is placed', async () => {
		expect(await post(lead, 'guessed')).toBe(403);
		expect(await client.executionIds(workflowId)).toEqual([]);
	});

	test('a lead is called, and found again by the metadata', async () => {
		const rows = await send(lead);
		expect(simulator().calls).toMatchObject([
			{ to_number: ADA, metadata: { customer_id: '51', source: 'new lead' } },
		]);
		expect(rows).toMatchObject([
			{ name: 'Ada', phone: ADA, call_id: simulator().calls[0]!.id, to_correct: '' },
		]);
	});

	test('sent again it is not called again, and its row stays', async () => {
		const [before] = await client.dataTableRows('KrosAI leads');
		expect(await send(lead)).toEqual([before]);
		expect(simulator().called()).toEqual([]);
	});

	test('what to correct is written down; corrected, the lead is called', async () => {
		const wrong = { hs_object_id: 52, firstname: 'Bola', phone: '020 7946 0958' };
		expect(await send(wrong)).toMatchObject([
			{
				name: 'Bola',
				phone: '020 7946 0958',
				call_id: null,
				to_correct: expect.stringMatching(/local number.*\. Write it in E\.164 format/),
			},
		]);
		expect(simulator().requests).toEqual([]);
		const rows = await send({ ...wrong, phone: BOLA });
		expect(simulator().called()).toEqual([BOLA]);
		expect(rows).toMatchObject([{ call_id: simulator().calls[0]!.id, to_correct: '' }]);
	});
});

describe('call-a-list.json', () => {
	const { simulator, credential } = useOwnKrosAi();
	const TABLE = 'KrosAI contact list';
	let workflowId: string;
	const rows = async () => await rowsById(TABLE);

	test('the first run makes the table and places no call', async () => {
		workflowId = (await client.createWorkflow(await exampleInUse('call-a-list.json', credential())))
			.id;
		await run(workflowId, 'Start');
		expect(await client.dataTableRows(TABLE)).toEqual([]);
		expect(simulator().requests).toEqual([]);
	});

	test('the list is called, and each row says what became of it', async () => {
		await publish(await branchingWorkflow(credential()));
		await client.addDataTableRows(TABLE, [
			{ customer_id: 'c1', name: 'Ada', phone: '+1 415 555 0123' },
			{ customer_id: 'c2', name: 'Bola', phone: 'n/a' },
			{ customer_id: 'c3', name: 'Chidi', phone: '+14155550134' },
			{ customer_id: 'c4', name: 'Dara', phone: '+14155550135', call_id: 'call_before' },
			{ customer_id: 'c5', name: "Ada's office", phone: '+1 (415) 555-0123' },
		]);
		await run(workflowId, 'Start');
		expect(simulator().called()).toEqual([ADA, '+14155550134']);
		const [ada, chidi] = simulator().calls;
		expect(ada!.metadata).toEqual({ customer_id: 'c1', campaign: 'spring' });
		expect(await rows()).toMatchObject({
			c1: { call_id: ada!.id, result: 'called' },
			c2: { call_id: null, result: expect.stringMatching(/"n\/a" in To Number/) },
			c3: { call_id: chidi!.id, result: 'called' },
			c4: { call_id: 'call_before', result: null },
			c5: { call_id: ada!.id, result: 'same number as another row, called once' },
		});
		// The example that branches by outcome writes down how each ended, for the same customer.
		const ended = await until(async () => {
			const rows = await client.dataTableRows('KrosAI calls');
			const own = rows.filter(({ call_id }) => [ada!.id, chidi!.id].includes(String(call_id)));
			return own.length === 2 && own;
		});
		expect(ended.map(({ customer_id, outcome }) => [customer_id, outcome]).sort()).toEqual([
			['c1', 'completed'],
			['c3', 'completed'],
		]);
	});

	test('the next run calls only who was corrected, even if a call was not written back', async () => {
		await client.changeDataTableRow(TABLE, ['customer_id', 'c2'], { phone: BOLA });
		await client.changeDataTableRow(TABLE, ['customer_id', 'c3'], { call_id: null, result: null });
		await run(workflowId, 'Start');
		expect(simulator().called()).toEqual([BOLA]);
		expect(await rows()).toMatchObject({
			c2: { call_id: simulator().calls[0]!.id, result: 'called' },
			c3: { call_id: null, result: 'called before, see the call log' },
		});
	});
});

describe('campaign.json and campaign-outcomes.json', () => {
	const { simulator, credential } = useOwnKrosAi();
	const CONTACTS = 'KrosAI campaign contacts';
	const CALLS = 'Every Five Minutes';
	let callsId: string;
	let outcomesId: string;
	const change = async (customerId: string, data: Record<string, unknown>) =>
		await client.changeDataTableRow(CONTACTS, ['customer_id', customerId], data);
	/** The rows, once they are as they should be. */
	const rowsWhere = async (isSo: (rows: Rows) => boolean) =>
		await until(async () => {
			const rows = await rowsById(CONTACTS);
			return isSo(rows) && rows;
		});
	/** To a tenth. */
	const hoursUntil = (time: unknown) =>
		Math.round((Date.parse(String(time)) - Date.now()) / 360_000) / 10;

	beforeAll(async () => {
		const workflow = await exampleInUse('campaign.json', credential());
		const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
		const atAnyTime = { parameters: { ...parameters, callingHours: 'any' } };
		callsId = (await client.createWorkflow(withNode(workflow, 'KrosAI', atAnyTime))).id;
		// The first run makes the tables and places no call.
		await run(callsId, CALLS);
		await client.addDataTableRows(CONTACTS, [
			{ customer_id: 'c1', name: 'Ada', phone: '+1 415 555 0123' },
			{ customer_id: 'c2', name: 'Bola', phone: BOLA },
			{ customer_id: 'c3', name: 'Chidi', phone: '0123' },
			{ customer_id: 'c4', name: 'Dara', phone: '+14155550135' },
			{ customer_id: 'c5', name: 'Emeka', phone: '+14155550136' },
			{ customer_id: 'c6', name: "Ada's office", phone: ADA },
		]);
	});

	beforeEach(() => {
		simulator().set({ answeredBy: 'amd' });
		simulator().script(BOLA, 'no_answer');
		simulator().script('+14155550135', 'busy');
		simulator().script('+14155550136', 'voicemail');
	});

	test('who is due is called, unless it is paused, and the next try planned by the outcome', async () => {
		outcomesId = await publish(await exampleInUse('campaign-outcomes.json', credential()));
		await run(callsId, CALLS);
		expect(simulator().called()).toEqual([ADA, BOLA, '+14155550135', '+14155550136']);
		expect(simulator().calls[0]!.metadata).toEqual({
			campaign: 'spring',
			customer_id: 'c1',
			attempt: '1',
		});
		const rows = await rowsWhere((all) => ['c1', 'c2', 'c4', 'c5'].every((id) => all[id]!.outcome));
		expect(rows).toMatchObject({
			c1: { status: 'done', attempts: 1, outcome: 'completed', next_call_at: null },
			c2: { status: 'waiting', attempts: 1, outcome: 'no_answer' },
			c3: { status: 'to correct', attempts: 0, note: expect.stringMatching(/local number/) },
			c4: { status: 'waiting', attempts: 1, outcome: 'busy' },
			c5: { status: 'waiting', attempts: 1, outcome: 'voicemail' },
			c6: { status: 'same number', attempts: 0 },
		});
		const waits = ['c2', 'c4', 'c5'].map((id) => hoursUntil(rows[id]!.next_call_at));
		expect(waits).toEqual([2, 0.2, 2]);

		await change('c2', { next_call_at: new Date(0).toISOString() });
		const pause = async (paused: boolean) =>
			await client.changeDataTableRow('KrosAI campaign settings', ['name', 'campaign'], { paused });
		await pause(true);
		await run(callsId, CALLS);
		expect(simulator().called()).toHaveLength(4);
		await pause(false);
		await run(callsId, CALLS);
		expect(simulator().called().slice(4)).toEqual([BOLA]);
		const { c2 } = await rowsWhere((all) => all.c2!.attempts === 2);
		expect(hoursUntil(c2!.next_call_at)).toBe(24);
	});

	test('an outcome whose webhook was lost is found in the log, and the progress counted', async () => {
		// KrosAI has forgotten the webhook.
		expect(simulator().webhooks).toEqual([]);
		// Of a contact who was left behind, called or not: its key says that it was called.
		await change('c1', { status: 'waiting', attempts: 0, next_call_at: new Date(0).toISOString() });
		await change('c2', { attempts: 3, next_call_at: new Date(0).toISOString() });
		await run(callsId, CALLS);
		expect(simulator().called()).toEqual([BOLA]);
		expect(await rowsById(CONTACTS)).toMatchObject({ c1: { status: 'check', attempts: 0 } });
		await until(() => simulator().calls[0]!.completed_at !== null);
		await run(outcomesId, 'Every Quarter of an Hour');
		expect(await rowsById(CONTACTS)).toMatchObject({
			c2: { status: 'given up', attempts: 4, outcome: 'no_answer', next_call_at: null },
		});
		expect(await client.dataTableRows('KrosAI campaign progress')).toMatchObject([
			{ called: 1, talked: 0, no_answer: 1, left: 3, cost_cents: 0, cost_so_far: 0 },
		]);
	});
});

describe('appointment-reminders.json', () => {
	const { simulator, credential } = useOwnKrosAi();
	const TABLE = 'KrosAI appointments';
	const HOUR = 3_600_000;
	let workflowId: string;
	const rows = async () => await rowsById(TABLE);

	test('reminds of tomorrow only, and notes how each call went', async () => {
		const workflow = await exampleInUse('appointment-reminders.json', credential());
		// Tomorrow's borders are those of this zone, whatever the machine's.
		const settings = { ...workflow.settings, timezone: 'Etc/UTC' };
		workflowId = (await client.createWorkflow({ ...workflow, settings })).id;
		// In both tests tomorrow is the same day.
		await farFromMidnight(120);
		await run(workflowId, 'Every Afternoon');
		const tomorrow = Math.floor(Date.now() / (24 * HOUR)) * 24 * HOUR + 24 * HOUR;
		const at = (hours: number) => new Date(tomorrow + hours * HOUR).toISOString();
		await client.addDataTableRows(TABLE, [
			{ customer_id: 'a1', name: 'Ada', phone: ADA, starts_at: at(0) },
			{ customer_id: 'a2', name: 'Bola', phone: BOLA, starts_at: at(23.5) },
			{ customer_id: 'a3', name: 'Chidi', phone: '415 555 0134', starts_at: at(10) },
			{ customer_id: 'today', name: 'Dara', phone: '+14155550135', starts_at: at(-0.1) },
			{ customer_id: 'later', name: 'Emeka', phone: '+14155550136', starts_at: at(24) },
			{ customer_id: 'twice', name: 'Ada', phone: '+1 415 555 0123', starts_at: at(12) },
		]);
		simulator().script(BOLA, 'busy');
		await run(workflowId, 'Every Afternoon');
		expect(simulator().called()).toEqual([ADA, BOLA]);
		const day = new Date(tomorrow).toLocaleDateString('en-GB', {
			weekday: 'long',
			timeZone: 'UTC',
		});
		expect(simulator().calls[1]!.metadata).toEqual({
			customer_id: 'a2',
			name: 'Bola',
			appointment: expect.stringMatching(new RegExp(`^${day}, \\d+ \\w+, 23:30$`)),
		});
		expect(await rows()).toMatchObject({
			a1: { outcome: 'completed', call_id: simulator().calls[0]!.id, note: '' },
			a2: { outcome: 'busy', call_id: simulator().calls[1]!.id, note: '' },
			a3: { outcome: null, call_id: null, note: expect.stringMatching(/country.*\. Write it/) },
			today: { outcome: null, note: null },
			later: { outcome: null, note: null },
			twice: { outcome: 'same number as another', call_id: simulator().calls[0]!.id },
		});
	}, 240_000);

	test('a second run reminds only who was corrected and whose appointment moved', async () => {
		const { a2 } = await rows();
		const moved = new Date(Date.parse(String(a2!.starts_at)) - HOUR).toISOString();
		await client.changeDataTableRow(TABLE, ['customer_id', 'a1'], { outcome: null });
		await client.changeDataTableRow(TABLE, ['customer_id', 'a2'], {
			starts_at: moved,
			outcome: null,
		});
		await client.changeDataTableRow(TABLE, ['customer_id', 'a3'], { phone: '+14155550134' });
		await run(workflowId, 'Every Afternoon');
		expect(simulator().called()).toEqual([BOLA, '+14155550134']);
		expect(await rows()).toMatchObject({
			a1: { outcome: 'called before' },
			a2: { outcome: 'completed' },
			a3: { outcome: 'completed', note: '' },
		});
	});
});

describe('ai-agent.json', () => {
	const { simulator, credential } = useOwnKrosAi();
	const sessionId = randomUUID();
	const webhookId = randomUUID();
	let model: ChatModel;
	let say: (request: ChatRequest) => Turn = () => '';

	beforeAll(async () => {
		model = await startChatModel((request) => say(request));
		const openAi = await client.createCredential({
			name: 'Chat model',
			type: 'openAiApi',
			data: { apiKey: 'none', url: model.baseUrl, header: false },
		});
		const workflow = await exampleInUse('ai-agent.json', credential());
		await publish(
			// A public chat is one that a test can talk to.
			withNode(withNode(workflow, 'Chat Model', { credentials: { openAiApi: openAi } }), 'Chat', {
				webhookId,
				parameters: { public: true, options: {} },
			}),
		);
	});

	beforeEach(() => (model.requests.length = 0));
	afterAll(async () => await model?.close());

	/** Writes into the chat and gives the agent's answer. */
	async function chat(chatInput: string): Promise<string> {
		const response = await fetch(`${url}/webhook/${webhookId}/chat`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId, chatInput }),
		});
		const { output } = (await response.json()) as { output: string };
		return output;
	}

	/** What the tools gave since the user's last message. */
	const toolOutputs = ({ messages }: ChatRequest): string[] =>
		messages
			.slice(messages.findLastIndex(({ role }) => role === 'user'))
			.flatMap(({ role, content }) => (role === 'tool' ? [content ?? ''] : []));

	test('the agent calls the contact that the chat asks for, once, whatever the model asks for', async () => {
		const ring = {
			tool: 'Call_a_Person',
			args: { to_number: ADA, reason: 'The meeting at three' },
		};
		say = (request) => {
			const outputs = toolOutputs(request);
			return outputs.length < 2 ? [ring] : outputs.join('\n');
		};
		const answer = await chat(`Ring ${ADA} about the meeting at three`);
		expect(simulator().called()).toEqual([ADA]);
		expect(simulator().calls[0]!.metadata).toEqual({
			customer_id: ADA,
			reason: 'The meeting at three',
		});
		// The same request again is answered with the call that it has placed.
		expect(answer.split(simulator().calls[0]!.id)).toHaveLength(3);
		const tool = model.requests[0]!.tools!.find(({ function: { name } }) => name === ring.tool)!;
		expect(tool.function.description).toMatch(/real phone.*costs money/i);
		const filledIn = Object.keys(tool.function.parameters.properties);
		expect(filledIn.sort()).toEqual(['reason', 'to_number']);
	});

	test('two writings of a number are one phone, for another reason and in one turn as well', async () => {
		const ring = (to_number: string, reason: string) => ({
			tool: 'Call_a_Person',
			args: { to_number, reason },
		});
		say = (request) => {
			const outputs = toolOutputs(request);
			if (outputs.length === 0) return [ring('+1 415 555 0123', 'The meeting')];
			if (outputs.length === 1) return [ring(ADA, 'A question'), ring('+1-415-555-0123', 'Thanks')];
			return outputs.join('\n');
		};
		const answer = await chat(`Ring ${ADA}`);
		expect(simulator().called()).toEqual([ADA]);
		expect(answer.match(/"reason":"ALREADY_CALLED"/g)).toHaveLength(2);
	});

	test('it looks up how the call went', async () => {
		const [call] = simulator().calls;
		expect(call).toBeUndefined();
		say = (request) =>
			toolOutputs(request)[0] ?? [
				{ tool: 'Call_a_Person', args: { to_number: BOLA, reason: 'A question' } },
			];
		await chat(`Ring ${BOLA}`);
		await until(() => simulator().calls[0]?.status === 'completed');
		const callId = simulator().calls[0]!.id;
		say = (request) =>
			toolOutputs(request)[0] ?? [{ tool: 'Look_Up_a_Call', args: { call_id: callId } }];
		expect(await chat('How did it go?')).toContain('"outcome":"completed"');
		// The memory: the model still knows the call of the message before.
		const { messages } = model.requests[0]!;
		expect(JSON.stringify(messages)).toContain(BOLA);
	});

	test('a number of another country is not called, and the model learns why', async () => {
		say = (request) =>
			toolOutputs(request)[0] ?? [
				{ tool: 'Call_a_Person', args: { to_number: '+2348012345678', reason: 'Hello' } },
			];
		expect(await chat('Ring +2348012345678')).toContain('"code":"COUNTRY_NOT_ALLOWED"');
		expect(simulator().requests).toEqual([]);
	});
});
