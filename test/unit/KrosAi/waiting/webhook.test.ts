import { callbackAddress } from '../../../../nodes/KrosAi/waiting/callback';
import { CALLBACK_WEBHOOKS } from '../../../../nodes/KrosAi/waiting/webhook';

it('is where the address of each call leads, for a waiting execution alone', () => {
	const resumeUrl = 'https://n8n.example.com/webhook-waiting/7';
	const key = { apiKey: 'kros_test', executionId: '7', nodeId: '1' };
	const address = new URL(callbackAddress(resumeUrl, key, { runIndex: 0, itemIndex: 0 }));
	expect(CALLBACK_WEBHOOKS).toEqual([
		expect.objectContaining({
			// The only other name that n8n knows is for setting a webhook up.
			name: 'default',
			httpMethod: 'POST',
			path: address.pathname.replace('/webhook-waiting/7/', ''),
			restartWebhook: true,
		}),
	]);
});

it('answers at once, and with what the node says: any text here would take its place', () => {
	expect(CALLBACK_WEBHOOKS).toEqual([
		expect.objectContaining({ responseMode: 'onReceived', responseData: '' }),
	]);
});
