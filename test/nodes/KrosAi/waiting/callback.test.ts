import { checkToken, createCallbacks } from '../../../../nodes/KrosAi/waiting/callback';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';

const KEY = { apiKey: 'kros_test_simulator', executionId: '7', nodeId: 'node-1' };
const N8N_TOKEN = '5'.repeat(64);
const RESUME = `https://n8n.example.com/webhook-waiting/7?signature=${N8N_TOKEN}`;
const POST: ApiRequest = { method: 'POST', path: '/outbound-calls', body: {} };

/** What a call's address is as it is sent, and what the node gets to see of the answer. */
async function send(answerWith: (url: string) => Partial<Exchange>, resumeUrl = RESUME) {
	const callbacks = createCallbacks(resumeUrl, KEY, { runIndex: 2 });
	const shown = callbacks.addressOf(3);
	let sent = '';
	const client = callbacks.seal(async ({ body }) => {
		sent = String(body!.webhook_url);
		const answer = { answered: true, status: 200, headers: {}, json: undefined, text: '' };
		return { ...answer, ...answerWith(sent) } as Exchange;
	});
	const exchange = await client({ ...POST, body: { webhook_url: shown } });
	return { shown, sent: new URL(sent), exchange };
}

it('puts the secrets into the request alone', async () => {
	const { shown, sent } = await send(() => ({}));
	expect(shown).toBe(
		'https://n8n.example.com/webhook-waiting/7/krosai-call?signature=hidden&krosai=2.3.hidden',
	);
	expect(sent.pathname).toBe('/webhook-waiting/7/krosai-call');
	expect(sent.searchParams.get('signature')).toBe(N8N_TOKEN);
	expect(checkToken(sent.searchParams.get('krosai'), KEY)).toEqual({ runIndex: 2, itemIndex: 3 });
});

it('does without a token of n8n', async () => {
	const { sent } = await send(() => ({}), 'http://n8n.example.com/n8n/webhook-waiting/7');
	expect(sent.pathname).toBe('/n8n/webhook-waiting/7/krosai-call');
	expect(checkToken(sent.searchParams.get('krosai'), KEY)).toBeDefined();
});

it.each([
	['as it is', (url: string) => ({ text: JSON.stringify({ webhook_url: url }) })],
	['escaped', (url: string) => ({ text: `{"webhook_url":"${url.replaceAll('/', '\\/')}"}` })],
	['encoded', (url: string) => ({ text: JSON.stringify({ at: encodeURIComponent(url) }) })],
	['in lower case', (url: string) => ({ text: url.replace('.3.', '%2e3%2e') })],
	['twice', (url: string) => ({ text: `${url}${url.slice(-64)}0${url.slice(-64)}` })],
	['in what failed', (url: string) => ({ answered: false, reason: 'lost', detail: `to ${url}` })],
])('hides them where the address is quoted %s', async (_, answer) => {
	const { sent, exchange } = await send(answer as never);
	const token = sent.searchParams.get('krosai')!.split('.')[2]!;
	const seen = JSON.stringify(exchange);
	expect(seen).toContain('hidden');
	expect(seen).not.toContain(token);
	expect(seen).not.toContain(N8N_TOKEN);
});

it('takes no longer for a call because the list is long', async () => {
	const callbacks = createCallbacks(RESUME, KEY, { runIndex: 0 });
	const addresses = Array.from({ length: 10_000 }, (_, item) => callbacks.addressOf(item));
	const answer: Exchange = {
		answered: true,
		status: 200,
		headers: {},
		json: {},
		text: `{"call_id":"call_1","to_number":"+14155550110","created_at":"${new Date().toISOString()}"}`,
	};
	const client = callbacks.seal(async () => answer);
	const started = performance.now();
	for (const webhook_url of addresses) await client({ ...POST, body: { webhook_url } });
	expect(performance.now() - started).toBeLessThan(3_000);
});

describe('a token', () => {
	const token = async () => (await send(() => ({}))).sent.searchParams.get('krosai')!;

	it.each<[string, Partial<typeof KEY>]>([
		['another execution', { executionId: '8' }],
		['another node', { nodeId: 'node-2' }],
		['another key', { apiKey: 'kros_test_other' }],
	])('is worth nothing for %s', async (_, other) => {
		expect(checkToken(await token(), { ...KEY, ...other })).toBeUndefined();
	});

	it.each([
		['of another item', (text: string) => text.replace(/^2\.3/, '2.4')],
		['of another run', (text: string) => text.replace(/^2\.3/, '1.3')],
		['whose number is written otherwise', (text: string) => text.replace(/^2\.3/, '2.3e0')],
		['cut short', (text: string) => text.slice(0, -1)],
		['with more behind', (text: string) => `${text}0`],
		['changed', (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
		['in a list', (text: string) => [text]],
		['in an object', (text: string) => ({ 0: text })],
		['that is missing', () => undefined],
		['that is empty', () => ''],
	])('%s is refused', async (_, change) => {
		expect(checkToken(change(await token()), KEY)).toBeUndefined();
	});
});
