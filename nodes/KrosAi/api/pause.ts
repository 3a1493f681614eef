import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

/** How soon a cancelled execution ends its waiting, in ms. */
const SLICE_MS = 200;

/** Waits so many ms, or until the execution is cancelled. */
export async function pause(ms: number, isCancelled: () => boolean = () => false): Promise<void> {
	for (let left = ms; left > 0 && !isCancelled(); left -= SLICE_MS) {
		await sleep(Math.min(left, SLICE_MS));
	}
}

/** Whether the execution was stopped, in a context of n8n's that can be; a webhook's can't. */
export function cancellationOf(
	context: Partial<Pick<IExecuteFunctions, 'getExecutionCancelSignal'>>,
): () => boolean {
	return () => context.getExecutionCancelSignal?.()?.aborted ?? false;
}
