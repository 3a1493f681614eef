import { InvalidCall } from '../../../../nodes/KrosAi/parameters/callRequest';
import type { CallFailure } from '../../../../nodes/KrosAi/api/types';
import {
	readOnceKey,
	readSettings,
	withNumber,
} from '../../../../nodes/KrosAi/parameters/campaignOptions';

function refusal(read: () => unknown): CallFailure {
	try {
		read();
	} catch (refused) {
		expect(refused).toBeInstanceOf(InvalidCall);
		return (refused as InvalidCall).failure;
	}
	throw new Error('It was taken');
}

describe('the options of a list', () => {
	it('keep to KrosAI’s rate, wait a quarter of an hour and look calls up, unless told otherwise', () => {
		expect(readSettings({})).toEqual({
			callsPerSecond: 10,
			waitForLineMinutes: 15,
			lookUpUnknownCalls: 'byNumber',
			sameNumberTwice: 'callOnce',
		});
		const told = {
			callsPerSecond: 0.1,
			waitForLineMinutes: 90,
			lookUpUnknownCalls: 'byKey',
			sameNumberTwice: 'callEach',
		};
		expect(readSettings(told)).toEqual(told);
		expect(readSettings({ lookUpUnknownCalls: 'off' }).lookUpUnknownCalls).toBe('off');
	});

	it('take numbers that expressions give as text', () => {
		expect(readSettings({ callsPerSecond: '2.5', waitForLineMinutes: ' 0 ' })).toMatchObject({
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
		expect(refusal(() => readSettings({ callsPerSecond }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'callsPerSecond',
			value: callsPerSecond ?? null,
			message: `Calls per Second is ${shown}, which can't be used`,
			description: 'Enter a number for Calls per Second under Options, or remove the option.',
			placed: 'no',
		});
	});

	// As numbers, the first two would be 0.
	it.each([
		['', 'empty'],
		[' ', 'empty'],
		['0x', '"0x"'],
	])('refuse a wait that is a text without a number: %j', (waitForLineMinutes, shown) => {
		expect(refusal(() => readSettings({ waitForLineMinutes })).message).toBe(
			`Wait for a Free Line is ${shown}, which can't be used`,
		);
	});

	it('refuse a wait of less than nothing, and take none', () => {
		expect(readSettings({ waitForLineMinutes: 0 }).waitForLineMinutes).toBe(0);
		expect(refusal(() => readSettings({ waitForLineMinutes: -0.5 })).message).toBe(
			"Wait for a Free Line is -0.5, which can't be used",
		);
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
		expect(refusal(() => readSettings({ lookUpUnknownCalls }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'lookUpUnknownCalls',
			value: lookUpUnknownCalls ?? null,
			message: `Look Up Unknown Calls is ${shown}, which is none of its choices`,
			description: 'Choose from the list, or give byNumber, byKey or off by the expression.',
			placed: 'no',
		});
	});
});

it('refuses what is no choice for Same Number Twice', () => {
	expect(readSettings({ sameNumberTwice: 'callEach' }).sameNumberTwice).toBe('callEach');
	expect(refusal(() => readSettings({ sameNumberTwice: true }))).toMatchObject({
		field: 'sameNumberTwice',
		message: 'Same Number Twice is true, which is none of its choices',
		description: 'Choose from the list, or give callOnce or callEach by the expression.',
	});
});

describe('Call Only Once Per Key', () => {
	it.each([
		['cust_1-spring', 'cust_1-spring'],
		['  cust_1 ', 'cust_1'],
		[17, '17'],
		[0, '0'],
		['Ömer', 'Ömer'],
		['客', '客'],
		['undefinedness', 'undefinedness'],
		['nullify NaNo', 'nullify NaNo'],
		['c#17 {spring}', 'c#17 {spring}'],
	])('takes %p', (value, key) => expect(readOnceKey(value)).toBe(key));

	it.each<[unknown, string]>([
		[undefined, 'empty'],
		[null, 'empty'],
		['', 'empty'],
		['-', '"-"'],
		['   ', 'empty'],
		['😀', '"😀"'],
		[NaN, 'NaN'],
		['undefined-spring', '"undefined-spring"'],
		['spring_null', '"spring_null"'],
		['cust NaN', '"cust NaN"'],
		['[object Object]-spring', '"[object Object]-spring"'],
		['__UNKNOWN__', '"__UNKNOWN__"'],
		['__UNKNOWN__-17', '"__UNKNOWN__-17"'],
		['{{ $json.contact_id }}-spring', '"{{ $json.contact_id }}-spring"'],
		['c-1 {{ $json.x', '"c-1 {{ $json.x"'],
		...[
			'#N/A-spring',
			'c-1 #REF!',
			'#VALUE!-1',
			'#ERROR!-1',
			'#DIV/0!-1',
			'#NAME?-1',
			'Invalid DateTime-1',
			'c-1 Invalid Date',
		].map((key): [string, string] => [key, `"${key}"`]),
		[{ id: 1 }, '{"id":1}'],
		[['a'], '["a"]'],
		[true, 'true'],
	])('refuses %p, which would be every such contact’s key', (value, shown) => {
		expect(refusal(() => readOnceKey(value))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'callOnlyOncePerKey',
			value: value ?? null,
			message: `Call Only Once Per Key is ${shown} for this item, which is no key`,
			description: expect.stringContaining('has to give a text that tells this contact'),
			placed: 'no',
		});
	});
});

it.each([
	['exec-7 +1 415 555 0123', '+1 415 555 0123', 'exec-7 +14155550123'],
	['+1 (415) 555-0123', ' +1 (415) 555-0123 ', '+14155550123'],
	['exec-7 +14155550123', '+14155550123', 'exec-7 +14155550123'],
	['14155550123/14155550123', 14155550123, '+14155550123/+14155550123'],
	['order 914155550123', 14155550123, 'order 914155550123'],
	['c-17 spring', '+1 415 555 0123', 'c-17 spring'],
])('the key %j with the number %j is %j', (key, toNumber, expected) => {
	expect(withNumber(key, toNumber, '+14155550123')).toBe(expected);
});
