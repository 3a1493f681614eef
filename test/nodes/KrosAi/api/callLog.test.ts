import type { IDataObject } from 'n8n-workflow';
import { callIdOf, fetchCall, fetchCalls } from '../../../../nodes/KrosAi/api/callLog';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { answer, noAnswer, PAGE } from '../../../support/exchanges';

/** A client that gives this answer, and keeps what it was asked. */
function clientThatSays(...exchanges: Exchange[]) {
	const requests: ApiRequest[] = [];
	const client: Client = async (request) => {
		requests.push(request);
		return exchanges[Math.min(requests.length, exchanges.length) - 1]!;
	};
	return { client, requests };
}

describe('callIdOf', () => {
	it.each([
		[{ id: 'call_1' }, 'call_1'],
		[{ call_id: 'call_1' }, 'call_1'],
		[{ call_id: 'call_1', id: 'log_1' }, 'call_1'],
		[{ call_id: null, id: 7 }, '7'],
		[{ id: 0 }, '0'],
	])('finds %p', (call, id) => expect(callIdOf(call as IDataObject)).toBe(id));

	it.each([{}, { id: '' }, { id: null }, { id: { a: 1 } }, { call_id: [1] }])(
		'finds none in %p',
		(call) => expect(callIdOf(call as IDataObject)).toBeUndefined(),
	);
});

describe('fetchCall', () => {
	it.each([
		['bare', { id: 'call_1', status: 'completed' }],
		['in `call`', { call: { id: 'call_1', status: 'completed' } }],
		['in `data`', { data: { id: 'call_1', status: 'completed' } }],
	])('reads a call that comes %s', async (_, body) => {
		const { client, requests } = clientThatSays(answer(200, body));
		expect(await fetchCall(client, 'call_1')).toEqual({
			call: { id: 'call_1', status: 'completed' },
		});
		expect(requests).toEqual([{ method: 'GET', path: '/calls/call_1' }]);
	});

	it('asks for nothing but the call, whatever its id is', async () => {
		const { client, requests } = clientThatSays(answer(404));
		await fetchCall(client, '../webhooks?x=1#');
		expect(requests[0]!.path).toBe('/calls/..%2Fwebhooks%3Fx%3D1%23');
	});

	it.each([
		['a refusal', answer(404, { error: 'No', code: 'CALL_NOT_FOUND' })],
		['no answer', noAnswer('timeout')],
		['a page', answer(200, PAGE)],
		['something without an id', answer(200, { status: 'ok' })],
	])('hands back %s', async (_, exchange) => {
		const { client, requests } = clientThatSays(exchange);
		const result = await fetchCall(client, 'call_1');
		expect(result).toEqual({ failed: exchange, request: requests[0] });
	});
});

describe('fetchCalls', () => {
	const page = (from: number, to: number, total = 150) =>
		answer(200, {
			calls: Array.from({ length: to - from }, (_, index) => ({ id: `call_${from + index}` })),
			total,
		});

	async function all(client: Client, filters = {}) {
		const found: unknown[] = [];
		for await (const result of fetchCalls(client, filters)) {
			if ('failed' in result) found.push(result);
			else found.push(...result.calls.map(({ id }) => id));
		}
		return found;
	}

	it('goes through the pages', async () => {
		const { client, requests } = clientThatSays(page(0, 100), page(100, 150));
		expect(await all(client)).toEqual(Array.from({ length: 150 }, (_, index) => `call_${index}`));
		expect(requests).toHaveLength(2);
	});

	it('asks for a page only when it is wanted', async () => {
		const { client, requests } = clientThatSays(page(0, 100));
		await fetchCalls(client).next();
		expect(requests).toHaveLength(1);
	});

	it('ends with the page that failed', async () => {
		const { client } = clientThatSays(page(0, 1, 2), answer(500));
		expect(await all(client)).toEqual(['call_0', expect.objectContaining({ failed: answer(500) })]);
	});

	it('sends the filters in the words of the guide and the reference, and no empty one', async () => {
		const { client, requests } = clientThatSays(page(0, 0));
		await all(client, { status: 'busy', direction: '', from: '2025-01-10', to: '2025-01-11' });
		expect(requests[0]!.query).toEqual({
			status: 'busy',
			from_date: '2025-01-10',
			start_date: '2025-01-10',
			to_date: '2025-01-11',
			end_date: '2025-01-11',
			limit: 100,
		});
	});
});
