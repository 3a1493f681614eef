import { useKrosAi } from './setup';

const { client, simulator, credential } = useKrosAi({});

test.each([
	['accepts a good key', 'kros_test_simulator', { status: 'OK' }],
	[
		'refuses a key that KrosAI refuses',
		'kros_test_wrong',
		{ status: 'Error', message: expect.stringMatching(/API key/i) },
	],
])('the credential test %s, and places no call', async (_, apiKey, outcome) => {
	const data = { apiKey, baseUrl: simulator().baseUrl, webhookSecret: '' };
	const tested = { ...credential(), type: 'krosAiApi', data };
	expect(await client.testCredential(tested)).toMatchObject(outcome);
	expect(simulator().called()).toEqual([]);
});
