/**
 * Gives what is begun, or ends it: once it took too long, or where the execution is stopped or the
 * caller wants no more of it. n8n's helper has a timeout of its own, but that one starts again with
 * each byte that comes. This one is for the whole.
 *
 * @param begin its signal is aborted where it is ended
 * @param wanted ends it where it is aborted
 * @throws Error with the code ETIMEDOUT or ERR_CANCELED
 */
export type TimeLimit = <T>(
	begin: (signal: AbortSignal) => Promise<T>,
	wanted?: AbortSignal,
) => Promise<T>;

/** Those who begin within this share of the time have one timer, which goes off for the last. */
const TOLERANCE = 1 / 100;

interface UnderWay {
	timer: number;
	end(reason: Error): void;
}

/**
 * A timer for each request would take longer than to read its answer, which a long list notices.
 *
 * @param timeoutMs at least this long is waited, and at most a hundredth more
 * @param stopped of an execution; what begins later is not begun
 */
export function createTimeLimit(timeoutMs: number, stopped?: AbortSignal): TimeLimit {
	const toleranceMs = Math.ceil(timeoutMs * TOLERANCE);
	const underWay = new Set<UnderWay>();
	let timer = 0;
	let closesAt = -Infinity;

	const timerFor = (now: number): number => {
		if (now <= closesAt) return timer;
		const own = (timer += 1);
		closesAt = now + toleranceMs;
		AbortSignal.timeout(timeoutMs + toleranceMs).addEventListener('abort', () => {
			for (const each of underWay) if (each.timer === own) each.end(tooLate(timeoutMs));
		});
		return own;
	};
	// One listener for all: more than ten at one signal would make Node 20 warn of a leak.
	stopped?.addEventListener('abort', () => {
		for (const each of underWay) each.end(cancelled());
	});

	return async (begin, wanted) => {
		if (stopped?.aborted || wanted?.aborted) throw cancelled();
		return await new Promise((resolve, reject) => {
			const controller = new AbortController();
			const end = (reason: Error) => {
				reject(reason);
				controller.abort();
			};
			const own: UnderWay = { timer: timerFor(performance.now()), end };
			const endHere = () => end(cancelled());
			underWay.add(own);
			wanted?.addEventListener('abort', endHere);
			begin(controller.signal)
				.then(resolve, reject)
				.finally(() => {
					underWay.delete(own);
					wanted?.removeEventListener('abort', endHere);
				});
		});
	};
}

const tooLate = (timeoutMs: number) =>
	Object.assign(new Error(`no complete answer within ${timeoutMs / 1000} s`), {
		code: 'ETIMEDOUT',
	});

const cancelled = () =>
	Object.assign(new Error('ended before the answer came'), { code: 'ERR_CANCELED' });
