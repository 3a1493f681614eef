import { changeNear, offsetAt } from './timeZones';

/** When a person may be called, by the clock and the calendar of the zone that person is in. */
export interface CallingHours {
	/** Null: at any time of the day. */
	windows: CallingWindow[] | null;
	/** Days since 1970-01-01. */
	blockedDays: ReadonlySet<number>;
}

/** Hours that belong to some days of the week. */
export interface CallingWindow {
	/** 1 is Monday, 7 is Sunday. */
	weekdays: ReadonlySet<number>;
	/** Minutes after midnight. */
	from: number;
	/** Minutes after midnight, up to 1440, not itself included. Before `from`: on the next day. */
	to: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** How far ahead an opening is looked for: past every season's clock. */
const HORIZON = 400 * DAY;

/** Whether the zone's clock and calendar allow a call at this instant (milliseconds since 1970). */
export function isOpen({ windows, blockedDays }: CallingHours, zone: string, now: number): boolean {
	const local = now + offsetAt(zone, now);
	const day = Math.floor(local / DAY);
	if (blockedDays.has(day)) return false;
	if (!windows) return true;
	const minute = Math.floor((local - day * DAY) / MINUTE);
	return windows.some(({ weekdays, from, to }) =>
		from < to
			? weekdays.has(weekdayOf(day)) && minute >= from && minute < to
			: (weekdays.has(weekdayOf(day)) && minute >= from) ||
				(weekdays.has(weekdayOf(day - 1)) && minute < to),
	);
}

/** 1 is Monday. 1970-01-01 was a Thursday. */
function weekdayOf(day: number): number {
	return ((day + 3) % 7) + 1;
}

/** The last search for each set of zones: a campaign asks the same again and again. */
const searches = new WeakMap<CallingHours, Map<string, { from: number; opening: number | null }>>();

/**
 * The first instant from `now` on at which it is open in all zones.
 *
 * @returns milliseconds since 1970; null where no time of the next 400 days is
 */
export function nextOpening(
	hours: CallingHours,
	zones: readonly string[],
	now: number,
): number | null {
	let known = searches.get(hours);
	if (!known) searches.set(hours, (known = new Map()));
	const key = zones.join();
	const last = known.get(key);
	// Nothing is open between the last search and what it found.
	if (last && now >= last.from && now <= (last.opening ?? last.from + DAY)) return last.opening;
	const opening = findOpening(hours, zones, now);
	known.set(key, { from: now, opening });
	return opening;
}

/** Goes from opening to opening of the zone that opens last, until none has to be waited for. */
function findOpening(hours: CallingHours, zones: readonly string[], now: number): number | null {
	const end = now + HORIZON;
	let instant = now;
	for (;;) {
		let latest = instant;
		for (const zone of zones) {
			const opening = openingOf(hours, zone, latest, end);
			if (opening === null) return null;
			latest = opening;
		}
		if (latest === instant) return instant;
		instant = latest;
	}
}

/** The first instant from `from` on at which one zone is open; null after `end`. */
function openingOf(hours: CallingHours, zone: string, from: number, end: number): number | null {
	if (isOpen(hours, zone, from)) return from;
	// The day before as well: a clock that is put back after midnight shows it again.
	const firstDay = localDay(zone, from) - 1;
	for (let day = firstDay; (day - 1) * DAY <= end; day++) {
		const opening = startsOf(hours, zone, day).find(
			(start) => start >= from && isOpen(hours, zone, start),
		);
		if (opening !== undefined) return opening <= end ? opening : null;
	}
	return null;
}

/**
 * The instants of a local day at which it can become open, in order: midnight (after a blocked date),
 * the beginnings of the windows, and the change of the clock, which can skip over those.
 */
function startsOf({ windows }: CallingHours, zone: string, day: number): number[] {
	const midnight = day * DAY;
	const around = [midnight - DAY, midnight + 2 * DAY];
	const locals = [0, ...(windows ?? []).map(({ from }) => from)].map(
		(minute) => midnight + minute * MINUTE,
	);
	// What a clock that is put back shows twice, it shows by both offsets.
	const offsets = new Set(around.map((instant) => offsetAt(zone, instant)));
	const starts = locals.flatMap((local) =>
		[...offsets]
			.map((offset) => local - offset)
			.filter((instant) => instant + offsetAt(zone, instant) === local),
	);
	const changes = around
		.map((instant) => changeNear(zone, instant))
		.filter((instant) => Number.isFinite(instant) && localDay(zone, instant) === day);
	return [...starts, ...changes].sort((a, b) => a - b);
}

/** Days since 1970-01-01 in the zone's calendar. */
function localDay(zone: string, instant: number): number {
	return Math.floor((instant + offsetAt(zone, instant)) / DAY);
}
