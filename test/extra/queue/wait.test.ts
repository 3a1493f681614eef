import { createKrosAiCredential } from '../../e2e/krosAi';
import { campaign, KROSAI, rows } from '../../e2e/campaign';
import { until } from '../../../simulator/client';
import { outputOf } from '../../n8n/execution';
import { type Simulator, startSimulator } from '../../../simulator';
import { type Cluster, startCluster, startedBy } from './cluster';

jest.setTimeout(10 * 60_000);

let cluster: Cluster;
let simulator: Simulator;

beforeAll(async () => {
	cluster = await startCluster();
	simulator = await startSimulator();
});

afterAll(async () => {
	await cluster?.stop();
	await simulator?.close();
});

test('calls that one worker placed wake the execution on another', async () => {
	const credential = await createKrosAiCredential(cluster.client, simulator.baseUrl);
	const { file, path } = campaign(credential, { operation: 'initiateAndWait' });
	const workflow = await cluster.client.createWorkflow(file);
	await cluster.client.activateWorkflow(workflow);
	const [placer, waker] = cluster.workers;
	// No call ends before the workers have changed places.
	simulator.script('*', 'answered', { setup: 0.1, ringing: 0.1, talking: 6_000 });

	await waker.kill();
	const people = rows(3);
	const answer = await fetch(`${cluster.webhooks.url}/webhook/${path}`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', connection: 'close' },
		body: JSON.stringify({ rows: people }),
	});
	expect(answer.status).toBe(200);
	const id = await until(async () => {
		const [first] = await cluster.client.executionIds(workflow.id);
		return first;
	});
	expect((await cluster.client.executionAtEnd(id)).status).toBe('waiting');
	expect(await startedBy(placer)).toContain(id);
	await waker.restart();
	await placer.kill();
	expect(simulator.calls.map(({ webhook_url }) => webhook_url)).toEqual(
		people.map(() => expect.stringContaining(`${cluster.webhooks.url}/webhook-waiting/${id}/`)),
	);

	simulator.set({ speed: 5_000 });
	const ended = await until(async () => {
		const execution = await cluster.client.executionAtEnd(id);
		return execution.status !== 'waiting' && execution;
	}, 60);
	expect(ended.status).toBe('success');
	expect(await startedBy(waker)).toContain(id);
	expect(simulator.called()).toEqual(people.map(({ phone }) => phone));
	expect(outputOf(ended, KROSAI).map(({ json }) => json)).toMatchObject(
		people.map(({ phone }) => ({ to_number: phone, outcome: 'completed' })),
	);
});
