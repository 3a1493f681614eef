import { InvalidCall } from '../../../../nodes/KrosAi/dialing/callRequest';
import type { CallFailure } from '../../../../nodes/KrosAi/dialing/placement';
import { readOnceKey, readSettings } from '../../../../nodes/KrosAi/dialing/settings';

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
			lookUpUnknownCalls: true,
			addLookUpKey: false,
		});
		const told = {
			callsPerSecond: 0.1,
			waitForLineMinutes: 90,
			lookUpUnknownCalls: false,
			addLookUpKey: true,
		};
		expect(readSettings(told)).toEqual(told);
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

	it('take switches that expressions give as text', () => {
		const texts = { lookUpUnknownCalls: ' False', addLookUpKey: 'true' };
		expect(readSettings(texts)).toMatchObject({ lookUpUnknownCalls: false, addLookUpKey: true });
	});

	it.each([
		['lookUpUnknownCalls', 'Look Up Unknown Calls', 'no', '"no"'],
		['lookUpUnknownCalls', 'Look Up Unknown Calls', undefined, 'empty'],
		['addLookUpKey', 'Add Look-Up Key to Metadata', 1, '1'],
		['addLookUpKey', 'Add Look-Up Key to Metadata', null, 'empty'],
	])('refuse for the switch %s by name (%s): %p', (field, label, value, shown) => {
		expect(refusal(() => readSettings({ [field]: value }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field,
			value: value ?? null,
			message: `${label} is ${shown}, which is neither true nor false`,
			description: `Switch ${label} on or off under Options, or remove the option.`,
			placed: 'no',
		});
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
