import fc from 'fast-check';
import { DateTime, IANAZone } from 'luxon';
import { isOpen, nextOpening } from '../../../../nodes/KrosAi/rules/callingHours';
import type { CallingHours } from '../../../../nodes/KrosAi/rules/callingHours';
import { rounds } from '../../../support/oddJson';

/**
 * The hours against a second implementation: luxon's calendar, asked minute by minute where the code
 * reckons. Another seed: CALLING_HOURS_SEED=7 npx jest callingHours --selectProjects unit
 */
const SEED = Number(process.env.CALLING_HOURS_SEED ?? 20261124);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.UTC(2026, 6, 1);
const ZONES = [...Intl.supportedValuesOf('timeZone'), 'UTC'];

interface Settings {
	rows: Array<{ days: number[]; from: number; to: number }> | null;
	/** ISO dates. */
	blocked: string[];
}

const toHours = ({ rows, blocked }: Settings): CallingHours => ({
	windows: rows && rows.map(({ days, from, to }) => ({ weekdays: new Set(days), from, to })),
	blockedDays: new Set(blocked.map((date) => Date.parse(`${date}T00:00:00Z`) / DAY)),
});

/** The same question to luxon, in its words. */
function isOpenByLuxon({ rows, blocked }: Settings, zone: string, instant: number): boolean {
	const local = DateTime.fromMillis(instant, { zone });
	if (blocked.includes(local.toISODate()!)) return false;
	if (!rows) return true;
	const time = local.hour * 60 + local.minute;
	const yesterday = local.weekday === 1 ? 7 : local.weekday - 1;
	return rows.some(({ days, from, to }) => {
		if (to > from) return days.includes(local.weekday) && time >= from && time < to;
		const evening = days.includes(local.weekday) && time >= from;
		const morning = days.includes(yesterday) && time < to;
		return evening || morning;
	});
}

const row = fc
	.record({
		days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
		from: fc.integer({ min: 0, max: 1439 }),
		to: fc.integer({ min: 0, max: 1440 }),
	})
	.filter(({ from, to }) => from !== to);
const date = fc
	.integer({ min: 0, max: 380 })
	.map((day) => new Date(START + day * DAY).toISOString().slice(0, 10));
const settings: fc.Arbitrary<Settings> = fc.record({
	rows: fc.option(fc.array(row, { minLength: 1, maxLength: 3 })),
	blocked: fc.array(date, { maxLength: 20 }),
});
const instant = fc
	.integer({ min: 0, max: 365 * 24 * 60 - 1 })
	.map((minute) => START + minute * MINUTE);
const zone = fc.constantFrom(...ZONES);

it('agrees with luxon whether a time is inside, in any zone, on any day of a year', () => {
	fc.assert(
		fc.property(settings, zone, instant, (given, name, now) => {
			expect(isOpen(toHours(given), name, now)).toBe(isOpenByLuxon(given, name, now));
		}),
		{ seed: SEED, numRuns: rounds(1) },
	);
}, 60_000);

/** By steps of a quarter of an hour, in which no clock changes and, here, no window begins. */
const QUARTER = 15 * MINUTE;
const quarters = settings.map((given) => ({
	...given,
	rows:
		given.rows &&
		given.rows
			.map(({ days, from, to }) => ({
				days,
				from: Math.floor(from / 15) * 15,
				to: Math.ceil(to / 15) * 15,
			}))
			.filter(({ from, to }) => from !== to),
}));

it('finds the first time at which it is inside in all zones', () => {
	fc.assert(
		fc.property(
			quarters,
			fc.uniqueArray(zone, { minLength: 1, maxLength: 3 }),
			instant,
			(given, zones, now) => {
				const start = Math.floor(now / QUARTER) * QUARTER;
				const limit = start + 3 * DAY;
				let expected: number | null = null;
				for (let time = start; time < limit && expected === null; time += QUARTER) {
					if (zones.every((name) => isOpenByLuxon(given, name, time))) expected = time;
				}
				const found = nextOpening(toHours(given), zones, start);
				expect(found !== null && found < limit ? found : null).toBe(expected);
			},
		),
		{ seed: SEED, numRuns: rounds(0.04) },
	);
}, 120_000);

describe('where the clock is put forward or back', () => {
	/** The day of each change of each zone in a year. */
	const changes = ZONES.flatMap((name) => {
		const zone = IANAZone.create(name);
		const isChange = (from: number, to: number) => zone.offset(from) !== zone.offset(to);
		return Array.from({ length: 52 }, (_, week) => START + week * 7 * DAY)
			.filter((week) => isChange(week, week + 7 * DAY))
			.map((week) => {
				let day = week;
				while (!isChange(day, day + DAY)) day += DAY;
				return { name, day };
			});
	});

	it(`finds the same minute as luxon near each of the ${changes.length} changes of a year`, () => {
		const rows = [
			{ from: 23 * 60 + 45, to: 10 },
			...[30, 90, 150, 270, 420, 600, 780, 960, 1140, 1260].map((from) => ({ from, to: from + 1 })),
		].map((times) => ({ days: [1, 2, 3, 4, 5, 6, 7], ...times }));
		expect(changes.length).toBeGreaterThan(200);
		// One of each kind: zones of one law change alike.
		const kinds = new Map(
			changes.map(({ name, day }) => {
				const zone = IANAZone.create(name);
				return [`${day} ${zone.offset(day)} ${zone.offset(day + DAY)}`, { name, day }];
			}),
		);
		for (const { name, day } of kinds.values()) {
			const hours = toHours({ rows, blocked: [] });
			for (
				let now = day - 2 * 60 * MINUTE;
				now < day + DAY + 2 * 60 * MINUTE;
				now += 113 * MINUTE
			) {
				let expected = now;
				while (!isOpenByLuxon({ rows, blocked: [] }, name, expected)) expected += MINUTE;
				const found = nextOpening({ ...hours }, [name], now);
				expect([name, new Date(found!).toISOString()]).toEqual([
					name,
					new Date(expected).toISOString(),
				]);
			}
		}
	}, 120_000);
});
