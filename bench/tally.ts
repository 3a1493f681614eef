import type { Simulator } from '../simulator';

/** What became of a list of contacts, by the simulator's own record. */
export interface Tally {
	/** Requests to start a call. */
	requests: number;
	/** Answered 429. */
	refused: number;
	/** Calls that were accepted. */
	placed: number;
	/** Contacts who were called more than once. */
	doubles: number;
	/** When the last call ended, as `Date.now()` gives it; null while a call is up. */
	lastEndAt: number | null;
}

/** How many of the contacts were never called. */
export function lost({ placed, doubles }: Tally, contacts: number): number {
	return contacts - (placed - doubles);
}

/** Counts what a simulator is asked; `tally` looks at everything since its last reset. */
export function watch(simulator: Simulator): { tally: () => Tally } {
	let lastEndAt: number | null = null;
	simulator.onCallChange((call) => {
		if (call.completed_at) lastEndAt = Date.now();
	});
	return {
		tally: () => {
			const starts = simulator.requests.filter(({ path }) => path.endsWith('/outbound-calls'));
			const called = simulator.called();
			const isOver = simulator.calls.every(({ completed_at }) => completed_at !== null);
			return {
				requests: starts.length,
				refused: starts.filter(({ status }) => status === 429).length,
				placed: called.length,
				doubles: called.length - new Set(called).size,
				lastEndAt: isOver ? lastEndAt : null,
			};
		},
	};
}
