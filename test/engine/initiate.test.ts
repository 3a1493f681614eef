import { CHOICES } from '../n8n/workflow';
import { contacts, useEngine } from './setup';
import { callParameters, callWorkflow, node, output, outputJson, to } from './workflow';

describe.each(['v1', 'bridge'] as const)('%s: Call → Initiate', (api) => {
	const { engine, simulator, credential } = useEngine({ api });

	const run = async (...args: Parameters<typeof callWorkflow>) =>
		await engine().run(callWorkflow(...args), { credential: credential() });

	const bodies = () => simulator().requests.map(({ body }) => body);

	it('calls each contact once, in order, and hands on what KrosAI answered, paired', async () => {
		const result = await run(contacts(3));
		expect(simulator().called()).toEqual(['+14155550100', '+14155550101', '+14155550102']);
		expect(outputJson(result, 'Placed')).toEqual(
			simulator().calls.map((call) => ({
				call_id: call.id,
				status: 'initiated',
				from_number: '+2348012345678',
				to_number: call.to_number,
				endpoint_id: 'ep_abc123',
				created_at: expect.any(String),
			})),
		);
		expect(output(result, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it('sends every field of the specification, and nothing that was not asked for', async () => {
		await run([{ phone: '(415) 555-0123', id: 7 }], {
			parameters: {
				maxDuration: 300,
				metadata: {
					entry: [
						{ key: 'customer_id', value: '={{ $json.id }}' },
						{ key: 'campaign', value: 'spring' },
					],
				},
				options: { defaultCountry: 'US', webhookUrl: 'https://example.com/krosai' },
			},
		});
		expect(bodies()).toEqual([
			{
				from_number: '+2348012345678',
				to_number: '+14155550123',
				endpoint_id: 'ep_abc123',
				metadata: { customer_id: '7', campaign: 'spring' },
				webhook_url: 'https://example.com/krosai',
				max_duration: 300,
			},
		]);
	});

	it('sends ten minutes as the limit unless told otherwise, and no limit for 0', async () => {
		await run(contacts(1));
		await run(contacts(1), { parameters: { maxDuration: 0 } });
		expect(bodies()).toEqual([
			expect.objectContaining({ max_duration: 600 }),
			expect.not.objectContaining({ max_duration: expect.anything() }),
		]);
	});

	it('sends metadata that is written as JSON as it is', async () => {
		await run([{ phone: '+14155550123', name: 'Ada' }], {
			parameters: {
				specifyMetadata: 'json',
				metadataJson:
					'={{ { "name": $json.name, "tags": ["a", 1, null], "deep": { "x": true } } }}',
			},
		});
		expect(bodies()).toEqual([
			expect.objectContaining({
				metadata: { name: 'Ada', tags: ['a', 1, null], deep: { x: true } },
			}),
		]);
	});

	it('reads numbers and endpoints that were picked from a list', async () => {
		await run(contacts(1), { parameters: callParameters(CHOICES) });
		expect(bodies()).toEqual([
			expect.objectContaining({ from_number: '+2348012345678', endpoint_id: 'ep_abc123' }),
		]);
	});

	it('renames a top-level error key, which n8n would take for a failure and call all contacts again', async () => {
		simulator().fault({
			kind: 'status',
			status: 200,
			accepting: 'after',
			body: { call_id: 'call_1', status: 'initiated', error: 'none' },
		});
		const result = await run(contacts(2), {
			settings: { retryOnFail: true, maxTries: 3, onError: 'continueRegularOutput' },
		});
		expect(simulator().called()).toHaveLength(2);
		expect(outputJson(result, 'Placed')[0]).toEqual({
			call_id: 'call_1',
			status: 'initiated',
			error_message: 'none',
		});
	});

	it('calls one contact with Execute Once', async () => {
		await run(contacts(3), { settings: { executeOnce: true } });
		expect(simulator().called()).toEqual(['+14155550100']);
	});

	it('calls the contacts of two KrosAI nodes in one workflow, each for itself', async () => {
		const workflow = callWorkflow(contacts(2));
		const [, first] = workflow.nodes;
		const toNumber = '={{ $("Contacts").item.json.phone }}';
		const parameters = { ...first!.parameters, toNumber };
		workflow.nodes.push({ ...first!, id: 'Again', name: 'Again', parameters });
		workflow.connections.KrosAI = { main: [[to('Again')]] };
		await engine().run(workflow, { credential: credential() });
		const numbers = contacts(2).map(({ phone }) => phone);
		expect(simulator().called()).toEqual([...numbers, ...numbers]);
	});

	it('calls each contact of each run of a loop', async () => {
		const [first] = contacts(1);
		const workflow = callWorkflow([first!]);
		workflow.nodes.push(node('Again', 'test.again', { times: 2, rows: [first!] }));
		workflow.connections.KrosAI = { main: [[to('Again')]] };
		workflow.connections.Again = { main: [[to('KrosAI')], [to('Placed')]] };
		await engine().run(workflow, { credential: credential() });
		expect(simulator().called()).toEqual(Array(3).fill(first!.phone));
	});
});
