import { hideCallbackTokens } from '../../../../nodes/KrosAi/api/callbackAddress';

const [N8N, OWN] = ['5'.repeat(64), 'a7'.repeat(16)];
const ADDRESS = `https://n8n.example.com/webhook-waiting/7/krosai-call?signature=${N8N}&krosai=0.3.${OWN}`;
const SHOWN =
	'https://n8n.example.com/webhook-waiting/7/krosai-call?signature=hidden&krosai=0.3.hidden';

it.each([
	['as it is', (url: string) => url],
	['with an ampersand as JSON may write it', (url: string) => url.replaceAll('&', '\\u0026')],
	['encoded', encodeURIComponent],
	['encoded in small letters', (url: string) => encodeURIComponent(url).toLowerCase()],
])('hides the tokens of an address, %s, and nothing else of it', (_, write) => {
	expect(hideCallbackTokens(`to ${write(ADDRESS)}: refused`)).toBe(`to ${write(SHOWN)}: refused`);
});

it('hides them in each address of a text', () => {
	expect(hideCallbackTokens(`${ADDRESS} ${ADDRESS}`)).toBe(`${SHOWN} ${SHOWN}`);
});

// What stands behind an address may be as long as a token: the id of a call, a signature.
it.each([' ', '"', "'", '<', '>', '\\n', '\n'])('takes an address to end before %j', (end) => {
	const rest = `${end}${'7'.repeat(32)}`;
	expect(hideCallbackTokens(ADDRESS + rest)).toBe(SHOWN + rest);
});

it.each([
	['another address', ADDRESS.replace('krosai-call', 'recording')],
	['a path without a query', `https://n8n.example.com/krosai-call/${OWN}`],
	['what is shorter than a token', `krosai-call?execution=${'7'.repeat(31)}`],
])('leaves %s as it is', (_, text) => expect(hideCallbackTokens(text)).toBe(text));

it('goes through megabytes of one address', () => {
	const text = `krosai-call?${'a'.repeat(16_000_000)}`;
	expect(hideCallbackTokens(text)).toBe('krosai-call?hidden');
});
