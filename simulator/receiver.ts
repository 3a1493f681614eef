import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readBody } from './http';

/** A request that came in. */
interface Received {
	path: string;
	headers: IncomingHttpHeaders;
	body: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** A server on this machine that takes deliveries, for these tests. */
export class Receiver {
	readonly received: Received[] = [];
	/** Answers 200 at first; a test may do anything else with the response, or nothing. */
	answer: (response: ServerResponse, request: Received) => void = (response) => response.end();
	private readonly server = createServer(async (message, response) => {
		const { url: path = '', headers } = message;
		let body: unknown;
		try {
			body = await readBody(message);
		} catch {
			// The sender left before all of it had come: nothing was received.
			return;
		}
		const request = { path, headers, body };
		this.received.push(request);
		this.answer(response, request);
	});

	async open(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	url(path = '/hook'): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
	}

	/** The events' names, in the order in which they came. */
	events(): string[] {
		return this.received.map(({ body }) => body.event);
	}

	/** How many connections are open to it. */
	async connections(): Promise<number> {
		return await new Promise((resolve, reject) => {
			this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
		});
	}

	async close(): Promise<void> {
		await new Promise<void>((resolve) => {
			this.server.close(() => resolve());
			this.server.closeAllConnections();
		});
	}
}
