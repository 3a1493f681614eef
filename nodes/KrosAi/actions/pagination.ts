import type { IDataObject, IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { fetchPages } from '../api/lists';
import type { KrosAiList } from '../api/lists';
import { showGiven } from '../util/quote';
import { asNumber } from '../util/coerce';
import { failedExchange, ItemFailure } from './failure';
import type { Item } from './forEachItem';
import type { OutputItem } from './operation';
import { readSwitch } from './readBoolean';

/** How many entries of a list an operation gives. */
export function manyFields(show: IDisplayOptions['show']): INodeProperties[] {
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
			displayOptions: { show },
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { ...show, returnAll: [false] } },
		},
	];
}

/** @throws ItemFailure where Return All is no switch, or Limit no number of entries */
export function readLimit(item: Item): number {
	if (readSwitch(item, 'returnAll')) return Infinity;
	const value = item.read('limit');
	const limit = asNumber(value);
	if (Number.isInteger(limit) && limit > 0) return limit;
	throw new ItemFailure({
		field: 'limit',
		value,
		message: `Limit is ${showGiven(value)}, which is not a number of results`,
		description: 'Enter a whole number from 1 on, or switch on Return All.',
	});
}

/** The entries of a list of KrosAI's as items; no page is asked for beyond the limit. */
export async function listItems(
	item: Item,
	list: KrosAiList,
	toItem: (entry: IDataObject) => OutputItem,
): Promise<OutputItem[]> {
	const limit = readLimit(item);
	const items: OutputItem[] = [];
	for await (const page of fetchPages(item.client, list)) {
		if ('failed' in page) throw failedExchange(page.failed, page.request);
		for (const entry of page.entries.slice(0, limit - items.length)) items.push(toItem(entry));
		if (items.length >= limit) break;
	}
	return items;
}
