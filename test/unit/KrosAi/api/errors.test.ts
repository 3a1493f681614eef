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
import type { ApiFailure, ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { answer, noAnswer, PAGE, refusal, REQUEST } from '../../../support/exchanges';
import { NODE } from '../../../support/n8n';

interface Case {
	exchange: Exchange;
	code: string;
	httpCode: number | null;
	field?: string;
	value?: unknown;
	/** What happened. */
	says: RegExp;
	/** What to do. */
	advises: RegExp;
}

const { from_number, to_number, endpoint_id } = REQUEST.body;

const SPECIFIED: Record<string, Case> = {
	'400 INVALID_PHONE_NUMBER': {
		exchange: answer(
			400,
			refusal('INVALID_PHONE_NUMBER', { field: 'to_number', value: '4155550110' }),
		),
		code: 'INVALID_PHONE_NUMBER',
		httpCode: 400,
		field: 'to_number',
		value: '4155550110',
		says: /"4155550110" as a phone number in To Number/,
		advises: /E\.164.*\+14155550123/,
	},
	'400 INVALID_PHONE_NUMBER of the other number': {
		exchange: answer(400, refusal('INVALID_PHONE_NUMBER', { field: 'from_number', value: '0801' })),
		code: 'INVALID_PHONE_NUMBER',
		httpCode: 400,
		field: 'from_number',
		value: '0801',
		says: /"0801" as a phone number in From Number/,
		advises: /E\.164/,
	},
	'400 INVALID_PHONE_NUMBER that names the field alone': {
		exchange: answer(400, refusal('INVALID_PHONE_NUMBER', { field: 'from_number' })),
		code: 'INVALID_PHONE_NUMBER',
		httpCode: 400,
		field: 'from_number',
		value: from_number,
		says: /"\+2348012345678" as a phone number in From Number/,
		advises: /E\.164/,
	},
	'400 INVALID_PHONE_NUMBER without details, which are optional': {
		exchange: answer(400, refusal('INVALID_PHONE_NUMBER')),
		code: 'INVALID_PHONE_NUMBER',
		httpCode: 400,
		field: 'to_number',
		value: to_number,
		says: /"\+14155550110" as a phone number in To Number/,
		advises: /E\.164/,
	},
	'400 NUMBER_NOT_OWNED': {
		exchange: answer(400, refusal('NUMBER_NOT_OWNED')),
		code: 'NUMBER_NOT_OWNED',
		httpCode: 400,
		field: 'from_number',
		value: from_number,
		says: /\+2348012345678 is not one of your KrosAI numbers/,
		advises: /Choose a From Number from the list/,
	},
	'400 OUTBOUND_DISABLED': {
		exchange: answer(400, refusal('OUTBOUND_DISABLED', { field: 'from_number' })),
		code: 'OUTBOUND_DISABLED',
		httpCode: 400,
		field: 'from_number',
		value: from_number,
		says: /switched off for \+2348012345678/,
		advises: /Switch on outbound calls/,
	},
	'400 INSUFFICIENT_BALANCE': {
		exchange: answer(400, refusal('INSUFFICIENT_BALANCE')),
		code: 'INSUFFICIENT_BALANCE',
		httpCode: 400,
		says: /balance is too low/,
		advises: /Add credits/,
	},
	'404 ENDPOINT_NOT_FOUND': {
		exchange: answer(404, refusal('ENDPOINT_NOT_FOUND')),
		code: 'ENDPOINT_NOT_FOUND',
		httpCode: 404,
		field: 'endpoint_id',
		value: endpoint_id,
		says: /endpoint "ep_abc123"/,
		advises: /Choose an Endpoint/,
	},
	'429 RATE_LIMIT_EXCEEDED of lines': {
		exchange: answer(429, refusal('RATE_LIMIT_EXCEEDED')),
		code: 'RATE_LIMIT_EXCEEDED',
		httpCode: 429,
		says: /All lines/,
		advises: /Call again when a call has ended/,
	},
	'429 RATE_LIMIT_EXCEEDED of requests, with a fraction in the body': {
		exchange: answer(429, { ...refusal('RATE_LIMIT_EXCEEDED'), retry_after: 1.5 }),
		code: 'RATE_LIMIT_EXCEEDED',
		httpCode: 429,
		says: /takes no more requests/,
		advises: /wait 1\.5 seconds/,
	},
	'429 RATE_LIMIT_EXCEEDED of requests, with a fraction in the header': {
		exchange: answer(429, refusal('RATE_LIMIT_EXCEEDED'), { 'retry-after': '0.25' }),
		code: 'RATE_LIMIT_EXCEEDED',
		httpCode: 429,
		says: /takes no more requests/,
		advises: /wait 0\.25 seconds/,
	},
};

const ELSEWHERE: Record<string, Case> = {
	'429 CONCURRENT_LIMIT_EXCEEDED, whose code says more than its Retry-After': {
		exchange: answer(429, refusal('CONCURRENT_LIMIT_EXCEEDED'), { 'retry-after': '2' }),
		code: 'CONCURRENT_LIMIT_EXCEEDED',
		httpCode: 429,
		says: /All lines/,
		advises: /Call again when a call has ended/,
	},
	'400 MISSING_FIELDS': {
		exchange: answer(400, refusal('MISSING_FIELDS', { field: 'endpoint_id', value: null })),
		code: 'MISSING_FIELDS',
		httpCode: 400,
		field: 'endpoint_id',
		value: endpoint_id,
		says: /misses Endpoint/,
		advises: /Fill in/,
	},
	'400 MISSING_FIELDS that names none': {
		exchange: answer(400, refusal('MISSING_FIELDS')),
		code: 'MISSING_FIELDS',
		httpCode: 400,
		says: /misses a field of the request$/,
		advises: /Fill in From Number, To Number and Endpoint/,
	},
	'403 KEY_EXPIRED': {
		exchange: answer(403, refusal('KEY_EXPIRED')),
		code: 'KEY_EXPIRED',
		httpCode: 403,
		says: /key has expired/,
		advises: /Create a new key/,
	},
	'403 IP_NOT_ALLOWED': {
		exchange: answer(403, refusal('IP_NOT_ALLOWED')),
		code: 'IP_NOT_ALLOWED',
		httpCode: 403,
		says: /address of this n8n/,
		advises: /allowed addresses/,
	},
	'402 INSUFFICIENT_BALANCE': {
		exchange: answer(402, refusal('INSUFFICIENT_BALANCE')),
		code: 'INSUFFICIENT_BALANCE',
		httpCode: 402,
		says: /balance is too low/,
		advises: /Add credits/,
	},
	'402 NUMBER_NOT_OWNED, whose code says more than its status': {
		exchange: answer(402, refusal('NUMBER_NOT_OWNED')),
		code: 'NUMBER_NOT_OWNED',
		httpCode: 402,
		field: 'from_number',
		value: from_number,
		says: /is not one of your KrosAI numbers/,
		advises: /Choose a From Number/,
	},
	'403 OUTBOUND_DISABLED': {
		exchange: answer(403, refusal('OUTBOUND_DISABLED')),
		code: 'OUTBOUND_DISABLED',
		httpCode: 403,
		field: 'from_number',
		value: from_number,
		says: /switched off/,
		advises: /Switch on/,
	},
};

const STATUSES: Record<string, Case> = {
	'400 without a code': {
		exchange: answer(400, { error: 'No' }),
		code: 'HTTP_400',
		httpCode: 400,
		says: /doesn't accept the request/,
		advises: /Check the parameters/,
	},
	'400 with an unknown code': {
		exchange: answer(400, refusal('SOMETHING_NEW', { field: 'webhook_url', value: 'x' })),
		code: 'SOMETHING_NEW',
		httpCode: 400,
		field: 'webhook_url',
		value: 'x',
		says: /doesn't accept the request/,
		advises: /Check the parameters.*Said by KrosAI/,
	},
	'400 with a code that every object of JavaScript has': {
		exchange: answer(400, refusal('constructor')),
		code: 'constructor',
		httpCode: 400,
		says: /doesn't accept the request/,
		advises: /Check the parameters/,
	},
	'401': {
		exchange: answer(401, refusal('UNAUTHORIZED')),
		code: 'UNAUTHORIZED',
		httpCode: 401,
		says: /refused the API key/,
		advises: /Check the API key in the KrosAI credential/,
	},
	'401 in plain text': {
		exchange: answer(401, 'Unauthorized'),
		code: 'HTTP_401',
		httpCode: 401,
		says: /refused the API key/,
		advises: /Check the API key/,
	},
	'402': {
		exchange: answer(402, { error: 'No' }),
		code: 'HTTP_402',
		httpCode: 402,
		says: /balance is too low/,
		advises: /Add credits/,
	},
	'403': {
		exchange: answer(403, { error: 'No' }),
		code: 'HTTP_403',
		httpCode: 403,
		says: /not allowed/,
		advises: /calls:write/,
	},
	'404': {
		exchange: answer(404, { error: 'No' }),
		code: 'HTTP_404',
		httpCode: 404,
		says: /address doesn't exist/,
		advises: /Base URL.*https:\/\/api\.krosai\.com\/v1/,
	},
	'408': {
		exchange: answer(408),
		code: 'HTTP_408',
		httpCode: 408,
		says: /gave up waiting/,
		advises: /connection/,
	},
	'413': {
		exchange: answer(413),
		code: 'HTTP_413',
		httpCode: 413,
		says: /too large/,
		advises: /less metadata/,
	},
	'418, which has no meaning of its own here': {
		exchange: answer(418, {}),
		code: 'HTTP_418',
		httpCode: 418,
		says: /refused the request \(HTTP 418\)/,
		advises: /Check/,
	},
	'429 without a code': {
		exchange: answer(429, {}),
		code: 'HTTP_429',
		httpCode: 429,
		says: /All lines/,
		advises: /when a call has ended/,
	},
	'429 without a code, with Retry-After': {
		exchange: answer(429, 'Slow down', { 'retry-after': '3' }),
		code: 'HTTP_429',
		httpCode: 429,
		says: /takes no more requests/,
		advises: /wait 3 seconds/,
	},
	'429 whose retry_after is no number, with a header that is': {
		exchange: answer(429, { retry_after: 'soon' }, { 'retry-after': '4' }),
		code: 'HTTP_429',
		httpCode: 429,
		says: /takes no more requests/,
		advises: /wait 4 seconds/,
	},
	'307': {
		exchange: answer(307, '', { location: 'https://example.com' }),
		code: 'HTTP_307',
		httpCode: 307,
		says: /another address \(redirect, HTTP 307\)/,
		advises: /final address into the Base URL/,
	},
	'302 with a page': {
		exchange: answer(302, PAGE),
		code: 'HTTP_302',
		httpCode: 302,
		says: /another address/,
		advises: /Base URL/,
	},
	'500': {
		exchange: answer(500, { error: 'No' }),
		code: 'HTTP_500',
		httpCode: 500,
		says: /trouble answering \(HTTP 500\)/,
		advises: /status/,
	},
	'503 without a body': {
		exchange: answer(503),
		code: 'HTTP_503',
		httpCode: 503,
		says: /trouble answering \(HTTP 503\)/,
		advises: /status/,
	},
	'502 with the page of a proxy': {
		exchange: answer(502, '<html><h1>Bad Gateway</h1>'),
		code: 'HTTP_502',
		httpCode: 502,
		says: /web page came back.*\(HTTP 502\)/,
		advises: /proxy/,
	},
	'200 with a page': {
		exchange: answer(200, PAGE),
		code: 'BAD_RESPONSE',
		httpCode: 200,
		says: /web page came back/,
		advises: /Base URL/,
	},
	'403 with a page, which is not about the key': {
		exchange: answer(403, PAGE),
		code: 'HTTP_403',
		httpCode: 403,
		says: /web page came back/,
		advises: /firewall/,
	},
	'400 with a page, which is not of KrosAI': {
		exchange: answer(400, PAGE),
		code: 'HTTP_400',
		httpCode: 400,
		says: /web page came back/,
		advises: /Base URL/,
	},
	'404 with a page': {
		exchange: answer(404, PAGE),
		code: 'HTTP_404',
		httpCode: 404,
		says: /web page came back/,
		advises: /Base URL/,
	},
	'200 with half an answer': {
		exchange: answer(200, '{"call_id": "cal'),
		code: 'BAD_RESPONSE',
		httpCode: 200,
		says: /isn't understood/,
		advises: /proxy/,
	},
	'200 with JSON that is no call': {
		exchange: answer(200, { status: 'ok' }),
		code: 'BAD_RESPONSE',
		httpCode: 200,
		says: /isn't understood/,
		advises: /proxy/,
	},
	'200 with more than is read': {
		exchange: answer(200, TOO_LONG),
		code: 'BAD_RESPONSE',
		httpCode: 200,
		says: /an answer of more than 5 MB \(HTTP 200\)/,
		advises: /proxy/,
	},
	'407 of a proxy': {
		exchange: answer(407),
		code: 'HTTP_407',
		httpCode: 407,
		says: /A proxy .* asks for a user and a password/,
		advises: /settings of this n8n/,
	},
	'407 of a proxy with a page': {
		exchange: answer(407, PAGE),
		code: 'HTTP_407',
		httpCode: 407,
		says: /A proxy .* asks for a user and a password/,
		advises: /settings of this n8n/,
	},
	'201 without a body': {
		exchange: answer(201, '  \n'),
		code: 'BAD_RESPONSE',
		httpCode: 201,
		says: /an empty answer \(HTTP 201\)/,
		advises: /proxy/,
	},
};

const SILENCE: Record<string, Case> = Object.fromEntries(
	(
		[
			['refused', 'NETWORK', /connection was refused/, /Base URL.*firewall/],
			['dns', 'NETWORK', /host name wasn't found/, /Base URL.*DNS/],
			['unreachable', 'NETWORK', /no way to its host/, /network connection/],
			['tls', 'NETWORK', /no secure connection/, /certificate/],
			['timeout', 'TIMEOUT', /did not answer in time/, /slow/],
			['cancelled', 'NETWORK', /cancelled/, /stopped/],
			['lost', 'NETWORK', /broke before the answer came/, /network/],
		] as const
	).map(([reason, code, says, advises]) => [
		`no answer: ${reason}`,
		{ exchange: noAnswer(reason, 'details'), code, httpCode: null, says, advises },
	]),
);

const CASES = Object.entries({ ...SPECIFIED, ...ELSEWHERE, ...STATUSES, ...SILENCE });

describe('what becomes of an exchange', () => {
	it.each(CASES)('%s', (_, { exchange, says, advises, ...expected }) => {
		const { message, description, ...rest } = explainExchange(exchange, REQUEST);
		expect(rest).toEqual({ field: null, value: null, ...expected });
		expect(message).toMatch(says);
		expect(description).toMatch(advises);
	});

	it.each(CASES)('uses none of the words that n8n asks to avoid: %s', (_, { exchange }) => {
		const { message, description } = explainExchange(exchange, REQUEST);
		expect(`${message} ${description}`).not.toMatch(/error|problem|failure|mistake/i);
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

	it.each(CASES)('says the same: %s', (_, { exchange, httpCode }) => {
		const explained = explainExchange(exchange, REQUEST);
		const error = toNodeApiError(NODE, explained);
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toBe(explained.message);
		expect(error.description).toBe(explained.description);
		expect(error.httpCode).toBe(httpCode === null ? null : String(httpCode));
	});

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
