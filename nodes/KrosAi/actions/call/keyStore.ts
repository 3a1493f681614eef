import type { IExecuteFunctions } from 'n8n-workflow';
import type { KeyStore } from '../../dialing/claims';

/** So many keys are remembered; beyond them the oldest are forgotten. Each takes 27 bytes. */
const MOST_KEYS = 100_000;

/**
 * So many are let go in one write. n8n looks through the whole store for each of them, and serves
 * nobody else meanwhile: of a full store 10,000 keys in one go would take half a minute.
 */
export const RELEASED_AT_ONCE = 500;

/**
 * n8n's own deduplication store: a row of its database, which every worker sees and which outlives a
 * crash. One row for the whole workflow: a contact must not be called again because the node was
 * copied, or made anew. Remove Duplicates with that scope writes to the same row, hence the prefix.
 */
export function keyStoreOf({ helpers }: IExecuteFunctions): KeyStore {
	const scope = 'workflow';
	const options = { mode: 'entries' as const, maxEntries: MOST_KEYS };
	const toEntry = (key: string) => `KrosAI call: ${key}`;
	return {
		record: async (keys) => {
			const entries = new Map(keys.map((key) => [toEntry(key), key]));
			const { processed } = await helpers.checkProcessedAndRecord(
				[...entries.keys()],
				scope,
				options,
			);
			return processed.flatMap((entry) => entries.get(String(entry)) ?? []);
		},
		release: async (keys) => {
			for (let start = 0; start < keys.length; start += RELEASED_AT_ONCE) {
				const entries = keys.slice(start, start + RELEASED_AT_ONCE).map(toEntry);
				await helpers.removeProcessed(entries, scope, options);
			}
		},
	};
}
