import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { createKrosAiCredential } from '../../e2e/krosAi';
import { TRIGGER, triggerWorkflow, webhookUrl } from '../../e2e/krosAiTrigger';
import { until } from '../../../simulator/client';
import { outputOf } from '../../n8n/execution';
import { type WorkflowFile, workflowNode } from '../../n8n/workflow';
import { signedDelivery, type Simulator, startSimulator } from '../../../simulator';
import { type Cluster, startCluster, startedBy } from './cluster';

jest.setTimeout(10 * 60_000);

/** Passes each event on once, by a memory in n8n's database that all processes share. */
const ONCE = 'Once Per Event';

let cluster: Cluster;
let simulator: Simulator;
let workflow: WorkflowFile;
let workflowId: string;
/** As a load balancer sees them: the webhook processor and the main process. */
let urls: { processor: string; main: string };

beforeAll(async () => {
	cluster = await startCluster();
	simulator = await startSimulator({ speed: 20, deliverySpeed: 1 });
	const credential = await createKrosAiCredential(cluster.client, simulator.baseUrl);
	workflow = withRemoveDuplicates(triggerWorkflow(credential));
	const stored = await cluster.client.createWorkflow(workflow);
	workflowId = stored.id;
	await cluster.client.activateWorkflow(stored);
	urls = {
		processor: webhookUrl(cluster.webhooks.url, workflow),
		main: webhookUrl(cluster.main.url, workflow),
	};
});

afterAll(async () => {
	await cluster?.stop();
	await simulator?.close();
});

function withRemoveDuplicates(file: WorkflowFile): WorkflowFile {
	const parameters = {
		operation: 'removeItemsSeenInPreviousExecutions',
		dedupeValue: '={{ $json.event_id }}',
		options: {},
	};
	const more = { typeVersion: 2, position: [220, 0] as [number, number] };
	const once = workflowNode(ONCE, 'n8n-nodes-base.removeDuplicates', parameters, more);
	return {
		...file,
		nodes: [...file.nodes, once],
		connections: { [TRIGGER]: { main: [[{ node: ONCE, type: 'main', index: 0 }]] } },
	};
}

/** An event as KrosAI sends it, signed with the subscription's secret unless told otherwise. */
function event(secret = simulator.webhooks[0]!.secret) {
	const eventId = `evt_${randomUUID()}`;
	const body = JSON.stringify({
		id: eventId,
		event: 'call.completed',
		// One of long ago would start nothing.
		timestamp: new Date().toISOString(),
		data: { call_id: `call_${eventId}`, direction: 'outbound', status: 'completed', duration: 60 },
	});
	return { eventId, ...signedDelivery(secret, body) };
}

async function post(url: string, { body, headers }: ReturnType<typeof event>): Promise<number> {
	const answer = await fetch(url, {
		method: 'POST',
		headers: { ...headers, connection: 'close' },
		body,
	});
	return answer.status;
}

/** What the workflow's executions saw of these events, once nothing more comes. */
async function seen(eventIds: string[]) {
	let before = -1;
	const ids = await until(async () => {
		const found = await cluster.client.executionIds(workflowId);
		const isQuiet = found.length === before;
		before = found.length;
		await sleep(1_500);
		return isQuiet && found;
	}, 60);
	const executions = await Promise.all(
		ids.map(async (id) => await cluster.client.executionAtEnd(id)),
	);
	const mine = (node: string) =>
		executions.flatMap((execution) =>
			outputOf(execution, node)
				.map(({ json }) => String(json.event_id))
				.filter((id) => eventIds.includes(id)),
		);
	return { ids, started: mine(TRIGGER), passedOn: mine(ONCE) };
}

test('the subscription names the webhook processor, where each event starts one execution on a worker', async () => {
	expect(simulator.webhooks.map(({ url }) => url)).toEqual([urls.processor]);
	const events = Array.from({ length: 20 }, () => event());
	for (const one of events) expect(await post(urls.processor, one)).toBe(200);
	for (const one of events) expect(await post(urls.processor, one)).toBe(200);
	const eventIds = events.map(({ eventId }) => eventId);
	const { ids, started } = await seen(eventIds);
	expect([...started].sort()).toEqual([...eventIds].sort());
	const byWorkers = (await Promise.all(cluster.workers.map(startedBy))).flat();
	expect(ids.filter((id) => !byWorkers.includes(id))).toEqual([]);
});

test('a forged delivery is refused by every process, and starts nothing', async () => {
	const forged = event('whsec_guessed');
	for (const url of Object.values(urls)) expect(await post(url, forged)).toBe(401);
	expect((await seen([forged.eventId])).started).toEqual([]);
});

test('the same delivery at two processes, one after the other, is passed on once', async () => {
	const events = Array.from({ length: 10 }, () => event());
	const eventIds = events.map(({ eventId }) => eventId);
	for (const one of events) expect(await post(urls.main, one)).toBe(200);
	await seen(eventIds);
	for (const one of events) expect(await post(urls.processor, one)).toBe(200);
	const { started, passedOn } = await seen(eventIds);
	expect([...passedOn].sort()).toEqual([...eventIds].sort());
	// Each process remembers only what came to itself.
	expect(started).toHaveLength(20);
});

test('the same delivery at two processes at nearly the same time', async () => {
	const events = Array.from({ length: 20 }, () => event());
	const eventIds = events.map(({ eventId }) => eventId);
	for (const one of events) {
		const answers = await Promise.all([post(urls.main, one), post(urls.processor, one)]);
		expect(answers).toEqual([200, 200]);
	}
	const { started, passedOn } = await seen(eventIds);
	// n8n's store takes no lock: no event is lost, and how many pass twice is measured, not promised.
	expect(new Set(passedOn)).toEqual(new Set(eventIds));
	console.log(
		`20 events at two processes at once: ${started.length} executions, ${passedOn.length} passed Remove Duplicates`,
	);
});
