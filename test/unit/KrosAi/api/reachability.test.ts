import { isReachable } from '../../../../nodes/KrosAi/api/reachability';

// Which addresses are private is in util/privateAddress.test.ts.

const KROSAI = 'https://api.krosai.com/v1';
const at = (host: string) => `http://${host}/webhook-waiting/1`;

it.each(['n8n.example.com', '8.8.8.8'])('KrosAI reaches %s', (host) =>
	expect(isReachable(at(host), KROSAI)).toBe(true),
);

it.each([
	...'localhost:5678 192.168.178.20:5678 n8n:5678 host.docker.internal 168.63.129.16'.split(' '),
	...'198.18.0.1 [64:ff9b::127.0.0.1] [2002:7f00:1::]:5678 n8n.default.svc'.split(' '),
])('KrosAI does not reach %s', (host) => expect(isReachable(at(host), KROSAI)).toBe(false));

it.each([undefined, '', 'n8n', '/webhook-waiting/1'])('nor what is no address: %p', (address) =>
	expect(isReachable(address as string, KROSAI)).toBe(false),
);

it('a KrosAI on this machine reaches what is there', () => {
	expect(isReachable(at('127.0.0.1:5678'), 'http://127.0.0.1:4010/v1')).toBe(true);
	expect(isReachable(at('localhost:5678'), 'http://krosai-proxy:8080/v1')).toBe(true);
});
