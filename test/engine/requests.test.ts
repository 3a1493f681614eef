import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server as TcpServer,
} from 'node:net';
import { generate } from 'selfsigned';
import { createClient } from '../../nodes/KrosAi/api/client';
import type { ApiRequest, Exchange } from '../../nodes/KrosAi/api/types';
import { readStartResult } from '../../nodes/KrosAi/dialing/startResult';
import { openEngine, type Engine } from './engine';
import { probe } from './helperNodes';
import { node, type WorkflowJson } from './workflow';

/** The one place that sends requests, through n8n's own request helper, against real servers. */
let engine: Engine;
const open: Array<Server | TcpServer> = [];

beforeAll(async () => {
	engine = await openEngine();
}, 60_000);
afterEach(() => {
	for (const server of open.splice(0)) server.close();
});
afterAll(() => engine.close());

const KEY = 'kros_live_0123456789';
const POST: ApiRequest = {
	method: 'POST',
	path: '/outbound-calls',
	body: { to_number: '+14155550123' },
};

/** Sends one request from a running workflow. */
async function send(
	baseUrl: string,
	request = POST,
	timeoutMs = 5_000,
	apiKey: unknown = KEY,
): Promise<Exchange> {
	let exchange: Exchange | undefined;
	probe.run = async (context) => {
		exchange = await (await createClient(context, { timeoutMs }))(request);
	};
	const run = await engine.run(probeWorkflow(), {
		credential: { apiKey, baseUrl } as { apiKey: string; baseUrl: string },
	});
	if (!exchange) throw run.data.resultData.error ?? new Error('The probe did not run');
	return exchange;
}

function probeWorkflow(): WorkflowJson {
	const credentials = { krosAiApi: { id: '1', name: '' } };
	return {
		name: 'Probe',
		nodes: [node('Probe', 'test.probe', {}, { credentials })],
		connections: {},
	};
}

async function listen(server: Server | TcpServer, scheme = 'http'): Promise<string> {
	open.push(server);
	await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
	return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Seen = Array<{ method?: string; url?: string; headers: IncomingMessage['headers'] }>;

async function serve(
	answer: (response: ServerResponse, request: IncomingMessage) => void,
): Promise<{ url: string; seen: Seen }> {
	const seen: Seen = [];
	const server = createServer((request, response) => {
		seen.push({ method: request.method, url: request.url, headers: request.headers });
		answer(response, request);
	});
	return { url: await listen(server), seen };
}

describe('one POST per call, ever', () => {
	it('sends the key in x-api-key and JSON both ways', async () => {
		const { url, seen } = await serve((response) => response.end('{"call_id":"call_1"}'));
		const exchange = await send(`${url}/v1/`);
		expect(exchange).toMatchObject({ answered: true, status: 200, json: { call_id: 'call_1' } });
		expect(seen).toEqual([
			expect.objectContaining({
				method: 'POST',
				url: '/v1/outbound-calls',
				headers: expect.objectContaining({
					'x-api-key': KEY,
					'content-type': 'application/json',
					accept: 'application/json',
				}),
			}),
		]);
	});

	it.each([
		['a line break at its end', `${KEY}\n`],
		['a header of its own', `${KEY}\r\nX-Evil: 1`],
		['a line break in it', `kros_live_0123\n456789`],
		['a dash that no keyboard has', 'kros_live–0123456789'],
		['an invisible mark in front', `\u200b${KEY}`],
		['a byte order mark', `\ufeff${KEY}`],
	])('a key with %s does not keep the request from being sent', async (_, apiKey) => {
		const { url, seen } = await serve((response) => response.end('{"call_id":"call_1"}'));
		expect(await send(url, POST, 5_000, apiKey)).toMatchObject({ answered: true, status: 200 });
		expect(seen).toHaveLength(1);
		expect(seen[0]!.headers).not.toHaveProperty('x-evil');
	});

	it.each([401, 403, 429, 500, 503])('is not sent again after %d', async (status) => {
		const { url, seen } = await serve((response) => response.writeHead(status).end('{}'));
		expect(await send(url)).toMatchObject({ answered: true, status });
		expect(seen).toHaveLength(1);
	});

	it.each([301, 302, 303, 307, 308])(
		'follows no redirect (%d), so no key leaves',
		async (status) => {
			const other = await serve((response) => response.end('{"call_id":"call_2"}'));
			const { url, seen } = await serve((response) =>
				response.writeHead(status, { Location: `${other.url}/v1/outbound-calls` }).end(),
			);
			expect(await send(url)).toMatchObject({ answered: true, status });
			expect([seen.length, other.seen.length]).toEqual([1, 0]);
		},
	);

	it('is not sent again when the connection is reset', async () => {
		const { url, seen } = await serve((_, request) => request.socket.destroy());
		expect(await send(url)).toMatchObject({ answered: false, reason: 'lost' });
		expect(seen).toHaveLength(1);
	});

	it('gives up after a time of its own', async () => {
		const { url, seen } = await serve(() => undefined);
		// Long enough for the request to arrive first, whatever else the machine has to do.
		expect(await send(url, POST, 3_000)).toMatchObject({ answered: false, reason: 'timeout' });
		expect(seen).toHaveLength(1);
	});
});

it('gives up on an answer that only drips', async () => {
	const { url } = await serve((response) => {
		const drip = setInterval(() => response.write(' '), 50);
		response.on('close', () => clearInterval(drip));
	});
	expect(await send(url, POST, 400)).toMatchObject({ answered: false, reason: 'timeout' });
});

describe('what an answer holds', () => {
	it.each([
		['a web page', '<!DOCTYPE html><p>Sign in</p>'],
		['half of a JSON body', '{"call_id": "call_'],
		['nothing', ''],
	])('tells %s from JSON', async (_, text) => {
		const { url } = await serve((response) => response.end(text));
		expect(await send(url)).toMatchObject({ answered: true, text, json: undefined });
	});

	it('hides the API key where a server quotes it', async () => {
		const { url } = await serve((response) =>
			response.writeHead(401).end(`{"error":"Invalid API key ${KEY}","code":"UNAUTHORIZED"}`),
		);
		expect(JSON.stringify(await send(url))).not.toContain(KEY);
	});
});

it.each([
	['with a space', `${KEY} `],
	['with a line break', `${KEY}\n`],
	['with a line break in it', KEY.replace('0123', '0123\n')],
	['with an invisible mark', `\u200b${KEY}`],
])('hides an API key that was pasted %s', async (_, apiKey) => {
	const { url } = await serve((response, request) =>
		response.writeHead(401).end(`{"error":"Invalid key ${request.headers['x-api-key']}"}`),
	);
	expect(JSON.stringify(await send(url, POST, 5_000, apiKey))).not.toContain(KEY);
});

it.each([[null], [''], [' ']])('sends nothing without an API key (%j)', async (apiKey) => {
	const { url, seen } = await serve((response) => response.end('{"call_id":"call_1"}'));
	expect(await send(url, POST, 5_000, apiKey)).toMatchObject({
		answered: false,
		reason: 'notSent',
	});
	expect(seen).toHaveLength(0);
});

describe('connections that are never made', () => {
	const placed = (exchange: Exchange) => {
		const result = readStartResult(exchange, POST);
		return result.accepted ? 'accepted' : result.failure.placed;
	};

	it('refused', async () => {
		const url = await listen(createServer());
		await new Promise((done) => open.pop()!.close(done));
		const exchange = await send(url);
		expect(exchange).toMatchObject({ answered: false, reason: 'refused' });
		expect(placed(exchange)).toBe('no');
	});

	it("a host name that isn't there", async () => {
		// Longer than a label may be, so no resolver is asked: a slow one says nothing within the limit.
		const exchange = await send(`http://${'krosai'.repeat(11)}.invalid/v1`);
		expect(exchange).toMatchObject({ answered: false, reason: 'dns' });
		expect(placed(exchange)).toBe('no');
	});

	it('a certificate of no known authority: the server never sees the request', async () => {
		const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
		let requests = 0;
		const server = createTlsServer({ key, cert }, (_, response) => {
			requests += 1;
			response.end('{"call_id":"call_1"}');
		});
		const exchange = await send(await listen(server, 'https'));
		expect(exchange).toMatchObject({ answered: false, reason: 'tls' });
		expect(placed(exchange)).toBe('no');
		expect(requests).toBe(0);
	});

	it("a server that doesn't speak TLS", async () => {
		const { url, seen } = await serve((response) => response.end());
		const exchange = await send(url.replace('http:', 'https:'));
		expect(exchange).toMatchObject({ answered: false, reason: 'tls' });
		expect(placed(exchange)).toBe('no');
		expect(seen).toHaveLength(0);
	});

	it('a server that hangs up while the secure connection is made', async () => {
		const url = await listen(
			createTcpServer((socket) => {
				socket.once('data', () => socket.end());
			}),
			'https',
		);
		const exchange = await send(url);
		expect(exchange).toMatchObject({ answered: false, reason: 'tls' });
		expect(placed(exchange)).toBe('no');
	});
});

it('says what is wrong with a base URL that is no web address, and sends nothing', async () => {
	expect(await send('api.krosai.com/v1')).toEqual({
		answered: false,
		reason: 'notSent',
		detail: expect.stringContaining('The Base URL "api.krosai.com/v1"'),
	});
});

it("reads the credential once for all requests of a run, not from n8n's database for each", async () => {
	const { url, seen } = await serve((response) => response.end('{}'));
	let reads = 0;
	const credential = {
		baseUrl: url,
		// The engine copies the credential each time it is read.
		get apiKey() {
			reads += 1;
			return KEY;
		},
	};
	probe.run = async (context) => {
		const client = await createClient(context);
		for (let count = 0; count < 3; count++) await client(POST);
	};
	await engine.run(probeWorkflow(), { credential });
	expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual([KEY, KEY, KEY]);
	expect(reads).toBe(1);
});
