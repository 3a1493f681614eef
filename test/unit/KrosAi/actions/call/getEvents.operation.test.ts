import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { endedCall } from '../../../../../simulator/client';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext } from '../../../../support/n8n';
import { answering } from '../../../../support/exchanges';

useSimulator({ startsPerSecond: Infinity, speed: 1000, callApi: 'guide' });

/** Under Continue. */
async function getEvents(...callIds: string[]) {
	const items = callIds.map((callId) => ({ resource: 'call', operation: 'getEvents', callId }));
	const credential = credentialFor(simulator);
	const [output = []] = await router.call(
		executeContext({ credential, items, continueOnFail: true }),
	);
	return output;
}

const answerOnce = (path: string, status: number, body?: IDataObject) =>
	simulator.fault(answering(status, { path, body: body as never }));

it.each(['guide', 'reference'] as const)(
	'gives an item for each event, paired, in the API of the %s',
	async (callApi) => {
		const ids = [await endedCall(simulator), await endedCall(simulator)];
		simulator.set({ callApi });
		const output = await getEvents(...ids);
		const names = ['initiated', 'ringing', 'started', 'in_progress', 'completed'];
		expect(output.map(({ json, pairedItem }) => [json.call_id, json.event, pairedItem])).toEqual(
			ids.flatMap((id, item) => names.map((name) => [id, `call.${name}`, { item }])),
		);
	},
);

it('gives nothing where nothing has happened', async () => {
	answerOnce('/events', 200, { events: [] });
	expect(await getEvents('call_1')).toEqual([]);
});

it('leaves an event the id that KrosAI gives it', async () => {
	answerOnce('/events', 200, { events: [{ call_id: 'call_0', event: 'call.transferred' }] });
	const [item] = await getEvents('call_1');
	expect(item!.json.call_id).toBe('call_0');
});

it('never has a top-level error key', async () => {
	answerOnce('/events', 200, { events: [{ event: 'call.failed', error: 'busy line' }] });
	const [item] = await getEvents('call_1');
	expect(item!.json).toEqual({
		call_id: 'call_1',
		event: 'call.failed',
		error_message: 'busy line',
	});
});

it('says that KrosAI does not know the call', async () => {
	const [item] = await getEvents('call_unknown');
	expect(item!.json).toMatchObject({
		message: 'KrosAI doesn\'t know the call "call_unknown"',
		error: { code: 'CALL_NOT_FOUND', field: 'call_id', value: 'call_unknown' },
	});
});

it('points to Get where the API has no events', async () => {
	answerOnce('/events', 404);
	answerOnce('/calls/call_1', 200, { id: 'call_1', status: 'completed' });
	const [item] = await getEvents('call_1');
	expect(item!.json).toMatchObject({
		message: 'KrosAI\'s API gives no events for the call "call_1"',
		error: { httpCode: 404, description: expect.stringMatching(/^Use Get instead/) },
	});
});

it('has the words of the refusal where that is what happened', async () => {
	simulator.fault(answering(403, { body: { error: 'No scope', code: 'INSUFFICIENT_SCOPE' } }));
	const [item] = await getEvents('call_1');
	expect(item!.json).toMatchObject({
		message: 'The API key is not allowed to do this',
		error: { httpCode: 403, description: expect.stringContaining('calls:read') },
	});
});
