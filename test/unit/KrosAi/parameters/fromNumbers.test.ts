import { readFromNumbers } from '../../../../nodes/KrosAi/parameters/fromNumbers';
import { collectionOf, refusalOf } from '../../../support/values';

const FROM = '+2348012345678';
const read = (options: object) => readFromNumbers(collectionOf(options), FROM);

it.each([
	[{}, undefined],
	[{ chooseFromNumber: 'closest' }, undefined],
	[{ moreFromNumbers: '' }, { numbers: [FROM], choose: 'inTurn', dailyLimit: null }],
	[{ moreFromNumbers: null }, { numbers: [FROM], choose: 'inTurn', dailyLimit: null }],
	[{ fromNumberDailyLimit: '50' }, { numbers: [FROM], choose: 'inTurn', dailyLimit: 50 }],
	[
		{
			moreFromNumbers: `+1 415 555 0100,${FROM}\n+14155550100;+14155550101`,
			chooseFromNumber: 'closest',
		},
		{ numbers: [FROM, '+14155550100', '+14155550101'], choose: 'closest', dailyLimit: null },
	],
	[
		{ moreFromNumbers: [4155550100], defaultCountry: 'US' },
		{ numbers: [FROM, '+14155550100'], choose: 'inTurn', dailyLimit: null },
	],
])('reads %j', (options, expected) => expect(read(options)).toEqual(expected));

it.each([
	[
		{ moreFromNumbers: '+14155550100, 12' },
		'moreFromNumbers',
		'"12" in entry 2 of More From Numbers is too short for a phone number',
	],
	[
		{ fromNumberDailyLimit: 0 },
		'fromNumberDailyLimit',
		'Most Calls per From Number is 0, which is not a whole number from 1',
	],
	[
		{ chooseFromNumber: 'random' },
		'chooseFromNumber',
		'Choose From Number is "random", which is none of its choices',
	],
])('refuses %j', (options, field, message) => {
	expect(refusalOf(() => read(options))).toMatchObject({ field, message });
});
