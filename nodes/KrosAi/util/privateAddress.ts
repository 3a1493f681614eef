/**
 * Whether an address leads nowhere but into its own machine or network, so that KrosAI can't send there
 * and a link of KrosAI's has no reason to point there. Names are judged by their ends, not looked up.
 *
 * - IPv4: RFC 6890 and the registry of special-purpose addresses that it began: 1122 (this host,
 *   loopback), 1918 (private), 6598 (carriers' NAT), 3927 (link-local), 5737 (documentation), 7526 (the
 *   relays of 6to4), 2544 (benchmarks), 5771 (multicast), 1112 (reserved), 919 (broadcast). With
 *   168.63.129.16, the host of a virtual machine in Azure.
 * - IPv6: RFC 4291: what is no global unicast (2000::/3), such as loopback, link-local, site-local,
 *   multicast, 4193 (unique local), 6052 (a network's own translator to IPv4); of the rest 2928
 *   (protocols, 4380 Teredo among them) and 3849 with 9637 (documentation). An IPv4 address inside
 *   (4291, and 3056 for 6to4) is judged as one.
 * - Names: RFC 6761 (localhost, test, invalid, example), 6762 (local, and the others of its appendix G),
 *   7686 (onion), 8375 (home.arpa), 9476 (alt), ICANN's internal, home, corp and mail, which are never
 *   given away; and what systems use inside: localdomain, svc, consul, docker.
 *
 * @returns true also for what is no address
 */
export function isPrivate(address: string): boolean {
	if (!URL.canParse(address)) return true;
	const host = new URL(address).hostname.replace(/\.+$/, '');
	if (host.startsWith('[')) return isPrivateIpV6(host.slice(1, -1));
	// The URL parser has turned every way to write an IPv4 address into this one.
	if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPrivateIpV4(host.split('.').map(Number) as IpV4);
	// A name without a dot is known in its own network only: a Docker service, a NetBIOS name.
	return !host.includes('.') || PRIVATE_NAMES.test(host);
}

const PRIVATE_NAMES =
	/\.(localhost|test|invalid|example|local|intranet|internal|private|corp|home|lan|mail|onion|home\.arpa|alt|localdomain|svc|consul|docker)$|^home\.arpa$/;

type IpV4 = [number, number, number, number];

function isPrivateIpV4([a, b, c, d]: IpV4): boolean {
	return (
		a === 0 ||
		a === 10 ||
		a === 127 ||
		(a === 100 && b >= 64 && b < 128) ||
		(a === 169 && b === 254) ||
		(a === 172 && b >= 16 && b < 32) ||
		(a === 192 && b === 0 && (c === 0 || c === 2)) ||
		(a === 192 && b === 88 && c === 99) ||
		(a === 192 && b === 168) ||
		(a === 198 && (b === 18 || b === 19)) ||
		(a === 198 && b === 51 && c === 100) ||
		(a === 203 && b === 0 && c === 113) ||
		a >= 224 ||
		(a === 168 && b === 63 && c === 129 && d === 16)
	);
}

function isPrivateIpV6(host: string): boolean {
	const [a, b, c, d, e, f, g, h] = groupsOf(host);
	const isMapped = a === 0 && b === 0 && c === 0 && d === 0 && e === 0 && f === 0xffff;
	if (isMapped) return isPrivateIpV4(bytesOf(g, h));
	if (a === 0x2002) return isPrivateIpV4(bytesOf(b, c));
	return (
		a < 0x2000 ||
		a >= 0x4000 ||
		(a === 0x2001 && (b < 0x200 || b === 0xdb8)) ||
		(a === 0x3fff && b < 0x1000)
	);
}

/** The eight groups of an IPv6 address, which the URL parser writes in hexadecimal throughout. */
function groupsOf(host: string): [...IpV4, ...IpV4] {
	const missing = 8 - host.split(':').filter(Boolean).length;
	const whole = host.replace('::', `:${'0:'.repeat(missing)}`);
	const groups = whole.split(':').filter(Boolean);
	return groups.map((group) => Number.parseInt(group, 16)) as [...IpV4, ...IpV4];
}

const bytesOf = (...groups: number[]) =>
	groups.flatMap((group) => [group >> 8, group & 255]) as IpV4;
