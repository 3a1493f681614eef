import { readOutput, readToolOutput } from '../../../../../nodes/KrosAi/actions/call/callOutput';
import { toUnfinishedItem } from '../../../../../nodes/KrosAi/waiting/resultItem';
import { itemsOfRun } from '../../../../support/values';

const valuesOf = (parameters: object) => itemsOfRun()(parameters);

/** With every field that KrosAI's documents name. */
const CALL = {
	id: 'call_1',
	from_number: '+14155550123',
	to_number: '+2348012345678',
	direction: 'outbound',
	status: 'completed',
	duration: 180,
	cost_cents: 12,
	endpoint_id: 'ep_1',
	phone_number_id: 'pn_1',
	recording_url: 'https://storage.example.com/call_1.mp3',
	transcript: '[Agent]: Hello',
	metadata: { customer_id: 'cust_1' },
	created_at: '2025-01-10T10:00:00Z',
	answered_at: '2025-01-10T10:00:05Z',
	completed_at: '2025-01-10T10:03:05Z',
	error: 'none',
};
const SIMPLIFIED =
	'to_number outcome answered_by duration call_id metadata transcript direction from_number created_at';

it.each([
	['Simplified', { output: 'simple' }, SIMPLIFIED],
	['Simplified, whatever Simplify says', { output: 'simple', simplify: false }, SIMPLIFIED],
	[
		'Selected Fields',
		{ output: 'fields', fields: ['outcome', 'cost_cents'] },
		'outcome call_id cost_cents',
	],
	['Selected Fields, none of them', { output: 'fields', fields: [] }, 'call_id'],
	[
		'Selected Fields, by expression',
		{ output: 'fields', fields: 'outcome, status' },
		'outcome call_id status',
	],
	['Raw', { output: 'raw' }, Object.keys(CALL).join(' ').replace('error', 'error_message')],
	[
		'no tool, not simplified',
		{ simplify: false },
		Object.keys(CALL).join(' ').replace('error', 'error_message'),
	],
])('%s', (_, parameters, fields) => {
	expect(Object.keys(readOutput(valuesOf(parameters))(CALL)).join(' ')).toBe(fields);
});

it('no tool, simplified: the whole item', () => {
	const item = readOutput(valuesOf({ simplify: true }))(CALL);
	expect(item).toMatchObject({ call_id: 'call_1', cost_cents: 12, error_message: 'none' });
	for (const whole of [{}, { output: 'raw' }]) {
		expect(readToolOutput(valuesOf(whole))(item)).toBe(item);
	}
});

it('has ten fields at most also where a wait was in vain, and says so', () => {
	const item = readToolOutput(valuesOf({ output: 'simple' }))(toUnfinishedItem(CALL));
	expect(Object.keys(item)).toHaveLength(10);
	expect(item).toMatchObject({ wait_timed_out: true, from_number: '+14155550123' });
});

it('refuses by name what is none of the three', () => {
	expect(() => readOutput(valuesOf({ output: 'all' }))).toThrow('Output is "all"');
});
