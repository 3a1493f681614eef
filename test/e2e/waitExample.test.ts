import { type Execution } from '../n8n/execution';
import { exampleInUse, withNode } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();
const ADA = '+14155550123';
/** The simulator's number for no answer. */
const BOLA = '+14155550170';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({ speed: 50 });
});

afterAll(async () => await simulator.close());

/** The example as a user sets it up, with the hour shortened. */
async function runExample(): Promise<Execution> {
	const credential = await createKrosAiCredential(client, simulator.baseUrl);
	const example = await exampleInUse('ring-wait-retry.json', credential);
	const { id } = await client.createWorkflow(
		withNode(example, 'An Hour Later', {
			parameters: { resume: 'timeInterval', amount: 1, unit: 'seconds' },
		}),
	);
	return await client.executionAfterWaiting(await client.runWorkflow(id, 'Start'));
}

/** All items that a node had, over all its runs. */
const itemsOf = (execution: Execution, node: string) =>
	(execution.data.resultData.runData[node] ?? []).flatMap((run) => run.data?.main[0] ?? []);

beforeEach(() => simulator.reset());

test('who picks up is called once; who never does three times, and is given up', async () => {
	const execution = await runExample();
	expect(execution.status).toBe('success');
	expect(simulator.called()).toEqual([ADA, BOLA, BOLA, BOLA]);
	expect(itemsOf(execution, 'Talked').map(({ json }) => json.to_number)).toEqual([ADA]);
	expect(itemsOf(execution, 'Given Up').map(({ json }) => json)).toEqual([
		expect.objectContaining({
			to_number: BOLA,
			outcome: 'no_answer',
			metadata: { customer_id: 'cust_002', attempt: '3' },
		}),
	]);
});

test('who picks up at the second try has talked', async () => {
	simulator.script(BOLA, 'answered');
	simulator.script(ADA, 'busy');
	simulator.onCallChange((call) => {
		if (call.status === 'busy') simulator.script(ADA, 'answered');
	});
	const execution = await runExample();
	expect(simulator.called()).toEqual([ADA, BOLA, ADA]);
	expect(itemsOf(execution, 'Talked').map(({ json }) => json.to_number)).toEqual([BOLA, ADA]);
	expect(itemsOf(execution, 'Given Up')).toEqual([]);
});
