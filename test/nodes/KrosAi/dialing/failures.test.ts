import * as failures from '../../../../nodes/KrosAi/dialing/failures';
import { type CallFailure, UNKNOWN } from '../../../../nodes/KrosAi/dialing/placement';
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

it('a call that the log does not show was not placed, and no words say otherwise', () => {
	const failure = failures.notPlaced(FAILURE);
	expect(failure).toMatchObject({ code: 'TIMEOUT', message: FAILURE.message, placed: 'no' });
	expect(failure.description).toMatch(/^It takes too long\. KrosAI's call log has no such call/);
	expect(failure.description).not.toContain(UNKNOWN);
});

it('the scope that is missing is named once, however often one looks', () => {
	const once = failures.withoutScope(FAILURE);
	expect(once.description).toMatch(/calls:read/);
	expect(once).toMatchObject({ placed: 'unknown', code: 'TIMEOUT' });
	expect(failures.withoutScope(once)).toBe(once);
});

it.each<[string, CallFailure, Partial<CallFailure>]>([
	['interrupted', failures.interrupted(REQUEST.body), { code: 'NETWORK', placed: 'unknown' }],
	[
		'withoutKey',
		failures.withoutKey(REQUEST.body, { ...FAILURE, code: 'KEY_EXPIRED' }),
		{ code: 'KEY_EXPIRED', httpCode: 401, placed: 'no' },
	],
	[
		'withoutLine',
		failures.withoutLine(REQUEST.body, FAILURE),
		{ code: 'RATE_LIMIT_EXCEEDED', httpCode: 408, placed: 'no' },
	],
	[
		'withoutStore',
		failures.withoutStore(REQUEST.body, 'The table is gone'),
		{ code: 'INVALID_PARAMETER', httpCode: null, placed: 'no' },
	],
])('%s names the contact, and says whether the phone may have rung', (_, failure, expected) => {
	expect(failure).toMatchObject({ ...expected, field: null, value: null });
	expect(failure.message).toMatch(new RegExp(`^Call to \\${NUMBER}: `));
});

it('n8n’s own words are kept where its store does not work', () => {
	expect(failures.withoutStore(REQUEST.body, 'The table is gone').description).toContain(
		'(The table is gone)',
	);
});

it('whoever was not called because of others learns what to do, and whom a retry calls', () => {
	const { description } = failures.withoutKey(REQUEST.body, FAILURE);
	expect(description).toBe(
		'Check the API key in the KrosAI credential, then call this contact again.',
	);
	const limit = { ...FAILURE, description: 'All lines are busy.' };
	expect(failures.withoutLine(REQUEST.body, limit).description).toBe(
		'All lines are busy. A retry of this execution calls only those who were not called.',
	);
});
