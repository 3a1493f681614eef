import { show, showGiven } from '../../../../nodes/KrosAi/util/quote';

describe('show', () => {
	it.each<[unknown, string]>([
		['text', 'text'],
		[' on\n two\tlines ', 'on two lines'],
		[7, '7'],
		[{ a: [1] }, '{"a":[1]}'],
		[undefined, ''],
	])('puts %j on one line', (value, shown) => {
		expect(show(value)).toBe(shown);
	});

	it('cuts off what is longer than it may be', () => {
		expect(show('x'.repeat(200))).toBe('x'.repeat(200));
		expect(show('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
		expect(show('abc', 2)).toBe('ab…');
	});
});

it.each<[unknown, string]>([
	[undefined, 'empty'],
	[null, 'empty'],
	['', 'empty'],
	[' \n', 'empty'],
	['10', '"10"'],
	[10, '10'],
	[0, '0'],
	[NaN, 'NaN'],
	[true, 'true'],
	[['a'], '["a"]'],
	['x'.repeat(201), `"${'x'.repeat(200)}…"`],
])('tells apart what a field may be given: %j is %s', (value, shown) => {
	expect(showGiven(value)).toBe(shown);
});
