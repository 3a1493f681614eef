import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { freePort } from '../n8n/ports';
import type { CredentialReference } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();
let simulator: Simulator;
let stored: CredentialReference;
let otherSite: Server;

beforeAll(async () => {
	simulator = await startSimulator();
	stored = await createKrosAiCredential(client, simulator.baseUrl);
	otherSite = createServer((request, response) => {
		response.writeHead(request.url?.startsWith('/missing') ? 404 : 200, {
			'content-type': 'text/html',
		});
		response.end('<!doctype html><title>Welcome</title><h1>Another site</h1>');
	});
	await new Promise<void>((resolve) => otherSite.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
	await simulator.close();
	otherSite.closeAllConnections();
	await new Promise((resolve) => otherSite.close(resolve));
});

/** What the editor shows when a credential with these values is saved. */
async function outcomeOf(baseUrl: string, apiKey = 'kros_test_simulator') {
	const data = { apiKey, baseUrl, webhookSecret: '' };
	return await client.testCredential({ ...stored, type: 'krosAiApi', data });
}

describe('the credential test', () => {
	test('accepts a good key', async () => {
		expect(await outcomeOf(simulator.baseUrl)).toMatchObject({ status: 'OK' });
	});

	test('takes slashes at the end of the base URL', async () => {
		expect(await outcomeOf(`${simulator.baseUrl}//`)).toMatchObject({ status: 'OK' });
	});

	test('refuses a key that KrosAI refuses', async () => {
		const result = await outcomeOf(simulator.baseUrl, 'kros_test_wrong');
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(/API key/i) });
	});

	test('accepts a key without the scopes of the lists, and names the lists', async () => {
		const result = await outcomeOf(simulator.baseUrl, 'kros_test_calls_only');
		expect(result).toMatchObject({
			status: 'OK',
			message: expect.stringMatching(/From Number and Endpoint/),
		});
	});

	test('says when no server answers at the address', async () => {
		const result = await outcomeOf(`http://127.0.0.1:${await freePort()}/v1`);
		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/connect|reach/i),
		});
	});

	test.each(['', '/missing'])('says when another site answers (path "%s")', async (path) => {
		const { port } = otherSite.address() as AddressInfo;
		const result = await outcomeOf(`http://127.0.0.1:${port}${path}`);
		expect(result).toMatchObject({ status: 'Error', message: expect.stringMatching(/Base URL/) });
	});

	test('places no call', () => {
		expect(simulator.called()).toEqual([]);
	});
});
