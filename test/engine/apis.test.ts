import type { IDataObject, INode, IRun } from 'n8n-workflow';
import { ORGANIZATION_ID } from '../../simulator';
import { subscribe, until } from '../../simulator/client';
import { Receiver } from '../../simulator/receiver';
import { contacts, useEngine } from './setup';
import { callWorkflow, node, outputJson } from './workflow';

/** Of an execution that failed. */
const errorOf = ({ data }: IRun) => data.resultData.error as unknown as IDataObject;

describe.each(['v1', 'bridge'] as const)('%s', (api) => {
	const { engine, simulator, credential } = useEngine({ api });
	const base = api === 'v1' ? '/v1' : '/api/v1';
	const query = api === 'v1' ? {} : { organization_id: ORGANIZATION_ID };

	it('has a trigger subscribe once, find its webhook again and delete it', async () => {
		const trigger = node(
			'Trigger',
			'n8n-nodes-krosai.krosAiTrigger',
			{ events: ['call.completed'], registration: 'automatic', options: {} },
			{ credentials: { krosAiApi: { id: '1', name: 'KrosAI' } }, webhookId: 'of-this-trigger' },
		);
		const workflow = { name: 'Trigger', nodes: [trigger], connections: {} };
		const hooks = engine().hooksOf(workflow, 'Trigger', { credential: credential() });

		expect(await hooks.checkExists()).toBe(false);
		expect(await hooks.create()).toBe(true);
		expect(await hooks.checkExists()).toBe(true);
		expect(simulator().webhooks).toMatchObject([
			{ events: ['call.completed'], url: expect.stringContaining('of-this-trigger') },
		]);
		expect(await hooks.delete()).toBe(true);
		expect(simulator().webhooks).toEqual([]);
		for (const request of simulator().requests) {
			expect(request).toMatchObject({ path: expect.stringContaining(`${base}/webhooks`), query });
		}
	});
});

describe.each(['v1', 'bridge'] as const)('webhook deliveries of %s', (api) => {
	const { engine, simulator, credential } = useEngine({ api });
	const receiver = new Receiver();
	beforeAll(async () => await receiver.open());
	beforeEach(() => {
		receiver.received.length = 0;
		simulator().set({ deliverySpeed: 1 });
	});
	afterAll(async () => await receiver.close());

	const run = async (
		operation: string,
		rows: IDataObject[] = [{}],
		settings: Partial<INode> = {},
	) => {
		const deliveryId = '={{ $json.deliveryId }}';
		const parameters = { resource: 'webhookDelivery', operation, deliveryId };
		const workflow = callWorkflow(rows, { parameters, settings });
		return await engine().run(workflow, { credential: credential() });
	};
	const retries = () => simulator().requests.filter(({ path }) => path.endsWith('/retry')).length;

	/** The ID of an event that was answered 500, in the list. */
	async function failedDelivery(): Promise<string> {
		receiver.answer = (response) => response.writeHead(500).end();
		await subscribe(simulator(), receiver.url());
		await simulator().deliver({ event: 'call.failed', data: { call_id: 'call_1' } });
		const [listed] = outputJson(await run('getAll'), 'Placed');
		expect(listed).toMatchObject({ event: 'call.failed', delivery: { status: 'pending' } });
		return (listed!.delivery as IDataObject).id as string;
	}

	it('are listed, read back and retried, an unknown one on the error branch', async () => {
		const rows = [{ deliveryId: await failedDelivery() }, { deliveryId: 'del_0' }];
		for (const [operation, expected] of [
			['get', { event: 'call.failed', call_id: 'call_1', outcome: 'failed' }],
			['retry', { delivery_id: rows[0]!.deliveryId, retried: true }],
		] as const) {
			const result = await run(operation, rows, { onError: 'continueErrorOutput' });
			expect(outputJson(result, 'Placed')).toMatchObject([expected]);
			expect(outputJson(result, 'Failed')).toMatchObject([
				{ deliveryId: 'del_0', error: { code: 'DELIVERY_NOT_FOUND', placed: 'no' } },
			]);
		}
		await until(() => receiver.received.length === 2);
	});

	it.each([
		['stopWorkflow', {}, 1],
		['continueRegularOutput', {}, 1],
		// What n8n is told to do: the node itself sends one request.
		['stopWorkflow', { retryOnFail: true, maxTries: 2 }, 2],
	] as const)('are retried under %s %j by %d', async (onError, settings, count) => {
		const rows = [{ deliveryId: await failedDelivery() }];
		simulator().fault({ kind: 'dropBefore', path: '/retry', times: 9 });
		const result = await run('retry', rows, { onError, ...settings });
		const said = onError === 'stopWorkflow' ? errorOf(result) : outputJson(result, 'Placed')[0];
		expect(said!.message).toMatch(/^It isn't known whether KrosAI delivers/);
		expect(retries()).toBe(count);
	});
});

describe('bridge', () => {
	const { engine, simulator, credential } = useEngine({ api: 'bridge' });

	const run = async (count: number, options: Parameters<typeof callWorkflow>[1] = {}) =>
		await engine().run(callWorkflow(contacts(count), options), { credential: credential() });

	it('calls a contact after refusals, each of which it repeats for the same key', async () => {
		const workflow = callWorkflow(contacts(1), { settings: { retryOnFail: true, maxTries: 2 } });
		const retry = async (stored: IRun) =>
			await engine().retry(workflow, stored, { credential: credential() });
		simulator().set({ balanceCents: 0 });
		const failed = await retry(await engine().run(workflow, { credential: credential() }));
		simulator().set({ balanceCents: 10_000 });
		expect(errorOf(failed).context).toMatchObject({ code: 'INSUFFICIENT_BALANCE' });
		expect(simulator().called()).toEqual([]);

		const again = await retry(failed);
		expect(again.data.resultData.error).toBeUndefined();
		expect(simulator().called()).toEqual(['+14155550100']);
		const keys = simulator().requests.map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(5);
	});

	it('has two retries at once place one call', async () => {
		simulator().set({ balanceCents: 0 });
		const failed = await run(2);
		simulator().set({ balanceCents: 10_000 });
		const retry = async () =>
			await engine().retry(callWorkflow(contacts(2)), failed, { credential: credential() });
		const retries = await Promise.all([retry(), retry()]);
		expect([...simulator().called()].sort()).toEqual(['+14155550100', '+14155550101']);
		const [first, second] = retries.map((each) => outputJson(each, 'Placed'));
		expect(first).toHaveLength(2);
		expect(second).toEqual(first);
	});

	it('is asked for fewer than ten things a second: starts and looks of one execution', async () => {
		simulator().set({ speed: 1000 });
		simulator().script('+14155550111', 'answered', { talking: 3_500 });
		// Without the list, each call is asked for by itself.
		simulator().fault({
			kind: 'status',
			status: 404,
			accepting: 'before',
			path: '/calls',
			times: 99,
		});
		const options = { pollSeconds: 1 };
		const parameters = { operation: 'initiateAndWait', maxDuration: 0, options };
		const result = await run(12, { parameters });

		expect(outputJson(result, 'Placed').map(({ outcome }) => outcome)).toEqual(
			Array(12).fill('completed'),
		);
		const times = simulator().requests.map(({ at }) => at);
		// One whether the key may look, twelve starts, the list, and each of the calls.
		expect(times.length).toBeGreaterThan(26);
		expect(times[25]! - times[0]!).toBeGreaterThan(1_600);
		const hints = result.data.resultData.runData.KrosAI![0]!.hints?.map(({ message }) => message);
		expect(hints).toContainEqual(
			expect.stringMatching(/^A check of the calls takes \d+ seconds, longer than/),
		);
	});
});
