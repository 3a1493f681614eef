import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { type Simulator, startSimulator } from '../../../../../simulator';
import { credentialFor, executeContext } from '../../../../support/n8n';

const KEY = 'kros_test_simulator';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator();
});
beforeEach(() => {
	simulator.reset();
	simulator.set({ endpoints: agents(230), keys: { [KEY]: ['endpoints:read'] } });
});
afterAll(async () => await simulator.close());

const agents = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		id: `ep_${index}`,
		name: `Agent ${index}`,
		secret: 'whsec_0123456789',
	}));

/** Under Continue. */
async function getAll(parameters: IDataObject) {
	const items = [{ resource: 'endpoint', operation: 'getAll', ...parameters }];
	const credential = credentialFor(simulator);
	const [output = []] = await router.call(
		executeContext({ credential, items, continueOnFail: true }),
	);
	return output.map(({ json }) => json);
}

it('gives every endpoint, page by page, without its secret', async () => {
	const endpoints = await getAll({ returnAll: true, limit: 1 });
	expect(endpoints.map(({ id }) => id)).toEqual(agents(230).map(({ id }) => id));
	expect(endpoints[229]).toMatchObject({ name: 'Agent 229', status: 'active' });
	expect(JSON.stringify(endpoints)).not.toContain('whsec_');
	expect(simulator.requests).toHaveLength(3);
});

it.each([
	[1, 1],
	['100', 1],
	[101, 2],
	[200, 2],
	[1000, 3],
])('gives %p of them, and asks for no page beyond: %d', async (limit, pages) => {
	expect(await getAll({ returnAll: false, limit })).toHaveLength(Math.min(Number(limit), 230));
	expect(simulator.requests).toHaveLength(pages);
});

it.each([
	[0, '0'],
	[-1, '-1'],
	[1.5, '1.5'],
	['many', '"many"'],
	['', 'empty'],
	[' ', 'empty'],
	[true, 'true'],
	[null, 'empty'],
])('refuses the limit %p', async (limit, shown) => {
	const [item] = await getAll({ returnAll: false, limit });
	expect(item).toMatchObject({
		message: `Limit is ${shown}, which is not a number of results`,
		error: { code: 'INVALID_PARAMETER', field: 'limit', value: limit },
	});
	expect(simulator.requests).toEqual([]);
});

it('gives all where Return All is true as text, and refuses what is neither', async () => {
	expect(await getAll({ returnAll: 'true', limit: 1 })).toHaveLength(230);
	simulator.reset();
	expect(await getAll({ returnAll: 'all' })).toMatchObject([
		{
			message: 'Return All is "all", which is neither true nor false',
			error: { code: 'INVALID_PARAMETER', field: 'returnAll', value: 'all' },
		},
	]);
	expect(simulator.requests).toEqual([]);
});

it('names the scope that the key misses', async () => {
	simulator.set({ keys: { [KEY]: ['numbers:read'] } });
	const [item] = await getAll({ returnAll: true });
	expect(item!.error).toMatchObject({
		httpCode: 403,
		description: expect.stringContaining('endpoints:read'),
	});
});

it('gives no half of a list whose later page fails', async () => {
	const page = { endpoints: agents(100), total: 230, limit: 100, offset: 0 };
	simulator.fault({ kind: 'status', status: 200, accepting: 'before', body: page });
	simulator.fault({ kind: 'status', status: 401, accepting: 'before' });
	const output = await getAll({ returnAll: true });
	expect(output).toEqual([expect.objectContaining({ error: expect.anything() })]);
});
