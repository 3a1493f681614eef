/**
 * How many deliveries a second the KrosAI Trigger takes in, and how long each answer takes, against
 * n8n's built-in Webhook node: the same n8n, the same bodies, both answering before the workflow
 * runs. The two take turns, so that whatever else the machine does hits both.
 *
 * `npm run bench`; bounded: 2 x ROUNDS x DELIVERIES requests to 127.0.0.1.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { N8nClient } from '../n8n/client';
import { ensureN8n } from '../n8n/install';
import { startN8n } from '../n8n/instance';
import { withPackedCheckout } from '../n8n/pack';
import type { WorkflowFile, WorkflowNode } from '../n8n/workflow';
import { startSimulator } from '../simulator';

const ROUNDS = 5;
const DELIVERIES = 120;
const AT_ONCE = 8;

interface Round {
	perSecond: number;
	/** ms */
	p50: number;
	/** ms */
	p99: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** One delivery of a call that has ended; each is another event. */
function makeBody(): string {
	return JSON.stringify({
		id: `evt_${randomUUID()}`,
		event: 'call.completed',
		timestamp: '2026-01-12T10:30:00Z',
		data: {
			call_id: `call_${randomUUID()}`,
			from_number: '+2348012345678',
			to_number: '+14155550123',
			direction: 'outbound',
			duration: 180,
			cost_cents: 12,
			status: 'completed',
			metadata: { customer_id: 'cust_123' },
		},
	});
}

/** @returns ms until the answer was there */
function deliver(url: string, body: string, secret: string): Promise<number> {
	const signature = createHmac('sha256', secret).update(body).digest('hex');
	const started = performance.now();
	return new Promise((done, fail) => {
		const sent = request(
			url,
			{
				method: 'POST',
				agent,
				headers: {
					'content-type': 'application/json',
					'content-length': Buffer.byteLength(body),
					'x-webhook-signature': `sha256=${signature}`,
				},
			},
			(response) => {
				response.resume();
				response.on('end', () =>
					response.statusCode === 200
						? done(performance.now() - started)
						: fail(new Error(`${url} answered ${response.statusCode}`)),
				);
			},
		);
		sent.on('error', fail);
		sent.end(body);
	});
}

async function runRound(url: string, secret: string): Promise<Round> {
	const bodies = Array.from({ length: DELIVERIES }, makeBody);
	const times: number[] = [];
	const started = performance.now();
	const worker = async () => {
		for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
			times.push(await deliver(url, body, secret));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	const seconds = (performance.now() - started) / 1000;
	times.sort((a, b) => a - b);
	const quantile = (share: number) => times[Math.floor((times.length - 1) * share)]!;
	return { perSecond: DELIVERIES / seconds, p50: quantile(0.5), p99: quantile(0.99) };
}

function median(values: number[]): number {
	return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function workflowWith(trigger: Omit<WorkflowNode, 'id' | 'name' | 'position'>): WorkflowFile {
	const node = {
		...trigger,
		id: randomUUID(),
		name: 'Trigger',
		position: [0, 0] as [number, number],
	};
	const end = {
		id: randomUUID(),
		name: 'End',
		type: 'n8n-nodes-base.noOp',
		typeVersion: 1,
		position: [220, 0] as [number, number],
		parameters: {},
	};
	return {
		id: randomUUID(),
		name: trigger.type,
		nodes: [node, end],
		connections: { Trigger: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
		settings: { saveDataSuccessExecution: 'none' },
	};
}

async function main(): Promise<void> {
	const simulator = await startSimulator();
	const install = await ensureN8n({ onProgress: (line) => console.log(line) });
	const n8n = await withPackedCheckout(async (tarball) => await startN8n({ install, tarball }));
	try {
		const client = new N8nClient(n8n.url);
		await client.setUpOwner();
		const krosAiApi = await client.createCredential({
			name: 'KrosAI',
			type: 'krosAiApi',
			data: { apiKey: 'kros_test_simulator', baseUrl: simulator.baseUrl, webhookSecret: '' },
		});
		const [ours, builtIn] = [randomUUID(), randomUUID()];
		const workflows = [
			workflowWith({
				type: 'n8n-nodes-krosai.krosAiTrigger',
				typeVersion: 1,
				webhookId: ours,
				parameters: { events: ['call.completed'] },
				credentials: { krosAiApi },
			}),
			workflowWith({
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				webhookId: builtIn,
				parameters: { httpMethod: 'POST', path: builtIn, responseMode: 'onReceived' },
			}),
		];
		for (const workflow of workflows) {
			await client.activateWorkflow(await client.createWorkflow(workflow));
		}
		const trigger = `${n8n.url}/webhook/${ours}/webhook`;
		const webhook = `${n8n.url}/webhook/${builtIn}`;
		// As KrosAI would sign them; the built-in node looks at no signature.
		const { secret } = simulator.webhooks[0]!;
		await runRound(trigger, secret);
		await runRound(webhook, secret);

		const rounds: Array<{ trigger: Round; webhook: Round }> = [];
		for (let index = 0; index < ROUNDS; index++) {
			console.log(`round ${index + 1} of ${ROUNDS}`);
			const isEven = index % 2 === 0;
			const first = await runRound(isEven ? trigger : webhook, secret);
			const second = await runRound(isEven ? webhook : trigger, secret);
			rounds.push(
				isEven ? { trigger: first, webhook: second } : { trigger: second, webhook: first },
			);
		}
		report(rounds);
	} finally {
		agent.destroy();
		await n8n.stop();
		await simulator.close();
	}
}

function report(rounds: Array<{ trigger: Round; webhook: Round }>): void {
	const row = (name: string, key: 'trigger' | 'webhook') => ({
		node: name,
		'deliveries/s': Math.round(median(rounds.map((round) => round[key].perSecond))),
		'p50 ms': Number(median(rounds.map((round) => round[key].p50)).toFixed(1)),
		'p99 ms': Number(median(rounds.map((round) => round[key].p99)).toFixed(1)),
	});
	console.table([row('KrosAI Trigger', 'trigger'), row('Webhook (built in)', 'webhook')]);
	const ratios = rounds.map(({ trigger, webhook }) => trigger.perSecond / webhook.perSecond);
	const list = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
	console.log(
		`ratio of rates, KrosAI Trigger to Webhook: median ${median(ratios).toFixed(2)} (${list})`,
	);
	console.log(`${ROUNDS} rounds of ${DELIVERIES} deliveries each, ${AT_ONCE} at once`);
}

void main();
