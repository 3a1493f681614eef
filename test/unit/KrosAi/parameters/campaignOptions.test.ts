import { readCampaignOptions } from '../../../../nodes/KrosAi/parameters/campaignOptions';
import { collectionOf, refusalOf } from '../../../support/values';

const read = (options: object) => readCampaignOptions(collectionOf(options));

it('keeps to KrosAI’s rate, waits a quarter of an hour and looks calls up, unless told otherwise', () => {
	expect(read({})).toEqual({
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
	expect(read(told)).toEqual(told);
});

it.each([
	[{ lookUpUnknownCalls: 'off' }, { lookUpUnknownCalls: 'off' }],
	[{ waitForLineMinutes: 0 }, { waitForLineMinutes: 0 }],
	// As expressions may give them.
	[{ callsPerSecond: '2.5' }, { callsPerSecond: 2.5 }],
	[{ waitForLineMinutes: ' 0 ' }, { waitForLineMinutes: 0 }],
])('reads %j', (given, options) => expect(read(given)).toMatchObject(options));

const NUMBER = (label: string) =>
	`Enter a number for ${label} under Options, or remove the option.`;
const CHOICE = (choices: string) => `Choose from the list, or give ${choices} by the expression.`;

describe.each([
	['callsPerSecond', 'Calls per Second', "can't be used", NUMBER('Calls per Second')],
	['waitForLineMinutes', 'Wait for a Free Line', "can't be used", NUMBER('Wait for a Free Line')],
	[
		'lookUpUnknownCalls',
		'Look Up Unknown Calls',
		'is none of its choices',
		CHOICE('byNumber, byKey or off'),
	],
	[
		'sameNumberTwice',
		'Same Number Twice',
		'is none of its choices',
		CHOICE('callOnce or callEach'),
	],
	['maxCalls', 'Most Calls', 'is not a whole number from 1', expect.stringMatching(/\w/)],
])('%s', (field, label, why, description) => {
	it.each<[unknown, string]>([
		['', 'empty'],
		[null, 'empty'],
		[undefined, 'empty'],
		['0x', '"0x"'],
		['ten', '"ten"'],
		[NaN, 'NaN'],
		[[5], '[5]'],
		[true, 'true'],
	])('refuses %p by name', (given, shown) => {
		expect(refusalOf(() => read({ [field]: given }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field,
			value: given ?? null,
			message: `${label} is ${shown}, which ${why}`,
			description,
		});
	});
});

it.each([
	[{ callsPerSecond: 0 }, 'Calls per Second is 0, which'],
	[{ callsPerSecond: 0.09 }, 'Calls per Second is 0.09, which'],
	[{ callsPerSecond: -1 }, 'Calls per Second is -1, which'],
	[{ callsPerSecond: Infinity }, 'Calls per Second is Infinity, which'],
	[{ waitForLineMinutes: -0.5 }, 'Wait for a Free Line is -0.5, which'],
	// As numbers, these would be 0.
	[{ callsPerSecond: ' ' }, 'Calls per Second is empty, which'],
	[{ waitForLineMinutes: ' ' }, 'Wait for a Free Line is empty, which'],
	[{ lookUpUnknownCalls: false }, 'Look Up Unknown Calls is false, which'],
	[{ lookUpUnknownCalls: 'ByKey' }, 'Look Up Unknown Calls is "ByKey", which'],
	[{ maxCalls: 0 }, 'Most Calls is 0, which'],
	[{ maxCalls: 2.5 }, 'Most Calls is 2.5, which'],
])('refuses %p', (options, message) => {
	expect(refusalOf(() => read(options)).message).toContain(message);
});
