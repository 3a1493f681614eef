import { outputOf } from '../n8n/execution';
import { withNode } from '../n8n/workflow';
import { until } from '../../simulator/client';
import { exampleWorkflow } from './krosAi';
import { useKrosAi } from './setup';

const { client, simulator, credential, execute } = useKrosAi({ speed: 50 });

// The example workflow: three contacts, one with a bad number.
test('what KrosAI received is what the execution says; the bad number is on the error branch', async () => {
	const execution = await execute(await exampleWorkflow(credential()));
	expect(execution.status).toBe('success');

	expect(simulator().called()).toEqual(['+14155550123', '+14155550170']);
	expect(outputOf(execution, 'Calls placed').map(({ json }) => json)).toEqual(
		simulator().calls.map((call) => ({
			call_id: call.id,
			status: 'initiated',
			from_number: call.from_number,
			to_number: call.to_number,
			endpoint_id: call.endpoint_id,
			created_at: call.created_at,
		})),
	);
	expect(simulator().requests[0]).toMatchObject({ method: 'POST', path: '/v1/outbound-calls' });
	expect(simulator().requests[0]!.body).toEqual({
		from_number: '+2348012345678',
		to_number: '+14155550123',
		endpoint_id: 'ep_abc123',
		max_duration: 300,
		metadata: { customer_id: 'cust_001' },
	});
	expect(outputOf(execution, 'To be corrected').map(({ json }) => json)).toEqual([
		{
			name: 'Chidi',
			phone: '(415) 555-0134',
			customer_id: 'cust_003',
			message: expect.stringContaining('(415) 555-0134'),
			error: {
				code: 'INVALID_PHONE_NUMBER',
				httpCode: null,
				field: 'to_number',
				value: '(415) 555-0134',
				placed: 'no',
				description: expect.stringMatching(/country/i),
			},
		},
	]);
	const items = [0, 1].flatMap((output) => outputOf(execution, 'KrosAI', output));
	expect(items.map(({ pairedItem }) => pairedItem)).toMatchObject(
		[0, 1, 2].map((item) => ({ item })),
	);
});

test('with On Error: Stop, the message names the bad row and no call is placed', async () => {
	const settings = { onError: 'stopWorkflow' as const };
	const execution = await execute(await exampleWorkflow(credential(), { settings }));
	expect(execution.status).toBe('error');
	expect(execution.data.resultData.error!.message).toMatch(/\(415\) 555-0134.*\(row 3, item 2\)/);
	expect(simulator().requests).toEqual([]);
});

test('a run that is stopped by hand leaves counts and the last call IDs', async () => {
	const contacts = Array.from({ length: 40 }, (_, row) => ({
		name: `Person ${row}`,
		phone: `+4420794601${String(row).padStart(2, '0')}`,
		customer_id: `cust_${row}`,
	}));
	const workflow = await exampleWorkflow(credential(), { contacts });
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const slow = { parameters: { ...parameters, options: { callsPerSecond: 5 } } };
	const { id } = await client.createWorkflow(withNode(workflow, 'KrosAI', slow));
	const run = await client.runWorkflow(id, 'Start');
	await until(() => simulator().calls.length >= 5);
	await client.stopExecution(run);
	const { status, customData } = await client.executionAtEnd(run);
	expect(status).toBe('canceled');
	const last = simulator()
		.calls.slice(0, 3)
		.map((call) => call.id);
	expect(customData?.krosai_calls).toMatch(
		/^Since \S+Z, of 40 contacts: \d+ called\. Last calls: /,
	);
	for (const call of last) expect(customData?.krosai_calls).toContain(call);
});
