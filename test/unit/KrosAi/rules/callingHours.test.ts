import { isOpen, nextOpening } from '../../../../nodes/KrosAi/rules/callingHours';
import type { CallingHours } from '../../../../nodes/KrosAi/rules/callingHours';

const DAY = 24 * 60 * 60_000;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const at = (iso: string) => Date.parse(iso);

/** "09:30" → minutes after midnight */
const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

function hours(from: string, to: string, days = EVERY_DAY, blocked: string[] = []): CallingHours {
	return {
		windows: [{ weekdays: new Set(days), from: minutes(from), to: minutes(to) }],
		blockedDays: new Set(blocked.map((date) => at(`${date}T00:00Z`) / DAY)),
	};
}

const blockedOnly = (...blocked: string[]): CallingHours => ({
	...hours('00:00', '24:00', EVERY_DAY, blocked),
	windows: null,
});

/** So many dates in a row. */
const datesFrom = (first: string, count: number) =>
	Array.from({ length: count }, (_, day) =>
		new Date(at(`${first}T00:00Z`) + day * DAY).toISOString().slice(0, 10),
	);

const opening = (given: CallingHours, zones: string | string[], now: string) => {
	const instant = nextOpening(given, [zones].flat(), at(now));
	return instant === null ? null : new Date(instant).toISOString();
};

describe('isOpen', () => {
	// 2026-11-23 is a Monday.
	it.each(EVERY_DAY)('knows day %d of the week', (weekday) => {
		const open = datesFrom('2026-11-23', 7).filter((date) =>
			isOpen(hours('09:00', '18:00', [weekday]), 'UTC', at(`${date}T12:00Z`)),
		);
		expect(open).toEqual([`2026-11-${22 + weekday}`]);
	});

	it('gives the hours after midnight to the day before', () => {
		const mondayNight = hours('22:00', '02:00', [1]);
		const open = [
			'2026-11-23T01:59Z',
			'2026-11-23T21:59Z',
			'2026-11-23T22:00Z',
			'2026-11-24T01:59:59Z',
			'2026-11-24T02:00Z',
			'2026-11-24T22:00Z',
		].filter((time) => isOpen(mondayNight, 'UTC', at(time)));
		expect(open).toEqual(['2026-11-23T22:00Z', '2026-11-24T01:59:59Z']);
	});

	it('is closed on a blocked date of the zone, whatever the hours are', () => {
		for (const given of [
			blockedOnly('2026-12-25'),
			hours('00:00', '24:00', EVERY_DAY, ['2026-12-25']),
		]) {
			expect(isOpen(given, 'Asia/Tokyo', at('2026-12-24T14:59Z'))).toBe(true);
			expect(isOpen(given, 'Asia/Tokyo', at('2026-12-24T15:00Z'))).toBe(false);
			expect(isOpen(given, 'Asia/Tokyo', at('2026-12-25T15:00Z'))).toBe(true);
		}
	});
});

describe('nextOpening', () => {
	it('is now where it is open, to the millisecond', () => {
		const now = '2026-11-24T12:34:56.789Z';
		expect(opening(hours('09:00', '18:00'), 'UTC', now)).toBe(now);
	});

	it.each([
		['before the hours', hours('09:00', '18:00'), '2026-11-24T08:59:59.999Z', '2026-11-24T09:00'],
		['after them', hours('09:00', '18:00'), '2026-11-24T18:00Z', '2026-11-25T09:00'],
		['on a closed day', hours('09:00', '18:00', [7]), '2026-11-24T12:00Z', '2026-11-29T09:00'],
		['before a night', hours('22:00', '02:00', [2]), '2026-11-24T12:00Z', '2026-11-24T22:00'],
		[
			'when a blocked date cuts off the morning of a night',
			hours('22:00', '02:00', EVERY_DAY, ['2026-11-24']),
			'2026-11-24T12:00Z',
			'2026-11-25T00:00',
		],
		['on a blocked date', blockedOnly('2026-11-24'), '2026-11-24T12:00Z', '2026-11-25T00:00'],
	])('%s', (_, given, now, expected) => {
		expect(opening(given, 'UTC', now)).toBe(`${expected}:00.000Z`);
	});

	it('takes the window that begins first, in whatever order they are given', () => {
		const windows = ['15:00', '10:00'].flatMap((from) => hours(from, '16:00').windows!);
		const given = { ...hours('09:00', '18:00'), windows };
		expect(opening(given, 'UTC', '2026-11-24T09:00Z')).toBe('2026-11-24T10:00:00.000Z');
	});

	it('goes by the calendar of the zone, a day ahead of UTC or behind it', () => {
		// Monday the 23rd begins in Kiritimati at 10:00 on Sunday, in Pago Pago at 11:00 on Monday.
		const monday = hours('00:00', '24:00', [1]);
		const now = '2026-11-21T00:00Z';
		expect(opening(monday, 'Pacific/Kiritimati', now)).toBe('2026-11-22T10:00:00.000Z');
		expect(opening(monday, 'Pacific/Pago_Pago', now)).toBe('2026-11-23T11:00:00.000Z');
	});

	describe('where New York puts its clock forward from 02:00 to 03:00', () => {
		it('opens with the change if the hours begin in what is left out', () => {
			const given = hours('02:30', '12:00');
			expect(opening(given, 'America/New_York', '2026-03-08T06:00Z')).toBe(
				'2026-03-08T07:00:00.000Z',
			);
		});

		it('waits for the next day if all of the hours are left out', () => {
			const given = hours('02:10', '02:50');
			expect(opening(given, 'America/New_York', '2026-03-08T06:00Z')).toBe(
				'2026-03-09T06:10:00.000Z',
			);
		});
	});

	describe('where New York puts its clock back from 02:00 to 01:00', () => {
		it('opens a second time for hours that come twice', () => {
			const given = hours('01:15', '01:45');
			const zone = 'America/New_York';
			expect(opening(given, zone, '2026-11-01T05:00Z')).toBe('2026-11-01T05:15:00.000Z');
			expect(opening(given, zone, '2026-11-01T05:45Z')).toBe('2026-11-01T06:15:00.000Z');
			expect(opening(given, zone, '2026-11-01T06:45Z')).toBe('2026-11-02T06:15:00.000Z');
		});

		it('opens with the change if that leads back into the hours', () => {
			const given = hours('00:30', '01:30');
			expect(opening(given, 'America/New_York', '2026-11-01T05:40Z')).toBe(
				'2026-11-01T06:00:00.000Z',
			);
		});
	});

	it('shows the day before once more where Cairo puts its clock back from 24:00 to 23:00', () => {
		const given = hours('23:30', '24:00', [4]);
		const zone = 'Africa/Cairo';
		expect(opening(given, zone, '2026-10-29T20:00Z')).toBe('2026-10-29T20:30:00.000Z');
		expect(opening(given, zone, '2026-10-29T21:00Z')).toBe('2026-10-29T21:30:00.000Z');
	});

	describe('in the days before a change of the clock', () => {
		it.each([
			['America/New_York', hours('03:00', '18:00'), '2026-03-05T23:30Z', '2026-03-06T08:00'],
			['Pacific/Auckland', hours('00:30', '12:00'), '2026-04-04T05:00Z', '2026-04-04T11:30'],
		])('takes what opens before it: %s', (zone, given, now, expected) => {
			expect(opening(given, zone, now)).toBe(`${expected}:00.000Z`);
		});

		it('goes by the offset that holds until then', () => {
			const sunday = hours('00:00', '24:00', [7]).windows!;
			const mondayNight = hours('23:30', '24:00', [1]).windows!;
			const given = { windows: [...mondayNight, ...sunday], blockedDays: new Set<number>() };
			expect(opening(given, 'America/New_York', '2026-10-31T12:00Z')).toBe(
				'2026-11-01T04:00:00.000Z',
			);
		});
	});

	it('comes to an end where no day is open', () => {
		expect(opening(hours('09:00', '18:00', []), 'UTC', '2026-11-24T12:00Z')).toBeNull();
	});

	it('has to be open in all zones at once', () => {
		const given = hours('09:00', '18:00');
		const zones = ['America/New_York', 'America/Los_Angeles'];
		expect(opening(given, zones, '2026-11-24T12:00Z')).toBe('2026-11-24T17:00:00.000Z');
		expect(opening(given, zones.reverse(), '2026-11-24T23:30Z')).toBe('2026-11-25T17:00:00.000Z');
		expect(opening(given, ['Asia/Tokyo', 'America/New_York'], '2026-11-24T12:00Z')).toBeNull();
	});

	it('looks 400 days ahead, and no further', () => {
		const now = '2026-01-01T12:00Z';
		// Open again at midnight 399 and a half, 400 and a half days later.
		const near = blockedOnly(...datesFrom('2026-01-01', 400));
		const far = blockedOnly(...datesFrom('2026-01-01', 401));
		expect(opening(near, 'UTC', now)).toBe('2027-02-05T00:00:00.000Z');
		expect(opening(far, 'UTC', now)).toBeNull();
		expect(opening(blockedOnly(...datesFrom('2026-01-01', 400)), 'UTC', '2026-01-01T00:00Z')).toBe(
			'2027-02-05T00:00:00.000Z',
		);
	});

	describe('asked again', () => {
		/** How often the search asked for a date. */
		function counted(given: CallingHours) {
			let asked = 0;
			const days = given.blockedDays;
			const has = (day: number) => {
				asked += 1;
				return days.has(day);
			};
			const hours = { ...given, blockedDays: { has } as unknown as ReadonlySet<number> };
			return { hours, asked: () => asked };
		}

		it('knows the answer until it has come to pass', () => {
			const { hours: given, asked } = counted(hours('09:00', '18:00', [5]));
			const friday = '2026-11-27T09:00:00.000Z';
			expect(opening(given, 'UTC', '2026-11-24T12:00Z')).toBe(friday);
			const once = asked();
			expect(opening(given, 'UTC', '2026-11-24T12:00Z')).toBe(friday);
			expect(opening(given, 'UTC', '2026-11-26T12:00Z')).toBe(friday);
			expect(opening(given, 'UTC', friday)).toBe(friday);
			expect(asked()).toBe(once);
			expect(opening(given, 'UTC', '2026-11-27T18:00Z')).toBe('2026-12-04T09:00:00.000Z');
		});

		it('searches anew for an earlier time, and for other zones', () => {
			const given = hours('09:00', '18:00', [5]);
			expect(opening(given, 'UTC', '2026-11-28T12:00Z')).toBe('2026-12-04T09:00:00.000Z');
			expect(opening(given, 'UTC', '2026-11-24T12:00Z')).toBe('2026-11-27T09:00:00.000Z');
			expect(opening(given, 'Asia/Tokyo', '2026-11-24T12:00Z')).toBe('2026-11-27T00:00:00.000Z');
			const both = ['UTC', 'Asia/Tokyo'];
			expect(opening(given, both, '2026-11-24T12:00Z')).toBeNull();
		});

		it('keeps the answers of several hours apart', () => {
			const now = '2026-11-24T12:00Z';
			expect(opening(hours('13:00', '18:00'), 'UTC', now)).toBe('2026-11-24T13:00:00.000Z');
			expect(opening(hours('14:00', '18:00'), 'UTC', now)).toBe('2026-11-24T14:00:00.000Z');
		});

		it('after nothing was found, searches once a day', () => {
			const { hours: given, asked } = counted(blockedOnly(...datesFrom('2026-01-01', 402)));
			expect(opening(given, 'UTC', '2026-01-01T12:00Z')).toBeNull();
			const once = asked();
			expect(opening(given, 'UTC', '2026-01-02T12:00Z')).toBeNull();
			expect(asked()).toBe(once);
			expect(opening(given, 'UTC', '2026-01-03T12:00Z')).toBe('2027-02-07T00:00:00.000Z');
		});
	});
});
