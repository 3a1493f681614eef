import { canonicalEvent, EVENTS } from '../../../../nodes/KrosAi/webhooks/events';
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
	const canonical = NAMES.map(([name]) => name).sort();
	expect([...SUBSCRIBABLE_EVENTS].sort()).toEqual(canonical);
	expect(EVENTS.map(({ value }) => value).sort()).toEqual(canonical);
});

it.each(EVENTS)('$value has a name, a short one for its output, and a description', (event) => {
	const { name, output, description } = event;
	for (const text of [name, output, description]) expect(text).toMatch(/^[A-Z][\w ]+/);
	expect(name).toContain(output);
	expect(description.split(' ').length).toBeGreaterThan(4);
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
