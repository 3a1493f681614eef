import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 5_000;
const STALE_AFTER_MS = 60_000;

/** Told what is going on, a line at a time, while something slow runs. */
export type OnProgress = (line: string) => void;

/** Where downloads are kept between runs, outside the checkout. The folder may not exist yet. */
export function cacheRoot(): string {
	const { KROSAI_CACHE_DIR, XDG_CACHE_HOME } = process.env;
	return KROSAI_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'n8n-nodes-krosai');
}

/** The text of a file, or undefined where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
	return await readFile(file, 'utf8').catch(() => undefined);
}

/**
 * Runs `work` while no other process works on `dir`. The lock is a folder beside `dir` whose time
 * is renewed as long as its owner lives, so a lock left behind by a killed process is taken over
 * after a minute, also where the owner ran in another container.
 */
export async function withLock<T>(
	dir: string,
	onProgress: OnProgress,
	work: () => Promise<T>,
): Promise<T> {
	const lock = `${dir}.lock`;
	await mkdir(join(dir, '..'), { recursive: true });
	const token = await acquire(lock, onProgress);
	const heartbeat = setInterval(() => {
		utimes(lock, new Date(), new Date()).catch(() => undefined);
	}, HEARTBEAT_MS);
	try {
		return await work();
	} finally {
		clearInterval(heartbeat);
		if ((await readIfThere(join(lock, 'owner'))) === token) {
			await rm(lock, { recursive: true, force: true });
		}
	}
}

async function acquire(lock: string, onProgress: OnProgress): Promise<string> {
	const token = randomUUID();
	for (let attempt = 0; ; attempt++) {
		if (await tryToTake(lock, token)) return token;
		if (attempt % 5 === 0) onProgress(`another run is preparing the same folder, waiting for it`);
		await removeIfStale(lock, token);
		await sleep(1_000);
	}
}

async function tryToTake(lock: string, token: string): Promise<boolean> {
	try {
		await mkdir(lock);
		await writeFile(join(lock, 'owner'), token);
	} catch (error) {
		// There already, or taken away between the two lines. A folder that may not be written to, or
		// a full disk, is not mended by waiting.
		if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
		throw error;
	}
	// Two processes that found the same stale lock may both get here, the slower one having removed
	// the faster one's lock. The process that is still named in it after a moment has it.
	await sleep(100);
	return (await readIfThere(join(lock, 'owner'))) === token;
}

async function removeIfStale(lock: string, token: string): Promise<void> {
	const found = await stat(lock).catch(() => undefined);
	if (!found || Date.now() - found.mtimeMs < STALE_AFTER_MS) return;
	const aside = `${lock}.${token}`;
	await rename(lock, aside).catch(() => undefined);
	await rm(aside, { recursive: true, force: true });
}
