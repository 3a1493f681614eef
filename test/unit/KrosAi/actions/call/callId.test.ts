import { failedLookUp, readCallId } from '../../../../../nodes/KrosAi/actions/call/callId';
import { answer, refusal } from '../../../../support/exchanges';
import { itemsOfRun, refusalOf } from '../../../../support/values';

const read = (callId: unknown) => readCallId(itemsOfRun()({ callId }));

it.each([
	[' call_1\n', 'call_1'],
	[7, '7'],
	['a.b', 'a.b'],
])('reads %j', (given, callId) => expect(read(given)).toBe(callId));

it.each([
	['', 'MISSING_FIELDS', /empty/],
	['  ', 'MISSING_FIELDS', /empty/],
	[null, 'MISSING_FIELDS', /empty/],
	[{ id: 'call_1' }, 'MISSING_FIELDS', /empty/],
	['..', 'INVALID_PARAMETER', /^"\.\." in Call ID is no ID/],
])('refuses %p', (callId, code, message) => {
	expect(refusalOf(() => read(callId))).toEqual({
		code,
		httpCode: null,
		field: 'call_id',
		value: callId,
		message: expect.stringMatching(message),
		description: expect.stringContaining('call_id'),
	});
});

it.each([
	[answer(404, refusal('CALL_NOT_FOUND')), `KrosAI doesn't know the call "call_1"`, 'call_1'],
	[answer(404), expect.stringContaining('address'), null],
])('says why a call cannot be had: %j', (failed, message, value) => {
	const request = { method: 'GET', path: '/calls/call_1' } as const;
	expect(failedLookUp({ failed, request }, 'call_1').failure).toMatchObject({ message, value });
});
