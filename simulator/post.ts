import * as http from 'node:http';
import * as https from 'node:https';

/** What became of a request: the status, or where there is none, why. */
export interface Answered {
	status: number | null;
	problem: string | null;
}

interface Limits {
	/** Until the answer has arrived. */
	timeoutMs: number;
	/** Ends the request at once. */
	signal: AbortSignal;
}

/**
 * Posts to a receiver on this machine; never rejects. Follows no redirect, and each request has a
 * connection of its own, so that nothing stays open.
 */
export async function post(
	url: string,
	headers: Record<string, string>,
	body: string,
	{ timeoutMs, signal }: Limits,
): Promise<Answered> {
	const target = new URL(url);
	if (!isThisMachine(target)) {
		return { status: null, problem: 'not on this machine' };
	}
	if (signal.aborted) return { status: null, problem: 'called off' };
	const { request } = target.protocol === 'https:' ? https : http;
	return await new Promise<Answered>((resolve) => {
		const outgoing = request(target, { method: 'POST', headers, agent: false, signal });
		const late = setTimeout(() => {
			outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
		}, timeoutMs);
		const settle = (status: number | null, problem: string | null) => {
			clearTimeout(late);
			resolve({ status, problem });
		};
		outgoing.on('error', (error: NodeJS.ErrnoException) => settle(null, wording(error)));
		outgoing.on('response', (response) => {
			response.on('end', () => settle(response.statusCode ?? null, null));
			response.on('error', () => settle(null, 'connection lost'));
			response.resume();
		});
		outgoing.end(body);
	});
}

/** Nothing is sent elsewhere: no receiver out there waits for pretended calls. */
function isThisMachine({ hostname }: URL): boolean {
	return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function wording({ code, message }: NodeJS.ErrnoException): string {
	if (code === 'ECONNREFUSED') return 'no server listens there';
	if (code === 'ECONNRESET' || code === 'EPIPE') return 'connection lost';
	// Where several addresses were tried, the message is empty.
	return message || (code ?? 'connection failed');
}
