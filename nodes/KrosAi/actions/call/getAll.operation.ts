import { tryToParseDateTime } from 'n8n-workflow';
import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { fetchCalls } from '../../api/callLog';
import type { CallLogFilters } from '../../api/callLog';
import { asNumber } from '../../util/coerce';
import { textOf } from '../../util/json';
import { showGiven } from '../../util/quote';
import { toCallItem } from '../../calls/callItem';
import { chosen, isBlank, meets } from '../../calls/criteria';
import type { CallCriteria } from '../../calls/criteria';
import { toE164 } from '../../phone/phoneNumber';
import { failedExchange, ItemFailure } from '../failure';
import { forEachItem } from '../forEachItem';
import type { Item } from '../forEachItem';
import { manyFields, readLimit } from '../pagination';
import type { Operation, OutputItem } from '../operation';
import { withoutErrorKey } from '../output';
import { simplifyField } from '../../descriptions/simplifyField';
import { readSwitch } from '../readBoolean';
import { filtersField } from '../../descriptions/callFilters';

const SHOW = { resource: ['call'], operation: ['getAll'] };

export const description: INodeProperties[] = [
	...manyFields(SHOW),
	filtersField(SHOW),
	simplifyField(SHOW),
];

/**
 * Call → Get Many: what KrosAI's call log holds, in its order. Whatever KrosAI is asked to filter by
 * is checked here as well: an API that doesn't know a filter gives everybody's calls.
 */
export const execute: Operation = forEachItem(async (item) => {
	const limit = readLimit(item);
	const filters = readFilters(item);
	const toJson = readSwitch(item, 'simplify') ? toCallItem : withoutErrorKey;
	const items: OutputItem[] = [];
	for await (const page of fetchCalls(item.client, toQuery(filters))) {
		if ('failed' in page) throw failedExchange(page.failed, page.request);
		for (const call of page.calls) {
			if (items.length < limit && fits(call, filters)) items.push({ json: toJson(call) });
		}
		if (items.length >= limit || item.isCancelled()) break;
	}
	return items;
});

interface Filters extends CallCriteria {
	/** In ms since 1970: from here on. */
	from?: number;
	/** In ms since 1970: up to here, without it. */
	until?: number;
}

function readFilters(item: Item): Filters {
	const filters = (item.read('filters') ?? {}) as IDataObject;
	return {
		direction: filters.direction,
		status: filters.status,
		endpointId: filters.endpointId,
		phoneNumberId: filters.phoneNumberId,
		fromNumber: readNumber('from_number', 'From Number', filters.fromNumber),
		toNumber: readNumber('to_number', 'To Number', filters.toNumber),
		metadata: filters.metadata,
		from: readInstant('after', 'After', filters.after, item),
		until: readInstant('before', 'Before', filters.before, item),
	};
}

/** The log's numbers are E.164, so a number of another form would find nothing. */
function readNumber(field: string, label: string, value: unknown): string | undefined {
	if (isBlank(value)) return undefined;
	const result = toE164(value, { field: label });
	if (result.ok) return result.e164;
	const { message, description } = result;
	throw new ItemFailure({ code: 'INVALID_PHONE_NUMBER', field, value, message, description });
}

/** A time without a zone is one in the workflow's. */
function readInstant(
	field: string,
	label: string,
	value: unknown,
	{ context }: Item,
): number | undefined {
	if (isBlank(value)) return undefined;
	const isClear = !hasTwoReadings(value);
	const ms = isClear ? parse(value, context.getTimezone()) : undefined;
	if (ms !== undefined) return ms;
	throw new ItemFailure({
		field,
		value,
		message: `${showGiven(value)} in ${label} ${isClear ? 'is not a date' : 'can be read as more than one date'}`,
		description: 'Choose a date and time, or write one such as 2025-01-10T12:00:00Z.',
	});
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

function toQuery({ from, until, ...criteria }: Filters): CallLogFilters {
	const text = (value: unknown) => textOf(value)?.trim() || undefined;
	const time = (ms?: number) => (ms === undefined ? undefined : new Date(ms).toISOString());
	return {
		status: text(criteria.status),
		direction: text(criteria.direction),
		endpoint_id: text(chosen(criteria.endpointId)),
		phone_number_id: text(chosen(criteria.phoneNumberId)),
		from: time(from),
		to: time(until),
	};
}

function fits(call: IDataObject, { from, until, ...criteria }: Filters): boolean {
	if (!meets(call, criteria)) return false;
	if (from === undefined && until === undefined) return true;
	const created = Date.parse(textOf(call.created_at) ?? '');
	return created >= (from ?? -Infinity) && created < (until ?? Infinity);
}
