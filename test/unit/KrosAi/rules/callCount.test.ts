import {
	countIn,
	DAY_MS,
	HOUR_MS,
	NOT_READ,
	roomFor,
	UNCLEAR,
} from '../../../../nodes/KrosAi/rules/callCount';

const WINDOW = 100;
const NOW = 1_000;
const count = (times: number[], more: { unclear?: number[]; underWay?: number } = {}) => ({
	times,
	unclear: [],
	underWay: 0,
	...more,
});
const room = (calls: ReturnType<typeof count>, most: number) =>
	roomFor(calls, { most, windowMs: WINDOW }, NOW);

it.each<[string, ReturnType<typeof count>, number, object]>([
	['no call', count([]), 1, { state: 'free' }],
	['a call that has just left the window', count([900]), 1, { state: 'free' }],
	['a call that leaves it next', count([901]), 1, { state: 'full', until: 1001 }],
	['one of two', count([950]), 2, { state: 'free' }],
	['two of two', count([910, 950]), 2, { state: 'full', until: 1010 }],
	['three of two: two have to leave', count([910, 950, 990]), 2, { state: 'full', until: 1050 }],
	['calls of before and one in the window', count([1, 2, 3, 950]), 2, { state: 'free' }],
	['one that is under way', count([], { underWay: 1 }), 1, { state: 'wait' }],
	['one under way beside one', count([950], { underWay: 1 }), 2, { state: 'wait' }],
	['one under way of three', count([950], { underWay: 1 }), 3, { state: 'free' }],
	['full, whatever is under way', count([950], { underWay: 1 }), 1, { state: 'full', until: 1050 }],
	['one that can be of any time', count([], { unclear: [Infinity] }), 1, { state: 'unclear' }],
	['one of another window', count([], { unclear: [900] }), 1, { state: 'free' }],
	['one unclear beside one', count([950], { unclear: [901] }), 2, { state: 'unclear' }],
	['one unclear of three', count([950], { unclear: [901] }), 3, { state: 'free' }],
	[
		'one unclear and one under way of three',
		count([950], { unclear: [901], underWay: 1 }),
		3,
		{ state: 'wait' },
	],
])('%s', (_, calls, most, expected) => expect(room(calls, most)).toEqual(expected));

it('counts the calls of a window', () => {
	expect(countIn(count([1, 900, 901, 950]), WINDOW, NOW)).toBe(2);
	expect(countIn(count([1, 900, 901]), WINDOW, NOW)).toBe(1);
	expect([HOUR_MS, DAY_MS]).toEqual([3_600_000, 86_400_000]);
});

it.each([NOT_READ, UNCLEAR])('a log says why it does not tell, and what to do', (obstacle) => {
	expect(obstacle).toEqual({
		reason: expect.stringMatching(/^it \w+/),
		description: expect.stringMatching(/^[A-Z].*\.$/),
	});
});
