import { DateTime } from 'luxon';
import { readAgreedTime } from '../../../../nodes/KrosAi/parameters/readAgreedTime';

const read = (given: unknown, isDateEnough = true) => {
	const time = readAgreedTime(given, { isDateEnough });
	if ('refusal' in time) return time.refusal;
	expect(time.given).toBe(given);
	if ('instant' in time) return new Date(time.instant).toISOString();
	return `${new Date(time.clock).toISOString().slice(0, -1)} ${time.zone ?? 'person'}`;
};

it.each<[unknown, string]>([
	['2026-11-24T15:00:00Z', '2026-11-24T15:00:00.000Z'],
	['2026-11-24T15:00+01:00', '2026-11-24T14:00:00.000Z'],
	['2026-11-24T15:00:30.5-0530', '2026-11-24T20:30:30.500Z'],
	['2026-11-24 15:00 +02', '2026-11-24T13:00:00.000Z'],
	['2026-11-24T15:00:00 UTC', '2026-11-24T15:00:00.000Z'],
	['2026-11-24T15:00:00+01:00[Europe/Berlin]', '2026-11-24T14:00:00.000Z'],
	['Tue, 24 Nov 2026 15:00:00 +0100', '2026-11-24T14:00:00.000Z'],
	[
		'Tue Nov 24 2026 15:00:00 GMT+0100 (Central European Standard Time)',
		'2026-11-24T14:00:00.000Z',
	],
	['Tue, 24 Nov 2026 15:00:00 GMT', '2026-11-24T15:00:00.000Z'],
	[new Date('2026-11-24T15:00:00Z'), '2026-11-24T15:00:00.000Z'],
	[DateTime.fromISO('2026-11-24T15:00', { zone: 'Asia/Tokyo' }), '2026-11-24T06:00:00.000Z'],
	[1795532400000, '2026-11-24T15:00:00.000Z'],
	['1795532400000', '2026-11-24T15:00:00.000Z'],
	[' 2026-11-24T15:00 ', '2026-11-24T15:00:00.000 person'],
	['2026-11-24 15:00:05', '2026-11-24T15:00:05.000 person'],
	['2026-11-24T24:00', '2026-11-25T00:00:00.000 person'],
	['2026-11-24', '2026-11-24T00:00:00.000 person'],
	['2026-11-24 15:00 America/Chicago', '2026-11-24T15:00:00.000 America/Chicago'],
	['2026-11-24T15:00[Europe/London]', '2026-11-24T15:00:00.000 Europe/London'],
])('reads %p', (given, expected) => expect(read(given)).toBe(expected));

it.each<[unknown, string]>([
	['tomorrow at three', "isn't a date and time"],
	['2026-02-30T10:00', "isn't a date and time"],
	['0026-12-01T10:00', "isn't a date and time"],
	['2026-02-30T10:00Z', "isn't a date and time"],
	['2026-11-24T25:00Z', "isn't a date and time"],
	['2026-11-24T15:60', "isn't a date and time"],
	['2026-11-24 15:00 EST', "isn't a date and time"],
	['2026-11-24 15:00 Nowhere/Land', "isn't a date and time"],
	['Tue Nov 24 2026 15:00:00', "isn't a date and time"],
	['Invalid DateTime', "isn't a date and time"],
	['undefined', "isn't a date and time"],
	[new Date(NaN), "isn't a date and time"],
	[DateTime.fromISO('nonsense'), "isn't a date and time"],
	[true, "isn't a date and time"],
	[['2026-11-24T15:00Z'], "isn't a date and time"],
	[{ seconds: 1 }, "isn't a date and time"],
	['15:00', 'is a time without a date'],
	['3 pm', 'is a time without a date'],
	['1/2/2026 15:00', 'can be read as more than one date'],
	['01.02.2026 15:00', 'can be read as more than one date'],
	[1795532400, 'can be read as more than one date'],
	['46022', 'can be read as more than one date'],
	[46022.5, 'can be read as more than one date'],
	[NaN, "isn't a date and time"],
])('refuses %p', (given, expected) => expect(read(given)).toBe(expected));

it('refuses a date alone, where it matters at which time of the day', () => {
	expect(read('2026-11-24', false)).toBe('is a date without a time');
	expect(read('2026-11-24T00:00', false)).toBe('2026-11-24T00:00:00.000 person');
});
