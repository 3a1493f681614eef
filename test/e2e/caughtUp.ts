import { get } from 'node:http';

import type { Simulator } from '../../simulator';

/**
 * Resolves when a simulator has read all that was sent to it before. It lives in the tests' own
 * process: what arrives while that is held up is read, and recorded, only afterwards.
 */
export async function caughtUp({ origin }: Simulator): Promise<void> {
	await new Promise<void>((resolve, reject) => {
		// A connection of its own comes after those that wait already.
		get(origin, { agent: false }, (response) => {
			response.on('end', resolve).on('error', reject).resume();
		}).on('error', reject);
	});
}
