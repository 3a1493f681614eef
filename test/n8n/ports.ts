import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports that a system gives to a program that asks for any, and to outgoing connections:
 * between the choice and its use, which may be many seconds, no program gets one of these by chance.
 */
const [FIRST, LAST] = [20_000, 32_767];
const TRIES = 100;

/** A port of 127.0.0.1 that is free now: the wanted one if it is, else any. */
export async function freePort(wanted?: number): Promise<number> {
	let port = wanted;
	for (let tries = 0; tries < TRIES; tries += 1) {
		port ??= randomInt(FIRST, LAST + 1);
		if (await isFree(port)) return port;
		port = undefined;
	}
	throw new Error(`No free port found from ${FIRST} to ${LAST}.`);
}

async function isFree(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});
}
