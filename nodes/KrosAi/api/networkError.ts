import type { NoAnswer, NoAnswerReason } from './types';

const REASON_OF_CODE: Record<string, NoAnswerReason> = {
	ECONNREFUSED: 'refused',
	ENOTFOUND: 'dns',
	EAI_AGAIN: 'dns',
	EAI_NODATA: 'dns',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
	SELF_SIGNED_CERT_IN_CHAIN: 'tls',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
	UNABLE_TO_GET_ISSUER_CERT: 'tls',
	UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls',
	HOSTNAME_MISMATCH: 'tls',
	ECONNABORTED: 'timeout',
	ETIMEDOUT: 'timeout',
	ERR_CANCELED: 'cancelled',
};

/**
 * The same codes end a connection that stands ("read EHOSTUNREACH"), over which the request has
 * left. Only while a connection is being made is it certain that it carried none.
 */
const NEVER_CONNECTED = /^connect E(TIMEDOUT|HOSTUNREACH|NETUNREACH|ADDRNOTAVAIL)\b/;

/**
 * Says why a request got no answer, from whatever n8n's helper threw.
 * In doubt the reason is `lost`: the request may have arrived.
 */
export function readNoAnswer(thrown: unknown): NoAnswer {
	const chain = withCauses(thrown);
	const messages = chain.map(({ message }) => message).filter(Boolean);
	return { answered: false, reason: reasonOf(chain), detail: messages.at(-1) ?? '' };
}

interface Link {
	code: string;
	message: string;
}

function reasonOf(chain: Link[]): NoAnswerReason {
	if (chain.some(isTlsHandshake)) return 'tls';
	if (chain.some(({ message }) => NEVER_CONNECTED.test(message))) return 'unreachable';
	const reasons = chain.map(({ code }) => REASON_OF_CODE[code]);
	return reasons.find((reason) => reason !== undefined) ?? 'lost';
}

function isTlsHandshake({ code, message }: Link): boolean {
	return (
		code.startsWith('CERT_') ||
		code.startsWith('ERR_TLS_CERT') ||
		message.includes('before secure TLS connection was established') ||
		(code === 'EPROTO' && /wrong version number|handshake|unsupported protocol/i.test(message))
	);
}

/**
 * The error, what caused it, and the single attempts of a connection tried on several addresses.
 * n8n 1.x and 2.0 drop the cause: there the code is found as `httpCode`, the words in `messages`.
 */
function withCauses(thrown: unknown, depth = 0): Link[] {
	if (typeof thrown !== 'object' || thrown === null || depth > 5) return [];
	const error = thrown as Record<string, unknown>;
	const text = (value: unknown) => (typeof value === 'string' ? value : '');
	const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
	const code = text(error.code) || text(error.httpCode);
	return [
		...[error.message, ...list(error.messages)].map((message) => ({
			code,
			message: text(message),
		})),
		...list(error.errors).flatMap((attempt) => withCauses(attempt, depth + 1)),
		...withCauses(error.cause, depth + 1),
	];
}
