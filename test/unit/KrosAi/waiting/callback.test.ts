import { createHmac } from 'node:crypto';
import {
	checkToken,
	createCallbacks,
	Secrets,
	tokensOf,
} from '../../../../nodes/KrosAi/waiting/callback';
import type { ApiRequest, Exchange } from '../../../../nodes/KrosAi/api/types';
import { chance } from '../../../support/chance';
import { effort } from '../../../support/effort';
import { answer } from '../../../support/exchanges';

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

it('puts no second slash behind an address that ends with one', () => {
	const callbacks = createCallbacks('https://n8n.example.com/a/7/', KEY, { runIndex: 0 });
	expect(new URL(callbacks.addressOf(0)).pathname).toBe('/a/7/krosai-call');
});

it('tells of each call that goes out, and leaves every other request as it is', async () => {
	const told: number[] = [];
	const onSend = (itemIndex: number) => told.push(itemIndex);
	const callbacks = createCallbacks(RESUME, KEY, { runIndex: 2, onSend });
	const addresses = [4, 12].map((itemIndex) => callbacks.addressOf(itemIndex));
	const sent: ApiRequest[] = [];
	const client = callbacks.seal(async (request) => (sent.push(request), answer(200, {})));

	const others: ApiRequest[] = [
		{ method: 'GET', path: '/calls' },
		POST,
		{ ...POST, body: { webhook_url: 'https://hooks.example.com/mine' } },
	];
	for (const request of others) await client(request);
	expect(sent).toEqual(others);
	expect(told).toEqual([]);

	const to_number = '+14155550110';
	await client({ ...POST, body: { to_number, webhook_url: addresses[1] } });
	expect(told).toEqual([12]);
	const { webhook_url, ...body } = sent[3]!.body!;
	expect({ ...sent[3], body }).toEqual({ ...POST, body: { to_number } });
	const token = new URL(String(webhook_url)).searchParams.get('krosai');
	expect(checkToken(token, KEY)).toEqual({ runIndex: 2, itemIndex: 12 });
});

describe('an answer', () => {
	const OTHER_TOKEN = 'n8n-token';

	/** What the node sees where KrosAI answers this to a call at an address with these parameters. */
	const seen = async (text: (url: string) => string, parameters = `signature=${OTHER_TOKEN}`) =>
		(await send((url) => answer(200, text(url)), `https://n8n.example.com/w/7?${parameters}`))
			.exchange;

	it('that quotes no secret is seen as it came', async () => {
		const text = `{"call_id":"call_1","hash":"${'0'.repeat(64)}"}`;
		expect(await seen(() => text)).toEqual(answer(200, text));
		expect(await seen(() => text, 'signature=')).toEqual(answer(200, text));
	});

	it('loses the secrets and nothing beside them', async () => {
		const token = (url: string) => url.slice(-64);
		expect(await seen((url) => `{"at":"ab${token(url)}cd","n8n":"(${OTHER_TOKEN})"}`)).toEqual(
			answer(200, '{"at":"abhiddencd","n8n":"(hidden)"}'),
		);
		// Whatever an address holds, n8n may take for its own token.
		expect(await seen(() => 'a-b, b-a', 'first=a-b&second=b-a')).toEqual(
			answer(200, 'hidden, hidden'),
		);
		// Some that look almost like this node's.
		const digits = '5'.repeat(64);
		const text = `${digits}x x${digits}`;
		expect(await seen(() => text, `a=${digits}x&b=x${digits}`)).toEqual(
			answer(200, 'hidden hidden'),
		);
	});
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
	const started = effort();
	for (const webhook_url of addresses) await client({ ...POST, body: { webhook_url } });
	expect(effort() - started).toBeLessThan(3_000);
});

describe('a token', () => {
	const token = async () => (await send(() => ({}))).sent.searchParams.get('krosai')!;

	it('of a call that rings during an update of this package is good after it', () => {
		const subject = JSON.stringify(['n8n-nodes-krosai callback', '7', 'node-1', 10, 123]);
		const earlier = createHmac('sha256', KEY.apiKey).update(subject).digest('hex');
		expect(checkToken(`10.123.${earlier}`, KEY)).toEqual({ runIndex: 10, itemIndex: 123 });
		expect(tokensOf(KEY, 10, 124)[123]).toBe(earlier);
	});

	it('is the same one under a key that is pasted with spaces around it', async () => {
		const padded = { ...KEY, apiKey: ` ${KEY.apiKey}\n` };
		expect(checkToken(await token(), padded)).toBeDefined();
	});

	it.each(['', '  '])('is worth nothing where there is no key: %p', (apiKey) => {
		const key = { ...KEY, apiKey };
		expect(checkToken(`0.0.${tokensOf(key, 0, 1)[0]}`, key)).toBeUndefined();
	});

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
		['with more before it', (text: string) => `1${text}`],
		['with anything before it', (text: string) => `-${text}`],
		['changed', (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
		['in a list', (text: string) => [text]],
		['in an object', (text: string) => ({ 0: text })],
		['that is missing', () => undefined],
		['that is empty', () => ''],
	])('%s is refused', async (_, change) => {
		expect(checkToken(change(await token()), KEY)).toBeUndefined();
	});
});

describe('megabytes', () => {
	const [first, second] = [0, 1].map((item) => tokensOf(KEY, 0, 2)[item]!) as [string, string];
	const FIVE_MB = 5_000_000;
	/** Digits by chance, the same in each run. */
	const random = chance(1);
	const digits = Array.from(
		{ length: FIVE_MB },
		() => '0123456789abcdef'[(random() * 16) | 0],
	).join('');

	it.each([
		['digits', digits],
		['one digit', 'a'.repeat(FIVE_MB)],
		['what a token begins with', first.slice(0, 63).repeat(FIVE_MB / 63)],
		['runs that are too short', `${'a'.repeat(63)} `.repeat(FIVE_MB / 64)],
	])('of %s hide a token in little time', (_, text) => {
		const secrets = new Secrets(tokensOf(KEY, 0, 1_000));
		const started = effort();
		const hidden = secrets.hideIn(`${text}%2e${first}${second}${text}`);
		// A tenth of this where the machine has nothing else to do.
		expect(effort() - started).toBeLessThan(1_000);
		expect(hidden === `${text}%2ehiddenhidden${text}`).toBe(true);
	});
});
