import { NodeApiError, type JsonObject } from 'n8n-workflow';
import { readNoAnswer } from '../../../../nodes/KrosAi/api/networkError';
import type { NoAnswerReason } from '../../../../nodes/KrosAi/api/types';
import { NODE } from '../../../support/n8n';

/** As n8n 2.41 throws it: NodeApiError, caused by an AxiosError, caused by the system's Error. */
function thrownNow(code: string, message: string): unknown {
	const system = Object.assign(new Error(message), { code });
	const axios = Object.assign(new Error(message, { cause: system }), { code });
	return new NodeApiError(NODE, axios as unknown as JsonObject);
}

/** As n8n 1.x and 2.0 throw it: no cause, the code as `httpCode`, the words in `messages`. */
function thrownFormerly(code: string, message: string): unknown {
	const error = new Error('The service refused the connection - perhaps it is offline');
	return Object.assign(error, { httpCode: code, messages: [message, message] });
}

const ALERT = '80AC:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:';
const PLAIN = '80AC:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:';

const CASES: Array<[string, string, NoAnswerReason]> = [
	['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:443', 'refused'],
	['ENOTFOUND', 'getaddrinfo ENOTFOUND api.krosai.com', 'dns'],
	['EAI_AGAIN', 'getaddrinfo EAI_AGAIN api.krosai.com', 'dns'],
	['EAI_NODATA', 'getaddrinfo EAI_NODATA api.krosai.com', 'dns'],
	['EHOSTUNREACH', 'connect EHOSTUNREACH 192.0.2.1:443', 'unreachable'],
	['ENETUNREACH', 'connect ENETUNREACH 192.0.2.1:443 - Local (0.0.0.0:0)', 'unreachable'],
	['EADDRNOTAVAIL', 'connect EADDRNOTAVAIL 192.0.2.1:443', 'unreachable'],
	['ETIMEDOUT', 'connect ETIMEDOUT 192.0.2.1:443', 'unreachable'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'tls'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'tls'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT', 'unable to get issuer certificate', 'tls'],
	['HOSTNAME_MISMATCH', 'hostname mismatch', 'tls'],
	['CERT_HAS_EXPIRED', 'certificate has expired', 'tls'],
	['ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames", 'tls'],
	['EPROTO', `write EPROTO ${PLAIN}`, 'tls'],
	['EPROTO', `write EPROTO ${ALERT}`, 'tls'],
	[
		'ECONNRESET',
		'Client network socket disconnected before secure TLS connection was established',
		'tls',
	],
	['ECONNABORTED', 'timeout of 30000ms exceeded', 'timeout'],
	['ETIMEDOUT', 'read ETIMEDOUT', 'timeout'],
	['ERR_CANCELED', 'canceled', 'cancelled'],
	['ECONNRESET', 'socket hang up', 'lost'],
	['ECONNRESET', 'read ECONNRESET', 'lost'],
	['EPIPE', 'write EPIPE', 'lost'],
	['EPROTO', 'write EPROTO bad record mac', 'lost'],
	['ERR_BAD_REQUEST', 'Unsupported protocol ftp:', 'lost'],
	['ERR_INVALID_CHAR', 'Invalid character in header content ["x-api-key"]', 'lost'],
];

describe.each([
	['now', thrownNow],
	['formerly', thrownFormerly],
])('what n8n throws %s', (_, thrown) => {
	it.each(CASES)('%s "%s" is: %s', (code, message, reason) => {
		expect(readNoAnswer(thrown(code, message))).toEqual({
			answered: false,
			reason,
			detail: message,
		});
	});

	// A router says this too of a connection that stands, over which the request has left.
	it.each([
		'read EHOSTUNREACH',
		'read ENETUNREACH',
		'read EADDRNOTAVAIL',
		'reconnect EHOSTUNREACH',
	])('does not take "%s" for a connection that was never made', (words) => {
		expect(readNoAnswer(thrown(words.split(' ')[1]!, words)).reason).toBe('lost');
	});
});

it('looks at each address of a host that has several', () => {
	const attempts = ['::1', '127.0.0.1'].map((host) =>
		Object.assign(new Error(`connect ETIMEDOUT ${host}:443`), { code: 'ETIMEDOUT' }),
	);
	const all = Object.assign(new AggregateError(attempts), { code: 'ETIMEDOUT' });
	expect(readNoAnswer(new Error('request', { cause: all })).reason).toBe('unreachable');
});

it('finds the reason, and the words, wherever they are said', () => {
	const error = (message: string, code?: string, cause?: unknown) =>
		Object.assign(new Error(message, { cause }), { code });
	const system = error('connect ECONNREFUSED 127.0.0.1:443', 'ECONNREFUSED', { code: 'EOTHER' });
	expect(readNoAnswer(error('', 'EUNKNOWN', error('Request failed', 'ERR', system)))).toEqual({
		answered: false,
		reason: 'refused',
		detail: 'connect ECONNREFUSED 127.0.0.1:443',
	});
});

it.each([undefined, null, 'ECONNREFUSED', 7, new Error('ECONNREFUSED'), {}])(
	'is unsure of %p, so the request may have arrived',
	(thrown) => {
		const detail = thrown instanceof Error ? thrown.message : '';
		expect(readNoAnswer(thrown)).toEqual({ answered: false, reason: 'lost', detail });
	},
);

it('ends where an error is its own cause, or its own attempt', () => {
	const error = new Error('round and round');
	error.cause = error;
	expect(readNoAnswer(error)).toMatchObject({ reason: 'lost', detail: 'round and round' });
	const attempt = Object.assign(new Error('round and round'), { errors: [] as unknown[] });
	attempt.errors.push(attempt);
	expect(readNoAnswer(attempt)).toMatchObject({ reason: 'lost', detail: 'round and round' });
});
