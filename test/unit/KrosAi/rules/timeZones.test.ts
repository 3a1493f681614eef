import {
	changeNear,
	clockOf,
	isFarFrom,
	offsetAt,
	toLocalIso,
	toTimeZone,
	zonesOf,
} from '../../../../nodes/KrosAi/rules/timeZones';

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

describe('toTimeZone', () => {
	it.each([
		...'Africa/Lagos america/chicago UTC utc GMT Etc/GMT+5 US/Eastern Australia/ACT'.split(' '),
		...'America/Argentina/Buenos_Aires Japan Cuba Singapore EST5EDT'.split(' '),
	])('takes %s', (name) => expect(toTimeZone(name)).toBe(name));

	// What ICU keeps from Java, abbreviations, and offsets.
	it.each([
		...'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(
			' ',
		),
		...'EST MST HST est Cst CET EET MET WET PDT CEST AEST GB NZ PRC'.split(' '),
		'SystemV/AST4ADT',
		'SystemV/PST8PDT',
		'systemv/hst10',
		'+05:30',
		'-08:00',
		'GMT+5',
		'UTC+1',
		'Z',
		'5',
		'',
		' ',
		'Pacific',
		'Lagos',
		'W. Europe Standard Time',
		'Eastern Time (US & Canada)',
		'Africa/Nowhere',
		'us_slash_',
		'us_slash_nowhere',
		'_slash_',
		'b_slash_st',
	])('does not take %p', (name) => expect(toTimeZone(name)).toBeUndefined());

	// Values of HubSpot's property hs_timezone. Engines differ in the name that they prefer.
	it.each([
		['us_slash_eastern', ['US/Eastern', 'America/New_York']],
		['america_slash_new_york', ['America/New_York']],
		['us_slash_east_hyphen_indiana', ['US/East-Indiana', 'America/Indianapolis']],
		['america_slash_port_hyphen_au_hyphen_prince', ['America/Port-au-Prince']],
		['america_slash_argentina_slash_rio_gallegos', ['America/Argentina/Rio_Gallegos']],
		['africa_slash_porto_hyphen_novo', ['Africa/Porto-Novo']],
		['asia_slash_ust_hyphen_nera', ['Asia/Ust-Nera']],
		['europe_slash_london', ['Europe/London']],
		['mexico_slash_bajanorte', ['Mexico/BajaNorte', 'America/Tijuana']],
	])('reads %s as HubSpot means it', (value, names) => {
		expect(names).toContain(toTimeZone(value));
	});

	it.each(['japan', 'cuba', 'navajo', 'eire', 'poland', 'kwajalein'])(
		'takes %s, which HubSpot writes as it is',
		(name) => expect(toTimeZone(name)).toBe(name),
	);

	it('takes every name that Intl lists', () => {
		const names = Intl.supportedValuesOf('timeZone');
		expect(names.length).toBeGreaterThan(400);
		expect(names.filter((name) => toTimeZone(name) !== name)).toEqual([]);
	});
});

describe('isFarFrom', () => {
	const WINTER = Date.parse('2026-11-24T12:00:00Z');
	it.each([
		['Asia/Tokyo', ['America/Los_Angeles'], true],
		['Europe/London', ['America/New_York', 'America/Chicago'], true],
		['America/Los_Angeles', ['America/New_York'], false],
		['America/Los_Angeles', ['Europe/London', 'America/Denver'], false],
		['America/Anchorage', ['America/New_York'], true],
		['Asia/Kolkata', ['Asia/Dubai'], false],
		['Asia/Kathmandu', ['Africa/Lagos'], true],
		['Asia/Tokyo', [], false],
	])('%s from %p: %s', (zone, zones, isFar) => expect(isFarFrom(zone, zones, WINTER)).toBe(isFar));

	it('goes by the clocks at the instant', () => {
		// Three hours in winter, four in summer.
		expect(isFarFrom('Europe/London', ['America/Sao_Paulo'], WINTER)).toBe(false);
		expect(
			isFarFrom('Europe/London', ['America/Sao_Paulo'], Date.parse('2026-07-01T12:00:00Z')),
		).toBe(true);
	});
});

describe('the clock that a time is shown by', () => {
	const WINTER = Date.parse('2026-11-24T12:00:00Z');
	it.each([
		[['Africa/Lagos'], 'Africa/Lagos'],
		[['America/New_York', 'America/Toronto'], 'America/New_York'],
		[['America/New_York', 'America/Toronto', 'America/Chicago'], 'UTC'],
		[[], 'UTC'],
	])('of %p is that of %s', (zones, zone) => expect(clockOf(zones, WINTER)).toBe(zone));

	it.each([
		['America/New_York', '2026-11-24T07:00:00-05:00'],
		['Asia/Kolkata', '2026-11-24T17:30:00+05:30'],
		['UTC', '2026-11-24T12:00:00+00:00'],
	])('shows %s as %s', (zone, iso) => expect(toLocalIso(zone, WINTER)).toBe(iso));
});

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

	it('is that of UTC where the zone is unknown', () => {
		expect(offsetAt('Africa/Nowhere', Date.parse('2026-11-24T12:00:00Z'))).toBe(0);
	});

	it('is put back at one minute of a week, or at none', () => {
		const change = Date.parse('2026-11-01T06:00:00Z');
		expect(changeNear('America/New_York', change)).toBe(change);
		expect(changeNear('America/New_York', change + 30 * 24 * HOUR)).toBe(Infinity);
		expect(changeNear('Africa/Lagos', change)).toBe(Infinity);
	});
});
