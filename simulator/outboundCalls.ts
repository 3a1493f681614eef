import { LEAST_BALANCE_CENTS, type SimulatedCall } from './call';
import type { Endpoint, PhoneNumber } from './catalogue';
import { invalid, isHttpUrl, isObject, Refusal } from './http';
import type { Organization } from './organization';

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * `POST /outbound-calls` (Spec, Initiate Outbound Call): checks the request as the specification
 * says and takes the call. Returns the response's body; throws a Refusal for each documented error.
 */
export function startCall(organization: Organization, body: unknown): Record<string, unknown> {
	if (!isObject(body)) throw new Refusal(400, 'INVALID_JSON', 'The body is not a JSON object');
	for (const field of ['from_number', 'to_number', 'endpoint_id']) {
		if (body[field] === undefined || body[field] === null || body[field] === '') {
			throw invalid('MISSING_FIELDS', `Required field is missing: ${field}`, field, body[field]);
		}
	}
	const fromNumber = e164(body, 'from_number');
	const toNumber = e164(body, 'to_number');
	const from = callingNumber(organization, fromNumber);
	const agent = activeEndpoint(organization, body.endpoint_id);
	const start = {
		fromNumber,
		phoneNumberId: from.id,
		toNumber,
		endpointId: agent.id,
		agentName: agent.name,
		metadata: metadata(body),
		webhookUrl: webhookUrl(body),
		maxDuration: maxDuration(body),
	};
	requireBalance(organization);
	requireFreeLine(organization);

	const call = organization.exchange.accept(start);
	return {
		call_id: call.id,
		status: call.status,
		from_number: call.from_number,
		to_number: call.to_number,
		endpoint_id: call.endpoint_id,
		created_at: call.created_at,
	};
}

/** A call that no request started: another workflow's, or a person's in the dashboard. */
export interface OtherCall {
	/** Default the organization's first number. */
	fromNumber?: string;
	toNumber: string;
	/** Default the organization's first agent. */
	endpointId?: string;
	metadata?: Record<string, unknown>;
	/** How long ago it was accepted, in seconds of real time; default 0. */
	ageSeconds?: number;
}

/**
 * Takes a call that no request started, whether or not a line is free. Throws a Refusal where its
 * numbers or its agent are none.
 */
export function addCall(organization: Organization, call: OtherCall): SimulatedCall {
	const { phoneNumbers, endpoints } = organization.settings;
	const { fromNumber = phoneNumbers[0]?.number, endpointId = endpoints[0]?.id } = call;
	const from = callingNumber(organization, fromNumber ?? '');
	const agent = activeEndpoint(organization, endpointId);
	return organization.exchange.accept({
		fromNumber: from.number,
		phoneNumberId: from.id,
		toNumber: e164({ to_number: call.toNumber }, 'to_number'),
		endpointId: agent.id,
		agentName: agent.name,
		metadata: metadata({ metadata: call.metadata }),
		webhookUrl: null,
		maxDuration: null,
		ageSeconds: call.ageSeconds,
	});
}

function e164(body: Record<string, unknown>, field: string): string {
	const value = body[field];
	if (typeof value !== 'string' || !E164.test(value)) {
		const message = 'Phone number format is invalid. Use E.164 format (+14155551234)';
		throw invalid('INVALID_PHONE_NUMBER', message, field, value);
	}
	return value;
}

function callingNumber({ settings }: Organization, value: string): PhoneNumber {
	const owned = settings.phoneNumbers.find(({ number }) => number === value);
	if (!owned) {
		const message = 'The from_number is not in your inventory';
		throw invalid('NUMBER_NOT_OWNED', message, 'from_number', value);
	}
	// That an inactive number can't call is this simulator's reading; the documents don't say.
	if (owned.allow_outbound === false || owned.status !== 'active') {
		const message = 'Outbound calls are disabled for this number';
		throw invalid('OUTBOUND_DISABLED', message, 'from_number', value);
	}
	return owned;
}

function activeEndpoint({ settings }: Organization, value: unknown): Endpoint {
	const agent = settings.endpoints.find(({ id, status }) => id === value && status === 'active');
	if (!agent) {
		throw new Refusal(404, 'ENDPOINT_NOT_FOUND', 'Endpoint not found', {
			details: { field: 'endpoint_id', value },
		});
	}
	return agent;
}

// The three optional fields: types from the Spec, Request Body; the documents name no code.

function metadata({ metadata: value }: Record<string, unknown>): Record<string, unknown> {
	if (value === undefined) return {};
	if (isObject(value)) return value;
	throw invalid('VALIDATION_ERROR', 'metadata must be an object', 'metadata', value);
}

function webhookUrl({ webhook_url: value }: Record<string, unknown>): string | null {
	if (value === undefined) return null;
	if (isHttpUrl(value)) return value;
	throw invalid('VALIDATION_ERROR', 'webhook_url must be an http(s) URL', 'webhook_url', value);
}

function maxDuration({ max_duration: value }: Record<string, unknown>): number | null {
	if (value === undefined) return null;
	if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
	const message = 'max_duration must be a positive whole number of seconds';
	throw invalid('VALIDATION_ERROR', message, 'max_duration', value);
}

function requireBalance({ balanceCents }: Organization): void {
	if (balanceCents < LEAST_BALANCE_CENTS) {
		throw new Refusal(400, 'INSUFFICIENT_BALANCE', 'Not enough credits to place this call');
	}
}

/** Spec, Concurrent Call Limits. It is unknown when a line frees, so no retry time is named. */
function requireFreeLine({ exchange, plan, settings }: Organization): void {
	const { status, code } = settings.noLineRefusal;
	if (exchange.linesInUse >= plan.concurrentCalls) {
		throw new Refusal(
			status,
			code,
			`Too many concurrent calls: your plan allows ${plan.concurrentCalls}`,
		);
	}
}
