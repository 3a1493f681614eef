import type { Client } from '../../../../nodes/KrosAi/api/client';
import { type Cursor, fetchPage, readCursor } from '../../../../nodes/KrosAi/api/paging';
import type { ApiRequest } from '../../../../nodes/KrosAi/api/types';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { answer, noAnswer, PAGE } from '../../../support/exchanges';
import { clientFor } from '../../../support/n8n';

useSimulator();
let krosAi: Client;
beforeEach(async () => {
	krosAi = await clientFor(simulator);
});

/** The ids of all pages; throws where they don't end, or where the list isn't known to be whole. */
async function readAll(client: Client, filters?: Record<string, string>): Promise<unknown[]> {
	const ids: unknown[] = [];
	let cursor: Cursor | undefined;
	for (let pages = 0; pages < 50; pages += 1) {
		const result = await fetchPage(client, '/endpoints', 'endpoints', cursor, filters);
		if (result.failed) throw new Error(`Part of ${result.partOf}`);
		ids.push(...result.page.entries.map(({ id, name }) => id ?? name));
		cursor = result.page.next;
		if (!cursor) return ids;
	}
	throw new Error('The list has no end');
}

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `ep_${index}`);
const entriesOf = (count: number) => idsOf(count).map((id) => ({ id, name: id }));
const slice = (count: number, from: number, size: number) =>
	entriesOf(count).slice(from, from + size);

type Query = NonNullable<ApiRequest['query']>;
/** Some of so many entries: so many at once, by offset or by page. */
const byOffset = (count: number, { offset = 0 }: Query, size = 100) =>
	slice(count, Number(offset), size);
const byPage = (count: number, { page = 1 }: Query, size = 100) =>
	slice(count, (Number(page) - 1) * size, size);

/** A server that isn't in the simulator: an answer to each request. */
function server(reply: (query: Query) => unknown): Client {
	return async ({ query = {} }) => answer(200, reply(query));
}

describe.each(['offset', 'page', 'bare', 'meta', 'hasMore', 'bareParts'] as const)(
	'a list that answers in style "%s"',
	(pagingStyle) => {
		it.each([0, 1, 99, 100, 101, 200, 250])('is read to its end of %i entries', async (count) => {
			simulator.set({ pagingStyle, endpoints: entriesOf(count) });
			expect(await readAll(krosAi)).toStrictEqual(idsOf(count));
		});

		it.each([1, 7, 50])(
			'is read where it gives %i at once, numbers as text',
			async (mostPerPage) => {
				simulator.set({ pagingStyle, mostPerPage, numbersAsText: true, endpoints: entriesOf(40) });
				expect(await readAll(krosAi)).toStrictEqual(idsOf(40));
			},
		);
	},
);

describe('a list that gives no way to all of it', () => {
	it.each([
		['ignored', 250, 100],
		['ignored', 250, 20],
		['endless', 250, 100],
		['endless', 3, 100],
	] as const)('says so: style "%s", %i entries, %i at once', async (pagingStyle, count, most) => {
		for (const numbersAsText of [false, true]) {
			simulator.set({ pagingStyle, mostPerPage: most, numbersAsText, endpoints: entriesOf(count) });
			await expect(readAll(krosAi)).rejects.toThrow(`Part of ${Math.min(count, most)}`);
		}
	});

	const first = (size: number, said: object = {}) => ({ data: slice(250, 0, size), ...said });
	it.each<[string, number, object]>([
		['a total in `meta`', 60, { meta: { total: '250' } }],
		['pages to come', 100, { total_pages: '3' }],
		['a cursor that is in no document', 50, { next_cursor: 'c2' }],
		['a link to the next page', 50, { meta: { next: { page: 2 } } }],
		['a word in a text', 50, { has_more: 'true' }],
		['an end and more to come', 50, { total: 50, has_more: true }],
	])('says so where it says %s and gives the same again', async (_, size, said) => {
		await expect(readAll(server(() => first(size, said)))).rejects.toThrow(`Part of ${size}`);
	});

	it('says so where it gives as many as are asked for, whatever comes before', async () => {
		const client = server(({ limit }) => first(Number(limit)));
		await expect(readAll(client)).rejects.toThrow('Part of 100');
	});

	it.each([
		[{ total: 250 }, 100],
		[{ total: '250' }, 100],
		[{ meta: { total_pages: 3, has_more: null } }, 100],
		[{ has_more: true }, 100],
		[{ has_more: true }, 0],
	])('says so where it says %j and then gives nothing, after %i', async (said, count) => {
		const client = server((query) => ({
			data: query.offset || query.page ? [] : slice(250, 0, count),
			...said,
		}));
		await expect(readAll(client)).rejects.toThrow(`Part of ${count}`);
	});

	it('is whole where its total counts what a filter has left out', async () => {
		const client = server((query) => ({ data: byOffset(30, query), total: 250 }));
		expect(await readAll(client, { status: 'active' })).toStrictEqual(idsOf(30));
		await expect(readAll(client)).rejects.toThrow('Part of 30');
	});

	it('fails in its own words where the next page is refused', async () => {
		for (const [said, size, status] of [
			[{ total: 250 }, 20, 422],
			[{}, 20, 500],
			[{}, 20, 403],
			[{}, 100, 422],
		] as const) {
			const client: Client = async ({ query = {} }) =>
				query.offset || query.page || query.limit === 1
					? answer(status)
					: answer(200, first(size, said));
			const { page } = (await fetchPage(client, '/e', 'e')) as { page: { next?: Cursor } };
			const result = await fetchPage(client, '/e', 'e', page.next);
			expect(result).toMatchObject({ failed: { status } });
			expect(result).not.toHaveProperty('partOf');
		}
	});
});

describe('a list that says nothing of its end', () => {
	it.each<[string, (query: Query) => unknown]>([
		['by page', (query) => byPage(90, query, 20)],
		['by page, full ones', ({ page = 1 }) => slice(90, (Number(page) - 1) * 20, 100)],
		['by offset', (query) => byOffset(90, query, 20)],
		['at once', () => slice(90, 0, 90)],
		['under a total that is none', (query) => ({ data: byOffset(90, query, 20), total: 0 })],
		['under a total of -1', (query) => ({ data: byOffset(90, query, 20), total: '-1' })],
		['its last page again', ({ offset = 0 }) => slice(90, Math.min(Number(offset), 80), 20)],
	])('is read to it: %s', async (_, reply) => {
		expect([...new Set(await readAll(server(reply)))]).toStrictEqual(idsOf(90));
	});

	it.each([400, 404, 422])('is read to it where what is behind is refused: %i', async (status) => {
		const client: Client = async ({ query = {} }) => {
			const data = byPage(90, query, 30);
			return query.offset || data.length === 0 ? answer(status) : answer(200, { data });
		};
		expect(await readAll(client)).toStrictEqual(idsOf(90));
	});

	it('whose total is smaller than its pages is asked on', async () => {
		const client = server((query) => ({ data: byOffset(250, query), total: 99 }));
		expect(await readAll(client)).toStrictEqual(idsOf(250));
	});

	it('counts what is no entry, so that no entry comes twice', async () => {
		const all = [null, ...entriesOf(40), 'x', ...entriesOf(80).slice(40)];
		const client = server(({ offset = 0 }) => all.slice(Number(offset), Number(offset) + 20));
		expect(await readAll(client)).toStrictEqual(idsOf(80));
	});
});

it.each(['data', 'endpoints'])(
	'a list under "%s" is found beside something of the other name',
	async (name) => {
		const other = name === 'data' ? 'endpoints' : 'data';
		const client = server(() => ({ [other]: { note: 'x' }, [name]: entriesOf(3), total: 3 }));
		expect(await readAll(client)).toStrictEqual(idsOf(3));
	},
);

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

it('asks a server that ignores paging in both styles, and no further', async () => {
	simulator.set({ pagingStyle: 'ignored', endpoints: entriesOf(250) });
	await expect(readAll(krosAi)).rejects.toThrow('Part of 100');
	expect(simulator.requests.map(({ query }) => new URLSearchParams(query).toString())).toEqual([
		'limit=100',
		'limit=100&offset=100',
		'limit=100&page=2',
	]);
});

describe('wrappers that leave things out', () => {
	it.each([0, 99, 100, 200])('no total: %i entries', async (count) => {
		const client = server((query) => ({ endpoints: byOffset(count, query) }));
		expect(await readAll(client)).toStrictEqual(idsOf(count));
	});

	it.each([100, 250])('only entries and total, as in the guide: %i entries', async (count) => {
		let requests = 0;
		const client = server((query) => {
			requests += 1;
			return { endpoints: byOffset(count, query), total: count };
		});
		expect(await readAll(client)).toStrictEqual(idsOf(count));
		expect(requests).toBe(Math.ceil(count / 100));
	});

	it.each<[string, (query: Query) => unknown]>([
		['any total', (query) => ({ endpoints: byOffset(250, query) })],
		['a total that is known', (query) => ({ endpoints: byOffset(250, query), total: null })],
		['a number of pages', (query) => ({ data: byPage(250, query), page: query.page ?? 1 })],
		['the number of a page', (query) => ({ data: byPage(250, query), total_pages: 3 })],
		[
			'the number of pages, but a total',
			(query) => ({ data: byPage(250, query), page: query.page ?? 1, total: 250 }),
		],
		[
			'some of what was asked for, and says so',
			(query) => ({ endpoints: byOffset(250, query, 50), limit: 50 }),
		],
		[
			'its own name, but with an offset',
			(query) => ({ data: byOffset(250, query), total: 250, offset: query.offset ?? 0 }),
		],
		[
			'a first page of the number one',
			({ page = 0 }) => ({ data: slice(250, Number(page) * 100, 100), page, total_pages: 3 }),
		],
		['an id', (query) => ({ endpoints: byOffset(250, query).map(({ name }) => ({ name })) })],
	])('%s', async (_, reply) => {
		expect(await readAll(server(reply))).toStrictEqual(idsOf(250));
	});

	it.each<[string, number, number, object]>([
		['the number of pages', 200, 2, { page: 1, total_pages: 2 }],
		['the total of pages', 200, 2, { page: 1, total: 200 }],
		['the total of shorter pages', 100, 2, { page: 1, total: 100, limit: 50 }],
		['the total', 200, 2, { total: 200 }],
		['the number of pages, as text', 200, 2, { meta: { page: '1', total_pages: '2' } }],
		['a page that is empty', 150, 3, {}],
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

	it.each<[string, () => unknown]>([
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
		await expect(readAll(client)).rejects.toThrow('Part of 199');
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

	const CURSOR = {
		style: 'page',
		position: 2,
		seen: 100,
		pages: 1,
		pageMark: 'ep_0',
		more: 'said',
	} as const;

	it.each<Cursor>([
		CURSOR,
		{ ...CURSOR, style: 'offset', position: 1, pageMark: '', more: 'likely' },
		{ ...CURSOR, more: 'unsaid' },
	])('is read: %j', (cursor) => expect(readCursor(JSON.stringify(cursor))).toEqual(cursor));

	it('brings along nothing else', () => {
		expect(readCursor(JSON.stringify({ ...CURSOR, limit: 1e9 }))).toEqual(CURSOR);
	});

	it.each<[string, string | object | undefined]>([
		['nothing', undefined],
		['an empty text', ''],
		['no JSON', 'page=2'],
		['no object', '[2]'],
		['an unknown style', { style: 'cursor' }],
		['no style', { style: undefined }],
		['position zero', { position: 0 }],
		['a position before the first', { position: -1 }],
		['half a position', { position: 1.5 }],
		['a position in words', { position: '2' }],
		['no mark', { pageMark: undefined }],
		['a count in words', { seen: '100' }],
		['no count of pages', { pages: undefined }],
		['a guess of another kind', { more: true }],
	])('is none where it is %s', (_, token) => {
		const text = typeof token === 'object' ? JSON.stringify({ ...CURSOR, ...token }) : token;
		expect(readCursor(text)).toBeUndefined();
	});
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
		const cursor: Cursor = {
			style: 'page',
			position: 2,
			seen: 200,
			pages: 2,
			pageMark: 'ep_0',
			more: 'said',
		};
		expect(await fetchPage(async () => exchange, '/endpoints', 'endpoints', cursor)).toEqual({
			failed: exchange,
			request: { method: 'GET', path: '/endpoints', query: { limit: 100, page: 2 } },
		});
	});
});
