import { randomUUID } from 'node:crypto';

import { outputOf } from '../n8n/execution';
import { type WorkflowFile, withNode } from '../n8n/workflow';
import type { Fault } from '../../simulator';
import { CALLABLE, exampleWorkflow } from './krosAi';
import { useKrosAi } from './setup';
import { sharedN8n } from './sharedN8n';

const NUMBERS = CALLABLE.map(({ phone }) => phone);
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
const STOP = { onError: 'stopWorkflow' as const };

/** KrosAI refuses the second contact once, before anything rang. */
const REFUSED: Fault = {
	kind: 'status',
	status: 400,
	accepting: 'before',
	body: { error: 'Insufficient balance', code: 'INSUFFICIENT_BALANCE' },
	toNumber: CALLABLE[1].phone,
};
/** The second contact's phone rings, but the answer never arrives. */
const LOST: Fault = { kind: 'dropAfter', toNumber: CALLABLE[1].phone };

const { client, simulator, credential, execute } = useKrosAi({ speed: 50 });

async function run(settings: Partial<WorkflowFile['nodes'][number]>, contacts = CALLABLE) {
	return await execute(await exampleWorkflow(credential(), { settings, contacts }));
}

/** The ids of the calls that went on to "Calls placed". */
function placedIds(execution: Awaited<ReturnType<typeof run>>) {
	return outputOf(execution, 'Calls placed').map(({ json }) => json.call_id);
}

describe('Retry On Fail', () => {
	test('after a refusal, every contact is called once and comes out', async () => {
		simulator().fault(REFUSED);
		const execution = await run({ ...RETRY, ...STOP });
		expect(execution.status).toBe('success');
		expect(simulator().called()).toEqual(NUMBERS);
		expect(placedIds(execution)).toEqual(simulator().calls.map(({ id }) => id));
	});
});

describe('Retry of a failed execution, from the list of executions', () => {
	const published: string[] = [];

	afterEach(async () => {
		for (const id of published.splice(0)) await client.deleteWorkflow(id);
	});

	/** A published workflow that a webhook starts, run once. Gives the failed execution's id. */
	async function failInProduction(): Promise<string> {
		const path = randomUUID();
		const workflow = await exampleWorkflow(credential(), { settings: STOP, contacts: CALLABLE });
		const stored = await client.createWorkflow(
			withNode(workflow, 'Start', {
				type: 'n8n-nodes-base.webhook',
				typeVersion: 2,
				// It answers when the execution has ended.
				parameters: { path, httpMethod: 'GET', responseMode: 'lastNode' },
				webhookId: path,
			}),
		);
		published.push(stored.id);
		await client.activateWorkflow(stored);
		const started = await fetch(`${sharedN8n().url}/webhook/${path}`);
		expect(started.status).toBe(500);
		const [id] = await client.executionIds(stored.id);
		const failed = await client.executionAtEnd(id!);
		expect(failed).toMatchObject({ status: 'error', mode: 'webhook' });
		return failed.id;
	}

	test('after a refusal, who was called is not called again and comes out with the others', async () => {
		simulator().fault(REFUSED);
		const failedId = await failInProduction();
		expect(simulator().called()).toEqual(NUMBERS.slice(0, 1));

		const retried = await client.executionAtEnd(await client.retryExecution(failedId));
		expect(retried.status).toBe('success');
		expect(simulator().called()).toEqual(NUMBERS);
		expect(placedIds(retried)).toEqual(simulator().calls.map(({ id }) => id));
	});

	test('after a lost answer, that contact is not called again, but looked up', async () => {
		simulator().fault(LOST);
		simulator().set({ keys: { kros_test_simulator: ['calls:write'] } });
		const failedId = await failInProduction();
		const again = await client.executionAtEnd(await client.retryExecution(failedId));
		expect(again.status).toBe('error');
		// A contact in doubt keeps none of the others from being called.
		expect(simulator().called()).toEqual(NUMBERS);

		simulator().set({ keys: { kros_test_simulator: ['calls:write', 'calls:read'] } });
		const retried = await client.executionAtEnd(await client.retryExecution(failedId));
		expect(retried.status).toBe('success');
		expect(simulator().called()).toEqual(NUMBERS);
		expect(placedIds(retried)).toEqual(simulator().calls.map(({ id }) => id));
	});
});
