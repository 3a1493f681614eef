import type { IExecuteFunctions } from 'n8n-workflow';
import type { KeyStore } from '../../dialing/onceKeys';
import { oneAtATime } from '../../util/oneAtATime';

/**
 * So many are let go in one write. n8n looks through the whole store for each of them, and serves
 * nothing else meanwhile: of a full store 10,000 keys in one go would take half a minute.
 */
const RELEASED_AT_ONCE = 500;

/** A list in n8n's deduplication store. */
interface List {
	scope: 'node' | 'workflow';
	/** Beyond so many entries, the oldest are forgotten. Each takes 27 bytes. */
	maxEntries: number;
	prefix: string;
}

/** Contacts of all executions of this node, and of their retries. */
const MEMORY: List = { scope: 'node', maxEntries: 20_000, prefix: '' };

/**
 * One list for the whole workflow: a contact must not be called again because the node was copied, or
 * made anew. Remove Duplicates with that scope writes to the same list, hence the prefix.
 */
const KEYS: List = { scope: 'workflow', maxEntries: 100_000, prefix: 'KrosAI call: ' };

/** Who is about to be called, whatever becomes of this execution. */
export function memoryOf(context: IExecuteFunctions): KeyStore {
	return openList(context, MEMORY);
}

/** The keys of Skip Already Called (Key). */
export function keyStoreOf(context: IExecuteFunctions): KeyStore {
	return openList(context, KEYS);
}

/**
 * n8n's own deduplication store: a row of its database for each list, which every worker sees and
 * which outlives a crash. n8n reads the row and writes it without a lock, so that of two writes at
 * once one is lost: within this process they take turns.
 */
function openList(context: IExecuteFunctions, { scope, maxEntries, prefix }: List): KeyStore {
	const { helpers } = context;
	const options = { mode: 'entries' as const, maxEntries };
	const toEntry = (key: string) => prefix + key;
	const { id } = context.getWorkflow();
	const list = `${scope} ${id} ${scope === 'node' ? context.getNode().id : ''}`;
	return {
		record: async (keys) => {
			const entries = new Map(keys.map((key) => [toEntry(key), key]));
			const { processed } = await oneAtATime(
				list,
				async () => await helpers.checkProcessedAndRecord([...entries.keys()], scope, options),
			);
			return processed.flatMap((entry) => entries.get(String(entry)) ?? []);
		},
		release: async (keys) => {
			for (let start = 0; start < keys.length; start += RELEASED_AT_ONCE) {
				const entries = keys.slice(start, start + RELEASED_AT_ONCE).map(toEntry);
				await oneAtATime(list, async () => await helpers.removeProcessed(entries, scope, options));
			}
		},
	};
}
