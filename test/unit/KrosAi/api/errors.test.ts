import { NodeApiError } from 'n8n-workflow';
import { TOO_LONG } from '../../../../nodes/KrosAi/api/body';
import {
	explainExchange,
	failedExchange,
	isScopeMissing,
	isSuccess,
	looksLikeHtml,
	readRetryAfter,
	toNodeApiError,
} from '../../../../nodes/KrosAi/api/errors';
import type {
	Answer,
	ApiFailure,
	ApiRequest,
	Exchange,
	NoAnswerReason,
} from '../../../../nodes/KrosAi/api/types';
import { answer, noAnswer, PAGE, refusal, REQUEST } from '../../../support/exchanges';
import { NODE } from '../../../support/n8n';

const { from_number, to_number, endpoint_id } = REQUEST.body;
const TO = { field: 'to_number', value: to_number };
const FROM = { field: 'from_number', value: from_number };
const ENDPOINT = { field: 'endpoint_id', value: endpoint_id };

/** An answer with a code of KrosAI's. */
const coded = (status: number, code: string, details?: { field: string; value?: unknown }) =>
	answer(status, refusal(code, details));
const waiting = (seconds: string) => ({ 'retry-after': seconds });

/** What comes back; what is said of it, and advised; which field is meant, and its value. */
const ANSWERS: Array<[Answer, RegExp, RegExp, object?]> = [
	// Codes of the specification. Details are optional, and so is the value in them.
	[
		coded(400, 'INVALID_PHONE_NUMBER', { field: 'to_number', value: '415' }),
		/"415" as a phone number in To Number/,
		/E\.164.*\+14155550123/,
		{ field: 'to_number', value: '415' },
	],
	[
		coded(400, 'INVALID_PHONE_NUMBER', { field: 'from_number' }),
		/"\+2348012345678" as a phone number in From Number/,
		/E\.164/,
		FROM,
	],
	[coded(400, 'INVALID_PHONE_NUMBER'), /"\+14155550110" as .* in To Number/, /E\.164/, TO],
	[
		coded(400, 'NUMBER_NOT_OWNED'),
		/\+2348012345678 is not one of your KrosAI numbers/,
		/Choose a From Number from the list/,
		FROM,
	],
	[
		coded(400, 'OUTBOUND_DISABLED', { field: 'from_number' }),
		/switched off for \+2348012345678/,
		/Switch on outbound calls/,
		FROM,
	],
	[coded(400, 'INSUFFICIENT_BALANCE'), /balance is too low/, /Add credits/],
	[coded(404, 'ENDPOINT_NOT_FOUND'), /endpoint "ep_abc123"/, /Choose an AI agent/, ENDPOINT],
	// One code for lines and for requests, which say how long to wait.
	[coded(429, 'RATE_LIMIT_EXCEEDED'), /All lines/, /Call again when a call has ended/],
	[
		answer(429, { ...refusal('RATE_LIMIT_EXCEEDED'), retry_after: 1.5 }),
		/takes no more requests/,
		/wait 1\.5 seconds/,
	],
	[
		answer(429, refusal('RATE_LIMIT_EXCEEDED'), waiting('0.25')),
		/takes no more requests/,
		/wait 0\.25 seconds/,
	],
	// Codes of other pages, which say more than Retry-After and the status.
	[answer(429, refusal('CONCURRENT_LIMIT_EXCEEDED'), waiting('2')), /All lines/, /Call again when/],
	[
		coded(400, 'MISSING_FIELDS', { field: 'endpoint_id', value: null }),
		/misses AI Agent \(Endpoint\)/,
		/Fill in/,
		ENDPOINT,
	],
	[
		coded(400, 'MISSING_FIELDS'),
		/misses a field of the request$/,
		/Fill in From Number, To Number and AI Agent \(Endpoint\)/,
	],
	[coded(403, 'KEY_EXPIRED'), /key has expired/, /Create a new key/],
	[coded(403, 'IP_NOT_ALLOWED'), /address of this n8n/, /allowed addresses/],
	[coded(402, 'NUMBER_NOT_OWNED'), /is not one of your/, /Choose a From Number/, FROM],
	[coded(403, 'OUTBOUND_DISABLED'), /switched off/, /Switch on/, FROM],
	// The status, where there is no code, an unknown one, or one that is a property of every object.
	[answer(400, { error: 'No' }), /doesn't accept the request/, /Check the parameters/],
	[
		coded(400, 'SOMETHING_NEW', { field: 'webhook_url', value: 'x' }),
		/doesn't accept the request/,
		/Check the parameters.*Said by KrosAI/,
		{ field: 'webhook_url', value: 'x' },
	],
	[coded(400, 'constructor'), /doesn't accept the request/, /Check the parameters/],
	[coded(401, 'UNAUTHORIZED'), /refused the API key/, /Check the API key in the KrosAI credential/],
	[answer(401, 'Unauthorized'), /refused the API key/, /Check the API key/],
	[answer(402, { error: 'No' }), /balance is too low/, /Add credits/],
	[answer(403, { error: 'No' }), /not allowed/, /calls:write/],
	[
		answer(404, { error: 'No' }),
		/address doesn't exist/,
		/Base URL.*https:\/\/api\.krosai\.com\/v1/,
	],
	[answer(408), /gave up waiting/, /connection/],
	[answer(413), /too large/, /less metadata/],
	[answer(418, {}), /refused the request \(HTTP 418\)/, /Check/],
	[answer(499, {}), /refused the request/, /Check/],
	[answer(429, {}), /All lines/, /when a call has ended/],
	[answer(429, 'Slow down', waiting('3')), /takes no more requests/, /wait 3 seconds/],
	[answer(429, { retry_after: 'soon' }, waiting('4')), /takes no more requests/, /wait 4 seconds/],
	[answer(300, {}), /leads to another address/, /Base URL/],
	[answer(307), /another address \(redirect, HTTP 307\)/, /final address into the Base URL/],
	[answer(302, PAGE), /another address/, /Base URL/],
	[answer(399, {}), /leads to another address/, /Base URL/],
	[answer(500, { error: 'No' }), /trouble answering \(HTTP 500\)/, /status/],
	[answer(503), /trouble answering \(HTTP 503\)/, /status/],
	// A page is not KrosAI's, whatever the status.
	[answer(502, '<html><h1>Bad Gateway</h1>'), /web page came back.*\(HTTP 502\)/, /proxy/],
	[answer(200, PAGE), /web page came back/, /Base URL/],
	[answer(403, PAGE), /web page came back/, /firewall/],
	[answer(400, PAGE), /web page came back/, /Base URL/],
	[answer(404, PAGE), /web page came back/, /Base URL/],
	[answer(407), /A proxy .* asks for a user and a password/, /settings of this n8n/],
	[answer(407, PAGE), /A proxy .* asks for a user and a password/, /settings of this n8n/],
	// A success that is none.
	[answer(200, '{"call_id": "cal'), /isn't understood/, /proxy/],
	[answer(200, { status: 'ok' }), /isn't understood/, /proxy/],
	[answer(200, TOO_LONG), /an answer of more than 5 MB \(HTTP 200\)/, /proxy/],
	[answer(201, '  \n'), /an empty answer \(HTTP 201\)/, /proxy/],
];

/** The code, what is said and advised, by the reason why no answer came. */
const SILENCE: Array<[NoAnswerReason, string, RegExp, RegExp]> = [
	['refused', 'NETWORK', /connection was refused/, /Base URL.*firewall/],
	['dns', 'NETWORK', /host name wasn't found/, /Base URL.*DNS/],
	['unreachable', 'NETWORK', /no way to its host/, /network connection/],
	['tls', 'NETWORK', /no secure connection/, /certificate/],
	['timeout', 'TIMEOUT', /did not answer in time/, /slow/],
	['cancelled', 'NETWORK', /cancelled/, /stopped/],
	['lost', 'NETWORK', /broke before the answer came/, /network/],
];

type Row = [string, Exchange, object, RegExp, RegExp];
const CASES: Row[] = [
	...ANSWERS.map(([exchange, says, advises, about]): Row => {
		const { status: httpCode, text, json } = exchange;
		const uncoded = isSuccess(httpCode) ? 'BAD_RESPONSE' : `HTTP_${httpCode}`;
		const { code = uncoded } = (json ?? {}) as { code?: string };
		const expected = { code, httpCode, value: null, ...about };
		return [`${httpCode} ${text.slice(0, 80)}`, exchange, expected, says, advises];
	}),
	...SILENCE.map(([reason, code, says, advises]): Row => {
		const expected = { code, httpCode: null, value: null };
		return [`no answer: ${reason}`, noAnswer(reason, 'details'), expected, says, advises];
	}),
];

describe('what becomes of an exchange', () => {
	it.each(CASES)('%s', (_, exchange, expected, says, advises) => {
		const explained = explainExchange(exchange, REQUEST);
		const { message, description, ...rest } = explained;
		expect(rest).toEqual({ field: null, ...expected });
		expect(message).toMatch(says);
		expect(description).toMatch(advises);
		// Words that n8n asks to avoid.
		expect(`${message} ${description}`).not.toMatch(/error|problem|failure|mistake/i);

		const error = toNodeApiError(NODE, explained);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ message, description });
		expect(error.httpCode).toBe(rest.httpCode === null ? null : String(rest.httpCode));
	});

	it.each([
		['xxx', 'xxx'],
		[' Line one\n  line two', 'Line one line two'],
		['x'.repeat(200), 'x'.repeat(200)],
		['x'.repeat(201), `${'x'.repeat(200)}…`],
	])("quotes KrosAI's own words on one line, up to 200 characters: %j", (error, quoted) => {
		const { description } = explainExchange(answer(400, { error }), REQUEST);
		expect(description).toMatch(new RegExp(`\\. KrosAI said: "${quoted}"\\.$`));
	});

	it('shows a value that is no text as KrosAI wrote it', () => {
		const exchange = coded(400, 'INVALID_PHONE_NUMBER', { field: 'to_number', value: { a: [1] } });
		expect(explainExchange(exchange, REQUEST).message).toContain('"{"a":[1]}"');
	});

	it.each([
		['nothing', {}],
		['no text', { error: 7 }],
		['a blank', { error: '  ' }],
		['what the message says already', { error: 'refused the API key' }],
	])('quotes KrosAI not where it says %s', (_, body) => {
		const { description } = explainExchange(answer(401, body), REQUEST);
		expect(description).toMatch(/mistyped, revoked, expired or for the other API\.$/);
	});

	it.each([
		['KYC_REQUIRED', /^Verify it in the KrosAI dashboard\./],
		['KYC_NOT_SUBMITTED', /^Verify it/],
		['KYC_INITIATED', /has begun/],
		['KYC_PENDING', /still looking/],
		['KYC_DECLINED', /declined it/],
		['KYC_EXPIRED', /what the verification needs/],
		['KYC_constructor', /what the verification needs/],
	])('has words of its own for %s, whatever the status', (code, advises) => {
		for (const status of [400, 403, 422]) {
			const failure = explainExchange(coded(status, code), REQUEST);
			expect(failure).toMatchObject({ code, httpCode: status });
			expect(failure.message).toBe('KrosAI wants your organization to be verified first (KYC)');
			expect(failure.description).toMatch(advises);
			expect(failure.description).toContain('KrosAI said: "Said by KrosAI"');
		}
	});

	it.each([
		['MISSING_FIELDS', /^KrosAI misses Organization ID$/],
		['VALIDATION_ERROR', /doesn't accept the request/],
	])('sends to the credential for an organization that is no good: %s', (code, says) => {
		const exchange = coded(400, code, { field: 'organization_id', value: 'x' });
		const { message, description, field } = explainExchange(exchange, REQUEST);
		expect(message).toMatch(says);
		expect(description).toMatch(/^Check the Organization ID of the KrosAI credential\./);
		expect(field).toBe('organization_id');
	});

	it.each([REQUEST, { method: 'GET', path: '/calls' } as const])(
		'knows the limit of the Bridge API: %j',
		(request) => {
			const headers = { 'x-routed-via': 'bridge', 'retry-after': '30' };
			const exchange = answer(429, refusal('RATE_LIMIT_EXCEEDED'), headers);
			expect(explainExchange(exchange, request)).toMatchObject({
				message: 'KrosAI takes no more requests at the moment',
				description: expect.stringMatching(/600 requests a minute.* It asks to wait 30 seconds\./),
			});
		},
	);

	describe('the request ID', () => {
		const ID = '9b2f6c1e-2f0a-4a58-9a6d-0e8a4f1c7d33';
		const described = (id: string, status = 400, body: unknown = refusal('X')) =>
			explainExchange(answer(status, body, { 'x-request-id': id }), REQUEST).description;

		it.each([ID, 'req_01HX.a:b', '1', 'a'.repeat(48)])('%s is shown', (id) => {
			expect(described(id)).toMatch(new RegExp(` KrosAI's request ID: ${id}\\.$`));
			expect(described(` ${id} `, 500, PAGE)).toContain(`KrosAI's request ID: ${id}.`);
		});

		it.each(['', ' ', '***', 'a b', '<b>', 'a\nb', 'é', 'a'.repeat(49), 'b7'.repeat(32)])(
			'%j is none',
			(id) => expect(described(id)).not.toContain('request ID'),
		);
	});

	it('of an item has the words of an operation that knows better, and the rest as it was', () => {
		const words = { message: 'No such call', description: 'Check Call ID.', field: 'call_id' };
		const failureOf = (failed: Exchange, changes?: Partial<ApiFailure>) =>
			failedExchange({ failed, request: REQUEST }, changes).failure;
		const lost = noAnswer('timeout');
		expect(failureOf(lost)).toEqual(explainExchange(lost, REQUEST));
		expect(failureOf(lost, words)).toEqual({ ...failureOf(lost), ...words });
		const named = answer(404, {}, { 'x-request-id': 'req_1' });
		expect(failureOf(named)).toEqual(explainExchange(named, REQUEST));
		expect(failureOf(named, words).description).toBe("Check Call ID. KrosAI's request ID: req_1.");
	});

	it("keeps the network's own words for its administrator, where it has any", () => {
		const explained = 'The network, a proxy or KrosAI itself ended the connection.';
		const described = (detail?: string) =>
			explainExchange(noAnswer('lost', detail), REQUEST).description;
		expect(described('read ECONNRESET')).toBe(`${explained} (read ECONNRESET)`);
		expect(described()).toBe(explained);
	});

	it('says what is amiss with a credential in the words it was found in', () => {
		const exchange = noAnswer('notSent', 'The Base URL "x" is not a web address');
		expect(explainExchange(exchange, REQUEST)).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: null,
			value: null,
			message: 'The Base URL "x" is not a web address',
			description: expect.stringContaining('credential'),
		});
	});

	it('explains a request without a body', () => {
		const request: ApiRequest = { method: 'GET', path: '/calls' };
		expect(explainExchange(coded(400, 'NUMBER_NOT_OWNED'), request)).toMatchObject({
			...{ field: 'from_number', value: null },
			message: ' is not one of your KrosAI numbers',
		});
	});

	it.each(['__proto__', 'constructor', 'toString'])(
		'takes nothing of JavaScript for a field that was sent: %s',
		(field) => {
			const exchange = coded(400, 'INVALID_PHONE_NUMBER', { field });
			expect(explainExchange(exchange, REQUEST)).toMatchObject({ field, value: null });
		},
	);
});

describe("the node's error", () => {
	const failure: ApiFailure = {
		code: 'ENDPOINT_NOT_FOUND',
		httpCode: 404,
		field: 'endpoint_id',
		value: 'ep_abc123',
		message: 'What happened',
		description: 'What to do',
	};

	it('has code, field, value and item beside it', () => {
		const error = toNodeApiError(NODE, failure, { itemIndex: 3, placed: 'no' });
		expect(error.context).toMatchObject({
			code: 'ENDPOINT_NOT_FOUND',
			field: 'endpoint_id',
			value: 'ep_abc123',
			itemIndex: 3,
			placed: 'no',
		});
		expect(error.httpCode).toBe('404');
		expect(error.node).toBe(NODE);
		// What the editor shows as the full message.
		expect(error.messages).toEqual(['What happened']);
	});

	it.each(['ECONNREFUSED', 'preexisting', 'Eperm', 'getaddrinfo'])(
		"is not reworded by n8n because the user's own value holds %s",
		(word) => {
			const message = `KrosAI doesn't know the endpoint "${word}"`;
			expect(toNodeApiError(NODE, { ...failure, message }).message).toBe(message);
		},
	);
});

describe('a request that starts no call', () => {
	it.each([
		['GET', '/calls', 'calls:read'],
		['GET', '/calls/call_1/recording', 'calls:read'],
		['POST', '/calls/call_1/hangup', 'calls:write'],
		['GET', '/phone-numbers', 'numbers:read'],
		['GET', '/endpoints', 'endpoints:read'],
		['DELETE', '/webhooks/wh_1', 'webhooks:write'],
		['GET', '/webhook-deliveries', 'webhooks:read'],
		['POST', '/webhook-deliveries/del_1/retry', 'webhooks:write'],
	] as const)('%s %s needs the scope %s, and no other is named', (method, path, scope) => {
		const { description } = explainExchange(answer(403, { error: 'No' }), { method, path });
		expect(description.match(/\w+:(read|write)/g)).toEqual([scope]);
	});

	it.each([
		[{}, /Business 200\.$/],
		[{ retry_after: 3 }, /Business 200\. It asks to wait 3 seconds\.$/],
	])('is told of the plan, not of lines, at a 429: %p', (body, ends) => {
		const failure = explainExchange(answer(429, body), { method: 'GET', path: '/calls' });
		expect(failure.message).toMatch(/takes no more requests/);
		expect(failure.description).toMatch(/requests a second.*Free 10, Pro 50, Business 200/);
		expect(failure.description).toMatch(ends);
		expect(failure.description).not.toMatch(/line|new call/);
	});
});

describe('a key without the scope', () => {
	it.each([
		["in KrosAI's words", answer(403, { error: 'No' })],
		['by a code alone', answer(403, { code: 'FORBIDDEN' })],
	])('is told %s', (_, exchange) => expect(isScopeMissing(exchange)).toBe(true));

	it.each([
		['a key that has expired', coded(403, 'KEY_EXPIRED')],
		['an address that is not allowed', coded(403, 'IP_NOT_ALLOWED')],
		['an organization that is not verified', coded(403, 'KYC_REQUIRED')],
		['the page of a proxy', answer(403, PAGE)],
		['a proxy without words', answer(403)],
		['JSON of a proxy', answer(403, { message: 'Forbidden' })],
		['no key', answer(401, { error: 'No' })],
		['no answer', noAnswer('lost')],
	])('is not what %s says', (_, exchange) => expect(isScopeMissing(exchange)).toBe(false));
});

describe('how long KrosAI asks to wait', () => {
	it.each([
		['the body', { retry_after: 1.5 }, {}, 1.5],
		['a text in the body', { retry_after: '2' }, {}, 2],
		['no time at all', { retry_after: 0 }, {}, 0],
		['the header', {}, { 'retry-after': '3' }, 3],
		['the header of what is no JSON', 'Slow down', { 'retry-after': '3' }, 3],
		['both, of which the body counts', { retry_after: 1 }, { 'retry-after': '3' }, 1],
		['a body that makes no sense', { retry_after: -1 }, { 'retry-after': '3' }, 3],
		['for ever', { retry_after: 'Infinity' }, {}, null],
		['neither', {}, {}, null],
	])('is read from %s', (_, body, headers, seconds) =>
		expect(readRetryAfter(answer(429, body, headers))).toBe(seconds),
	);

	it.each<[unknown, number | null]>([
		['120', 120],
		[' 0.5 ', 0.5],
		[3600, 3600],
		['0', 0],
		// No year.
		['2026', 2026],
		// In each form of RFC 9110 and RFC 3339, at ten o'clock.
		['Sat, 28 Nov 2026 10:00:04 GMT', 4],
		['Saturday, 28-Nov-26 10:02:00 GMT', 120],
		['Sat Nov 28 10:00:30 2026', 30],
		['2026-11-28T10:00:04Z', 4],
		['2026-11-28T10:00:04.500+00:00', 4.5],
		['2026-11-28 11:01:00+01:00', 60],
		['2026-11-28T12:00:00Z', 7200],
		// In the past.
		['Wed, 21 Oct 2015 07:28:00 GMT', 0],
		['2026-11-28T09:59:59Z', 0],
		// Not said.
		[3600.5, null],
		['3601', null],
		[1_795_860_004, null],
		[-1, null],
		['-1', null],
		['', null],
		['1e3', null],
		['0x10', null],
		['2 seconds', null],
		['soon', null],
		['Infinity', null],
		[true, null],
		[[2], null],
		[{ toString: 1 }, null],
		['2026-11-28', null],
		['2026-11-28T10:00:04', null],
		['2026-13-28T10:00:04Z', null],
		['Sat, 28 Foo 2026 10:00:04 GMT', null],
	])('of %j it reads %j', (value, seconds) => {
		jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 10, 28, 10));
		expect(readRetryAfter(answer(429, { retry_after: value }))).toBe(seconds);
		jest.restoreAllMocks();
	});
});

it.each([PAGE, '\n <html lang="en">', '<HEAD>', '<body>', '<?xml version="1.0"?>'])(
	'%j is a web page',
	(text) => expect(looksLikeHtml(text)).toBe(true),
);

it.each(['', 'Bad Gateway', '{"error":"<html>"}', '<3', 'a <html> page'])('%j is none', (text) =>
	expect(looksLikeHtml(text)).toBe(false),
);

it.each([
	[199, false],
	[200, true],
	[299, true],
	[300, false],
])('%d is a success: %s', (status, isIt) => expect(isSuccess(status)).toBe(isIt));
