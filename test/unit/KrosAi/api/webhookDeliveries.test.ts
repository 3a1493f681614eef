import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { fetchDelivery, retryDelivery } from '../../../../nodes/KrosAi/api/webhookDeliveries';
import { answer, noAnswer, PAGE } from '../../../support/exchanges';

async function ask<T>(exchange: Exchange, run: (client: Client) => Promise<T>) {
	const requests: ApiRequest[] = [];
	const result = await run(async (request) => {
		requests.push(request);
		return exchange;
	});
	return { result, requests };
}

const DELIVERY = { id: 'del_1', status: 'failed', data: { event: 'call.failed' } };

it.each([
	['as it is', DELIVERY, DELIVERY],
	['in `data`', { data: DELIVERY }, DELIVERY],
	['in no form that is known', { answer: 1 }, { answer: 1 }],
])('reads a delivery that comes %s', async (_, body, delivery) => {
	const { result, requests } = await ask(answer(200, body), async (client) => {
		return await fetchDelivery(client, '../calls?x#\ud800');
	});
	expect(result).toEqual({ delivery });
	const path = '/webhook-deliveries/..%2Fcalls%3Fx%23%EF%BF%BD';
	expect(requests).toEqual([{ method: 'GET', path }]);
});

it.each([
	[
		{ id: 'del_1', status: 'pending' },
		{ id: 'del_1', status: 'pending' },
	],
	['', {}],
	['OK', {}],
	[[1], {}],
])('takes any answer but a page for a yes to a retry: %j', async (body, said) => {
	const retry = async (client: Client) => await retryDelivery(client, 'del_1');
	const { result, requests } = await ask(answer(202, body), retry);
	expect(result).toEqual({ answer: said });
	expect(requests).toEqual([{ method: 'POST', path: '/webhook-deliveries/del_1/retry' }]);
});

it.each([answer(200, PAGE), answer(404), answer(500), noAnswer('timeout')])(
	'hands back what brought nothing, asked for once: %j',
	async (exchange) => {
		for (const run of [fetchDelivery, retryDelivery]) {
			const { result, requests } = await ask(exchange, async (client) => await run(client, '1'));
			expect(result).toEqual({ failed: exchange, request: requests[0] });
			expect(requests).toHaveLength(1);
		}
	},
);
