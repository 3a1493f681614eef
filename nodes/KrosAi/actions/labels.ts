/** The parameters that an item can have expressions in, and what the editor calls them. */
const LABELS: Record<string, string> = {
	binaryPropertyName: 'Put Output File in Field',
	callId: 'Call ID',
	callingHours: 'Calling Hours',
	callingHoursRows: 'Hours',
	callingRules: 'Calling Rules',
	endpointId: 'Endpoint',
	filters: 'Filters',
	fromNumber: 'From Number',
	limit: 'Limit',
	maxDuration: 'Maximum Duration',
	metadata: 'Metadata',
	metadataJson: 'Metadata (JSON)',
	options: 'Options',
	returnAll: 'Return All',
	simplify: 'Simplify',
	specifyMetadata: 'Specify Metadata',
	toNumber: 'To Number',
	whenBlocked: 'When Blocked',
};

/** @param parameter its name, or a path into it such as `metadata.entry` */
export function labelOf(parameter: string): string {
	const [name = ''] = parameter.split('.');
	return LABELS[name] ?? name;
}
