import { asBoolean, asNumber } from '../../../../nodes/KrosAi/util/coerce';

it.each<[unknown, number]>([
	[10, 10],
	['10', 10],
	[' 1.5 ', 1.5],
	['1e2', 100],
	[-0.5, -0.5],
	[Infinity, Infinity],
])('takes %p for a number', (value, number) => {
	expect(asNumber(value)).toBe(number);
});

it.each(['', ' ', 'ten', '10 s', null, undefined, true, false, [], [10], {}, NaN])(
	'takes %p for none, whatever JavaScript makes of it',
	(value) => {
		expect(asNumber(value)).toBeNaN();
	},
);

it.each<[unknown, boolean | undefined]>([
	[true, true],
	['true', true],
	[' TRUE ', true],
	[false, false],
	['false', false],
	['False\n', false],
	['yes', undefined],
	['', undefined],
	[1, undefined],
	[0, undefined],
	[null, undefined],
	[undefined, undefined],
	[['true'], undefined],
])('takes %p for %p', (value, isOn) => {
	expect(asBoolean(value)).toBe(isOn);
});
