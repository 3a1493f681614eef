/**
 * The packed package in one whole n8n, whichever `KROSAI_N8N_VERSION` names: what a user does with
 * it, a test for each column of the compatibility table.
 */
import { campaign, KROSAI, rows } from '../../e2e/campaign';
import { createKrosAiCredential } from '../../e2e/krosAi';
import { TRIGGER, triggerWorkflow, webhookUrl } from '../../e2e/krosAiTrigger';
import { until } from '../../../simulator/client';
import { cacheRoot } from '../../n8n/cache';
import { N8nClient } from '../../n8n/client';
import { type Execution, outputOf } from '../../n8n/execution';
import { type N8nInstance } from '../../n8n/instance';
import { startOwnN8n } from '../../n8n/own';
import type { CredentialReference, WorkflowFile } from '../../n8n/workflow';
import { signedDelivery, type Simulator, startSimulator } from '../../../simulator';

const { KROSAI_N8N_VERSION } = process.env;

jest.setTimeout(15 * 60_000);

let n8n: N8nInstance;
let client: N8nClient;
let simulator: Simulator;
let credential: CredentialReference;

beforeAll(async () => {
	({ n8n, client } = await startOwnN8n({ version: KROSAI_N8N_VERSION }));
	simulator = await startSimulator({ speed: 50, deliverySpeed: 50 });
	credential = await createKrosAiCredential(client, simulator.baseUrl);
});

beforeEach(() => simulator.reset());

afterAll(async () => {
	await n8n?.stop();
	await simulator?.close();
});

const published: string[] = [];

afterEach(async () => {
	for (const id of published.splice(0)) await client.deactivateWorkflow(id);
});

async function publish(file: WorkflowFile): Promise<string> {
	const workflow = await client.createWorkflow(file);
	published.push(workflow.id);
	await client.activateWorkflow(workflow);
	return workflow.id;
}

/** Runs a campaign for so many contacts, as a production execution, to its end. */
async function call(
	count: number,
	settings: Parameters<typeof campaign>[2] = {},
	parameters: Record<string, unknown> = {},
): Promise<Execution> {
	const { file, path } = campaign(credential, parameters, settings);
	const id = await publish(file);
	const answer = await fetch(`${n8n.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', connection: 'close' },
		body: JSON.stringify({ rows: rows(count) }),
	});
	expect(answer.status).toBe(200);
	return await firstExecution(id);
}

async function firstExecution(workflowId: string): Promise<Execution> {
	const [id] = await until(async () => {
		const ids = await client.executionIds(workflowId);
		return ids.length > 0 && ids;
	});
	return await client.executionAtEnd(id!);
}

const numbers = (count: number) => rows(count).map(({ phone }) => phone);

/** The lines of n8n's log that are about this package and are no plain information. */
async function complaints(): Promise<string[]> {
	// The cache's folder has the package's name too.
	const lines = (await n8n.log()).replaceAll(cacheRoot(), '').split('\n');
	return lines.filter((line) => /krosai/i.test(line) && /warn|error|deprecat|fail/i.test(line));
}

test('loads without warnings', async () => {
	const names = (await client.nodeTypes()).map(({ name }) => name);
	expect(names).toEqual(
		expect.arrayContaining(['n8n-nodes-krosai.krosAi', 'n8n-nodes-krosai.krosAiTrigger']),
	);
	expect(await complaints()).toEqual([]);
});

test('credential test', async () => {
	const data = { apiKey: 'kros_test_simulator', baseUrl: simulator.baseUrl, webhookSecret: '' };
	const test = async (apiKey: string) =>
		await client.testCredential({ ...credential, type: 'krosAiApi', data: { ...data, apiKey } });
	expect(await test(data.apiKey)).toMatchObject({ status: 'OK' });
	expect(await test('kros_live_wrong')).toMatchObject({ status: 'Error' });
});

test('call', async () => {
	const execution = await call(2);
	expect(execution.status).toBe('success');
	expect(simulator.called()).toEqual(numbers(2));
	expect(outputOf(execution, KROSAI).map(({ json }) => json.call_id)).toEqual(
		simulator.calls.map(({ id }) => id),
	);
});

test('error branch', async () => {
	simulator.fault({
		kind: 'status',
		status: 400,
		accepting: 'before',
		toNumber: numbers(1)[0],
		body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
	});
	const execution = await call(2);
	expect(outputOf(execution, KROSAI, 0)).toHaveLength(1);
	// With its own row beside the two keys.
	expect(outputOf(execution, KROSAI, 1).map(({ json }) => json)).toMatchObject([
		{ phone: numbers(1)[0], error: { code: 'INSUFFICIENT_BALANCE', placed: 'no' } },
	]);
});

test('retry', async () => {
	simulator.fault({ kind: 'status', status: 402, accepting: 'before', toNumber: numbers(3)[1] });
	simulator.fault({ kind: 'dropAfter', toNumber: numbers(3)[2] });
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
	await call(3, { ...retry, onError: 'stopWorkflow' });
	expect(simulator.called()).toEqual(numbers(3));
});

test('initiate and wait', async () => {
	const [answered, unanswered] = numbers(2);
	simulator.script(answered!, 'answered');
	simulator.script(unanswered!, 'no_answer');
	const waiting = await call(2, {}, { operation: 'initiateAndWait' });
	const ended = await until(async () => {
		const execution = await client.executionAtEnd(waiting.id);
		// n8n 1.x says that it is over a moment before it has written the data.
		return outputOf(execution, 'Placed').length === 2 && execution;
	}, 60);
	expect(ended.status).toBe('success');
	expect(simulator.called()).toEqual(numbers(2));
	expect(outputOf(ended, KROSAI).map(({ json }) => json)).toMatchObject([
		{ to_number: answered, outcome: 'completed', call_id: simulator.calls[0]!.id },
		{ to_number: unanswered, outcome: 'no_answer', call_id: simulator.calls[1]!.id },
	]);
	// What wakes an execution is in no output.
	for (const one of simulator.calls) {
		const token = new URL(one.webhook_url!).searchParams.get('krosai');
		expect(token).toMatch(/\w{16}/);
		expect(JSON.stringify(ended.data)).not.toContain(token);
	}
});

test('trigger', async () => {
	const file = triggerWorkflow(credential);
	const id = await publish(file);
	const url = webhookUrl(n8n.url, file);
	expect(simulator.webhooks.map((webhook) => webhook.url)).toEqual([url]);

	const post = async (secret: string) => {
		const delivery = { event: 'call.completed', call_id: 'call_abc123', metadata: { a: 'b' } };
		const { headers, body } = signedDelivery(secret, delivery);
		return await fetch(url, {
			method: 'POST',
			headers: { ...headers, connection: 'close' },
			body,
		});
	};
	expect((await post('whsec_guessed')).status).toBe(401);
	expect((await post(simulator.webhooks[0]!.secret)).status).toBe(200);
	expect((await post(simulator.webhooks[0]!.secret)).status).toBe(200);
	const execution = await firstExecution(id);
	expect(outputOf(execution, TRIGGER).map(({ json }) => json)).toMatchObject([
		{ event: 'call.completed', call_id: 'call_abc123', metadata: { a: 'b' } },
	]);
	expect(await client.executionIds(id)).toHaveLength(1);

	await client.deactivateWorkflow(id);
	expect(simulator.webhooks).toEqual([]);
});
