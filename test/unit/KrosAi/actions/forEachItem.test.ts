import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { ItemFailure } from '../../../../nodes/KrosAi/api/failure';
import { forEachItem, type ItemOperation } from '../../../../nodes/KrosAi/actions/forEachItem';
import { executeContext, type Run } from '../../../support/n8n';

const CONTINUE = { stopAtFailure: false, isToolRun: false };
const STOP = { stopAtFailure: true, isToolRun: false };

function run(items: IDataObject[], operation: ItemOperation, mode = STOP, more: Partial<Run> = {}) {
	const credential = { apiKey: 'kros_test_simulator', baseUrl: 'http://127.0.0.1:9/v1' };
	return forEachItem(operation)(executeContext({ credential, items, ...more }), mode);
}

const THREE = [{ callId: 'a' }, { callId: 'b' }, { callId: 'c' }];
const LOST = new ItemFailure({
	code: 'HTTP_404',
	httpCode: 404,
	field: 'call_id',
	value: 'b',
	message: "KrosAI doesn't know the call",
	description: 'Check the Call ID.',
});
const failingAt =
	(id: string, thrown: unknown): ItemOperation =>
	async ({ values }) => {
		if (values.raw('callId') === id) throw thrown;
		return { json: { id: values.raw('callId') as string } };
	};

it('gives a result for each item, in their order: one item, several or none', async () => {
	const made = { a: { json: { n: 1 } }, b: [{ json: { n: 2 } }, { json: { n: 3 } }], c: [] };
	const results = await run(
		THREE,
		async ({ values }) => made[values.raw('callId') as keyof typeof made],
	);
	expect(results).toEqual([made.a, { items: made.b }, { items: [] }]);
});

it('works on one item after the other', async () => {
	let open = 0;
	await run(THREE, async () => {
		expect((open += 1)).toBe(1);
		await new Promise((done) => setTimeout(done, 5));
		open -= 1;
		return [];
	});
});

it('under Stop ends with the item that failed, and says which', async () => {
	const seen: unknown[] = [];
	const thrown = await run(THREE, async (item) => {
		seen.push(item.values.raw('callId'));
		return await failingAt('b', LOST)(item);
	}).catch((error: unknown) => error);
	expect(thrown).toBeInstanceOf(NodeApiError);
	expect(thrown).toMatchObject({
		message: "KrosAI doesn't know the call",
		description: 'Check the Call ID.',
		httpCode: '404',
		context: { itemIndex: 1, code: 'HTTP_404', field: 'call_id', value: 'b', placed: 'no' },
	});
	expect(seen).toEqual(['a', 'b']);
});

it('under Continue goes on, with the failure in the place of its item', async () => {
	expect(await run(THREE, failingAt('b', LOST), CONTINUE)).toEqual([
		{ json: { id: 'a' } },
		{
			failure: {
				code: 'HTTP_404',
				httpCode: 404,
				field: 'call_id',
				value: 'b',
				message: "KrosAI doesn't know the call",
				description: 'Check the Call ID.',
				placed: 'no',
			},
		},
		{ json: { id: 'c' } },
	]);
});

it('takes an expression that fails for the failure of its item', async () => {
	const broken = () => {
		throw new Error("Cannot read properties of undefined (reading 'id')");
	};
	const items = [{ callId: 'a' }, { callId: broken as never }];
	const results = await run(items, failingAt('', LOST), CONTINUE);
	expect(results[1]).toMatchObject({
		failure: {
			code: 'INVALID_PARAMETER',
			message: expect.stringContaining("(reading 'id')"),
			description: expect.stringContaining('expressions'),
		},
	});
});

it.each([new Error('The disk is full'), 'The disk is full'])(
	'loses no item to an unexpected error: %p',
	async (thrown) => {
		const results = await run(THREE, failingAt('b', thrown), CONTINUE);
		expect(results).toHaveLength(3);
		expect(results[1]).toMatchObject({ failure: { message: 'The disk is full', placed: 'no' } });
		await expect(run(THREE, failingAt('b', thrown))).rejects.toThrow(NodeApiError);
	},
);

describe('when the execution is stopped', () => {
	/** While the first item is worked on. */
	async function runStopped(mode: typeof STOP) {
		const controller = new AbortController();
		const seen: unknown[] = [];
		const operation: ItemOperation = async ({ values }) => {
			seen.push(values.raw('callId'));
			controller.abort();
			return { json: { id: values.raw('callId') as string } };
		};
		const result = run(THREE, operation, mode, { signal: controller.signal });
		await result.catch(() => {});
		expect(seen).toEqual(['a']);
		return result;
	}

	it('under Stop says before which item', async () => {
		const result = runStopped(STOP);
		await expect(result).rejects.toThrow(NodeOperationError);
		await expect(result).rejects.toThrow('stopped before row 2, item 1');
	});

	it('under Continue each item that is left is a failure, and what was done comes out', async () => {
		const left = (item: number) => ({
			failure: expect.objectContaining({
				code: 'STOPPED',
				message: `The execution was stopped before row ${item + 1}, item ${item}`,
				placed: 'no',
			}),
		});
		expect(await runStopped(CONTINUE)).toEqual([{ json: { id: 'a' } }, left(1), left(2)]);
	});
});
