import { signedDelivery } from './index';

// Taken with another tool: printf '{"event":"call.completed"}' | openssl dgst -sha256 -hmac whsec_abc
const EXPECTED = 'sha256=7f13273787789361a7b3383301a1a823e6c2502577873eefabeb7362a9d3ad69';

it('signs JSON, text and bytes alike, under the secret as it is', () => {
	const text = '{"event":"call.completed"}';

	expect(signedDelivery('whsec_abc', { event: 'call.completed' })).toEqual({
		headers: {
			'content-type': 'application/json',
			'user-agent': 'KrosAI-Simulator',
			'x-webhook-signature': EXPECTED,
		},
		body: text,
	});
	expect(signedDelivery('whsec_abc', text)).toMatchObject({
		headers: { 'x-webhook-signature': EXPECTED },
		body: text,
	});
	const bytes = signedDelivery('whsec_abc', Buffer.from(text));
	expect(bytes.headers['x-webhook-signature']).toBe(EXPECTED);
	expect(bytes.body).toEqual(Buffer.from(text));
});

it('signs bytes that are no text', () => {
	const bytes = Buffer.from([0xff, 0xfe, 0x00]);
	const replaced = Buffer.from(bytes.toString('utf8'));
	const signature = (body: Buffer) => signedDelivery('s', body).headers['x-webhook-signature'];

	expect(signature(bytes)).not.toBe(signature(replaced));
});
