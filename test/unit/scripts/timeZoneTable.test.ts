import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { zonesOf } from '../../../nodes/KrosAi/rules/timeZones';
import {
	buildTable,
	callingCodeOf,
	lookUp,
	MISPLACED,
	readMap,
	TABLE,
	tableFile,
} from '../../../scripts/timeZoneTable';

/** Zones by what their clocks show: two names with one clock allow the same calls. */
const DAY = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 8, 1);
const clocks = new Map<string, string>();
function clockOf(zone: string): string {
	let clock = clocks.get(zone);
	if (clock === undefined) {
		const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
		const days = Array.from({ length: 366 }, (_, day) => format.format(START + day * DAY));
		clocks.set(zone, (clock = days.map((text) => text.split('GMT')[1]).join()));
	}
	return clock;
}
const clocksOf = (zones: readonly string[]) => new Set(zones.map(clockOf));

/** What the map says wrongly: calling code → zones that are not those of its numbers. */
const WRONG: Record<string, string[]> = {
	'211': ['Africa/Nairobi'],
	'212': ['Atlantic/Canary'],
	'213': ['Europe/Paris'],
	'218': ['Europe/Bucharest'],
	'505': ['America/Chicago'],
	'52': ['America/New_York'],
	'61': ['Australia/Eucla', 'Australia/Lord_Howe', 'Indian/Christmas', 'Indian/Cocos'],
	'7': ['Europe/Bucharest'],
	'970': ['Europe/Bucharest'],
};
const map = readMap();

it('is the file that stands under nodes/', () => {
	expect(readFileSync(TABLE, 'utf8')).toBe(tableFile());
});

it('takes at most 10 kB of what is built', () => {
	const { size } = statSync(resolve(__dirname, '../../../dist/nodes/KrosAi/rules/zoneTable.js'));
	expect(size).toBeLessThanOrEqual(10_000);
	expect(size).toBeGreaterThan(5_000);
});

it('names the data and its licence', () => {
	// As it is built too: of all comments, the compiler keeps only this one.
	const built = resolve(__dirname, '../../../dist/nodes/KrosAi/rules/zoneTable.js');
	for (const file of [TABLE, built]) {
		const text = readFileSync(file, 'utf8').replace(/\n \* ?/g, ' ');
		expect(text).toContain('Copyright (C) 2012 The Libphonenumber Authors');
		expect(text).toContain('Apache License, Version 2.0');
	}
});

it('is read by the node as it was built', () => {
	const table = buildTable(map);
	expect(table.size).toBeGreaterThan(800);
	for (const [prefix, zones] of table)
		expect([prefix, zonesOf(`+${prefix}`)]).toEqual([prefix, zones]);
	for (const prefix of map.keys()) {
		expect([prefix, zonesOf(`+${prefix}`)]).toEqual([prefix, lookUp(table, prefix)]);
	}
});

it("has every clock that the map has for a prefix, but for those that aren't the place's", () => {
	const misplaced = Object.keys(MISPLACED);
	const missing = [...map].flatMap(([prefix, zones]) => {
		// What these have instead: areaCodes.test.ts.
		if (misplaced.some((area) => prefix.startsWith(area))) return [];
		const right = zones.filter((zone) => !WRONG[callingCodeOf(prefix)]?.includes(zone));
		const known = clocksOf(zonesOf(`+${prefix}`));
		return right.filter((zone) => !known.has(clockOf(zone))).map((zone) => `${prefix} ${zone}`);
	});
	expect(map.size).toBeGreaterThan(3_000);
	expect(missing).toEqual([]);
});

it.each(['+18505550123', '+14485550123'])('knows both zones of the area code of %s', (number) => {
	expect(zonesOf(number)).toEqual(['America/Chicago', 'America/New_York']);
});

it.each([
	['+61491570006', 5],
	['+79161234567', 14],
	['+6281112345678', 3],
	['+34612345678', 2],
	['+351912345678', 2],
	['+56961234567', 3],
	['+593991234567', 2],
	['+97688123456', 2],
	['+64211234567', 2],
])('gives the mobile %s the %d zones of its country', (number, count) => {
	expect(zonesOf(number)).toHaveLength(count);
});

describe('beside the tz database', () => {
	const zonesOfCountry = (country: string): string[] => {
		const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
			timeZones?: string[];
			getTimeZones?(): string[];
		};
		return locale.getTimeZones?.() ?? locale.timeZones ?? [];
	};
	const countriesOf = new Map<string, string[]>();
	for (const country of getCountries()) {
		const code = getCountryCallingCode(country);
		countriesOf.set(code, [...(countriesOf.get(code) ?? []), country]);
	}

	it('tells every calling code from the digits after it', () => {
		for (const code of countriesOf.keys()) expect(callingCodeOf(`${code}55501`)).toBe(code);
	});

	/** Without a zone there (AC, XK), or with one that few or no phones go by. */
	const EXCEPT = {
		missing: [
			'299 America/Danmarkshavn',
			'380 Europe/Simferopol',
			'61 Australia/Eucla',
			'61 Australia/Lord_Howe',
			'61 Indian/Christmas',
			'61 Indian/Cocos',
			'61 Antarctica/Macquarie',
			'86 Asia/Urumqi',
		],
		foreign: ['212 UTC', '247 Atlantic/St_Helena', '383 Europe/Belgrade'],
	};

	it("has each country's clocks, and no other's", () => {
		const missing: string[] = [];
		const foreign: string[] = [];
		const table = buildTable(map);
		for (const [code, countries] of countriesOf) {
			const own = countries.flatMap(zonesOfCountry);
			const known = [...table].flatMap(([prefix, zones]) =>
				callingCodeOf(prefix) === code ? zones : [],
			);
			const [ownClocks, knownClocks] = [clocksOf(own), clocksOf(known)];
			missing.push(
				...own.filter((zone) => !knownClocks.has(clockOf(zone))).map((zone) => `${code} ${zone}`),
			);
			foreign.push(
				...new Set(
					known.filter((zone) => !ownClocks.has(clockOf(zone))).map((zone) => `${code} ${zone}`),
				),
			);
		}
		expect(missing.filter((entry) => !EXCEPT.missing.includes(entry))).toEqual([]);
		expect(foreign.filter((entry) => !EXCEPT.foreign.includes(entry))).toEqual([]);
	});

	it('has a zone for each calling code, among all of which the numbers without area code fall', () => {
		const table = buildTable(map);
		for (const code of countriesOf.keys()) {
			const all = [...table].flatMap(([prefix, zones]) =>
				callingCodeOf(prefix) === code ? zones : [],
			);
			expect([code, [...clocksOf(zonesOf(`+${code}`))].sort()]).toEqual([
				code,
				[...clocksOf(all)].sort(),
			]);
		}
	});

	it.each(['+80012345678', '+881612345678', '+882123456789', '+979123456789'])(
		'knows no zone of %s, which no country issued',
		(number) => {
			expect(zonesOf(number)).toEqual([]);
		},
	);
});
