import { toCallItem } from '../../../../nodes/KrosAi/calls/callItem';
import { readDelivery } from '../../../../nodes/KrosAi/webhooks/payload';

/** KrosAI docs, Call logs: the example of a call. */
const LOGGED = {
	id: 'call_abc123',
	from_number: '+14155550123',
	to_number: '+2348012345678',
	direction: 'inbound',
	status: 'completed',
	duration: 180,
	cost_cents: 12,
	endpoint_id: 'ep_xyz789',
	phone_number_id: 'pn_123',
	recording_url: 'https://storage.krosai.com/recordings/call_abc123.mp3',
	transcript: '[Agent]: Hello\n[Caller]: Hi',
	created_at: '2025-01-10T10:00:00Z',
	answered_at: '2025-01-10T10:00:05Z',
	completed_at: '2025-01-10T10:03:05Z',
};

it('gives an entry of the call log in the words of the trigger, who and what first', () => {
	const item = toCallItem(LOGGED);
	const { id, ...others } = LOGGED;
	// To the letter: a field that is there and undefined would be a column in the editor.
	expect(item).toStrictEqual({
		...others,
		call_id: id,
		outcome: 'completed',
		answered_by: null,
		metadata: {},
		transcript_turns: [
			{ speaker: 'Agent', text: 'Hello' },
			{ speaker: 'Caller', text: 'Hi' },
		],
	});
	expect(Object.keys(item).join(' ')).toBe(
		'to_number outcome answered_by duration call_id metadata transcript transcript_turns direction from_number status cost_cents recording_url endpoint_id phone_number_id created_at answered_at completed_at',
	);
});

it('gives every field that the trigger gives for the same call, with the same value', () => {
	const { id, ...fields } = { ...LOGGED, metadata: { customer_id: 'cust_1' } };
	const body = { event: 'call.completed', timestamp: 'now', data: { ...fields, call_id: id } };
	const delivery = readDelivery(Buffer.from(JSON.stringify(body)))!;
	const ofTheDelivery = ['event', 'event_id', 'timestamp'];
	const ofTheCall = Object.entries(delivery).filter(([name]) => !ofTheDelivery.includes(name));
	expect(toCallItem({ ...fields, id })).toEqual({
		...Object.fromEntries(ofTheCall),
		transcript_turns: expect.any(Array),
	});
});

it('has null for what is not known, of a call that goes on', () => {
	expect(toCallItem({ id: 7, status: 'ringing' })).toEqual({
		call_id: '7',
		direction: null,
		from_number: null,
		to_number: null,
		status: 'ringing',
		outcome: null,
		answered_by: null,
		duration: null,
		cost_cents: null,
		metadata: {},
		transcript_turns: [],
	});
});

it('takes the id under either name, and keeps an id of something else', () => {
	expect(toCallItem({ call_id: 'call_1' })).toMatchObject({ call_id: 'call_1' });
	expect(toCallItem({ call_id: 'call_1', id: 'call_1' })).not.toHaveProperty('id');
	expect(toCallItem({ call_id: 'call_1', id: 'log_9' })).toMatchObject({
		call_id: 'call_1',
		id: 'log_9',
	});
	expect(toCallItem({ status: 'failed' })).toMatchObject({ call_id: null, outcome: 'failed' });
});

it.each(['busy', '', 0, null, false])('never has a top-level error key, for %p', (error) => {
	const item = toCallItem({ ...LOGGED, error });
	expect(item).not.toHaveProperty('error');
	expect(item).toHaveProperty('error_message', error);
});

it('reads metadata in other forms, and keeps what it can not read', () => {
	expect(toCallItem({ ...LOGGED, metadata: '{"a":1}' })).toMatchObject({ metadata: { a: 1 } });
	expect(toCallItem({ ...LOGGED, metadata: ['x'] })).toMatchObject({
		metadata: {},
		metadata_raw: ['x'],
	});
});

it('keeps what stands in place of the id', () => {
	expect(toCallItem({ call_id: { value: 'x' } })).toMatchObject({
		call_id: null,
		call_id_raw: { value: 'x' },
	});
	expect(toCallItem({ id: 7 })).not.toHaveProperty('call_id_raw');
});

it('keeps the words beside an error', () => {
	expect(toCallItem({ ...LOGGED, error: 7, error_message: 'Line lost' })).toMatchObject({
		error_message: 7,
		error_message_2: 'Line lost',
	});
	expect(toCallItem({ ...LOGGED, error_message: 'Line lost' })).toMatchObject({
		error_message: 'Line lost',
	});
});

it('lets no field of the call stand in for what is worked out', () => {
	const item = toCallItem({ ...LOGGED, outcome: 'great', transcript_turns: 'none', metadata: 'x' });
	expect(item).toMatchObject({ outcome: 'completed', metadata: {} });
	expect(item.transcript_turns).toHaveLength(2);
});

it.each([
	['human', 'person', 'human'],
	['voicemail', 'voicemail', undefined],
	['unknown', null, 'unknown'],
	[true, null, true],
	[null, null, undefined],
])('one field says who answered, for %p, and nothing is lost', (given, answered_by, raw) => {
	const item = toCallItem({ ...LOGGED, answered_by: given });
	expect(item).toMatchObject({ answered_by });
	expect(item.answered_by_raw).toBe(raw);
	// What a callback delivered and what the log holds is read as one call.
	const { outcome, ...again } = item;
	expect(toCallItem(again, 'call.completed')).toEqual({ ...item, outcome });
});
