import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { toFailure } from '../api/failure';
import { wordsOf } from '../util/json';
import { forModel } from './forModel';
import { toFailedItem } from './operation';
import type { Execute, OutputItem, Results, RunMode } from './operation';
import { RESOURCES } from './resources';

/**
 * Runs what the editor's Resource and Operation say, and turns its results into items, in the order
 * of the input items that they were made from, and paired with them.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isTool = isToolRun(this);
	const results = await guard(this, {
		stopAtFailure: !this.continueOnFail() && !isTool,
		isToolRun: isTool,
	});
	return [
		results.flatMap((result, item) =>
			toItems(result, isTool).map((made) => ({ ...made, pairedItem: { item } })),
		),
	];
}

function executeOf(context: IExecuteFunctions): Execute {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const execute = RESOURCES.find(({ value }) => value === resource)?.operations.get(name);
	if (execute) return execute;
	const message = `KrosAI has no operation "${name}" for "${resource}"`;
	throw new NodeOperationError(context.getNode(), message, {
		description: 'Choose a Resource and an Operation from the lists.',
	});
}

/**
 * Runs the operation. Where it throws although a failure should not stop the workflow, each item comes
 * out as failed: n8n would hand on the rows as if all had gone well.
 */
async function guard(context: IExecuteFunctions, mode: RunMode): Promise<Results[]> {
	const run = async () => await executeOf(context)(context, mode);
	if (mode.stopAtFailure) return await run();
	try {
		return await run();
	} catch (thrown) {
		const failure = toFailure({
			code: 'INTERNAL',
			message: `The node failed: ${wordsOf(thrown)}`,
			description:
				"Look for the contact's number in KrosAI's call log before you call again: it may have been called.",
			placed: 'unknown' as const,
		});
		return context.getInputData().map(() => ({ failure }));
	}
}

function toItems(result: Results, isTool: boolean): OutputItem[] {
	if (result.items) return result.items;
	if (!result.failure) return [result];
	return [{ json: toFailedItem(isTool ? forModel(result.failure) : result.failure) }];
}

/**
 * Whether an AI agent is calling. Its tries are no retries of n8n's, and what the node throws reaches
 * the model as bare words, without `placed`. Agents of version 3 run the node as if it were one of
 * the workflow's (seen in n8n 2.41): there, and in older versions of n8n, only the type shows it.
 */
function isToolRun(context: IExecuteFunctions): boolean {
	return context.isToolExecution?.() === true || context.getNode().type.endsWith('Tool');
}
