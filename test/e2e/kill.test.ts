/** Call Only Once Per Key, on n8n's real store, through a crash: an n8n of its own that is killed. */
import { N8nClient } from '../n8n/client';
import { outputOf } from '../n8n/execution';
import { ensureN8n } from '../n8n/install';
import { type N8nInstance, startN8n } from '../n8n/instance';
import { withPackedCheckout } from '../n8n/pack';
import type { CredentialReference } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { campaign, KROSAI, type Row, rows } from './campaign';
import { caughtUp } from './caughtUp';
import { createKrosAiCredential } from './krosAi';
import { until } from './until';

jest.setTimeout(10 * 60_000);

const OPTIONS = { callOnlyOncePerKey: '={{ $json.contact_id }}', callsPerSecond: 40 };

let n8n: N8nInstance;
let client: N8nClient;
let simulator: Simulator;
let credential: CredentialReference;

beforeAll(async () => {
	const install = await ensureN8n({ onProgress: (line) => process.stderr.write(`${line}\n`) });
	n8n = await withPackedCheckout(async (tarball) => await startN8n({ install, tarball }));
	client = new N8nClient(n8n.url);
	await client.setUpOwner();
	simulator = await startSimulator({ startsPerSecond: Infinity, speed: 100 });
	credential = await createKrosAiCredential(client, simulator.baseUrl);
});

beforeEach(() => simulator.reset());

afterAll(async () => {
	await n8n?.stop();
	await simulator?.close();
});

async function publish() {
	const { file, path } = campaign(credential, { options: OPTIONS });
	const workflow = await client.createWorkflow(file);
	await client.activateWorkflow(workflow);
	return { id: workflow.id, url: `${n8n.url}/webhook/${path}` };
}

async function start(url: string, list: Row[]): Promise<void> {
	const answer = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify({ rows: list }),
	});
	expect(answer.status).toBe(200);
}

/** A whole campaign; gives what came out of the node. */
async function run(workflow: { id: string; url: string }, list: Row[]) {
	const before = new Set(await client.executionIds(workflow.id));
	await start(workflow.url, list);
	const isNew = async () =>
		(await client.executionIds(workflow.id)).find((one) => !before.has(one));
	const id = await until('an execution', isNew);
	const execution = await client.executionAtEnd(id, 120);
	return outputOf(execution, KROSAI).map(({ json }) => json);
}

test('n8n is killed in the middle of 200 calls: the next run calls no contact twice', async () => {
	const list = rows(200);
	const workflow = await publish();
	await start(workflow.url, list);
	// In the middle of a chunk, whose keys are recorded before its calls.
	await until('85 calls', () => simulator.called().length >= 85, 60);
	await n8n.kill();
	// What it sent last may not be read yet.
	await caughtUp(simulator);
	const calledBefore = simulator.called().length;
	expect(calledBefore).toBeLessThan(200);
	await n8n.restart();
	await client.logIn();

	const out = await run(workflow, list);
	const called = simulator.called();
	expect(new Set(called).size).toBe(called.length);
	expect(out).toHaveLength(200);
	const skipped = out.filter(({ status }) => status === 'skipped');
	const placed = out.filter(({ call_id }) => call_id !== undefined);
	expect(skipped.length + placed.length).toBe(200);
	expect(placed).toHaveLength(called.length - calledBefore);
	// A chunk is lost at most: ten contacts of 200.
	expect(called.length).toBeGreaterThanOrEqual(190);
	process.stdout.write(`killed after ${calledBefore} calls; ${200 - called.length} not called\n`);
});

test('a second execution skips all contacts, each with its row, and calls who is new', async () => {
	const workflow = await publish();
	await run(workflow, rows(3, 300));
	const out = await run(workflow, rows(4, 300));
	expect(out.slice(0, 3)).toEqual(
		rows(3, 300).map((row) => ({
			...row,
			status: 'skipped',
			reason: 'ALREADY_CALLED',
			key: row.contact_id,
		})),
	);
	expect(out[3]).toMatchObject({ to_number: rows(1, 303)[0]!.phone });
	expect(simulator.called()).toEqual(rows(4, 300).map(({ phone }) => phone));
});

test('who was certainly not called is called by the next execution', async () => {
	const list = rows(3, 400);
	const workflow = await publish();
	simulator.fault({
		kind: 'status',
		status: 400,
		accepting: 'before',
		body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
		toNumber: list[1]!.phone,
	});
	await run(workflow, list);
	await run(workflow, list);
	expect([...simulator.called()].sort()).toEqual(list.map(({ phone }) => phone).sort());
});
