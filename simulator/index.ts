import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { announce, checkMadeUp, deliver } from './announce';
import { answer } from './api';
import { BASE_PATHS } from './apiSettings';
import type { SimulatedCall } from './call';
import { control } from './control';
import { Faults, suffer } from './faults';
import { Feed } from './feed';
import { html, type Reply } from './http';
import { Organization } from './organization';
import { addCall } from './outboundCalls';
import { keepRecording } from './recording';
import { recordRequest, type RecordedRequest } from './requests';
import type { SimulatorOptions } from './settings';
import type { Simulator } from './simulator';
import { callView, deliveryView, helloView, isRefused, refusalView, settingsView } from './view';

export type { MadeUpEvent } from './announce';
export type { Api } from './apiSettings';
export type { CallStatus, Outcome, SimulatedCall, Timing } from './call';
export { ORGANIZATION_ID } from './catalogue';
export type { EndpointSeed, PhoneNumberSeed } from './catalogue';
export type { Delivery } from './courier';
export type { Fault } from './faults';
export type { RecordedRequest } from './requests';
export type { SimulatorOptions } from './settings';
export { signedDelivery } from './signature';
export type { Simulator } from './simulator';
export type { Subscription } from './subscriptions';

const HOST = '127.0.0.1';

/** Of either generation: what comes to the wrong one is recorded and answered as KrosAI would. */
const API_PATH = /^(\/api)?\/v1(\/|$)/;

// The page shows only what it is sent, but what it is sent came from outside.
const PAGE_HEADERS = {
	'content-security-policy':
		"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; " +
		"connect-src 'self'; img-src data:",
};

/**
 * KrosAI over real HTTP, on this machine only: the API under `/v1` (with `api: 'bridge'` under
 * `/api/v1`), a page that shows the calls at `/`, and control for other processes under
 * `/_simulator/`. The recordings are on a port of their own. Rejects where the port is taken.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const organization = new Organization(options);
	const { exchange, courier } = organization;
	const faults = new Faults();
	const feed = new Feed();
	const requests: RecordedRequest[] = [];
	const storageRequests: RecordedRequest[] = [];
	const page = html(200, readFileSync(join(__dirname, 'page.html'), 'utf8'), PAGE_HEADERS);
	const added = new Set<SimulatedCall>();
	let delays = newDelays();

	exchange.onCallChange((call, at) => {
		keepRecording(organization, call);
		feed.send('call', () => callView(organization, call));
		announce(organization, call, at);
	});
	courier.onDelivery((delivery) => feed.send('delivery', () => deliveryView(delivery)));

	const server = createServer(listener(respond));
	const storageServer = createServer(
		listener(async (message, response) => {
			const request = await recordRequest(message);
			storageRequests.push(request);
			await reply(request, response, () => organization.storage.answer(request));
		}),
	);

	async function respond(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = await recordRequest(message);
		const { path: pathname } = request;
		if (pathname === '/_simulator/events') {
			feed.open(response, helloView(organization, requests));
		} else if (pathname.startsWith('/_simulator/')) {
			send(response, await control(simulator, request));
		} else if (pathname === '/') {
			send(response, page);
		} else if (API_PATH.test(pathname)) {
			await serve(request, response);
		} else {
			send(response, html(404, '<!doctype html><title>404</title><h1>Not found</h1>'));
		}
	}

	async function serve(request: RecordedRequest, response: ServerResponse): Promise<void> {
		requests.push(request);
		await reply(request, response, () => answer(organization, request));
		if (isRefused(request)) feed.send('refused', () => refusalView(request));
		// The number of subscriptions may be another one.
		if (request.method !== 'GET' && request.path.includes('/v1/webhooks')) {
			feed.send('settings', () => settingsView(organization));
		}
	}

	/** Answers, or suffers the fault that waits for the request. */
	async function reply(
		request: RecordedRequest,
		response: ServerResponse,
		takeIn: () => Reply,
	): Promise<void> {
		const pause = (ms: number) => sleep(ms, undefined, { signal: delays.signal });
		const fault = faults.take(request);
		const made = fault ? await suffer(fault, takeIn, pause) : takeIn();
		if (made && !response.destroyed) {
			request.status = made.status;
			request.code = made.code;
			send(response, made);
		} else {
			response.destroy();
		}
	}

	function reset(options?: { keepSubscriptions?: boolean }): void {
		delays.abort();
		delays = newDelays();
		organization.reset(options);
		faults.clear();
		requests.length = 0;
		storageRequests.length = 0;
		added.clear();
		tellPages();
	}

	function tellPages(): void {
		feed.send('hello', () => helloView(organization, requests));
	}

	const origin = await listen(server, options.port ?? 0);
	organization.storage.origin = await listen(storageServer, 0);

	const simulator: Simulator = {
		origin,
		get api() {
			return organization.settings.api;
		},
		get baseUrl() {
			return origin + BASE_PATHS[organization.settings.api];
		},
		requests,
		storageRequests,
		calls: exchange.calls,
		webhooks: organization.subscriptions,
		deliveries: courier.deliveries,
		called: () =>
			exchange.calls.filter((call) => !added.has(call)).map(({ to_number }) => to_number),
		script(toNumber, outcome, timing) {
			exchange.script(toNumber, outcome, timing);
			feed.send('settings', () => settingsView(organization));
		},
		decide(callId, outcome) {
			const call = exchange.find(callId);
			if (!call || !exchange.decide(call, outcome)) throw new Error(`${callId} doesn't ring`);
		},
		hangUp(callId) {
			const call = exchange.find(callId);
			if (!call || !exchange.hangUp(call, 'user_hangup')) {
				throw new Error(`${callId} is not in progress`);
			}
		},
		fault: (fault) => faults.add(fault),
		addCall(fields) {
			const call = addCall(organization, fields);
			added.add(call);
			return call;
		},
		async deliver(event) {
			checkMadeUp(event);
			return await deliver(organization, event);
		},
		async redeliver(index) {
			const delivery = courier.deliveries[index];
			if (!delivery) throw new Error(`There is no delivery ${index}`);
			return await courier.sendAgain(delivery);
		},
		set(changes) {
			organization.set(changes);
			tellPages();
		},
		reset,
		onCallChange: (listener) => exchange.onCallChange(listener),
		async close() {
			reset();
			await Promise.all([server, storageServer].map(close));
		},
	};
	return simulator;
}

/** Ends all delayed answers at once, however many there are. */
function newDelays(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}

function listener(
	respond: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
): RequestListener {
	return (message, response) => {
		respond(message, response).catch((error: NodeJS.ErrnoException) => {
			message.socket.destroy();
			// A reset ended a delay, or the client left; all else is an unplanned fault.
			if (error.name !== 'AbortError' && error.code !== 'ECONNRESET') console.error(error);
		});
	};
}

/** On this machine only. Resolves with where. */
async function listen(server: Server, port: number): Promise<string> {
	// A connection closed while a client is about to use it again would look like a fault.
	server.keepAliveTimeout = 60_000;
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, HOST, resolve);
	});
	return `http://${HOST}:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
	await new Promise<void>((resolve) => {
		server.close(() => resolve());
		server.closeAllConnections();
	});
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
	response.writeHead(status, headers);
	const isWhole = Number(headers['content-length'] ?? body.length) === body.length;
	if (isWhole) response.end(body);
	else response.write(body, () => response.destroy());
}
