import { chooseFromNumber } from '../../../../nodes/KrosAi/dialing/fromNumber';
import type { FromNumbers } from '../../../../nodes/KrosAi/parameters/fromNumbers';
import type { CallCount, CallHistory } from '../../../../nodes/KrosAi/rules/callCount';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const HOUR = 3_600_000;
const LAGOS = '+2348012345678';
const US_415 = '+14155550100';
const US_212 = '+12125550100';
const UK = '+442079460100';
const ALL: FromNumbers['numbers'] = [LAGOS, US_415, US_212, UK];

/** Calls of so many hours ago, by number. */
const history = (calls: Record<string, number[] | Partial<CallCount>>): CallHistory => ({
	callsTo: () => ({ times: [], unclear: [], underWay: 0 }),
	callsFrom: (number) => {
		const own = calls[number] ?? [];
		const times = Array.isArray(own) ? own.map((hours) => NOW - hours * HOUR) : [];
		return { times, unclear: [], underWay: 0, ...(!Array.isArray(own) && own) };
	},
	obstacleSince: () => undefined,
});

const choose = (
	from: Partial<FromNumbers>,
	toNumber: string,
	before: { own?: string; last?: string } = {},
	calls: Parameters<typeof history>[0] = {},
) => {
	const all: FromNumbers = { numbers: ALL, choose: 'inTurn', dailyLimit: null, ...from };
	const choice = chooseFromNumber(all, toNumber, before, { history: history(calls), now: NOW });
	return choice.state === 'chosen' ? choice.number : choice;
};

const TO_415 = '+14155550123';
const TO_646 = '+16465550123';
const CLOSEST = { choose: 'closest' } as const;

it.each<[string, Partial<FromNumbers>, string, object, object | undefined, unknown]>([
	['In Turn: From Number first', {}, TO_415, {}, undefined, LAGOS],
	['In Turn: the next', {}, TO_415, { last: US_415 }, undefined, US_212],
	['In Turn: the first after the last', {}, TO_415, { last: UK }, undefined, LAGOS],
	['In Turn: the first after one of another list', {}, TO_415, { last: TO_646 }, undefined, LAGOS],
	['In Turn: its own in a retry', {}, TO_415, { last: US_415, own: UK }, undefined, UK],
	['In Turn: no longer its own, if taken out', {}, TO_415, { own: TO_646 }, undefined, LAGOS],
	['Closest: the longest prefix', CLOSEST, TO_415, {}, undefined, US_415],
	['Closest: the first of those alike', CLOSEST, TO_646, {}, undefined, US_415],
	['Closest: the country, not the digits', CLOSEST, '+4930123456', {}, undefined, LAGOS],
	['Closest: Canada is not the US', CLOSEST, '+14165550123', {}, undefined, LAGOS],
	['Closest: no country', CLOSEST, '+80012345678', {}, undefined, LAGOS],
	['a limit: the next with room', { dailyLimit: 1 }, TO_415, {}, { [LAGOS]: [1] }, US_415],
	['a limit: none left 24 hours ago', { dailyLimit: 1 }, TO_415, {}, { [LAGOS]: [24] }, LAGOS],
	[
		'Closest with a limit: another of the country, then From Number',
		{ ...CLOSEST, dailyLimit: 1 },
		TO_415,
		{},
		{ [US_415]: [1], [US_212]: [2] },
		LAGOS,
	],
	[
		'its own in a retry, used up meanwhile',
		{ dailyLimit: 1 },
		TO_415,
		{ own: UK, last: UK },
		{ [UK]: [1] },
		LAGOS,
	],
	[
		'all used up: until the first has room',
		{ numbers: [LAGOS, UK], dailyLimit: 2 },
		TO_415,
		{},
		{ [LAGOS]: [20, 1], [UK]: [23, 22, 3] },
		{ state: 'full', until: NOW + 2 * HOUR },
	],
	[
		'all used up but for those under way',
		{ numbers: [LAGOS, UK], dailyLimit: 1 },
		TO_415,
		{},
		{ [LAGOS]: [1], [UK]: { underWay: 1 } },
		{ state: 'wait' },
	],
	[
		'calls that may be from any number',
		{ numbers: [LAGOS], dailyLimit: 1 },
		TO_415,
		{},
		{ [LAGOS]: { unclear: [Infinity] } },
		{ state: 'unclear' },
	],
])('%s', (_, from, toNumber, before, calls, expected) => {
	expect(choose(from, toNumber, before, calls as never)).toEqual(expected);
});
