import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IRun } from 'n8n-workflow';
import type { Engine, RunOptions } from './engine';
import type { WorkflowJson } from './workflow';

/** What a callback was answered. */
export interface Answer {
	status: number;
	path: string;
}

/**
 * The part of n8n that keeps executions which wait, and hands requests to them: one execution at a
 * time, over real HTTP. As in n8n, a request is answered 409 while the execution runs or when it has
 * ended, and 404 where the path isn't the node's.
 */
export class WaitingRoom {
	readonly answers: Answer[] = [];
	/** How many callbacks woke the execution. */
	wakes = 0;
	private workflow!: WorkflowJson;
	private options!: RunOptions;
	/** As n8n has stored it; undefined while it runs. */
	private stored: IRun | undefined;
	private executions = 0;
	private underWay = 0;

	private constructor(
		private readonly engine: () => Engine,
		readonly url: string,
		private readonly stop: () => void,
	) {}

	static async open(engine: () => Engine): Promise<WaitingRoom> {
		const server = createServer((request, response) => {
			room.underWay += 1;
			void room.receive(request, response).finally(() => (room.underWay -= 1));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		const room: WaitingRoom = new WaitingRoom(engine, `http://127.0.0.1:${port}/waiting`, () => {
			server.closeAllConnections();
			server.close();
		});
		return room;
	}

	close(): void {
		this.stop();
	}

	/** Runs a workflow until it waits or ends. */
	async run(workflow: WorkflowJson, options: RunOptions): Promise<IRun> {
		this.answers.length = 0;
		this.wakes = 0;
		this.workflow = workflow;
		this.executions += 1;
		const executionId = String(this.executions);
		this.options = { ...options, executionId, waitingBaseUrl: this.url };
		return await this.keep(this.engine().run(workflow, this.options));
	}

	/** "Retry" of the execution that failed: a new one, with an id of its own. */
	async retry(): Promise<IRun> {
		const failed = this.stored!;
		this.executions += 1;
		this.options = { ...this.options, executionId: String(this.executions) };
		return await this.keep(this.engine().retry(this.workflow, failed, this.options));
	}

	/** The execution's date has come. */
	async timeOut(): Promise<IRun> {
		return await this.keep(this.engine().wake(this.workflow, this.stored!, this.options));
	}

	/** The execution once callbacks have woken it and it has ended. */
	async ended(seconds = 10): Promise<IRun> {
		const end = Date.now() + seconds * 1000;
		while (!this.stored || this.isWaiting) {
			if (Date.now() > end) throw new Error(`The execution did not end within ${seconds} s`);
			await sleep(20);
		}
		return this.stored;
	}

	/**
	 * Until no callback is under way. One that has seen another call still running asks KrosAI again
	 * after two seconds, also when the execution has been woken meanwhile.
	 */
	async quiet(): Promise<void> {
		do await sleep(20);
		while (this.underWay > 0);
	}

	get isWaiting(): boolean {
		return Boolean(this.stored?.waitTill);
	}

	private async keep(running: Promise<IRun>): Promise<IRun> {
		this.stored = undefined;
		this.stored = await running;
		return this.stored;
	}

	private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, searchParams } = new URL(request.url ?? '', this.url);
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const express = Object.assign(request, {
			rawBody: Buffer.concat(chunks),
			query: Object.fromEntries(searchParams),
		});
		const answered = Object.assign(response, {
			status: (code: number) => Object.assign(response, { statusCode: code }),
			json: (body: unknown) => response.end(JSON.stringify(body)),
		});
		const [, executionId, suffix] = /^\/waiting\/(\d+)\/([^/]*)$/.exec(pathname) ?? [];
		if (suffix !== 'krosai-call' || executionId !== this.options.executionId) {
			response.statusCode = 404;
		} else if (!this.stored || !this.isWaiting) {
			response.statusCode = 409;
		} else {
			const http = { request: express, response: answered };
			const stored = this.stored;
			const { goOn } = await this.engine().callBack(this.workflow, stored, http, this.options);
			if (goOn) {
				this.wakes += 1;
				// Of two that wake it at once, n8n lets one through.
				if (this.stored === stored) void this.keep(goOn());
			}
		}
		this.answers.push({ status: response.statusCode, path: pathname });
		if (!response.writableEnded) response.end('{}');
	}
}
