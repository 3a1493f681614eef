/**
 * Builds nodes/KrosAi/rules/zoneTable.ts, the time zones of phone numbers, from the time zone map
 * of Google's libphonenumber: `tsx scripts/timeZoneTable.ts`.
 *
 * The map is not taken as it is. A call is allowed only where it is inside the hours in every zone
 * of its number, so a zone too many costs hours and a zone too few rings people at night: where the
 * map names one zone for numbers of several (mobiles above all), it is widened; where it names the
 * zone of another country, it is corrected; and it is folded to area codes, which is as finely as
 * numbers are still bound to places.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Prefix of E.164 numbers, without plus sign → zones that its numbers can belong to. */
export type ZoneMap = Map<string, string[]>;

const ROOT = resolve(__dirname, '..');
const DATA = resolve(ROOT, 'scripts/data/libphonenumber-time-zones.txt');
export const TABLE = resolve(ROOT, 'nodes/KrosAi/rules/zoneTable.ts');

/** Today's names of zones that the map still has under their old ones. */
const RENAMED: Record<string, string> = {
	'Africa/Asmera': 'Africa/Asmara',
	'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
	'America/Godthab': 'America/Nuuk',
	'Asia/Calcutta': 'Asia/Kolkata',
	'Asia/Choibalsan': 'Asia/Ulaanbaatar',
	'Asia/Katmandu': 'Asia/Kathmandu',
	'Asia/Rangoon': 'Asia/Yangon',
	'Atlantic/Faeroe': 'Atlantic/Faroe',
	'Pacific/Enderbury': 'Pacific/Kanton',
	'Pacific/Ponape': 'Pacific/Pohnpei',
	'Pacific/Truk': 'Pacific/Chuuk',
};

/**
 * Zones of other countries, by the calling code under which the map names them, and what stands
 * there instead (tz database, zone.tab). An empty list: a zone that goes by the clock of another one
 * of the number, or one of a few hundred people that would narrow the hours of a whole country.
 */
const REPLACED: Record<string, Record<string, string[]>> = {
	'211': { 'Africa/Nairobi': ['Africa/Juba'] },
	'212': { 'Atlantic/Canary': ['Africa/Casablanca'] },
	'213': { 'Europe/Paris': ['Africa/Algiers'] },
	'218': { 'Europe/Bucharest': ['Africa/Tripoli'] },
	'231': { 'Atlantic/Reykjavik': ['Africa/Monrovia'] },
	'245': { 'Atlantic/Reykjavik': ['Africa/Bissau'] },
	'358': { 'Europe/Mariehamn': [] },
	'39': { 'Europe/Vatican': [] },
	'44': { 'Europe/Guernsey': [], 'Europe/Isle_of_Man': [], 'Europe/Jersey': [] },
	'47': { 'Arctic/Longyearbyen': [] },
	'353': {
		'Europe/Guernsey': [],
		'Europe/Isle_of_Man': [],
		'Europe/London': ['Europe/Dublin'],
	},
	'370': { 'Europe/Bucharest': ['Europe/Vilnius'] },
	'371': { 'Europe/Bucharest': ['Europe/Riga'] },
	'372': { 'Europe/Bucharest': ['Europe/Tallinn'] },
	'375': { 'Europe/Moscow': ['Europe/Minsk'] },
	'505': { 'America/Chicago': ['America/Managua'] },
	'52': { 'America/New_York': ['America/Cancun'] },
	'61': {
		'Australia/Adelaide': ['Australia/Adelaide', 'Australia/Darwin'],
		'Australia/Eucla': [],
		'Australia/Lord_Howe': [],
		'Indian/Christmas': [],
		'Indian/Cocos': [],
	},
	'7': { 'Europe/Bucharest': ['Europe/Kaliningrad'] },
	'850': { 'Asia/Seoul': ['Asia/Pyongyang'] },
	'853': { 'Asia/Shanghai': ['Asia/Macau'] },
	'970': { 'Europe/Bucharest': ['Asia/Gaza', 'Asia/Hebron'] },
};

const RUSSIA = [
	'Asia/Anadyr',
	'Asia/Irkutsk',
	'Asia/Kamchatka',
	'Asia/Krasnoyarsk',
	'Asia/Magadan',
	'Asia/Novosibirsk',
	'Asia/Omsk',
	'Asia/Sakhalin',
	'Asia/Vladivostok',
	'Asia/Yakutsk',
	'Asia/Yekaterinburg',
	'Europe/Kaliningrad',
	'Europe/Moscow',
	'Europe/Samara',
];
const AUSTRALIA = [
	'Australia/Adelaide',
	'Australia/Brisbane',
	'Australia/Darwin',
	'Australia/Perth',
	'Australia/Sydney',
];
const INDONESIA = ['Asia/Jakarta', 'Asia/Jayapura', 'Asia/Makassar'];
const SPAIN = ['Atlantic/Canary', 'Europe/Madrid'];
const CHILE = ['America/Punta_Arenas', 'America/Santiago', 'Pacific/Easter'];
const MONGOLIA = ['Asia/Hovd', 'Asia/Ulaanbaatar'];
const NEW_ZEALAND = ['Pacific/Auckland', 'Pacific/Chatham'];
const GREENLAND = ['America/Nuuk', 'America/Scoresbysund', 'America/Thule'];
const POLYNESIA = ['Pacific/Gambier', 'Pacific/Marquesas', 'Pacific/Tahiti'];

/**
 * Alberta and British Columbia no longer put their clocks back since 2026 (tz 2026b, 2026c), and many
 * an n8n has an older tz. Saskatchewan's and Fort Nelson's clocks show in any tz what theirs show now.
 */
const PRAIRIES = ['America/Edmonton', 'America/Regina'];
const BRITISH_COLUMBIA = [...PRAIRIES, 'America/Fort_Nelson', 'America/Vancouver'];

const CHIHUAHUA = ['America/Chihuahua'];
const CHIHUAHUA_AND_BORDER = ['America/Chihuahua', 'America/Ciudad_Juarez'];
const BORDER = ['America/Matamoros'];
const COAHUILA_AND_BORDER = ['America/Matamoros', 'America/Monterrey'];
const QUINTANA_ROO_AND_NEIGHBOURS = ['America/Cancun', 'America/Merida'];
const NEWFOUNDLAND = ['America/Goose_Bay', 'America/St_Johns'];

/** Where the map names too few zones: prefix → what is added to its own. */
const WIDENED: Record<string, string[]> = {
	// Mobile numbers and freephone numbers belong to the whole country.
	'2992': GREENLAND,
	'2994': GREENLAND,
	'2995': GREENLAND,
	'346': SPAIN,
	'347': SPAIN,
	'3480': SPAIN,
	'3490': SPAIN,
	'56': CHILE,
	'568': CHILE,
	'569': CHILE,
	'5939': ['America/Guayaquil', 'Pacific/Galapagos'],
	'611': AUSTRALIA,
	'614': AUSTRALIA,
	'628': INDONESIA,
	'642': NEW_ZEALAND,
	'645': NEW_ZEALAND,
	'648': NEW_ZEALAND,
	'68988': POLYNESIA,
	'68989': POLYNESIA,
	'780': RUSSIA,
	'79': RUSSIA,
	'9765': MONGOLIA,
	'9766': MONGOLIA,
	'9767': MONGOLIA,
	'9768': MONGOLIA,
	'9769': MONGOLIA,
	// Regions with a clock of their own that the map leaves out.
	'5597': ['America/Rio_Branco'],
	'5661': ['America/Punta_Arenas'],
	'5667': ['America/Punta_Arenas'],
	'675': ['Pacific/Bougainville'],
	'7411': ['Asia/Srednekolymsk', 'Asia/Ust-Nera'],
	// Area codes of two zones, or laid over one of two zones, for which the map names one (NANPA).
	'1236': BRITISH_COLUMBIA,
	'1250': BRITISH_COLUMBIA,
	'1257': BRITISH_COLUMBIA,
	'1306': PRAIRIES,
	'1364': ['America/Chicago'],
	'1367': ['America/Halifax'],
	'1448': ['America/Chicago'],
	'1458': ['America/Boise'],
	'1581': ['America/Halifax'],
	'1639': PRAIRIES,
	'1672': BRITISH_COLUMBIA,
	'1778': BRITISH_COLUMBIA,
	'1930': ['America/Chicago'],
	'1986': ['America/Denver'],
	// Of one zone whose law is younger than many a tz. Morocco is at UTC since September 2026 (2026c).
	'1368': PRAIRIES,
	'1403': PRAIRIES,
	'1587': PRAIRIES,
	'1604': ['America/Fort_Nelson'],
	'1780': PRAIRIES,
	'1825': PRAIRIES,
	'212': ['UTC'],
};

/**
 * What the map has wrong: prefix → what stands there instead of its zones, and of those of every
 * longer prefix. Zones that no such place goes by are among them, where they cost an hour.
 */
export const MISPLACED: Record<string, string[]> = {
	// North America (NANPA): of 474 and 689 it has another province's and state's, 436 and 861 it
	// doesn't have, and of 709, 867, 879 and 907 some zones of long ago.
	'1436': ['America/New_York'],
	'1474': PRAIRIES,
	'1689': ['America/New_York'],
	'1709': NEWFOUNDLAND,
	'1861': ['America/Chicago'],
	'1867': [
		'America/Inuvik',
		'America/Iqaluit',
		'America/Rankin_Inlet',
		'America/Regina',
		'America/Whitehorse',
	],
	'1879': NEWFOUNDLAND,
	'1907': ['America/Adak', 'America/Anchorage'],
	// Mexico: the law of October 2022, and that of November on the border (tz 2022f, 2022g).
	...Object.fromEntries(
		['614', '621', '625', '627', '628', '629', '635', '639', '648', '649', '652', '659'].map(
			(area) => [`52${area}`, CHIHUAHUA],
		),
	),
	'52636': CHIHUAHUA_AND_BORDER,
	'52657': CHIHUAHUA_AND_BORDER,
	'52663': ['America/Tijuana'],
	'52862': COAHUILA_AND_BORDER,
	'52868': BORDER,
	'52869': COAHUILA_AND_BORDER,
	'52873': COAHUILA_AND_BORDER,
	'52891': BORDER,
	'52897': BORDER,
	// Where Quintana Roo's area codes reach into Campeche, and Yucatán's into Quintana Roo.
	'52983': QUINTANA_ROO_AND_NEIGHBOURS,
	'52997': QUINTANA_ROO_AND_NEIGHBOURS,
	// Brazil: Uruguaiana, Mato Grosso do Sul, Rondônia, Manaus itself, and Pará, which left the clock of
	// Manaus in 2008 (tz 2008c).
	'5555': ['America/Sao_Paulo'],
	'5567': ['America/Manaus'],
	'5569': ['America/Manaus'],
	'5591': ['America/Sao_Paulo'],
	'5592': ['America/Manaus'],
	'5593': ['America/Sao_Paulo'],
	'5594': ['America/Sao_Paulo'],
	// Indonesia: Nusa Tenggara, Sulawesi, Kotawaringin, the Moluccas with Papua, and an area code
	// with two districts, Tabalong and Barito Timur, in two zones.
	'6237': ['Asia/Makassar'],
	'624': ['Asia/Makassar'],
	'62526': ['Asia/Jakarta', 'Asia/Makassar'],
	'6253': ['Asia/Jakarta'],
	'629': ['Asia/Jayapura'],
	// Abkhazia, and Saratov (tz 2016j).
	'7840': ['Europe/Moscow'],
	'7845': ['Europe/Saratov'],
};

/** How many digits after the calling code tell a place; other countries have one clock. */
const AREA_CODE_LENGTH: Record<string, number> = {
	'1': 3,
	'243': 1,
	'262': 3,
	'299': 2,
	'34': 3,
	'351': 3,
	'52': 3,
	'55': 2,
	'56': 2,
	'593': 2,
	'61': 1,
	'62': 3,
	'64': 3,
	'689': 2,
	'691': 2,
	'7': 3,
	'976': 2,
};

/** The calling code of a number or prefix: those of one and two digits are listed, others have three. */
export function callingCodeOf(digits: string): string {
	const [code] = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/.exec(digits) ?? [
		digits.slice(0, 3),
	];
	return code;
}

/** The map as libphonenumber publishes it. */
export function readMap(): ZoneMap {
	const lines = readFileSync(DATA, 'utf8')
		.split('\n')
		.filter((line) => /^\d/.test(line));
	return new Map(
		lines.map((line) => {
			const [prefix = '', zones = ''] = line.split('|');
			return [prefix, zones.split('&')];
		}),
	);
}

/** The entry with the longest prefix of these digits. */
export function lookUp(map: ZoneMap, digits: string): string[] {
	for (let length = digits.length; length > 0; length--) {
		const zones = map.get(digits.slice(0, length));
		if (zones) return zones;
	}
	return [];
}

/** The map, corrected, folded to area codes and widened. */
export function buildTable(map: ZoneMap): ZoneMap {
	const table = fold(correct(map));
	for (const [prefix, zones] of Object.entries(WIDENED)) {
		table.set(prefix, unite(lookUp(table, prefix), zones));
		// A whole country's addition is for the numbers that no area code names.
		if (prefix === callingCodeOf(prefix)) continue;
		const below = [...table.keys()].filter((other) => other.startsWith(prefix));
		for (const other of below) table.set(other, unite(table.get(other)!, zones));
	}
	for (const [prefix, zones] of Object.entries(MISPLACED)) {
		const below = [...table.keys()].filter((other) => other.startsWith(prefix));
		for (const other of below) table.delete(other);
		table.set(prefix, zones);
	}
	return prune(table);
}

const unite = (...lists: string[][]) => [...new Set(lists.flat())].sort();

function correct(map: ZoneMap): ZoneMap {
	return new Map(
		[...map].map(([prefix, zones]) => {
			const replaced = REPLACED[callingCodeOf(prefix)] ?? {};
			return [prefix, unite(zones.flatMap((zone) => replaced[zone] ?? [RENAMED[zone] ?? zone]))];
		}),
	);
}

/** Each entry below an area code goes into the area code's, so that no zone is hidden. */
function fold(map: ZoneMap): ZoneMap {
	const table: ZoneMap = new Map();
	for (const [prefix, zones] of map) {
		const code = callingCodeOf(prefix);
		const area = prefix.slice(0, code.length + (AREA_CODE_LENGTH[code] ?? 0));
		// Of numbers that no longer entry names, the map says what stands above. Not of the whole
		// country, though: where the map splits an area code, it does so completely.
		const above = area === code || area === prefix ? [] : lookUp(map, area);
		const isCountry = above === map.get(code);
		table.set(area, unite(table.get(area) ?? [], zones, isCountry ? [] : above));
	}
	return table;
}

/** Without the entries that say what the shorter one above them says. */
function prune(table: ZoneMap): ZoneMap {
	const says = (zones: string[]) => zones.join();
	return new Map(
		[...table]
			.filter(([prefix, zones]) => says(lookUp(table, prefix.slice(0, -1))) !== says(zones))
			.sort(([a], [b]) => (a < b ? -1 : 1)),
	);
}

/**
 * The table as text, a line for each set of zones: the zones (the regions by their first two
 * letters), then the prefixes. "1:201202" stands for 1201 1202, and so does any calling code with
 * area codes of three digits.
 */
export function pack(table: ZoneMap): string {
	const prefixesOf = new Map<string, string[]>();
	for (const [prefix, zones] of table) {
		const names = zones.map((zone) => zone.replace(/^([A-Z][a-z])[a-z]+/, '$1')).join('&');
		prefixesOf.set(names, [...(prefixesOf.get(names) ?? []), prefix]);
	}
	return [...prefixesOf]
		.map(([names, prefixes]) => `${names} ${packPrefixes(prefixes)}`)
		.join('\n');
}

function packPrefixes(prefixes: string[]): string {
	const words: string[] = [];
	for (const prefix of prefixes) {
		const code = callingCodeOf(prefix);
		const isAreaCode = prefix.length === code.length + 3;
		const last = words.at(-1);
		if (isAreaCode && last?.startsWith(`${code}:`)) {
			words[words.length - 1] = last + prefix.slice(code.length);
		} else {
			words.push(isAreaCode ? `${code}:${prefix.slice(code.length)}` : prefix);
		}
	}
	return words.join(' ');
}

/** The file of the table, as it is under nodes/. */
export function tableFile(): string {
	return `/*!
 * The time zones of phone numbers, by prefix. Written by scripts/timeZoneTable.ts, which says how to
 * read it; not to be edited.
 *
 * Derived from the time zone map of libphonenumber 9.0.27 (26 March 2026), Copyright (C) 2012 The
 * Libphonenumber Authors, licensed under the Apache License, Version 2.0
 * (http://www.apache.org/licenses/LICENSE-2.0). Changed: folded to area codes, widened, corrected.
 */

export const ZONE_TABLE = \`${pack(buildTable(readMap()))}\`;
`;
}

if (require.main === module) writeFileSync(TABLE, tableFile());
