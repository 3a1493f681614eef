import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import { pause } from '../util/pause';
import { lookUpEnds } from './completion';
import type { KnownEnds } from './completion';

interface PollOptions {
	everySeconds: number;
	/** How long at most, in ms from the call of the function on. */
	limitMs: number;
	isCancelled: () => boolean;
	/** Told once where a check of the calls takes longer than the time between two, in seconds. */
	onStretched?: (seconds: number) => void;
}

/**
 * Asks KrosAI again and again until every call of the batch is over. What is known then is in `ends`.
 *
 * @returns false where the time ran out, or the execution was cancelled
 */
export async function pollUntilEnded(
	client: Client,
	batch: readonly IDataObject[],
	ends: KnownEnds,
	{ everySeconds, limitMs, isCancelled, onStretched }: PollOptions,
): Promise<boolean> {
	const deadline = performance.now() + limitMs;
	let isStretched = false;
	while (!isCancelled()) {
		const began = performance.now();
		const isLast = began >= deadline;
		// At the end the outcome of each call counts, not whether all are over.
		const verdict = await lookUpEnds(client, batch, ends, { ofEach: isLast, isCancelled });
		if (verdict.all === 'ended') return true;
		if (isLast) return false;
		const seconds = (performance.now() - began) / 1000;
		if (seconds > everySeconds && !isStretched) onStretched?.(seconds);
		isStretched ||= seconds > everySeconds;
		await pause(Math.min(everySeconds * 1000, deadline - performance.now()), isCancelled);
	}
	return false;
}
