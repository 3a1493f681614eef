import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';
import {
	isAwaited,
	saveWaitState,
	readWaitState,
} from '../../../../nodes/KrosAi/waiting/waitState';

function keep(items: IDataObject[], input: object[]) {
	const before = input.map((item) => ({ json: { row: 1 }, ...item }));
	const executeData = { data: { main: [before] } };
	saveWaitState(
		{ getInputData: () => before, getExecuteData: () => executeData } as never as IExecuteFunctions,
		items,
	);
	return { before, main: executeData.data.main };
}

it('puts the items in the place of the input, and leaves the node before its own', () => {
	const { before, main } = keep([{ call_id: 'a' }, { call_id: 'b' }], [{}, {}]);
	expect(main).toEqual([
		[
			{ json: { call_id: 'a' }, pairedItem: { item: 0 } },
			{ json: { call_id: 'b' }, pairedItem: { item: 1 } },
		],
	]);
	expect(main[0]).not.toBe(before);
	expect(before.map(({ json }) => json)).toEqual([{ row: 1 }, { row: 1 }]);
});

it('keeps the pairing that n8n has given', () => {
	const { main } = keep([{ a: 1 }, { b: 1 }], [{ pairedItem: { item: 7 } }]);
	expect(main[0]!.map((item) => (item as IDataObject).pairedItem)).toEqual([
		{ item: 7 },
		{ item: 1 },
	]);
});

describe('readWaitState', () => {
	const read = (value: unknown) => {
		const asked: string[] = [];
		const evaluateExpression = (expression: string) => (asked.push(expression), value);
		return {
			items: readWaitState({ evaluateExpression } as never as IWebhookFunctions),
			asked,
		};
	};

	it('gives copies of them', () => {
		const kept = [{ call_id: 'a', deep: { b: 1 } }];
		const { items, asked } = read(kept);
		expect(items).toEqual(kept);
		expect(items[0]!.deep).not.toBe(kept[0]!.deep);
		expect(asked).toEqual(['{{ $input.all().map((item) => item.json) }}']);
	});

	it.each([undefined, null, 'text', { 0: 'a' }])('gives none where there are none: %p', (value) =>
		expect(read(value).items).toEqual([]),
	);
});

it.each([
	[{ wait_timed_out: true }, true],
	[{ wait_timed_out: true, status: 'initiated' }, true],
	[{ wait_timed_out: true, status: 'skipped' }, false],
	[{ wait_timed_out: 'true' }, false],
	[{ call_id: 'a' }, false],
])('whether %j stands for a call that is waited for: %s', (item, isIt) =>
	expect(isAwaited(item)).toBe(isIt),
);
