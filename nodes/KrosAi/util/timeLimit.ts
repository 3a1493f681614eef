/**
 * Gives what is waited for, or throws once it took too long. n8n's helper has a timeout of its own,
 * but that one starts again with each byte that comes. This one is for the whole.
 *
 * @throws Error with the code ETIMEDOUT
 */
export type TimeLimit = <T>(answer: Promise<T>) => Promise<T>;

/** Those who begin to wait within this share of the time have one timer, which goes off for the last. */
const TOLERANCE = 1 / 100;

/**
 * A timer for each request would take longer than to read its answer, which a long list notices.
 *
 * @param timeoutMs at least this long is waited, and at most a hundredth more
 */
export function createTimeLimit(timeoutMs: number): TimeLimit {
	const toleranceMs = Math.ceil(timeoutMs * TOLERANCE);
	let group: { waiting: Set<(reason: Error) => void>; closesAt: number } | undefined;

	const join = (reject: (reason: Error) => void) => {
		const now = performance.now();
		if (!group || now > group.closesAt) {
			const waiting = new Set<(reason: Error) => void>();
			const message = `no complete answer within ${timeoutMs / 1000} s`;
			AbortSignal.timeout(timeoutMs + toleranceMs).addEventListener('abort', () => {
				for (const giveUp of waiting) {
					giveUp(Object.assign(new Error(message), { code: 'ETIMEDOUT' }));
				}
			});
			group = { waiting, closesAt: now + toleranceMs };
		}
		group.waiting.add(reject);
		return group.waiting;
	};

	return async (answer) =>
		await new Promise((resolve, reject) => {
			const waiting = join(reject);
			answer.then(resolve, reject).finally(() => waiting.delete(reject));
		});
}
