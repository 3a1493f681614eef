import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { failedExchange } from '../api/errors';
import { fetchPages } from '../api/lists';
import type { KrosAiList } from '../api/lists';
import { showFor } from '../descriptions/showFor';
import { forEachItem } from './forEachItem';
import type { Values } from '../parameters/reader';
import { idOf } from '../util/json';
import type { Operation, OutputItem } from './operation';
import { asItem } from './output';
import { paginationFields, readLimit } from './pagination';

interface ListOperation {
	resource: string;
	list: Pick<KrosAiList, 'path' | 'resource'>;
	action: string;
	description: string;
	forAgents: string;
	/** Beside Return All and Limit. */
	fields?: INodeProperties[];
	/** What KrosAI is asked to filter by. */
	toQuery?: (values: Values) => Record<string, string>;
	/** Makes an item of an entry; undefined where it isn't one that is asked for. */
	toItem?: (entry: IDataObject, values: Values) => IDataObject | undefined;
}

/** Get Many of a list, each entry once. No page is asked for beyond the limit. */
export function listOperation({
	resource,
	list,
	action,
	description,
	forAgents,
	fields = [],
	toQuery = () => ({}),
	toItem = asItem,
}: ListOperation): Operation {
	return {
		option: { name: 'Get Many', value: 'getAll', action, description },
		forAgents,
		fields: [...paginationFields(showFor(resource, 'getAll')), ...fields],
		execute: forEachItem(async ({ client, values }) => {
			const limit = readLimit(values);
			const items: OutputItem[] = [];
			// Where a list grows meanwhile, entries move on to the next page and come again.
			const seen = new Set<string>();
			for await (const page of fetchPages(client, list, toQuery(values))) {
				if (page.failed) throw failedExchange(page);
				for (const entry of page.entries) {
					const id = idOf(entry.id);
					const json = id !== undefined && seen.has(id) ? undefined : toItem(entry, values);
					if (id !== undefined) seen.add(id);
					if (json && items.length < limit) items.push({ json });
				}
				if (items.length >= limit) break;
			}
			return items;
		}),
	};
}
