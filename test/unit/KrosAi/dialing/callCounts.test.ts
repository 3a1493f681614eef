import { CallCounts, NO_LOG } from '../../../../nodes/KrosAi/dialing/callCounts';
import { openLedger, type LedgerStart } from '../../../../nodes/KrosAi/dialing/ledger';
import type { LoggedCall } from '../../../../nodes/KrosAi/dialing/loggedCalls';
import { INVALID } from '../../../support/dialing';

const NOW = 1_000_000;
const ADA = '+14155550110';
const BEN = '+14155550111';
const FROM = '+2348012345678';
const SENT = { from_number: FROM, to_number: ADA, endpoint_id: 'ep_abc123', at: NOW };

const logged = (id: string, at: number, more: Partial<LoggedCall> = {}): LoggedCall => ({
	id,
	to: ADA,
	from: FROM,
	at,
	...more,
});
const start = (more: Partial<LedgerStart> = {}): LedgerStart => ({
	isOfRun: true,
	call_id: undefined,
	to_number: ADA,
	from_number: FROM,
	at: NOW - 5,
	...more,
});
const countsOf = (calls: LoggedCall[] = [], starts: LedgerStart[] = []) =>
	new CallCounts({ calls, reachesTo: 0 }, starts, NOW);

it('counts the log and the ledger, each call once, oldest first', () => {
	const counts = countsOf(
		[logged('c3', 30), logged('c2', 20), logged('c1', 10, { to: BEN, id: undefined })],
		[start({ call_id: 'c3' }), start({ call_id: 'c4', at: 15 }), start({ to_number: BEN })],
	);
	expect(counts.callsTo(ADA)).toEqual({ times: [15, 20, 30], unclear: [], underWay: 0 });
	expect(counts.callsTo(BEN).times).toEqual([10, NOW - 5]);
	expect(counts.callsFrom(FROM).times).toEqual([10, 15, 20, 30, NOW - 5]);
	expect(counts.callsTo('+14155550112')).toEqual({ times: [], unclear: [], underWay: 0 });
});

it('counts a phone under each of its numbers, and what has no time for now', () => {
	const counts = countsOf([], [start({ to_number: '+5491123456789', at: undefined })]);
	expect(counts.callsTo('+541123456789').times).toEqual([NOW]);
});

it('counts for anyone what the log does not tell apart', () => {
	const counts = countsOf([
		logged('c1', 10, { to: undefined }),
		logged('c2', Infinity, { from: undefined }),
	]);
	expect(counts.callsTo(ADA)).toEqual({ times: [], unclear: [Infinity, 10], underWay: 0 });
	expect(counts.callsTo(BEN).unclear).toEqual([10]);
	expect(counts.callsFrom(FROM)).toEqual({ times: [10], unclear: [Infinity], underWay: 0 });
});

describe('as the run goes', () => {
	const open = (isToolRun = false) => {
		const kept = {};
		const ledger = openLedger({ nodeContext: kept, runIndex: 0, executionId: '1', isToolRun });
		const counts = countsOf([logged('c1', 10)]);
		return { kept, counts, ledger: counts.watch(ledger) };
	};
	const shown = (counts: CallCounts) => {
		const { times, underWay } = counts.callsTo(ADA);
		return [times.length, underWay, counts.hasStarted(1)];
	};

	it.each<[string, (ledger: ReturnType<typeof openLedger>) => void, unknown[]]>([
		['is under way', () => {}, [1, 1, 'pending']],
		['is accepted', (ledger) => ledger.recordCall('a', 0, ADA, { call_id: 'c2' }), [2, 0, true]],
		[
			'is one that the log has shown',
			(ledger) => ledger.recordCall('a', 0, ADA, { call_id: 'c1' }),
			[1, 0, true],
		],
		['can’t be known', (ledger) => ledger.recordUnknown('a', 0, INVALID, SENT), [2, 0, true]],
		['is refused', (ledger) => ledger.forget('a'), [1, 0, false]],
		[
			'is found later',
			(ledger) => {
				ledger.recordUnknown('a', 0, INVALID, SENT);
				ledger.recordCall('a', 0, ADA, { call_id: 'c2' });
			},
			[2, 0, true],
		],
	])('a call that %s', (_, answer, expected) => {
		const { counts, ledger } = open();
		ledger.recordSent('a', 0, SENT);
		answer(ledger);
		expect(shown(counts)).toEqual(expected);
	});

	it('a call that was in doubt from the first', () => {
		const { counts, ledger } = open();
		ledger.recordUnknown('a', 0, INVALID, { ...SENT, at: undefined });
		expect(shown(counts)).toEqual([2, 0, true]);
	});

	it('a call stays in the ledger as it is counted, of a tool in any of its runs', () => {
		const { kept, ledger } = open();
		ledger.recordSent('a', 0, SENT);
		ledger.recordCall('a', 0, ADA, { call_id: 'c2' });
		ledger.recordSent('b', 1, { ...SENT, to_number: BEN });
		ledger.forget('b');
		ledger.recordSent('c', 2, { ...SENT, to_number: BEN });
		const reopen = (runIndex: number, isToolRun: boolean) =>
			openLedger({ nodeContext: kept, runIndex, executionId: '1', isToolRun });
		const expected = [
			{ isOfRun: true, call_id: 'c2', to_number: ADA, from_number: FROM, at: NOW },
			{ isOfRun: true, call_id: undefined, to_number: BEN, from_number: FROM, at: NOW },
		];
		expect(reopen(0, false).starts()).toEqual(expected);
		expect(reopen(1, true).starts()).toEqual(expected);
		expect(reopen(1, false).starts()).toMatchObject([{ isOfRun: false }, { isOfRun: false }]);
		expect(reopen(0, false).fromNumberOf('b')).toBe(FROM);
		expect(reopen(0, false).fromNumberOf('a')).toBeUndefined();
		expect(reopen(0, false).lastFromNumber()).toBe(FROM);
	});
});

it('says from when on calls can be counted', () => {
	const obstacle = { reason: 'no', description: 'do' };
	const counts = new CallCounts({ calls: [], reachesTo: 50, obstacle }, [], NOW);
	expect(counts.obstacleSince(50)).toBeUndefined();
	expect(counts.obstacleSince(49)).toBe(obstacle);
	expect(new CallCounts(NO_LOG, [], NOW).obstacleSince(NOW)).toMatchObject({
		reason: 'it was not read',
	});
});
