import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../../support/n8n';
import { answering } from '../../../../support/exchanges';

useSimulator({ numberField: 'number' });

async function getAll(parameters: IDataObject = { returnAll: true }) {
	const items = [{ resource: 'phoneNumber', operation: 'getAll', ...parameters }];
	const [output = []] = await router.call(
		executeContext({ credential: credentialFor(simulator), items }),
	);
	return output.map(({ json }) => json);
}

/** What KrosAI is made to answer. */
const answerWith = (...phone_numbers: IDataObject[]) =>
	simulator.fault(answering(200, { body: { phone_numbers, total: phone_numbers.length } }));

it.each(['number', 'e164'] as const)(
	'gives each as `number`, which KrosAI calls %s',
	async (name) => {
		simulator.set({ numberField: name });
		const [first] = await getAll({ returnAll: false, limit: 1 });
		expect(Object.keys(first!).slice(0, 2)).toEqual(['id', 'number']);
		expect(first).toMatchObject({
			id: 'pn_abc123',
			number: '+2348012345678',
			allow_outbound: true,
		});
	},
);

it('keeps every field but secrets and `error`', async () => {
	answerWith({
		phone_number: '+14155550100',
		error: 'none',
		sip: { user: 'u', password: 'p' },
		label: 'Support',
	});
	expect(await getAll()).toEqual([
		{
			id: null,
			number: '+14155550100',
			phone_number: '+14155550100',
			error_message: 'none',
			sip: { user: 'u' },
			label: 'Support',
		},
	]);
});

it('says so where an entry has no number', async () => {
	answerWith({ id: 'pn_1' }, { id: 'pn_2', number: '' });
	expect(await getAll()).toEqual([
		{ id: 'pn_1', number: null },
		{ id: 'pn_2', number: null },
	]);
});
