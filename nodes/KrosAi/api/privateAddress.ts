/** Ends of names that no public name server knows (RFC 6761, 6762, 8375; `.lan` by habit). */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|test|invalid)$/;

/** Whether an address leads nowhere but in its own machine or network; names are not looked up. */
export function isPrivate(address: string): boolean {
	if (!URL.canParse(address)) return true;
	const host = new URL(address).hostname.replace(/\.$/, '');
	if (host.startsWith('[')) return isPrivateIpV6(host.slice(1, -1));
	// The URL parser has turned every way to write an IPv4 address into this one.
	const ipV4 = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
	if (ipV4) return isPrivateIpV4(Number(ipV4[1]), Number(ipV4[2]));
	// A name without a dot is known in its own network only: a Docker service, a NetBIOS name.
	return !host.includes('.') || PRIVATE_NAMES.test(host);
}

/**
 * The first two parts decide: RFC 1918 (private), 1122 (this host, loopback), 3927 (link-local),
 * 6598 (carrier-grade NAT).
 */
function isPrivateIpV4(a: number, b: number): boolean {
	return (
		a === 0 ||
		a === 10 ||
		a === 127 ||
		(a === 100 && b >= 64 && b < 128) ||
		(a === 169 && b === 254) ||
		(a === 172 && b >= 16 && b < 32) ||
		(a === 192 && b === 168)
	);
}

/** RFC 4291 (unspecified, loopback, link-local, IPv4 in IPv6), 4193 (unique local). */
function isPrivateIpV6(host: string): boolean {
	const mapped = /^::ffff:([0-9a-f]+):[0-9a-f]+$/.exec(host);
	if (mapped) {
		const bytes = Number.parseInt(mapped[1]!, 16);
		return isPrivateIpV4(bytes >> 8, bytes & 255);
	}
	return host === '::' || host === '::1' || /^f[cd]/.test(host) || /^fe[89ab]/.test(host);
}
