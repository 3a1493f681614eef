interface Message {
	id?: number;
	result?: { content?: Array<{ text: string }> };
	error?: { message: string };
}

interface Request {
	method: string;
	params: object;
}

/** The Model Context Protocol over HTTP ("Streamable HTTP"), as much as a test needs of it. */
export class McpClient {
	private session: string | undefined;
	private lastId = 0;

	/** @param url the address of an MCP Server Trigger */
	constructor(private readonly url: string) {}

	/** Opens a session. */
	async connect(): Promise<void> {
		const clientInfo = { name: 'krosai-tests', version: '1' };
		const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
		await this.request([{ method: 'initialize', params }]);
		await this.post({ method: 'notifications/initialized' });
	}

	/** Uses a tool, and gives its text; also where the server calls that a failure. */
	async call(name: string, args: Record<string, unknown> = {}): Promise<string> {
		const [text] = await this.callAll(name, [args]);
		return text!;
	}

	/** Uses a tool several times, in one HTTP request. */
	async callAll(name: string, uses: Array<Record<string, unknown>>): Promise<string[]> {
		const method = 'tools/call';
		const results = await this.request(
			uses.map((args) => ({ method, params: { name, arguments: args } })),
		);
		return results.map((result) => (result?.content ?? []).map(({ text }) => text).join('\n'));
	}

	private async request(batch: Request[]): Promise<Array<Message['result']>> {
		const sent = batch.map((request) => ({ id: (this.lastId += 1), ...request }));
		const answers = await this.post(sent.length === 1 ? sent[0]! : sent);
		return sent.map(({ id, method }) => {
			const answer = answers.find((message) => message.id === id);
			if (!answer) throw new Error(`The MCP server gave no answer to ${method}`);
			if (answer.error) throw new Error(`It refused ${method}: ${answer.error.message}`);
			return answer.result;
		});
	}

	/** @returns the messages of the answer, a stream of events that ends with them */
	private async post(sent: object | object[]): Promise<Message[]> {
		const versioned = (message: object) => ({ jsonrpc: '2.0', ...message });
		const response = await fetch(this.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				// n8n closes idle connections after 5 s, and a request just then would fail.
				connection: 'close',
				...(this.session && { 'mcp-session-id': this.session }),
			},
			body: JSON.stringify(Array.isArray(sent) ? sent.map(versioned) : versioned(sent)),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`The MCP server answered ${response.status}: ${text}`);
		this.session ??= response.headers.get('mcp-session-id') ?? undefined;
		return [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!) as Message);
	}
}
