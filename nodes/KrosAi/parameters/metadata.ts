import type { IDataObject } from 'n8n-workflow';
import type { ItemFailure } from '../api/failure';
import { isEmpty, isRounded } from '../util/coerce';
import { isObject } from '../util/json';
import { whereJsonBreaks } from '../util/jsonBreak';
import { show } from '../util/quote';
import type { Values } from './reader';

/**
 * What KrosAI attaches to a call: rows of key and value, or a JSON object, as the user has chosen.
 *
 * @throws ItemFailure that names what can't be sent
 */
export function readMetadata(values: Values): IDataObject | undefined {
	const way = values.raw('specifyMetadata');
	if (way === 'json') return readMetadataJson(values);
	if (way === 'keyValue') return readMetadataRows(values);
	// By expression it can be anything, and to guess would leave out what was written the other way.
	throw values.unlike(
		'specifyMetadata',
		'which is no way to write metadata',
		'Choose a way from the list, or give keyValue or json by the expression.',
	);
}

/** Rows of key and value. KrosAI's own sample takes strings only, so values become strings. */
function readMetadataRows(values: Values): IDataObject | undefined {
	const rows = values.raw('metadata.entry');
	if (isEmpty(rows)) return undefined;
	if (!Array.isArray(rows)) {
		throw invalidMetadata(
			values,
			rows,
			'Metadata is not a list of rows',
			'Add the rows in the editor, or choose Using JSON under Specify Metadata.',
		);
	}
	if (rows.length === 0) return undefined;
	const entries = new Map<string, string>();
	rows.forEach((row: unknown, index) => {
		const { key, value } = isObject(row) ? row : {};
		const name = typeof key === 'number' ? String(key) : key;
		if (typeof name !== 'string' || isEmpty(name)) {
			throw invalidMetadata(
				values,
				key,
				`Metadata row ${index + 1} has no key`,
				'Give each row a key, or remove the row.',
			);
		}
		if (entries.has(name)) {
			throw invalidMetadata(
				values,
				name,
				`The Metadata key "${name}" is there twice`,
				'Give each key once: KrosAI can keep only one value for it.',
			);
		}
		const text = asText(values, name, value);
		values.refuseUnevaluated('metadata', name, 'Metadata');
		values.refuseUnevaluated('metadata', text, 'Metadata');
		entries.set(name, text);
	});
	return Object.fromEntries(entries);
}

function asText(values: Values, key: string, value: unknown): string {
	if (value === undefined || value === null) return '';
	if (isRounded(value))
		throw rounded(values, String(value), `The value of the Metadata key "${show(key)}"`);
	if (typeof value !== 'object') return String(value);
	// A date is an object too, and its JSON is a string in quotation marks.
	const json = written(value);
	if (json.startsWith('"')) return JSON.parse(json) as string;
	if (json && (Array.isArray(value) || isRecord(value))) return json;
	throw invalidMetadata(
		values,
		key,
		`The value of the Metadata key "${show(key)}" can't be written as text`,
		'Give it a text, a number, a list or an object with keys.',
	);
}

/** The JSON of a value; empty where it can't be written: too deep, a circle, a number that is none. */
function written(value: unknown): string {
	try {
		// For NaN and Infinity JSON has null.
		const json = JSON.stringify(value, (_key, part: unknown) => {
			if (typeof part === 'number' && !Number.isFinite(part)) throw new RangeError();
			return part;
		}) as string | undefined;
		return json ?? '';
	} catch {
		return '';
	}
}

/** No Map, Set or Error, whose JSON is `{}` whatever it holds. */
function isRecord(value: object): boolean {
	return Object.prototype.toString.call(value) === '[object Object]';
}

/** What the user wrote, all of it; undefined where it is no JSON. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

/** A JSON object, sent as it is. */
function readMetadataJson(values: Values): IDataObject | undefined {
	const value = values.raw('metadataJson');
	if (isEmpty(value)) return undefined;
	const object = typeof value === 'string' ? parsed(value) : value;
	// A date is an object too, but would be sent as text.
	const isJson = isObject(object) && isRecord(object) && typeof object.toJSON !== 'function';
	const sent = written(object);
	if (isJson && sent !== '') {
		const json = typeof value === 'string' ? value : sent;
		const tooLong = integersOf(json).find((digits) => isRounded(Number(digits)));
		if (tooLong !== undefined) throw rounded(values, tooLong, 'A number in Metadata (JSON)');
		for (const [text] of json.matchAll(TEXT))
			values.refuseUnevaluated('metadata', text, 'Metadata (JSON)');
		return object;
	}
	values.refuseUnevaluated('metadata', value, 'Metadata (JSON)');
	throw invalidMetadata(
		values,
		value,
		isJson
			? "Metadata (JSON) can't be written as JSON"
			: `Metadata (JSON) is not a JSON object${whereItBreaks(value)}`,
		'Write an object such as {"customer_id": "cust_123"}.',
	);
}

function whereItBreaks(value: unknown): string {
	const place = typeof value === 'string' ? whereJsonBreaks(value) : undefined;
	return place === undefined ? '' : `: ${place}`;
}

/** A text in JSON, with its quotation marks. */
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** The integers of a JSON text, as they are written; none inside a text in quotation marks. */
function integersOf(json: string): string[] {
	return json.replace(TEXT, '""').match(/(?<![\d.eE+-])-?\d+(?![\d.eE])/g) ?? [];
}

function rounded(values: Values, digits: string, subject: string): ItemFailure {
	return invalidMetadata(
		values,
		digits,
		`${subject} (${show(digits, 40)}) has more digits than a number can hold here, so the last ones would be wrong`,
		'Write it in quotation marks. Where it comes from another node, have that one give it as text.',
	);
}

function invalidMetadata(
	values: Values,
	value: unknown,
	message: string,
	description: string,
): ItemFailure {
	return values.invalid('metadata', message, description, { value });
}
