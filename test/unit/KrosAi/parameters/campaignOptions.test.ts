import { readCampaignOptions } from '../../../../nodes/KrosAi/parameters/campaignOptions';
import { collectionOf, refusalOf } from '../../../support/values';

describe('the options of a list', () => {
	it('keep to KrosAI’s rate, wait a quarter of an hour and look calls up, unless told otherwise', () => {
		expect(readCampaignOptions(collectionOf({}))).toEqual({
			callsPerSecond: 10,
			waitForLineMinutes: 15,
			lookUpUnknownCalls: 'byNumber',
			maxCalls: Infinity,
			sameNumberTwice: 'callOnce',
		});
		const told = {
			callsPerSecond: 0.1,
			waitForLineMinutes: 90,
			lookUpUnknownCalls: 'byKey',
			maxCalls: 5,
			sameNumberTwice: 'callEach',
		};
		expect(readCampaignOptions(collectionOf(told))).toEqual(told);
		expect(
			readCampaignOptions(collectionOf({ lookUpUnknownCalls: 'off' })).lookUpUnknownCalls,
		).toBe('off');
	});

	it('take numbers that expressions give as text', () => {
		expect(
			readCampaignOptions(collectionOf({ callsPerSecond: '2.5', waitForLineMinutes: ' 0 ' })),
		).toMatchObject({
			callsPerSecond: 2.5,
			waitForLineMinutes: 0,
		});
	});

	it.each([
		[0, '0'],
		[0.09, '0.09'],
		[-1, '-1'],
		['', 'empty'],
		[' ', 'empty'],
		[null, 'empty'],
		['ten', '"ten"'],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
		[[5], '[5]'],
		[true, 'true'],
		[undefined, 'empty'],
	])('refuse %p for Calls per Second by name', (callsPerSecond, shown) => {
		expect(refusalOf(() => readCampaignOptions(collectionOf({ callsPerSecond })))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'callsPerSecond',
			value: callsPerSecond ?? null,
			message: `Calls per Second is ${shown}, which can't be used`,
			description: 'Enter a number for Calls per Second under Options, or remove the option.',
		});
	});

	// As numbers, the first two would be 0.
	it.each([
		['', 'empty'],
		[' ', 'empty'],
		['0x', '"0x"'],
	])('refuse a wait that is a text without a number: %j', (waitForLineMinutes, shown) => {
		expect(refusalOf(() => readCampaignOptions(collectionOf({ waitForLineMinutes }))).message).toBe(
			`Wait for a Free Line is ${shown}, which can't be used`,
		);
	});

	it('refuse a wait of less than nothing, and take none', () => {
		expect(readCampaignOptions(collectionOf({ waitForLineMinutes: 0 })).waitForLineMinutes).toBe(0);
		expect(
			refusalOf(() => readCampaignOptions(collectionOf({ waitForLineMinutes: -0.5 }))).message,
		).toBe("Wait for a Free Line is -0.5, which can't be used");
	});

	it.each<[unknown, string]>([
		[true, 'true'],
		[false, 'false'],
		['ByKey', '"ByKey"'],
		['', 'empty'],
		[undefined, 'empty'],
		[null, 'empty'],
		[['off'], '["off"]'],
	])('refuse %p for Look Up Unknown Calls by name', (lookUpUnknownCalls, shown) => {
		expect(refusalOf(() => readCampaignOptions(collectionOf({ lookUpUnknownCalls })))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'lookUpUnknownCalls',
			value: lookUpUnknownCalls ?? null,
			message: `Look Up Unknown Calls is ${shown}, which is none of its choices`,
			description: 'Choose from the list, or give byNumber, byKey or off by the expression.',
		});
	});
});

it('refuses what is no choice for Same Number Twice', () => {
	expect(readCampaignOptions(collectionOf({ sameNumberTwice: 'callEach' })).sameNumberTwice).toBe(
		'callEach',
	);
	expect(
		refusalOf(() => readCampaignOptions(collectionOf({ sameNumberTwice: true }))),
	).toMatchObject({
		field: 'sameNumberTwice',
		message: 'Same Number Twice is true, which is none of its choices',
		description: 'Choose from the list, or give callOnce or callEach by the expression.',
	});
});

it.each([
	[0, '0'],
	[2.5, '2.5'],
	['', 'empty'],
	['five', '"five"'],
])('refuses %p for Most Calls', (maxCalls, shown) => {
	expect(refusalOf(() => readCampaignOptions(collectionOf({ maxCalls })))).toMatchObject({
		field: 'maxCalls',
		message: `Most Calls is ${shown}, which is not a whole number from 1`,
	});
});
