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

/** Every event that KrosAI's API takes in a subscription. */
export const SUBSCRIBABLE_EVENTS = [
	'call.started',
	'call.completed',
	'call.failed',
	'call.recording.ready',
	'transcription.completed',
	'number.provisioned',
	'number.released',
];

/** The one name of an event; a name that is not known stays as it is. */
export function canonicalEvent(name: string): string {
	return Object.hasOwn(ALIASES, name) ? ALIASES[name]! : name;
}
