import { forModel } from '../../../../nodes/KrosAi/actions/forModel';
import { toFailure } from '../../../../nodes/KrosAi/api/failure';
import type { CallFailure } from '../../../../nodes/KrosAi/api/types';

const told = (failure: Partial<CallFailure>) =>
	forModel(
		toFailure({
			message: 'Why',
			description: 'Choose a Default Country under Options.',
			placed: 'no' as const,
			...failure,
		}),
	);

it.each<[string, Partial<CallFailure>, RegExp]>([
	['placed: unknown', { placed: 'unknown' }, /^The phone may have rung\. Do not call .* again/],
	[
		'placed: unknown, whatever else is wrong',
		{ placed: 'unknown', code: 'INVALID_PHONE_NUMBER', field: 'to_number' },
		/^The phone may have rung/,
	],
	['a number', { code: 'INVALID_PHONE_NUMBER', field: 'to_number' }, /E\.164.*make up.*ask the/],
	['no number', { code: 'MISSING_FIELDS', field: 'to_number' }, /E\.164.*make up.*ask the user/],
	['a call_id', { code: 'CALL_NOT_FOUND', field: 'call_id' }, /Do not make one up/],
	[
		'hours',
		{ code: 'OUTSIDE_HOURS', field: 'to_number', retry_at: '2026-12-01T08:00:00Z' },
		/not call this number now.*from 2026-12-01T08:00:00Z on: tell the user/,
	],
])('a model is told what to do itself about %s', (_, failure, words) => {
	expect(told(failure).description).toMatch(words);
	expect(told(failure).description).not.toMatch(/Options|Default Country/);
});

it.each<Partial<CallFailure>>([
	{ code: 'INVALID_PHONE_NUMBER', field: 'from_number' },
	{ code: 'DO_NOT_CALL', field: 'to_number', retry_at: null },
	{ code: 'HTTP_401' },
])('what only a person can do is for the user to pass on: %j', (failure) => {
	expect(told(failure).description).toMatch(/^Do not try again now\. Tell .*: Choose a Default/);
});

it('nothing else of a failure changes', () => {
	const { description, ...rest } = told({ code: 'HTTP_500', httpCode: 500, value: 7 });
	expect(description).not.toBe('');
	expect(rest).toEqual({
		...{ code: 'HTTP_500', httpCode: 500, field: null, value: 7 },
		...{ message: 'Why', placed: 'no' },
	});
});
