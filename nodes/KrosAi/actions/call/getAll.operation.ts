import { tryToParseDateTime } from 'n8n-workflow';
import type { IDataObject } from 'n8n-workflow';
import { fetchCalls } from '../../api/callLog';
import type { CallLogFilters } from '../../api/callLog';
import { failedExchange } from '../../api/errors';
import { ItemFailure } from '../../api/failure';
import { labelOf } from '../../api/labels';
import { asNumber } from '../../util/coerce';
import { textOf } from '../../util/json';
import { showGiven } from '../../util/quote';
import { toCallItem } from '../../calls/callItem';
import { chosen, isBlank, meets } from '../../calls/criteria';
import type { CallCriteria } from '../../calls/criteria';
import type { Values } from '../../parameters/reader';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import { paginationFields, readLimit } from '../pagination';
import type { Operation, OutputItem } from '../operation';
import { withoutErrorKey } from '../output';
import { simplifyField } from '../../descriptions/simplifyField';
import { filtersField } from '../../descriptions/callFilters';

const SHOW = showFor('call', 'getAll');

/**
 * Call → Get Many: what KrosAI's call log holds, in its order. Whatever KrosAI is asked to filter by
 * is checked here as well: an API that doesn't know a filter gives all calls.
 */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many calls',
		description:
			'List calls, each with its outcome and transcript. Places no call and costs nothing.',
	},
	forAgents:
		'Lists phone calls of the call log, for example those of yesterday or those to one number. Places no call and costs nothing. Returns for each call its call_id, from_number, to_number, status, outcome (completed, no_answer, busy, failed, or null while the call goes on), answered_by (person, voicemail, or null where that is not known), duration in seconds, cost_cents, metadata and transcript.',
	fields: [...paginationFields(SHOW), filtersField(SHOW), simplifyField(SHOW)],
	execute: forEachItem(async (item) => {
		const { values } = item;
		const limit = readLimit(values);
		const filters = readFilters(values, item.context.getTimezone());
		const toJson = values.boolean('simplify') ? toCallItem : withoutErrorKey;
		const items: OutputItem[] = [];
		for await (const page of fetchCalls(item.client, toQuery(filters))) {
			if (page.failed) throw item.isCancelled() ? STOPPED : failedExchange(page);
			for (const call of page.calls) {
				if (items.length < limit && fits(call, filters)) items.push({ json: toJson(call) });
			}
			if (items.length >= limit) break;
			if (item.isCancelled()) throw STOPPED;
		}
		return items;
	}),
};

/** A part of the log is not what was asked for. */
const STOPPED = new ItemFailure({
	code: 'STOPPED',
	message: 'The execution was stopped, or ran into its time limit, before all calls were read',
	description:
		'Give After, or a Limit in place of Return All, or raise the timeout of the workflow.',
});

interface Filters extends CallCriteria {
	/** In ms since 1970: from here on. */
	from?: number;
	/** In ms since 1970: up to here, without it. */
	until?: number;
}

function readFilters(values: Values, timezone: string): Filters {
	const filters = values.in('filters');
	return {
		direction: filters.raw('direction'),
		status: filters.raw('status'),
		endpointId: filters.raw('endpointId'),
		phoneNumberId: filters.raw('phoneNumberId'),
		fromNumber: readPhone(filters, 'fromNumber'),
		toNumber: readPhone(filters, 'toNumber'),
		metadata: filters.raw('metadata'),
		from: readInstant(filters, 'after', timezone),
		until: readInstant(filters, 'before', timezone),
	};
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
