import { RunRecord } from '../../../../../nodes/KrosAi/actions/call/runRecord';
import type { ContactResult } from '../../../../../nodes/KrosAi/dialing/contactList';
import { failed, INVALID } from '../../../../support/dialing';
import { executeContext } from '../../../../support/n8n';

const called = (call_id: string): ContactResult => ({ state: 'called', call: { call_id } });
const UNKNOWN = failed({ ...INVALID, placed: 'unknown' });
const SINCE = /^Since \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, /;

/** What is written, time by time. */
function recorded(results: Array<[number, ContactResult]>, set?: () => never): string[] {
	const written: string[] = [];
	const context = executeContext({
		credential: { apiKey: 'kros_test_simulator', baseUrl: '' },
		items: [{}],
	});
	context.getWorkflowDataProxy = () =>
		({
			$execution: {
				customData: {
					set: set ?? ((key: string, value: string) => written.push(`${key}: ${value}`)),
				},
			},
		}) as never;
	const record = new RunRecord(context, 300);
	for (const [item, result] of results) record.note(item, result);
	return written.map((text) => text.replace('krosai_calls: ', ''));
}

it('counts what became of the contacts so far, and names the last calls', () => {
	const texts = recorded([
		[0, called('call_a')],
		[1, failed(INVALID)],
		[2, UNKNOWN],
		[3, called('call_b')],
		[2, called('call_c')],
	]);
	for (const text of texts) expect(text).toMatch(SINCE);
	expect(texts.map((text) => text.replace(SINCE, ''))).toEqual([
		'of 300 contacts: 1 called. Last calls: call_a',
		'of 300 contacts: 1 called, 1 not called. Last calls: call_a',
		'of 300 contacts: 1 called, 1 not called, 1 unknown whether called. Last calls: call_a',
		'of 300 contacts: 2 called, 1 not called, 1 unknown whether called. Last calls: call_b, call_a',
		'of 300 contacts: 3 called, 1 not called. Last calls: call_c, call_b, call_a',
	]);
});

it('is never longer than n8n keeps without a word in its log', () => {
	const ids = Array.from({ length: 50 }, (_, item) => `call_${'x'.repeat(30)}${item}`);
	const texts = recorded(ids.map((id, item) => [item, called(id)]));
	expect(texts.at(-1)).toMatch(/call_x+49, call_x+48/);
	expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(255);
});

it('does without, where n8n does not take it', () => {
	const refusing = () => {
		throw new Error('No custom data');
	};
	expect(recorded([[0, called('call_a')]], refusing)).toEqual([]);
});
