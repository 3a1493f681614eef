import { summaryOf } from '../../../../../nodes/KrosAi/actions/call/runHint';
import type { ContactResult } from '../../../../../nodes/KrosAi/dialing/contactList';
import { failed, INVALID } from '../../../../support/dialing';

const CALLED: ContactResult = { state: 'called', call: { call_id: 'call_1' } };
const skipped = (reason: string): ContactResult => ({
	state: 'skipped',
	skipped: { status: 'skipped', reason },
});
const NOT_CALLED = failed(INVALID);
const UNKNOWN = failed({ ...INVALID, placed: 'unknown' });

it.each<[ContactResult[], string | undefined]>([
	[[], undefined],
	[[CALLED, CALLED], undefined],
	[[NOT_CALLED], '0 called, 1 not called'],
	[
		[NOT_CALLED, CALLED, skipped('SAME_NUMBER'), CALLED, skipped('SAME_NUMBER')],
		'2 called, 2 skipped (same number), 1 not called',
	],
	[
		[UNKNOWN, skipped('ALREADY_CALLED'), skipped('NO_CONSENT'), skipped('OUTSIDE_HOURS'), CALLED],
		'1 called, 1 skipped (called before), 2 skipped (Calling Rules), 1 unknown whether called',
	],
])('%#: counts what became of the contacts', (results, summary) => {
	expect(summaryOf(results)).toBe(summary);
});
