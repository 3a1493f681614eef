import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { createClient, createCredentialTestClient } from '../../../../nodes/KrosAi/api/client';
import { BRISK } from '../../../../nodes/KrosAi/api/retry';
import type { ApiRequest } from '../../../../nodes/KrosAi/api/types';
import { ORGANIZATION_ID, type Simulator, startSimulator } from '../../../../simulator';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { REQUEST } from '../../../support/exchanges';
import {
	clientFor,
	credentialFor,
	credentialTestHelpers,
	loadOptionsContext,
	NODE,
} from '../../../support/n8n';

// What n8n's own request helper makes of it is in test/engine/requests.test.ts.

const KEY = 'kros_test_simulator';

/** The pauses before a request is sent again: over at once, unless a test does something meanwhile. */
let mockPause: () => void;
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => mockPause(),
}));

useSimulator({ startsPerSecond: Infinity });
beforeEach(() => {
	mockPause = () => {};
});

/** Both clients, asked for a list at this base URL. */
const CLIENTS: Array<[string, (baseUrl: string, apiKey?: string) => Promise<unknown>]> = [
	[
		'the client of a node',
		async (baseUrl, apiKey = KEY) =>
			await (
				await createClient(loadOptionsContext({ apiKey, baseUrl }), { patience: BRISK })
			)({ method: 'GET', path: '/endpoints', query: { limit: 1 } }),
	],
	[
		'the client of a credential test',
		async (baseUrl, apiKey = KEY) =>
			await createCredentialTestClient(credentialTestHelpers as never, { apiKey, baseUrl })({
				method: 'GET',
				path: '/endpoints',
				query: { limit: 1 },
			}),
	],
];

describe.each(CLIENTS)('%s', (_, ask) => {
	it.each(['', '/', '///', '?page=2', '#top', ' ', '\u00a0'])(
		'does not mind what follows the base URL: %p',
		async (suffix) => {
			const exchange = await ask(simulator.baseUrl + suffix);
			expect(exchange).toMatchObject({
				answered: true,
				status: 200,
				json: { endpoints: [{ id: 'ep_abc123' }] },
			});
			expect(simulator.requests).toEqual([
				expect.objectContaining({
					method: 'GET',
					path: '/v1/endpoints',
					query: { limit: '1' },
					headers: expect.objectContaining({ 'x-api-key': KEY, accept: 'application/json' }),
				}),
			]);
		},
	);

	it.each([
		'',
		'api.krosai.com/v1',
		'ftp://api.krosai.com',
		'httpsx://a.example.com',
		'xhttp://a',
		'https://',
		'v1',
	])('sends nothing to %p, and says that it is no web address', async (baseUrl) => {
		expect(await ask(baseUrl)).toEqual({
			answered: false,
			reason: 'notSent',
			detail: expect.stringMatching(/^The Base URL ".*" .* is not a web address.*https:\/\//),
		});
	});

	it('does not show a key that was put into the wrong field', async () => {
		const exchange = await ask('kros_live_0123456789abcdef');
		expect(exchange).toMatchObject({ reason: 'notSent' });
		expect(JSON.stringify(exchange)).not.toContain('0123456789abcdef');
		expect(exchange).toMatchObject({ detail: expect.stringContaining('The Base URL "***"') });
	});

	it.each([
		['ftp://user:secret@files.example.com/v1', 'ftp://***@files.example.com/v1'],
		['ftp://user:p@ss/wo@rd@files.example.com', 'ftp://***@files.example.com'],
		['user:secret@api.krosai.com/v1', '***@api.krosai.com/v1'],
		['https:user:secret@', '***@'],
		[`ftp://files.example.com/${KEY}`, 'ftp://files.example.com/***'],
		[`ftp://files.example.com?key=${KEY.toUpperCase()}`, 'ftp://files.example.com'],
		[encodeURIComponent(`ftp://${KEY}`), 'ftp%3A%2F%2F***'],
		['sk-0123456789abcdef0123456789abcdef', '***'],
		['KROS_LIVE_ABC', '***'],
		['api.krosai.com/v1', 'api.krosai.com/v1'],
		[
			'xhttp://my-company-with-a-long-name.example.com',
			'xhttp://my-company-with-a-long-name.example.com',
		],
	])('shows of the Base URL %j only %j', async (baseUrl, shown) => {
		expect(await ask(baseUrl)).toMatchObject({
			detail: expect.stringContaining(`The Base URL "${shown}" of`),
		});
	});

	it('sends user and password of a Base URL nowhere', async () => {
		const baseUrl = simulator.baseUrl.replace('://', '://user:secret@');
		expect(JSON.stringify(await ask(baseUrl))).not.toContain('secret');
		expect(simulator.requests[0]?.headers.authorization).toBeUndefined();
	});

	it('hides the key where the server quotes it, also in JSON', async () => {
		simulator.fault({ kind: 'status', status: 400, body: { error: KEY } });
		const exchange = await ask(simulator.baseUrl);
		expect(exchange).toMatchObject({ status: 400, json: { error: '***' } });
		expect(JSON.stringify(exchange)).not.toContain(KEY);
	});

	it.each([
		['as it is', (url: string) => url],
		['with its slashes escaped', (url: string) => url.replaceAll('/', '\\/')],
		['with its ampersand escaped', (url: string) => url.replaceAll('&', '\\u0026')],
		['encoded', (url: string) => encodeURIComponent(url)],
	])('hides the way to a waiting execution where KrosAI quotes it %s', async (_, write) => {
		const [n8n, own] = ['5'.repeat(64), 'a7'.repeat(32)];
		const address = `https://n8n.example.com/webhook-waiting/7/krosai-call?signature=${n8n}&krosai=0.3.${own}`;
		const body = `{"error":"to ${write(address)}","value":{"call_id":"call_1"}}`;
		simulator.fault({ kind: 'status', status: 400, body });
		const exchange = await ask(simulator.baseUrl);
		const seen = JSON.stringify(exchange);
		expect(exchange).toMatchObject({ status: 400, json: { value: { call_id: 'call_1' } } });
		expect(seen).toContain('hidden');
		expect(seen).not.toContain(n8n);
		expect(seen).not.toContain(own);
	});

	it('follows no redirect', async () => {
		simulator.fault({ kind: 'redirect', location: `${simulator.baseUrl}/calls` });
		expect(await ask(simulator.baseUrl)).toMatchObject({ answered: true, status: 307 });
		expect(simulator.requests).toHaveLength(1);
	});

	it('turns a broken connection into a result', async () => {
		simulator.fault({ kind: 'dropBefore', times: 9 });
		expect(await ask(simulator.baseUrl)).toMatchObject({ answered: false, reason: 'lost' });
	});
});

it('sends the body exactly as it is, whatever its keys are called', async () => {
	const client = await clientFor(simulator);
	const metadata = JSON.parse('{"constructor":"Acme","__proto__":"x","prototype":{"a":[1,null]}}');
	await client({ ...REQUEST, body: { ...REQUEST.body, metadata } });
	const [request] = simulator.requests;
	expect(JSON.stringify(request?.body)).toBe(JSON.stringify({ ...REQUEST.body, metadata }));
	expect(request?.headers['content-type']).toBe('application/json');
});

describe("what n8n's helpers are asked for", () => {
	const ANSWER = { statusCode: 200, headers: {}, body: '' };
	const BASE = 'https://api.example.com/v1';

	/** All that the helper of a node is given for these requests, with this key. */
	async function askedFor(requests: ApiRequest[], apiKey = KEY) {
		const asked: unknown[][] = [];
		const client = await createClient({
			getNode: () => NODE,
			getCredentials: async (type: string) => {
				if (type !== 'krosAiApi') throw new Error(`The node has no credential "${type}"`);
				return { apiKey, baseUrl: BASE };
			},
			helpers: {
				httpRequestWithAuthentication: async (...args: unknown[]) => {
					const [type, options, read] = args as [string, IHttpRequestOptions, unknown];
					asked.push([type, { ...options, abortSignal: options.abortSignal && 'a signal' }, read]);
					return ANSWER;
				},
			},
		} as never);
		for (const request of requests) await client(request);
		return asked as Array<[string, IHttpRequestOptions, { credentialsDecrypted: unknown }]>;
	}

	/** A redirect would carry the key elsewhere; n8n sends again and throws by itself, if it may. */
	const ALWAYS = {
		encoding: 'stream',
		timeout: 60_000,
		abortSignal: 'a signal',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};

	it('is a start as text, because axios drops keys such as `constructor` from an object', async () => {
		const [[type, options] = []] = await askedFor([REQUEST]);
		expect(type).toBe('krosAiApi');
		expect(options).toEqual({
			...ALWAYS,
			method: 'POST',
			url: `${BASE}/outbound-calls`,
			body: JSON.stringify(REQUEST.body),
			headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
		});
	});

	it('is a list without a body, nor a word on its kind', async () => {
		const request: ApiRequest = { method: 'GET', path: '/calls', query: { limit: 100 } };
		const [[, options] = []] = await askedFor([request]);
		expect(options).toEqual({
			...ALWAYS,
			method: 'GET',
			url: `${BASE}/calls`,
			qs: { limit: 100 },
			headers: { Accept: 'application/json' },
		});
	});

	it('comes with the credential, so that n8n reads it once, and without what was pasted along', async () => {
		const [[, , read] = []] = await askedFor([REQUEST], `\u200b ${KEY}\r\n`);
		expect(read).toEqual({
			credentialsDecrypted: {
				id: '',
				name: '',
				type: 'krosAiApi',
				data: { apiKey: KEY, api: 'v1', baseUrl: BASE },
			},
		});
	});

	it('has the key of a start that KrosAI is not to act on twice', async () => {
		const [[, options] = []] = await askedFor([{ ...REQUEST, idempotencyKey: 'key' }]);
		expect(options?.headers).toEqual({
			Accept: 'application/json',
			'Content-Type': 'application/json',
			'Idempotency-Key': 'key',
		});
	});

	it('is the same of the older helper of a credential test', async () => {
		const asked: unknown[] = [];
		const request = async (options: unknown) => {
			asked.push(options);
			return ANSWER;
		};
		const credential = { apiKey: `${KEY}\n`, baseUrl: BASE };
		const client = createCredentialTestClient({ request } as never, credential);
		await client({ method: 'GET', path: '/calls', query: { limit: 1 } });
		expect(asked).toEqual([
			{
				method: 'GET',
				uri: `${BASE}/calls`,
				qs: { limit: 1 },
				headers: { Accept: 'application/json', 'x-api-key': KEY },
				useStream: true,
				timeout: 30_000,
				resolveWithFullResponse: true,
				simple: false,
				followRedirect: false,
			},
		]);
	});
});

describe('the Bridge API', () => {
	let bridge: Simulator;
	beforeAll(async () => {
		bridge = await startSimulator({ api: 'bridge', startsPerSecond: Infinity });
	});
	beforeEach(() => bridge.reset());
	afterAll(async () => await bridge.close());

	const organization_id = ORGANIZATION_ID;

	it('is sent the key as Bearer, and the organization with everything', async () => {
		const client = await clientFor(bridge);
		const list = await client({ method: 'GET', path: '/calls', query: { limit: 1 } });
		const call = await client({ method: 'GET', path: '/calls/call_1' });
		expect(list).toMatchObject({ status: 200 });
		expect(call).toMatchObject({ status: 404 });
		const headers = expect.objectContaining({ authorization: `Bearer ${KEY}` });
		expect(bridge.requests).toMatchObject([
			{ path: '/api/v1/calls', query: { limit: '1', organization_id }, headers },
			{ path: '/api/v1/calls/call_1', query: { organization_id }, headers },
		]);
		for (const request of bridge.requests) expect(request.headers).not.toHaveProperty('x-api-key');
	});

	it('starts a call at its own path', async () => {
		const exchange = await (await clientFor(bridge))(REQUEST);
		expect(exchange).toMatchObject({ status: 200, json: { to_number: REQUEST.body.to_number } });
		expect(bridge.requests).toMatchObject([
			{ path: '/api/v1/outbound-call', query: { organization_id } },
		]);
	});

	it('starts it at the Call Path where there is one', async () => {
		const credential = { ...credentialFor(bridge), callPath: 'calls/start' };
		await (
			await createClient(loadOptionsContext(credential))
		)(REQUEST);
		expect(bridge.requests).toMatchObject([{ path: '/api/v1/calls/start' }]);
	});

	it('is asked in the same way by a credential test', async () => {
		const credential = credentialFor(bridge);
		const client = createCredentialTestClient(credentialTestHelpers as never, credential);
		const exchange = await client({ method: 'GET', path: '/endpoints', query: { limit: 1 } });
		expect(exchange).toMatchObject({ status: 200 });
		expect(bridge.requests).toMatchObject([{ query: { limit: '1', organization_id } }]);
	});

	it('is sent nothing without an organization', async () => {
		const credential = { ...credentialFor(bridge), organizationId: ' ' };
		const context = loadOptionsContext(credential);
		const detail = expect.stringMatching(/^The Organization ID of the KrosAI credential is empty/);
		const nothing = { answered: false, reason: 'notSent', detail };
		expect(await (await createClient(context))(REQUEST)).toEqual(nothing);
		const helpers = credentialTestHelpers as never;
		expect(await createCredentialTestClient(helpers, credential)(REQUEST)).toEqual(nothing);
		expect(bridge.requests).toEqual([]);
	});

	it('has its clients in an execution share a rate, and v1 has none', async () => {
		const execution = { getExecutionId: () => 'shared' };
		const context = { ...loadOptionsContext(credentialFor(bridge)), ...execution };
		const { requestRate } = await createClient(context);
		expect((await createClient(context)).requestRate).toBe(requestRate);
		await (
			await createClient(context)
		)({ method: 'GET', path: '/endpoints' });
		expect(requestRate?.nextAt()).toBeGreaterThan(0);
		expect((await clientFor(simulator)).requestRate).toBeUndefined();
	});
});

it.each(['', ' \n', '\u200b', undefined, 7])('sends nothing with the key %j', async (apiKey) => {
	const credential = { apiKey: apiKey as string, baseUrl: simulator.baseUrl };
	expect(await (await createClient(loadOptionsContext(credential)))(REQUEST)).toEqual({
		answered: false,
		reason: 'notSent',
		detail: 'The API Key of the KrosAI credential is empty',
	});
	expect(simulator.requests).toEqual([]);
});

it('hides the key where the network quotes it', async () => {
	const client = await createClient({
		...loadOptionsContext(credentialFor(simulator)),
		helpers: {
			httpRequestWithAuthentication: async () => {
				throw new Error(`Invalid header x-api-key: ${KEY}, ${KEY}`);
			},
		},
	} as never);
	expect(await client(REQUEST)).toEqual({
		answered: false,
		reason: 'lost',
		detail: 'Invalid header x-api-key: ***, ***',
	});
});

it('hides the key where a header quotes it', async () => {
	const headers = { 'x-request-id': KEY };
	simulator.fault({ kind: 'status', status: 400, headers });
	const exchange = await (await clientFor(simulator))(REQUEST);
	expect(exchange).toMatchObject({ headers: { 'x-request-id': '***' } });
});

it('reads the headers by their names in lower case', async () => {
	simulator.fault({ kind: 'status', status: 429, headers: { 'Retry-After': '1.5' } });
	const client = await clientFor(simulator);
	expect(await client(REQUEST)).toMatchObject({ status: 429, headers: { 'retry-after': '1.5' } });
});

it('passes on what n8n says of a missing credential', async () => {
	const client = await createClient({
		...loadOptionsContext(credentialFor(simulator)),
		getCredentials: async () => {
			throw new Error('Node does not have any credentials set');
		},
	} as never);
	expect(await client(REQUEST)).toEqual({
		answered: false,
		reason: 'notSent',
		detail: 'Node does not have any credentials set',
	});
});

describe('a GET that fails in passing', () => {
	const GET = { method: 'GET', path: '/endpoints' } as const;

	it('is sent again until KrosAI answers', async () => {
		simulator.fault({ kind: 'dropBefore' });
		simulator.fault({ kind: 'status', status: 503 });
		expect(await (await clientFor(simulator))(GET)).toMatchObject({ status: 200 });
		expect(simulator.requests.map(({ status }) => status)).toEqual([null, 503, 200]);
	});

	it.each(['the execution is stopped', 'no more of it is wanted'])(
		'is given up where %s',
		async (why) => {
			simulator.fault({ kind: 'status', status: 503, times: 9 });
			const [stop, wanted] = [new AbortController(), new AbortController()];
			const client = await createClient({
				...loadOptionsContext(credentialFor(simulator)),
				getExecutionCancelSignal: () => stop.signal,
			});
			mockPause = () => (why === 'the execution is stopped' ? stop : wanted).abort();
			expect(await client(GET, wanted.signal)).toMatchObject({ status: 503 });
			expect(simulator.requests).toHaveLength(1);
			expect(await client(GET, wanted.signal)).toMatchObject({ reason: 'cancelled' });
			expect(simulator.requests).toHaveLength(1);
		},
	);

	it('is sent again too where an execution has no signal', async () => {
		simulator.fault({ kind: 'status', status: 503 });
		const client = await createClient({
			...loadOptionsContext(credentialFor(simulator)),
			getExecutionCancelSignal: () => undefined,
		});
		expect(await client(GET)).toMatchObject({ status: 200 });
	});

	it('is the only one: a POST and a DELETE go out once', async () => {
		simulator.fault({ kind: 'status', status: 503, times: 9 });
		const client = await clientFor(simulator);
		expect(await client(REQUEST)).toMatchObject({ status: 503 });
		expect(await client({ method: 'DELETE', path: '/webhooks/wh_1' })).toMatchObject({
			status: 503,
		});
		expect(simulator.requests).toHaveLength(2);
	});
});

describe('the account of a node', () => {
	const CREDENTIAL = { apiKey: KEY, baseUrl: 'https://api.krosai.com/v1' };
	const account = async (changes: object = {}) =>
		(await createClient(loadOptionsContext({ ...CREDENTIAL, ...changes }))).account;

	it('is the same for one key and Base URL, however they are written', async () => {
		expect(await account({ apiKey: ` ${KEY}\n` })).toBe(await account());
		expect(await account({ baseUrl: `${CREDENTIAL.baseUrl}/` })).toBe(await account());
	});

	it('is another for another key or Base URL, and shows no key', async () => {
		const accounts = [
			await account(),
			await account({ apiKey: 'kros_test_other' }),
			await account({ baseUrl: 'https://eu.krosai.com/v1' }),
		];
		expect(new Set(accounts).size).toBe(3);
		for (const one of accounts) expect(one).toMatch(/^[\da-f]{16}$/);
	});

	it('is another for each organization of the Bridge API', async () => {
		const bridge = { baseUrl: 'https://eu.krosai.com/v1', api: 'bridge' };
		const accounts = [
			await account({ baseUrl: bridge.baseUrl }),
			await account({ ...bridge, organizationId: 'one' }),
			await account({ ...bridge, organizationId: 'two' }),
		];
		expect(new Set(accounts).size).toBe(3);
		expect(await account({ ...bridge, organizationId: ' one ' })).toBe(accounts[1]);
		expect(await account({ ...bridge, organizationId: 'one', callPath: '/x' })).toBe(accounts[1]);
	});

	// Of contacts in doubt it is kept in executions that were saved before there was a choice.
	it('stays with v1 what it has always been', async () => {
		expect(await account()).toBe('bbb4fdae0ba0b17a');
		expect(await account({ organizationId: 'one' })).toBe(await account());
	});

	it('is empty where the credential can not be had', async () => {
		const getCredentials = async () => {
			throw new Error('Node does not have any credentials set');
		};
		const client = await createClient({ getCredentials } as never);
		expect([client.account, client.baseUrl]).toEqual(['', '']);
		expect(await account({ apiKey: '' })).toBe('');
	});
});

it.each([
	[
		'the Base URL as it counts',
		{ baseUrl: ' https://eu.krosai.com/v1/ ' },
		'https://eu.krosai.com/v1',
	],
	['also without a key', { apiKey: '', baseUrl: 'https://eu.krosai.com' }, 'https://eu.krosai.com'],
])('a client says %s', async (_, changes, baseUrl) => {
	const credential = { apiKey: KEY, ...changes };
	expect((await createClient(loadOptionsContext(credential))).baseUrl).toBe(baseUrl);
});

it('lets go of an answer that comes too late, from a helper that no signal ends', async () => {
	const limit = new AbortController();
	jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
	const body = new Readable({ read() {} });
	const isClosed = once(body, 'close');
	const request = async () => {
		limit.abort();
		await new Promise((resolve) => setImmediate(resolve));
		return { statusCode: 200, headers: {}, body };
	};
	const client = createCredentialTestClient({ request } as never, credentialFor(simulator));
	expect(await client({ method: 'GET', path: '/calls' })).toMatchObject({ reason: 'timeout' });
	await isClosed;
});

it('reads odd headers, and sends no text that a URL can not hold', async () => {
	const sent: IHttpRequestOptions[] = [];
	const client = await createClient({
		getNode: () => NODE,
		getCredentials: async () => ({ apiKey: KEY, baseUrl: simulator.baseUrl }),
		helpers: {
			httpRequestWithAuthentication: async (_: string, options: IHttpRequestOptions) => {
				sent.push(options);
				const headers = { 'Retry-After': ['2', '3'], 'X-Odd': { toString: 1 }, 'X-Count': 7 };
				return { statusCode: 200, headers, body: { call_id: 'call_1' } };
			},
		},
	} as never);
	const query = { endpoint_id: 'ep_\ud800', limit: 1 };
	expect(await client({ method: 'GET', path: '/calls', query })).toEqual({
		answered: true,
		status: 200,
		headers: { 'retry-after': '2', 'x-odd': '', 'x-count': '7' },
		text: '{"call_id":"call_1"}',
		json: { call_id: 'call_1' },
	});
	expect(sent[0]!.qs).toEqual({ endpoint_id: 'ep_\ufffd', limit: 1 });
});

it('says so where the credential can not be read, whatever is thrown', async () => {
	for (const thrown of [undefined, 'x', {}]) {
		const client = await createClient({
			getCredentials: async () => {
				throw thrown;
			},
		} as never);
		expect(await client(REQUEST)).toEqual({
			answered: false,
			reason: 'notSent',
			detail: "The KrosAI credential can't be read",
		});
	}
});
