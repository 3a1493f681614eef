import {
	executionIdOf,
	ledgerOf,
	lineageOf,
	runIndexOf,
} from '../../../../../nodes/KrosAi/actions/call/execution';
import { executeContext, type Run } from '../../../../support/n8n';

const credential = { apiKey: 'kros_test_simulator', baseUrl: 'http://127.0.0.1:9' };
const contextOf = (run: Partial<Run> = {}) => executeContext({ credential, items: [], ...run });
const lineage = (run: Partial<Run>) => lineageOf(contextOf(run));

it.each([
	['17', '17'],
	[undefined, undefined],
	['', undefined],
	['__UNKNOWN__', undefined],
])('of the execution id %p takes %p', (executionId, expected) => {
	expect(executionIdOf(contextOf({ executionId }))).toBe(expected);
});

describe('the lineage', () => {
	const establishedAt = 1_764_300_000_000;

	it('is the same in an execution and its retries, where n8n tells when the first began', () => {
		const expected = { id: '1764300000000 workflow 1', since: establishedAt };
		expect(lineage({ executionId: '1', establishedAt })).toEqual({ ...expected, isRetry: false });
		expect(lineage({ executionId: '2', establishedAt, mode: 'retry' })).toEqual({
			...expected,
			isRetry: true,
		});
	});

	it('is another for another node', () => {
		const context = contextOf({ establishedAt });
		const node = { ...context.getNode(), id: '2' };
		expect(lineageOf({ ...context, getNode: () => node }).id).not.toBe(lineageOf(context).id);
		const getWorkflow = () => ({ ...context.getWorkflow(), id: 'another' });
		expect(lineageOf({ ...context, getWorkflow }).id).not.toBe(lineageOf(context).id);
	});

	it('is that of the execution alone where n8n does not tell', () => {
		expect(lineage({ executionId: '2', mode: 'retry' })).toEqual({
			id: '2 workflow 1',
			since: undefined,
			isRetry: true,
		});
		// Older versions tell no time, or that of the retry.
		for (const established of [undefined, { source: 'retry', establishedAt }]) {
			const context = { ...contextOf(), getExecutionContext: () => established };
			expect(lineageOf(context as never)).toEqual({
				id: '1 workflow 1',
				since: undefined,
				isRetry: false,
			});
		}
	});

	it.each([undefined, '__UNKNOWN__'])(
		'is one of its own for each run without an execution: %p',
		(executionId) => {
			const before = Date.now();
			const [first, second] = [1, 2].map(() => lineage({ executionId, establishedAt }));
			expect(first!.id).toMatch(/^[\da-f-]{36}$/);
			expect(first!.id).not.toBe(second!.id);
			expect(first!.since).toBeGreaterThanOrEqual(before);
			expect(first!.isRetry).toBe(false);
		},
	);
});

it('opens the ledger that n8n keeps for this run of the node', () => {
	const nodeContext = {};
	const mode = { stopAtFailure: true, isToolRun: false };
	const inRun = (runIndex: number) => ledgerOf(contextOf({ nodeContext, runIndex }), mode);
	expect(runIndexOf(contextOf({ runIndex: 3 }))).toBe(3);
	inRun(3).recordCall('a', 0, '+14155550110', { call_id: 'call_1' });
	expect(inRun(3).placedCalls()).toHaveLength(1);
	expect(inRun(4).placedCalls()).toEqual([]);
});
