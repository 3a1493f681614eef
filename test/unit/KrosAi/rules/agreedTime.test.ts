import { instantsOf, needsZone } from '../../../../nodes/KrosAi/rules/agreedTime';

const at = (iso: string) => Date.parse(iso);
const clock = (text: string, zone?: string) => ({
	given: text,
	clock: at(`${text}Z`),
	...(zone && { zone }),
});
const instants = (time: Parameters<typeof instantsOf>[0], zones: string[]) =>
	instantsOf(time, zones)
		.map((instant) => new Date(instant).toISOString().slice(0, 16))
		.sort();

it.each([
	['in its zone', clock('2026-11-24T15:00'), ['Africa/Lagos'], ['2026-11-24T14:00']],
	[
		'in each of several',
		clock('2026-11-24T15:00'),
		['America/New_York', 'America/Chicago'],
		['2026-11-24T20:00', '2026-11-24T21:00'],
	],
	[
		'in a zone of its own',
		clock('2026-11-24T15:00', 'Asia/Tokyo'),
		['Africa/Lagos'],
		['2026-11-24T06:00'],
	],
	['in none', clock('2026-11-24T15:00'), [], []],
	[
		'twice, where the clock is put back',
		clock('2026-10-25T02:30'),
		['Europe/Berlin'],
		['2026-10-25T00:30', '2026-10-25T01:30'],
	],
	[
		'not at all, where it is put forward',
		clock('2026-03-29T02:30'),
		['Europe/Berlin'],
		['2026-03-29T00:30', '2026-03-29T01:30'],
	],
	[
		'once, hours after it was put forward',
		clock('2026-03-29T12:00'),
		['Europe/Berlin'],
		['2026-03-29T10:00'],
	],
	['once, the day after', clock('2026-03-30T02:30'), ['Europe/Berlin'], ['2026-03-30T00:30']],
])('a time of a clock is read %s', (_, time, zones, expected) => {
	expect(instants(time, zones).filter((one, index, all) => all.indexOf(one) === index)).toEqual(
		expected,
	);
});

it('an instant is one anywhere', () => {
	const time = { given: '', instant: at('2026-11-24T15:00:00Z') };
	expect(instants(time, [])).toEqual(['2026-11-24T15:00']);
	expect([time, null, clock('2026-11-24T15:00', 'UTC')].some(needsZone)).toBe(false);
	expect(needsZone(clock('2026-11-24T15:00'))).toBe(true);
});
