import { tryToParseDateTime } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import type { CallLogFilters } from '../../api/callLog';
import { labelOf } from '../../api/labels';
import { chosen, isBlank, meets } from '../../calls/criteria';
import type { CallCriteria } from '../../calls/criteria';
import type { Values } from '../../parameters/reader';
import { asNumber } from '../../util/coerce';
import { textOf } from '../../util/json';
import { showGiven } from '../../util/quote';

/** What the panel's Filters ask of the call log. */
interface Filters extends CallCriteria {
	/** In ms since 1970: from here on. */
	from?: number;
	/** In ms since 1970: up to here, without it. */
	until?: number;
}

/** @throws ItemFailure for a filter that can't be read */
export function readFilters(values: Values, timezone: string): Filters {
	const filters = values.in('filters');
	return {
		direction: filters.raw('direction'),
		status: filters.raw('status'),
		endpointId: readId(filters, 'endpointId'),
		phoneNumberId: readId(filters, 'phoneNumberId'),
		fromNumber: readPhone(filters, 'fromNumber'),
		toNumber: readPhone(filters, 'toNumber'),
		metadata: filters.raw('metadata'),
		from: readInstant(filters, 'after', timezone),
		until: readInstant(filters, 'before', timezone),
	};
}

function readId(filters: Values, name: string): unknown {
	const id = chosen(filters.raw(name));
	if (isBlank(id) || textOf(id) !== undefined) return id;
	throw filters.unlike(name, 'which is no ID', 'Choose from the list, or enter an ID.');
}

/** The log's numbers are E.164, so a number of another form would find nothing. */
function readPhone(filters: Values, name: string): string | undefined {
	return isBlank(filters.raw(name)) ? undefined : filters.phone(name);
}

/** A time without a zone is one in the workflow's. */
function readInstant(filters: Values, name: string, timezone: string): number | undefined {
	const value = filters.raw(name);
	if (isBlank(value)) return undefined;
	const isClear = !hasTwoReadings(value);
	const ms = isClear ? parse(value, timezone) : undefined;
	if (ms !== undefined) return ms;
	const why = isClear ? 'is not a date' : 'can be read as more than one date';
	throw filters.invalid(
		name,
		`${showGiven(value)} in ${labelOf(name)} ${why}`,
		'Choose a date and time, or write one such as 2025-01-10T12:00:00Z.',
	);
}

/**
 * Whether a date may be another one elsewhere: 2/1/2026 is in February or in January, and a count may be
 * of seconds, or of the days of a spreadsheet. In ms since 1970 it is one from 1973 to 2286.
 */
function hasTwoReadings(value: unknown): boolean {
	const text = textOf(value)?.trim() ?? '';
	if (/^-?\d+([.,]\d+)?$/.test(text)) return !(Number(text) >= 1e11 && Number(text) < 1e13);
	return /^\D*\d{1,2} *[-/. ] *\d{1,2}(?![\d:])/.test(text);
}

function parse(value: unknown, timezone: string): number | undefined {
	try {
		const count = asNumber(value);
		const date = Number.isFinite(count) ? new Date(count) : value;
		return tryToParseDateTime(date, timezone).toMillis();
	} catch {
		return undefined;
	}
}

/** What KrosAI is asked to filter by; the numbers and the metadata it can't. */
export function toQuery({ from, until, ...criteria }: Filters): CallLogFilters {
	const text = (value: unknown) => textOf(value)?.trim() || undefined;
	const time = (ms?: number) => (ms === undefined ? undefined : new Date(ms).toISOString());
	return {
		status: text(criteria.status),
		direction: text(criteria.direction),
		endpoint_id: text(criteria.endpointId),
		phone_number_id: text(criteria.phoneNumberId),
		from: time(from),
		to: time(until),
	};
}

/** Whether a call is one of those that are asked for. */
export function fits(call: IDataObject, { from, until, ...criteria }: Filters): boolean {
	if (!meets(call, criteria)) return false;
	if (from === undefined && until === undefined) return true;
	const created = Date.parse(textOf(call.created_at) ?? '');
	return created >= (from ?? -Infinity) && created < (until ?? Infinity);
}
