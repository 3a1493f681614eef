import type { IDataObject } from 'n8n-workflow';
import { hostOf, isReachable, PUBLIC_ADDRESS } from '../api/reachability';
import { isCountryCode } from '../phone/phoneNumber';
import type { NumberCheck } from '../phone/phoneNumber';
import { show } from '../util/quote';
import { readMetadata } from './metadata';
import type { Values } from './reader';

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
 * @param baseUrl of the credential: from there KrosAI has to reach Webhook URL. Undefined where that
 * isn't sent.
 * @throws ItemFailure that names the field, the value and the remedy
 */
export function readCallRequest(values: Values, baseUrl: string | undefined): CallRequest {
	const options = values.in('options');
	const defaultCountry = readCountry(options);
	const metadata = readMetadata(values);
	const webhookUrl = baseUrl === undefined ? undefined : readWebhookUrl(options, baseUrl);
	const maxDuration = readMaxDuration(values);
	const numberCheck = readNumberCheck(options);
	// The destination comes first, because it is what differs from contact to contact.
	if (values.isEmpty('toNumber')) {
		throw values.missing(
			'toNumber',
			'This contact has no phone number, or the expression in To Number points to a field that is not there.',
		);
	}
	const toNumber = values.phone('toNumber', { defaultCountry, numberCheck });
	if (values.isEmpty('fromNumber')) {
		throw values.missing('fromNumber', 'Choose one of your KrosAI numbers.');
	}
	return {
		from_number: values.phone('fromNumber', { defaultCountry }),
		to_number: toNumber,
		endpoint_id: readEndpoint(values),
		...(metadata && { metadata }),
		...(webhookUrl && { webhook_url: webhookUrl }),
		...(maxDuration > 0 && { max_duration: maxDuration }),
	};
}

export function readNumberCheck(options: Values): NumberCheck {
	return options.choice('numberCheck', ['strict', 'possible'], 'strict');
}

function readCountry(options: Values): string | undefined {
	if (options.isEmpty('defaultCountry')) return undefined;
	const code = String(options.raw('defaultCountry')).trim();
	if (isCountryCode(code)) return code;
	throw options.invalid(
		'defaultCountry',
		`"${show(options.raw('defaultCountry'))}" in Default Country is not a country`,
		'Choose a country from the list, or give its two-letter code such as NG, US or GB.',
	);
}

function readEndpoint(values: Values): string {
	const value = values.raw('endpointId');
	if (values.isEmpty('endpointId')) {
		throw values.missing('endpointId', 'Choose the AI agent that talks on the call.');
	}
	values.refuseUnevaluated('endpointId', value);
	if (typeof value === 'string' || Number.isFinite(value)) return String(value).trim();
	throw values.invalid(
		'endpointId',
		'AI Agent (Endpoint) is not an ID',
		'Choose an AI agent from the list.',
	);
}

/** Whole seconds; 0 sends no limit. Spec, Maximum Duration. */
function readMaxDuration(values: Values): number {
	const value = values.raw('maxDuration');
	const isWhole = typeof value !== 'string' || /^\s*\d+\s*$/.test(value);
	return values.number('maxDuration', {
		accepts: (seconds) => isWhole && Number.isSafeInteger(seconds) && seconds >= 0,
		why: 'which is not a whole number of seconds',
		remedy: 'Give whole seconds, for example 600 for ten minutes, or 0 to set no limit.',
	});
}

function readWebhookUrl(options: Values, baseUrl: string): string | undefined {
	if (options.isEmpty('webhookUrl')) return undefined;
	const value = options.raw('webhookUrl');
	// A list of one address would be one as text, and a list of two nearly so.
	const url = typeof value === 'string' ? value.trim() : '';
	if (!/^https?:\/\//i.test(url) || !URL.canParse(url)) {
		throw options.invalid(
			'webhookUrl',
			`"${show(value)}" in Webhook URL is not a web address`,
			'Give a full address that starts with https://.',
		);
	}
	if (!isReachable(url, baseUrl)) {
		throw options.invalid(
			'webhookUrl',
			`KrosAI can't reach Webhook URL (${hostOf(url)}) to tell how a call ended, so no call was started`,
			`${PUBLIC_ADDRESS} and use it here, or remove Webhook URL.`,
		);
	}
	if (/\/webhook-test\//.test(url)) {
		throw options.invalid(
			'webhookUrl',
			"Webhook URL is n8n's test address, where only an open editor listens, and for one event, so no call was started",
			'Use the production URL of that node, which has /webhook/ instead of /webhook-test/, and publish its workflow.',
		);
	}
	return url;
}
