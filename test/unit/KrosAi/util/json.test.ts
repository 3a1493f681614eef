import {
	idOf,
	isObject,
	parseJson,
	readJson,
	textOf,
	toJson,
} from '../../../../nodes/KrosAi/util/json';

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

it.each<[unknown, string | undefined]>([
	['', ''],
	['text', 'text'],
	[0, '0'],
	[-1.5, '-1.5'],
	[true, 'true'],
	[Number.NaN, undefined],
	[Infinity, undefined],
	[null, undefined],
	[undefined, undefined],
	[['text'], undefined],
	[{ toString: 1 }, undefined],
])('makes of %j the text %j', (value, text) => expect(textOf(value)).toBe(text));

it.each<[unknown, string | undefined]>([
	['call_1', 'call_1'],
	[7, '7'],
	['', undefined],
	[true, undefined],
	[Infinity, undefined],
	[{ toString: 1 }, undefined],
])('makes of %j the id %j', (value, id) => expect(idOf(value)).toBe(id));

describe('writing', () => {
	it.each<[unknown, string]>([
		[{ a: [1] }, '{"a":[1]}'],
		[undefined, ''],
		[() => {}, ''],
	])('%p gives %j', (value, text) => expect(toJson(value)).toBe(text));

	it('gives nothing of what JSON can not hold', () => {
		const circle: Record<string, unknown> = {};
		circle.itself = circle;
		expect(toJson(circle)).toBe('');
		expect(toJson(JSON.parse(nested(20_000)))).toBe('');
	});
});

/** An object in a list, as often as this, with fields beside each. */
function nested(pairs: number): string {
	return `${'[{"before":1,"in":'.repeat(pairs)}"end"${',"behind":2}]'.repeat(pairs)}`;
}

describe('depth', () => {
	it('is left as it is up to 100 levels', () => {
		const text = nested(50);
		expect(readJson(text)).toEqual({ value: JSON.parse(text), isCut: false });
	});

	it('is cut off below them, and what stands beside it stays', () => {
		const { value, isCut } = readJson(`{"call_id":"call_1","metadata":${nested(20_000)},"z":[]}`)!;
		expect(isCut).toBe(true);
		expect(value).toMatchObject({ call_id: 'call_1', z: [] });
		const text = JSON.stringify(value);
		expect(text.match(/[[{]/g)).toHaveLength(100 + 2);
		expect(text).toContain('{"before":1,"in":["[nested too deep]"],"behind":2}');
	});

	it('is no matter of how much stands side by side', () => {
		const many = `[${Array(150_000).fill('{"a":[]}').join()}]`;
		expect(readJson(many)).toMatchObject({ isCut: false });
	});
});

it('leaves out a key that some take for a prototype, at any depth', () => {
	const value = parseJson('{"__proto__":{"a":1},"b":[{"__proto__":2,"c":3}]}');
	expect(JSON.stringify(value)).toBe('{"b":[{"c":3}]}');
});

describe('an integer beyond 2^53', () => {
	it.each<[string, unknown]>([
		['9007199254740993', 9007199254740992],
		['[9007199254740993]', ['9007199254740993']],
		['{"a": -9007199254740993 }', { a: '-9007199254740993' }],
		['[1,9007199254740991]', [1, 9007199254740991]],
		['[12345678901234567890.5]', [Number('12345678901234567890.5')]],
		['[12345678901234567890e2,1]', [Number('1234567890123456789000'), 1]],
		['[1e-12345678901234567890]', [0]],
		['["[9007199254740993]",9007199254740993]', ['[9007199254740993]', '9007199254740993']],
		['["\\"",9007199254740993]', ['"', '9007199254740993']],
		['["\\\\",9007199254740993]', ['\\', '9007199254740993']],
		['{":9007199254740993":"\\",9007199254740993"}', { ':9007199254740993': '",9007199254740993' }],
	])('becomes a text with its digits: %s', (text, value) => {
		expect(parseJson(text)).toEqual(value);
	});

	it.each(['[09007199254740993]', '[9007199254740993', '[9007199254740993 1]'])(
		'makes no JSON of what is none: %s',
		(text) => expect(parseJson(text)).toBeUndefined(),
	);

	it('is found in a large text', () => {
		const row = '{"id":9007199254740993,"text":"\\"a\\"","n":[1,2,3]}';
		const rows = parseJson(`[${Array(100_000).fill(row).join()}]`) as unknown[];
		expect(rows.at(-1)).toEqual({ id: '9007199254740993', text: '"a"', n: [1, 2, 3] });
	});
});

it('reads past a byte order mark, and past no other sign', () => {
	expect(parseJson('\ufeff{"a":1}')).toEqual({ a: 1 });
	expect(parseJson('\ufeff\ufeff{"a":1}')).toBeUndefined();
	expect(parseJson('\u200b{"a":1}')).toBeUndefined();
});
