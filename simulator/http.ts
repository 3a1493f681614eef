import type { IncomingMessage } from 'node:http';

/** An answer, ready to be written. `code` is KrosAI's error code where the body has one. */
export interface Reply {
	status: number;
	headers: Record<string, string>;
	body: string | Buffer;
	code: string | null;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
	return {
		status,
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body),
		code: isObject(body) && typeof body.code === 'string' ? body.code : null,
	};
}

export function noContent(): Reply {
	return { status: 204, headers: {}, body: '', code: null };
}

export function html(status: number, body: string, headers: Record<string, string> = {}): Reply {
	return {
		status,
		headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
		body,
		code: null,
	};
}

/** Thrown where the API says no; becomes the error body of the Spec, Error Response Format. */
export class Refusal extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		/** Beside `error` and `code` at the top level: `details`, `retry_after`. */
		readonly extra: Record<string, unknown> = {},
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}

	get reply(): Reply {
		return json(this.status, { error: this.message, code: this.code, ...this.extra }, this.headers);
	}
}

/** A refusal of one field's value. */
export function invalid(code: string, message: string, field: string, value: unknown): Refusal {
	return new Refusal(400, code, message, { details: { field, value: value ?? null } });
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isHttpUrl(value: unknown): value is string {
	return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value);
}

/** The body as JSON; where it isn't JSON, as text; where there is none, null. */
export async function readBody(message: IncomingMessage): Promise<unknown> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	const text = Buffer.concat(chunks).toString('utf8');
	if (text === '') return null;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
