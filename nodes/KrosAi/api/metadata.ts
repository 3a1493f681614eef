import type { IDataObject } from 'n8n-workflow';
import { isObject, readJson, textOf } from '../util/json';

/**
 * A call's metadata as KrosAI's answers and deliveries hold it. An object by the documents; a text that
 * holds one in JSON, and rows of `key` and `value`, are read as well.
 *
 * @returns `unread`: what is there and none of these, so that it can be kept under another name
 */
export function readMetadata(value: unknown): { metadata: IDataObject; unread?: unknown } {
	const read = typeof value === 'string' ? readText(value) : value;
	if (isObject(read)) return { metadata: read };
	const isNone = read === undefined || read === null || (Array.isArray(read) && read.length === 0);
	if (isNone) return { metadata: {} };
	const rows = Array.isArray(read) ? readRows(read) : undefined;
	return rows ? { metadata: rows } : { metadata: {}, unread: value };
}

/** What a text says in JSON, also where that is such a text again; else the text. */
function readText(text: string): unknown {
	if (text.trim() === '') return undefined;
	const json = readJson(text);
	const read = typeof json?.value === 'string' ? readJson(json.value) : json;
	return read && !read.isCut ? read.value : text;
}

function readRows(rows: unknown[]): IDataObject | undefined {
	const entries = new Map<string, IDataObject[string]>();
	for (const row of rows) {
		const key = isObject(row) && 'value' in row ? textOf(row.key) : undefined;
		if (key === undefined || key === '__proto__' || entries.has(key)) return undefined;
		entries.set(key, (row as IDataObject).value);
	}
	return Object.fromEntries(entries);
}
