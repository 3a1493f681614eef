/** The last in each line, while there is one. */
const lines = new Map<unknown, Promise<unknown>>();

/**
 * Runs one after the other, within this process, what stands in the same line.
 *
 * @param line what the line is for: the same value or object
 */
export async function oneAtATime<T>(line: unknown, run: () => Promise<T>): Promise<T> {
	const before = lines.get(line);
	const turn = (async () => {
		// What became of the one before is its caller's affair.
		await before?.catch(() => {});
		return await run();
	})();
	lines.set(line, turn);
	try {
		return await turn;
	} finally {
		if (lines.get(line) === turn) lines.delete(line);
	}
}
