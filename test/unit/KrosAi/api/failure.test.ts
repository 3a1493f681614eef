import { failureOf, ItemFailure } from '../../../../nodes/KrosAi/api/failure';

const WORDS = { message: 'It is so', description: 'Do that.' };

it('is about a parameter where nothing else is said', () => {
	const failure = new ItemFailure(WORDS);
	expect(failure.message).toBe('It is so');
	expect(failure.failure).toEqual({
		...WORDS,
		code: 'INVALID_PARAMETER',
		httpCode: null,
		field: null,
		value: null,
	});
});

it('keeps what is said', () => {
	const all = { ...WORDS, code: 'HTTP_404', httpCode: 404, field: 'call_id', value: 0 };
	expect(new ItemFailure(all).failure).toEqual(all);
});

describe('of something thrown', () => {
	it('blames no field where none was being read', () => {
		expect(failureOf(new Error('The disk is full'))).toMatchObject({
			message: 'The disk is full',
			description: expect.stringContaining('given up'),
		});
	});

	it('is what an operation says of it', () => {
		const failure = new ItemFailure(WORDS);
		expect(failureOf(failure)).toBe(failure.failure);
	});
});
