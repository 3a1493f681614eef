import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { endedCall, subscribe, until } from '../../../../../simulator/client';
import { receiver, simulator, useReceiver, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../../support/n8n';
import { answering } from '../../../../support/exchanges';

useReceiver();
useSimulator({ startsPerSecond: Infinity, speed: 1000, deliverySpeed: 1 });

/** Under Continue. */
async function run(operation: string, ...parameters: IDataObject[]) {
	const items = parameters.map((one) => ({
		...{ resource: 'webhookDelivery', operation, returnAll: true, filters: {}, simplify: true },
		...one,
	}));
	const credential = credentialFor(simulator);
	const [output = []] = await router.call(
		executeContext({ credential, items, continueOnFail: true }),
	);
	return output.map(({ json }) => json as any); // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** What a webhook was told of a call, answered with this status; the ID of the first delivery. */
async function told(status: number, ...events: string[]): Promise<string> {
	receiver.answer = (response) => {
		response.statusCode = status;
		response.end();
	};
	for (const event of events) {
		await simulator.deliver({ event, data: { call_id: 'call_1', metadata: { n: events.length } } });
	}
	return (simulator.deliveries as unknown as Array<{ id: string }>).at(-events.length)!.id;
}

const answerOnce = (status: number, body?: unknown) =>
	simulator.fault(answering(status, { body: body as never }));
const posts = () => simulator.requests.filter(({ path }) => path.endsWith('/retry'));

describe('Get Many, and Get', () => {
	it('read back what n8n answered before it listened, as the trigger would have had it', async () => {
		const { id } = await subscribe(simulator, receiver.url(), ['call.completed']);
		const callId = await endedCall(simulator, { metadata: { customer_id: 'cust_1' } });
		await until(() => simulator.deliveries.length === 1);
		const [listed] = await run('getAll', {});
		expect(listed).toEqual({
			event: 'call.completed',
			delivery: expect.objectContaining({ webhook_id: id, status: 'delivered' }),
		});
		const [item] = await run('get', { deliveryId: listed.delivery.id });
		expect(item).toMatchObject({
			event: 'call.completed',
			event_id: receiver.received[0]!.body.id,
			call_id: callId,
			outcome: 'completed',
			metadata: { customer_id: 'cust_1' },
			delivery: listed.delivery,
		});
		expect(await run('get', { deliveryId: listed.delivery.id, simplify: false })).toEqual([
			expect.objectContaining({ ...listed.delivery, payload: receiver.received[0]!.body }),
		]);
	});

	it('filter by status, webhook and event, whatever a document calls it', async () => {
		const { id } = await subscribe(simulator, receiver.url());
		await told(200, 'call.ended', 'balance.low');
		await told(500, 'call.completed');
		const names = async (filters: IDataObject) =>
			(await run('getAll', { filters })).map(({ delivery }) => delivery.event_type);
		for (const event of ['call.completed', 'call.ended']) {
			expect(await names({ event })).toEqual(['call.completed', 'call.ended']);
		}
		expect(await names({ status: 'delivered' })).toEqual(['balance.low', 'call.ended']);
		expect(await names({ status: 'pending', webhookId: ` ${id} ` })).toEqual(['call.completed']);
		expect(await names({ status: '', webhookId: null, event: '' })).toHaveLength(3);
		expect(simulator.requests.at(-2)!.query).toMatchObject({ status: 'pending', webhook_id: id });
		const [item] = await run('getAll', { filters: { webhookId: { id } } });
		expect(item).toMatchObject({ message: expect.stringMatching(/^Webhook ID is .* no text$/) });
	});

	it('give each once, up to the limit, where deliveries come in between two pages', async () => {
		const page = (first: number, page: number) => ({
			data: Array.from({ length: 2 }, (_, n) => ({ id: `del_${first + n}`, status: 'failed' })),
			...{ total: 3, page, limit: 2, total_pages: 2 },
		});
		for (const limit of [50, 2]) {
			simulator.reset();
			answerOnce(200, page(1, 1));
			answerOnce(200, page(2, 2));
			const items = await run('getAll', { returnAll: false, limit });
			expect(items.map(({ delivery }) => delivery.id)).toEqual(
				['del_1', 'del_2', 'del_3'].slice(0, limit),
			);
			expect(simulator.requests).toHaveLength(limit === 2 ? 1 : 2);
		}
	});

	it.each([
		['', /^Delivery ID is empty$/, 'MISSING_FIELDS', 0],
		['..', /^"\.\." in Delivery ID is no ID$/, 'INVALID_PARAMETER', 0],
		['del_0', /^KrosAI doesn't know the webhook delivery "del_0"$/, 'DELIVERY_NOT_FOUND', 1],
	])('say that there is no delivery %j', async (deliveryId, message, code, requests) => {
		for (const operation of ['get', 'retry']) {
			simulator.reset();
			const [item] = await run(operation, { deliveryId });
			expect(item.message).toMatch(message);
			expect(item.error).toMatchObject({ code, field: 'delivery_id', placed: 'no' });
			expect(simulator.requests).toHaveLength(requests);
		}
	});

	it('name the scope that the key misses', async () => {
		answerOnce(403, { error: 'No' });
		const [item] = await run('getAll', {});
		expect(item.error.description).toContain('webhooks:read');
	});
});

describe('Retry', () => {
	it('has KrosAI deliver the same event again, by one request', async () => {
		await subscribe(simulator, receiver.url());
		const deliveryId = await told(500, 'call.completed');
		receiver.answer = (response) => response.end();
		const [item] = await run('retry', { deliveryId });
		expect(item).toEqual({
			...{ delivery_id: deliveryId, retried: true },
			...{ id: deliveryId, status: 'pending' },
		});
		await until(() => receiver.received.length === 2);
		expect(receiver.received[1]!.body).toEqual(receiver.received[0]!.body);
		expect(posts()).toHaveLength(1);
	});

	it('points to Get where the delivery counts as delivered', async () => {
		await subscribe(simulator, receiver.url());
		const [item] = await run('retry', { deliveryId: await told(200, 'call.completed') });
		expect(item).toMatchObject({
			message: expect.stringMatching(/^KrosAI doesn't retry the webhook delivery/),
			error: { code: 'DELIVERY_NOT_FAILED', description: expect.stringContaining('with Get') },
		});
		expect(receiver.received).toHaveLength(1);
	});

	it.each<[number, RegExp]>([
		[408, /^It isn't known whether KrosAI delivers/],
		[500, /^It isn't known whether KrosAI delivers/],
		[503, /^It isn't known whether KrosAI delivers/],
		[200, /^It isn't known whether KrosAI delivers/],
		[400, /^KrosAI doesn't retry/],
		[401, /^KrosAI refused the API key/],
		[429, /^KrosAI takes no more requests/],
	])('sends nothing again after a %d, and says what it knows', async (status, message) => {
		answerOnce(status, status === 200 ? '<html>Sign in</html>' : { error: 'No' });
		const [item] = await run('retry', { deliveryId: 'del_1' });
		expect(item.message).toMatch(message);
		expect(posts()).toHaveLength(1);
	});

	it('says that it is not known where the answer is lost', async () => {
		await subscribe(simulator, receiver.url());
		const deliveryId = await told(500, 'call.completed');
		simulator.fault({ kind: 'dropAfter', path: '/retry' });
		const [item] = await run('retry', { deliveryId });
		expect(item).toMatchObject({
			message: `It isn't known whether KrosAI delivers "${deliveryId}" again: its answer did not come`,
			error: { code: 'NETWORK', value: deliveryId },
		});
		expect(posts()).toHaveLength(1);
	});
});
