import { IANAZone } from 'luxon';
import { offsetAt } from '../../../../nodes/KrosAi/rules/timeZones';
import { buildTable, readMap } from '../../../../scripts/timeZoneTable';
import { rounds } from '../../../support/oddJson';

/** The clock of every zone, against luxon's. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 6, 1);
const DAYS = 366;

const ZONES = [
	...new Set([
		...Intl.supportedValuesOf('timeZone'),
		...[...buildTable(readMap()).values()].flat(),
		'UTC',
	]),
];

/** So many days lie between two instants of a zone: with KROSAI_FUZZ_ROUNDS=1000000 it is asked each day. */
const STEP = Math.max(1, Math.ceil((ZONES.length * DAYS) / Math.max(5_000, rounds(1))));

/** Instants of the year, each at another time of the day, and each minute around a change of the clock. */
function instantsOf(zone: IANAZone): number[] {
	const days = Array.from(
		{ length: Math.ceil(DAYS / STEP) },
		(_, step) => START + step * STEP * DAY + ((step * 997) % 1440) * MINUTE,
	);
	const changes = days.flatMap((instant, index) => {
		const next = days[index + 1] ?? instant;
		if (zone.offset(instant) === zone.offset(next)) return [];
		let [last, first] = [instant, next];
		while (first - last > MINUTE) {
			const middle = last + Math.floor((first - last) / 2 / MINUTE) * MINUTE;
			if (zone.offset(middle) === zone.offset(instant)) last = middle;
			else first = middle;
		}
		return Array.from({ length: 21 }, (_, minute) => first + (minute - 10) * MINUTE).concat(
			first - 1,
		);
	});
	return [...days, ...changes];
}

it(`shows in ${ZONES.length} zones what luxon's clock shows, around every change and through the year`, () => {
	const wrong: string[] = [];
	let changes = 0;
	for (const name of ZONES) {
		const zone = IANAZone.create(name);
		const instants = instantsOf(zone);
		changes += instants.length > Math.ceil(DAYS / STEP) ? 1 : 0;
		for (const instant of instants) {
			if (offsetAt(name, instant) !== zone.offset(instant) * MINUTE) {
				wrong.push(`${name} ${new Date(instant).toISOString()}`);
			}
		}
	}
	expect(ZONES.length).toBeGreaterThan(400);
	expect(changes).toBeGreaterThan(100);
	expect(wrong).toEqual([]);
}, 60_000);

it.each([
	['Asia/Kathmandu', '2026-11-24T00:00:00Z', 5.75],
	['Asia/Kolkata', '2026-11-24T00:00:00Z', 5.5],
	['Pacific/Chatham', '2026-11-24T00:00:00Z', 13.75],
	['Pacific/Chatham', '2026-07-01T00:00:00Z', 12.75],
	['America/St_Johns', '2026-11-24T00:00:00Z', -3.5],
	['Pacific/Kiritimati', '2026-11-24T00:00:00Z', 14],
	['UTC', '2026-11-24T00:00:00Z', 0],
	// Ramadan: an hour back for a month, on other dates each year.
	['Africa/Casablanca', '2027-02-20T00:00:00Z', 0],
	['Africa/Casablanca', '2027-04-20T00:00:00Z', 1],
])('%s is at %s ahead by %d hours', (zone, instant, hours) => {
	expect(offsetAt(zone, Date.parse(instant))).toBe(hours * HOUR);
});
