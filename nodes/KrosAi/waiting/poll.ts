import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import { pause } from '../api/pause';
import { lookUpEnds } from './callEnds';
import type { KnownEnds } from './callEnds';

interface PollOptions {
	everySeconds: number;
	/** When to give up, in ms since 1970. */
	deadline: number;
	isCancelled: () => boolean;
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
	{ everySeconds, deadline, isCancelled }: PollOptions,
): Promise<boolean> {
	while (!isCancelled()) {
		const isLast = Date.now() >= deadline;
		// At the end the outcome of each call counts, not whether all are over.
		const verdict = await lookUpEnds(client, batch, ends, { ofEach: isLast });
		if (verdict.all === 'ended') return true;
		if (isLast) return false;
		const next = Math.min(Date.now() + everySeconds * 1000, deadline);
		await pause(next - Date.now(), isCancelled);
	}
	return false;
}
