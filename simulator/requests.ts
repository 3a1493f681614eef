import type { IncomingMessage } from 'node:http';
import { readBody } from './http';

/** A request to the API or to the recordings, and what became of it. */
export interface RecordedRequest {
	/** When it had arrived with its body, in ms since 1970. */
	at: number;
	method: string;
	/** Without the query; of the API with `/v1` or `/api/v1`. */
	path: string;
	query: Record<string, string>;
	/** Names in lower case. */
	headers: Record<string, string | string[] | undefined>;
	/** Parsed where it is JSON, else the text; null where there was none. */
	body: unknown;
	/** What was answered; null while nothing is, or when the connection ended before an answer. */
	status: number | null;
	/** KrosAI's error code in the answer. */
	code: string | null;
}

/** A request that has just arrived, with its body. */
export async function recordRequest(message: IncomingMessage): Promise<RecordedRequest> {
	const { pathname, searchParams } = new URL(`http://127.0.0.1${message.url}`);
	const body = await readBody(message);
	return {
		at: Date.now(),
		method: message.method ?? '',
		path: pathname,
		query: Object.fromEntries(searchParams),
		headers: message.headers,
		body,
		status: null,
		code: null,
	};
}
