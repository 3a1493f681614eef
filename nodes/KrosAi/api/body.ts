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
	push(chunk: Uint8Array | null, ...more: unknown[]): boolean;
	destroy(reason?: Error): unknown;
}

/**
 * The body of an answer as text. Of a stream that brings more than 5 MB, which n8n has unpacked, the
 * rest is not read and nothing is kept.
 *
 * @param body as n8n's helper gives it: a stream, or what it has read itself
 * @throws Error where the stream breaks off
 */
export async function readBody(body: unknown): Promise<string> {
	if (typeof body === 'string') return body;
	if (!isStream(body)) return body ? toJson(body) : '';
	return await new Promise((resolve, reject) => {
		let isOver = false;
		const over = () => {
			if (!isOver) reject(new Error('the answer broke off'));
		};
		if (body.destroyed) return over();
		let chunks: Uint8Array[] = [];
		let size = 0;
		body.on('data', (chunk) => {
			size += chunk.length;
			if (size <= LONGEST_BODY) {
				chunks.push(chunk);
				return;
			}
			chunks = [];
			isOver = true;
			resolve(TOO_LONG);
			body.destroy();
		});
		body.on('end', () => {
			isOver = true;
			resolve(Buffer.concat(chunks).toString('utf8'));
		});
		body.on('error', reject);
		body.on('close', over);
	});
}

/**
 * Counts a body that n8n reads, and breaks it off where it is longer than so many bytes.
 *
 * @param tell called before that
 */
export function limitBody(body: unknown, bytes: number, tell: () => void): void {
	if (!isStream(body)) return;
	const push = body.push.bind(body);
	let size = 0;
	// Where it comes in: to listen to what goes out would set it flowing, or keep it from that.
	body.push = (chunk, ...more) => {
		size += chunk?.length ?? 0;
		if (size <= bytes) return push(chunk, ...more);
		tell();
		body.destroy(new Error('longer than is read'));
		return false;
	};
}

/** Lets go of a body that is not read: its connection is closed. */
export function discardBody(body: unknown): void {
	if (isStream(body)) body.destroy();
}

function isStream(body: unknown): body is Stream {
	return isObject(body) && typeof body.on === 'function' && typeof body.destroy === 'function';
}
