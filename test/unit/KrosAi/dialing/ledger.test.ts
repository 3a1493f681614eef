import type { IDataObject } from 'n8n-workflow';
import type { CallRequest } from '../../../../nodes/KrosAi/parameters/callRequest';
import { hashOf, openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../../../nodes/KrosAi/api/types';
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
const NUMBER = '+14155550110';
const SENT = { ...REQUEST.body, at: 1 };

const open = (
	nodeContext: IDataObject,
	{ runIndex = 0, executionId = '1', isToolRun = false } = {},
) => openLedger({ nodeContext, runIndex, executionId, isToolRun });

/** What n8n does with a context between two tries of an execution that it has stored. */
const stored = (context: IDataObject) => JSON.parse(JSON.stringify(context)) as IDataObject;

describe('what the next try finds', () => {
	const context: IDataObject = {};
	const first = open(context);
	for (const [item, key] of ['a', 'b', 'c', 'd'].entries()) first.recordSent(key, item, SENT);
	first.recordCall('b', 1, NUMBER, CALL);
	first.recordUnknown('c', 2, FAILURE, SENT);
	first.forget('d');

	it.each([
		['in the same process', open(context)],
		['from the database', open(stored(context))],
		['in another run of a loop, by the same keys', open(context, { runIndex: 1 })],
	])('%s', (_, next) => {
		expect(next.find('a')).toEqual({ run: 0, item: 0, sentBy: '1', state: 'sent', sent: SENT });
		expect(next.find('b')).toEqual({
			run: 0,
			item: 1,
			sentBy: '1',
			state: 'called',
			to_number: NUMBER,
			call: CALL,
			from_number: SENT.from_number,
			at: SENT.at,
		});
		expect(next.find('c')).toEqual({
			run: 0,
			item: 2,
			sentBy: '1',
			state: 'unknown',
			failure: FAILURE,
			sent: SENT,
		});
		expect(next.find('d')).toBeUndefined();
		expect(next.find('e')).toBeUndefined();
	});
});

it('knows whether n8n has kept anything of the node in this execution', () => {
	const context: IDataObject = { other: true };
	expect(open(context).isNew).toBe(true);
	// Also where no request was sent: the context itself has come through.
	expect(open(stored(context), { runIndex: 1 }).isNew).toBe(false);
});

it('counts the refusals of a contact, over retries, until there is a call', () => {
	const context: IDataObject = {};
	expect(open(context).refusals('a')).toBe(0);
	open(context).forget('a');
	open(context).forget('b');
	const retry = stored(context);
	open(retry, { executionId: '2' }).forget('a');
	expect(open(retry).refusals('a')).toBe(2);
	expect(open(retry).refusals('b')).toBe(1);
	expect(open(context).refusals('a')).toBe(1);
	open(retry).recordCall('a', 0, NUMBER, CALL);
	expect(JSON.stringify(retry.refusals)).toBe('{"b":1}');
});

it('leaves alone what else is in the context', () => {
	const context: IDataObject = { other: { kept: true } };
	open(context).recordSent('a', 0, SENT);
	expect(context.other).toEqual({ kept: true });
});

it('lists the calls of this run, of earlier tries too, in the order of the items', () => {
	const context: IDataObject = {};
	open(context).recordCall('a', 10, NUMBER, { id: 'call_3' });
	open(context).recordCall('b', 2, '+14155550111', CALL);
	open(context).recordUnknown('c', 3, FAILURE, SENT);
	open(context, { runIndex: 1 }).recordCall('d', 0, NUMBER, CALL);
	expect(open(stored(context)).placedCalls()).toEqual([
		{ itemIndex: 2, call_id: 'call_1', to_number: '+14155550111' },
		{ itemIndex: 10, call_id: 'call_3', to_number: NUMBER },
	]);
});

it('gives the ids of the calls of all runs of the node', () => {
	const context: IDataObject = {};
	open(context).recordCall('a', 1, NUMBER, CALL);
	open(context).recordUnknown('b', 2, FAILURE, SENT);
	open(context, { runIndex: 1 }).recordCall('c', 0, NUMBER, { id: 'call_2' });
	open(context, { runIndex: 1 }).recordCall('d', 1, NUMBER, {});
	expect(open(stored(context)).callIds()).toEqual(['call_1', 'call_2']);
});

it('gives what other runs have sent whose call is not known', () => {
	const context: IDataObject = {};
	const inRun = (runIndex: number) => open(context, { runIndex });
	inRun(0).recordSent('a', 0, { ...SENT, at: 2 });
	inRun(0).recordUnknown('b', 1, FAILURE, { ...SENT, at: 3 });
	inRun(0).recordCall('c', 2, NUMBER, CALL);
	inRun(1).recordSent('d', 0, { ...SENT, at: 4 });
	expect(inRun(1).inDoubtElsewhere()).toEqual([
		{ ...SENT, at: 2 },
		{ ...SENT, at: 3 },
	]);
});

it('remembers a refused key for the tries of one execution, not for a retry of it', () => {
	const context: IDataObject = {};
	expect(open(context).keyRefusal()).toBeUndefined();
	open(context).recordKeyRefusal(FAILURE);
	expect(open(stored(context), { runIndex: 1 }).keyRefusal()).toEqual(FAILURE);
	expect(open(stored(context), { executionId: '2' }).keyRefusal()).toBeUndefined();
});

describe('a contact is the same', () => {
	const identityOf = (changes: IDataObject, isToolRun: boolean, context = {}, runIndex = 0) =>
		open(context, { isToolRun, runIndex }).identityOf({
			...(REQUEST.body as CallRequest),
			metadata: { a: 1 },
			...changes,
		});
	const isSame = (changes: IDataObject, isToolRun = false) =>
		identityOf(changes, isToolRun) === identityOf({}, isToolRun);

	it.each<[string, IDataObject]>([
		['nothing is changed', {}],
		['the metadata is, as with the time of the try', { metadata: { a: 2 } }],
		['the maximum duration is', { max_duration: 60 }],
		['the webhook URL is', { webhook_url: 'https://example.com' }],
		['the From Number is, as when it is drawn by lot', { from_number: '+14155550100' }],
		['the endpoint is, as when it was corrected before a retry', { endpoint_id: 'ep_def456' }],
	])('where %s', (_, changes) => {
		expect(isSame(changes)).toBe(true);
	});

	it('not where To Number is another, or the run of the node', () => {
		expect(isSame({ to_number: '+14155550111' })).toBe(false);
		const context = {};
		expect(identityOf({}, false, context, 1)).not.toBe(identityOf({}, false, context, 11));
	});

	it('where a retry begins behind runs that n8n has kept, and without their ledger', () => {
		expect(identityOf({}, false, {}, 2)).toBe(identityOf({}, false, {}, 0));
	});

	it.each<[string, IDataObject]>([
		['To Number', { to_number: '+14155550111' }],
		['From Number', { from_number: '+14155550100' }],
		['the endpoint', { endpoint_id: 'ep_def456' }],
		['the metadata', { metadata: { a: 2 } }],
		['the metadata, which is gone,', { metadata: undefined }],
	])('not where %s is another, for an AI agent', (_, changes) => {
		expect(isSame(changes, true)).toBe(false);
	});

	it('in every run, for an AI agent', () => {
		const context = {};
		expect(identityOf({}, true, context, 0)).toBe(identityOf({}, true, context, 1));
		expect(identityOf({}, true)).not.toBe(identityOf({}, false));
	});

	it('without its number being told', () => {
		expect(identityOf({}, false) + identityOf({}, true)).not.toContain('4155550110');
	});
});

it('a mark is short, the same for the same value, and another for another', () => {
	expect(hashOf(['a', 1])).toMatch(/^[\da-f]{32}$/);
	expect(hashOf(['a', 1])).toBe(hashOf(['a', 1]));
	expect(hashOf(['a', 1])).not.toBe(hashOf(['a', '1']));
});

it('knows for which items this execution has sent a request itself', () => {
	const context: IDataObject = {};
	const first = open(context);
	first.recordSent('a', 0, SENT);
	first.recordCall('a', 0, NUMBER, CALL);
	first.recordSent('b', 1, SENT);
	first.recordUnknown('b', 1, FAILURE, SENT);
	open(context, { runIndex: 1 }).recordSent('c', 7, SENT);
	expect(open(context).itemsSentHere()).toEqual(new Set([0, 1]));

	const retry = open(stored(context), { executionId: '2' });
	expect(retry.itemsSentHere()).toEqual(new Set());
	// Found in the log: it reports to the execution that has placed it.
	retry.recordCall('b', 1, NUMBER, CALL);
	retry.recordSent('d', 3, SENT);
	expect(retry.itemsSentHere()).toEqual(new Set([3]));
});

it('lists each call that was started or may have been, as it is counted', () => {
	const context: IDataObject = {};
	const first = open(context);
	first.recordSent('a', 0, SENT);
	first.recordCall('a', 0, NUMBER, CALL);
	first.recordSent('b', 1, { ...SENT, to_number: '+14155550111', at: 2 });
	first.recordSent('c', 2, SENT);
	first.forget('c');
	const { from_number } = SENT;
	const called = { call_id: 'call_1', to_number: NUMBER, from_number, at: 1 };
	const sent = { call_id: undefined, to_number: '+14155550111', from_number, at: 2 };
	const starts = (isOfRun: boolean) => [
		{ isOfRun, ...called },
		{ isOfRun, ...sent },
	];
	expect(first.starts()).toEqual(starts(true));
	expect(open(context, { runIndex: 1 }).starts()).toEqual(starts(false));
	expect(open(context, { runIndex: 1, isToolRun: true }).starts()).toEqual(starts(true));
});

describe('From Numbers', () => {
	const refused = (ledger: ReturnType<typeof open>, sent: typeof SENT) => {
		ledger.recordSent('a', 0, sent);
		ledger.forget('a');
	};

	it('of a contact who was refused are kept until it is called, where there are several', () => {
		const context: IDataObject = {};
		const ledger = open(context);
		expect([ledger.lastFromNumber(), ledger.fromNumberOf('a')]).toEqual([undefined, undefined]);
		ledger.recordFromNumber(SENT.from_number);
		refused(ledger, SENT);
		const next = open(stored(context));
		expect([next.lastFromNumber(), next.fromNumberOf('a')]).toEqual(
			Array(2).fill(SENT.from_number),
		);
		expect(next.fromNumberOf('b')).toBeUndefined();
		next.recordCall('a', 0, NUMBER, CALL);
		expect(next.fromNumberOf('a')).toBeUndefined();
	});

	it('are not kept where there is one', () => {
		const ledger = open({});
		refused(ledger, SENT);
		expect(ledger.fromNumberOf('a')).toBeUndefined();
	});
});

it('keeps the first To Number of each item of a run, for the tries of this execution', () => {
	const context: IDataObject = {};
	open(context).firstNumbers[0] = NUMBER;
	expect(open(stored(context)).firstNumbers).toEqual({ 0: NUMBER });
	expect(open(stored(context), { runIndex: 1 }).firstNumbers).toEqual({});
	expect(open(stored(context), { isToolRun: true }).firstNumbers).toEqual({});
	expect(open(stored(context), { executionId: '2' }).firstNumbers).toEqual({});
});
