import { outputOf } from '../n8n/execution';
import { exampleWorkflow } from './krosAi';
import { useKrosAi } from './setup';

const { simulator, credential, execute } = useKrosAi({ speed: 50 });

describe('the example workflow: three contacts, one with a bad number', () => {
	test('what KrosAI received is what the execution says', async () => {
		const execution = await execute(await exampleWorkflow(credential()));
		expect(execution.status).toBe('success');

		const placed = outputOf(execution, 'Calls placed').map(({ json }) => json);
		expect(simulator().called()).toEqual(['+14155550123', '+442079460958']);
		expect(placed).toEqual(
			simulator().calls.map((call) => ({
				call_id: call.id,
				status: 'initiated',
				from_number: call.from_number,
				to_number: call.to_number,
				endpoint_id: call.endpoint_id,
				created_at: call.created_at,
			})),
		);
		expect(simulator().requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual(
			[
				['+14155550123', 'cust_001'],
				['+442079460958', 'cust_002'],
			].map(([to_number, customer_id]) => ({
				method: 'POST',
				path: '/v1/outbound-calls',
				body: {
					from_number: '+2348012345678',
					to_number,
					endpoint_id: 'ep_abc123',
					max_duration: 300,
					metadata: { customer_id },
				},
			})),
		);
	});

	test('the bad number arrives on the error branch with its row, and says why', async () => {
		const execution = await execute(await exampleWorkflow(credential()));
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
	});

	test('three contacts in, three items out, each paired with its contact', async () => {
		const execution = await execute(await exampleWorkflow(credential()));
		const items = [...outputOf(execution, 'KrosAI', 0), ...outputOf(execution, 'KrosAI', 1)];
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			expect.objectContaining({ item: 0 }),
			expect.objectContaining({ item: 1 }),
			expect.objectContaining({ item: 2 }),
		]);
	});

	test('with Continue on the one output, the failed item is among the others', async () => {
		const settings = { onError: 'continueRegularOutput' as const };
		const execution = await execute(await exampleWorkflow(credential(), { settings }));
		const [first, second, third] = outputOf(execution, 'Calls placed').map(({ json }) => json);
		expect([first?.to_number, second?.to_number]).toEqual(simulator().called());
		expect(Object.keys(third ?? {}).sort()).toEqual(['error', 'message']);
	});

	test('with On Error: Stop, the message names the bad row and no call is placed', async () => {
		const settings = { onError: 'stopWorkflow' as const };
		const execution = await execute(await exampleWorkflow(credential(), { settings }));
		expect(execution.status).toBe('error');
		const { message } = execution.data.resultData.error!;
		expect(message).toContain('(415) 555-0134');
		expect(message).toContain('(row 3, item 2)');
		expect(simulator().requests).toEqual([]);
	});
});
