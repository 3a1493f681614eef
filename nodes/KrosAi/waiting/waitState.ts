import type { IDataObject, IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/**
 * A waiting execution remembers the input items of the node it waits at, and nothing else: each
 * callback sees them, and they flow on when the time limit passes. So what the callbacks have to know
 * is put there, in a form that is a right output as well.
 */

/**
 * Puts one item for each input item into the waiting execution. They replace the input instead of
 * being written into it: the node before shares its objects.
 */
export function saveWaitState(context: IExecuteFunctions, items: IDataObject[]): void {
	const input = context.getInputData();
	// The whole list: with "Execute Once", n8n gives the node its first item only.
	context.getExecuteData().data.main = [
		items.map((json, index) => ({
			json,
			pairedItem: input[index]?.pairedItem ?? { item: index },
		})),
	];
}

/** What was kept, one for each item of the node's output. */
export function readWaitState(context: IWebhookFunctions): IDataObject[] {
	const kept: unknown = context.evaluateExpression('{{ $input.all().map((item) => item.json) }}');
	// Expressions may give views of n8n's own data.
	return Array.isArray(kept) ? (JSON.parse(JSON.stringify(kept)) as IDataObject[]) : [];
}

/** Whether a kept item stands for a call that is waited for; others are results already. */
export function isAwaited(item: IDataObject): boolean {
	// A skipped contact keeps its row, which may be the result of an earlier wait.
	return item.wait_timed_out === true && item.status !== 'skipped';
}
