/**
 * How many deliveries a second the KrosAI Trigger takes in, and how long each answer takes, against
 * n8n's built-in Webhook node: the same n8n, the same bodies, all answering "on received", which in
 * n8n means as soon as the execution has been created. Others stand beside the two to tell the
 * node's own cost from n8n's: the built-in node with a credential, and a trigger that does nothing.
 *
 * In a round each receiver takes one turn, in rotating order, so that whatever else the machine does
 * hits all of them; between turns n8n finishes the executions it has begun. Rates are compared
 * within a round. CPU time is n8n's own, so other processes hardly show in it.
 *
 * Bounded: (ROUNDS + 1) x 5 x (80 + 200) requests to 127.0.0.1.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nClient } from '../test/n8n/client';
import type { N8nInstance } from '../test/n8n/instance';
import { startOwnN8n } from '../test/n8n/own';
import { type WorkflowNode, workflowNode, workflowOf } from '../test/n8n/workflow';
import { startSimulator, type Simulator } from '../simulator';
import { report } from './report';
import { median, quote, ratios } from './statistics';

const ROUNDS = 5;
const AT_ONCE = 8;

/** An n8n to measure in. */
interface Engine {
	/** Its `N8N_EXPRESSION_ENGINE`. */
	name: string;
	label: string;
	/** How many deliveries a turn has, so that it takes some seconds on a machine of two cores. */
	deliveries: number;
}

/** n8n as it comes, and with expressions evaluated in its own process, as 1.x does. */
const ENGINES: Engine[] = [
	{ name: 'vm', label: 'as it comes', deliveries: 80 },
	{ name: 'legacy', label: '`N8N_EXPRESSION_ENGINE=legacy`', deliveries: 200 },
];

const WEBHOOK = 'Webhook (built in)';
const WEBHOOK_WITH_CREDENTIAL = 'Webhook (built in), header authentication';
const TRIGGER = 'KrosAI Trigger';
const MANUAL_TRIGGER = 'KrosAI Trigger, manual registration';
const FLOOR = 'a trigger that does nothing';

/** A published workflow. */
interface Receiver {
	name: string;
	url: string;
	headersFor(body: string): Record<string, string>;
}

/** What a receiver did in one round. */
interface Turn {
	perSecond: number;
	/** ms */
	p50: number;
	/** ms */
	p99: number;
	/** CPU time of n8n for one delivery and its execution, in ms. */
	cpu: number;
	/** V8 isolates that n8n took for one delivery and its execution. */
	isolates: number;
}

/** One of each receiver's turns per round. */
type Turns = Record<string, Turn[]>;

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

/** As KrosAI signs. */
const signedWith = (secret: string) => (body: string) => ({
	'x-webhook-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
});

/** @returns ms until the answer was there */
function deliver({ url, headersFor }: Receiver, body: string): Promise<number> {
	const headers = {
		'content-type': 'application/json',
		'content-length': Buffer.byteLength(body),
		...headersFor(body),
	};
	const started = performance.now();
	return new Promise((done, fail) => {
		const sent = request(url, { method: 'POST', agent, headers }, (response) => {
			response.resume();
			response.on('end', () =>
				response.statusCode === 200
					? done(performance.now() - started)
					: fail(new Error(`${url} answered ${response.statusCode}`)),
			);
		});
		sent.on('error', fail);
		sent.end(body);
	});
}

async function takeTurn(receiver: Receiver, n8n: N8nInstance, count: number): Promise<Turn> {
	const bodies = Array.from({ length: count }, makeBody);
	const times: number[] = [];
	const before = { cpu: await cpuMs(n8n.pid), isolates: await isolates(n8n.url) };
	const started = performance.now();
	const worker = async () => {
		for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
			times.push(await deliver(receiver, body));
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	const seconds = (performance.now() - started) / 1000;
	const cpu = await untilQuiet(n8n.pid);
	times.sort((a, b) => a - b);
	const quantile = (share: number) => times[Math.floor((times.length - 1) * share)]!;
	return {
		perSecond: count / seconds,
		p50: quantile(0.5),
		p99: quantile(0.99),
		cpu: (cpu - before.cpu) / count,
		isolates: ((await isolates(n8n.url)) - before.isolates) / count,
	};
}

/** CPU time of a process, in ms: fields 14 and 15 of proc(5), in hundredths of a second. */
async function cpuMs(pid: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Waits until n8n has done what the answers left it to do; gives its CPU time then. */
async function untilQuiet(pid: number): Promise<number> {
	for (let before = await cpuMs(pid); ;) {
		await sleep(300);
		const after = await cpuMs(pid);
		if (after - before <= 20) return after;
		before = after;
	}
}

/** How many n8n's expression engine has handed out so far; with the old engine there are none. */
async function isolates(url: string): Promise<number> {
	const metrics = await (await fetch(`${url}/metrics`)).text();
	return Number(/^n8n_expression_pool_acquired_total (\d+)/m.exec(metrics)?.[1] ?? 0);
}

async function publishAll(
	n8n: N8nInstance,
	client: N8nClient,
	simulator: Simulator,
): Promise<Receiver[]> {
	const token = randomUUID();
	const krosAiApi = await client.createCredential({
		name: 'KrosAI',
		type: 'krosAiApi',
		data: { apiKey: 'kros_test_simulator', baseUrl: simulator.baseUrl, webhookSecret: token },
	});
	const httpHeaderAuth = await client.createCredential({
		name: 'Token',
		type: 'httpHeaderAuth',
		data: { name: 'x-token', value: token },
	});

	const publish = async (
		type: string,
		parameters: WorkflowNode['parameters'],
		more: Partial<WorkflowNode> & { webhookId: string },
	) => {
		const nodes = [
			workflowNode('Trigger', type, parameters, more),
			workflowNode('End', 'n8n-nodes-base.noOp'),
		];
		const workflow = workflowOf(type, nodes, { Trigger: ['End'] });
		const settings = { saveDataSuccessExecution: 'none' };
		await client.activateWorkflow(await client.createWorkflow({ ...workflow, settings }));
		return `${n8n.url}/webhook/${more.webhookId}`;
	};
	const webhook = async (more: object, credentials?: WorkflowNode['credentials']) => {
		const path = randomUUID();
		const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', ...more };
		const settings = { typeVersion: 2, webhookId: path, credentials };
		return await publish('n8n-nodes-base.webhook', parameters, settings);
	};
	const trigger = async (type: string, parameters: WorkflowNode['parameters']) => {
		const settings = { webhookId: randomUUID(), credentials: { krosAiApi } };
		return `${await publish(type, parameters, settings)}/webhook`;
	};
	const events = ['call.completed'];
	const ours = 'n8n-nodes-krosai.krosAiTrigger';
	const byToken = () => ({ 'x-token': token });
	const receivers = [
		{ name: WEBHOOK, url: await webhook({}), headersFor: signedWith(token) },
		{
			name: WEBHOOK_WITH_CREDENTIAL,
			url: await webhook({ authentication: 'headerAuth' }, { httpHeaderAuth }),
			headersFor: byToken,
		},
		{
			name: MANUAL_TRIGGER,
			url: await trigger(ours, { events, registration: 'manual' }),
			headersFor: signedWith(token),
		},
		{
			name: FLOOR,
			url: await trigger('CUSTOM.floorTrigger', {}),
			headersFor: signedWith(token),
		},
	];
	const url = await trigger(ours, { events });
	const { secret } = simulator.webhooks[0]!;
	return [{ name: TRIGGER, url, headersFor: signedWith(secret) }, ...receivers];
}

async function measure(engine: Engine): Promise<Turns> {
	const simulator = await startSimulator();
	const { n8n, client } = await startOwnN8n({
		environment: {
			N8N_CUSTOM_EXTENSIONS: join(__dirname, 'floor'),
			N8N_METRICS: 'true',
			N8N_EXPRESSION_ENGINE: engine.name,
		},
	});
	try {
		const receivers = await publishAll(n8n, client, simulator);
		for (const receiver of receivers) await takeTurn(receiver, n8n, engine.deliveries);
		const turns: Turns = Object.fromEntries(receivers.map(({ name }) => [name, []]));
		for (let round = 0; round < ROUNDS; round++) {
			const first = round % receivers.length;
			for (const receiver of [...receivers.slice(first), ...receivers.slice(0, first)]) {
				turns[receiver.name]!.push(await takeTurn(receiver, n8n, engine.deliveries));
			}
			console.log(`n8n ${engine.label}: round ${round + 1} of ${ROUNDS}`);
		}
		return turns;
	} finally {
		await n8n.stop();
		await simulator.close();
	}
}

function rowsOf(engine: Engine, turns: Turns): Array<Record<string, string | number>> {
	const of = (name: string, key: keyof Turn) => turns[name]!.map((turn) => turn[key]);
	const middle = (name: string, key: keyof Turn) => median(of(name, key));
	const names = [WEBHOOK, TRIGGER, MANUAL_TRIGGER, WEBHOOK_WITH_CREDENTIAL, FLOOR];
	return names.map((name) => ({
		n8n: engine.label,
		node: name,
		'deliveries/s': middle(name, 'perSecond').toFixed(1),
		'p50 ms': Math.round(middle(name, 'p50')),
		'p99 ms': Math.round(middle(name, 'p99')),
		'CPU ms each': Math.round(middle(name, 'cpu')),
		'isolates each': Math.round(middle(name, 'isolates')),
		'rate to built-in': median(ratios(of(name, 'perSecond'), of(WEBHOOK, 'perSecond'))).toFixed(2),
		'CPU to built-in': median(ratios(of(name, 'cpu'), of(WEBHOOK, 'cpu'))).toFixed(2),
	}));
}

function notesOf(engine: Engine, turns: Turns): string[] {
	const note = (name: string, to: string) => {
		const compare = (key: 'perSecond' | 'cpu', digits?: number) =>
			quote(
				ratios(
					turns[name]!.map((turn) => turn[key]),
					turns[to]!.map((turn) => turn[key]),
				),
				digits,
			);
		return `n8n ${engine.label}, ${name} to ${to}: rate ${compare('perSecond')}; CPU time ${compare('cpu')}.`;
	};
	return [note(TRIGGER, WEBHOOK), note(TRIGGER, FLOOR)];
}

async function main(): Promise<void> {
	const measured: Array<[Engine, Turns]> = [];
	for (const engine of ENGINES) measured.push([engine, await measure(engine)]);
	agent.destroy();
	await report({
		title: 'Deliveries',
		name: 'deliveries',
		intro:
			'How many deliveries a second start a workflow (trigger and one more node, successful executions not saved), ' +
			`${AT_ONCE} at once, all answered "on received". ${ROUNDS} rounds of ${ENGINES.map(({ deliveries }) => deliveries).join(' or ')} deliveries for each node, ` +
			'in turns; medians. CPU time is what n8n used for one delivery and its execution: unlike the rates, it hardly shows what else the machine was doing. ' +
			'"A trigger that does nothing" has a credential that it does not look at, checks no signature and hands the body on: ' +
			'no node but the built-in one can cost less.',
		rows: measured.flatMap(([engine, turns]) => rowsOf(engine, turns)),
		notes: [
			...measured.flatMap(([engine, turns]) => notesOf(engine, turns)),
			'n8n 2.x evaluates expressions in a V8 isolate that it makes anew for each execution, and also for each request to a webhook, ' +
				'whether there is an expression or not. It spares one node the second: its own Webhook node, by name ' +
				'(`webhookPhaseNeedsIsolate` in n8n’s `live-webhooks`). An isolate costs several times as much as all the rest of a delivery, ' +
				'so any other trigger reaches about half the rate. Without isolates the difference is gone; see [decision 10](decisions/10-rate-of-deliveries.md).',
			`The machine's load was ${loadavg()[2]!.toFixed(0)} meanwhile, ${cpus().length} of which its cores can carry: the higher, the less the rates say.`,
			'Reading a credential takes one more. The trigger needs none for the webhooks that it has registered itself, ' +
				'and for manual registration it reads the credential for each.',
		],
	});
}

void main();
