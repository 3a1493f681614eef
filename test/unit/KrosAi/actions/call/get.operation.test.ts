import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { endedCall } from '../../../../../simulator/client';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../../support/n8n';
import { answering } from '../../../../support/exchanges';

useSimulator({ startsPerSecond: Infinity, speed: 1000 });

async function get(callIds: unknown[], parameters: IDataObject = {}, continueOnFail = false) {
	const items = callIds.map((callId) => ({
		resource: 'call',
		operation: 'get',
		callId: callId as string,
		simplify: true,
		...parameters,
	}));
	const context = executeContext({ credential: credentialFor(simulator), items, continueOnFail });
	const [output = []] = await router.call(context);
	return output;
}

it('gives a call as one flat item, paired', async () => {
	const id = await endedCall(simulator, { metadata: { customer_id: 'cust_1' } });
	const other = await endedCall(simulator, { to_number: '+14155550111' });
	const output = await get([other, id]);
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
	expect(output[1]!.json).toMatchObject({
		call_id: id,
		outcome: 'completed',
		duration: 12,
		metadata: { customer_id: 'cust_1' },
		transcript: expect.stringMatching(/^\[Agent\]: /),
		transcript_turns: expect.arrayContaining([
			{ speaker: 'Agent', text: expect.stringContaining('Support Agent') },
			{ speaker: 'Caller', text: 'Goodbye.' },
		]),
	});
	expect(output[1]!.json).not.toHaveProperty('id');
});

it('gives what KrosAI sent, when not simplified', async () => {
	const id = await endedCall(simulator);
	const [item] = await get([` ${id} `], { simplify: false });
	expect(item!.json).toMatchObject({ id, status: 'completed' });
	expect(item!.json).not.toHaveProperty('outcome');
});

it('never has a top-level error key', async () => {
	const body = { id: 'call_1', status: 'failed', error: 'busy line' };
	for (const simplify of [true, false]) {
		simulator.fault(answering(200, { body }));
		const [item] = await get(['call_1'], { simplify });
		expect(item!.json).toMatchObject({ error_message: 'busy line' });
		expect(item!.json).not.toHaveProperty('error');
	}
});

it('says that KrosAI does not know a call, and not that its address is wrong', async () => {
	const [item] = await get(['call_unknown'], {}, true);
	expect(item!.json).toMatchObject({
		message: 'KrosAI doesn\'t know the call "call_unknown"',
		error: { code: 'CALL_NOT_FOUND', httpCode: 404, field: 'call_id', value: 'call_unknown' },
	});
	simulator.fault(answering(404, { body: '' }));
	const [other] = await get(['call_1'], {}, true);
	expect(other!.json).toMatchObject({ message: expect.stringContaining('address') });
});

it('names the scope that the key misses', async () => {
	simulator.set({ keys: { kros_test_simulator: ['calls:write'] } });
	const [item] = await get(['call_1'], {}, true);
	expect(item!.json.error).toMatchObject({
		httpCode: 403,
		description: expect.stringContaining('calls:read'),
	});
	simulator.set({ keys: { kros_test_simulator: ['calls:read', 'calls:write'] } });
});
