import { outputOf } from '../n8n/execution';
import { exampleInUse, startNode, withNode, workflowNode, workflowOf } from '../n8n/workflow';
import { endedCall, start, subscribe, until } from '../../simulator/client';
import { recordingBytes } from '../../simulator/recording';
import { NODE_TYPE } from './krosAi';
import { TRIGGER, triggerWorkflow, webhookUrl } from './krosAiTrigger';
import { farFromMidnight } from './midnight';
import { useKrosAi } from './setup';
import { sharedN8n } from './sharedN8n';

const { url } = sharedN8n();
const { client, simulator, credential, execute } = useKrosAi({ startsPerSecond: Infinity });
beforeEach(() => simulator().set({ speed: 1000 }));

/** Runs one operation, with the parameters that differ from the panel's defaults. */
async function run(parameters: Record<string, unknown>) {
	const credentials = { krosAiApi: credential() };
	const node = workflowNode('KrosAI', NODE_TYPE, parameters, { credentials });
	const workflow = workflowOf('Operation', [startNode(), node], { Start: ['KrosAI'] });
	const execution = await execute(workflow);
	return {
		execution,
		items: outputOf(execution, 'KrosAI'),
		json: outputOf(execution, 'KrosAI').map(({ json }) => json),
	};
}

describe('each operation, once', () => {
	test('Call → Get', async () => {
		const callId = await endedCall(simulator(), { metadata: { customer_id: 'cust_1' } });
		const { json } = await run({ operation: 'get', callId });
		expect(json).toMatchObject([
			{ call_id: callId, outcome: 'completed', metadata: { customer_id: 'cust_1' } },
		]);
	});

	test('Call → Get Many, by filters of every kind', async () => {
		await endedCall(simulator());
		const wanted = await endedCall(simulator(), {
			endpoint_id: 'ep_def456',
			from_number: '+14155550100',
			metadata: { campaign: 'spring' },
		});
		const { json } = await run({
			operation: 'getAll',
			filters: {
				after: '={{ $now.minus(1, "day") }}',
				before: '={{ $now.plus(1, "day").toISO() }}',
				direction: 'outbound',
				endpointId: {
					__rl: true,
					mode: 'list',
					value: 'ep_def456',
					cachedResultName: 'Sales Agent (vapi)',
				},
				phoneNumberId: { __rl: true, mode: 'id', value: 'pn_def456' },
				fromNumber: '+1 415 555 0100',
				status: 'completed',
				metadata: { entry: [{ key: 'campaign', value: 'spring' }] },
			},
		});
		expect(json.map(({ call_id }) => call_id)).toEqual([wanted]);
	});

	test('Call → Get Events', async () => {
		const callId = await endedCall(simulator());
		const { json } = await run({ operation: 'getEvents', callId });
		expect(json).toHaveLength(5);
		expect(json[4]).toMatchObject({ call_id: callId, event: 'call.completed' });
	});

	test('Call → Get Statistics', async () => {
		await endedCall(simulator());
		const filters = { phoneNumberId: { __rl: true, mode: 'id', value: 'pn_abc123' } };
		const { json } = await run({ operation: 'getStatistics', filters });
		expect(json).toMatchObject([{ total_calls: 1, by_status: { completed: 1 } }]);
	});

	test('Call → Hang Up', async () => {
		simulator().set({ speed: 100 });
		simulator().script('+14155550110', 'answered', { setup: 0, ringing: 0, talking: 36_000 });
		const { body } = await start(simulator());
		await until(() => simulator().calls[0]?.status === 'in_progress');
		const { json } = await run({ operation: 'hangUp', callId: body.call_id });
		expect(json).toEqual([{ call_id: body.call_id, hung_up: true, status: 'completed' }]);
		expect(simulator().calls[0]?.hangup_cause).toBe('agent_hangup');
	});

	test('Call → Download Recording: the file as n8n keeps it, byte by byte; the key stays here', async () => {
		const callId = await endedCall(simulator());
		const { items, execution } = await run({ operation: 'downloadRecording', callId });
		const [file] = items.map(({ binary }) => binary!.data!);
		expect(file).toMatchObject({ fileName: `${callId}.mp3`, mimeType: 'audio/mpeg' });
		const bytes = await client.binaryData(file!);
		expect(bytes.equals(recordingBytes(simulator().calls[0]!))).toBe(true);

		expect(simulator().storageRequests).toHaveLength(1);
		expect(JSON.stringify(simulator().storageRequests)).not.toMatch(
			/kros_test_simulator|x-api-key|authorization/i,
		);
		expect(JSON.stringify(execution.data)).not.toContain('signature=');
	});

	test('Endpoint → Get Many', async () => {
		const { json } = await run({ resource: 'endpoint', operation: 'getAll' });
		expect(json.map(({ id }) => id)).toEqual(['ep_abc123', 'ep_def456', 'ep_ghi789']);
	});

	test('Phone Number → Get Many', async () => {
		const { json } = await run({ resource: 'phoneNumber', operation: 'getAll', limit: 1 });
		expect(json).toMatchObject([{ id: 'pn_abc123', number: '+2348012345678' }]);
	});

	test('Webhook Delivery → Get Many, Get, Retry: an event that found no workflow starts it', async () => {
		const file = triggerWorkflow(credential());
		simulator().set({ deliverySpeed: 1 });
		await subscribe(simulator(), webhookUrl(url, file), ['call.completed', 'call.failed']);
		await endedCall(simulator(), { metadata: { customer_id: 'cust_1' } });
		await until(() => simulator().deliveries[0]?.status === 404);
		const about = { resource: 'webhookDelivery' };
		const filters = { event: 'call.completed', status: 'pending' };
		const { json: listed } = await run({ ...about, operation: 'getAll', filters });
		expect(listed).toHaveLength(1);
		const deliveryId = (listed[0]!.delivery as { id: string }).id;
		const { json: read } = await run({ ...about, operation: 'get', deliveryId });

		const workflow = await client.createWorkflow(file);
		await client.activateWorkflow(workflow);
		expect(simulator().webhooks).toHaveLength(1);
		const { json } = await run({ ...about, operation: 'retry', deliveryId });
		expect(json).toMatchObject([{ delivery_id: deliveryId, retried: true }]);
		const started = async () => await client.executionIds(workflow.id);
		await until(async () => (await started()).length > 0);
		const [id] = await started();
		const [item] = outputOf(await client.executionAtEnd(id!), TRIGGER);
		expect(read).toEqual([
			{ ...item!.json, delivery: expect.objectContaining({ id: deliveryId }) },
		]);
		expect(item!.json).toMatchObject({ outcome: 'completed', metadata: { customer_id: 'cust_1' } });
		await client.deleteWorkflow(workflow.id);
	});

	test('the numbers and agents to filter by can be picked from lists', async () => {
		const list = async (parameter: string, method: string) =>
			await client.list({
				nodeType: NODE_TYPE,
				parameter: `filters.${parameter}`,
				method,
				credentials: { krosAiApi: credential() },
				filter: '801 234',
			});
		const { results } = await list('phoneNumberId', 'searchPhoneNumberIds');
		expect(results).toMatchObject([{ name: '+234 801 234 5678 (NG)', value: 'pn_abc123' }]);
	});
});

test('the example "morning report": calls in one table, the unreached in another', async () => {
	await farFromMidnight(60);
	const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString();
	simulator().script('+14155550111', 'no_answer', { ringing: 1 });
	simulator().script('+14155550112', 'busy');
	await endedCall(simulator(), { metadata: { customer_id: 'cust_1' } });
	await endedCall(simulator(), { to_number: '+14155550111', metadata: { customer_id: 'cust_2' } });
	await endedCall(simulator(), { to_number: '+14155550112' });
	const ids = simulator().calls.map(({ id }) => id);
	await endedCall(simulator(), { to_number: '+14155550111' });
	const [old] = simulator().calls.slice(-1);
	Object.assign(old!, { created_at: yesterday });

	const workflow = await exampleInUse('morning-report.json', credential());
	// In n8n's own zone a day may have 23 or 25 hours.
	workflow.settings = { ...workflow.settings, timezone: 'Etc/UTC' };
	// Run by hand it reports today's calls; a second run writes the same rows.
	for (let runs = 0; runs < 2; runs += 1) {
		const execution = await execute(workflow, 'Every Morning');
		expect(execution.data.resultData.error).toBeUndefined();
		expect(execution.status).toBe('success');
		const report = await client.dataTableRows('KrosAI morning report');
		expect(report.map(({ call_id }) => call_id).sort()).toEqual([...ids].sort());
		expect(report.find(({ call_id }) => call_id === ids[0])).toMatchObject({
			to_number: '+14155550110',
			outcome: 'completed',
			seconds: 12,
			cost_cents: 4,
			transcript: expect.stringContaining('[Caller]: '),
		});
		const back = await client.dataTableRows('KrosAI call-back list');
		expect(back.map(({ call_id, outcome }) => [call_id, outcome]).sort()).toEqual(
			[
				[ids[1], 'no_answer'],
				[ids[2], 'busy'],
			].sort(),
		);
		expect(back.find(({ call_id }) => call_id === ids[1])).toMatchObject({
			to_number: '+14155550111',
			customer_id: 'cust_2',
		});
	}
	// Published, it reports yesterday's.
	const everySecond = { rule: { interval: [{ field: 'seconds', secondsInterval: 1 }] } };
	const published = await client.createWorkflow(
		withNode(workflow, 'Every Morning', { parameters: everySecond }),
	);
	await client.activateWorkflow(published);
	const report = await until(async () => {
		const rows = await client.dataTableRows('KrosAI morning report');
		return rows.length > ids.length && rows;
	});
	await client.deactivateWorkflow(published.id);
	expect(report.map(({ call_id }) => call_id).sort()).toEqual([...ids, old!.id].sort());
}, 120_000);
