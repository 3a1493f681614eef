import type { IDataDeduplicator } from 'n8n-workflow';
import { KeyTable } from './keyTable';

type Context = Parameters<IDataDeduplicator['checkProcessedAndRecord']>[2];

/** n8n's deduplication store for n8n-core alone: a list for each workflow, and for each of its nodes. */
export class Deduplicator implements IDataDeduplicator {
	/** By workflow, and by node where the scope is one. */
	readonly tables = new Map<string, KeyTable>();

	checkProcessedAndRecord: IDataDeduplicator['checkProcessedAndRecord'] = async (
		items,
		scope,
		context,
		options,
	) => await this.table(scope, context).helpers.checkProcessedAndRecord(items, scope, options);

	removeProcessed: IDataDeduplicator['removeProcessed'] = async (items, scope, context, options) =>
		await this.table(scope, context).helpers.removeProcessed(items, scope, options);

	clearAllProcessedItems: IDataDeduplicator['clearAllProcessedItems'] = async (scope, context) => {
		this.table(scope, context).row = [];
	};

	getProcessedDataCount: IDataDeduplicator['getProcessedDataCount'] = async (scope, context) =>
		this.table(scope, context).row.length;

	private table(scope: 'node' | 'workflow', { workflow, node }: Context): KeyTable {
		const key = scope === 'node' ? `${workflow.id} n:${node!.id}` : workflow.id;
		const table = this.tables.get(key) ?? new KeyTable();
		this.tables.set(key, table);
		return table;
	}
}
