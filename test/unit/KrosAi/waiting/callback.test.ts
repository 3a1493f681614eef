import { callbackAddress, checkToken } from '../../../../nodes/KrosAi/waiting/callback';
import { hideCallbackTokens } from '../../../../nodes/KrosAi/api/callbackAddress';

const KEY = { apiKey: 'kros_test_simulator', executionId: '7', nodeId: 'node-1' };
const N8N_TOKEN = '5'.repeat(64);
const RESUME = `https://n8n.example.com/webhook-waiting/7?signature=${N8N_TOKEN}`;
const CALLBACK = { runIndex: 2, itemIndex: 3 };

const addressAt = (resumeUrl: string, key = KEY) =>
	new URL(callbackAddress(resumeUrl, key, CALLBACK));
const parameterOf = (key: typeof KEY) => addressAt(RESUME, key).searchParams.get('krosai')!;

it('has n8n’s token and this node’s, which says which call it is for', () => {
	const { pathname, searchParams } = addressAt(RESUME);
	expect(pathname).toBe('/webhook-waiting/7/krosai-call');
	expect(searchParams.get('signature')).toBe(N8N_TOKEN);
	expect(checkToken(searchParams.get('krosai'), KEY)).toEqual(CALLBACK);
});

it('does without a token of n8n', () => {
	const { pathname, searchParams } = addressAt('http://n8n.example.com/n8n/webhook-waiting/7');
	expect(pathname).toBe('/n8n/webhook-waiting/7/krosai-call');
	expect(checkToken(searchParams.get('krosai'), KEY)).toEqual(CALLBACK);
});

it('puts no second slash behind an address that ends with one', () => {
	expect(addressAt('https://n8n.example.com/a/7/').pathname).toBe('/a/7/krosai-call');
});

it('holds no token that is not hidden where KrosAI quotes it', () => {
	expect(hideCallbackTokens(addressAt(RESUME).href)).toBe(
		'https://n8n.example.com/webhook-waiting/7/krosai-call?signature=hidden&krosai=2.3.hidden',
	);
});

describe('a token', () => {
	const token = () => parameterOf(KEY);

	it('is the same one under a key that is pasted with spaces around it', () => {
		const padded = { ...KEY, apiKey: ` ${KEY.apiKey}\n` };
		expect(checkToken(token(), padded)).toBeDefined();
	});

	it.each(['', '  '])('is worth nothing where there is no key: %p', (apiKey) => {
		const key = { ...KEY, apiKey };
		expect(checkToken(parameterOf(key), key)).toBeUndefined();
	});

	it.each<[string, Partial<typeof KEY>]>([
		['another execution', { executionId: '8' }],
		['another node', { nodeId: 'node-2' }],
		['another key', { apiKey: 'kros_test_other' }],
	])('is worth nothing for %s', (_, other) => {
		expect(checkToken(token(), { ...KEY, ...other })).toBeUndefined();
	});

	it.each([
		['of another item', (text: string) => text.replace(/^2\.3/, '2.4')],
		['of another run', (text: string) => text.replace(/^2\.3/, '1.3')],
		['whose number is written otherwise', (text: string) => text.replace(/^2\.3/, '2.3e0')],
		['without its prefix', (text: string) => text.replace('krosai_', '')],
		['cut short', (text: string) => text.slice(0, -1)],
		['with more behind', (text: string) => `${text}0`],
		['with more before it', (text: string) => `1${text}`],
		['with anything before it', (text: string) => `-${text}`],
		['changed', (text: string) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))],
		['in a list', (text: string) => [text]],
		['in an object', (text: string) => ({ 0: text })],
		['that is missing', () => undefined],
		['that is empty', () => ''],
	])('%s is refused', (_, change) => {
		expect(checkToken(change(token()), KEY)).toBeUndefined();
	});
});
