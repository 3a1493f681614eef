import type { Client } from '../../../../nodes/KrosAi/api/client';
import { type Cursor, fetchPage, readCursor } from '../../../../nodes/KrosAi/api/paging';
import type { ApiRequest } from '../../../../nodes/KrosAi/api/types';
import { type Simulator, startSimulator } from '../../../../simulator';
import { answer, noAnswer, PAGE } from '../../../support/exchanges';
import { clientFor } from '../../../support/n8n';

let simulator: Simulator;
let krosAi: Client;
beforeAll(async () => {
	simulator = await startSimulator();
	krosAi = await clientFor(simulator);
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

/** The ids of all pages; throws where they don't end. */
async function readAll(client: Client): Promise<unknown[]> {
	const ids: unknown[] = [];
	let cursor: Cursor | undefined;
	for (let pages = 0; pages < 20; pages += 1) {
		const result = await fetchPage(client, '/endpoints', 'endpoints', cursor);
		if ('failed' in result) throw new Error('The list was not read');
		ids.push(...result.page.entries.map(({ id, name }) => id ?? name));
		cursor = result.page.next;
		if (!cursor) return ids;
	}
	throw new Error('The list has no end');
}

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `ep_${index}`);
const entriesOf = (count: number) => idsOf(count).map((id) => ({ id, name: id }));

describe.each(['offset', 'page', 'bare'] as const)('a list that answers in style "%s"', (style) => {
	it.each([0, 1, 99, 100, 101, 200, 250])('is read to its end of %i entries', async (count) => {
		simulator.set({ pagingStyle: style, endpoints: entriesOf(count) });
		expect(await readAll(krosAi)).toStrictEqual(idsOf(count));
	});
});

it.each([
	['offset', ['limit=100', 'limit=100&offset=100', 'limit=100&offset=200']],
	['page', ['limit=100', 'limit=100&page=2', 'limit=100&page=3']],
] as const)('asks in the style "%s" that the first answer shows', async (pagingStyle, queries) => {
	simulator.set({ pagingStyle, endpoints: entriesOf(250) });
	await readAll(krosAi);
	expect(simulator.requests.map(({ query }) => new URLSearchParams(query).toString())).toEqual(
		queries,
	);
});

it('does not go round for ever with a server that ignores paging', async () => {
	simulator.set({ pagingStyle: 'ignored', endpoints: entriesOf(250) });
	expect(await readAll(krosAi)).toStrictEqual(idsOf(100));
	expect(simulator.requests).toHaveLength(2);
});

/** A server that isn't in the simulator: an answer to each request. */
function server(reply: (query: NonNullable<ApiRequest['query']>) => unknown): Client {
	return async ({ query = {} }) => answer(200, reply(query));
}

const offsetOf = (query: Record<string, unknown>) => Number(query.offset ?? 0);
const slice = (count: number, from: number, size: number) =>
	entriesOf(count).slice(from, from + size);

describe('wrappers that leave things out', () => {
	it.each([0, 99, 100, 200, 250])('no total: %i entries', async (count) => {
		const client = server((query) => ({ endpoints: slice(count, offsetOf(query), 100) }));
		expect(await readAll(client)).toStrictEqual(idsOf(count));
	});

	it.each([100, 250])('only entries and total, as in the guide: %i entries', async (count) => {
		let requests = 0;
		const client = server((query) => {
			requests += 1;
			return { endpoints: slice(count, offsetOf(query), 100), total: count };
		});
		expect(await readAll(client)).toStrictEqual(idsOf(count));
		expect(requests).toBe(Math.ceil(count / 100));
	});

	it('a server that gives fewer than it was asked for, and says so', async () => {
		const client = server((query) => ({
			endpoints: slice(120, offsetOf(query), 50),
			limit: 50,
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(120));
	});

	it('pages without total_pages', async () => {
		const client = server(({ page = 1 }) => ({
			data: slice(250, (Number(page) - 1) * 100, 100),
			page,
			total: 250,
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(250));
	});

	it('pages without any total', async () => {
		const client = server(({ page = 1 }) => ({
			data: slice(200, (Number(page) - 1) * 100, 100),
			page,
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(200));
	});

	it('the wrapper "data" with an offset', async () => {
		const client = server((query) => ({
			data: slice(150, offsetOf(query), 100),
			total: 150,
			offset: offsetOf(query),
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(150));
	});

	it('a total that is not known', async () => {
		const client = server((query) => ({
			endpoints: slice(250, offsetOf(query), 100),
			total: null,
			page: null,
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(250));
	});

	it('pages without their number', async () => {
		const client = server(({ page = 1 }) => ({
			data: slice(250, (Number(page) - 1) * 100, 100),
			total_pages: 3,
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(250));
	});

	it('pages that are counted from zero', async () => {
		const client = server(({ page = 0 }) => ({
			data: slice(250, Number(page) * 100, 100),
			page,
			total_pages: 3,
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(250));
	});

	it('entries without an id, on several pages', async () => {
		const client = server((query) => ({
			endpoints: slice(250, offsetOf(query), 100).map(({ name }) => ({ name })),
		}));
		expect(await readAll(client)).toStrictEqual(idsOf(250));
	});

	it.each<[string, number, number, object]>([
		['the number of pages', 200, 2, { page: 1, total_pages: 2 }],
		['the total of pages', 200, 2, { page: 1, total: 200 }],
		['the total of shorter pages', 100, 2, { page: 1, total: 100, limit: 50 }],
		['that a page is not full', 150, 2, { page: 1 }],
		['the total', 200, 2, { total: 200 }],
		['that what comes is not full', 150, 2, {}],
	])('ask for no more than there is, known by %s', async (_, count, pages, said) => {
		const { limit: size = 100 } = said as { limit?: number };
		let requests = 0;
		const client = server(({ page = 1, offset = (Number(page) - 1) * size }) => {
			requests += 1;
			return { data: slice(count, Number(offset), size), ...said };
		});
		expect(await readAll(client)).toStrictEqual(idsOf(count));
		expect(requests).toBe(pages);
	});

	it('passes over what is no entry', async () => {
		const client = server(() => [null, 'x', { id: 'ep_0' }, []]);
		expect(await readAll(client)).toStrictEqual(['ep_0']);
	});
});

describe('servers that never come to an end', () => {
	const nameless = (count: number) => entriesOf(count).map(({ name }) => ({ name }));

	it.each<[string, (query: Record<string, unknown>) => unknown]>([
		['offsets ignored', () => ({ endpoints: nameless(100), total: 250, offset: 0, limit: 100 })],
		['pages ignored', () => ({ data: nameless(100), total: 250, page: 1, total_pages: 3 })],
		['a bare array', () => nameless(100)],
		['no total', () => ({ endpoints: nameless(100) })],
	])('are left where entries have no id: %s', async (_, reply) => {
		expect(await readAll(server(reply))).toHaveLength(100);
	});

	it.each([String, Number])('are left where entries differ but in their id, a %p', async (idOf) => {
		let turn = 0;
		const client = server(() => {
			turn += 1;
			return { endpoints: Array.from({ length: 100 }, (_, id) => ({ id: idOf(id), turn })) };
		});
		expect(await readAll(client)).toHaveLength(100);
	});

	it('are left where the same entries come in another order each time', async () => {
		let turn = 0;
		const client = server(() => {
			turn += 1;
			const entries = entriesOf(100);
			return { endpoints: [...entries.slice(turn), ...entries], total: 250, offset: 0 };
		});
		await expect(readAll(client)).resolves.toBeDefined();
	});
});

describe('a cursor that comes back from a browser', () => {
	it('shows nothing of the list', async () => {
		const client = server(() => Array.from({ length: 100 }, () => ({ name: 'Secret agent' })));
		const result = await fetchPage(client, '/endpoints', 'endpoints');
		expect(result).toMatchObject({ page: { next: { style: 'offset', position: 100 } } });
		expect(JSON.stringify('page' in result && result.page.next)).not.toContain('Secret');
	});

	it('leads on to the next page', async () => {
		simulator.set({ pagingStyle: 'offset', endpoints: entriesOf(150) });
		const first = await fetchPage(krosAi, '/endpoints', 'endpoints');
		const token = 'page' in first ? JSON.stringify(first.page.next) : undefined;
		const second = await fetchPage(krosAi, '/endpoints', 'endpoints', readCursor(token));
		expect('page' in second && second.page.entries.map(({ id }) => id)).toEqual(
			idsOf(150).slice(100),
		);
	});

	it.each([
		{ style: 'page', position: 2, pageMark: 'ep_0' },
		{ style: 'offset', position: 1, pageMark: '' },
	])('is read: %j', (cursor) => expect(readCursor(JSON.stringify(cursor))).toEqual(cursor));

	it('brings along nothing else', () => {
		const token = JSON.stringify({ style: 'page', position: 2, pageMark: 'ep_0', limit: 1e9 });
		expect(readCursor(token)).toEqual({ style: 'page', position: 2, pageMark: 'ep_0' });
	});

	it.each([
		['nothing', undefined],
		['an empty text', ''],
		['no JSON', 'page=2'],
		['no object', '[2]'],
		['an unknown style', '{"style":"cursor","position":2,"pageMark":""}'],
		['no style', '{"position":2,"pageMark":""}'],
		['position zero', '{"style":"page","position":0,"pageMark":""}'],
		['a position before the first', '{"style":"page","position":-1,"pageMark":""}'],
		['half a position', '{"style":"page","position":1.5,"pageMark":""}'],
		['a position in words', '{"style":"page","position":"2","pageMark":""}'],
		['no mark', '{"style":"page","position":2}'],
	])('is none where it is %s', (_, token) => expect(readCursor(token)).toBeUndefined());
});

describe('what is no list', () => {
	it.each([
		['a refusal', answer(403, { error: 'No' })],
		['a refusal with a list', answer(403, { endpoints: [{ id: 'ep_1' }] })],
		['a page', answer(200, PAGE)],
		['an empty answer', answer(200)],
		['another object', answer(200, { status: 'ok' })],
		['a list under another name', answer(200, { phone_numbers: [] })],
		['no content', answer(204)],
		['no answer', noAnswer('refused')],
	])('is handed back with its request: %s', async (_, exchange) => {
		const cursor: Cursor = { style: 'page', position: 2, pageMark: 'ep_0' };
		expect(await fetchPage(async () => exchange, '/endpoints', 'endpoints', cursor)).toEqual({
			failed: exchange,
			request: { method: 'GET', path: '/endpoints', query: { limit: 100, page: 2 } },
		});
	});
});
