/**
 * What Call Only Once Per Key costs: the time that n8n's own store takes in a real n8n (sqlite) for
 * the keys of a list, recorded by the node's own code in the chunks in which a run records them. The
 * store reads and writes the whole list of a workflow's keys each time, so it is asked both of a
 * workflow that has none yet, and of one that has nearly as many as are kept.
 */
import { randomUUID } from 'node:crypto';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { RELEASED_AT_ONCE } from '../../nodes/KrosAi/actions/call/keyStore';
import { N8nClient } from '../n8n/client';
import { ensureN8n } from '../n8n/install';
import { startN8n } from '../n8n/instance';
import type { WorkflowNode } from '../n8n/workflow';
import { report } from './report';
import { median } from './statistics';

const SIZES = [100, 1000, 10_000];
const ROUNDS = 3;
/** With the longest list on top of them as many as the node has n8n keep. */
const KEPT_BEFORE = 90_000;

interface Task {
	/** No other task's keys are the same. */
	name: string;
	count: number;
	/** Whether everybody was called, or nobody: then the keys are let go. */
	isCalled: boolean;
	/** All keys at once instead of in chunks: to have them there before anything is measured. */
	isOneWrite?: boolean;
}

interface Result {
	/** Of chunks; at the end there is one more. */
	writes: number;
	/** ms for all chunks together. */
	recordMs: number;
	/** ms for the write at the end of a run. */
	settleMs: number;
	/** Contacts whose key was there before. */
	skipped: number;
}

type Store = (task: Task) => Promise<Result>;

/** A workflow of its own has a store of its own. */
async function openStore(client: N8nClient, url: string): Promise<Store> {
	const path = randomUUID();
	const node = (name: string, more: Omit<WorkflowNode, 'id' | 'name' | 'position'>) => ({
		id: randomUUID(),
		name,
		position: [0, 0] as [number, number],
		...more,
	});
	const workflow = await client.createWorkflow({
		id: randomUUID(),
		name: 'Keys',
		nodes: [
			node('Start', {
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				parameters: { path, httpMethod: 'POST', responseMode: 'lastNode' },
				webhookId: path,
			}),
			node('Keys', { type: 'CUSTOM.keys', typeVersion: 1, parameters: {} }),
		],
		connections: { Start: { main: [[{ node: 'Keys', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1', saveDataSuccessExecution: 'none' },
	});
	await client.activateWorkflow(workflow);
	return async (task) => {
		const response = await fetch(`${url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(task),
		});
		if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
		return (await response.json()) as Result;
	};
}

async function measure(): Promise<Map<string, Result[]>> {
	const n8n = await startN8n({
		install: await ensureN8n({ onProgress: (line) => console.log(line) }),
		environment: { N8N_CUSTOM_EXTENSIONS: join(__dirname, 'keyStore') },
	});
	try {
		const client = new N8nClient(n8n.url);
		await client.setUpOwner();
		const found = new Map<string, Result[]>();
		const record = async (store: Store, label: string, task: Omit<Task, 'name'>) => {
			const result = await store({ ...task, name: randomUUID() });
			if (result.skipped > 0) throw new Error('The store knew keys that are new');
			found.set(label, [...(found.get(label) ?? []), result]);
		};
		const warm = await openStore(client, n8n.url);
		await warm({ name: 'warm', count: 1000, isCalled: true });
		const again = await warm({ name: 'warm', count: 1000, isCalled: true });
		if (again.skipped !== 1000) throw new Error('The store has not kept the keys');
		for (let round = 0; round < ROUNDS; round++) {
			for (const count of SIZES) {
				const empty = await openStore(client, n8n.url);
				await record(empty, labelOf(count, 0), { count, isCalled: true });
			}
			console.log(`round ${round + 1} of ${ROUNDS}: into an empty store`);
			const full = await openStore(client, n8n.url);
			await full({ name: 'before', count: KEPT_BEFORE, isCalled: true, isOneWrite: true });
			for (const count of SIZES) {
				await record(full, labelOf(count, KEPT_BEFORE), { count, isCalled: false });
			}
			console.log(`round ${round + 1} of ${ROUNDS}`);
		}
		return found;
	} finally {
		await n8n.stop();
	}
}

const labelOf = (count: number, before: number) => `${count} on ${before}`;

async function main(): Promise<void> {
	const found = await measure();
	const of = (label: string, key: keyof Result) => median(found.get(label)!.map((one) => one[key]));
	const rows = [0, KEPT_BEFORE].flatMap((before) =>
		SIZES.map((count) => {
			const label = labelOf(count, before);
			const [recordMs, settleMs] = [of(label, 'recordMs'), of(label, 'settleMs')];
			return {
				'keys kept before': before,
				'keys of the list': count,
				writes: of(label, 'writes') + (before ? Math.ceil(count / RELEASED_AT_ONCE) : 1),
				'ms to record': recordMs.toFixed(1),
				'ms at the end': settleMs.toFixed(1),
				'ms per key': ((recordMs + settleMs) / count).toFixed(3),
			};
		}),
	);
	const total = (count: number) =>
		of(labelOf(count, 0), 'recordMs') + of(labelOf(count, 0), 'settleMs');
	const growth = (total(10_000) / total(1000)).toFixed(1);
	await report({
		title: 'Once per key',
		name: 'keys',
		intro:
			"What Call Only Once Per Key adds to a run: the time of n8n's own store (a real n8n, sqlite) for the keys of a list. " +
			"They are recorded by the node's own code, a hundredth of the list at a time and ten at least, and once more at the end, " +
			'or let go there if nobody was called. Each write reads and writes all keys of the workflow. ' +
			`In the first rows the workflow has none before and everybody is called; in the others it has ${KEPT_BEFORE} and nobody is called. ` +
			`Medians of ${ROUNDS} rounds.`,
		rows,
		notes: [
			`Ten times as many keys, 10,000 instead of 1,000, take ${growth} times as long: both lists are recorded in a hundred writes.`,
			`At 10 calls a second a list of 10,000 takes 1,000 s; its keys take ${(total(10_000) / 1000).toFixed(1)} s of that.`,
			`The machine's load was ${loadavg()[1]!.toFixed(0)} meanwhile.`,
		],
	});
}

void main();
