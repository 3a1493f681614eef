import type { IDataObject } from 'n8n-workflow';
import { label } from '../api/labels';
import { isObject, toJson } from '../util/json';
import { show, showGiven } from '../util/quote';
import { isCountryCode, toE164 } from '../phone/phoneNumber';
import type { NumberCheck } from '../phone/phoneNumber';
import type { CallFailure } from '../api/types';

/** What one item says of its call: the node's parameters after expressions, of any type. */
export interface CallParameters {
	fromNumber: unknown;
	toNumber: unknown;
	endpointId: unknown;
	maxDuration: unknown;
	specifyMetadata: unknown;
	/** Rows of the fixed collection. */
	metadata: unknown;
	metadataJson: unknown;
	options: { defaultCountry?: unknown; numberCheck?: unknown; webhookUrl?: unknown };
}

/** The body of POST /outbound-calls. Spec, Request Body. */
export interface CallRequest extends IDataObject {
	from_number: string;
	to_number: string;
	endpoint_id: string;
	metadata?: IDataObject;
	webhook_url?: string;
	/** Seconds. */
	max_duration?: number;
}

/**
 * Turns one item into one request that KrosAI can't refuse for its form. Nothing is sent here.
 *
 * @throws InvalidCall that names the field, the value and the remedy
 */
export function buildCallRequest(parameters: CallParameters): CallRequest {
	const { options } = parameters;
	const defaultCountry = readCountry(options.defaultCountry);
	const metadata = readMetadata(parameters);
	const webhookUrl = readWebhookUrl(options.webhookUrl);
	const maxDuration = readMaxDuration(parameters.maxDuration);
	// The destination comes first, because it is what differs from contact to contact.
	const toNumber = readPhoneNumber('to_number', parameters.toNumber, {
		defaultCountry,
		numberCheck: readChoice('numberCheck', 'Number Check', options, NUMBER_CHECKS, 'strict'),
	});
	return {
		from_number: readFromNumber(parameters.fromNumber, defaultCountry),
		to_number: toNumber,
		endpoint_id: readEndpoint(parameters.endpointId),
		...(metadata && { metadata }),
		...(webhookUrl && { webhook_url: webhookUrl }),
		...(maxDuration > 0 && { max_duration: maxDuration }),
	};
}

/** An item that can't become a call: nothing was sent for it. */
export class InvalidCall extends Error {
	readonly failure: CallFailure;

	constructor(failure: Pick<CallFailure, 'code' | 'field' | 'value' | 'message' | 'description'>) {
		super(failure.message);
		this.failure = { ...failure, httpCode: null, placed: 'no' };
	}
}

/** Why a value of the panel can't be used; what isn't there is shown as null. */
export function invalid(
	field: string,
	value: unknown,
	message: string,
	description: string,
): InvalidCall {
	const code = 'INVALID_PARAMETER';
	return new InvalidCall({ code, field, value: value ?? null, message, description });
}

/**
 * One of the choices of a list, which an expression may give too.
 *
 * @param initial where the option isn't there
 * @throws InvalidCall that names the option
 */
export function readChoice<Choice extends string>(
	field: string,
	label: string,
	options: object,
	choices: readonly Choice[],
	initial: Choice,
): Choice {
	const value = Object.hasOwn(options, field) ? (options as IDataObject)[field] : initial;
	const choice = choices.find((known) => known === value);
	if (choice) return choice;
	throw invalid(
		field,
		value,
		`${label} is ${showGiven(value)}, which is none of its choices`,
		`Choose from the list, or give ${choices.join(', ').replace(/, ([^,]*)$/, ' or $1')} by the expression.`,
	);
}

const NUMBER_CHECKS = ['strict', 'possible'] as const;

function missing(field: string, value: unknown, description: string): InvalidCall {
	return new InvalidCall({
		code: 'MISSING_FIELDS',
		field,
		value,
		message: `${label(field)} is empty`,
		description,
	});
}

export const isEmpty = (value: unknown) =>
	value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

interface Reading {
	defaultCountry?: string;
	numberCheck?: NumberCheck;
}

function readPhoneNumber(field: string, value: unknown, reading: Reading): string {
	if (isEmpty(value)) {
		throw missing(
			field,
			value ?? null,
			field === 'to_number'
				? 'This contact has no phone number, or the expression in To Number points to a field that is not there.'
				: 'Choose one of your KrosAI numbers.',
		);
	}
	const result = toE164(value, { field: label(field), ...reading });
	if (result.ok) return result.e164;
	throw new InvalidCall({
		code: 'INVALID_PHONE_NUMBER',
		field,
		value,
		message: result.message,
		description: result.description,
	});
}

/** The one that was read last: a list has nearly always one From Number, and to parse it costs time. */
let lastFrom: { value: unknown; defaultCountry?: string; e164: string } | undefined;

function readFromNumber(value: unknown, defaultCountry?: string): string {
	if (lastFrom && lastFrom.value === value && lastFrom.defaultCountry === defaultCountry) {
		return lastFrom.e164;
	}
	const e164 = readPhoneNumber('from_number', value, { defaultCountry });
	lastFrom = { value, defaultCountry, e164 };
	return e164;
}

function readCountry(value: unknown): string | undefined {
	if (isEmpty(value)) return undefined;
	const code = String(value).trim();
	if (isCountryCode(code)) return code;
	throw invalid(
		'defaultCountry',
		value,
		`"${show(value)}" in Default Country is not a country`,
		'Choose a country from the list, or give its two-letter code such as NG, US or GB.',
	);
}

function readEndpoint(value: unknown): string {
	if (isEmpty(value)) {
		throw missing('endpoint_id', value ?? null, 'Choose the AI agent that talks on the call.');
	}
	if (typeof value !== 'string' && !Number.isFinite(value)) {
		throw invalid(
			'endpoint_id',
			value,
			'Endpoint is not an ID',
			'Choose an Endpoint from the list.',
		);
	}
	return String(value).trim();
}

/** Whole seconds; 0 sends no limit. Spec, Maximum Duration. */
function readMaxDuration(value: unknown): number {
	const seconds =
		typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : (value as number);
	if (Number.isSafeInteger(seconds) && seconds >= 0) return seconds;
	throw invalid(
		'max_duration',
		value,
		`Maximum Duration is ${showGiven(value)}, which is not a whole number of seconds`,
		'Give whole seconds, for example 600 for ten minutes, or 0 to set no limit.',
	);
}

function readWebhookUrl(value: unknown): string | undefined {
	if (isEmpty(value)) return undefined;
	// A list of one address would be one as text, and a list of two nearly so.
	const text = typeof value === 'string' ? value.trim() : '';
	if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
	throw invalid(
		'webhook_url',
		value,
		`"${show(value)}" in Webhook URL is not a web address`,
		'Give a full address that starts with https://.',
	);
}

function readMetadata(parameters: CallParameters): IDataObject | undefined {
	const { specifyMetadata, metadata, metadataJson } = parameters;
	if (specifyMetadata === 'json') return readMetadataJson(metadataJson);
	if (specifyMetadata === 'keyValue') return readMetadataRows(metadata);
	// By expression it can be anything, and to guess would leave out what was written the other way.
	throw invalid(
		'specifyMetadata',
		specifyMetadata,
		`Specify Metadata is ${showGiven(specifyMetadata)}, which is no way to write metadata`,
		'Choose a way from the list, or give keyValue or json by the expression.',
	);
}

/** Rows of key and value. KrosAI's own sample takes strings only, so values become strings. */
function readMetadataRows(rows: unknown): IDataObject | undefined {
	if (isEmpty(rows)) return undefined;
	if (!Array.isArray(rows)) {
		throw invalid(
			'metadata',
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
			throw invalid(
				'metadata',
				key,
				`Metadata row ${index + 1} has no key`,
				'Give each row a key, or remove the row.',
			);
		}
		if (entries.has(name)) {
			throw invalid(
				'metadata',
				name,
				`The Metadata key "${name}" is there twice`,
				'Give each key once: KrosAI can keep only one value for it.',
			);
		}
		const text = asText(name, value);
		refuseUnevaluated(name, 'Metadata');
		refuseUnevaluated(text, 'Metadata');
		entries.set(name, text);
	});
	return Object.fromEntries(entries);
}

function asText(key: string, value: unknown): string {
	if (value === undefined || value === null) return '';
	if (isRounded(value))
		throw rounded(String(value), `The value of the Metadata key "${show(key)}"`);
	if (typeof value !== 'object') return String(value);
	// A date is an object too, and its JSON is a string in quotation marks.
	const json = toJson(value);
	if (json.startsWith('"')) return JSON.parse(json) as string;
	if (json && (Array.isArray(value) || isRecord(value))) return json;
	throw invalid(
		'metadata',
		key,
		`The value of the Metadata key "${show(key)}" can't be written as text`,
		'Give it a text, a number, a list or an object with keys.',
	);
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
function readMetadataJson(value: unknown): IDataObject | undefined {
	if (isEmpty(value)) return undefined;
	const object = typeof value === 'string' ? parsed(value) : value;
	// A date is an object too, but would be sent as text.
	const isJson = isObject(object) && isRecord(object) && typeof object.toJSON !== 'function';
	const sent = toJson(object);
	if (isJson && sent !== '') {
		const json = typeof value === 'string' ? value : sent;
		const tooLong = integersOf(json).find((digits) => isRounded(Number(digits)));
		if (tooLong !== undefined) throw rounded(tooLong, 'A number in Metadata (JSON)');
		for (const [text] of json.matchAll(TEXT)) refuseUnevaluated(text, 'Metadata (JSON)');
		return object;
	}
	refuseUnevaluated(value, 'Metadata (JSON)');
	throw invalid(
		'metadata',
		value,
		isJson ? "Metadata (JSON) can't be written as JSON" : 'Metadata (JSON) is not a JSON object',
		'Write an object such as {"customer_id": "cust_123"}.',
	);
}

/** A text in JSON, with its quotation marks. */
const TEXT = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** The integers of a JSON text, as they are written; none inside a text in quotation marks. */
function integersOf(json: string): string[] {
	return json.replace(TEXT, '""').match(/(?<![\d.eE+-])-?\d+(?![\d.eE])/g) ?? [];
}

/** Beyond 2^53 JavaScript rounds an integer: by then, its last digits may be those of another id. */
function isRounded(value: unknown): boolean {
	return Number.isInteger(value) && !Number.isSafeInteger(value);
}

function rounded(digits: string, subject: string): InvalidCall {
	return invalid(
		'metadata',
		digits,
		`${subject} (${show(digits, 40)}) has more digits than a number can hold here, so the last ones would be wrong`,
		'Write it in quotation marks. Where it comes from another node, have that one give it as text.',
	);
}

/** @throws InvalidCall for a text with an expression that n8n has not evaluated */
function refuseUnevaluated(value: unknown, label: string): void {
	const [left] = (typeof value === 'string' && /\{\{[^]*?\}\}/.exec(value)) || [];
	if (left === undefined) return;
	throw invalid(
		'metadata',
		value,
		`${label} still holds "${show(left, 60)}", because the field isn't an expression`,
		'Switch the field to Expression. Where another node gave this text, have that one evaluate it.',
	);
}
