import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { endedCall } from '../../../../../simulator/client';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../../support/n8n';
import { answering } from '../../../../support/exchanges';

useSimulator({ startsPerSecond: Infinity, speed: 1000, callApi: 'guide' });

/** Under Continue, in a workflow of Lagos, which is an hour ahead of UTC. */
async function getStatistics(...filters: IDataObject[]) {
	const items = filters.map((one) => ({
		...{ resource: 'call', operation: 'getStatistics' },
		filters: one,
	}));
	const context = executeContext({
		credential: credentialFor(simulator),
		items,
		continueOnFail: true,
	});
	const [output = []] = await router.call({
		...context,
		getTimezone: () => 'Africa/Lagos',
	} as never);
	return output;
}

const figures = (calls: number) => ({
	total_calls: calls,
	by_status: calls ? { completed: calls } : {},
	total_duration: 12 * calls,
	total_cost_cents: 4 * calls,
});

it.each(['guide', 'reference'] as const)(
	'gives the figures of the %s as they come, an item for each item, paired',
	async (callApi) => {
		simulator.set({ callApi });
		await endedCall(simulator);
		await endedCall(simulator, { from_number: '+14155550100' });
		expect(await getStatistics({}, { phoneNumberId: { mode: 'id', value: 'pn_def456' } })).toEqual([
			{ json: figures(2), pairedItem: { item: 0 } },
			{ json: figures(1), pairedItem: { item: 1 } },
		]);
	},
);

it("sends what is set, times in UTC as the workflow's zone has them", async () => {
	await getStatistics(
		{ after: '2025-01-10T12:00:00', before: '2025-01-11T00:00:00Z', endpointId: 'ep_1' },
		{ after: '', before: null, endpointId: { mode: 'list', value: '' } },
	);
	const [from, to] = ['2025-01-10T11:00:00.000Z', '2025-01-11T00:00:00.000Z'];
	expect(simulator.requests.map(({ query }) => query)).toEqual([
		{ endpoint_id: 'ep_1', from_date: from, start_date: from, to_date: to, end_date: to },
		{},
	]);
});

it.each([
	['after', '2/1/2026', '"2/1/2026" in After can be read as more than one date'],
	[
		'endpointId',
		{ mode: 'id', value: ['ep_1'] },
		'AI Agent (Endpoint) is {"mode":"id","value":["ep_1"]}, which is no ID',
	],
])('refuses a filter that it would not filter by: %s', async (field, value, message) => {
	const [item] = await getStatistics({ [field]: value });
	expect(item!.json).toMatchObject({ message, error: { value, placed: 'no' } });
	expect(simulator.requests).toEqual([]);
});

it('gives no figures of all calls for those of a time', async () => {
	simulator.set({ callApi: 'reference' });
	const [item] = await getStatistics({ after: '2025-01-10T12:00:00Z' });
	expect(item!.json).toMatchObject({
		message: "KrosAI's API gives no such statistics of calls",
		error: { httpCode: 404, description: expect.stringMatching(/^Use Get Many/) },
	});
});

it.each([
	[200, { total_calls: 1, error: 'partial' }, { total_calls: 1, error_message: 'partial' }],
	[403, { error: 'No' }, { error: { description: expect.stringContaining('calls:read') } }],
])('hands on what KrosAI says: %d %j', async (status, body, expected) => {
	simulator.fault(answering(status, { body: body as never }));
	const [item] = await getStatistics({});
	expect(item!.json).toMatchObject(expected as never);
	expect('error' in item!.json).toBe(status !== 200);
});
