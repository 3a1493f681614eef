import { readRetryAfter } from './errors';
import { pause } from '../util/pause';
import type { Exchange, Send } from './types';

/** How much a client bears before it gives up a request that may be sent again. */
export interface Patience {
	/** How often the request is sent at most. */
	tries: number;
	/** No try begins later than so many ms after the first. */
	totalMs: number;
}

/** For a running workflow: outlives a restart of a server or a short outage. */
export const PATIENT: Patience = { tries: 5, totalMs: 60_000 };

/** Where a person looks at the editor, or a sender waits for the answer. */
export const BRISK: Patience = { tries: 2, totalMs: 5_000 };

/** The pause after the first try, in ms; each further one is twice as long as the one before. */
const FIRST_PAUSE_MS = 500;

/**
 * Sends a GET again where nothing is known to be wrong with the request: no answer
 * came, KrosAI has trouble, or asks to come back later. Anything else is sent once whatever happens:
 * rule 1 of the package.
 */
export function retryReads(
	send: Send,
	{ tries, totalMs }: Patience,
	isCancelled: () => boolean,
): Send {
	return async (request, wanted) => {
		const isOver = () => isCancelled() || (wanted?.aborted ?? false);
		const deadline = performance.now() + totalMs;
		for (let sent = 1; ; sent += 1) {
			const exchange = await send(request, wanted);
			if (request.method !== 'GET' || !mayPass(exchange) || sent >= tries) return exchange;
			const pauseMs = pauseAfter(sent, exchange);
			// Not cut short: a request that comes earlier than KrosAI asks is refused again.
			if (performance.now() + pauseMs > deadline) return exchange;
			await pause(pauseMs, isOver);
			if (isOver()) return exchange;
		}
	};
}

/** Whether the same request may fare better in a moment. */
function mayPass(exchange: Exchange): boolean {
	if (exchange.answered) {
		const { status } = exchange;
		// 501: KrosAI will never do it.
		return status === 408 || status === 429 || (status >= 500 && status !== 501);
	}
	return !['notSent', 'tls', 'cancelled'].includes(exchange.reason);
}

/** Up to a quarter longer by chance, so that executions that failed together don't come together. */
function pauseAfter(sent: number, exchange: Exchange): number {
	const backoff = FIRST_PAUSE_MS * 2 ** (sent - 1) * (1 + Math.random() / 4);
	const asked = exchange.answered ? readRetryAfter(exchange) : null;
	return Math.max(backoff, (asked ?? 0) * 1000);
}
