import { NodeApiError, type JsonObject } from 'n8n-workflow';
import { readNoAnswer } from '../../../../nodes/KrosAi/api/noAnswer';
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
	['EHOSTUNREACH', 'connect EHOSTUNREACH 192.0.2.1:443', 'unreachable'],
	['ENETUNREACH', 'connect ENETUNREACH 192.0.2.1:443 - Local (0.0.0.0:0)', 'unreachable'],
	['EADDRNOTAVAIL', 'connect EADDRNOTAVAIL 192.0.2.1:443', 'unreachable'],
	['ETIMEDOUT', 'connect ETIMEDOUT 192.0.2.1:443', 'unreachable'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'self-signed certificate', 'tls'],
	['SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain', 'tls'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate', 'tls'],
	['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'unable to get local issuer certificate', 'tls'],
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
	it.each(['EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'])(
		'does not take "read %s" for a connection that was never made',
		(code) => {
			expect(readNoAnswer(thrown(code, `read ${code}`)).reason).toBe('lost');
		},
	);
});

it('looks at each address of a host that has several', () => {
	const attempts = ['::1', '127.0.0.1'].map((host) =>
		Object.assign(new Error(`connect ETIMEDOUT ${host}:443`), { code: 'ETIMEDOUT' }),
	);
	const all = Object.assign(new AggregateError(attempts), { code: 'ETIMEDOUT' });
	expect(readNoAnswer(new Error('request', { cause: all })).reason).toBe('unreachable');
});

it.each([undefined, null, 'ECONNREFUSED', 7, new Error('ECONNREFUSED'), {}])(
	'is unsure of %p, so the request may have arrived',
	(thrown) => {
		expect(readNoAnswer(thrown).reason).toBe('lost');
	},
);

it('ends where an error is its own cause', () => {
	const error = new Error('round and round');
	error.cause = error;
	expect(readNoAnswer(error)).toMatchObject({ reason: 'lost', detail: 'round and round' });
});
