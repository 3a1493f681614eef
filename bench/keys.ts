/**
 * What remembering costs: the time that n8n's own store takes in a real n8n (sqlite) for the entries
 * of a list, recorded by the node's own code as a run at ten calls a second does it. The store reads
 * and writes the whole list each time, so it is asked both of a list that is empty, and of one that is
 * full.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { N8nClient } from '../test/n8n/client';
import { ensureN8n } from '../test/n8n/install';
import { startN8n } from '../test/n8n/instance';
import { workflowNode, workflowOf } from '../test/n8n/workflow';
import { report } from './report';
import { median } from './statistics';

const ROUNDS = 3;
/** A second's worth of contacts: Calls per Second, at first. */
const CHUNK = 10;
const COUNT = 300;
/** What the node has n8n keep. */
const FULL = { memory: 20_000, keys: 100_000 };

type List = keyof typeof FULL;

interface Task {
	list: List;
	/** No other task's keys are the same. */
	name: string;
	count: number;
	/** Contacts noted in one write. */
	chunk: number;
	/** Whether all contacts were called, or none: then their entries are released. */
	isCalled: boolean;
}

interface Result {
	/** ms for all chunks together. */
	recordMs: number;
	/** ms for the write at the end of a run. */
	settleMs: number;
	/** Contacts whose key was there before. */
	found: number;
}

type Store = (task: Task) => Promise<Result>;

/** A workflow of its own has a store of its own. */
async function openStore(client: N8nClient, url: string): Promise<Store> {
	const path = randomUUID();
	const webhook = { path, httpMethod: 'POST', responseMode: 'lastNode' };
	const nodes = [
		workflowNode('Start', 'n8n-nodes-base.webhook', webhook, { typeVersion: 2, webhookId: path }),
		workflowNode('Keys', 'CUSTOM.keys'),
	];
	const workflow = await client.createWorkflow({
		...workflowOf('Keys', nodes, { Start: ['Keys'] }),
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

/** One list of a workflow, empty at first and then full; ms for each write of a run, and at its end. */
async function measureList(client: N8nClient, url: string, list: List): Promise<Row[]> {
	const store = await openStore(client, url);
	const task = { list, count: COUNT, chunk: CHUNK };
	const run = async (isCalled: boolean): Promise<Result> => {
		const result = await store({ ...task, isCalled, name: randomUUID() });
		if (result.found > 0) throw new Error('The store knew keys that are new');
		return result;
	};
	const toRow = (kept: number, called: Result, notCalled: Result): Row => ({
		list,
		kept,
		writeMs: called.recordMs / (COUNT / CHUNK),
		endMs: called.settleMs,
		releaseMs: notCalled.settleMs,
	});
	const empty = toRow(0, await run(true), await run(false));
	const name = randomUUID();
	const filling = { list, name, count: FULL[list], chunk: FULL[list], isCalled: true };
	await store(filling);
	const again = await store({ ...task, name, count: CHUNK, isCalled: true });
	if (again.found !== CHUNK) throw new Error('The store has not kept the keys');
	return [empty, toRow(FULL[list], await run(true), await run(false))];
}

interface Row {
	list: List;
	kept: number;
	writeMs: number;
	endMs: number;
	releaseMs: number;
}

async function measure(): Promise<Row[]> {
	const folder = mkdtempSync(join(tmpdir(), 'krosai-keys-'));
	const entryPoints = [join(__dirname, 'keyStore/Keys.node.js')];
	buildSync({ entryPoints, bundle: true, platform: 'node', outdir: folder });
	const n8n = await startN8n({
		install: await ensureN8n({ onProgress: (line) => console.log(line) }),
		environment: { N8N_CUSTOM_EXTENSIONS: folder },
	});
	try {
		const client = new N8nClient(n8n.url);
		await client.setUpOwner();
		const rows: Row[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			for (const list of ['memory', 'keys'] as const) {
				rows.push(...(await measureList(client, n8n.url, list)));
			}
			console.log(`round ${round + 1} of ${ROUNDS}`);
		}
		return rows;
	} finally {
		await n8n.stop();
		rmSync(folder, { recursive: true });
	}
}

async function main(): Promise<void> {
	const measured = await measure();
	const rows = (['memory', 'keys'] as const).flatMap((list) =>
		[0, FULL[list]].map((kept) => {
			const of = (key: 'writeMs' | 'endMs' | 'releaseMs') => {
				const same = measured.filter((row) => row.list === list && row.kept === kept);
				return median(same.map((row) => row[key])).toFixed(1);
			};
			return {
				list: list === 'memory' ? "the node's memory" : 'Skip Already Called (Key)',
				'entries kept before': kept,
				'ms a write (one a second)': of('writeMs'),
				'ms at the end, all called': of('endMs'),
				[`ms at the end, ${COUNT} released`]: of('releaseMs'),
			};
		}),
	);
	await report({
		title: 'Once per key',
		name: 'keys',
		intro:
			"What remembering adds to a run: the time of n8n's own store (a real n8n, sqlite) for a list of " +
			`${COUNT} contacts, noted by the node's own code ${CHUNK} at a time, as at ten calls a second: one ` +
			'write a second. A run of up to ten contacts needs one write. Each write reads and writes the whole ' +
			`list. Medians of ${ROUNDS} rounds.`,
		rows,
		notes: [`The machine's load was ${loadavg()[1]!.toFixed(0)} meanwhile.`],
	});
}

void main();
