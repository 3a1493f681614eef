import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readerFor, Values } from '../../../../nodes/KrosAi/parameters/reader';
import { NODE } from '../../../support/n8n';
import { collectionOf, itemsOfRun, refusalOf } from '../../../support/values';

/** A reader for parameters as they are stored, and which of them it has n8n evaluate. */
function open(parameters: IDataObject) {
	const asked: Array<[string, number]> = [];
	const valuesAt = readerFor({
		getNode: () => ({ ...NODE, parameters }),
		getNodeParameter: (name: string, itemIndex: number) => {
			asked.push([name, itemIndex]);
			return `${name} of ${itemIndex}`;
		},
	} as unknown as IExecuteFunctions);
	return { read: (name: string, item: number) => valuesAt(item).raw(name), asked };
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

it('asks n8n once for each item, also where a value is used twice', () => {
	let evaluations = 0;
	const values = readerFor({
		getNode: () => ({ ...NODE, parameters: { toNumber: '={{ Math.random() }}' } }),
		getNodeParameter: () => (evaluations += 1),
	} as unknown as IExecuteFunctions)(0);
	expect([values.raw('toNumber'), values.raw('toNumber')]).toEqual([1, 1]);
});

it.each([
	[' del_1 ', 'del_1', 'del_1'],
	[7, '7', '7'],
	['', /^Delivery ID is empty$/, undefined],
	[null, /^Delivery ID is empty$/, undefined],
	['..', /^"\.\." in Delivery ID is no ID$/, '..'],
	[{ id: 1 }, /^Delivery ID is empty$/, /^Delivery ID is .* which is no text$/],
])('reads %j as an ID and as a text', (given, id, text) => {
	const values = itemsOfRun()({ deliveryId: given });
	for (const [read, expected] of [
		[() => values.id('deliveryId', 'Put one in.'), id],
		[() => values.text('deliveryId'), text],
	] as const) {
		if (expected instanceof RegExp) expect(refusalOf(read).message).toMatch(expected);
		else expect(read()).toBe(expected);
	}
});

describe('what is refused', () => {
	const ITEM = { limit: 'x', toNumber: 'x', simplify: 'x', options: { numberCheck: 'x' } };
	const values = itemsOfRun()(ITEM);
	const NO_NUMBER = { accepts: () => true, why: 'which is wrong', remedy: 'Mend it.' };

	it.each([
		['number', () => values.number('limit', NO_NUMBER), 'limit', 'Limit is "x", which is wrong'],
		['phone', () => values.phone('toNumber'), 'to_number', '"x" in To Number has letters in it'],
		['boolean', () => values.boolean('simplify'), 'simplify', 'Simplify is "x", which is neither'],
		[
			'choice',
			() => values.in('options').choice('numberCheck', ['strict', 'possible'], 'strict'),
			'numberCheck',
			'Number Check is "x", which is none of its choices',
		],
	])('as %s has its field, value and label', (_, read, field, message) => {
		expect(refusalOf(read)).toMatchObject({
			field,
			value: 'x',
			message: expect.stringContaining(message),
			description: expect.any(String),
		});
	});

	it.each([new Error('Node is unexecuted'), 'Node is unexecuted'])(
		'because its expression fails has n8n’s words: %p',
		(thrown) => {
			const get = () => {
				throw thrown;
			};
			expect(refusalOf(() => new Values(get).raw('metadata.entry'))).toEqual({
				code: 'INVALID_PARAMETER',
				httpCode: null,
				field: null,
				value: null,
				message: "Metadata can't be read for this item: Node is unexecuted",
				description: 'Check the expressions in Metadata.',
			});
		},
	);

	it('in a collection has its name before the field where that is asked for', () => {
		const rules = itemsOfRun()({ callingRules: { consent: 1 } }).in(
			'callingRules',
			'callingRules.',
		);
		expect(rules.invalid('consent', 'It is so', 'Do that.').failure).toMatchObject({
			field: 'callingRules.consent',
			value: 1,
		});
	});
});

it('tells a member that gives nothing from one that was not added', () => {
	const options = collectionOf({ added: undefined });
	expect([options.has('added'), options.has('other'), options.has('toString')]).toEqual([
		true,
		false,
		false,
	]);
	expect(options.raw('other')).toBeUndefined();
});

it.each<[unknown, unknown[]]>([
	[null, []],
	[' ', []],
	['a, b;c\nd', ['a', ' b', 'c', 'd']],
	['["a", "", 1]', ['a', 1]],
	[['a', null, ' '], ['a']],
	[7, [7]],
])('the entries of %j are %j', (value, entries) => {
	expect(itemsOfRun()({ list: value }).list('list')).toEqual(entries);
});

it.each([
	['fromNumber', true],
	['endpointId', true],
	['toNumber', false],
])('has n8n give what is chosen in a list, and nothing else: %s', (name, extractValue) => {
	const asked: unknown[] = [];
	const context = {
		getNode: () => NODE,
		getNodeParameter: (...given: unknown[]) => asked.push(given),
	} as unknown as IExecuteFunctions;
	readerFor(context)(3).raw(name);
	expect(asked).toEqual([[name, 3, null, { extractValue }]]);
});
