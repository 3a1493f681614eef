import { setTimeout as sleep } from 'node:timers/promises';

const DAY_MS = 24 * 60 * 60_000;

/** Waits for the next day (UTC) where this one ends sooner than what is to come on it. */
export async function farFromMidnight(seconds: number): Promise<void> {
	const left = DAY_MS - (Date.now() % DAY_MS);
	// A timer may go off a moment early.
	if (left < seconds * 1000) await sleep(left + 100);
}
