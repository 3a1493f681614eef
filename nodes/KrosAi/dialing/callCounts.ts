import { callIdOf } from '../api/callLog';
import { NOT_READ } from '../rules/callCount';
import type { CallCount, CallHistory, LogObstacle } from '../rules/callCount';
import type { Ledger, LedgerStart, Sent } from './ledger';
import { phoneIn } from './loggedCalls';
import type { CallLog, LoggedCall } from './loggedCalls';

/** A call that this execution has started. */
type OwnCall = Pick<LoggedCall, 'to' | 'from' | 'at'>;

/** Of one number, or of calls of which it isn't known. */
class Tally implements CallCount {
	readonly times: number[] = [];
	readonly unclear: number[] = [];
	underWay = 0;

	add(at: number): void {
		if (at === Infinity) {
			this.unclear.push(at);
			return;
		}
		// Mostly the newest, so that nothing has to be moved.
		let index = this.times.length;
		while (index > 0 && this.times[index - 1]! > at) index -= 1;
		this.times.splice(index, 0, at);
	}
}

type End = 'to' | 'from';

/**
 * The outbound calls of the whole organization, as far as KrosAI's log showed them when it was read, and
 * those of this execution's ledger, each once. It counts on as the run goes.
 */
export class CallCounts implements CallHistory {
	private readonly tallies: Record<End, Map<string, Tally>> = { to: new Map(), from: new Map() };
	/** Calls of which the log doesn't show that number: they may be anyone's. */
	private readonly unknown: Record<End, number[]> = { to: [], from: [] };
	/** Those that are being started, by their keys in the ledger. */
	private readonly open = new Map<string, OwnCall>();
	private readonly ids = new Set<string>();
	/** Of this run: calls that were started, or may have been. */
	private settledInRun = 0;

	/**
	 * @param starts of the ledger
	 * @param now in ms since 1970
	 */
	constructor(
		private readonly log: CallLog,
		starts: LedgerStart[],
		private readonly now: number,
	) {
		// Newest first, which is the last place to put them.
		for (const call of log.calls.toReversed()) {
			if (call.id !== undefined) this.ids.add(call.id);
			this.add(call);
		}
		for (const { isOfRun, call_id, to_number, from_number, at = now } of starts) {
			if (isOfRun) this.settledInRun += 1;
			if (call_id !== undefined && this.ids.has(call_id)) continue;
			this.add({ to: phoneIn(to_number), from: phoneIn(from_number), at });
		}
	}

	callsTo(number: string): CallCount {
		return this.countOf('to', number);
	}

	callsFrom(number: string): CallCount {
		return this.countOf('from', number);
	}

	obstacleSince(instant: number): LogObstacle | undefined {
		return instant >= this.log.reachesTo ? undefined : this.log.obstacle;
	}

	/** Whether this run has started so many calls; `pending`: it has, if those being started count. */
	hasStarted(most: number): boolean | 'pending' {
		if (this.settledInRun >= most) return true;
		return this.settledInRun + this.open.size >= most && 'pending';
	}

	/** The ledger, which tells here of each call of this run. */
	watch(ledger: Ledger): Ledger {
		return {
			...ledger,
			recordSent: (key, item, sent) => {
				ledger.recordSent(key, item, sent);
				ledger.recordFromNumber(sent.from_number);
				this.begin(key, sent);
			},
			recordCall: (key, item, to_number, call) => {
				ledger.recordCall(key, item, to_number, call);
				this.settle(key, callIdOf(call));
			},
			recordUnknown: (key, item, failure, sent) => {
				ledger.recordUnknown(key, item, failure, sent);
				if (!this.open.has(key)) this.begin(key, sent);
				this.settle(key);
			},
			forget: (key) => {
				ledger.forget(key);
				this.close(key);
			},
		};
	}

	/** A call is being started. */
	begin(key: string, sent: Pick<Sent, 'to_number' | 'from_number' | 'at'>): void {
		const { to_number, from_number, at = this.now } = sent;
		const call = { to: phoneIn(to_number), from: phoneIn(from_number), at };
		this.open.set(key, call);
		for (const tally of this.talliesOf(call)) tally.underWay += 1;
	}

	/** It was started, or may have been. */
	settle(key: string, id?: string): void {
		const call = this.close(key);
		if (!call) return;
		this.settledInRun += 1;
		if (id === undefined || !this.ids.has(id)) this.add(call);
	}

	private close(key: string): OwnCall | undefined {
		const call = this.open.get(key);
		if (!call) return undefined;
		this.open.delete(key);
		for (const tally of this.talliesOf(call)) tally.underWay -= 1;
		return call;
	}

	private add(call: OwnCall): void {
		for (const tally of this.talliesOf(call)) tally.add(call.at);
		for (const end of ['to', 'from'] as const) {
			if (call[end] === undefined) this.unknown[end].push(call.at);
		}
	}

	private talliesOf({ to, from }: OwnCall): Tally[] {
		const tallies = [];
		if (to !== undefined) tallies.push(this.tallyOf('to', to));
		if (from !== undefined) tallies.push(this.tallyOf('from', from));
		return tallies;
	}

	private tallyOf(end: End, phone: string): Tally {
		const tallies = this.tallies[end];
		let tally = tallies.get(phone);
		if (!tally) tallies.set(phone, (tally = new Tally()));
		return tally;
	}

	private countOf(end: End, number: string): CallCount {
		const unknown = this.unknown[end];
		const { times, unclear, underWay } = this.tallies[end].get(phoneIn(number)!) ?? NONE;
		return { times, unclear: unknown.length > 0 ? [...unclear, ...unknown] : unclear, underWay };
	}
}

const NONE: CallCount = { times: [], unclear: [], underWay: 0 };

/** Where no rule asks for it. */
export const NO_LOG: CallLog = { calls: [], reachesTo: Infinity, obstacle: NOT_READ };
