import { readLimit } from '../../../../nodes/KrosAi/actions/pagination';
import { itemsOfRun, refusalOf } from '../../../support/values';

const read = (returnAll: unknown, limit: unknown = 50) =>
	readLimit(itemsOfRun()({ returnAll, limit }));

it.each([
	[true, 'x', Infinity],
	['true', 1, Infinity],
	[false, 1, 1],
	['false', '100', 100],
])('with Return All %p and Limit %p gives up to %p', (returnAll, limit, expected) => {
	expect(read(returnAll, limit)).toBe(expected);
});

it.each([
	[0, '0'],
	[-1, '-1'],
	[1.5, '1.5'],
	['many', '"many"'],
	['', 'empty'],
	[' ', 'empty'],
	[true, 'true'],
	[null, 'empty'],
])('refuses the limit %p', (limit, shown) => {
	expect(refusalOf(() => read(false, limit))).toMatchObject({
		code: 'INVALID_PARAMETER',
		field: 'limit',
		value: limit,
		message: `Limit is ${shown}, which is not a number of results`,
	});
});

it('refuses what is neither all nor not', () => {
	expect(refusalOf(() => read('all'))).toMatchObject({
		code: 'INVALID_PARAMETER',
		field: 'returnAll',
		value: 'all',
		message: 'Return All is "all", which is neither true nor false',
	});
});
