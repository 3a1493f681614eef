/**
 * Every event that KrosAI's API takes in a subscription (Ref: Webhooks), as it stands under
 * "Trigger On", and in the order of the outputs, whose short names fit beside the node.
 */
export const EVENTS = [
	{
		value: 'call.completed',
		name: 'Call Completed',
		output: 'Completed',
		description: 'A call has ended normally',
	},
	{
		value: 'call.failed',
		name: 'Call Failed',
		output: 'Failed',
		description: 'A call was not answered, the line was busy, or it could not be connected',
	},
	{
		value: 'call.started',
		name: 'Call Started',
		output: 'Started',
		description: 'A call was answered. Never comes for calls that are not answered.',
	},
	{
		value: 'number.provisioned',
		name: 'Number Provisioned',
		output: 'Provisioned',
		description: 'A phone number was bought',
	},
	{
		value: 'number.released',
		name: 'Number Released',
		output: 'Released',
		description: 'A phone number was given up',
	},
	{
		value: 'call.recording.ready',
		name: 'Recording Ready',
		output: 'Recording',
		description: 'The recording of a call can be downloaded',
	},
	{
		value: 'transcription.completed',
		name: 'Transcript Ready',
		output: 'Transcript',
		description: 'The transcript of a call is there',
	},
];

/**
 * KrosAI's documents name one and the same event differently (Spec, Webhook Integration; Webhooks
 * Overview; Webhook Events; OpenAPI). The names of the OpenAPI document are the ones used here,
 * because that is what the API takes when one subscribes.
 */
const ALIASES: Record<string, string> = {
	'call.answered': 'call.started',
	'call.ended': 'call.completed',
	'recording.ready': 'call.recording.ready',
	'call.recording.completed': 'call.recording.ready',
	'transcript.ready': 'transcription.completed',
	'phone_number.purchased': 'number.provisioned',
	'phone_number.released': 'number.released',
};

/** The one name of an event; a name that is not known stays as it is. */
export function canonicalEvent(name: string): string {
	return Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
}
