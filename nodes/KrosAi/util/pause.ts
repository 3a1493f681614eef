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

/** The part of n8n's context that says when n8n ends the execution, in ms since 1970. */
interface Limited {
	additionalData?: { executionTimeoutTimestamp?: number };
}

/**
 * Whether the execution was stopped, in a context of n8n's that can be (a webhook's can't), or is
 * about to run into its time limit. At the limit n8n keeps nothing of the node that runs, and a retry
 * goes on behind it; so the node ends some seconds before, and says what became of its items.
 */
export function cancellationOf(
	context: Partial<Pick<IExecuteFunctions, 'getExecutionCancelSignal'>>,
): () => boolean {
	const limit = (context as Limited).additionalData?.executionTimeoutTimestamp;
	const leftMs = typeof limit === 'number' ? limit - Date.now() : Infinity;
	const endAt = performance.now() + leftMs - Math.min(10_000, Math.max(1_000, leftMs / 10));
	return () =>
		(context.getExecutionCancelSignal?.()?.aborted ?? false) || performance.now() >= endAt;
}
