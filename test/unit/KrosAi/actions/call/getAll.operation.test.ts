import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { executeContext } from '../../../../support/n8n';

/** A KrosAI whose call log a test makes up: it knows no filter but those that the test gives it. */
let log: IDataObject[];
let queries: URLSearchParams[];
let page: (query: URLSearchParams) => unknown;
let server: Server;
let baseUrl: string;

beforeAll(async () => {
	server = createServer((request, response) => {
		const { searchParams } = new URL(`http://127.0.0.1${request.url}`);
		queries.push(searchParams);
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify(page(searchParams)));
	});
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
	queries = [];
	log = [];
	page = byOffset;
});
afterAll(() => server.close());

const byOffset = (query: URLSearchParams) => {
	const offset = Number(query.get('offset') ?? 0);
	return { calls: log.slice(offset, offset + 100), total: log.length, limit: 100, offset };
};
const byPage = (query: URLSearchParams) => {
	const at = Number(query.get('page') ?? 1);
	const data = log.slice((at - 1) * 100, at * 100);
	return {
		data,
		total: log.length,
		page: at,
		limit: 100,
		total_pages: Math.ceil(log.length / 100),
	};
};

function call(index: number, more: IDataObject = {}): IDataObject {
	return {
		id: `call_${index}`,
		direction: 'outbound',
		status: 'completed',
		from_number: '+2348012345678',
		to_number: '+14155550123',
		endpoint_id: 'ep_abc123',
		phone_number_id: 'pn_abc123',
		created_at: '2025-01-10T12:00:00Z',
		metadata: {},
		...more,
	};
}
const calls = (count: number) => Array.from({ length: count }, (_, index) => call(index));

async function getAll(
	parameters: IDataObject,
	timezone = 'Africa/Lagos',
	continueOnFail = false,
	signal?: AbortSignal,
) {
	const items = [
		{ resource: 'call', operation: 'getAll', returnAll: true, simplify: true, ...parameters },
	];
	const context = executeContext({
		credential: { apiKey: 'kros_test_simulator', baseUrl },
		items,
		continueOnFail,
		signal,
	});
	const additionalData = { executionTimeoutTimestamp: Date.now() + 60_000 };
	const more = { additionalData, getTimezone: () => timezone };
	const [output = []] = await router.call({ ...context, ...more } as never);
	return output.map(({ json }) => json);
}
const idsOf = (items: IDataObject[]) => items.map(({ call_id }) => call_id);

describe('an API that does not know the filters', () => {
	const OTHERS: Array<[IDataObject, IDataObject]> = [
		[{ status: 'completed' }, { status: 'busy' }],
		[{ direction: 'outbound' }, { direction: 'inbound' }],
		[{ endpointId: { __rl: true, mode: 'id', value: 'ep_abc123' } }, { endpoint_id: 'ep_x' }],
		[{ phoneNumberId: 'pn_abc123' }, { phone_number_id: null }],
		[{ fromNumber: '+234 801 234 5678' }, { from_number: '+14155550100' }],
		[{ toNumber: '+14155550123' }, { to_number: '+14155550124' }],
		[{ metadata: { entry: [{ key: 'a', value: '1' }] } }, { metadata: { a: '2' } }],
		[{ after: '2025-01-10T00:00:00' }, { created_at: '2025-01-09T22:59:59Z' }],
		[{ before: '2025-01-11' }, { created_at: '2025-01-10T23:00:00Z' }],
		[{ after: '2025-01-10' }, { created_at: null }],
	];

	it.each(OTHERS)('gives no other call to %p', async (filters, other) => {
		log = [call(0, other), call(1, { metadata: { a: '1' } }), call(2, other)];
		expect(idsOf(await getAll({ filters }))).toEqual(['call_1']);
	});
});

it('takes a time without a zone for one of the workflow, the first included and the last not', async () => {
	log = [
		call(0, { created_at: '2025-01-09T22:59:59Z' }),
		call(1, { created_at: '2025-01-09T23:00:00Z' }),
		call(2, { created_at: '2025-01-10T22:59:59Z' }),
		call(3, { created_at: '2025-01-10T23:00:00Z' }),
	];
	const day = { after: '2025-01-10T00:00:00', before: '2025-01-11T00:00:00' };
	expect(idsOf(await getAll({ filters: day }))).toEqual(['call_1', 'call_2']);
	expect(Object.fromEntries(queries[0]!)).toMatchObject({
		from_date: '2025-01-09T23:00:00.000Z',
		start_date: '2025-01-09T23:00:00.000Z',
		to_date: '2025-01-10T23:00:00.000Z',
	});
	expect(idsOf(await getAll({ filters: { after: '2025-01-10T23:00:00+00:00' } }))).toEqual([
		'call_3',
	]);
	expect(idsOf(await getAll({ filters: { before: Date.parse('2025-01-09T23:00:00Z') } }))).toEqual([
		'call_0',
	]);
});

it.each([
	[{ filters: { toNumber: '08012345678' } }, 'INVALID_PHONE_NUMBER', 'to_number'],
	[{ returnAll: false, limit: 0 }, 'INVALID_PARAMETER', 'limit'],
])('asks for nothing with %p, and says what is wrong', async (parameters, code, field) => {
	const [item] = await getAll(parameters as IDataObject, undefined, true);
	expect(item).toMatchObject({ error: { code, field, placed: 'no' } });
	expect(queries).toEqual([]);
});

describe.each([
	['offset', byOffset],
	['page', byPage],
])('paging by %s', (_, style) => {
	beforeEach(() => {
		page = style;
	});

	it.each([0, 1, 99, 100, 101, 200, 250])('gives each of %i calls once', async (count) => {
		log = calls(count);
		expect(idsOf(await getAll({}))).toEqual(log.map(({ id }) => id));
		expect(queries).toHaveLength(Math.max(1, Math.ceil(count / 100)));
	});

	it.each([
		[1, 1],
		[100, 1],
		[101, 2],
		['150', 2],
	])('asks for no page beyond the limit %p', async (limit, pages) => {
		log = calls(1000);
		expect(await getAll({ returnAll: false, limit })).toHaveLength(Number(limit));
		expect(queries).toHaveLength(pages);
	});

	it('counts to the limit only what fits', async () => {
		log = calls(1000).map((one, index) => (index % 100 ? { ...one, status: 'busy' } : one));
		const filters = { status: 'completed' };
		expect(idsOf(await getAll({ returnAll: false, limit: 3, filters }))).toEqual([
			'call_0',
			'call_100',
			'call_200',
		]);
		expect(queries).toHaveLength(3);
	});

	it('gives no call twice where new ones come in meanwhile', async () => {
		log = calls(250);
		page = (query) => {
			const answer = style(query);
			log = [call(1000 + queries.length), ...log];
			return answer;
		};
		const ids = idsOf(await getAll({}));
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids).toEqual(calls(250).map(({ id }) => id));
	});

	it('says that a server ignores paging, also while new calls come in', async () => {
		log = calls(100);
		page = () => {
			log = [call(1000 + queries.length), ...log].slice(0, 100);
			const wrapper = style(new URLSearchParams()) as IDataObject;
			return { ...wrapper, total: undefined, total_pages: 1e9 };
		};
		expect(await getAll({}, undefined, true)).toMatchObject([
			{ message: expect.stringContaining('KrosAI gave 100 entries'), error: { placed: 'no' } },
		]);
		expect(queries.length).toBeLessThan(5);
	});
});

it.each<[string, (stop: AbortController) => void]>([
	['the execution is stopped', (stop) => stop.abort()],
	[
		'its time limit is near',
		() => {
			const now = performance.now.bind(performance);
			jest.spyOn(performance, 'now').mockImplementation(() => now() + 60_000);
		},
	],
])('asks for no further page when %s, and gives no part of the log', async (_, end) => {
	log = calls(1000);
	const controller = new AbortController();
	page = (query) => {
		if (queries.length === 2) end(controller);
		return byOffset(query);
	};
	expect(await getAll({}, undefined, true, controller.signal)).toMatchObject([
		{ error: { code: 'STOPPED', placed: 'no' } },
	]);
	expect(queries).toHaveLength(2);
	jest.restoreAllMocks();
});

it('finds calls by metadata that the log holds as text', async () => {
	log = [call(1, { metadata: '{"a":"1"}' }), call(2, { metadata: '{"a":"2"}' }), call(3)];
	const filters = { metadata: { entry: [{ key: 'a', value: '1' }] } };
	expect(await getAll({ filters })).toMatchObject([{ call_id: 'call_1', metadata: { a: '1' } }]);
	expect(await getAll({ filters, simplify: false })).toMatchObject([{ metadata: '{"a":"1"}' }]);
});

it('gives what KrosAI sent, when not simplified, but for an error key', async () => {
	log = [call(1, { error: 'line lost', status: 'failed' })];
	expect(await getAll({ simplify: false })).toEqual([
		{ ...call(1, { status: 'failed' }), error_message: 'line lost' },
	]);
});

it('reads 2,000 calls in pages of 100', async () => {
	const transcript = '[Agent]: Hello.\n[Caller]: Yes, go ahead.\n'.repeat(25);
	log = Array.from({ length: 2_000 }, (_, index) => call(index, { transcript }));
	let largest = 0;
	page = (query) => {
		const answer = byOffset(query);
		largest = Math.max(largest, answer.calls.length);
		return answer;
	};
	const items = await getAll({});
	expect(items).toHaveLength(2_000);
	expect(queries).toHaveLength(20);
	expect(largest).toBe(100);
});
