import { readWaitSettings, waitLimitMs } from '../../../../nodes/KrosAi/waiting/settings';

it('waits by callback unless told otherwise', () => {
	expect(readWaitSettings({})).toEqual({ pollSeconds: 0, limitMinutes: undefined });
	expect(readWaitSettings({ pollSeconds: '', waitLimitMinutes: null })).toEqual({
		pollSeconds: 0,
		limitMinutes: undefined,
	});
});

it('takes numbers that an expression gives as text', () => {
	expect(readWaitSettings({ pollSeconds: '10', waitLimitMinutes: '0.5' })).toEqual({
		pollSeconds: 10,
		limitMinutes: 0.5,
	});
});

it.each([
	['waitLimitMinutes', 0],
	['waitLimitMinutes', -5],
	['waitLimitMinutes', 'soon'],
	['waitLimitMinutes', true],
	['waitLimitMinutes', Infinity],
	['waitLimitMinutes', 1e9],
	['pollSeconds', -1],
	['pollSeconds', 0.5],
	['pollSeconds', 'often'],
	['pollSeconds', {}],
	['pollSeconds', 1e9],
])('refuses %s %p by name', (field, value) => {
	expect(readWaitSettings({ [field]: value })).toMatchObject({
		failure: { code: 'INVALID_PARAMETER', httpCode: null, field, value },
	});
});

it.each([
	[undefined, [600], 15],
	[undefined, [60, 1800, 300], 35],
	[undefined, [600, undefined], 120],
	[undefined, [], 5],
	[7, [600], 7],
])('with a limit of %p and maximums of %j waits %d minutes', (limitMinutes, maximums, minutes) => {
	expect(waitLimitMs({ pollSeconds: 0, limitMinutes }, maximums) / 60_000).toBe(minutes);
});

it('waits no longer than n8n has dates for, and for more calls than fit on a stack', () => {
	const settings = { pollSeconds: 0, limitMinutes: undefined };
	expect(waitLimitMs(settings, [Number.MAX_SAFE_INTEGER])).toBe(90 * 24 * 60 * 60_000);
	const many = Array.from({ length: 200_000 }, () => 600);
	expect(waitLimitMs(settings, many)).toBe(15 * 60_000);
});
