import type { IExecuteFunctions } from 'n8n-workflow';
import { type Engine, openEngine } from './engine';
import { probe } from './helperNodes';
import { node, to, type WorkflowJson } from './workflow';

/** The harness itself: the parts of n8n around its engine. */
let engine: Engine;
beforeAll(async () => {
	engine = await openEngine({ store: true });
}, 60_000);
afterAll(() => engine.close());

const workflow = (id?: string, nodeId = 'b'): WorkflowJson => ({
	...(id && { id }),
	name: 'Probes',
	nodes: [node('A', 'test.contacts', { rows: [{}] }), { ...node('B', 'test.probe'), id: nodeId }],
	connections: { A: { main: [[to('B')]] } },
});

/** What the node B is told of its execution, and its context, to which each run adds one. */
const look = (context: IExecuteFunctions) => {
	const kept = context.getContext('node') as { runs?: number };
	kept.runs = (kept.runs ?? 0) + 1;
	return {
		establishedAt: context.getExecutionContext()?.establishedAt,
		executionId: context.getExecutionId(),
		mode: context.getMode(),
		runs: kept.runs,
	};
};

describe('a retry of an execution', () => {
	it.each([
		['goes on in the saved data', false, 2],
		['starts again with nothing where n8n was killed', true, 1],
	])('%s, and is of the same lineage', async (_, crashed, runs) => {
		const seen: Array<ReturnType<typeof look>> = [];
		probe.run = async (context) => {
			seen.push(look(context));
			if (seen.length < 3) throw new Error('Failed');
		};
		const failed = await engine.run(workflow(), { mode: 'trigger' });
		const again = await engine.retry(workflow(), failed, { crashed });
		const result = await engine.retry(workflow(), failed, { crashed });

		expect(again.data.resultData.error).toBeDefined();
		expect(result.data.resultData.error).toBeUndefined();
		const [first, second, third] = seen;
		expect(first).toEqual({ ...first, mode: 'trigger', runs: 1 });
		expect(first!.establishedAt).toEqual(expect.any(Number));
		const { establishedAt } = first!;
		expect(second).toEqual({ ...second, establishedAt, mode: 'retry', runs });
		expect(third).toEqual({ ...third, establishedAt, mode: 'retry', runs });
		expect(new Set(seen.map(({ executionId }) => executionId)).size).toBe(3);
		expect(result.data.resultData.runData.A).toHaveLength(1);
	});
});

describe('the deduplication store', () => {
	const known = async (scope: 'node' | 'workflow', flow: WorkflowJson, ...keys: string[]) => {
		let processed: unknown[] = [];
		probe.run = async ({ helpers }) => {
			({ processed } = await helpers.checkProcessedAndRecord(keys, scope, { mode: 'entries' }));
		};
		expect((await engine.run(flow)).data.resultData.error).toBeUndefined();
		return processed;
	};

	it('knows keys by node or by workflow', async () => {
		expect(await known('node', workflow(), 'x', 'y')).toEqual([]);
		expect(await known('node', workflow(), 'y', 'z')).toEqual(['y']);
		expect(await known('node', workflow('test', 'c'), 'x')).toEqual([]);
		expect(await known('workflow', workflow(), 'x')).toEqual([]);
		expect(await known('workflow', workflow('test', 'c'), 'x')).toEqual(['x']);
		expect(await known('workflow', workflow('other'), 'x')).toEqual([]);
		expect(await known('node', workflow('other'), 'x')).toEqual([]);
	});

	it('lets keys go', async () => {
		await known('node', workflow('go'), 'x', 'y');
		probe.run = async ({ helpers }) =>
			await helpers.removeProcessed(['x'], 'node', { mode: 'entries' });
		await engine.run(workflow('go'));
		expect(await known('node', workflow('go'), 'x', 'y')).toEqual(['y']);
	});

	it('loses what another wrote at the same time, as that of n8n does', async () => {
		probe.run = async ({ helpers }) => {
			const record = async (key: string) =>
				await helpers.checkProcessedAndRecord([key], 'node', { mode: 'entries' });
			await Promise.all(['x', 'y'].map(record));
		};
		await engine.run(workflow('race'));
		expect(await known('node', workflow('race'), 'x', 'y')).toEqual(['y']);
	});
});
