import {
	failedExchange,
	failureOf,
	ItemFailure,
	stopped,
} from '../../../../nodes/KrosAi/actions/failure';
import { answer, noAnswer, refusal, REQUEST } from '../../../support/exchanges';

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

describe('of an exchange', () => {
	it('has the words and the code of KrosAI’s refusal', () => {
		const details = { field: 'to_number', value: '12' };
		const exchange = answer(400, refusal('INVALID_PHONE_NUMBER', details));
		expect(failedExchange(exchange, REQUEST).failure).toMatchObject({
			code: 'INVALID_PHONE_NUMBER',
			httpCode: 400,
			field: 'to_number',
			value: '12',
			message: expect.stringContaining('"12"'),
		});
	});

	it('has the words of an operation that knows better, and the rest as it was', () => {
		const changes = { ...WORDS, field: 'call_id' };
		expect(failedExchange(noAnswer('timeout'), REQUEST, changes).failure).toMatchObject({
			...changes,
			code: 'TIMEOUT',
			httpCode: null,
		});
	});
});

describe('of something thrown', () => {
	const NODE_SAYS = 'Referenced node is unexecuted';

	it.each([new Error(NODE_SAYS), NODE_SAYS])(
		'names the field whose expression fails, and has the words of n8n: %p',
		(thrown) => {
			expect(failureOf(thrown, 'metadata.entry')).toEqual({
				code: 'INVALID_PARAMETER',
				httpCode: null,
				field: null,
				value: null,
				message: `Metadata can't be read for this item: ${NODE_SAYS}`,
				description: 'Check the expressions in Metadata.',
			});
		},
	);

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

it('of an item whose turn did not come says so, and what to do', () => {
	expect(stopped('The execution was stopped before item 1')).toEqual({
		code: 'STOPPED',
		httpCode: null,
		field: null,
		value: null,
		message: 'The execution was stopped before item 1',
		description: 'Run the workflow again for the items that are left.',
	});
});
