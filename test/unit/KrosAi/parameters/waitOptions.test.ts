import { readWaitOptions, waitLimitMs } from '../../../../nodes/KrosAi/parameters/waitOptions';
import { collectionOf, refusalOf } from '../../../support/values';

it('waits by callback unless told otherwise', () => {
	expect(readWaitOptions(collectionOf({}))).toEqual({ pollSeconds: 0, limitMinutes: undefined });
	expect(readWaitOptions(collectionOf({ pollSeconds: '', waitLimitMinutes: null }))).toEqual({
		pollSeconds: 0,
		limitMinutes: undefined,
	});
});

it('takes numbers that an expression gives as text', () => {
	expect(readWaitOptions(collectionOf({ pollSeconds: '10', waitLimitMinutes: '0.5' }))).toEqual({
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
	['pollSeconds', 86_401],
])('refuses %s %p by name', (field, value) => {
	expect(refusalOf(() => readWaitOptions(collectionOf({ [field]: value })))).toMatchObject({
		code: 'INVALID_PARAMETER',
		httpCode: null,
		field,
		value,
	});
});

it.each([
	[{ waitLimitMinutes: 129_600 }, { pollSeconds: 0, limitMinutes: 129_600 }],
	[{ pollSeconds: 0 }, { pollSeconds: 0, limitMinutes: undefined }],
	[{ pollSeconds: 1 }, { pollSeconds: 1, limitMinutes: undefined }],
	[{ pollSeconds: 86_400 }, { pollSeconds: 86_400, limitMinutes: undefined }],
])('takes %j: 90 days, a second and a day are the farthest', (options, settings) => {
	expect(readWaitOptions(collectionOf(options))).toEqual(settings);
});

it('says which option is wrong, what it was and what to give', () => {
	expect(
		refusalOf(() => readWaitOptions(collectionOf({ waitLimitMinutes: 129_601 }))),
	).toMatchObject({
		message: 'Limit Wait Time is 129601, which is not a number of minutes',
		description: 'Give the minutes to wait, for example 30, or remove the option.',
	});
	expect(refusalOf(() => readWaitOptions(collectionOf({ pollSeconds: 'often' })))).toMatchObject({
		message: 'Check Call Status Every is "often", which is not a number of seconds',
		description:
			'Give the seconds between two checks, for example 10, or 0 to wait for KrosAI to call back.',
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
