import {
	baseUrlIn,
	keyHeader,
	readConnection,
	type StoredCredential,
} from '../../../../nodes/KrosAi/api/generation';

const KEY = 'kros_test_simulator';
const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const V1 = { apiKey: KEY, baseUrl: 'https://api.krosai.com/v1' };
const BRIDGE = { ...V1, api: 'bridge', organizationId: ID };

const obstacle = (stored: StoredCredential) =>
	(readConnection(stored) as { obstacle?: string }).obstacle;

describe('the API of a credential', () => {
	it.each([undefined, null, '', ' v1 ', 'v1'])('is v1 where it is %j', (api) => {
		expect(readConnection({ ...V1, api, organizationId: ID, callPath: '/start' })).toEqual({
			api: 'v1',
			apiKey: KEY,
			baseUrl: 'https://api.krosai.com/v1',
			organizationId: undefined,
			callPath: '/outbound-calls',
		});
	});

	it.each(['bridge', ' bridge\n'])('is the Bridge API where it is %j', (api) => {
		expect(readConnection({ ...BRIDGE, api })).toEqual({
			api: 'bridge',
			apiKey: KEY,
			baseUrl: 'https://api.krosai.com/api/v1',
			organizationId: ID,
			callPath: '/outbound-call',
		});
	});

	it.each(['v2', 'Bridge', 'kros_live_0123456789', 7, {}])('can not be %j', (api) => {
		expect(obstacle({ ...BRIDGE, api })).toMatch(
			/^The API ".*" .* not known: choose KrosAI API \(v1\) or KrosAI Bridge API \(bridge\)$/,
		);
		expect(obstacle({ ...BRIDGE, api })).not.toContain('0123456789');
	});
});

describe('the Base URL with the Bridge API', () => {
	it.each([
		undefined,
		null,
		'',
		' ',
		'https://api.krosai.com/v1',
		'https://api.krosai.com/v1/ ',
		'https://api.krosai.com',
		'https://api.krosai.com/',
	])('is its own where the field holds %j', (baseUrl) => {
		expect(readConnection({ ...BRIDGE, baseUrl })).toMatchObject({
			baseUrl: 'https://api.krosai.com/api/v1',
		});
		expect(baseUrlIn({ ...BRIDGE, baseUrl })).toBe('https://api.krosai.com/api/v1');
	});

	it.each(['https://eu.krosai.com/v1', 'http://127.0.0.1:4010/v1'])('stays %s', (baseUrl) => {
		expect(readConnection({ ...BRIDGE, baseUrl })).toMatchObject({ baseUrl });
	});

	it('is asked for in its own words where it is no address', () => {
		expect(obstacle({ ...BRIDGE, baseUrl: 'api.krosai.com' })).toBe(
			'The Base URL "api.krosai.com" of the KrosAI credential is not a web address. It starts with https://, for example https://api.krosai.com/api/v1',
		);
	});
});

it('leaves the Base URL of v1 as it is', () => {
	expect(baseUrlIn({ ...V1, baseUrl: '' })).toBe('');
	expect(baseUrlIn({ ...V1, baseUrl: ' https://api.krosai.com ' })).toBe('https://api.krosai.com');
});

describe('the Organization ID', () => {
	it.each([undefined, null, '', ' ', '\u200b\n'])('can not be %j', (organizationId) => {
		expect(obstacle({ ...BRIDGE, organizationId })).toBe(
			'The Organization ID of the KrosAI credential is empty, and the KrosAI Bridge API asks for it with each request',
		);
	});

	it('is sent without what was pasted along', () => {
		const organizationId = `\ufeff ${ID}\r\n`;
		expect(readConnection({ ...BRIDGE, organizationId })).toMatchObject({ organizationId: ID });
		expect(readConnection({ ...BRIDGE, organizationId: 7 })).toMatchObject({ organizationId: '7' });
	});
});

describe('the Call Path', () => {
	it.each([
		[undefined, '/outbound-call'],
		[' ', '/outbound-call'],
		['/', '/outbound-call'],
		['outbound-calls', '/outbound-calls'],
		['//calls/start/ ', '/calls/start'],
	])('%j is read as %s', (callPath, expected) => {
		expect(readConnection({ ...BRIDGE, callPath })).toMatchObject({ callPath: expected });
	});

	it.each(['https://other.example.com/x', '@other.example.com', '/a?b=1', '/a#b', '/a//b', '/a b'])(
		'can not be %s',
		(callPath) => {
			expect(obstacle({ ...BRIDGE, callPath })).toBe(
				`The Call Path "${callPath}" of the KrosAI credential is not a path, such as /outbound-call`,
			);
		},
	);
});

it.each([
	['bridge', { Authorization: `Bearer ${KEY}` }],
	['v1', { 'x-api-key': KEY }],
	[undefined, { 'x-api-key': KEY }],
])('sends the key as %s takes it', (api, header) => {
	expect(keyHeader({ api, apiKey: ` ${KEY}\n` })).toEqual(header);
});
