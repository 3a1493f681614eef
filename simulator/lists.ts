import { answeredByFields } from './answeredBy';
import type { SimulatedCall } from './call';
import type { PhoneNumber } from './catalogue';
import { type TimelineEntry, utc } from './exchange';
import { invalid, Refusal } from './http';
import type { Organization } from './organization';
import { paginate } from './paging';
import { newLink } from './recording';

type Query = Record<string, string>;

/** `GET /phone-numbers`: filters `status`, `country`, `type` (KrosAI docs, Buy Numbers). */
export function listPhoneNumbers({ settings }: Organization, query: Query): unknown {
	const { phoneNumbers, numberField } = settings;
	const items = phoneNumbers.filter(matches(query, ['status', 'country', 'type']));
	const show = ({ id, number, ...rest }: PhoneNumber) => ({ id, [numberField]: number, ...rest });
	return paginate(settings, 'phone_numbers', items, query, show);
}

/** `GET /endpoints`: filters `type`, `status` (KrosAI docs, Endpoints). */
export function listEndpoints({ settings }: Organization, query: Query): unknown {
	const items = settings.endpoints.filter(matches(query, ['type', 'status']));
	return paginate(settings, 'endpoints', items, query, (item) => item);
}

/**
 * `GET /calls`, newest first: filters `status`, `direction`, `phone_number_id`, `endpoint_id`, and
 * created from `from_date` or `start_date` to `to_date` or `end_date`, both included (KrosAI docs,
 * Call logs and Ref: Calls). Times are compared as they are shown, to the second.
 */
export function listCalls(organization: Organization, query: Query): unknown {
	const { settings } = organization;
	const items = loggedCalls(organization, query).reverse();
	return paginate(settings, 'calls', items, query, (call) =>
		logEntry(organization, call, settings.logMetadata === true),
	);
}

/**
 * `GET /calls/stats`: filters `phone_number_id`, `endpoint_id` and the dates as in `GET /calls` (Call
 * logs). `GET /calls?action=stats`: the phone number alone (Ref: Calls). No document shows the answer.
 */
export function countCalls(organization: Organization, query: Query): unknown {
	const { phone_number_id: id } = query;
	const isGuide = organization.settings.callApi === 'guide';
	const calls = loggedCalls(organization, isGuide ? query : id ? { phone_number_id: id } : {});
	const byStatus: Partial<Record<SimulatedCall['status'], number>> = {};
	for (const { status } of calls) byStatus[status] = (byStatus[status] ?? 0) + 1;
	const sum = (values: Array<number | null>) => values.reduce<number>((a, b) => a + (b ?? 0), 0);
	return {
		total_calls: calls.length,
		by_status: byStatus,
		total_duration: sum(calls.map(({ duration }) => duration)),
		total_cost_cents: sum(calls.map(({ cost_cents }) => cost_cents)),
	};
}

/** The calls of the log that a query asks for, oldest first. */
function loggedCalls(organization: Organization, query: Query): SimulatedCall[] {
	const from = instant(query, ['from_date', 'start_date'], '') ?? -Infinity;
	const to = instant(query, ['to_date', 'end_date'], 'T23:59:59Z') ?? Infinity;
	return organization.exchange.calls
		.filter((call) => isInLog(organization, call))
		.filter(matches(query, ['status', 'direction', 'phone_number_id', 'endpoint_id']))
		.filter(({ created_at }) => {
			const created = Date.parse(shown(organization, created_at));
			return created >= from && created <= to;
		});
}

/** `GET /calls/{id}`; in the reference "details with events and recording" (Ref: Calls). */
export function getCall(organization: Organization, id: string): unknown {
	const { callApi, logMetadata } = organization.settings;
	const call = findCall(organization, id);
	if (!isInLog(organization, call)) throw noSuchCall(id);
	const entry = logEntry(organization, call, logMetadata !== false);
	if (callApi === 'guide') return entry;
	const link = call.recording_url && newLink(organization, call).url;
	return { ...entry, recording_url: link, events: showTimeline(organization, call) };
}

/** What happened to a call so far, oldest first, by the log's clock. */
export function showTimeline(organization: Organization, call: SimulatedCall): TimelineEntry[] {
	const entries = organization.exchange.timelineOf(call);
	return entries.map((entry) => ({ ...entry, timestamp: shown(organization, entry.timestamp) }));
}

/** The call with this id; throws a Refusal where there is none. */
export function findCall(organization: Organization, id: string): SimulatedCall {
	const call = organization.exchange.find(id);
	if (call) return call;
	throw noSuchCall(id);
}

function noSuchCall(id: string): Refusal {
	return new Refusal(404, 'CALL_NOT_FOUND', 'Call not found', {
		details: { field: 'id', value: id },
	});
}

function isInLog({ exchange, settings }: Organization, call: SimulatedCall): boolean {
	return exchange.secondsSince(call) >= settings.logLagSeconds;
}

/** A call as the log shows it: not with what only the request said. */
function logEntry(
	organization: Organization,
	call: SimulatedCall,
	withMetadata: boolean,
): Record<string, unknown> {
	const at = (time: string | null) => time && shown(organization, time);
	const entry: Partial<SimulatedCall> = {
		...call,
		created_at: shown(organization, call.created_at),
		answered_at: at(call.answered_at),
		completed_at: at(call.completed_at),
	};
	delete entry.answered_by;
	delete entry.webhook_url;
	delete entry.max_duration;
	if (!withMetadata) delete entry.metadata;
	return { ...entry, ...answeredByFields(organization.settings.answeredBy, call) };
}

/** A time by the log's clock. */
function shown({ settings }: Organization, time: string): string {
	return utc(Date.parse(time) + settings.logClockOffsetSeconds * 1000);
}

/** Whether an item has all that the query asks of these fields. */
export function matches<Field extends string>(query: Query, fields: Field[]) {
	const asked = fields.filter((field) => query[field] !== undefined);
	return (item: Record<Field, unknown>) => asked.every((field) => item[field] === query[field]);
}

/** The first of these parameters in ms; a date without a time gets `dayTime` appended. */
function instant(query: Query, names: string[], dayTime: string): number | undefined {
	for (const name of names) {
		const text = query[name];
		if (text === undefined) continue;
		const ms = Date.parse(text.includes('T') ? text : text + dayTime);
		if (Number.isNaN(ms)) {
			throw invalid('VALIDATION_ERROR', `${name} must be an ISO 8601 date`, name, text);
		}
		return ms;
	}
	return undefined;
}
