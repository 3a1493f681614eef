/**
 * Gives what is begun, or ends it: once it took too long, or where a signal says that it isn't wanted
 * any more. n8n's helper has a timeout of its own, but that one starts again with each byte that
 * comes. This one is for the whole.
 *
 * @param begin its signal is aborted where it is ended
 * @param signals each ends it where it is aborted
 * @throws Error with the code ETIMEDOUT or ERR_CANCELED
 */
export async function withinTime<T>(
	timeoutMs: number,
	begin: (signal: AbortSignal) => Promise<T>,
	...signals: Array<AbortSignal | undefined>
): Promise<T> {
	const limit = AbortSignal.timeout(timeoutMs);
	const all = [limit, ...signals].filter((signal) => signal !== undefined);
	return await new Promise((resolve, reject) => {
		const controller = new AbortController();
		const end = () => {
			reject(limit.aborted ? tooLate(timeoutMs) : cancelled());
			controller.abort();
		};
		if (all.some(({ aborted }) => aborted)) return end();
		for (const signal of all) signal.addEventListener('abort', end);
		begin(controller.signal)
			.then(resolve, reject)
			.finally(() => {
				for (const signal of all) signal.removeEventListener('abort', end);
			});
	});
}

const tooLate = (timeoutMs: number) =>
	Object.assign(new Error(`no complete answer within ${timeoutMs / 1000} s`), {
		code: 'ETIMEDOUT',
	});

const cancelled = () =>
	Object.assign(new Error('ended before the answer came'), { code: 'ERR_CANCELED' });
