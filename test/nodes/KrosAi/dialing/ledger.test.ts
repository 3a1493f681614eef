import type { IDataObject } from 'n8n-workflow';
import type { CallRequest } from '../../../../nodes/KrosAi/dialing/callRequest';
import { openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
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

const to = (to_number: string, more: IDataObject = {}): CallRequest => ({
	...(REQUEST.body as CallRequest),
	to_number,
	...more,
});
const A = to('+14155550110');
const B = to('+14155550111');
const C = to('+14155550112');
const D = to('+14155550113');

const SENT = { from_number: A.from_number, to_number: '', endpoint_id: 'ep_abc123', at: 1 };

const open = (
	nodeContext: IDataObject,
	{ runIndex = 0, executionId = '1', isToolRun = false } = {},
) => openLedger({ nodeContext, runIndex, executionId, isToolRun });

/** What n8n does with a context between two tries of an execution that it has stored. */
const stored = (context: IDataObject) => JSON.parse(JSON.stringify(context)) as IDataObject;

describe('what the next try finds', () => {
	const context: IDataObject = {};
	const first = open(context);
	first.recordSent(0, A, SENT);
	first.recordSent(1, B, SENT);
	first.recordCall(1, B, CALL, 1);
	first.recordSent(2, C, SENT);
	first.recordUnknown(2, C, FAILURE, SENT);
	first.recordSent(3, D, SENT);
	first.forget(3, D);

	it.each([
		['in the same process', open(context)],
		['from the database', open(stored(context))],
	])('%s', (_, next) => {
		expect(next.find(0, A)).toEqual({ state: 'sent', sent: SENT });
		expect(next.find(1, B)).toEqual({ state: 'called', to_number: B.to_number, call: CALL, at: 1 });
		expect(next.find(2, C)).toEqual({ state: 'unknown', failure: FAILURE, sent: SENT });
		expect(next.find(3, D)).toBeUndefined();
	});

	it.each([
		['another item', 0, 4, A],
		['another number of the same item', 0, 0, B],
		['another round of a loop', 1, 0, A],
		['an item whose number begins alike', 0, 11, B],
	])('nothing for %s', (_, runIndex, itemIndex, request) => {
		expect(open(context, { runIndex }).find(itemIndex, request)).toBeUndefined();
	});
});

it('does not mix up round 1, item 10 with round 11, item 0', () => {
	const context: IDataObject = {};
	open(context, { runIndex: 1 }).recordCall(10, A, CALL, 1);
	expect(open(context, { runIndex: 11 }).find(0, A)).toBeUndefined();
	expect(open(context, { runIndex: 1 }).find(10, A)).toBeDefined();
});

it('knows whether there was an earlier try of this run, among those of a loop', () => {
	const context: IDataObject = {};
	const hasEarlierTry = (runIndex: number) => open(stored(context), { runIndex }).hasEarlierTry;
	expect(hasEarlierTry(0)).toBe(false);
	open(context, { runIndex: 11 }).recordSent(1, A, SENT);
	open(context, { runIndex: 2 }).recordSent(0, A, SENT);
	expect([0, 1, 2, 11].map(hasEarlierTry)).toEqual([false, false, true, true]);
});

it('finds what version 0.1.0 has kept: an execution can be retried after an update', () => {
	const entry = { state: 'called', to_number: A.to_number, call: CALL, at: 1 };
	const context = { calls: { '0:3:e2c63e05d79bb7a4': entry } };
	expect(open(context).find(3, A)).toEqual(entry);
});

it('leaves alone what else is in the context', () => {
	const context: IDataObject = { other: { kept: true } };
	open(context).recordSent(0, A, SENT);
	expect(context.other).toEqual({ kept: true });
});

it('lists the calls of this run, of earlier tries too, in the order of the items', () => {
	const context: IDataObject = {};
	open(context).recordCall(10, A, { id: 'call_3' }, 1);
	open(context).recordCall(2, B, CALL, 1);
	open(context).recordUnknown(3, C, FAILURE, SENT);
	open(context, { runIndex: 1 }).recordCall(0, D, CALL, 1);
	expect(open(stored(context)).placedCalls()).toEqual([
		{ itemIndex: 2, call_id: 'call_1', to_number: B.to_number },
		{ itemIndex: 10, call_id: 'call_3', to_number: A.to_number },
	]);
});

it('gives the calls of all rounds of a loop, as KrosAI answered', () => {
	const context: IDataObject = {};
	open(context).recordCall(1, A, CALL, 1);
	open(context, { runIndex: 1 }).recordCall(0, B, { id: 'call_2' }, 1);
	open(context).recordUnknown(2, C, FAILURE, SENT);
	expect(open(stored(context)).calls()).toEqual([
		{ call: CALL, at: 1 },
		{ call: { id: 'call_2' }, at: 1 },
	]);
});

it('remembers a refused key for the tries of one execution, not for a retry of it', () => {
	const context: IDataObject = {};
	expect(open(context).keyRefusal()).toBeUndefined();
	open(context).recordKeyRefusal(FAILURE);
	expect(open(stored(context), { runIndex: 1 }).keyRefusal()).toEqual(FAILURE);
	expect(open(stored(context), { executionId: '2' }).keyRefusal()).toBeUndefined();
});

describe('two requests of one item are the same', () => {
	const finds = (changes: IDataObject, isToolRun = false) => {
		const context: IDataObject = {};
		open(context, { isToolRun }).recordSent(0, to('+14155550110', { metadata: { a: 1 } }), SENT);
		const other = to('+14155550110', { metadata: { a: 1 }, ...changes });
		return open(context, { isToolRun }).find(0, other) !== undefined;
	};

	it.each<[string, IDataObject]>([
		['nothing is changed', {}],
		['the metadata is, as with the time of the try', { metadata: { a: 2 } }],
		['the maximum duration is', { max_duration: 60 }],
		['the webhook URL is', { webhook_url: 'https://example.com' }],
		['the From Number is, as when it is drawn by lot', { from_number: '+14155550100' }],
		['the endpoint is, as when it was corrected before a retry', { endpoint_id: 'ep_def456' }],
	])('where %s', (_, changes) => {
		expect(finds(changes)).toBe(true);
	});

	it('not where To Number is another', () => {
		expect(finds({ to_number: '+14155550111' })).toBe(false);
	});

	it.each<[string, IDataObject]>([
		['To Number', { to_number: '+14155550111' }],
		['From Number', { from_number: '+14155550100' }],
		['the endpoint', { endpoint_id: 'ep_def456' }],
		['the metadata', { metadata: { a: 2 } }],
		['the metadata, which is gone,', { metadata: undefined }],
	])('not where %s is another, for an AI agent', (_, changes) => {
		expect(finds(changes, true)).toBe(false);
		expect(finds({}, true)).toBe(true);
	});
});
