import type {
	IDataObject,
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { createClient } from '../api/client';
import { explainFailed, isScopeMissing, toNodeApiError } from '../api/errors';
import { fetchPage, readCursor } from '../api/paging';
import { BRISK } from '../api/retry';
import type { FailedRequest } from '../api/types';
import { formatInternational } from '../phone/phoneNumber';
import { ENDPOINTS, numberOf, PHONE_NUMBERS } from '../api/lists';
import type { KrosAiList } from '../api/lists';

/** From Number → From List: the organization's own numbers, as "+234 801 234 5678 (NG)". */
export async function searchPhoneNumbers(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchList(this, PHONE_NUMBERS, toNumberItem, filter, paginationToken);
}

/** Phone Number → From List: the same, chosen by its id. */
export async function searchPhoneNumberIds(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchList(this, PHONE_NUMBERS, toNumberIdItem, filter, paginationToken);
}

/** Endpoint → From List: the AI agents, as "Support Agent (elevenlabs)". */
export async function searchEndpoints(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	return await searchList(this, ENDPOINTS, toEndpointItem, filter, paginationToken);
}

/** A search goes on through the pages until it has shown this many entries. */
const ENOUGH = 20;

/** And looks through this many pages at a time: the editor asks for more when one scrolls on. */
const MOST_PAGES = 50;

/** For each request, in ms: a person sits before an open list. */
const TIMEOUT_MS = 10_000;

async function searchList(
	context: ILoadOptionsFunctions,
	{ path, resource, scope }: KrosAiList,
	toItem: (entry: IDataObject) => INodeListSearchItems | undefined,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const client = await createClient(context, { timeoutMs: TIMEOUT_MS, patience: BRISK });
	const results: INodeListSearchItems[] = [];
	let cursor = readCursor(paginationToken);
	let pages = 0;
	do {
		const result = await fetchPage(client, path, resource, cursor);
		if (result.failed) {
			// What was found is shown first; the editor asks on when one comes to its end, and is told then.
			if (result.partOf !== undefined && results.length > 0) break;
			throw toNodeApiError(context.getNode(), {
				...explainFailed(result),
				...advice(result, scope),
			});
		}
		for (const item of result.page.entries.map(toItem)) {
			if (item && matches(item, filter)) results.push(item);
		}
		cursor = result.page.next;
		pages += 1;
	} while (cursor && results.length < ENOUGH && pages < MOST_PAGES);
	return { results, ...(cursor && { paginationToken: JSON.stringify(cursor) }) };
}

/** The value can be had without the list. */
function advice({ failed, partOf }: FailedRequest, scope: string): { description?: string } {
	if (isScopeMissing(failed)) {
		return {
			description: `Give the API key the scope ${scope} in the KrosAI dashboard, or enter the value by hand.`,
		};
	}
	return partOf === undefined
		? {}
		: { description: "Enter a value by hand that the list doesn't show." };
}

/** KrosAI's lists can't be searched by text. A number is found by its digits, however it is typed. */
function matches({ name, value }: INodeListSearchItems, filter = ''): boolean {
	const words = filter.trim().toLowerCase();
	// At home a number begins with 0, abroad with 00: the list has neither.
	const digits = words.replace(/\(0\)|[\s().+-]/g, '').replace(/^0+(?=.)/, '');
	return (
		`${name} ${value}`.toLowerCase().includes(words) ||
		(/^\d+$/.test(digits) && `${String(value)} ${name.replace(/\D/g, '')}`.includes(digits))
	);
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

function toNumberItem(entry: IDataObject): INodeListSearchItems | undefined {
	const value = numberOf(entry);
	if (!value) return undefined;
	const country = text(entry.country);
	const marks = [
		...(entry.allow_outbound === false ? ['outbound calls off'] : []),
		...inactiveMark(entry),
	];
	return { name: label(formatInternational(value), country, marks), value };
}

function toNumberIdItem(entry: IDataObject): INodeListSearchItems | undefined {
	const item = toNumberItem(entry);
	return item && isId(entry.id) ? { ...item, value: entry.id } : undefined;
}

const isId = (value: unknown): value is string | number =>
	typeof value === 'string' || typeof value === 'number';

function toEndpointItem(entry: IDataObject): INodeListSearchItems | undefined {
	const id = entry.id;
	if (!isId(id)) return undefined;
	const provider = (entry.provider_config as IDataObject | null | undefined)?.provider;
	const kind = text(provider) || text(entry.type);
	return { name: label(text(entry.name) || String(id), kind, inactiveMark(entry)), value: id };
}

function inactiveMark({ status }: IDataObject): string[] {
	return typeof status === 'string' && status !== 'active' ? [status] : [];
}

function label(name: string, kind: string, marks: string[]): string {
	return `${name}${kind ? ` (${kind})` : ''}${marks.map((mark) => ` – ${mark}`).join('')}`;
}
