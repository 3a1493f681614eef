import type { IDataObject } from 'n8n-workflow';
import { readDelivery } from '../../../../nodes/KrosAi/webhooks/payload';
import {
	besideRow,
	toResultItem,
	toUnfinishedItem,
} from '../../../../nodes/KrosAi/waiting/resultItem';

const delivered = (body: IDataObject) => readDelivery(Buffer.from(JSON.stringify(body)))!;

const ENTRY: IDataObject = {
	id: 'call_1',
	status: 'completed',
	direction: 'outbound',
	to_number: '+14155550110',
	duration: 12,
	cost_cents: 3,
	metadata: { customer_id: 'cust_1' },
	completed_at: '2025-01-10T10:03:05Z',
	transcript: '[Agent]: Hello.',
};

describe('metadata in another form', () => {
	const textual = '{"customer_id":"cust_1"}';
	const metadata = { customer_id: 'cust_1' };
	const end = (more: IDataObject) => delivered({ event: 'call.ended', call_id: 'call_1', ...more });

	it('is read from the log, and from the delivery', () => {
		const entry = { ...ENTRY, metadata: textual };
		expect(toResultItem({ entry })).toMatchObject({ metadata });
		expect(toUnfinishedItem(entry)).toMatchObject({ metadata });
		expect(toResultItem({ entry, delivery: end({}) })).toMatchObject({ metadata });
		expect(toResultItem({ delivery: end({ metadata: textual }) })).toMatchObject({ metadata });
	});

	it('is kept where neither can be read, and beside what can', () => {
		const delivery = end({ metadata: 'cust_1' });
		expect(toResultItem({ delivery })).toMatchObject({ metadata: {}, metadata_raw: 'cust_1' });
		expect(toResultItem({ entry: ENTRY, delivery })).toMatchObject({
			metadata,
			metadata_raw: 'cust_1',
		});
		expect(toResultItem({ entry: { ...ENTRY, metadata: 7 }, delivery: end({}) })).toMatchObject({
			metadata: {},
			metadata_raw: 7,
		});
	});
});

describe('of a call whose end the log alone tells', () => {
	it('has what the log holds, and the name that its event would have had', () => {
		expect(toResultItem({ entry: ENTRY })).toMatchObject({
			event: 'call.completed',
			event_id: null,
			timestamp: '2025-01-10T10:03:05Z',
			call_id: 'call_1',
			outcome: 'completed',
			duration: 12,
			metadata: { customer_id: 'cust_1' },
			transcript_turns: [{ speaker: 'Agent', text: 'Hello.' }],
		});
	});

	it.each(['no_answer', 'busy', 'failed'])('calls %s a call that failed', (status) => {
		expect(toResultItem({ entry: { ...ENTRY, status } })).toMatchObject({
			event: 'call.failed',
			outcome: status,
		});
	});

	it.each([
		[{ ended_at: '2025-01-10T10:03:07Z' }, '2025-01-10T10:03:07Z'],
		[{ completed_at: '2025-01-10T10:03:05Z', ended_at: 'later' }, '2025-01-10T10:03:05Z'],
		[{}, null],
	])('ended when the log says so: %j', (times, timestamp) => {
		expect(toResultItem({ entry: { id: 'call_1', status: 'completed', ...times } })).toMatchObject({
			timestamp,
		});
	});

	it('is an item all the same where nothing is known', () => {
		expect(toResultItem({})).toMatchObject({ event: 'call.failed', call_id: null, outcome: null });
	});
});

describe('of a call that has reported its end', () => {
	const FLAT = {
		event: 'call.completed',
		event_id: 'evt_1',
		timestamp: '2025-01-10T10:03:06Z',
		call_id: 'call_1',
		duration: 13,
	};

	it('has the payload’s word, and the log’s where the payload says nothing', () => {
		const item = toResultItem({ delivery: delivered(FLAT), entry: ENTRY });
		expect(item).toMatchObject({
			...FLAT,
			outcome: 'completed',
			status: 'completed',
			to_number: '+14155550110',
			cost_cents: 3,
			metadata: { customer_id: 'cust_1' },
			transcript: '[Agent]: Hello.',
		});
		expect(Object.keys(item).slice(0, 4)).toEqual([
			'to_number',
			'outcome',
			'answered_by',
			'duration',
		]);
	});

	it('has the payload’s metadata where it holds any', () => {
		const delivery = delivered({ ...FLAT, metadata: { customer_id: 'cust_2' } });
		expect(toResultItem({ delivery, entry: ENTRY })).toMatchObject({
			metadata: { customer_id: 'cust_2' },
		});
	});

	it('has an empty one where none is known', () => {
		expect(toResultItem({ delivery: delivered(FLAT) })).toMatchObject({ metadata: {} });
	});

	it('trusts the payload’s outcome over the log’s status', () => {
		const delivery = delivered({ event: 'call.failed', call_id: 'call_1', hangup_cause: 'busy' });
		expect(toResultItem({ delivery, entry: ENTRY })).toMatchObject({
			event: 'call.failed',
			outcome: 'busy',
			event_id: null,
		});
	});

	it.each(['no_answer', 'busy'])('has the log’s more exact word for what failed: %s', (status) => {
		const delivery = delivered({ event: 'call.failed', call_id: 'call_1' });
		expect(delivery.outcome).toBe('failed');
		expect(toResultItem({ delivery, entry: { ...ENTRY, status } })).toMatchObject({
			status,
			outcome: status,
		});
	});

	it('has the log’s outcome where the payload tells none', () => {
		const delivery = delivered({ event: 'call.recording_ready', call_id: 'call_1' });
		expect(delivery.outcome).toBeNull();
		expect(toResultItem({ delivery, entry: ENTRY })).toMatchObject({ outcome: 'completed' });
	});

	it.each([
		['the log says', {}, { answered_by: 'machine_start' }, 'voicemail'],
		['the payload says', { answered_by: 'human' }, {}, 'person'],
		[
			'the payload says, whatever the log has in that field',
			{ answered_by: 'human' },
			{ answered_by: 'machine_start' },
			'person',
		],
		['neither says clearly', { answered_by: 'human', voicemail: true }, {}, null],
		[
			'both say differently',
			{ answered_by: 'human' },
			{ call_analysis: { in_voicemail: true } },
			null,
		],
		['is no voicemail by the log', {}, { call_analysis: { in_voicemail: false } }, 'person'],
	])('has who answered as %s', (_, told, logged, answered_by) => {
		const delivery = delivered({ event: 'call.completed', call_id: 'call_1', ...told });
		const entry = { ...ENTRY, status: null, ...logged };
		expect(toResultItem({ delivery, entry })).toMatchObject({ answered_by });
	});

	it('never has the log’s event id or time for its own', () => {
		const delivery = delivered({ event: 'call.completed', call_id: 'call_1' });
		const entry = { ...ENTRY, event_id: 'evt_old' };
		expect(toResultItem({ delivery, entry })).toMatchObject({ event_id: null, timestamp: null });
	});
});

it('of a call whose end is unknown, has its start and says so', () => {
	const started = { call_id: 'call_1', status: 'initiated', to_number: '+14155550110' };
	expect(toUnfinishedItem(started)).toMatchObject({
		event: null,
		event_id: null,
		timestamp: null,
		...started,
		outcome: null,
		wait_timed_out: true,
	});
});

it('stands in front of its row, and takes nothing from it that only a call can say', () => {
	const earlier = { ...toResultItem({ entry: { ...ENTRY, hangup_cause: 'busy' } }), id: 7 };
	const row = { name: 'Ada', error_message: 'of the row', wait_timed_out: true, ...earlier };
	const result = toUnfinishedItem({ call_id: 'call_2', status: 'initiated', created_at: 'now' });
	const { wait_timed_out, ...known } = result;
	const item = besideRow(known, row);
	expect(item).toEqual({ ...known, name: 'Ada', error_message: 'of the row', id: 7 });
	expect(Object.keys(item)[0]).toBe('to_number');
	expect(wait_timed_out).toBe(true);
});
