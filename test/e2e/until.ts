import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer other than undefined and false, and gives it. */
export async function until<T>(
	what: string,
	ask: () => Promise<T | undefined | false> | T | undefined | false,
	seconds = 20,
): Promise<T> {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined && answer !== false) return answer;
		if (Date.now() > deadline) throw new Error(`Not within ${seconds} s: ${what}`);
		await sleep(50);
	}
}
