import { createHash } from 'node:crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { KeyStore } from '../../nodes/KrosAi/dialing/onceKeys';

type Helpers = Pick<IExecuteFunctions['helpers'], 'checkProcessedAndRecord' | 'removeProcessed'>;

/**
 * n8n's deduplication store in mode "entries", as its DeduplicationHelper does it: one list of hashes,
 * read as a whole and written as a whole, without a lock. The real one is met in test/e2e.
 */
export class KeyTable implements KeyStore {
	/** What is stored, oldest first. */
	row: string[] = [];
	reads = 0;
	writes = 0;
	/** Set, the store can't be used. */
	fault: Error | undefined;

	readonly helpers: Helpers = {
		checkProcessedAndRecord: async (items, _scope, { maxEntries }) => {
			const stored = await this.read();
			const known = new Set(stored);
			const result = { new: [] as typeof items, processed: [] as typeof items };
			for (const item of items) {
				const hash = hashOf(item);
				if (known.has(hash)) result.processed.push(item);
				else {
					result.new.push(item);
					stored.push(hash);
				}
			}
			if (maxEntries) stored.splice(0, stored.length - maxEntries);
			await this.write(stored);
			return result;
		},
		removeProcessed: async (items) => {
			const hashes = new Set(items.map(hashOf));
			await this.write((await this.read()).filter((hash) => !hashes.has(hash)));
		},
	};

	async record(keys: string[]): Promise<string[]> {
		const { processed } = await this.helpers.checkProcessedAndRecord(keys, 'workflow', {
			mode: 'entries',
		});
		return processed.map(String);
	}

	async release(keys: string[]): Promise<void> {
		await this.helpers.removeProcessed(keys, 'workflow', { mode: 'entries' });
	}

	private async read(): Promise<string[]> {
		if (this.fault) throw this.fault;
		this.reads += 1;
		await new Promise((resolve) => setImmediate(resolve));
		return [...this.row];
	}

	private async write(row: string[]): Promise<void> {
		this.writes += 1;
		await new Promise((resolve) => setImmediate(resolve));
		this.row = row;
	}
}

function hashOf(value: { toString(): string }): string {
	return createHash('md5').update(value.toString()).digest('base64');
}
