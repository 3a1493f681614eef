import type { IDataObject } from 'n8n-workflow';
import { readMetadata } from '../api/metadata';
import { digitsOf, isObject, textOf, toJson } from '../util/json';

/**
 * What a user asks of a call, delivered or logged; what is empty asks for nothing. An expression may
 * give anything for it.
 */
export interface CallCriteria {
	direction?: unknown;
	fromNumber?: unknown;
	toNumber?: unknown;
	endpointId?: unknown;
	phoneNumberId?: unknown;
	status?: unknown;
	metadata?: unknown;
}

/**
 * Whether a call is one of those that the user asked for. A call that doesn't carry a field (a started
 * one has no status) is none of those that are asked for by it.
 */
export function meets(call: IDataObject, criteria: CallCriteria): boolean {
	const { direction, fromNumber, toNumber, endpointId, phoneNumberId, status } = criteria;
	return (
		isEqual(call.direction, direction) &&
		isEqual(call.endpoint_id, chosen(endpointId)) &&
		isEqual(call.phone_number_id, chosen(phoneNumberId)) &&
		isEqual(call.status, status) &&
		(isBlank(fromNumber) || isSameNumber(call.from_number, fromNumber)) &&
		(isBlank(toNumber) || isSameNumber(call.to_number, toNumber)) &&
		hasMetadata(call.metadata, criteria.metadata)
	);
}

function isEqual(actual: unknown, wanted: unknown): boolean {
	return isBlank(wanted) || (isText(actual) && String(actual) === textOf(wanted)?.trim());
}

/** What a resource locator holds; by expression it may be the value itself. */
export function chosen(value: unknown): unknown {
	return typeof value === 'object' && value !== null ? (value as IDataObject).value : value;
}

export function isBlank(value: unknown): boolean {
	const isNone = value === undefined || value === null || (Array.isArray(value) && !value.length);
	return isNone || textOf(value)?.trim() === '';
}

/** KrosAI's are E.164; what is asked for may be written with spaces, dashes or without the plus. */
function isSameNumber(actual: unknown, wanted: unknown): boolean {
	const digits = digitsOf(actual);
	return digits !== '' && digits === digitsOf(wanted);
}

export function isText(value: unknown): boolean {
	return typeof value === 'string' || typeof value === 'number';
}

function hasMetadata(actual: unknown, wanted: unknown): boolean {
	const { metadata } = readMetadata(actual);
	const rows = isObject(wanted) ? [wanted.entry].flat() : [];
	return rows.every((row) => {
		const { key, value } = isObject(row) ? row : { key: row };
		// A row without a key is one that was added and not filled in.
		if (isBlank(key)) return true;
		const name = textOf(key);
		const isThere = name !== undefined && Object.hasOwn(metadata, name);
		return isThere && isWritten(metadata[name], textOf(value) ?? toJson(value));
	});
}

/** Null is written in no way: an empty value that is asked for is not a missing one. */
function isWritten(value: unknown, text: string): boolean {
	if (value === null) return false;
	return text === (textOf(value) ?? toJson(value));
}
