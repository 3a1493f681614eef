import { endpoint } from './catalogue';
import { allEnded, get, start } from './client';
import { simulator, useSimulator } from './setUp';

useSimulator({ startsPerSecond: Infinity, speed: 1000 });

const agents = (count: number) =>
	Array.from({ length: count }, (_, at) => ({ id: `ep_${at}`, name: `Agent ${at}` }));
const ids = (items: Array<{ id: string }>) => items.map(({ id }) => id);

it('shows the default numbers and agents', async () => {
	const numbers = (await get(simulator, '/v1/phone-numbers')).body;
	const endpoints = (await get(simulator, '/v1/endpoints')).body;

	expect(numbers).toMatchObject({ total: 4, limit: 50, offset: 0 });
	expect(numbers.phone_numbers[0]).toEqual({
		id: 'pn_abc123',
		number: '+2348012345678',
		country: 'NG',
		type: 'local',
		status: 'active',
		endpoint_id: 'ep_abc123',
		allow_inbound: true,
		allow_outbound: true,
		created_at: expect.any(String),
		updated_at: expect.any(String),
	});
	expect(endpoints.endpoints[0]).toMatchObject({
		id: 'ep_abc123',
		name: 'Support Agent',
		type: 'agent',
		provider_config: { provider: 'elevenlabs' },
	});
});

it('names the number as the reference does, when told to', async () => {
	simulator.set({ numberField: 'e164' });
	const [first] = (await get(simulator, '/v1/phone-numbers')).body.phone_numbers;

	expect(first.e164).toBe('+2348012345678');
	expect(first).not.toHaveProperty('number');
});

it('pages by offset', async () => {
	simulator.set({ endpoints: agents(250) });
	const page = async (query: string) => (await get(simulator, `/v1/endpoints${query}`)).body;
	const last = await page('?limit=100&offset=200&page=1');

	expect(last).toMatchObject({ total: 250, limit: 100, offset: 200 });
	expect(ids(last.endpoints)).toEqual(ids(agents(250).slice(200)));
	expect((await page('')).endpoints).toHaveLength(50);
	expect(await page('?limit=500')).toMatchObject({ limit: 100 });
	expect((await page('?offset=250')).endpoints).toEqual([]);
});

it('pages by page', async () => {
	simulator.set({ endpoints: agents(250), pagingStyle: 'page' });
	const page = async (query: string) => (await get(simulator, `/v1/endpoints${query}`)).body;
	const last = await page('?limit=100&page=3&offset=0');

	expect(last).toMatchObject({ total: 250, page: 3, limit: 100, total_pages: 3 });
	expect(ids(last.data)).toEqual(ids(agents(250).slice(200)));
	expect((await page('')).data).toHaveLength(20);
	expect((await page('?page=14')).data).toEqual([]);
});

it('answers with a bare array, or the first page for ever', async () => {
	simulator.set({
		endpoints: agents(250),
		pagingStyle: { endpoints: 'bare', phone_numbers: 'ignored' },
	});
	const bare = (await get(simulator, '/v1/endpoints?limit=10&page=2')).body;
	const ignored = (await get(simulator, '/v1/phone-numbers?limit=3&offset=3&page=2')).body;
	const calls = (await get(simulator, '/v1/calls')).body;

	expect(bare).toHaveLength(250);
	expect(ids(ignored.phone_numbers)).toEqual(['pn_abc123', 'pn_def456', 'pn_ghi789']);
	expect(calls).toEqual({ calls: [], total: 0, limit: 50, offset: 0 });
});

it('says where it is in an object of its own, or only whether more follows', async () => {
	simulator.set({ endpoints: agents(250), pagingStyle: 'meta' });
	const page = async (query: string) => (await get(simulator, `/v1/endpoints${query}`)).body;
	expect(await page('?limit=100&page=3')).toEqual({
		data: agents(250).slice(200).map(endpoint),
		meta: { total: 250, page: 3, limit: 100, total_pages: 3 },
	});

	simulator.set({ pagingStyle: 'hasMore' });
	const second = await page('?limit=100&page=2');
	const last = await page('?limit=100&offset=150');
	expect(ids(second.data)).toEqual(ids(agents(250).slice(100, 200)));
	expect(ids(last.data)).toEqual(ids(agents(250).slice(150)));
	expect([second.has_more, last.has_more]).toEqual([true, false]);
	expect(Object.keys(last)).toEqual(['data', 'has_more']);

	simulator.set({ pagingStyle: 'bareParts' });
	expect(ids(await page('?limit=100&page=3'))).toEqual(ids(agents(250).slice(200)));
	expect(ids(await page('?limit=100&offset=100'))).toEqual(ids(agents(250).slice(100, 200)));
	expect(await page('?limit=100&page=4')).toEqual([]);
});

it('says for ever that more follows', async () => {
	simulator.set({ endpoints: agents(3), pagingStyle: 'endless' });
	for (const query of ['', '?page=2', '?offset=3', '?page=99&limit=100']) {
		const { body } = await get(simulator, `/v1/endpoints${query}`);
		expect(body).toEqual({ data: agents(3).map(endpoint), has_more: true });
	}
});

it('gives less at once than asked for, when told to', async () => {
	simulator.set({ endpoints: agents(250), mostPerPage: 50 });
	for (const style of ['offset', 'page'] as const) {
		simulator.set({ pagingStyle: style });
		const { body } = await get(simulator, '/v1/endpoints?limit=100');
		expect(body).toMatchObject({ total: 250, limit: 50 });
		expect(body.endpoints ?? body.data).toHaveLength(50);
	}
	simulator.set({ pagingStyle: 'bareParts' });
	expect((await get(simulator, '/v1/endpoints?limit=100')).body).toHaveLength(50);
});

it('writes its numbers as text, when told to', async () => {
	simulator.set({ endpoints: agents(250), numbersAsText: true });
	const page = async (query: string) => (await get(simulator, `/v1/endpoints${query}`)).body;

	expect(await page('?limit=100&offset=100')).toMatchObject({
		total: '250',
		limit: '100',
		offset: '100',
	});
	const numbers = { total: '250', page: '2', limit: '100', total_pages: '3' };
	simulator.set({ pagingStyle: 'page' });
	expect(await page('?limit=100&page=2')).toMatchObject(numbers);
	simulator.set({ pagingStyle: 'meta' });
	expect((await page('?limit=100&page=2')).meta).toEqual(numbers);
});

it('shows an agent that has an error and refuses calls by it', async () => {
	simulator.set({ endpoints: [{ id: 'ep_abc123', name: 'Support Agent', status: 'error' }] });

	expect((await get(simulator, '/v1/endpoints')).body.endpoints).toMatchObject([
		{ id: 'ep_abc123', status: 'error' },
	]);
	expect((await start(simulator)).body.code).toBe('ENDPOINT_NOT_FOUND');
});

it.each(['limit=0', 'limit=ten', 'offset=-1'])('refuses %s', async (query) => {
	const { status, body } = await get(simulator, `/v1/calls?${query}`);

	expect(status).toBe(400);
	expect(body.details).toEqual({ field: query.split('=')[0], value: query.split('=')[1] });
});

it('filters numbers and agents', async () => {
	const numbers = await get(simulator, '/v1/phone-numbers?status=active&country=US');
	const endpoints = await get(simulator, '/v1/endpoints?status=inactive&type=retell');

	expect(ids(numbers.body.phone_numbers)).toEqual(['pn_def456']);
	expect(ids(endpoints.body.endpoints)).toEqual(['ep_ghi789']);
});

it('lists calls newest first and filters them', async () => {
	simulator.script('+14155550111', 'busy');
	const sales = { from_number: '+14155550100', endpoint_id: 'ep_def456' };
	const first = (await start(simulator)).body;
	const second = (await start(simulator, { to_number: '+14155550111', ...sales })).body;
	await allEnded(simulator);
	const found = async (query: string) =>
		ids((await get(simulator, `/v1/calls?${query}`)).body.calls);

	expect(await found('')).toEqual([second.call_id, first.call_id]);
	expect(await found('status=busy')).toEqual([second.call_id]);
	expect(await found('endpoint_id=ep_abc123')).toEqual([first.call_id]);
	expect(await found('phone_number_id=pn_def456')).toEqual([second.call_id]);
	expect(await found('direction=inbound')).toEqual([]);
	expect(await found('direction=outbound')).toHaveLength(2);
});

it('filters calls by date, under the names of both documents', async () => {
	const { created_at: created } = (await start(simulator)).body;
	const day = created.slice(0, 10);
	const after = new Date(Date.parse(created) + 1000).toISOString();
	const before = new Date(Date.parse(created) - 1000).toISOString();
	const count = async (query: string) => (await get(simulator, `/v1/calls?${query}`)).body.total;

	for (const [from, to] of [
		['from_date', 'to_date'],
		['start_date', 'end_date'],
	]) {
		expect(await count(`${from}=${created}&${to}=${created}`)).toBe(1);
		expect(await count(`${from}=${after}`)).toBe(0);
		expect(await count(`${to}=${before}`)).toBe(0);
		expect(await count(`${from}=${day}&${to}=${day}`)).toBe(1);
	}
	expect((await get(simulator, '/v1/calls?from_date=soon')).status).toBe(400);
});
