import {
	changeNear,
	isTimeZone,
	offsetAt,
	zonesOf,
} from '../../../../nodes/KrosAi/dialing/timeZones';

const HOUR = 3_600_000;

describe('zonesOf', () => {
	it.each([
		['+2348012345678', ['Africa/Lagos']],
		['+14155550123', ['America/Los_Angeles']],
		['+12125550123', ['America/New_York']],
		['+442079460958', ['Europe/London']],
		['+919812345678', ['Asia/Kolkata']],
		['+351292123456', ['Atlantic/Azores']],
		['+61212345678', ['Australia/Sydney']],
		['+2302012345', ['Indian/Mauritius']],
		['+6793212345', ['Pacific/Fiji']],
	])('knows where %s was issued', (number, zones) => expect(zonesOf(number)).toEqual(zones));

	it('goes by the longest prefix that is known', () => {
		expect(zonesOf('+18505550123').length).toBeGreaterThan(1);
		expect(zonesOf('+79161234567').length).toBeGreaterThan(1);
	});

	it.each(['+80012345678', '+8821612345', '+', ''])('knows none for %p', (number) =>
		expect(zonesOf(number)).toEqual([]),
	);
});

it.each([
	['Africa/Lagos', true],
	['UTC', true],
	['Etc/GMT+5', true],
	['+05:30', false],
	['Africa/Nowhere', false],
	['', false],
])('whether %p is a time zone: %s', (name, isIt) => expect(isTimeZone(name)).toBe(isIt));

describe('the clock of a zone', () => {
	it.each([
		['UTC', '2026-11-24T12:00:00Z', 0],
		['Asia/Kolkata', '2026-11-24T12:00:00Z', 5.5],
		['America/St_Johns', '2026-11-24T12:00:00Z', -3.5],
		['America/New_York', '2026-11-01T05:59:59Z', -4],
		['America/New_York', '2026-11-01T06:00:00Z', -5],
		['America/New_York', '2026-03-08T06:59:59Z', -5],
		['America/New_York', '2026-03-08T07:00:00Z', -4],
		['Australia/Lord_Howe', '2026-07-01T00:00:00Z', 10.5],
	])('%s at %s is %d hours ahead', (zone, instant, hours) =>
		expect(offsetAt(zone, Date.parse(instant))).toBe(hours * HOUR),
	);

	it('is that of UTC where nobody knows the zone', () => {
		expect(offsetAt('Africa/Nowhere', Date.parse('2026-11-24T12:00:00Z'))).toBe(0);
	});

	it('is put back at one minute of a week, or at none', () => {
		const change = Date.parse('2026-11-01T06:00:00Z');
		expect(changeNear('America/New_York', change)).toBe(change);
		expect(changeNear('America/New_York', change + 30 * 24 * HOUR)).toBe(Infinity);
		expect(changeNear('Africa/Lagos', change)).toBe(Infinity);
	});
});
