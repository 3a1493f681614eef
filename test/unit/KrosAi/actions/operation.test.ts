import { toFailedItem } from '../../../../nodes/KrosAi/actions/operation';

it('gives a failed item two keys, without which n8n takes it for a success', () => {
	const details = { code: 'TIMEOUT', httpCode: null, field: 'to_number', value: 7 };
	const failure = { ...details, description: 'What to do', placed: 'unknown' as const };
	expect(toFailedItem({ message: 'What happened', ...failure })).toEqual({
		message: 'What happened',
		error: failure,
	});
});
