import type { IDataObject } from 'n8n-workflow';
import type { Client } from './client';
import { fetchPage } from './paging';
import type { Cursor } from './paging';
import { PATHS } from './paths';
import type { Fetched } from './types';

/** A list of KrosAI's that the editor offers to choose from. */
export interface KrosAiList {
	path: string;
	/** The name of the entries in the answer's wrapper. */
	resource: string;
	/** The scope of the API key that it needs. */
	scope: string;
	/** The field that it fills, as the editor shows it. */
	label: string;
}

export const PHONE_NUMBERS: KrosAiList = {
	path: PATHS.phoneNumbers,
	resource: 'phone_numbers',
	scope: 'numbers:read',
	label: 'From Number',
};

export const ENDPOINTS: KrosAiList = {
	path: PATHS.endpoints,
	resource: 'endpoints',
	scope: 'endpoints:read',
	label: 'AI Agent (Endpoint)',
};

/** Every entry of a list, page by page; a page that can't be had is the last thing that comes. */
export async function* fetchPages(
	client: Client,
	{ path, resource }: Pick<KrosAiList, 'path' | 'resource'>,
	filters: Record<string, string> = {},
): AsyncGenerator<Fetched<{ entries: IDataObject[] }>> {
	let cursor: Cursor | undefined;
	do {
		const result = await fetchPage(client, path, resource, cursor, filters);
		if (result.failed) {
			yield result;
			return;
		}
		yield { entries: result.page.entries };
		cursor = result.page.next;
	} while (cursor);
}

/** The phone number in an entry: the reference calls it `e164`, the guides `number`. */
export function numberOf({ e164, number, phone_number }: IDataObject): string | undefined {
	return [e164, number, phone_number].find(
		(value): value is string => typeof value === 'string' && value !== '',
	);
}
