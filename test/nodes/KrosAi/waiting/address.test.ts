import { isReachable } from '../../../../nodes/KrosAi/waiting/address';

const KROSAI = 'https://api.krosai.com/v1';
const at = (host: string) => `http://${host}/webhook-waiting/1`;

it.each([
	'n8n.example.com',
	'n8n.example.com.:5678',
	'8.8.8.8',
	'100.63.255.255',
	'100.128.0.1',
	'172.15.0.1',
	'172.32.0.1',
	'192.169.0.1',
	'169.253.0.1',
	'11.0.0.1',
	'[2606:4700::1111]',
	'[::ffff:8.8.8.8]',
	'localhost.example.com',
	'local.example.org',
])('KrosAI reaches %s', (host) => expect(isReachable(at(host), KROSAI)).toBe(true));

it.each([
	'localhost',
	'localhost:5678',
	'LOCALHOST.',
	'n8n.localhost',
	'127.0.0.1:5678',
	'127.8.9.1',
	'127.1',
	'2130706433',
	'0x7f.1',
	'0.0.0.0',
	'10.1.2.3',
	'100.64.0.1',
	'100.127.255.255',
	'172.16.0.1',
	'172.31.255.255',
	'192.168.178.20:5678',
	'169.254.1.1',
	'[::1]:5678',
	'[::]',
	'[fd12::1]',
	'[fe80::1]',
	'[::ffff:127.0.0.1]',
	'[::ffff:192.168.1.1]',
	'my-mac.local:5678',
	'n8n.internal',
	'n8n.lan',
	'n8n.home.arpa',
	'n8n:5678',
	'host.docker.internal',
])('KrosAI does not reach %s', (host) => expect(isReachable(at(host), KROSAI)).toBe(false));

it.each([undefined, '', 'n8n', '/webhook-waiting/1'])('nor what is no address: %p', (address) =>
	expect(isReachable(address as string, KROSAI)).toBe(false),
);

it('a KrosAI on this machine reaches what is there', () => {
	expect(isReachable(at('127.0.0.1:5678'), 'http://127.0.0.1:4010/v1')).toBe(true);
	expect(isReachable(at('localhost:5678'), 'http://krosai-proxy:8080/v1')).toBe(true);
});
