import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

/** A message of a chat, in the form of OpenAI's Chat Completions. */
export interface ChatMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
	tool_calls?: unknown[];
	/** Which use of a tool this message of the role `tool` answers. */
	tool_call_id?: string;
}

/** A function that a request offers to the model. */
export interface OfferedTool {
	function: { name: string; description: string; parameters: { properties: object } };
}

export interface ChatRequest {
	messages: ChatMessage[];
	tools?: OfferedTool[];
	stream?: boolean;
}

/**
 * What the model says next: words for the user, or tools that it wants to use. Or nothing: its server
 * refuses the request with this HTTP status, or gives no answer.
 */
export type Turn = Said | { refuse: number } | { hang: true };
type Said = string | Array<{ tool: string; args: Record<string, unknown> }>;

/** A chat model on this machine, which says what a test lets it say. */
export interface ChatModel {
	/** For the Base URL of a credential. */
	baseUrl: string;
	requests: ChatRequest[];
	close(): Promise<void>;
}

/**
 * OpenAI's Chat Completions over HTTP, without a model: `next` gives each answer from the request.
 * Everything else about it (which tools there are, what came back from them) is the agent's doing.
 */
export async function startChatModel(next: (request: ChatRequest) => Turn): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	const server = createServer((message, response) => {
		void json(message).then((body) => {
			const request = body as ChatRequest;
			requests.push(request);
			const turn = next(request);
			if (typeof turn === 'object' && 'hang' in turn) return;
			if (typeof turn === 'object' && 'refuse' in turn) {
				response.writeHead(turn.refuse, { 'content-type': 'application/json' });
				response.end(JSON.stringify({ error: { message: 'The model is not available' } }));
				return;
			}
			const answer = completion(turn, `use_${requests.length}`);
			if (request.stream) {
				const { message: delta, ...rest } = answer.choices[0]!;
				const chunk = { ...answer, object: 'chat.completion.chunk', choices: [{ ...rest, delta }] };
				response.writeHead(200, { 'content-type': 'text/event-stream' });
				response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
			} else {
				response.writeHead(200, { 'content-type': 'application/json' });
				response.end(JSON.stringify(answer));
			}
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** @param id no other use of a tool may have it: the agent tells them apart by it */
function completion(turn: Said, id: string) {
	const message =
		typeof turn === 'string'
			? { role: 'assistant', content: turn }
			: {
					role: 'assistant',
					content: null,
					tool_calls: turn.map(({ tool, args }, index) => ({
						index,
						id: `${id}_${index}`,
						type: 'function',
						function: { name: tool, arguments: JSON.stringify(args) },
					})),
				};
	return {
		id: 'completion',
		object: 'chat.completion',
		created: 0,
		model: 'none',
		choices: [
			{ index: 0, message, finish_reason: typeof turn === 'string' ? 'stop' : 'tool_calls' },
		],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	};
}
