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
