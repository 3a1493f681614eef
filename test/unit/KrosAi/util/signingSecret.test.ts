import { randomBytes } from 'node:crypto';
import { readSigningSecret } from '../../../../nodes/KrosAi/util/signingSecret';

const SECRET = 'whsec_0123456789abcdef';

it.each([
	SECRET,
	'0123456789abcdef',
	'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
	'correct horse battery staple',
	'whsec_MfKQ9r8GKYqr+TwjUPD8I/LPZIo2LaLaSw==',
	'whsec_1111111aaaaaaa1111111',
])('takes %j as it is', (secret) => expect(readSigningSecret(secret)).toBe(secret));

it.each([' ', '\n', '\r\n', '\t', '\u00a0', '\ufeff', '\u200b', '"', "'", '`', '" \n'])(
	'leaves out %j around it',
	(sign) => {
		expect(readSigningSecret(sign + SECRET + sign)).toBe(SECRET);
		expect(readSigningSecret(SECRET + sign)).toBe(SECRET);
	},
);

it.each<[string, unknown]>([
	['nothing', ''],
	['blanks', ' '.repeat(30)],
	['signs without a width', '\u200b'.repeat(30)],
	['quotation marks', '"'.repeat(30)],
	['15 characters', '0123456789abcde'],
	['15 and a line break', '0123456789abcde\n'],
	['a mask', 'whsec_••••••••••••••••'],
	['a mask behind 16 characters that are shown', '0123456789abcdef••••'],
	['a mask before them', '••••0123456789abcdef'],
	['asterisks', 'whsec_************'],
	['dots', 'whsec_...0123456789abc'],
	['an ellipsis', 'whsec_…0123456789abcdef'],
	['x for each', 'whsec_xxxxxxxxxxxx1234'],
	['X for each', 'XXXXXXXXXXXXXXXXXXXX'],
	['a dash for each', 'whsec_------------'],
	['a word for it', '<redacted for security>'],
	['another word', 'whsec_[HIDDEN_VALUE]'],
	['a number', 1234567890123456],
	['a list', [SECRET]],
	['null', null],
	['undefined', undefined],
])('takes none of %s', (_, value) => expect(readSigningSecret(value)).toBeUndefined());

it('takes secrets made by chance', () => {
	for (let count = 0; count < 2_000; count += 1) {
		for (const encoding of ['hex', 'base64', 'base64url'] as const) {
			const secret = `whsec_${randomBytes(24).toString(encoding)}`;
			expect(readSigningSecret(secret)).toBe(secret);
		}
	}
});
