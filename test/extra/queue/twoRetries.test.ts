/**
 * Two retries of one execution at once on two workers. n8n's store takes no lock, so that two writes
 * at once may lose one: how often a contact is then called twice is measured, not promised.
 */
import { createKrosAiCredential } from '../../e2e/krosAi';
import type { CredentialReference } from '../../n8n/workflow';
import { type Cluster, startCluster, startedBy } from './cluster';
import { type Simulator, startSimulator } from '../../../simulator';
import { refusal } from '../memory/attacks';
import { beginOn } from '../memory/victim';

jest.setTimeout(20 * 60_000);

const CONTACTS = 50;
const ROUNDS = 10;

let cluster: Cluster;
let simulator: Simulator;
let credential: CredentialReference;

beforeAll(async () => {
	// One execution at a time, so that the other worker gets the other retry.
	cluster = await startCluster({ N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' });
	simulator = await startSimulator({ startsPerSecond: Infinity, speed: 100 });
	credential = await createKrosAiCredential(cluster.client, simulator.baseUrl);
});

afterAll(async () => {
	await cluster?.stop();
	await simulator?.close();
});

test('two retries at once on two workers: how many contacts are called twice; none is lost', async () => {
	const { client, workers, webhooks } = cluster;
	let onTwo = 0;
	const twice: number[] = [];
	for (let round = 0; round < ROUNDS; round += 1) {
		simulator.reset();
		// The first contact is refused, so that no call was placed yet.
		simulator.fault(refusal('+442079460000'));
		const target = { client, simulator, credential, webhooksUrl: webhooks.url };
		const attack = await beginOn(target, { count: CONTACTS, onError: 'stopWorkflow' });
		expect((await attack.end()).status).toBe('error');
		const calledBefore = simulator.calls.length;
		await attack.setOnError('continueErrorOutput');
		const retried = await Promise.all([attack.retryAsSaved(), attack.retryAsSaved()]);
		const started = await Promise.all(workers.map(startedBy));
		if (started.every((ids) => retried.some(({ id }) => ids.includes(id)))) onTwo += 1;
		const label = `round ${round}, ${calledBefore} called before`;
		const first = await attack.account(label, retried[0]);
		const second = await attack.account('  the other retry', retried[1]);
		for (const account of [first, second]) {
			expect(account).toMatchObject({ astray: [], untrue: [], out: { raw: 0 } });
		}
		twice.push(first.twice);
	}
	const sum = twice.reduce((a, b) => a + b, 0);
	process.stderr.write(
		`two retries at once of ${CONTACTS} contacts, ${ROUNDS} times, ${onTwo} on two workers: ` +
			`${sum} called twice (${twice.join(', ')})\n`,
	);
});
