import { endedCall, get, send, subscribe, until } from './client';
import { receiver, simulator, useReceiver, useSimulator } from './setUp';

useReceiver();
useSimulator({ startsPerSecond: Infinity, speed: 1000, deliverySpeed: 1 });

const answering = (statusCode: number) => {
	receiver.answer = (response) => {
		response.statusCode = statusCode;
		response.end();
	};
};
const history = async (query = '') => (await get(simulator, `/v1/webhook-deliveries${query}`)).body;
const retry = async (id: string) =>
	await send(simulator, 'POST', `/v1/webhook-deliveries/${id}/retry`);

it('lists what subscriptions were sent, newest first, with a summary', async () => {
	const { id } = await subscribe(simulator, receiver.url(), ['call.completed']);
	// To its own address: it is no subscription's.
	await endedCall(simulator, { webhook_url: receiver.url('/own') });
	const calls = [await endedCall(simulator), await endedCall(simulator)];
	await until(() => receiver.events().filter((name) => name === 'call.completed').length === 3);
	answering(500);
	await simulator.deliver({ event: 'balance.low' });

	const all = await history();
	expect(all).toEqual({
		data: [
			expect.objectContaining({ event_type: 'balance.low', status: 'pending', attempts: 1 }),
			...[1, 2].map(() => ({
				id: expect.stringMatching(/^[0-9a-f-]{36}$/),
				webhook_id: id,
				event_type: 'call.completed',
				status: 'delivered',
				attempts: 1,
				last_attempt_at: expect.stringMatching(/Z$/),
			})),
		],
		...{ total: 3, page: 1, limit: 20, total_pages: 1 },
		summary: { total: 3, delivered: 2, failed: 0, pending: 1, success_rate: 200 / 3 },
	});
	expect((await history('?status=pending&limit=1')).data).toEqual(all.data.slice(0, 1));
	expect((await history('?webhook_id=another')).data).toEqual([]);
	expect(await history('?status=lost')).toMatchObject({ code: 'VALIDATION_ERROR' });
	const { body } = await get(simulator, `/v1/webhook-deliveries/${all.data[2].id}`);
	expect(body).toEqual({
		...all.data[2],
		payload: receiver.received.find(({ body: sent }) => sent.data.call_id === calls[0])!.body,
		response: { status: 200, problem: null },
	});
});

it('retries what failed, to the byte the same, and nothing else', async () => {
	await subscribe(simulator, receiver.url());
	answering(503);
	simulator.set({ deliverySpeed: 1_000_000 });
	await simulator.deliver({ event: 'call.completed', data: { call_id: 'call_1' } });
	await until(() => simulator.deliveries.length === 5);
	const [{ id, status }] = (await history()).data;
	expect(status).toBe('failed');

	answering(200);
	expect(await retry(id)).toMatchObject({ status: 200, body: { id, status: 'pending' } });
	await until(() => simulator.deliveries.length === 6);
	expect(new Set(receiver.received.map(({ body }) => JSON.stringify(body))).size).toBe(1);
	expect((await history()).data).toEqual([
		expect.objectContaining({ id, status: 'delivered', attempts: 6 }),
	]);
	expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'DELIVERY_NOT_FAILED' } });
	expect(await retry('no')).toMatchObject({ status: 404, body: { code: 'DELIVERY_NOT_FOUND' } });
});
