import { TOO_LONG } from '../../../../nodes/KrosAi/api/body';
import { readStartResult, UNKNOWN } from '../../../../nodes/KrosAi/dialing/startResult';
import type { Exchange } from '../../../../nodes/KrosAi/api/types';
import { answer, noAnswer, PAGE, refusal, REQUEST } from '../../../support/exchanges';

function failureOf(exchange: Exchange) {
	const result = readStartResult(exchange, REQUEST);
	if (result.accepted) throw new Error('The call was taken for accepted');
	return result.failure;
}

describe('no call can have been placed after', () => {
	it.each<[string, Exchange]>([
		...[
			'INVALID_PHONE_NUMBER',
			'NUMBER_NOT_OWNED',
			'OUTBOUND_DISABLED',
			'INSUFFICIENT_BALANCE',
		].map((code): [string, Exchange] => [`400 ${code}`, answer(400, refusal(code))]),
		['404 ENDPOINT_NOT_FOUND', answer(404, refusal('ENDPOINT_NOT_FOUND'))],
		['429 RATE_LIMIT_EXCEEDED', answer(429, refusal('RATE_LIMIT_EXCEEDED'))],
		['402 INSUFFICIENT_BALANCE', answer(402, refusal('INSUFFICIENT_BALANCE'))],
		['403 OUTBOUND_DISABLED', answer(403, refusal('OUTBOUND_DISABLED'))],
		// Spec, Error Responses: made before a call could be placed, whatever a proxy makes of the status.
		...[
			'INVALID_PHONE_NUMBER',
			'NUMBER_NOT_OWNED',
			'OUTBOUND_DISABLED',
			'INSUFFICIENT_BALANCE',
			'ENDPOINT_NOT_FOUND',
			'RATE_LIMIT_EXCEEDED',
			'CONCURRENT_LIMIT_EXCEEDED',
		].map((code): [string, Exchange] => [`408 ${code}`, answer(408, refusal(code))]),
		['an unknown code', answer(400, refusal('SOMETHING_NEW'))],
		['401 of KrosAI', answer(401, refusal('UNAUTHORIZED'))],
		['402 without a code', answer(402, { error: 'No' })],
		['403 of KrosAI', answer(403, refusal('INSUFFICIENT_SCOPE'))],
		['404 of KrosAI', answer(404, refusal('NOT_FOUND'))],
		['413 of KrosAI', answer(413, { error: 'No' })],
		['422 of KrosAI', answer(422, refusal('VALIDATION_ERROR'))],
		['429 with Retry-After', answer(429, { error: 'No' }, { 'retry-after': '1.5' })],
		['401 without a body', answer(401)],
		['401 with text, which can only be a refusal', answer(401, 'Unauthorized')],
		["an unknown status in KrosAI's form of a refusal", answer(423, refusal('LOCKED'))],
		...[400, 401, 402, 403, 404, 405, 413, 415, 422, 429].flatMap(
			(status): Array<[string, Exchange]> => [
				[`${status} with other JSON`, answer(status, {})],
				[`${status} with nothing`, answer(status)],
			],
		),
		...['', 'Proxy Authentication Required', PAGE, '{}'].map((body): [string, Exchange] => [
			`407 of a proxy, which has passed nothing on: ${body}`,
			answer(407, body),
		]),
		['413 without a body', answer(413, ' \n')],
		['429 without a body', answer(429)],
		['a credential that cannot be used', noAnswer('notSent', 'What is amiss')],
		['a refused connection', noAnswer('refused')],
		["a host name that wasn't found", noAnswer('dns')],
		['a host without a way to it', noAnswer('unreachable')],
		['a secure connection that was never made', noAnswer('tls')],
	])('%s', (_, exchange) => {
		const { placed, description } = failureOf(exchange);
		expect(placed).toBe('no');
		expect(description).not.toContain(UNKNOWN);
	});
});

describe('a call may have been placed after', () => {
	it.each<[string, Exchange]>([
		['a timeout', noAnswer('timeout')],
		['a cancelled request', noAnswer('cancelled')],
		['a reset connection', noAnswer('lost')],
		...[500, 501, 502, 503, 504, 520, 599].flatMap((status): Array<[string, Exchange]> => [
			[`${status} of KrosAI`, answer(status, { error: 'No' })],
			[`${status} without a body`, answer(status)],
		]),
		['500 with an unknown code', answer(500, refusal('INTERNAL'))],
		['408 with a body', answer(408, { error: 'No' })],
		['408 without a body', answer(408)],
		['499 of a proxy', answer(499, { error: 'No' })],
		['408 with an unknown code', answer(408, refusal('REQUEST_TIMEOUT'))],
		['499 with an unknown code', answer(499, refusal('CLIENT_CLOSED_REQUEST'))],
		['an unknown status with a code and no error', answer(423, { code: 'LOCKED' })],
		['400 with a page', answer(400, PAGE)],
		['401 with a page', answer(401, PAGE)],
		['403 with a page', answer(403, '<html>')],
		['404 with a page', answer(404, ' \n<HTML>')],
		['429 with a page', answer(429, PAGE)],
		['400 with text', answer(400, 'Bad Request')],
		['a known refusal with a status of 503', answer(503, refusal('RATE_LIMIT_EXCEEDED'))],
		['an unknown status with an error and no code', answer(409, { error: 'No' })],
		['a refusal that names a call', answer(409, { ...refusal('DUPLICATE'), call_id: 'call_1' })],
		['an unknown status without a body', answer(460)],
		["an unknown status with another one's JSON", answer(460, { message: 'Gone' })],
		['400 with half of its JSON', answer(400, '{"error": "No", "code": "INVALID_PH')],
		['400 with a list', answer(400, '[]')],
		['400 with a number', answer(400, '7')],
		...[301, 302, 303, 304, 307, 308].map((status): [string, Exchange] => [
			`a redirect, ${status}`,
			answer(status, '', { location: 'https://example.com' }),
		]),
		['a redirect with a known code', answer(307, refusal('INVALID_PHONE_NUMBER'))],
		...[200, 402, 429].map((status): [string, Exchange] => [
			`${status} with more than is read`,
			answer(status, TOO_LONG),
		]),
		['407 that names a call', answer(407, { call_id: 'call_1' })],
		['200 with a page', answer(200, PAGE)],
		['200 without a body', answer(200)],
		['204', answer(204)],
		['200 with half a call', answer(200, '{"call_id": "call_1", "sta')],
		['200 without a call id', answer(200, { status: 'initiated' })],
		['200 with an empty call id', answer(200, { call_id: '' })],
		['200 with a call id of null', answer(200, { call_id: null })],
		['200 with a list', answer(200, [{ call_id: 'call_1' }])],
		['200 with a code of refusal', answer(200, refusal('INVALID_PHONE_NUMBER'))],
	])('%s', (_, exchange) => {
		const { placed, description } = failureOf(exchange);
		expect(placed).toBe('unknown');
		expect(description).toContain(UNKNOWN);
	});
});

describe('a call was placed where', () => {
	it.each<[string, number, Record<string, unknown>]>([
		["it is the specification's answer", 200, { call_id: 'call_xyz789', status: 'initiated' }],
		['the status is another success', 201, { call_id: 'call_xyz789' }],
		['the id is called id', 202, { id: '7f1c9c1e-0000-4000-8000-000000000000' }],
		['the id is a number', 200, { call_id: 7 }],
		['the call has failed at once', 200, { call_id: 'call_1', status: 'failed' }],
		[
			'it holds more than is known',
			200,
			{ call_id: 'call_1', error: 'x', code: 'NUMBER_NOT_OWNED' },
		],
	])('%s', (_, status, body) => {
		expect(readStartResult(answer(status, body), REQUEST)).toEqual({ accepted: true, call: body });
	});
});

it('names the contact, and keeps what is known of the refusal', () => {
	const details = { field: 'to_number', value: '+14155550110' };
	expect(failureOf(answer(400, refusal('INVALID_PHONE_NUMBER', details)))).toEqual({
		code: 'INVALID_PHONE_NUMBER',
		httpCode: 400,
		field: 'to_number',
		value: '+14155550110',
		message: expect.stringContaining('+14155550110'),
		description: expect.stringContaining('E.164'),
		placed: 'no',
	});
	expect(failureOf(noAnswer('timeout'))).toMatchObject({
		code: 'TIMEOUT',
		httpCode: null,
		message: expect.stringMatching(/^Call to \+14155550110: /),
	});
});

describe('whether the same request may be sent again', () => {
	const limitOf = (exchange: Exchange) => {
		const result = readStartResult(exchange, REQUEST);
		return result.accepted ? 'accepted' : result.limit;
	};
	const busy = refusal('RATE_LIMIT_EXCEEDED');

	it.each<[string, Exchange]>([
		['429 without a time', answer(429, busy)],
		['429 without a body', answer(429)],
		['CONCURRENT_LIMIT_EXCEEDED', answer(429, refusal('CONCURRENT_LIMIT_EXCEEDED'))],
		['the same with another status', answer(403, refusal('CONCURRENT_LIMIT_EXCEEDED'))],
		[
			'the same with a time',
			answer(429, { ...refusal('CONCURRENT_LIMIT_EXCEEDED'), retry_after: 2 }),
		],
	])('when a line is free: %s', (_, exchange) => {
		expect(limitOf(exchange)).toEqual({ retryAfterSeconds: null });
	});

	it.each<[string, Exchange]>([
		['in the body', answer(429, { ...busy, retry_after: 1.5 })],
		['in the header', answer(429, busy, { 'retry-after': '1.5' })],
		['in the header, without a body', answer(429, '', { 'retry-after': '1.5' })],
	])('after the time named %s', (_, exchange) => {
		expect(limitOf(exchange)).toEqual({ retryAfterSeconds: 1.5 });
	});

	it.each<[string, Exchange]>([
		['another refusal', answer(400, refusal('INSUFFICIENT_BALANCE'))],
		['a page from an unknown sender', answer(429, PAGE)],
		['a 5xx, after which a call may have been placed', answer(503, busy, { 'retry-after': '1' })],
		['no answer', noAnswer('timeout')],
		['no connection', noAnswer('refused')],
	])('never after %s', (_, exchange) => {
		expect(limitOf(exchange)).toBeUndefined();
	});
});
