import { ORGANIZATION_ID } from '../../simulator';
import { outputOf } from '../n8n/execution';
import { CALLABLE, exampleWorkflow, NODE_TYPE } from './krosAi';
import { useKrosAi } from './setup';

const { client, simulator, credential, execute } = useKrosAi({
	api: 'bridge',
	startsPerSecond: Infinity,
});

const ORGANIZATION = { organization_id: ORGANIZATION_ID };

const save = async (data: Record<string, string>) =>
	await client.testCredential({ ...credential(), type: 'krosAiApi', data });

const DATA = { apiKey: 'kros_test_simulator', api: 'bridge', webhookSecret: '' };

describe('the Bridge API, in a whole n8n', () => {
	test('has its credential tested, and the lists filled', async () => {
		const { baseUrl } = simulator();
		const good = { ...DATA, baseUrl, organizationId: ORGANIZATION_ID };
		expect(await save(good)).toMatchObject({ status: 'OK' });
		expect(await save({ ...good, organizationId: '' })).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/Organization ID .* is empty/),
		});
		expect(await save({ ...good, api: 'v1' })).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/choose KrosAI Bridge API under API/),
		});

		const { results } = await client.list({
			nodeType: NODE_TYPE,
			parameter: 'fromNumber',
			method: 'searchPhoneNumbers',
			credentials: { krosAiApi: credential() },
		});
		expect(results[0]).toMatchObject({ value: '+2348012345678' });
	});

	test('has a list called, each contact once, with a key of its own', async () => {
		const workflow = await exampleWorkflow(credential(), { contacts: CALLABLE });
		const execution = await execute(workflow);
		expect(execution.status).toBe('success');
		expect(outputOf(execution, 'KrosAI').map(({ json }) => json.to_number)).toEqual(
			CALLABLE.map(({ phone }) => phone),
		);
		expect([...simulator().called()].sort()).toEqual(CALLABLE.map(({ phone }) => phone).sort());
		const starts = simulator().requests.filter(({ method }) => method === 'POST');
		for (const start of starts) {
			expect(start).toMatchObject({
				path: '/api/v1/outbound-call',
				query: ORGANIZATION,
				headers: { authorization: 'Bearer kros_test_simulator' },
			});
			expect(start.headers).not.toHaveProperty('x-api-key');
		}
		expect(new Set(starts.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
	});
});
