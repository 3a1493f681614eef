import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Execution, outputOf } from '../n8n/execution';
import {
	type CredentialReference,
	rowsNode,
	startNode,
	type WorkflowFile,
	withNode,
	workflowNode,
	workflowOf,
} from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { exampleInHours, hoursFrom, MINUTE_MS } from './hours';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';
import { until } from '../../simulator/client';
import { waitingWorkflow, waitNode } from './waitingWorkflow';

const { url: n8nUrl, logFile, client, restart } = sharedN8n();
const rows = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		name: `Contact ${index}`,
		phone: `+1415555010${index}`,
	}));
const NUMBERS = rows(5).map(({ phone }) => phone);

let simulator: Simulator;
let credential: CredentialReference;
/** Of an execution whose limit passes while the other tests run, and of one whose hours open then. */
let late: Simulator;
let early: Simulator;
let overdue: Awaited<ReturnType<typeof waiting>>;
let opened: Awaited<ReturnType<typeof beginBeforeHours>>;

beforeAll(async () => {
	early = await startSimulator({ speed: 50 });
	opened = await beginBeforeHours(await createKrosAiCredential(client, early.baseUrl));
	simulator = late = await startSimulator();
	credential = await createKrosAiCredential(client, late.baseUrl);
	overdue = await waiting(2, { options: { waitLimitMinutes: 0.1 } });
	simulator = await startSimulator();
	credential = await createKrosAiCredential(client, simulator.baseUrl);
});

beforeEach(() => {
	simulator.reset();
	simulator.set({ speed: 20, deliverySpeed: 60, signPerCall: false });
});

afterAll(async () => {
	await simulator.close();
	await late.close();
	await early.close();
});

async function start(workflow: WorkflowFile): Promise<string> {
	const { id } = await client.createWorkflow(workflow);
	return await client.runWorkflow(id, 'Start');
}

async function run(workflow: WorkflowFile): Promise<Execution> {
	return await client.executionAfterWaiting(await start(workflow));
}

/** An execution that waits for calls which end only when the test says so. */
async function waiting(count = 1, parameters: Record<string, unknown> = {}) {
	simulator.script('*', 'answered', { talking: 1e9 });
	const maxDuration = 0;
	const node = waitNode(credential, { maxDuration, ...parameters });
	const id = await start(waitingWorkflow(node, rows(count)));
	expect((await client.executionAtEnd(id)).status).toBe('waiting');
	return { id, calls: simulator.calls.map((call) => ({ ...call })) };
}

/** Runs the example once, at a time that is outside the hours of all. */
async function beginBeforeHours(krosAiApi: CredentialReference) {
	const opening = Math.ceil((Date.now() + 20_000) / MINUTE_MS) * MINUTE_MS;
	const contacts = rows(4).map((row, index) => ({
		...row,
		customer_id: `cust_${index + 1}`,
		time_zone: index === 1 ? 'Asia/Kolkata' : 'UTC',
		consent: index === 2 ? '' : 'yes',
	}));
	const hours = hoursFrom(opening, opening + 4 * MINUTE_MS);
	const workflow = await exampleInHours('call-in-allowed-hours.json', krosAiApi, contacts, hours);
	const created = await client.createWorkflow(workflow);
	await client.activateWorkflow(created);
	const first = await client.executionAtEnd(await client.runWorkflow(created.id, 'Start'));
	return { workflowId: created.id, opening, first };
}

/** A call's end as KrosAI delivers it. */
const end = (callId: string, event = 'call.completed') => ({
	event,
	data: { call_id: callId, status: 'completed', duration: 7 },
});

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
	const { status } = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', connection: 'close', ...headers },
		body: typeof body === 'string' ? body : JSON.stringify(body),
	});
	return status;
}

const outcomes = (execution: Execution, node = 'Ended') =>
	outputOf(execution, node).map(({ json }) => json.outcome);

async function stillWaits(id: string): Promise<void> {
	expect((await client.executionAtEnd(id)).status).toBe('waiting');
}

test('one call: the execution waits, frees the worker, and goes on with how it ended', async () => {
	// Until the test has seen that it waits, the call takes its time.
	simulator.set({ speed: 0.01 });
	const id = await start(waitingWorkflow(waitNode(credential), rows(1)));
	expect((await client.executionAtEnd(id)).status).toBe('waiting');
	simulator.set({ speed: 20 });
	const execution = await client.executionAfterWaiting(id);
	expect(execution.status).toBe('success');
	expect(outputOf(execution, 'Ended')).toEqual([
		{
			json: expect.objectContaining({
				event: 'call.completed',
				call_id: simulator.calls[0]!.id,
				to_number: NUMBERS[0],
				outcome: 'completed',
				transcript: expect.any(String),
			}),
			pairedItem: { item: 0 },
		},
	]);
	expect(outputOf(execution, 'Contacts')[0]!.json).toEqual(rows(1)[0]);
});

test('a call that ends while the execution still runs is heard of a minute later', async () => {
	simulator.script('*', 'busy', { setup: 0 });
	simulator.fault({ kind: 'delay', ms: 1000, path: '/outbound-calls' });
	const execution = await run(waitingWorkflow(waitNode(credential), rows(1)));
	expect(outcomes(execution)).toEqual(['busy']);
	// n8n says 409, or 500 where it has stored nothing of the execution yet.
	expect(simulator.deliveries[0]!.status).toBeGreaterThanOrEqual(409);
});

describe('who may wake it', () => {
	test('no sender without the tokens of this node and of n8n, none other; KrosAI does', async () => {
		const secret = 'whsec_of_the_dashboard';
		credential = await createKrosAiCredential(client, simulator.baseUrl, undefined, secret);
		const { id, calls } = await waiting();
		const [{ id: callId, webhook_url }] = calls as [(typeof calls)[number]];
		const url = webhook_url!;
		const token = new URL(url).searchParams.get('krosai')!;
		for (const change of [
			{ krosai: undefined },
			{ signature: undefined },
			{ krosai: token.replace(/[0-9a-f]{64}$/, 'a'.repeat(64)) },
		]) {
			const forged = new URL(url);
			for (const [name, value] of Object.entries(change)) {
				if (value) forged.searchParams.set(name, value);
				else forged.searchParams.delete(name);
			}
			expect(await post(forged.href, end(callId))).toBe(401);
		}
		expect(await post(url, '{')).toBe(422);
		expect(await post(url, '[]')).toBe(400);
		expect(await post(url, 'x', { 'content-type': 'application/octet-stream' })).toBe(400);
		expect(await post(url, { event: 'call.completed' })).toBe(400);
		const wrong = { 'x-webhook-signature': `sha256=${'0'.repeat(64)}` };
		expect(await post(url, end(callId), wrong)).toBe(401);
		expect(await post(url, { event: 'call.ringing', data: { call_id: callId } })).toBe(200);
		expect(await post(url, end('call_of_somebody_else'))).toBe(200);
		await stillWaits(id);
		expect(await post(url, end(callId))).toBe(200);
		const execution = await client.executionAfterWaiting(id);
		expect(outputOf(execution, 'Ended')[0]!.json).toMatchObject({ call_id: callId, duration: 7 });
		// Once more, as KrosAI does where the answer is lost.
		expect(await post(url, end(callId))).toBe(409);
		expect(execution.data.resultData.runData.Ended).toHaveLength(1);
		credential = await createKrosAiCredential(client, simulator.baseUrl);
	});

	test('no execution and no log shows the tokens', async () => {
		const { id, calls } = await waiting(2);
		const before = JSON.stringify(await client.executionAtEnd(id));
		const log = await readFile(logFile, 'utf8');
		for (const call of calls) {
			const token = new URL(call.webhook_url!).searchParams.get('krosai')!.split('.')[2]!;
			expect(token).toMatch(/^krosai_[0-9a-f]{64}$/);
			expect(before).not.toContain(token);
			expect(log).not.toContain(token);
		}
		await client.stopExecution(id);
	});
});

test('an execution that is stopped while it waits is woken by no callback', async () => {
	const { id, calls } = await waiting();
	await client.stopExecution(id);
	expect(await post(calls[0]!.webhook_url!, end(calls[0]!.id))).toBeGreaterThanOrEqual(400);
	await sleep(500);
	const execution = await client.executionAtEnd(id);
	expect(execution.status).toBe('canceled');
	expect(execution.data.resultData.runData.Ended).toBeUndefined();
});

test('in a loop, each round waits for its own call', async () => {
	const loop = workflowNode(
		'Loop',
		'n8n-nodes-base.splitInBatches',
		{ batchSize: 1, options: {} },
		{ typeVersion: 3 },
	);
	const all = workflowNode('All', 'n8n-nodes-base.noOp');
	const nodes = [startNode(), rowsNode(rows(3)), loop, waitNode(credential), all];
	const execution = await run(
		workflowOf('KrosAI: loop', nodes, {
			Start: ['Contacts'],
			Contacts: ['Loop'],
			Loop: ['All', 'KrosAI'],
			KrosAI: ['Loop'],
		}),
	);
	expect(execution.status).toBe('success');
	expect(outputOf(execution, 'All').map(({ json }) => json.to_number)).toEqual(NUMBERS.slice(0, 3));
	expect(outcomes(execution, 'All')).toEqual(Array(3).fill('completed'));
});

test('in a sub-workflow, the parent goes on with the outcomes', async () => {
	const trigger = workflowNode('When Called', 'n8n-nodes-base.executeWorkflowTrigger', {
		inputSource: 'passthrough',
	});
	const sub = await client.createWorkflow(
		workflowOf('KrosAI: sub', [{ ...trigger, typeVersion: 1.1 }, waitNode(credential)], {
			'When Called': ['KrosAI'],
		}),
	);
	await client.activateWorkflow(sub);
	const call = workflowNode(
		'Ring',
		'n8n-nodes-base.executeWorkflow',
		{
			workflowId: { __rl: true, mode: 'id', value: sub.id },
			workflowInputs: { mappingMode: 'defineBelow', value: {} },
			options: {},
		},
		{ typeVersion: 1.2 },
	);
	const ended = workflowNode('Ended', 'n8n-nodes-base.noOp');
	const execution = await run(
		workflowOf('KrosAI: parent', [startNode(), rowsNode(rows(2)), call, ended], {
			Start: ['Contacts'],
			Contacts: ['Ring'],
			Ring: ['Ended'],
		}),
	);
	expect(execution.status).toBe('success');
	expect(outcomes(execution)).toEqual(['completed', 'completed']);
	await client.deleteWorkflow(sub.id);
});

test('a late event wakes no Wait node that stands behind', async () => {
	const wait = workflowNode(
		'An Hour Later',
		'n8n-nodes-base.wait',
		{ resume: 'webhook', httpMethod: 'POST' },
		{ typeVersion: 1.1 },
	);
	const nodes = [startNode(), rowsNode(rows(1)), waitNode(credential), wait];
	const id = await start(
		workflowOf('KrosAI: wait behind', nodes, {
			Start: ['Contacts'],
			Contacts: ['KrosAI'],
			KrosAI: ['An Hour Later'],
		}),
	);
	const waitsBehind = async () => {
		const { status, data } = await client.executionAtEnd(id);
		return status === 'waiting' && 'An Hour Later' in data.resultData.runData;
	};
	await until(waitsBehind);
	const announced = await until(() => {
		const index = simulator.deliveries.findIndex(({ event }) => event === 'call.recording.ready');
		return index >= 0 && { index };
	});
	// What was announced may have come before the workflow went on.
	await simulator.redeliver(announced.index);
	expect(await waitsBehind()).toBe(true);
	await client.stopExecution(id);
});

describe('Retry of a failed execution', () => {
	test('waits for the calls that were placed, and places the others', async () => {
		simulator.script(NUMBERS[0]!, 'answered', { talking: 100 });
		simulator.fault({
			kind: 'status',
			status: 400,
			accepting: 'before',
			body: { error: 'Insufficient balance', code: 'INSUFFICIENT_BALANCE' },
			toNumber: NUMBERS[1]!,
		});
		const workflow = waitingWorkflow(
			waitNode(credential, {}, { onError: 'stopWorkflow' }),
			rows(2),
		);
		const stored = await client.createWorkflow(
			withNode(workflow, 'Start', {
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				parameters: { path: 'retry-and-wait', httpMethod: 'GET', responseMode: 'onReceived' },
				webhookId: 'retry-and-wait',
			}),
		);
		await client.activateWorkflow(stored);
		await fetch(`${n8nUrl}/webhook/retry-and-wait`);
		const failedId = await until(async () => (await client.executionIds(stored.id))[0]);
		const failed = await client.executionAtEnd(failedId);
		expect(failed.status).toBe('error');
		expect(failed.data.resultData.error!.description).toContain(simulator.calls[0]!.id);
		const retriedId = await client.retryExecution(failedId);
		const retried = await client.executionAfterWaiting(retriedId);
		expect(retried.status).toBe('success');
		expect(simulator.called()).toEqual(NUMBERS.slice(0, 2));
		expect(outcomes(retried)).toEqual(['completed', 'completed']);
		await client.deleteWorkflow(stored.id);
	}, 120_000);
});

test('the example calls those who had to wait, once each, when their hours open', async () => {
	const { workflowId, opening, first } = opened;
	expect(first.status).toBe('success');
	expect(outputOf(first, 'To Be Corrected').map(({ json }) => json)).toMatchObject([
		{ customer_id: 'cust_3', error: { code: 'NO_CONSENT', retry_at: null } },
	]);
	await until(() => early.called().length === 2, 120);
	expect([...early.called()].sort()).toEqual([NUMBERS[0], NUMBERS[3]]);
	for (const { at } of early.requests) {
		expect(at).toBeGreaterThanOrEqual(opening);
		expect(at).toBeLessThan(opening + MINUTE_MS);
	}
	await client.deactivateWorkflow(workflowId);
}, 240_000);

// n8n looks once a minute for executions whose time has come: meanwhile the other tests went on.
test('at the time limit one item per call goes on, and no contact is called again', async () => {
	const { id, calls } = overdue;
	const execution = await client.executionAfterWaiting(id, 90);
	expect(execution.status).toBe('success');
	expect(outputOf(execution, 'Ended').map(({ json }) => json)).toEqual(
		calls.map(({ id: call_id, to_number }) =>
			expect.objectContaining({ call_id, to_number, outcome: null, wait_timed_out: true }),
		),
	);
	expect(late.calls).toHaveLength(2);
}, 120_000);

test('n8n is restarted while it waits', async () => {
	const { id, calls } = await waiting();
	await restart();
	await stillWaits(id);
	expect(await post(calls[0]!.webhook_url!, end(calls[0]!.id))).toBe(200);
	expect(outcomes(await client.executionAfterWaiting(id))).toEqual(['completed']);
	expect(simulator.calls).toHaveLength(1);
}, 120_000);
