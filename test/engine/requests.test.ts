import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
	createServer as createTcpServer,
	type AddressInfo,
	type Server as TcpServer,
	type Socket,
} from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { createClient } from '../../nodes/KrosAi/api/client';
import { download } from '../../nodes/KrosAi/api/download';
import type { Answer, ApiRequest, Exchange } from '../../nodes/KrosAi/api/types';
import { readStartResult } from '../../nodes/KrosAi/dialing/startResult';
import { openEngine, type Engine, type RunOptions } from './engine';
import { until } from '../../simulator/client';
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

const GET: ApiRequest = { method: 'GET', path: '/calls' };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Sends one request from a running workflow. */
async function send(
	baseUrl: string,
	request = POST,
	timeoutMs = 5_000,
	apiKey: unknown = KEY,
	onStart?: RunOptions['onStart'],
): Promise<Exchange> {
	let sending: Promise<Exchange> | undefined;
	probe.run = async (context) => {
		// One try: what a GET does after that is not what is looked at here.
		const client = await createClient(context, { timeoutMs, patience: { tries: 1, totalMs: 0 } });
		sending = client(request);
		await sending;
	};
	const run = await engine.run(probeWorkflow(), {
		credential: { apiKey, baseUrl } as { apiKey: string; baseUrl: string },
		onStart,
	});
	if (!sending) throw run.data.resultData.error ?? new Error('The probe did not run');
	// n8n does not wait for a node whose execution was stopped.
	return await sending;
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
): Promise<{ url: string; seen: Seen; sockets: Set<Socket> }> {
	const seen: Seen = [];
	const sockets = new Set<Socket>();
	const server = createServer((request, response) => {
		seen.push({ method: request.method, url: request.url, headers: request.headers });
		answer(response, request);
	});
	server.on('connection', (socket) => sockets.add(socket));
	return { url: await listen(server), seen, sockets };
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

	it.each([401, 429, 503])('is not sent again after %d', async (status) => {
		const { url, seen } = await serve((response) => response.writeHead(status).end('{}'));
		expect(await send(url)).toMatchObject({ answered: true, status });
		expect(seen).toHaveLength(1);
	});

	it.each([302, 307])('follows no redirect (%d), so no key leaves', async (status) => {
		const other = await serve((response) => response.end('{"call_id":"call_2"}'));
		const { url, seen } = await serve((response) =>
			response.writeHead(status, { Location: `${other.url}/v1/outbound-calls` }).end(),
		);
		expect(await send(url)).toMatchObject({ answered: true, status });
		expect([seen.length, other.seen.length]).toEqual([1, 0]);
	});

	it('is not sent again when the connection is reset', async () => {
		const { url, seen } = await serve((_, request) => request.socket.destroy());
		expect(await send(url)).toMatchObject({ answered: false, reason: 'lost' });
		expect(seen).toHaveLength(1);
	});
});

/** Writes this without end, as fast as it is read; at its start, whatever begins an answer. */
function pour(socket: Duplex, start: string | Buffer, more: string | Buffer): void {
	socket.on('error', () => undefined);
	socket.write(start);
	const goOn = () => {
		while (!socket.destroyed && socket.write(more));
	};
	socket.on('drain', goOn);
	goOn();
}

const HEADERS = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** Whether the node has let go of all connections. */
const closed = async (sockets: Set<Socket>) =>
	await until(() => [...sockets].every(({ destroyed }) => destroyed));

/** Writes this, a piece every so often. */
function drip(socket: Duplex, start: string, piece: (count: number) => string | Buffer) {
	socket.write(start);
	let count = 0;
	const timer = setInterval(() => socket.write(piece((count += 1))), 50);
	socket.on('close', () => clearInterval(timer)).on('error', () => undefined);
}

const GZIP = 'Content-Encoding: gzip\r\n';
const PACKED = gzipSync(randomBytes(2_000));

describe('a request is ended at its limit, and its connection closed:', () => {
	it.each<[string, ApiRequest, (socket: Duplex) => void]>([
		['a start without an answer', POST, () => undefined],
		['headers that drip', GET, (socket) => drip(socket, HEADERS, () => 'X-More: 1\r\n')],
		[
			'a body that drips',
			POST,
			(socket) => drip(socket, `${HEADERS}Content-Length: 9999\r\n\r\n`, () => ' '),
		],
		[
			'a gzip that drips',
			GET,
			(socket) =>
				drip(socket, `${HEADERS}${GZIP}Content-Length: 9999\r\n\r\n`, (count) =>
					PACKED.subarray(count * 10 - 10, count * 10),
				),
		],
	])('%s', async (_, request, answer) => {
		const { url, sockets, seen } = await serve((response) => answer(response.socket!));
		const started = performance.now();
		expect(await send(url, request, 1_000)).toMatchObject({ answered: false, reason: 'timeout' });
		expect(performance.now() - started).toBeGreaterThan(990);
		await closed(sockets);
		expect(seen).toHaveLength(1);
	});

	it('headers without end are no answer, long before that', async () => {
		const { url, sockets } = await serve((response) =>
			pour(response.socket!, HEADERS, 'X-More: 1\r\n'.repeat(1000)),
		);
		expect(await send(url, POST, 30_000)).toMatchObject({ answered: false, reason: 'lost' });
		await closed(sockets);
	});

	it.each<[string, ApiRequest, string, string, string | Buffer]>([
		['without end', POST, '', '{"call_id":"', ' '.repeat(65_536)],
		// Members one after the other are one text.
		['that is a gzip bomb of a gigabyte', GET, GZIP, '', gzipSync(Buffer.alloc(16_000_000, ' '))],
	])(
		'a body %s is read to 5 MB, and nothing of it is kept',
		async (_, request, header, start, more) => {
			const { url, sockets } = await serve((response) =>
				pour(response.socket!, `${HEADERS}${header}Connection: close\r\n\r\n${start}`, more),
			);
			collectGarbage();
			const before = process.memoryUsage();
			const exchange = await send(url, request, 30_000);
			expect(exchange).toEqual({
				answered: true,
				status: 200,
				headers: expect.objectContaining({ 'content-type': 'application/json' }),
				text: '[longer than 5 MB]',
				json: undefined,
			});
			await closed(sockets);
			// What is on its way to be freed may take a moment.
			await until(() => {
				collectGarbage();
				return process.memoryUsage().arrayBuffers - before.arrayBuffers < 10_000_000;
			});
		},
	);
});

it('a body of 5 MB is read, packed or not', async () => {
	const body = JSON.stringify({ call_id: 'call_1', more: 'x'.repeat(4_999_900) });
	const packed = await serve((response) =>
		response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(body)),
	);
	const plain = await serve((response) => response.end(body));
	for (const { url } of [packed, plain]) {
		const exchange = await send(url);
		expect(exchange).toMatchObject({ answered: true, json: { call_id: 'call_1' } });
		expect((exchange as Answer).text).toHaveLength(body.length);
	}
});

it('a recording without end is broken off at 250 MB', async () => {
	const { url, sockets } = await serve((response) =>
		pour(response.socket!, `${HEADERS}Connection: close\r\n\r\n`, Buffer.alloc(1_000_000)),
	);
	let size = 0;
	let isTooLong = false;
	probe.run = async ({ helpers }) => {
		const answer = await download(helpers, `${url}/rec.mp3`, { baseUrl: url });
		if (!answer.answered) return;
		try {
			for await (const chunk of answer.body as Readable) size += (chunk as Buffer).length;
		} catch {
			isTooLong = answer.isTooLong();
		}
	};
	await engine.run(probeWorkflow(), { credential: { apiKey: KEY, baseUrl: url } });
	expect(isTooLong).toBe(true);
	// What came before it was counted, in the packet with the headers, is not.
	expect(size).toBeLessThan(251_000_000);
	await closed(sockets);
}, 60_000);

describe('when the execution is stopped', () => {
	/** Stops it when the request has arrived, and then lets it be answered by `answer`. */
	async function stopDuring(request: ApiRequest) {
		let stop = () => {};
		let answer = () => {};
		const { url, sockets, seen } = await serve((response) => {
			answer = () => response.end('{"call_id":"call_1"}');
			stop();
		});
		const sending = send(url, request, 20_000, KEY, (cancel) => {
			stop = cancel;
		});
		await until(() => seen.length === 1);
		return { sending, sockets, answer: () => answer() };
	}

	it('a GET that is under way ends at once', async () => {
		const { sending, sockets } = await stopDuring(GET);
		expect(await sending).toMatchObject({ answered: false, reason: 'cancelled' });
		await closed(sockets);
	});

	it('a start that is under way goes on: its answer says what became of the call', async () => {
		const { sending, sockets, answer } = await stopDuring(POST);
		// Long enough for Stop to have reached the request, if it did.
		await new Promise((resolve) => setTimeout(resolve, 300));
		expect([...sockets].map(({ destroyed }) => destroyed)).toEqual([false]);
		answer();
		expect(await sending).toMatchObject({ answered: true, json: { call_id: 'call_1' } });
	});
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
