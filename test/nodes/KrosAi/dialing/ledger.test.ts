import type { IDataObject } from 'n8n-workflow';
import { fingerprintOf, openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../../../nodes/KrosAi/dialing/placement';
import { REQUEST } from '../../../support/exchanges';

const CALL = { call_id: 'call_1', status: 'initiated' };
const FAILURE: CallFailure = {
	code: 'TIMEOUT',
	httpCode: null,
	field: null,
	value: null,
	message: 'What happened',
	description: 'What to do',
	placed: 'unknown',
};

/** What n8n does with a context between two tries of an execution that it has stored. */
const stored = (context: IDataObject) => JSON.parse(JSON.stringify(context)) as IDataObject;

describe('what the next try finds', () => {
	const context: IDataObject = {};
	const first = openLedger(context, 0);
	first.recordSent(0, 'a');
	first.recordSent(1, 'b');
	first.recordCall(1, 'b', CALL);
	first.recordSent(2, 'c');
	first.recordUnknown(2, 'c', FAILURE);
	first.recordSent(3, 'd');
	first.forget(3, 'd');

	it.each([
		['in the same process', openLedger(context, 0)],
		['from the database', openLedger(stored(context), 0)],
	])('%s', (_, next) => {
		expect(next.find(0, 'a')).toEqual({ state: 'sent' });
		expect(next.find(1, 'b')).toEqual({ state: 'called', call: CALL });
		expect(next.find(2, 'c')).toEqual({ state: 'unknown', failure: FAILURE });
		expect(next.find(3, 'd')).toBeUndefined();
	});

	it.each([
		['another item', 0, 4, 'a'],
		['another request of the same item', 0, 0, 'b'],
		['another round of a loop', 1, 0, 'a'],
		['an item whose number begins alike', 0, 11, 'b'],
	])('nothing for %s', (_, runIndex, itemIndex, fingerprint) => {
		expect(openLedger(context, runIndex).find(itemIndex, fingerprint)).toBeUndefined();
	});
});

it('does not mix up round 1, item 10 with round 11, item 0', () => {
	const context: IDataObject = {};
	openLedger(context, 1).recordCall(10, 'a', CALL);
	expect(openLedger(context, 11).find(0, 'a')).toBeUndefined();
	expect(openLedger(context, 1).find(10, 'a')).toBeDefined();
});

it('forgets one request and keeps the others', () => {
	const ledger = openLedger({}, 0);
	ledger.recordCall(0, 'a', CALL);
	ledger.recordSent(0, 'b');
	ledger.forget(0, 'b');
	expect(ledger.find(0, 'b')).toBeUndefined();
	expect(ledger.find(0, 'a')).toBeDefined();
});

it('leaves alone what else is in the context', () => {
	const context: IDataObject = { other: { kept: true } };
	openLedger(context, 0).recordSent(0, 'a');
	expect(context.other).toEqual({ kept: true });
});

describe('two requests of one item are the same', () => {
	const { body } = REQUEST;
	const of = (changes: IDataObject, withMetadata = false) =>
		fingerprintOf({ ...body, metadata: { a: 1 }, ...changes }, { withMetadata });

	it.each<[string, IDataObject]>([
		['nothing is changed', {}],
		['the metadata is, as with the time of the try', { metadata: { a: 2 } }],
		['the maximum duration is', { max_duration: 60 }],
		['the webhook URL is', { webhook_url: 'https://example.com' }],
	])('where %s', (_, changes) => {
		expect(of(changes)).toBe(of({}));
	});

	it.each<[string, IDataObject]>([
		['To Number', { to_number: '+14155550111' }],
		['From Number', { from_number: '+14155550100' }],
		['the endpoint', { endpoint_id: 'ep_def456' }],
	])('not where %s is another', (_, changes) => {
		expect(of(changes)).not.toBe(of({}));
	});

	it('not where from and to have changed places', () => {
		const { from_number, to_number } = body;
		expect(of({ from_number: to_number, to_number: from_number })).not.toBe(of({}));
	});

	it('not where the metadata differs, for an AI agent', () => {
		expect(of({}, true)).toBe(of({}, true));
		expect(of({ metadata: { a: 2 } }, true)).not.toBe(of({}, true));
		expect(of({ metadata: undefined }, true)).not.toBe(of({}, true));
		expect(of({ max_duration: 60 }, true)).toBe(of({}, true));
	});
});

it('keeps no phone number in the key of an entry', () => {
	const context: IDataObject = {};
	openLedger(context, 0).recordSent(0, fingerprintOf(REQUEST.body, { withMetadata: true }));
	expect(JSON.stringify(context)).not.toContain('4155550110');
});
