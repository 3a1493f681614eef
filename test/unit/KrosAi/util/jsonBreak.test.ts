import { whereJsonBreaks } from '../../../../nodes/KrosAi/util/jsonBreak';

it.each([
	['{"customer_id": cust_1}', 'text needs quotation marks, near cust_1'],
	['{customer_id: "a"}', 'a key needs quotation marks, near customer_id'],
	["{'customer_id': 'a'}", "text needs double quotation marks, near 'customer_id'"],
	['{"a": \'b\'}', "text needs double quotation marks, near 'b'"],
	['{"a": "b", }', 'there is a comma too many, near }'],
	['{"a": [1, ]}', 'there is a comma too many, near ]'],
	['{"a": , "b": 1}', 'a value is missing, near ,'],
	['{"a": }', 'a value is missing, near }'],
	['{"a": 1 "b": 2}', 'a comma is missing, near "b"'],
	['{"a" 1}', 'a colon is missing, near 1'],
	['{"a": "b"', 'the end is missing'],
	['', 'the end is missing'],
	['{"a": "b}', 'a quotation mark is missing, near "b'],
	[
		'{"a": "Joe "the cat" Low"}',
		String.raw`a quotation mark inside a text has to be written as \", near the`,
	],
	['{"a": "one\ntwo"}', String.raw`a line break inside a text has to be written as \n, near "one`],
	['{"a": [1}', "the brackets don't match, near }"],
	['{"a": 1} and more', 'something follows its end, near and'],
	['{"a": 01}', 'text needs quotation marks, near 01'],
	['[object Object]', 'text needs quotation marks, near object'],
	['{"a": undefined}', 'text needs quotation marks, near undefined'],
	[`{"a": ${'x'.repeat(100)}}`, `text needs quotation marks, near ${'x'.repeat(30)}`],
])('%s', (text, where) => {
	expect(whereJsonBreaks(text)).toBe(where);
});

it.each([
	'{"a": [1, -2.5e3, true, null, {}, []], "b": {"c": "\\"d\\" \\u00e9"}}',
	' [] ',
	'"x"',
	'1',
])('nowhere: %s', (text) => expect(whereJsonBreaks(text)).toBeUndefined());

it('breaks where the JSON parser does', () => {
	const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '1', 'true', 'x', ' ', '"', "'"];
	let seed = 1;
	const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
	const isJson = (text: string) => {
		try {
			JSON.parse(text);
			return true;
		} catch {
			return false;
		}
	};
	const texts = Array.from({ length: 20_000 }, () =>
		Array.from({ length: random(9) }, () => pieces[random(pieces.length)]).join(''),
	);
	expect(texts.filter((text) => isJson(text) !== (whereJsonBreaks(text) === undefined))).toEqual(
		[],
	);
	expect(texts.some(isJson)).toBe(true);
});
