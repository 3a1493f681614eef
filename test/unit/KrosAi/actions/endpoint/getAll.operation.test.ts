import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../../support/n8n';

const KEY = 'kros_test_simulator';

const agents = (count: number) =>
	Array.from({ length: count }, (_, index) => ({
		id: `ep_${index}`,
		name: `Agent ${index}`,
		secret: 'whsec_0123456789',
	}));

useSimulator({ endpoints: agents(230), keys: { [KEY]: ['endpoints:read'] } });

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

it('names the scope that the key misses', async () => {
	simulator.set({ keys: { [KEY]: ['numbers:read'] } });
	const [item] = await getAll({ returnAll: true });
	expect(item!.error).toMatchObject({
		httpCode: 403,
		description: expect.stringContaining('endpoints:read'),
	});
});
