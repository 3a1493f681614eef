import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { parameterReader } from '../../../../nodes/KrosAi/parameters/reader';
import { NODE } from '../../../support/n8n';

/** A reader for parameters as they are stored, and which of them it has n8n evaluate. */
function open(parameters: IDataObject) {
	const asked: Array<[string, number]> = [];
	const read = parameterReader({
		getNode: () => ({ ...NODE, parameters }),
		getNodeParameter: (name: string, itemIndex: number) => {
			asked.push([name, itemIndex]);
			return `${name} of ${itemIndex}`;
		},
	} as unknown as IExecuteFunctions);
	return { read, asked };
}

it.each([
	['a text', 'ep_abc123'],
	['a number', 600],
	['a list', { __rl: true, mode: 'id', value: 'ep_abc123' }],
	['nothing', null],
])('asks n8n once for %s without an expression', (_, stored) => {
	const { read, asked } = open({ name: stored });
	expect([0, 1, 2].map((item) => read('name', item))).toEqual(Array(3).fill('name of 0'));
	expect(asked).toEqual([['name', 0]]);
});

it.each([
	['an expression', '={{ $json.phone }}'],
	['a list with one', { __rl: true, mode: 'id', value: '={{ $json.agent }}' }],
	[
		'rows with one',
		{
			entry: [
				{ key: 'id', value: 'fixed' },
				{ key: 'id', value: '={{ $json.id }}' },
			],
		},
	],
	['what is not stored', undefined],
])('asks n8n for each item about %s', (_, stored) => {
	const { read } = open({ name: stored });
	expect([0, 1].map((item) => read('name.entry', item))).toEqual([
		'name.entry of 0',
		'name.entry of 1',
	]);
});
