import { ZONE_TABLE } from './zoneTable';

/** The time zones of a phone number, and what a zone's clock shows. The clock is Intl's own. */

const REGIONS: Record<string, string> = {
	Af: 'Africa',
	Am: 'America',
	As: 'Asia',
	At: 'Atlantic',
	Au: 'Australia',
	Eu: 'Europe',
	In: 'Indian',
	Pa: 'Pacific',
};

let zonesByPrefix: Map<string, string[]> | undefined;

/**
 * The zones in which the holder of a number can be, going by where the number was issued: one for
 * most, several for mobiles of wide countries and for toll-free numbers, none for numbers of no
 * country (+800, +882 …).
 *
 * @param e164 with plus sign
 */
export function zonesOf(e164: string): readonly string[] {
	zonesByPrefix ??= readTable(ZONE_TABLE);
	for (let end = e164.length; end > 1; end--) {
		const zones = zonesByPrefix.get(e164.slice(1, end));
		if (zones) return zones;
	}
	return [];
}

/** See scripts/timeZoneTable.ts for the format. */
function readTable(text: string): Map<string, string[]> {
	const table = new Map<string, string[]>();
	for (const line of text.split('\n')) {
		const [names, ...words] = line.split(' ') as [string, ...string[]];
		const zones = names
			.split('&')
			.map((name) => name.replace(/^[A-Z][a-z](?=\/)/, (letters) => REGIONS[letters]!));
		for (const word of words) {
			const [code, areas] = word.split(':') as [string, string?];
			const prefixes = areas?.match(/\d{3}/g)?.map((area) => code + area) ?? [code];
			for (const prefix of prefixes) table.set(prefix, zones);
		}
	}
	return table;
}

/**
 * The name of the time zone that a text means: a name of the tz database (IANA), in any case, or one
 * as HubSpot writes it (`us_slash_eastern`, `america_slash_port_hyphen_au_hyphen_prince`).
 *
 * Intl knows more: what ICU keeps from Java, which has one meaning there and another in every list of
 * contacts (BST is Dhaka, AST Anchorage), and the fixed EST, MST and HST. All of these have three
 * letters or begin with SystemV, and no place in tz has so short a name; so a name has more than three
 * letters, or is UTC or GMT. Newer engines take "+05:30" too, which knows nothing of daylight saving time.
 *
 * @returns undefined where it is none that this machine knows
 */
export function toTimeZone(text: string): string | undefined {
	const name = text.replace(/_slash_/gi, '/').replace(/_hyphen_/gi, '-');
	if (!/^(UTC|GMT|(?!SystemV)[A-Z].{3,})$/i.test(name)) return undefined;
	const formatter = formatterOf(name);
	return name === text ? formatter && name : formatter?.resolvedOptions().timeZone;
}

const HOUR = 3_600_000;

/**
 * Whether a zone's clock is more than three hours from each of these zones' clocks at an instant: a
 * sign that it isn't the called person's. False where there is none to compare it with.
 *
 * @param instant milliseconds since 1970
 */
export function isFarFrom(zone: string, zones: readonly string[], instant: number): boolean {
	const offset = offsetAt(zone, instant);
	return (
		zones.length > 0 &&
		zones.every((other) => Math.abs(offsetAt(other, instant) - offset) > 3 * HOUR)
	);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making one takes as long as a hundred uses of it. */
function formatterOf(zone: string): Intl.DateTimeFormat | undefined {
	let formatter = formatters.get(zone);
	if (formatter) return formatter;
	try {
		formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
	} catch {
		return undefined;
	}
	formatters.set(zone, formatter);
	return formatter;
}

const MINUTE = 60_000;
/** No zone changes its clock twice within so short a time, nor will by any law that is known. */
const WEEK = 7 * 24 * 60 * MINUTE;

/**
 * How far a zone's clock is ahead of UTC.
 *
 * @param instant milliseconds since 1970
 * @returns milliseconds
 */
export function offsetAt(zone: string, instant: number): number {
	const text = formatterOf(zone)?.format(instant) ?? '';
	// Plain "GMT" where it is none.
	const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(text) ?? [];
	const ahead = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * MINUTE;
	return sign === '-' ? -ahead : ahead;
}

/** The zone by whose clock a person's time is shown: UTC where it isn't known which clock is the person's. */
export function clockOf(timeZones: readonly string[], instant: number): string {
	const [zone = 'UTC', ...others] = timeZones;
	const isOne = others.every((other) => offsetAt(other, instant) === offsetAt(zone, instant));
	return isOne ? zone : 'UTC';
}

/** An instant by a zone's clock, with how far that is from UTC: "2026-11-24T21:00:00-05:00". */
export function toLocalIso(zone: string, instant: number): string {
	const offset = offsetAt(zone, instant);
	const clock = new Date(instant + offset).toISOString().slice(0, -1).replace('.000', '');
	const ahead = new Date(Math.abs(offset)).toISOString().slice(11, 16);
	return `${clock}${offset < 0 ? '-' : '+'}${ahead}`;
}

/** When a zone's clock is put forward or back in the week of this instant; Infinity: it isn't. */
export function changeNear(zone: string, instant: number): number {
	let last = Math.floor(instant / WEEK) * WEEK;
	let first = last + WEEK;
	const before = offsetAt(zone, last);
	if (before === offsetAt(zone, first)) return Infinity;
	while (first - last > MINUTE) {
		const middle = last + Math.floor((first - last) / 2 / MINUTE) * MINUTE;
		if (offsetAt(zone, middle) === before) last = middle;
		else first = middle;
	}
	return first;
}
