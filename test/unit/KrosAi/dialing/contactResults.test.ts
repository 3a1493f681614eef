import * as failures from '../../../../nodes/KrosAi/dialing/contactResults';
import { UNKNOWN } from '../../../../nodes/KrosAi/dialing/startResult';
import type { LedgerEntry } from '../../../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../../../nodes/KrosAi/api/types';
import { REQUEST } from '../../../support/exchanges';

const FAILURE: CallFailure = {
	code: 'TIMEOUT',
	httpCode: 408,
	field: null,
	value: null,
	message: 'KrosAI did not answer',
	description: `It takes too long. ${UNKNOWN}`,
	placed: 'unknown',
};
const NUMBER = REQUEST.body.to_number;

describe('what the call log has shown of a contact in doubt', () => {
	const AT = Date.parse('2026-11-24T12:00:05.678Z');

	it.each<[string, Partial<Parameters<typeof failures.withLookedUp>[1]>, string]>([
		[
			'no such call',
			{},
			"KrosAI's call log did not show the call at 12:00:05 UTC; it may come later.",
		],
		[
			'a call that fits',
			{ fitting: 'call_7' },
			"KrosAI's call log shows a call that fits (call_7), but not whether it is this one. Look Up Unknown Calls: By Key in Metadata tells.",
		],
		[
			'nothing, since the key lacks the scope',
			{ obstacle: 'scope' },
			'With the scope calls:read, which this API key lacks, the node looks for the call itself.',
		],
		[
			'nothing, since it could not be read',
			{ obstacle: 'other' },
			"KrosAI's call log could not be read at 12:00:05 UTC.",
		],
	])('%s: is said after all that was said, and concludes nothing', (_, seen, words) => {
		const looked = { obstacle: undefined, fitting: undefined, at: AT, ...seen };
		expect(failures.withLookedUp(FAILURE, looked)).toEqual({
			...FAILURE,
			description: `${FAILURE.description} ${words}`,
		});
	});
});

describe('what the ledger holds', () => {
	const base = { run: 0, item: 0 };
	const sent = { ...REQUEST.body, at: 1 };

	it.each<[string, LedgerEntry, object]>([
		[
			'a call',
			{ ...base, state: 'called', to_number: NUMBER, call: { call_id: 'call_1' } },
			{ state: 'called', call: { call_id: 'call_1' } },
		],
		[
			'a failure',
			{ ...base, state: 'unknown', failure: FAILURE, sent },
			{ state: 'failed', failure: FAILURE },
		],
		[
			'a request without its answer',
			{ ...base, state: 'sent', sent },
			{ state: 'failed', failure: { code: 'NETWORK', placed: 'unknown' } },
		],
	])('%s', (_, entry, expected) => {
		expect(failures.resultOf(entry, REQUEST.body)).toMatchObject(expected);
	});
});

it.each<[string, CallFailure, Partial<CallFailure>]>([
	['lostFromMemory', failures.lostFromMemory(REQUEST.body), { code: 'NETWORK', placed: 'unknown' }],
	[
		'withoutKey',
		failures.withoutKey(REQUEST.body, { ...FAILURE, code: 'KEY_EXPIRED', httpCode: 403 }),
		{ code: 'KEY_EXPIRED', httpCode: 403, placed: 'no' },
	],
	[
		'withoutLine',
		failures.withoutLine(REQUEST.body, { ...FAILURE, description: 'All lines are in use.' }),
		{ code: 'RATE_LIMIT_EXCEEDED', httpCode: 408, placed: 'no' },
	],
	[
		'withoutStore',
		failures.withoutStore(REQUEST.body, 'The table is gone'),
		{ code: 'INVALID_PARAMETER', httpCode: null, placed: 'no' },
	],
	[
		'leftOut',
		failures.leftOut(REQUEST.body, undefined),
		{ code: 'STOPPED', httpCode: null, placed: 'no' },
	],
	[
		'leftOut, after an exception',
		failures.leftOut(REQUEST.body, { why: 'thrown', reason: new Error('Out of memory') }),
		{ code: 'INTERNAL', httpCode: null, placed: 'no' },
	],
])(
	'%s names the contact, and says whether the contact may have been called',
	(_, failure, expected) => {
		expect(failure).toMatchObject({ ...expected, field: null, value: null });
		expect(failure.message).toMatch(new RegExp(`^Call to \\${NUMBER}: `));
		expect(failure.description.includes(UNKNOWN)).toBe(failure.placed === 'unknown');
	},
);

describe('a contact whose turn did not come', () => {
	it('is told of also where it has no request', () => {
		expect(failures.leftOut(undefined, { why: 'cancelled', at: 0 }).message).toBe(
			'Not started, because the execution was stopped or is at its time limit',
		);
	});

	it.each([
		[new Error('Out of memory'), '(Out of memory)'],
		['Out of memory', '(Out of memory)'],
		[{ toString: 1 }, '(no reason given)'],
	])('learns why the node failed, in its words: %p', (reason, words) => {
		expect(failures.leftOut(REQUEST.body, { why: 'thrown', reason }).message).toMatch(
			new RegExp(`not started, because the node failed ${words.replace(/[()]/g, '\\$&')}$`),
		);
	});
});

it('n8n’s own words are kept where its store does not work', () => {
	expect(failures.withoutStore(REQUEST.body, 'The table is gone').description).toContain(
		'(The table is gone)',
	);
});

it('a contact who was not called because of others learns what to do, and what a retry does', () => {
	const { description } = failures.withoutKey(REQUEST.body, FAILURE);
	expect(description).toBe(
		'Check the API key in the KrosAI credential, then call this contact again.',
	);
	const limit = { ...FAILURE, description: 'All lines are busy.' };
	expect(failures.withoutLine(REQUEST.body, limit).description).toBe(
		'All lines are busy. A retry of this execution calls only those who were not called.',
	);
});

it('a contact with the key of one who was called is skipped, and says which key', () => {
	expect(failures.alreadyCalled('c-1')).toEqual({
		state: 'skipped',
		skipped: { status: 'skipped', reason: 'ALREADY_CALLED', key: 'c-1' },
	});
});

it('a contact with the number of another is skipped, and says which call that one has', () => {
	const skipped = { status: 'skipped', reason: 'SAME_NUMBER' };
	const state = 'skipped';
	const call = { call_id: 'call_1' };
	expect(failures.sameNumber(call)).toEqual({ state, skipped: { ...skipped, ...call } });
	expect(failures.sameNumber(undefined)).toEqual({ state, skipped: { ...skipped, call_id: null } });
	expect(failures.RUN_LIMIT).toEqual({ state, skipped: { ...skipped, reason: 'RUN_LIMIT' } });
});
