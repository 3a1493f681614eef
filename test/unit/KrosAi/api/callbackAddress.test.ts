import { effort } from '../../../support/effort';
import { hideCallbackTokens } from '../../../../nodes/KrosAi/api/callbackAddress';

const [N8N, OWN] = ['5'.repeat(64), `krosai_${'a7'.repeat(32)}`];
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
	['another address', ADDRESS.replace('krosai-call', 'recording').replace(OWN, '')],
	['a path without a query', `https://n8n.example.com/krosai-call/${N8N}`],
	['what is shorter than a token', `krosai-call?execution=${'7'.repeat(31)}`],
])('leaves %s as it is', (_, text) => expect(hideCallbackTokens(text)).toBe(text));

it('goes through megabytes of one address', () => {
	const text = `krosai-call?${'a'.repeat(16_000_000)}`;
	expect(hideCallbackTokens(text)).toBe('krosai-call?hidden');
});

it.each([
	['alone', (token: string) => `token ${token} is unknown`],
	['between other letters', (token: string) => `ab${token}%2e${token}cd`],
	['in another address', (token: string) => `https://a.example.com/?t=${token}&u=1`],
	['in capitals', (token: string) => token.toUpperCase()],
])('hides this node’s token where it stands %s', (_, write) => {
	expect(hideCallbackTokens(write(OWN))).toBe(write('hidden').replaceAll('HIDDEN', 'hidden'));
});

const FIVE_MB = 5_000_000;

it.each([
	['one digit', 'a'.repeat(FIVE_MB)],
	['what a token begins with', OWN.slice(0, -1).repeat(FIVE_MB / 70)],
	['prefixes', 'krosai_'.repeat(FIVE_MB / 7)],
	['beginnings of addresses', 'krosai-call?'.repeat(FIVE_MB / 12)],
])('takes little time for megabytes of %s', (_, text) => {
	const started = effort();
	expect(hideCallbackTokens(`${text}.${OWN}`).includes(OWN)).toBe(false);
	// A tenth of this where the machine has nothing else to do.
	expect(effort() - started).toBeLessThan(1_000);
});
