import { isObject, toJson } from '../util/json';

/** More than this is read of no answer, in bytes, unpacked: a hundred calls with transcripts are less. */
const LONGEST_BODY = 5_000_000;

/** Stands in the place of a body that is longer. */
export const TOO_LONG = '[longer than 5 MB]';

/** What this package uses of Node's streams, which it may not import. */
interface Stream {
	destroyed: boolean;
	on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
	on(event: 'error', listener: (error: Error) => void): unknown;
	on(event: 'end' | 'close', listener: () => void): unknown;
	destroy(): unknown;
}

/**
 * The body of an answer as text, without a byte order mark. Of a stream that brings more than 5 MB,
 * which n8n has unpacked, the rest is not read and nothing is kept.
 *
 * @param body as n8n's helper gives it: a stream, or what it has read itself
 * @throws Error where the stream breaks off
 */
export async function readBody(body: unknown): Promise<string> {
	if (typeof body === 'string') return body;
	if (!isStream(body)) return body ? toJson(body) : '';
	return await new Promise((resolve, reject) => {
		const tooEarly = () => reject(new Error('the answer broke off'));
		if (body.destroyed) return tooEarly();
		let chunks: Uint8Array[] = [];
		let size = 0;
		body.on('data', (chunk) => {
			size += chunk.length;
			if (size <= LONGEST_BODY) {
				chunks.push(chunk);
				return;
			}
			chunks = [];
			resolve(TOO_LONG);
			body.destroy();
		});
		body.on('end', () => resolve(decode(chunks)));
		body.on('error', reject);
		body.on('close', tooEarly);
	});
}

/** Lets go of a body that is not read: its connection is closed. */
export function discardBody(body: unknown): void {
	if (isStream(body)) body.destroy();
}

function isStream(body: unknown): body is Stream {
	return isObject(body) && typeof body.on === 'function' && typeof body.destroy === 'function';
}

function decode(chunks: Uint8Array[]): string {
	const text = Buffer.concat(chunks).toString();
	return text.startsWith('\ufeff') ? text.slice(1) : text;
}
