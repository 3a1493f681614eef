import { isPrivate } from '../../../../nodes/KrosAi/util/privateAddress';

const hosts = (text: string) => text.trim().split(/\s+/);
const at = (host: string) => `http://${host}/webhook-waiting/1`;

// The last are beside each border of the ranges.
it.each(
	hosts(`
		n8n.example.com n8n.example.com.:5678 8.8.8.8 1.0.0.1 11.0.0.1 100.63.255.255 100.128.0.1
		8.64.0.1 169.253.0.1 8.254.0.1 172.15.0.1 172.32.0.1 8.16.0.1 192.169.0.1 8.168.0.1
		10.0.0.1.example.com [2606:4700::1111] [2606:4700::ffff:7f00:1] [2606:4700::fd12:fe80]
		[::ffff:8.8.8.8] [::ffff:172.32.0.1] localhost.example.com local.example.org n8n.thelocal
		9.255.255.255 126.255.255.255 128.0.0.1 168.63.129.15 168.63.129.17 168.63.128.16
		168.62.129.16 192.0.1.1 192.0.3.1 192.1.0.1 192.1.2.1 192.88.98.1 192.89.99.1
		198.17.255.255 198.20.0.1 198.51.99.1 198.52.100.1 203.0.112.1 203.1.113.1 8.0.113.1
		8.51.100.1 8.88.99.1 8.18.0.1 8.0.0.8 223.255.255.255 [2000::1] [2001:200::1]
		[2001:db7::1] [2001:db9::1] [2a00:1450:4001:db8::1] [2002:808:808::1] [2002:808:7f00:1::]
		[3ffe::1] [3fff:1000::1] [2606:4700:0:0:0:ffff:a00:1] svc.example.com n8n.homes
		n8n.docker.com home.example.org consul.io n8n.corporate n8n.arpa
	`),
)('%s is on the internet', (host) => expect(isPrivate(at(host))).toBe(false));

it.each(
	hosts(`
		localhost localhost:5678 LOCALHOST. n8n.localhost 127.0.0.1:5678 127.8.9.1 127.1
		2130706433 0x7f.1 0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 172.16.0.1 172.31.255.255
		192.168.178.20:5678 169.254.1.1 [::1]:5678 [::] [fc00::1] [fd12::1] [fe80::1] [febf::1]
		[::ffff:127.0.0.1] [::ffff:172.31.1.1] [::ffff:192.168.1.1] my-mac.local:5678 n8n.internal
		n8n.internal.:5678 n8n.lan n8n.home.arpa home.arpa n8n:5678 host.docker.internal
		n8n.intranet n8n.test n8n.invalid 100.100.100.100 198.18.0.1 198.19.255.255 168.63.129.16
		192.0.0.0 192.0.0.192 192.0.2.1 192.88.99.1 198.51.100.7 203.0.113.9 224.0.0.1
		239.255.255.250 240.0.0.1 255.255.255.255 0xffffffff 0xa83f8110 3232235777 [::127.0.0.1]
		[::8.8.8.8] [::2] [::ffff:0:127.0.0.1] [::ffff:198.18.0.1] [::ffff:a83f:8110]
		[::ffff:e000:1] [0:0:0:0:0:ffff:a00:1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1]
		[64:ff9b:1::1] [100::1] [2002:7f00:1::] [2002:a00:1::1] [2002:c0a8:101::1] [2001::1]
		[2001:0:4136:e378:8000:63bf:3fff:fdd2] [2001:10::1] [2001:1ff:ffff::1] [2001:db8::1]
		[3fff::1] [3fff:fff::1] [4000::1] [5f00::1] [fec0::1] [feff::1] [fe00::1] [ff02::1]
		[ffff::1] [1:2:3:4:5:6:7:8] n8n.localdomain localhost.localdomain:5678 n8n.home n8n.corp
		n8n.example n8n.private n8n.mail n8n.alt n8n.onion n8n.default.svc
		n8n.default.svc.cluster.local n8n.service.consul n8n.docker N8N.CORP. localhost..
		127.0.0.1.. n8n.svc...:5678
	`),
)('%s is in its own network', (host) => expect(isPrivate(at(host))).toBe(true));

it.each([undefined, '', 'n8n', '/webhook-waiting/1', 'https://', 'https://a.1.2.3.4'])(
	'what is no address leads nowhere: %p',
	(address) => expect(isPrivate(address as string)).toBe(true),
);
