import { listOperation } from '../../../../nodes/KrosAi/actions/listOperation';
import { ENDPOINTS } from '../../../../nodes/KrosAi/api/lists';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../support/n8n';
import { answering } from '../../../support/exchanges';

const agents = Array.from({ length: 230 }, (_, index) => ({ id: `ep_${index}`, name: 'Agent' }));
useSimulator({ endpoints: agents });

const operation = listOperation({
	resource: 'endpoint',
	list: ENDPOINTS,
	action: 'Get many endpoints',
	description: 'Gets endpoints.',
	forAgents: 'Lists endpoints.',
	toItem: ({ id, ...others }) => ({ number: id!, ...others }),
});
const getAll = async (limit: number) => {
	const items = [{ returnAll: false, limit }];
	const context = executeContext({ credential: credentialFor(simulator), items });
	const [result] = await operation.execute(context, { stopAtFailure: false, isToolRun: false });
	return result!;
};

it.each([
	[1, 1],
	[100, 1],
	[101, 2],
	[200, 2],
	[1000, 3],
])('gives %p of them as they are wanted, and asks for no page beyond: %d', async (limit, pages) => {
	const { items } = await getAll(limit);
	expect(items).toHaveLength(Math.min(limit, 230));
	expect(items!.at(-1)!.json).toMatchObject({
		number: expect.stringMatching(/^ep_/),
		name: 'Agent',
	});
	expect(simulator.requests).toHaveLength(pages);
});

it('gives no half of a list whose later page fails', async () => {
	const endpoints = Array(100).fill({ id: 'ep_1' });
	const body = { endpoints, total: 230, limit: 100, offset: 0 };
	simulator.fault(answering(200, { body }));
	simulator.fault(answering(401));
	expect(await getAll(200)).toEqual({ failure: expect.objectContaining({ httpCode: 401 }) });
});

it('shows a field that two operations share once', () => {
	expect(operation.option).toMatchObject({ name: 'Get Many', value: 'getAll' });
	expect(operation.fields.map(({ name }) => name)).toEqual(['returnAll', 'limit']);
});
