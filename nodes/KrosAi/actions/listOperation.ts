import type { IDataObject } from 'n8n-workflow';
import { failedExchange } from '../api/errors';
import { fetchPages } from '../api/lists';
import type { KrosAiList } from '../api/lists';
import { showFor } from '../descriptions/showFor';
import { forEachItem } from './forEachItem';
import type { Operation, OutputItem } from './operation';
import { withoutErrorKey, withoutSecrets } from './output';
import { paginationFields, readLimit } from './pagination';

interface ListOperation {
	resource: string;
	list: KrosAiList;
	action: string;
	description: string;
	forAgents: string;
	/** Makes an item of an entry, which has neither an `error` key nor secrets any more. */
	toItem?: (entry: IDataObject) => IDataObject;
}

/** Get Many of a list that the editor offers to choose from. No page is asked for beyond the limit. */
export function listOperation({
	resource,
	list,
	action,
	description,
	forAgents,
	toItem = (entry) => entry,
}: ListOperation): Operation {
	return {
		option: { name: 'Get Many', value: 'getAll', action, description },
		forAgents,
		fields: paginationFields(showFor(resource, 'getAll')),
		execute: forEachItem(async ({ client, values }) => {
			const limit = readLimit(values);
			const items: OutputItem[] = [];
			for await (const page of fetchPages(client, list)) {
				if (page.failed) throw failedExchange(page);
				for (const entry of page.entries.slice(0, limit - items.length)) {
					items.push({ json: toItem(withoutErrorKey(withoutSecrets(entry))) });
				}
				if (items.length >= limit) break;
			}
			return items;
		}),
	};
}
