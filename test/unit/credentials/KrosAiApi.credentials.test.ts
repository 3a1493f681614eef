import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { KrosAiApi } from '../../../credentials/KrosAiApi.credentials';

const FOLDER = resolve(__dirname, '../../../credentials');
const credential = new KrosAiApi();

it('is called what saved workflows call it', () => {
	expect(credential.name).toBe('krosAiApi');
});

// Shared contract: these names and shapes stay.
it.each([
	['apiKey', '', true],
	['baseUrl', 'https://api.krosai.com/v1', false],
	['organizationId', '', false],
	['callPath', '/outbound-call', false],
	['webhookSecret', '', true],
])('has the field %s, default %p, hidden: %p', (name, initial, isSecret) => {
	const property = credential.properties.find((candidate) => candidate.name === name);
	expect(property).toMatchObject({ type: 'string', default: initial });
	expect(property?.typeOptions?.password ?? false).toBe(isSecret);
});

it('has the API to choose, v1 at first', () => {
	const api = credential.properties.find(({ name }) => name === 'api');
	expect(api).toMatchObject({ type: 'options', default: 'v1' });
	expect(api?.options).toMatchObject([
		{ name: 'KrosAI API', value: 'v1' },
		{ name: 'KrosAI Bridge API', value: 'bridge' },
	]);
});

it('has no other field, and demands only the key', () => {
	expect(
		credential.properties.map(({ name, required = false, displayOptions }) => [
			name,
			required,
			displayOptions,
		]),
	).toEqual([
		['apiKey', true, undefined],
		['api', false, undefined],
		['organizationId', false, { hide: { api: ['v1'] } }],
		['baseUrl', false, undefined],
		['callPath', false, { hide: { api: ['v1'] } }],
		['webhookSecret', false, undefined],
	]);
});

it('puts the key for the Bridge API into Authorization, and nowhere else', async () => {
	const request = { url: 'https://example.com' };
	expect(await credential.authenticate({ apiKey: 'kros_live_1', api: 'bridge' }, request)).toEqual({
		url: 'https://example.com',
		headers: { Authorization: 'Bearer kros_live_1' },
	});
});

it('puts the key into the header of the specification, and nowhere else', async () => {
	const request = { url: 'https://example.com', headers: { accept: 'application/json' } };
	expect(await credential.authenticate({ apiKey: 'kros_live_1' }, request)).toEqual({
		url: 'https://example.com',
		headers: { accept: 'application/json', 'x-api-key': 'kros_live_1' },
	});
	expect(request.headers).toEqual({ accept: 'application/json' });
});

it('has an icon for light and one for dark, and a page that explains it', () => {
	const { light, dark } = credential.icon as { light: string; dark: string };
	expect(light).not.toBe(dark);
	for (const icon of [light, dark]) {
		expect(existsSync(resolve(FOLDER, icon.replace(/^file:/, '')))).toBe(true);
	}
	expect(credential.documentationUrl).toMatch(/\/docs\/credentials\.md$/);
});
