import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SimulatedCall } from './call';
import type { Reply } from './http';
import { recordingBytes } from './recording';
import type { RecordedRequest } from './requests';

/**
 * Where the recordings lie: another host than the API's, as KrosAI has it (docs, Recordings). A client
 * with a link may fetch what it names until it expires; a key is neither asked for nor wanted.
 */
export class Storage {
	/** `http://127.0.0.1:<port>`, once it listens. */
	origin = '';
	private readonly secret = randomBytes(16);

	/** @param find a call by its id */
	constructor(private readonly find: (id: string) => SimulatedCall | undefined) {}

	/** A link to a call's recording, good for so many seconds of real time. */
	link(callId: string, lifetimeSeconds: number): { url: string; expiresMs: number } {
		const expiresMs = Date.now() + lifetimeSeconds * 1000;
		const path = `/recordings/${callId}.mp3`;
		const signature = this.sign(path, String(expiresMs));
		return { url: `${this.origin}${path}?expires=${expiresMs}&signature=${signature}`, expiresMs };
	}

	answer({ method, path, query }: RecordedRequest): Reply {
		const { expires = '', signature = '' } = query;
		const call = this.find(/^\/recordings\/(.+)\.mp3$/.exec(path)?.[1] ?? '');
		if (method !== 'GET' || !isSame(signature, this.sign(path, expires)) || !call) {
			return refusal('SignatureDoesNotMatch', 'The signature does not match');
		}
		if (Number(expires) <= Date.now()) return refusal('AccessDenied', 'Request has expired');
		const body = recordingBytes(call);
		const headers = { 'content-type': 'audio/mpeg', 'content-length': String(body.length) };
		return { status: 200, headers, body, code: null };
	}

	private sign(path: string, expires: string): string {
		return createHmac('sha256', this.secret).update(`${path}\n${expires}`).digest('hex');
	}
}

/** In the form of the object stores that make presigned links. */
function refusal(code: string, message: string): Reply {
	return {
		status: 403,
		headers: { 'content-type': 'application/xml' },
		body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
		code,
	};
}

function isSame(given: string, right: string): boolean {
	return given.length === right.length && timingSafeEqual(Buffer.from(given), Buffer.from(right));
}
