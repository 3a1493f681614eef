/** What the editor calls the parameters that a message names, without the unit behind a time. */
const LABELS: Record<string, string> = {
	after: 'After',
	allowedCountries: 'Allowed Countries',
	allowPremiumNumbers: 'Allow Premium Numbers',
	attemptHours: 'Hours',
	attemptLimit: 'Most Calls to a Number',
	before: 'Before',
	binaryPropertyName: 'Put Output File in Field',
	blockedDates: 'Blocked Dates',
	callId: 'Call ID',
	callingHours: 'Calling Hours',
	callingHoursRows: 'Hours',
	callingRules: 'Calling Rules',
	callOnlyOncePerKey: 'Skip Already Called (Key)',
	callsPerSecond: 'Calls per Second',
	chooseFromNumber: 'Choose From Number',
	defaultCountry: 'Default Country',
	deliveryId: 'Delivery ID',
	doNotCall: 'Do Not Call',
	endpointId: 'AI Agent (Endpoint)',
	event: 'Event',
	fields: 'Fields',
	filters: 'Filters',
	fromNumber: 'From Number',
	fromNumberDailyLimit: 'Most Calls per From Number',
	includeInputFields: 'Include Input Fields',
	limit: 'Limit',
	lookUpUnknownCalls: 'Look Up Unknown Calls',
	maxCalls: 'Most Calls',
	maxDuration: 'Maximum Duration',
	metadata: 'Metadata',
	metadataJson: 'Metadata (JSON)',
	moreFromNumbers: 'More From Numbers',
	notAfter: 'Not After',
	notBefore: 'Not Before',
	numberCheck: 'Number Check',
	options: 'Options',
	organizationId: 'Organization ID',
	output: 'Output',
	phoneNumberId: 'Phone Number',
	pollSeconds: 'Check Call Status Every',
	returnAll: 'Return All',
	sameNumberTwice: 'Same Number Twice',
	simplify: 'Simplify',
	specifyMetadata: 'Specify Metadata',
	status: 'Status',
	toNumber: 'To Number',
	waitForLineMinutes: 'Wait for a Free Line',
	waitForRecordingMinutes: 'Wait for Recording',
	waitLimitMinutes: 'Limit Wait Time',
	webhookId: 'Webhook ID',
	webhookUrl: 'Webhook URL',
	whenBlocked: 'When Blocked',
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
 * What the editor calls a parameter or a field of KrosAI's API; one unknown here keeps its name.
 *
 * @param name also a path into a parameter, such as `metadata.entry`
 */
export function labelOf(name: string): string {
	const parameter = name.replace(/\..*/, '');
	const camelCase = parameter.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
	return Object.hasOwn(LABELS, camelCase) ? LABELS[camelCase]! : parameter;
}

/** The name of a parameter in `error.field`: KrosAI's where it has one. */
export function fieldOf(parameter: string): string {
	return API_FIELDS[parameter] ?? parameter;
}
