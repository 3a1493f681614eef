import { CallCounts, NO_LOG } from '../../../../nodes/KrosAi/dialing/callCounts';
import { failed } from '../../../../nodes/KrosAi/dialing/contactResults';
import { preview, type PreviewOptions } from '../../../../nodes/KrosAi/dialing/preview';
import { INVALID } from '../../../support/dialing';
import { REQUEST } from '../../../support/exchanges';
import { NO_RULES } from '../../../support/values';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const [ADA, BEN, CY] = ['+14155550110', '+14155550111', '+14155550112'] as const;
const to = (to_number: string, rules = NO_RULES) => ({
	state: 'ready' as const,
	request: { ...REQUEST.body, to_number },
	rules,
});
const blocked = (to_number: string) =>
	to(to_number, { ...NO_RULES, doNotCall: new Set([to_number]) });

/** What would become of each, and after how many ms. */
function previewed(contacts: Parameters<typeof preview>[0], options: Partial<PreviewOptions> = {}) {
	const findings = preview(contacts, {
		now: NOW,
		counts: new CallCounts(NO_LOG, [], NOW),
		callsPerSecond: 2,
		maxCalls: Infinity,
		sameNumberTwice: 'callOnce',
		...options,
	});
	return findings.map((finding) =>
		'callAt' in finding ? `${finding.state} ${finding.callAt - NOW}` : finding.state,
	);
}

it.each<[string, Parameters<typeof previewed>, string[]]>([
	[
		'each at the rate',
		[[to(ADA), to(BEN), to(CY)]],
		['wouldCall 0', 'wouldCall 500', 'wouldCall 1000'],
	],
	[
		'no time passes with who is not called',
		[[to(ADA), failed(INVALID), blocked(BEN), to(CY)]],
		['wouldCall 0', 'failed', 'blocked 500', 'wouldCall 500'],
	],
	[
		'a phone once',
		[[to(ADA), to(ADA), to(BEN)]],
		['wouldCall 0', 'sameNumber 500', 'wouldCall 500'],
	],
	[
		'a phone for each contact',
		[[to(ADA), to(ADA)], { sameNumberTwice: 'callEach' }],
		['wouldCall 0', 'wouldCall 500'],
	],
	[
		'a phone for the second contact, where the first is blocked',
		[[blocked(ADA), to(ADA)]],
		['blocked 0', 'wouldCall 0'],
	],
	['no more than so many', [[to(ADA), to(BEN)], { maxCalls: 1 }], ['wouldCall 0', 'runLimit 500']],
	[
		'whoever was called in an earlier try has the phone',
		[[to(ADA), to(ADA), to(BEN)], { isCalled: (item) => item === 0 }],
		['calledBefore', 'sameNumber 0', 'wouldCall 0'],
	],
])('%s', (_, given, expected) => {
	expect(previewed(...given)).toEqual(expected);
});

it('counts on with each who would be called', () => {
	const once = { ...NO_RULES, attemptLimit: { calls: 1, hours: 24 } };
	const counts = new CallCounts({ ...NO_LOG, reachesTo: 0 }, [], NOW);
	const options = { sameNumberTwice: 'callEach' as const, counts };
	expect(previewed([to(ADA, once), to(ADA, once)], options)).toEqual([
		'wouldCall 0',
		'blocked 500',
	]);
});
