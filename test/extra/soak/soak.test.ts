/**
 * Thousands of deliveries at the rate that n8n can take, forged and repeated ones among them: each
 * genuine event starts one execution, and the memory that stays held is compared with that of n8n's
 * own Webhook node after as many executions. `npm run test:soak`, about ten minutes.
 */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createKrosAiCredential } from '../../e2e/krosAi';
import { triggerWorkflow, webhookUrl } from '../../e2e/krosAiTrigger';
import { until } from '../../../simulator/client';
import { N8nClient } from '../../n8n/client';
import { type N8nInstance } from '../../n8n/instance';
import { startOwnN8n } from '../../n8n/own';
import { type WorkflowFile, workflowNode, workflowOf } from '../../n8n/workflow';
import { signedDelivery, type Simulator, startSimulator } from '../../../simulator';

jest.setTimeout(40 * 60_000);

const DELIVERIES = Number(process.env.KROSAI_SOAK_DELIVERIES ?? 5_000);
/** Of all deliveries. */
const FORGED = 0.2;
const REPEATED = 0.2;
/** Before the first measurement: caches are filled, code is compiled. */
const WARM_UP = Math.ceil(DELIVERIES / 10);
const AT_ONCE = 8;

interface Shot {
	eventId: string;
	body: string;
	headers: Record<string, string>;
	/** The status it must be answered with. */
	expected: number;
}

let n8n: N8nInstance;
let client: N8nClient;
let simulator: Simulator;
let memoryFile: string;

beforeEach(async () => {
	memoryFile = join(process.env.TMPDIR ?? '/tmp', `krosai-memory-${randomUUID()}.json`);
	({ n8n, client } = await startOwnN8n({
		environment: {
			NODE_OPTIONS: `--require ${join(__dirname, 'memory.js')}`,
			KROSAI_MEMORY_FILE: memoryFile,
		},
	}));
	simulator = await startSimulator();
});

afterEach(async () => {
	await n8n?.stop();
	await simulator?.close();
});

/** What n8n holds after its garbage was collected, in MB. */
async function heldMemory(): Promise<number> {
	const asked = Date.now();
	process.kill(n8n.pid, 'SIGUSR2');
	return await until(async () => {
		const text = await readFile(memoryFile, 'utf8').catch(() => '{}');
		const { heapUsed, external, at } = JSON.parse(text || '{}') as Record<string, number>;
		return at !== undefined && at >= asked && (heapUsed! + external!) / 1e6;
	});
}

function genuine(secret: string): Shot {
	const eventId = `evt_${randomUUID()}`;
	const delivery = {
		id: eventId,
		event: 'call.completed',
		// One of long ago would start nothing.
		timestamp: new Date().toISOString(),
		data: {
			call_id: `call_${eventId}`,
			from_number: '+2348012345678',
			to_number: '+14155550123',
			direction: 'outbound',
			duration: 180,
			status: 'completed',
			metadata: { customer_id: 'cust_123' },
		},
	};
	return { eventId, ...signedDelivery(secret, JSON.stringify(delivery)), expected: 200 };
}

/** Genuine events, some of them twice or oftener, and forged ones, in no order. */
function mixed(count: number, secret: string): Shot[] {
	const forged = Array.from({ length: Math.round(count * FORGED) }, () => ({
		...genuine('whsec_guessed'),
		expected: 401,
	}));
	const repeats = Math.round(count * REPEATED);
	const events = Array.from({ length: count - forged.length - repeats }, () => genuine(secret));
	const repeated = Array.from(
		{ length: repeats },
		() => events[Math.floor(Math.random() * events.length)]!,
	);
	return [...events, ...repeated, ...forged]
		.map((shot) => ({ shot, order: Math.random() }))
		.sort((a, b) => a.order - b.order)
		.map(({ shot }) => shot);
}

function post(url: string, { body, headers }: Shot, agent: Agent): Promise<number> {
	return new Promise((done, fail) => {
		const sent = request(url, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.on('end', () => done(response.statusCode ?? 0));
		});
		sent.on('error', fail);
		sent.end(body);
	});
}

/** Fires them all, so many at once, and gives those whose answer was not the expected one. */
async function fire(url: string, shots: Shot[]): Promise<Array<Shot & { status: number }>> {
	// Of this round only: n8n closes connections that are idle for five seconds.
	const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
	const left = [...shots];
	const wrong: Array<Shot & { status: number }> = [];
	const started = Date.now();
	const gunner = async () => {
		for (let shot = left.pop(); shot; shot = left.pop()) {
			const status = await post(url, shot, agent);
			if (status !== shot.expected) wrong.push({ ...shot, status });
			const done = shots.length - left.length;
			if (done % 500 === 0) {
				const rate = (done / (Date.now() - started)) * 1000;
				process.stderr.write(
					`${done} of ${shots.length} deliveries, ${rate.toFixed(0)} a second\n`,
				);
			}
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, gunner));
	agent.destroy();
	return wrong;
}

/** How many executions a workflow has, once no more come. */
async function executionCount(workflowId: string): Promise<number> {
	let before = -1;
	return await until(async () => {
		const { length } = await client.executionIds(workflowId);
		const isQuiet = length === before;
		before = length;
		if (!isQuiet) await sleep(3_000);
		return isQuiet && length;
	}, 300);
}

/** Publishes it; gives its id. */
async function publish(file: WorkflowFile): Promise<string> {
	const workflow = await client.createWorkflow(file);
	await client.activateWorkflow(workflow);
	return workflow.id;
}

/** MB that are held after these shots and were not before. */
async function growth(url: string, warmUp: Shot[], shots: Shot[]): Promise<number> {
	expect(await fire(url, warmUp)).toEqual([]);
	await sleep(5_000);
	const before = await heldMemory();
	expect(await fire(url, shots)).toEqual([]);
	await sleep(5_000);
	return (await heldMemory()) - before;
}

/** What the KrosAI Trigger's n8n held more, for the comparison. */
let ours: number | undefined;

test(`${DELIVERIES} deliveries, forged and repeated ones among them, start an execution for each genuine event`, async () => {
	const credential = await createKrosAiCredential(client, simulator.baseUrl);
	const file = triggerWorkflow(credential);
	const id = await publish(file);
	const { secret } = simulator.webhooks[0]!;
	const warmUp = mixed(WARM_UP, secret);
	const shots = mixed(DELIVERIES, secret);
	ours = await growth(webhookUrl(n8n.url, file), warmUp, shots);
	const events = new Set(
		[...warmUp, ...shots].filter(({ expected }) => expected === 200).map((shot) => shot.eventId),
	);
	expect(await executionCount(id)).toBe(events.size);
	console.log(`${events.size} genuine events, as many executions; ${ours.toFixed(1)} MB more held`);
});

test("n8n's own Webhook node, for as many executions", async () => {
	const path = randomUUID();
	const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived' };
	const more = { typeVersion: 2, webhookId: path };
	await publish(
		workflowOf('Webhook', [workflowNode('Webhook', 'n8n-nodes-base.webhook', parameters, more)]),
	);
	const share = 1 - FORGED - REPEATED;
	const some = (count: number) =>
		Array.from({ length: Math.round(count * share) }, () => genuine('whsec_any'));
	const builtIn = await growth(`${n8n.url}/webhook/${path}`, some(WARM_UP), some(DELIVERIES));
	console.log(`n8n's own Webhook node: ${builtIn.toFixed(1)} MB more held`);
	// Remembering 10,000 events at most takes some 1.5 MB: what is held beyond that would be a leak.
	expect(ours! - builtIn).toBeLessThan(15);
});
