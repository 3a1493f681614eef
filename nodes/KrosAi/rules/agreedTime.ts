import { offsetAt } from './timeZones';

/**
 * A time that was agreed with a person, in ms since 1970: an instant, or what a clock shows then, as if
 * it were UTC's. Without a zone it is the clock of the person's.
 */
export type AgreedTime = { given: unknown } & (
	{ instant: number } | { clock: number; zone?: string }
);

const DAY = 24 * 60 * 60 * 1000;

/** Whether it depends on where the person is. */
export function needsZone(time: AgreedTime | null): boolean {
	return time !== null && 'clock' in time && time.zone === undefined;
}

/**
 * The instants that a time can mean: one for each zone, and two where its clock shows it twice or, put
 * forward, not at all. None where it depends on a zone and there is none.
 *
 * @param zones the person's
 */
export function instantsOf(time: AgreedTime, zones: readonly string[]): number[] {
	if ('instant' in time) return [time.instant];
	const { clock, zone } = time;
	return (zone === undefined ? zones : [zone]).flatMap((each) => {
		const around = [clock - DAY, clock + DAY].map((instant) => clock - offsetAt(each, instant));
		const shown = around.filter((instant) => instant + offsetAt(each, instant) === clock);
		return shown.length > 0 ? shown : around;
	});
}
