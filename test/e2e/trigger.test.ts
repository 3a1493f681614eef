import { createHmac } from 'node:crypto';

import { type Execution, outputOf } from '../n8n/execution';
import { type CredentialReference, type WorkflowFile, withNode } from '../n8n/workflow';
import { type Delivery, signedDelivery, type Simulator, startSimulator } from '../../simulator';
import { CALLABLE, createKrosAiCredential, exampleWorkflow } from './krosAi';
import { branchingWorkflow, TRIGGER, triggerWorkflow, webhookUrl } from './krosAiTrigger';
import { sharedN8n } from './sharedN8n';
import { until } from '../../simulator/client';

const { url: n8nUrl, client, restart } = sharedN8n();
const [ADA, BOLA, CHIDI] = CALLABLE;
/** As a user has it from the dashboard. */
const SECRET = 'whsec_from_the_dashboard';
/** The node of the example that remembers events in n8n's database. */
const ONCE = 'Once Per Event';
/** The call of the event that is delivered last: what it starts proves what was started before. */
const LAST = 'call_last';

let simulator: Simulator;
let credential: CredentialReference;
/** Another KrosAI, whose requests are not among those of the tests. */
let strict: Simulator;
let refused: Awaited<ReturnType<typeof beginRefused>>;

beforeAll(async () => {
	// Half a minute of ringing takes a quarter of a second; no retry comes while a test runs.
	simulator = await startSimulator({ speed: 100, deliverySpeed: 1 });
	credential = await createKrosAiCredential(client, simulator.baseUrl);
	refused = await beginRefused();
});

beforeEach(() => {
	simulator.reset();
	simulator.set({ deliveryForm: 'envelope' });
});

afterAll(async () => {
	await tidyUp();
	await simulator.close();
	await strict.close();
});

/** What the tests have stored. It may stay published: a reset takes its subscription away. */
const stored: string[] = [];

async function tidyUp(): Promise<void> {
	// While a workflow is being published it can't be deleted.
	await refused.outcome;
	await Promise.all(stored.splice(0).map(async (id) => await client.deleteWorkflow(id)));
}

interface Published {
	id: string;
	/** Its production URL. */
	url: string;
	file: WorkflowFile;
}

type TriggerParameters = Parameters<typeof triggerWorkflow>[1];

async function store(file: WorkflowFile): Promise<{ id: string; versionId: string }> {
	const workflow = await client.createWorkflow(file);
	stored.push(workflow.id);
	return workflow;
}

async function publish(file: WorkflowFile): Promise<Published> {
	const workflow = await store(file);
	await client.activateWorkflow(workflow);
	return { id: workflow.id, url: webhookUrl(n8nUrl, file), file };
}

/**
 * Begins to publish a workflow whose key may not manage webhooks: n8n tries five times, for a
 * quarter of a minute, while the other tests go on.
 */
async function beginRefused() {
	strict = await startSimulator();
	const key = 'kros_test_no_webhooks';
	const limited = await createKrosAiCredential(client, strict.baseUrl, key, SECRET);
	const file = triggerWorkflow(limited);
	const created = await store(file);
	const workflow: Published = { id: created.id, url: webhookUrl(n8nUrl, file), file };
	const outcome = client.activateWorkflow(created).then(
		() => 'published',
		(error: Error) => error.message,
	);
	return { workflow, outcome };
}

const publishTrigger = async (parameters?: TriggerParameters) =>
	await publish(triggerWorkflow(credential, parameters));

/** Changes a published workflow's trigger and publishes it again. */
async function publishAgain({ id, file }: Published, parameters: TriggerParameters): Promise<void> {
	const trigger = file.nodes.find(({ name }) => name === TRIGGER)!;
	const changed = withNode(file, TRIGGER, {
		parameters: { ...trigger.parameters, ...parameters },
	});
	await client.activateWorkflow(await client.updateWorkflow(id, changed));
}

/** Has the action node ring these contacts, in another workflow. */
async function call(...contacts: Array<(typeof CALLABLE)[number]>): Promise<void> {
	const { id } = await store(await exampleWorkflow(credential, { contacts }));
	const execution = await client.executionAtEnd(await client.runWorkflow(id, 'Start'));
	expect(execution.status).toBe('success');
}

/** What a workflow has run so far, oldest first, once there are so many. */
async function executions({ id }: { id: string }, count: number): Promise<Execution[]> {
	const ids = await until(async () => {
		const found = await client.executionIds(id);
		return found.length >= count && found.reverse();
	});
	return await Promise.all(ids.map(async (each) => await client.executionAtEnd(each)));
}

const itemsOf = (ran: Execution[], output = 0) =>
	ran.flatMap((execution) => outputOf(execution, TRIGGER, output).map(({ json }) => json));

/** Has KrosAI tell every subscription of the end of a made-up call. */
async function tell(callId: string, event = 'call.completed', data = {}): Promise<Delivery> {
	const [delivery] = await simulator.deliver({ event, data: { call_id: callId, ...data } });
	if (!delivery) throw new Error('There is no subscription');
	return delivery;
}

/** Posts a delivery that the simulator has not sent, and gives the status of the answer. */
async function post(
	url: string,
	body: string,
	headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<number> {
	return (await fetch(url, { method: 'POST', body, headers })).status;
}

/** Waits until a last event has started the workflow, and gives the call of each event that has. */
async function startedBy(workflow: { id: string }): Promise<unknown[]> {
	expect(await tell(LAST)).toMatchObject({ status: 200 });
	return await until(async () => {
		const calls = itemsOf(await executions(workflow, 1)).map(({ call_id }) => call_id);
		return calls.includes(LAST) && calls;
	});
}

const body = (callId: string) =>
	JSON.stringify({ id: 'evt_made', event: 'call.completed', data: { call_id: callId } });

describe('automatic registration', () => {
	test('publishing subscribes once, with the production URL and the chosen events', async () => {
		const { url } = await publishTrigger({ events: ['call.completed', 'call.recording.ready'] });
		expect(simulator.webhooks).toEqual([
			expect.objectContaining({
				url,
				events: ['call.completed', 'call.recording.ready'],
				active: true,
			}),
		]);
	});

	test('unpublishing removes the subscription', async () => {
		const { id } = await publishTrigger();
		expect(simulator.webhooks).toHaveLength(1);
		await client.deactivateWorkflow(id);
		expect(simulator.webhooks).toEqual([]);
	});

	test('publishing again, also after a pause, leaves one subscription', async () => {
		const workflow = await publishTrigger();
		await publishAgain(workflow, { options: { direction: 'outbound' } });
		expect(simulator.webhooks).toHaveLength(1);
		await client.deactivateWorkflow(workflow.id);
		await publishAgain(workflow, { options: {} });
		expect(simulator.webhooks).toHaveLength(1);
		expect(await startedBy(workflow)).toEqual([LAST]);
	});
});

describe('calls of the action node in another workflow', () => {
	test.each(['envelope', 'flat'] as const)(
		'each starts the workflow once, with its metadata and outcome (%s)',
		async (deliveryForm) => {
			simulator.set({ deliveryForm });
			simulator.script(BOLA.phone, 'no_answer');
			simulator.script(CHIDI.phone, 'busy');
			const workflow = await publishTrigger();
			await call(ADA, BOLA, CHIDI);
			const ran = await executions(workflow, 3);
			expect(ran.map(({ status, mode }) => ({ status, mode }))).toEqual(
				Array(3).fill({ status: 'success', mode: 'webhook' }),
			);
			expect(simulator.deliveries.map(({ status, url }) => ({ status, url }))).toEqual(
				Array(3).fill({ status: 200, url: workflow.url }),
			);
			const byNumber = new Map(itemsOf(ran).map((item) => [item.to_number, item]));
			const [ada, bola, chidi] = simulator.calls;
			const isEnvelope = deliveryForm === 'envelope';
			const common = {
				// The flat form has neither, and no status where the call was completed.
				event_id: isEnvelope ? expect.stringMatching(/^evt_/) : null,
				timestamp: isEnvelope ? expect.stringMatching(/^\d{4}-\d\d-\d\dT/) : null,
				direction: 'outbound',
				from_number: '+2348012345678',
			};
			expect(byNumber.get(ADA.phone)).toMatchObject({
				...common,
				event: 'call.completed',
				call_id: ada!.id,
				to_number: ADA.phone,
				status: isEnvelope ? 'completed' : null,
				outcome: 'completed',
				duration: ada!.duration,
				cost_cents: ada!.cost_cents,
				metadata: { customer_id: ADA.customer_id },
			});
			expect(byNumber.get(BOLA.phone)).toMatchObject({
				...common,
				event: 'call.failed',
				call_id: bola!.id,
				status: 'no_answer',
				outcome: 'no_answer',
				metadata: { customer_id: BOLA.customer_id },
			});
			expect(byNumber.get(CHIDI.phone)).toMatchObject({
				...common,
				event: 'call.failed',
				call_id: chidi!.id,
				status: 'busy',
				outcome: 'busy',
				metadata: { customer_id: CHIDI.customer_id },
			});
			expect(await client.executionIds(workflow.id)).toHaveLength(3);
		},
	);
});

describe('a delivery that must start nothing', () => {
	test('one that comes again is answered 200', async () => {
		const workflow = await publishTrigger();
		await tell('call_once');
		expect(await simulator.redeliver(0)).toMatchObject({ status: 200 });
		expect(await simulator.redeliver(0)).toMatchObject({ status: 200 });
		expect(await startedBy(workflow)).toEqual(['call_once', LAST]);
	});

	test('forged, unsigned and broken ones are refused', async () => {
		const workflow = await publishTrigger();
		const { secret } = simulator.webhooks[0]!;
		const right = signedDelivery(secret, body('call_forged'));
		const unsigned = { 'content-type': 'application/json' };
		const brokenJson = signedDelivery(secret, '{"event":');
		const form = signedDelivery(
			secret,
			'--x\r\nContent-Disposition: form-data; name="event"\r\n\r\ncall.completed\r\n--x--\r\n',
		);
		const refused = {
			'another secret': await post(
				workflow.url,
				right.body,
				signedDelivery('whsec_another', right.body).headers,
			),
			'another body': await post(workflow.url, body('call_other'), right.headers),
			'a signature without its algorithm': await post(workflow.url, right.body, {
				...unsigned,
				'x-webhook-signature': createHmac('sha256', secret).update(right.body).digest('hex'),
			}),
			'a signature given twice': await post(workflow.url, right.body, {
				...unsigned,
				'x-webhook-signature': Array(2).fill(right.headers['x-webhook-signature']).join(', '),
			}),
			// n8n takes it apart, and the bytes are gone.
			'a form': await post(workflow.url, form.body, {
				...form.headers,
				'content-type': 'multipart/form-data; boundary=x',
			}),
			'no signature': await post(workflow.url, right.body, unsigned),
			'broken and unsigned': await post(workflow.url, '{"event":', unsigned),
			'broken and signed': await post(workflow.url, brokenJson.body, brokenJson.headers),
			'an array': await post(workflow.url, '[]', signedDelivery(secret, '[]').headers),
			'no event name': await post(workflow.url, '{}', signedDelivery(secret, '{}').headers),
		};
		expect(refused).toEqual({
			'another secret': 401,
			'another body': 401,
			'a signature without its algorithm': 401,
			'a signature given twice': 401,
			'a form': 401,
			'no signature': 401,
			'broken and unsigned': 422,
			'broken and signed': 422,
			'an array': 400,
			'no event name': 400,
		});
		expect(await startedBy(workflow)).toEqual([LAST]);
	});
});

describe('Accept Unsigned Deliveries', () => {
	test('an unsigned one starts the workflow, a wrong signature is refused all the same', async () => {
		const workflow = await publishTrigger({ options: { acceptUnsigned: true } });
		const forged = signedDelivery('whsec_another', body('call_forged'));
		expect(await post(workflow.url, forged.body, forged.headers)).toBe(401);
		expect(await post(workflow.url, body('call_unsigned'))).toBe(200);
		expect(await startedBy(workflow)).toEqual(['call_unsigned', LAST]);
	});
});

describe('manual registration', () => {
	/** With a key that could not subscribe: nothing may be asked of it. */
	async function publishManual(webhookSecret: string): Promise<Published> {
		const manual = await createKrosAiCredential(
			client,
			simulator.baseUrl,
			'kros_test_no_webhooks',
			webhookSecret,
		);
		return await publish(triggerWorkflow(manual, { registration: 'manual' }));
	}

	test('a delivery signed with the secret in the credential starts the workflow', async () => {
		const workflow = await publishManual(SECRET);
		expect(simulator.requests).toEqual([]);
		const forged = signedDelivery('whsec_another', body('call_forged'));
		const right = signedDelivery(SECRET, body('call_right'));
		expect(await post(workflow.url, forged.body, forged.headers)).toBe(401);
		expect(await post(workflow.url, body('call_unsigned'))).toBe(401);
		expect(await post(workflow.url, right.body, right.headers)).toBe(200);
		expect(itemsOf(await executions(workflow, 1))).toMatchObject([{ call_id: 'call_right' }]);
	});

	test('switching to it removes what was subscribed automatically', async () => {
		const workflow = await publishTrigger();
		await publishAgain(workflow, { registration: 'manual' });
		expect(simulator.webhooks).toEqual([]);
	});
});

describe('listening for a test event', () => {
	test('hears of a call by the test URL, then the subscription is gone', async () => {
		const file = triggerWorkflow(credential);
		const workflow = await store(file);
		await client.listenForTestEvent(workflow.id, TRIGGER);
		const testUrl = webhookUrl(n8nUrl, file, 'webhook-test');
		expect(simulator.webhooks.map(({ url }) => url)).toEqual([testUrl]);
		await call(ADA);
		const ran = await executions(workflow, 1);
		expect(ran.map(({ mode }) => mode)).toEqual(['manual']);
		expect(itemsOf(ran)).toMatchObject([
			{ outcome: 'completed', metadata: { customer_id: ADA.customer_id } },
		]);
		await until(() => simulator.webhooks.length === 0);
	});

	test('leaves the published workflow its own subscription', async () => {
		const workflow = await publishTrigger();
		const production = simulator.webhooks[0]!.id;
		await client.listenForTestEvent(workflow.id, TRIGGER);
		expect(simulator.webhooks).toHaveLength(2);
		await client.stopListening(workflow.id);
		await until(() => simulator.webhooks.length === 1);
		expect(simulator.webhooks[0]!.id).toBe(production);
		expect(await startedBy(workflow)).toEqual([LAST]);
	});
});

describe('the example that branches by outcome', () => {
	test('each call gets its row, with its outcome and the branch it took', async () => {
		const dora = { ...ADA, phone: '+14155550155', customer_id: 'cust_004' };
		simulator.script(BOLA.phone, 'no_answer');
		simulator.script(CHIDI.phone, 'busy');
		simulator.script(dora.phone, 'failed');
		const workflow = await publish(await branchingWorkflow(credential));
		await call(ADA, BOLA, CHIDI, dora);
		const ran = await executions(workflow, 4);
		expect(ran.map(({ status }) => status)).toEqual(Array(4).fill('success'));
		// Other examples write into the table as well.
		const rows = (await client.dataTableRows('KrosAI calls')).filter(({ call_id }) =>
			simulator.calls.some(({ id }) => id === call_id),
		);
		const byCustomer = Object.fromEntries(rows.map((row) => [row.customer_id, row]));
		const [ada, bola, chidi, last] = simulator.calls;
		expect(byCustomer).toEqual({
			cust_001: expect.objectContaining({
				call_id: ada!.id,
				to_number: ADA.phone,
				outcome: 'completed',
				next_step: 'Read the transcript',
				seconds: ada!.duration,
				cost_cents: ada!.cost_cents,
			}),
			cust_002: expect.objectContaining({
				call_id: bola!.id,
				outcome: 'no_answer',
				next_step: 'Call again tomorrow',
				seconds: null,
			}),
			cust_003: expect.objectContaining({
				call_id: chidi!.id,
				outcome: 'busy',
				next_step: 'Call again in an hour',
			}),
			cust_004: expect.objectContaining({
				call_id: last!.id,
				outcome: 'failed',
				next_step: 'Check the number',
			}),
		});
		expect(rows).toHaveLength(4);
	});
});

describe('a key that may not manage webhooks', () => {
	test('is told to switch to manual, and that helps', async () => {
		const { workflow, outcome } = refused;
		expect(await outcome).toContain('set Registration to Manual');
		await publishAgain(workflow, { registration: 'manual' });
		const right = signedDelivery(SECRET, body('call_right'));
		expect(await post(workflow.url, right.body, right.headers)).toBe(200);
		expect(itemsOf(await executions(workflow, 1))).toMatchObject([{ call_id: 'call_right' }]);
	});
});

test('a restart of n8n leaves one subscription each, and events start what they should', async () => {
	await tidyUp();
	simulator.reset();
	const workflow = await publishTrigger();
	const example = await branchingWorkflow(credential);
	const remembering = await publish(withNode(example, ONCE, { disabled: false }));
	await tell('call_before');
	await restart();

	const urls = simulator.webhooks.map(({ url }) => url);
	expect(urls.sort()).toEqual([workflow.url, remembering.url].sort());
	expect(await startedBy(workflow)).toEqual(['call_before', LAST]);

	// The trigger's memory has gone with the process; Remove Duplicates has its own in the database.
	const before = ({ url, call_id }: Delivery) =>
		url === remembering.url && call_id === 'call_before';
	await simulator.redeliver(simulator.deliveries.findIndex(before));
	await startedBy(remembering);
	const calls = (await executions(remembering, 1)).flatMap((execution) =>
		outputOf(execution, ONCE).map(({ json }) => json.call_id),
	);
	expect(calls.filter((id) => id === 'call_before')).toHaveLength(1);
}, 120_000);
