import { setTimeout as sleep } from 'node:timers/promises';

import { type Execution, outputOf } from '../../n8n/execution';
import type { CredentialReference } from '../../n8n/workflow';
import { type Simulator, startSimulator } from '../../../simulator';
import { createKrosAiCredential } from '../../e2e/krosAi';
import { until } from '../../../simulator/client';
import { type Cluster, startCluster, startedBy } from './cluster';
import { campaign, KROSAI, type Row, rows } from '../../e2e/campaign';

jest.setTimeout(10 * 60_000);

let cluster: Cluster;
let simulator: Simulator;
let credential: CredentialReference;

beforeAll(async () => {
	cluster = await startCluster();
	simulator = await startSimulator({ plan: 'business', speed: 20 });
	credential = await createKrosAiCredential(cluster.client, simulator.baseUrl);
});

beforeEach(() => simulator.reset());

afterAll(async () => {
	await cluster?.stop();
	await simulator?.close();
});

const ONCE = { options: { callOnlyOncePerKey: '={{ $json.contact_id }}' } };

/** Publishes a campaign and gives how to start an execution of it. */
async function publish(parameters: Record<string, unknown> = {}) {
	const { file, path } = campaign(credential, parameters);
	const workflow = await cluster.client.createWorkflow(file);
	await cluster.client.activateWorkflow(workflow);
	const start = async (people: Row[]) => {
		const answer = await fetch(`${cluster.webhooks.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', connection: 'close' },
			body: JSON.stringify({ rows: people }),
		});
		expect(answer.status).toBe(200);
	};
	const executions = async (count: number): Promise<string[]> =>
		await until(async () => {
			const ids = await cluster.client.executionIds(workflow.id);
			return ids.length >= count && ids;
		});
	return { start, executions };
}

/** The contacts that came out, by the number, and the calls they came out with. */
function endings(executions: Execution[]) {
	const placed = executions.flatMap((execution) => outputOf(execution, KROSAI, 0));
	const failed = executions.flatMap((execution) => outputOf(execution, KROSAI, 1));
	return { placed: placed.map(({ json }) => json), failed: failed.map(({ json }) => json) };
}

const doubles = (numbers: string[]) => numbers.length - new Set(numbers).size;

test('500 calls as 20 executions over two workers: no contact is called twice, none is lost', async () => {
	const { start, executions } = await publish();
	const people = rows(500);
	const started = Date.now();
	for (let from = 0; from < 500; from += 25) await start(people.slice(from, from + 25));
	const ids = await executions(20);
	const ended = await Promise.all(
		ids.map(async (id) => await cluster.client.executionAtEnd(id, 300)),
	);
	const seconds = (Date.now() - started) / 1000;

	const called = simulator.called();
	expect(doubles(called)).toBe(0);
	expect([...called].sort()).toEqual(people.map(({ phone }) => phone).sort());
	const { placed, failed } = endings(ended);
	expect(failed).toEqual([]);
	expect(new Set(placed.map(({ call_id }) => call_id))).toEqual(
		new Set(simulator.calls.map(({ id }) => id)),
	);
	const [first, second] = await Promise.all(cluster.workers.map(startedBy));
	expect(ids.filter((id) => first!.includes(id)).length).toBeGreaterThan(0);
	expect(ids.filter((id) => second!.includes(id)).length).toBeGreaterThan(0);

	const refused = simulator.requests.filter(({ status }) => status === 429).length;
	console.log(
		`500 calls, 20 executions, 2 workers: ${seconds.toFixed(0)} s, ${refused} requests answered 429`,
	);
	// The limit is 10 starts a second for the whole organization, whatever workflow asks.
	expect(seconds).toBeGreaterThan(45);
});

test('a worker that is killed calls no contact twice when its list is run again', async () => {
	const { start, executions } = await publish(ONCE);
	const people = rows(100, 1000);
	await start(people);
	await until(() => Promise.resolve(simulator.calls.length >= 20), 60);
	const [id] = await executions(1);
	const [first, second] = cluster.workers;
	const victim = (await startedBy(first)).includes(id!) ? first : second;
	await victim.kill();
	const calledBefore = simulator.called().length;
	expect(calledBefore).toBeLessThan(100);
	await victim.restart();

	await start(people);
	const again = (await executions(2)).find((other) => other !== id)!;
	const ended = await cluster.client.executionAtEnd(again, 120);
	const { placed, failed } = endings([ended]);
	expect(failed).toEqual([]);
	const skipped = placed.filter(({ status }) => status === 'skipped');
	expect(placed).toHaveLength(100);
	expect(doubles(simulator.called())).toBe(0);
	// No contact is skipped who was not called, but for those whose key was written down when it ended.
	const notCalled = people.filter(({ phone }) => !simulator.called().includes(phone));
	console.log(
		`killed after ${calledBefore} of 100 calls: ${skipped.length} skipped, ${notCalled.length} never called`,
	);
	expect(skipped.length - calledBefore).toBe(notCalled.length);
	expect(notCalled.length).toBeLessThanOrEqual(10);
});

test('what overlapping executions with the same keys do', async () => {
	const { start, executions } = await publish(ONCE);
	const people = rows(50, 2000);
	await Promise.all([start(people), start(people)]);
	const ids = await executions(2);
	const ended = await Promise.all(
		ids.map(async (id) => await cluster.client.executionAtEnd(id, 120)),
	);
	const { placed, failed } = endings(ended);
	expect(failed).toEqual([]);
	expect(placed).toHaveLength(100);
	// n8n's store takes no lock, so this is measured, not promised.
	console.log(
		`two executions at once with the same 50 keys: ${doubles(simulator.called())} called twice`,
	);
	// Afterwards the keys are there: an execution on its own places no call.
	await sleep(500);
	const called = simulator.called().length;
	await start(people);
	const third = (await executions(3)).find((id) => !ids.includes(id))!;
	await cluster.client.executionAtEnd(third, 120);
	console.log(`and a third one after them: ${simulator.called().length - called} more`);
});

test.each([
	['one after another, where nothing lags', 0, 1],
	['at once, where the log lags a minute', 60, 4],
])(
	'four executions over two workers call 50 people, of whom each may be called once: %s',
	async (_, logLagSeconds, most) => {
		simulator.set({ logLagSeconds });
		const { start, executions } = await publish({ callingRules: { attemptLimit: 1 } });
		const people = rows(50);
		for (let count = 1; count <= 4; count += 1) {
			await start(people);
			const [id] = (await executions(count)).slice(0, 1);
			if (logLagSeconds === 0) await cluster.client.executionAtEnd(id!, 300);
		}
		const ids = await executions(4);
		const ended = await Promise.all(
			ids.map(async (id) => await cluster.client.executionAtEnd(id, 300)),
		);
		simulator.set({ logLagSeconds: 0 });
		const counts = people.map(
			({ phone }) => simulator.called().filter((called) => called === phone).length,
		);
		const { placed, failed } = endings(ended);
		expect(placed.length + failed.length).toBe(200);
		expect(placed).toHaveLength(simulator.called().length);
		for (const { error } of failed) expect(error).toMatchObject({ code: 'TOO_MANY_CALLS' });
		expect(Math.max(...counts)).toBeLessThanOrEqual(most);
		const over = counts.filter((count) => count > 1).length;
		process.stderr.write(
			`limit of 1, a lag of ${logLagSeconds} s: ${simulator.called().length} calls, ${over} of 50 over the limit, most to one: ${Math.max(...counts)}\n`,
		);
	},
);
