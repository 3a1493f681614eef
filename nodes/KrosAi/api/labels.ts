import { capitalize } from '../util/quote';

/**
 * What the editor calls a parameter whose name doesn't say it, without the unit behind a time; and those
 * that KrosAI names in its own way.
 */
const LABELS: Record<string, string> = {
	attemptHours: 'Hours',
	attemptLimit: 'Most Calls to a Number',
	binaryPropertyName: 'Put Output File in Field',
	callId: 'Call ID',
	callingHoursRows: 'Hours',
	callOnlyOncePerKey: 'Skip Already Called (Key)',
	callsPerSecond: 'Calls per Second',
	deliveryId: 'Delivery ID',
	endpointId: 'AI Agent (Endpoint)',
	fromNumber: 'From Number',
	fromNumberDailyLimit: 'Most Calls per From Number',
	maxCalls: 'Most Calls',
	maxDuration: 'Maximum Duration',
	metadataJson: 'Metadata (JSON)',
	organizationId: 'Organization ID',
	phoneNumberId: 'Phone Number',
	pollSeconds: 'Check Call Status Every',
	toNumber: 'To Number',
	waitForLineMinutes: 'Wait for a Free Line',
	waitForRecordingMinutes: 'Wait for Recording',
	waitLimitMinutes: 'Limit Wait Time',
	webhookId: 'Webhook ID',
	webhookUrl: 'Webhook URL',
};

/** The parameters that go to KrosAI as fields of a request (Spec, Request Body). */
const API_FIELDS: Record<string, string> = {
	callId: 'call_id',
	deliveryId: 'delivery_id',
	endpointId: 'endpoint_id',
	fromNumber: 'from_number',
	maxDuration: 'max_duration',
	metadataJson: 'metadata',
	toNumber: 'to_number',
	webhookUrl: 'webhook_url',
};

/**
 * What the editor calls a parameter or a field of KrosAI's API; a name of another form stays as it is.
 *
 * @param name also a path into a parameter, such as `metadata.entry`
 */
export function labelOf(name: string): string {
	const parameter = name.replace(/\..*/, '');
	const camelCase = parameter.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
	if (Object.hasOwn(LABELS, camelCase)) return LABELS[camelCase]!;
	const isOurs = /^[a-z]+([A-Z][a-z]+)*$/.test(parameter);
	return isOurs ? capitalize(parameter.replace(/[A-Z]/g, ' $&')) : parameter;
}

/** The name of a parameter in `error.field`: KrosAI's where it has one. */
export function fieldOf(parameter: string): string {
	return API_FIELDS[parameter] ?? parameter;
}
