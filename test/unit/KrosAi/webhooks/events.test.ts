import { canonicalEvent } from '../../../../nodes/KrosAi/webhooks/events';
import { SUBSCRIBABLE_EVENTS } from '../../../../simulator/events';

/** krosai-api.md 3.1: what the Webhooks Overview, Webhook Events and OpenAPI call the same thing. */
const NAMES: Array<[canonical: string, names: string[]]> = [
	['call.started', ['call.started', 'call.answered']],
	['call.completed', ['call.completed', 'call.ended']],
	['call.failed', ['call.failed']],
	['call.recording.ready', ['call.recording.ready', 'call.recording.completed', 'recording.ready']],
	['transcription.completed', ['transcription.completed', 'transcript.ready']],
	['number.provisioned', ['number.provisioned', 'phone_number.purchased']],
	['number.released', ['number.released', 'phone_number.released']],
];

it.each(NAMES)('%s is one event, whichever document names it', (canonical, names) => {
	expect(names.map(canonicalEvent)).toEqual(names.map(() => canonical));
});

it('is subscribed to by its canonical name', () => {
	expect([...SUBSCRIBABLE_EVENTS].sort()).toEqual(NAMES.map(([canonical]) => canonical).sort());
});

it.each([
	...'call.initiated call.ringing phone_number.updated endpoint.created port_request.failed'.split(
		' ',
	),
	...'balance.low CALL.ENDED something.new constructor __proto__ hasOwnProperty toString'.split(
		' ',
	),
])('%s keeps its name', (name) => {
	expect(canonicalEvent(name)).toBe(name);
});
