import { startCall } from '../../../../nodes/KrosAi/api/outboundCalls';
import { answer, REQUEST } from '../../../support/exchanges';

it('sends a start once, whatever comes back, with a key that tells it from others', async () => {
	const client = jest.fn(async () => answer(503));
	const request = { ...REQUEST, idempotencyKey: 'key' };
	expect(await startCall(client, REQUEST.body, 'key')).toEqual({ exchange: answer(503), request });
	expect(client.mock.calls).toEqual([[request]]);
});
