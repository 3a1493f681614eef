import type { IDataObject } from 'n8n-workflow';
import { callIdOf, fetchCall, fetchCalls } from '../api/callLog';
import type { Client } from '../api/client';
import { textOf } from '../util/json';
import type { FailedRequest } from '../api/types';
import { hasEnded } from '../calls/hasEnded';

/** What is known of a batch's calls: the entry of each that has ended, by its id. */
export type KnownEnds = Map<string, IDataObject>;

/** Why a look at the call log ended: all calls are over, one still runs, or it isn't known. */
export type Completion =
	| { all: 'ended' }
	| { all: 'notEnded'; running: string }
	| { all: 'unknown'; failed: FailedRequest };

/** From this many calls on, a page of the log is asked for before single calls. */
const WORTH_A_PAGE = 3;
const PAGE_SIZE = 100;

/**
 * Asks KrosAI which calls are over and stops at the first that isn't: a wait for all of them
 * need not know of the others. Entries go into `ends`, so that nothing is asked for twice.
 *
 * @param batch every call of the batch; those in `ends` already count as over
 * @param options.ofEach goes on to the last call instead
 * @param options.isCancelled ends it between two requests; then not all calls are over
 */
export async function lookUpEnds(
	client: Client,
	batch: readonly IDataObject[],
	ends: KnownEnds,
	{ ofEach = false, isCancelled = (): boolean => false } = {},
): Promise<Completion> {
	const ids = new Set(batch.map(callIdOf).filter((id) => id !== undefined));
	const open = () => [...ids].filter((id) => !ends.has(id));
	const running = new Set<string>();
	let completion: Completion = { all: 'ended' };
	if (open().length >= WORTH_A_PAGE) {
		let pagesLeft = Math.ceil(ids.size / PAGE_SIZE) + 1;
		for await (const page of fetchCalls(client, { direction: 'outbound', ...timeOf(batch) })) {
			// One call at a time may work where the list doesn't.
			if (page.failed) break;
			for (const call of page.calls) {
				const id = callIdOf(call);
				if (id === undefined || !ids.has(id)) continue;
				if (hasEnded(call)) ends.set(id, call);
				// What a delivery has said already counts more than a log that lags behind.
				else if (!ends.has(id)) running.add(id);
			}
			const isEnough = (running.size > 0 && !ofEach) || open().length === running.size;
			if (isEnough || --pagesLeft === 0 || isCancelled()) break;
		}
		const [first] = running;
		if (first !== undefined) completion = { all: 'notEnded', running: first };
	}
	for (const id of open().filter((id) => !running.has(id))) {
		if (completion.all !== 'ended' && !ofEach) break;
		if (isCancelled()) return { all: 'notEnded', running: id };
		const result = await fetchCall(client, id);
		if (!result.failed && hasEnded(result.call)) ends.set(id, result.call);
		else if (!result.failed || isNotThere(result)) completion = { all: 'notEnded', running: id };
		else completion = { all: 'unknown', failed: result };
	}
	return completion;
}

/** When the batch was started, by KrosAI's clock: a later campaign must not fill the pages. */
function timeOf(batch: readonly IDataObject[]): { from?: string; to?: string } {
	let [first, last] = [Infinity, -Infinity];
	for (const { created_at } of batch) {
		const time = Date.parse(textOf(created_at) ?? '');
		[first, last] = [Math.min(first, time), Math.max(last, time)];
	}
	const [from, to] = [new Date(first - MARGIN_MS), new Date(last + MARGIN_MS)];
	// One that shows no time, or one at the end of all time, has made them invalid.
	return [from, to].some((date) => Number.isNaN(date.getTime()))
		? {}
		: { from: utc(from), to: utc(to) };
}

/** The log may round or cut what the answer to a start said more exactly. */
const MARGIN_MS = 2_000;

/** As the documents write times: to the second. */
const utc = (date: Date) => `${date.toISOString().slice(0, 19)}Z`;

/** A call that was just placed may not be in the log yet. */
function isNotThere({ failed }: FailedRequest): boolean {
	return failed.answered && failed.status === 404;
}
