import { readTurns } from '../../../../nodes/KrosAi/calls/transcript';

it('reads the turns as KrosAI writes them', () => {
	expect(readTurns('[Agent]: Hello, how can I help?\n[Caller]: I need support')).toEqual([
		{ speaker: 'Agent', text: 'Hello, how can I help?' },
		{ speaker: 'Caller', text: 'I need support' },
	]);
});

it('leaves a turn of several lines whole, with brackets in it', () => {
	expect(
		readTurns('[Agent]: One\ntwo [Caller]: three\n\nfour\r\n[Caller]: [laughs]: five'),
	).toEqual([
		{ speaker: 'Agent', text: 'One\ntwo [Caller]: three\n\nfour' },
		{ speaker: 'Caller', text: '[laughs]: five' },
	]);
});

it('keeps a turn in which nothing was said, and one whose label is another', () => {
	expect(readTurns('[Agent]:\n[ Caller 2 ]: Yes\n')).toEqual([
		{ speaker: 'Agent', text: '' },
		{ speaker: 'Caller 2', text: 'Yes' },
	]);
});

it('loses nothing that has no label', () => {
	expect(readTurns('Hello, ...\n[Agent]: Hi')).toEqual([
		{ speaker: null, text: 'Hello, ...' },
		{ speaker: 'Agent', text: 'Hi' },
	]);
	expect(readTurns('Hello, ...')).toEqual([{ speaker: null, text: 'Hello, ...' }]);
});

it.each([undefined, null, '', ' \n', 7, {}, ['[Agent]: Hi']])('has no turns for %p', (value) => {
	expect(readTurns(value)).toEqual([]);
});
