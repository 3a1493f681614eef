import type { ServerResponse } from 'node:http';

/** The pages that are open: each hears by server-sent events what happens. */
export class Feed {
	private readonly pages = new Set<ServerResponse>();

	/** Opens the stream to a page; `hello` is what it hears first. */
	open(response: ServerResponse, hello: unknown): void {
		response.writeHead(200, {
			'content-type': 'text/event-stream',
			'cache-control': 'no-store',
		});
		response.write(event('hello', hello));
		this.pages.add(response);
		response.on('close', () => this.pages.delete(response));
	}

	/** `make` is called only while a page listens. */
	send(name: string, make: () => unknown): void {
		if (this.pages.size === 0) return;
		const text = event(name, make());
		for (const page of this.pages) page.write(text);
	}
}

function event(name: string, data: unknown): string {
	return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
