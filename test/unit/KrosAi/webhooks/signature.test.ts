import { createHmac } from 'node:crypto';
import { checkSignature, SIGNATURE_HEADER } from '../../../../nodes/KrosAi/webhooks/signature';
import { signedDelivery } from '../../../../simulator';

const SECRET = 'whsec_0123456789abcdef';
const BODY = Buffer.from('{"event":"call.completed","call_id":"call_xyz789"}');
const HEX = createHmac('sha256', SECRET).update(BODY).digest('hex');
const signatureOf = (body: Buffer, secret = SECRET) =>
	signedDelivery(secret, body).headers[SIGNATURE_HEADER];

/** From another implementation: openssl dgst -sha256 -hmac key. */
it('agrees with a value known from elsewhere', () => {
	const body = Buffer.from('The quick brown fox jumps over the lazy dog');
	const known = 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8';
	expect(checkSignature(body, `sha256=${known}`, 'key')).toBe('valid');
});

it('takes a right signature', () => {
	expect(checkSignature(BODY, signatureOf(BODY), SECRET)).toBe('valid');
});

it.each([
	['spaces around it, which an HTTP parser may leave', `  sha256=${HEX} `],
	['capital letters', `SHA256=${HEX.toUpperCase()}`],
])('takes a right signature with %s', (_, header) => {
	expect(checkSignature(BODY, header, SECRET)).toBe('valid');
});

it.each([
	['no header', undefined],
	['an empty header', ''],
])('calls it absent: %s', (_, header) => {
	expect(checkSignature(BODY, header, SECRET)).toBe('absent');
});

it.each<[string, unknown]>([
	['of another body', signatureOf(Buffer.from(`${BODY} `))],
	['under another secret', signatureOf(BODY, `${SECRET}0`)],
	['with its last digit changed', `sha256=${HEX.slice(0, -1)}${HEX.endsWith('0') ? '1' : '0'}`],
	['with its first digit changed', `sha256=${HEX.startsWith('0') ? '1' : '0'}${HEX.slice(1)}`],
	['without its prefix', HEX],
	['with half a prefix', `256=${HEX}`],
	['with a colon', `sha256:${HEX}`],
	['with a space inside', `sha256= ${HEX}`],
	['that calls itself sha1', `sha1=${HEX}`],
	['of sha1', `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`],
	['that calls itself sha512', `sha512=${HEX}`],
	['one digit short', `sha256=${HEX.slice(1)}`],
	['one byte short', `sha256=${HEX.slice(2)}`],
	['one digit long', `sha256=${HEX}0`],
	['one byte long', `sha256=${HEX}00`],
	['only a prefix', 'sha256='],
	['with letters that are no hex', `sha256=${'g'.repeat(64)}`],
	['with digits of another script', `sha256=${'٣'.repeat(64)}`],
	['in base64', `sha256=${createHmac('sha256', SECRET).update(BODY).digest('base64')}`],
	['of zeros', `sha256=${'0'.repeat(64)}`],
	['twice, as Node joins two headers', `sha256=${HEX}, sha256=${HEX}`],
	['twice, the right one last', `sha256=${'0'.repeat(64)},sha256=${HEX}`],
	['on two lines', `sha256=${HEX}\nsha256=${HEX}`],
	['in a list', [`sha256=${HEX}`]],
	['as an object', { toString: () => `sha256=${HEX}` }],
	['as bytes', Buffer.from(`sha256=${HEX}`)],
	['as a number', 256],
	['as nothing', null],
	['as true', true],
	['as a list of nothing', []],
	['of only spaces', '   '],
])('refuses a signature %s', (_, header) => {
	expect(checkSignature(BODY, header, SECRET)).toBe('wrong');
});

it('refuses everything where no secret is known', () => {
	expect(checkSignature(BODY, signatureOf(BODY, ''), '')).toBe('wrong');
});

it('uses the secret as it is given', () => {
	const bare = SECRET.replace('whsec_', '');
	expect(checkSignature(BODY, signatureOf(BODY, bare), SECRET)).toBe('wrong');
	expect(checkSignature(BODY, signatureOf(BODY, bare), bare)).toBe('valid');
	expect(checkSignature(BODY, signatureOf(BODY, `${SECRET} `), SECRET)).toBe('wrong');
});

describe('the bytes matter, not their meaning', () => {
	it.each([
		['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), BODY])],
		['ends of lines', Buffer.from('{\r\n}')],
		['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d])],
		['an empty body', Buffer.alloc(0)],
	])('%s', (_, body) => {
		expect(checkSignature(body, signatureOf(body), SECRET)).toBe('valid');
		const other = Buffer.from(body.toString('utf8').replace(/\r|^\ufeff/g, '') || ' ');
		expect(other.equals(body)).toBe(false);
		expect(checkSignature(other, signatureOf(body), SECRET)).toBe('wrong');
	});
});
