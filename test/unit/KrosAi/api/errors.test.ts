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

interface About {
	field: string;
	value?: unknown;
}

const { from_number, to_number, endpoint_id } = REQUEST.body;
/** Status and code of each, and what is amiss; what comes back; what is said of it, and advised. */
const ANSWERS: Array<[string, Answer, RegExp, RegExp, About?]> = [
	// In the specification.
	[
		'400 INVALID_PHONE_NUMBER',
		answer(400, refusal('INVALID_PHONE_NUMBER', { field: 'to_number', value: '4155550110' })),
		/"4155550110" as a phone number in To Number/,
		/E\.164.*\+14155550123/,
		{ field: 'to_number', value: '4155550110' },
	],
	[
		'400 INVALID_PHONE_NUMBER of the other number',
		answer(400, refusal('INVALID_PHONE_NUMBER', { field: 'from_number', value: '0801' })),
		/"0801" as a phone number in From Number/,
		/E\.164/,
		{ field: 'from_number', value: '0801' },
	],
	[
		'400 INVALID_PHONE_NUMBER that names the field alone',
		answer(400, refusal('INVALID_PHONE_NUMBER', { field: 'from_number' })),
		/"\+2348012345678" as a phone number in From Number/,
		/E\.164/,
		{ field: 'from_number', value: from_number },
	],
	[
		'400 INVALID_PHONE_NUMBER without details, which are optional',
		answer(400, refusal('INVALID_PHONE_NUMBER')),
		/"\+14155550110" as a phone number in To Number/,
		/E\.164/,
		{ field: 'to_number', value: to_number },
	],
	[
		'400 NUMBER_NOT_OWNED',
		answer(400, refusal('NUMBER_NOT_OWNED')),
		/\+2348012345678 is not one of your KrosAI numbers/,
		/Choose a From Number from the list/,
		{ field: 'from_number', value: from_number },
	],
	[
		'400 OUTBOUND_DISABLED',
		answer(400, refusal('OUTBOUND_DISABLED', { field: 'from_number' })),
		/switched off for \+2348012345678/,
		/Switch on outbound calls/,
		{ field: 'from_number', value: from_number },
	],
	[
		'400 INSUFFICIENT_BALANCE',
		answer(400, refusal('INSUFFICIENT_BALANCE')),
		/balance is too low/,
		/Add credits/,
	],
	[
		'404 ENDPOINT_NOT_FOUND',
		answer(404, refusal('ENDPOINT_NOT_FOUND')),
		/endpoint "ep_abc123"/,
		/Choose an AI agent/,
		{ field: 'endpoint_id', value: endpoint_id },
	],
	[
		'429 RATE_LIMIT_EXCEEDED of lines',
		answer(429, refusal('RATE_LIMIT_EXCEEDED')),
		/All lines/,
		/Call again when a call has ended/,
	],
	[
		'429 RATE_LIMIT_EXCEEDED of requests, with a fraction in the body',
		answer(429, { ...refusal('RATE_LIMIT_EXCEEDED'), retry_after: 1.5 }),
		/takes no more requests/,
		/wait 1\.5 seconds/,
	],
	[
		'429 RATE_LIMIT_EXCEEDED of requests, with a fraction in the header',
		answer(429, refusal('RATE_LIMIT_EXCEEDED'), { 'retry-after': '0.25' }),
		/takes no more requests/,
		/wait 0\.25 seconds/,
	],
	// On other pages.
	[
		'429 CONCURRENT_LIMIT_EXCEEDED, whose code says more than its Retry-After',
		answer(429, refusal('CONCURRENT_LIMIT_EXCEEDED'), { 'retry-after': '2' }),
		/All lines/,
		/Call again when a call has ended/,
	],
	[
		'400 MISSING_FIELDS',
		answer(400, refusal('MISSING_FIELDS', { field: 'endpoint_id', value: null })),
		/misses AI Agent \(Endpoint\)/,
		/Fill in/,
		{ field: 'endpoint_id', value: endpoint_id },
	],
	[
		'400 MISSING_FIELDS that names none',
		answer(400, refusal('MISSING_FIELDS')),
		/misses a field of the request$/,
		/Fill in From Number, To Number and AI Agent \(Endpoint\)/,
	],
	['403 KEY_EXPIRED', answer(403, refusal('KEY_EXPIRED')), /key has expired/, /Create a new key/],
	[
		'403 IP_NOT_ALLOWED',
		answer(403, refusal('IP_NOT_ALLOWED')),
		/address of this n8n/,
		/allowed addresses/,
	],
	[
		'402 INSUFFICIENT_BALANCE',
		answer(402, refusal('INSUFFICIENT_BALANCE')),
		/balance is too low/,
		/Add credits/,
	],
	[
		'402 NUMBER_NOT_OWNED, whose code says more than its status',
		answer(402, refusal('NUMBER_NOT_OWNED')),
		/is not one of your KrosAI numbers/,
		/Choose a From Number/,
		{ field: 'from_number', value: from_number },
	],
	[
		'403 OUTBOUND_DISABLED',
		answer(403, refusal('OUTBOUND_DISABLED')),
		/switched off/,
		/Switch on/,
		{ field: 'from_number', value: from_number },
	],
	// Where the status has to do.
	[
		'400 without a code',
		answer(400, { error: 'No' }),
		/doesn't accept the request/,
		/Check the parameters/,
	],
	[
		'400 SOMETHING_NEW, an unknown code',
		answer(400, refusal('SOMETHING_NEW', { field: 'webhook_url', value: 'x' })),
		/doesn't accept the request/,
		/Check the parameters.*Said by KrosAI/,
		{ field: 'webhook_url', value: 'x' },
	],
	[
		'400 constructor, a code that every object of JavaScript has',
		answer(400, refusal('constructor')),
		/doesn't accept the request/,
		/Check the parameters/,
	],
	[
		'401 UNAUTHORIZED',
		answer(401, refusal('UNAUTHORIZED')),
		/refused the API key/,
		/Check the API key in the KrosAI credential/,
	],
	['401 in plain text', answer(401, 'Unauthorized'), /refused the API key/, /Check the API key/],
	['402', answer(402, { error: 'No' }), /balance is too low/, /Add credits/],
	['403', answer(403, { error: 'No' }), /not allowed/, /calls:write/],
	[
		'404',
		answer(404, { error: 'No' }),
		/address doesn't exist/,
		/Base URL.*https:\/\/api\.krosai\.com\/v1/,
	],
	['408', answer(408), /gave up waiting/, /connection/],
	['413', answer(413), /too large/, /less metadata/],
	[
		'418, which has no meaning of its own here',
		answer(418, {}),
		/refused the request \(HTTP 418\)/,
		/Check/,
	],
	['429 without a code', answer(429, {}), /All lines/, /when a call has ended/],
	[
		'429 without a code, with Retry-After',
		answer(429, 'Slow down', { 'retry-after': '3' }),
		/takes no more requests/,
		/wait 3 seconds/,
	],
	[
		'429 whose retry_after is no number, with a header that is',
		answer(429, { retry_after: 'soon' }, { 'retry-after': '4' }),
		/takes no more requests/,
		/wait 4 seconds/,
	],
	[
		'307',
		answer(307, '', { location: 'https://example.com' }),
		/another address \(redirect, HTTP 307\)/,
		/final address into the Base URL/,
	],
	['302 with a page', answer(302, PAGE), /another address/, /Base URL/],
	['500', answer(500, { error: 'No' }), /trouble answering \(HTTP 500\)/, /status/],
	['503 without a body', answer(503), /trouble answering \(HTTP 503\)/, /status/],
	[
		'502 with the page of a proxy',
		answer(502, '<html><h1>Bad Gateway</h1>'),
		/web page came back.*\(HTTP 502\)/,
		/proxy/,
	],
	['200 with a page', answer(200, PAGE), /web page came back/, /Base URL/],
	[
		'403 with a page, which is not about the key',
		answer(403, PAGE),
		/web page came back/,
		/firewall/,
	],
	['400 with a page, which is not of KrosAI', answer(400, PAGE), /web page came back/, /Base URL/],
	['404 with a page', answer(404, PAGE), /web page came back/, /Base URL/],
	['200 with half an answer', answer(200, '{"call_id": "cal'), /isn't understood/, /proxy/],
	['200 with JSON that is no call', answer(200, { status: 'ok' }), /isn't understood/, /proxy/],
	[
		'200 with more than is read',
		answer(200, TOO_LONG),
		/an answer of more than 5 MB \(HTTP 200\)/,
		/proxy/,
	],
	[
		'407 of a proxy',
		answer(407),
		/A proxy .* asks for a user and a password/,
		/settings of this n8n/,
	],
	[
		'407 of a proxy with a page',
		answer(407, PAGE),
		/A proxy .* asks for a user and a password/,
		/settings of this n8n/,
	],
	['201 without a body', answer(201, '  \n'), /an empty answer \(HTTP 201\)/, /proxy/],
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
	...ANSWERS.map(([name, exchange, says, advises, about]): Row => {
		const [, status, code] = /^(\d+)(?: ([A-Z_]{3,}|constructor)\b)?/.exec(name)!;
		const withoutCode = Number(status) < 300 ? 'BAD_RESPONSE' : `HTTP_${status}`;
		const expected = { code: code ?? withoutCode, httpCode: Number(status), value: null, ...about };
		return [name, exchange, expected, says, advises];
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

	it("quotes KrosAI's own words, shortened and on one line", () => {
		const error = ` Line one\n  line two ${'x'.repeat(500)}`;
		const { description } = explainExchange(answer(400, { error }), REQUEST);
		expect(description).toContain('KrosAI said: "Line one line two xxx');
		expect(description).not.toContain('\n');
		expect(description.length).toBeLessThan(300);
	});

	it('quotes up to 200 characters whole', () => {
		const told = (length: number) =>
			explainExchange(answer(400, { error: 'x'.repeat(length) }), REQUEST).description;
		expect(told(3)).toMatch(/: "xxx"\.$/);
		expect(told(200)).toMatch(/"x{200}"\.$/);
		expect(told(201)).toMatch(/"x{200}…"\.$/);
	});

	it('shows a value that is no text as KrosAI wrote it', () => {
		const exchange = answer(
			400,
			refusal('INVALID_PHONE_NUMBER', { field: 'to_number', value: { a: [1] } }),
		);
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
			const failure = explainExchange(answer(status, refusal(code)), REQUEST);
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
		const exchange = answer(400, refusal(code, { field: 'organization_id', value: 'x' }));
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

		it('is shown where an operation has words of its own', () => {
			const failed = answer(404, {}, { 'x-request-id': ID });
			const said = { message: 'No such call', description: 'Check Call ID.' };
			expect(failedExchange({ failed, request: REQUEST }, said).failure).toMatchObject({
				message: 'No such call',
				description: `Check Call ID. KrosAI's request ID: ${ID}.`,
			});
			const { failure } = failedExchange({ failed, request: REQUEST });
			expect(failure.description.split(ID)).toHaveLength(2);
			const lost = failedExchange({ failed: noAnswer('lost'), request: REQUEST }, said);
			expect(lost.failure.description).toBe('Check Call ID.');
		});
	});

	it.each([
		[300, /leads to another address/],
		[399, /leads to another address/],
		[499, /refused the request/],
		[500, /has trouble/],
	])('takes a %d that is nothing special for one of its kind', (status, says) => {
		expect(explainExchange(answer(status, {}), REQUEST).message).toMatch(says);
	});

	it("keeps the network's own words for its administrator", () => {
		const exchange = noAnswer('refused', 'connect ECONNREFUSED 127.0.0.1:443');
		expect(explainExchange(exchange, REQUEST).description).toContain(
			'(connect ECONNREFUSED 127.0.0.1:443)',
		);
	});

	it('adds nothing where the network said nothing', () => {
		const { description } = explainExchange(noAnswer('lost'), REQUEST);
		expect(description).toBe('The network, a proxy or KrosAI itself ended the connection.');
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
		const exchange = answer(400, refusal('NUMBER_NOT_OWNED'));
		const failure = explainExchange(exchange, { method: 'GET', path: '/calls' });
		expect(failure).toMatchObject({ field: 'from_number', value: null });
		expect(failure.message).toBe(' is not one of your KrosAI numbers');
	});
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

	it.each([{}, { retry_after: 3 }])('is told of the plan, not of lines, at a 429: %p', (body) => {
		const request: ApiRequest = { method: 'GET', path: '/calls' };
		const failure = explainExchange(answer(429, body), request);
		expect(failure.message).toMatch(/takes no more requests/);
		expect(failure.description).toMatch(/requests a second.*Free 10, Pro 50, Business 200/);
		expect(failure.description).not.toMatch(/line|new call/);
	});

	it('is told how long to wait only where KrosAI says so', () => {
		const told = (body: unknown) =>
			explainExchange(answer(429, body), { method: 'GET', path: '/calls' }).description;
		expect(told({})).toMatch(/Business 200\.$/);
		expect(told({ retry_after: 3 })).toMatch(/Business 200\. It asks to wait 3 seconds\.$/);
	});
});

describe('a key without the scope', () => {
	it.each([
		["in KrosAI's words", answer(403, { error: 'No' })],
		['by a code alone', answer(403, { code: 'FORBIDDEN' })],
	])('is told %s', (_, exchange) => expect(isScopeMissing(exchange)).toBe(true));

	it.each([
		['a key that has expired', answer(403, refusal('KEY_EXPIRED'))],
		['an address that is not allowed', answer(403, refusal('IP_NOT_ALLOWED'))],
		['an organization that is not verified', answer(403, refusal('KYC_REQUIRED'))],
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

it('takes nothing of JavaScript for a field that was sent', () => {
	for (const field of ['__proto__', 'constructor', 'toString']) {
		const exchange = answer(400, refusal('INVALID_PHONE_NUMBER', { field }));
		expect(explainExchange(exchange, REQUEST)).toMatchObject({ field, value: null });
	}
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

describe('an exchange that failed, as what became of an item', () => {
	const WORDS = { message: 'It is so', description: 'Do that.' };

	it('has the words and the code of KrosAI’s refusal', () => {
		const details = { field: 'to_number', value: '12' };
		const failed = answer(400, refusal('INVALID_PHONE_NUMBER', details));
		expect(failedExchange({ failed, request: REQUEST }).failure).toMatchObject({
			code: 'INVALID_PHONE_NUMBER',
			httpCode: 400,
			field: 'to_number',
			value: '12',
			message: expect.stringContaining('"12"'),
		});
	});

	it('has the words of an operation that knows better, and the rest as it was', () => {
		const changes = { ...WORDS, field: 'call_id' };
		const lost = { failed: noAnswer('timeout'), request: REQUEST };
		expect(failedExchange(lost, changes).failure).toMatchObject({
			...changes,
			code: 'TIMEOUT',
			httpCode: null,
		});
	});
});
