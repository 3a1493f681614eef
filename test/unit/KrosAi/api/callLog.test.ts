import type { IDataObject } from 'n8n-workflow';
import {
	callIdOf,
	fetchCall,
	fetchCalls,
	fetchEvents,
	fetchRecordingLink,
	fetchStatistics,
	endCall,
	isAbsent,
	recordingLinkOf,
} from '../../../../nodes/KrosAi/api/callLog';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { answer, noAnswer, PAGE, refusal } from '../../../support/exchanges';

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
		[{ id: '\ud800' }, '\ud800'],
	])('finds %p', (call, id) => expect(callIdOf(call as IDataObject)).toBe(id));

	it.each([{}, { id: '' }, { id: null }, { id: { a: 1 } }, { call_id: [1] }, { id: Infinity }])(
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
		['a refusal that quotes a call', answer(404, { id: 'call_1' })],
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

	it('gives a call once that later ones push on to the next page', async () => {
		const { client } = clientThatSays(page(0, 100), page(99, 150));
		expect(await all(client)).toHaveLength(150);
	});

	it('gives calls without an id as often as they come', async () => {
		const { client } = clientThatSays(answer(200, { calls: [{ a: 1 }, { b: 1 }], total: 2 }));
		expect(await all(client)).toHaveLength(2);
	});

	it('ends with the page that failed', async () => {
		const { client } = clientThatSays(page(0, 1, 2), answer(500));
		expect(await all(client)).toEqual(['call_0', expect.objectContaining({ failed: answer(500) })]);
	});

	it('sends the filters in the words of the guide and the reference, and no empty one', async () => {
		const { client, requests } = clientThatSays(page(0, 0));
		await all(client, { status: 'busy', direction: '', from: '2025-01-10', to: '2025-01-11' });
		expect(requests[0]).toEqual({
			method: 'GET',
			path: '/calls',
			query: {
				status: 'busy',
				from_date: '2025-01-10',
				start_date: '2025-01-10',
				to_date: '2025-01-11',
				end_date: '2025-01-11',
				limit: 100,
			},
		});
	});
});

describe('fetchEvents', () => {
	const events = [{ event: 'call.initiated' }, { event: 'call.completed' }];

	it('goes through the pages of the events', async () => {
		const { client, requests } = clientThatSays(
			answer(200, { events: events.slice(0, 1), total: 2 }),
			answer(200, { events: events.slice(1), total: 2 }),
		);
		expect(await fetchEvents(client, 'a/b')).toEqual({ events });
		expect(requests.map(({ path }) => path)).toEqual(Array(2).fill('/calls/a%2Fb/events'));
	});

	it.each([404, 405])('finds them in the call where there is nothing else: %d', async (status) => {
		const call = { id: 'call_1', events: [...events, 'text', null] };
		const { client, requests } = clientThatSays(answer(status), answer(200, call));
		expect(await fetchEvents(client, 'call_1')).toEqual({ events });
		expect(requests.map(({ path }) => path)).toEqual(['/calls/call_1/events', '/calls/call_1']);
	});

	it('hands back the first refusal where the call has none either', async () => {
		const { client, requests } = clientThatSays(answer(404), answer(200, { id: 'call_1' }));
		expect(await fetchEvents(client, 'call_1')).toEqual({
			failed: answer(404),
			request: requests[0],
		});
	});

	it('hands back the second where the call can not be had', async () => {
		const { client, requests } = clientThatSays(answer(404), answer(401));
		expect(await fetchEvents(client, 'call_1')).toEqual({
			failed: answer(401),
			request: requests[1],
		});
	});

	it.each([answer(403), answer(500), noAnswer('timeout')])(
		'asks for nothing else where that says nothing of the API: %p',
		async (exchange) => {
			const { client, requests } = clientThatSays(exchange);
			expect(await fetchEvents(client, 'call_1')).toEqual({
				failed: exchange,
				request: requests[0],
			});
			expect(requests).toHaveLength(1);
		},
	);
});

describe('fetchRecordingLink', () => {
	const LINK = 'https://files.example.com/a.mp3';

	it.each([
		['bare', { recording_url: LINK }],
		['in `data`', { data: { recording_url: LINK } }],
	])('reads a link that comes %s', async (_, body) => {
		const { client, requests } = clientThatSays(answer(200, body));
		expect(await fetchRecordingLink(client, 'call_1')).toEqual({ link: LINK });
		expect(requests).toEqual([{ method: 'GET', path: '/calls/call_1/recording' }]);
	});

	it.each([
		['a refusal', answer(404, { recording_url: LINK })],
		['no answer', noAnswer('lost')],
		['a page', answer(200, PAGE)],
		['an answer without a link', answer(200, { recording_url: null })],
	])('hands back %s', async (_, exchange) => {
		const { client, requests } = clientThatSays(exchange);
		expect(await fetchRecordingLink(client, 'call_1')).toEqual({
			failed: exchange,
			request: requests[0],
		});
	});
});

it.each([{}, { recording_url: '' }, { recording_url: null }, { recording_url: { a: 1 } }])(
	'finds no link to a recording in %p',
	(call) => expect(recordingLinkOf(call)).toBeUndefined(),
);

it('asks KrosAI to end a call', async () => {
	const { client, requests } = clientThatSays(answer(200, { ok: true }));
	const request = { method: 'POST', path: '/calls/a%2Fb/hangup' };
	expect(await endCall(client, 'a/b')).toEqual({ exchange: answer(200, { ok: true }), request });
	expect(requests).toEqual([request]);
});

it.each([
	[answer(404), true],
	[answer(405), true],
	[answer(403), false],
	[answer(410), false],
	[noAnswer('lost'), false],
])('of %j, whether there is nothing at the path: %s', (exchange, isIt) =>
	expect(isAbsent(exchange)).toBe(isIt),
);

it('asks for a call whose id no URL can hold', async () => {
	const { client, requests } = clientThatSays(answer(404));
	await fetchCall(client, 'call_\ud800');
	expect(requests[0]!.path).toBe('/calls/call_%EF%BF%BD');
});

it('takes in more events than a function takes arguments', async () => {
	const events = Array.from({ length: 150_000 }, (_, id) => ({ id }));
	const { client } = clientThatSays({ ...answer(200), json: { events, total: 150_000 } });
	const fetched = (await fetchEvents(client, 'call_1')) as { events: IDataObject[] };
	expect(fetched.events).toHaveLength(150_000);
});

describe('fetchStatistics', () => {
	const figures = answer(200, { data: [{ status: 'busy', count: 3 }] });
	const log = answer(200, { data: [{ id: 'call_1' }], total: 1 });
	const limits = { from: '2025-01-10T00:00:00Z', endpoint_id: 'ep_1' };

	it('asks where the guide has them, with the dates under both names', async () => {
		const { client, requests } = clientThatSays(figures);
		const { from, endpoint_id } = limits;
		const filters = { from, to: undefined, endpoint_id, phone_number_id: 'pn_1' };
		expect(await fetchStatistics(client, filters)).toEqual({ statistics: figures.json });
		const query = { endpoint_id, phone_number_id: 'pn_1', from_date: from, start_date: from };
		expect(requests).toEqual([{ method: 'GET', path: '/calls/stats', query }]);
	});

	it.each([400, 404, 405, 422])('asks where the reference has them after a %d', async (status) => {
		const { client, requests } = clientThatSays(answer(status, refusal('NOT_FOUND')), figures);
		expect(await fetchStatistics(client, { phone_number_id: 'pn_1' })).toEqual({
			statistics: figures.json,
		});
		const query = { phone_number_id: 'pn_1', action: 'stats' };
		expect(requests[1]).toEqual({ method: 'GET', path: '/calls', query });
	});

	it.each(Object.entries(limits))(
		'asks nothing there whose figures may be those of all calls: with %s',
		async (name, value) => {
			const { client, requests } = clientThatSays(answer(404), figures);
			const result = await fetchStatistics(client, { [name]: value });
			expect(result).toEqual({ failed: answer(404), request: requests[0] });
			expect(requests).toHaveLength(1);
		},
	);

	it.each([
		['the log, from an API that does not know the action', log, 0],
		['an empty log', answer(200, { data: [], total: 0 }), 0],
		["the guide's log", answer(200, { calls: [], total: 0 }), 0],
		['a page', answer(200, PAGE), 0],
		['a refusal', answer(403, refusal('FORBIDDEN')), 1],
		['no answer', noAnswer('timeout'), 1],
	])('takes %s for no figures', async (_, second, told) => {
		const exchanges = [answer(404), second];
		const { client, requests } = clientThatSays(...exchanges);
		const result = await fetchStatistics(client);
		expect(result).toEqual({ failed: exchanges[told], request: requests[told] });
	});

	it.each([answer(403), answer(200, PAGE), answer(200, [1]), noAnswer('dns')])(
		'hands back what is said of the key or the way: %j',
		async (first) => {
			const { client, requests } = clientThatSays(first, figures);
			expect(await fetchStatistics(client)).toEqual({ failed: first, request: requests[0] });
		},
	);
});
