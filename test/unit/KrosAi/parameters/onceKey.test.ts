import { readOnceKey, withNumber } from '../../../../nodes/KrosAi/parameters/onceKey';
import { collectionOf, refusalOf } from '../../../support/values';

describe('Skip Already Called (Key)', () => {
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
		['#NV17', '#NV17'],
		['#A-1!', '#A-1!'],
	])('takes %p', (value, key) =>
		expect(readOnceKey(collectionOf({ callOnlyOncePerKey: value }))).toBe(key),
	);

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
			'#SPILL!-1',
			'#CALC! spring',
			'#N/D-1',
			'#NV-1',
			'c-1 #BEZUG!',
			'#¡REF!-1',
			'#NOM?-1',
			'Invalid DateTime-1',
			'c-1 Invalid Date',
		].map((key): [string, string] => [key, `"${key}"`]),
		[{ id: 1 }, '{"id":1}'],
		[['a'], '["a"]'],
		[true, 'true'],
	])('refuses %p, which would be every such contact’s key', (value, shown) => {
		expect(refusalOf(() => readOnceKey(collectionOf({ callOnlyOncePerKey: value })))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'callOnlyOncePerKey',
			value: value ?? null,
			message: `Skip Already Called (Key) is ${shown} for this item, which is no key`,
			description: expect.stringContaining('has to give a text that tells this contact'),
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
