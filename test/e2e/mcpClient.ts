/** What a tool gave: its text, and whether the server calls it a failure. */
export interface ToolResult {
	text: string;
	isError: boolean;
}

interface Message {
	id?: number;
	result?: unknown;
	error?: { message: string };
}

/** A tool as a server offers it. */
interface OfferedTool {
	name: string;
	description: string;
	inputSchema: { properties?: Record<string, unknown> };
}

/** The Model Context Protocol over HTTP ("Streamable HTTP"), as much as a test needs of it. */
export class McpClient {
	private session: string | undefined;
	private lastId = 0;

	/** @param url the path of an MCP Server Trigger, at n8n's address */
	constructor(private readonly url: string) {}

	/** Opens a session. */
	async connect(): Promise<void> {
		await this.request('initialize', {
			protocolVersion: '2025-03-26',
			capabilities: {},
			clientInfo: { name: 'krosai-tests', version: '1' },
		});
		await this.post({ method: 'notifications/initialized' });
	}

	async tools(): Promise<OfferedTool[]> {
		return ((await this.request('tools/list', {})) as { tools: OfferedTool[] }).tools;
	}

	/** Uses a tool, by the name in `tools`. */
	async call(name: string, args: Record<string, unknown> = {}): Promise<ToolResult> {
		const result = (await this.request('tools/call', { name, arguments: args })) as {
			content: Array<{ text: string }>;
			isError?: boolean;
		};
		return {
			text: result.content.map(({ text }) => text).join('\n'),
			isError: result.isError === true,
		};
	}

	private async request(method: string, params: object): Promise<unknown> {
		this.lastId += 1;
		const id = this.lastId;
		const answer = (await this.post({ id, method, params })).find((message) => message.id === id);
		if (!answer) throw new Error(`The MCP server gave no answer to ${method}`);
		if (answer.error) throw new Error(`The MCP server refused ${method}: ${answer.error.message}`);
		return answer.result;
	}

	/** @returns the messages that come back: as JSON, or as a stream of events that ends with them */
	private async post(message: object): Promise<Message[]> {
		const response = await fetch(this.url, {
			method: 'POST',
			headers: {
				'content-type': 'application/json',
				accept: 'application/json, text/event-stream',
				// n8n closes idle connections after 5 s, and a request just then would fail.
				connection: 'close',
				...(this.session && { 'mcp-session-id': this.session }),
			},
			body: JSON.stringify({ jsonrpc: '2.0', ...message }),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`The MCP server answered ${response.status}: ${text}`);
		this.session ??= response.headers.get('mcp-session-id') ?? undefined;
		if (!response.headers.get('content-type')?.includes('text/event-stream')) {
			return text === '' ? [] : [JSON.parse(text) as Message];
		}
		return [...text.matchAll(/^data: (.+)$/gm)].map(([, data]) => JSON.parse(data!) as Message);
	}
}
