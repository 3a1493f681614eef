import { isObject, parseJson } from '../../../../nodes/KrosAi/api/json';

it.each([{}, { id: 1 }])('%p is an object', (value) => expect(isObject(value)).toBe(true));

it.each([null, undefined, [], [{}], 'text', 7, true, () => {}])('%p is none', (value) =>
	expect(isObject(value)).toBe(false),
);

it.each([
	['{"a":[1,null]}', { a: [1, null] }],
	['"text"', 'text'],
	['null', null],
])('reads %s', (text, value) => expect(parseJson(text)).toEqual(value));

it.each(['', '<html>', '{"half": ', 'undefined'])('finds no JSON in %p', (text) =>
	expect(parseJson(text)).toBeUndefined(),
);
