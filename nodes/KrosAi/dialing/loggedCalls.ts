import type { IDataObject } from 'n8n-workflow';
import { callIdOf, createdAtOf, fetchCalls } from '../api/callLog';
import type { Client } from '../api/client';
import { explainExchange, isScopeMissing } from '../api/errors';
import type { FailedRequest } from '../api/types';
import { aliasesOf } from '../phone/phoneNumber';
import type { LogObstacle } from '../rules/callCount';
import { textOf } from '../util/json';

/** A call as it is counted. */
export interface LoggedCall {
	id: string | undefined;
	/** The same for each number of one phone; undefined where the log doesn't say which it was. */
	to: string | undefined;
	from: string | undefined;
	/** In ms since 1970; Infinity where the log doesn't say. */
	at: number;
}

export interface CallLog {
	/** Outbound calls, of the whole organization. */
	calls: LoggedCall[];
	/** All calls from this instant on are there; Infinity: it isn't known of any. */
	reachesTo: number;
	/** Why it doesn't reach back as far as was asked for. */
	obstacle?: LogObstacle;
}

interface ReadOptions {
	/** In ms since 1970. */
	now: number;
	isCancelled: () => boolean;
}

const MOST_PAGES = 100;

/** What KrosAI's clock may be behind ours without being asked, in ms; and the accuracy of its `Date`. */
const CLOCKS_MS = 5 * 60_000;
const CLOCK_ERROR_MS = 5_000;

/** How far two neighbours of the log may be out of order, in ms. */
const DISORDER_MS = 60_000;

/**
 * Reads KrosAI's call log back to an instant, newest first, a hundred pages at most. Needs the scope
 * `calls:read`. Never throws.
 *
 * @param since in ms since 1970
 */
export async function readCallLog(
	client: Client,
	since: number,
	{ now, isCancelled }: ReadOptions,
): Promise<CallLog> {
	const asked = since - CLOCKS_MS;
	const calls: LoggedCall[] = [];
	let behindMs = 0;
	let oldest = Infinity;
	let before = Infinity;
	// No document says in which order they come.
	const order = { falls: false, rises: false };
	const isNewestFirst = () => order.falls && !order.rises;
	let pages = 0;
	const bounded: Client = async (request) => {
		if (pages >= MOST_PAGES) return { answered: false, reason: 'notSent', detail: TOO_LONG };
		const exchange = await client(request);
		const date = exchange.answered ? Date.parse(exchange.headers.date ?? '') : NaN;
		// Where KrosAI's clock is ahead, its calls count longer than they should, which does no harm.
		if (now - date > CLOCK_ERROR_MS) behindMs = Math.max(behindMs, now - date);
		return exchange;
	};
	/** What was read so far, with the reason why not more. */
	const part = (obstacle: LogObstacle): CallLog => {
		const reachesTo = isNewestFirst() ? oldest + DISORDER_MS : Infinity;
		return { calls, reachesTo, obstacle };
	};
	const filters = { direction: 'outbound', from: new Date(asked).toISOString() };
	for await (const page of fetchCalls(bounded, filters)) {
		if (page.failed) return part(obstacleOf(page));
		pages += 1;
		for (const entry of page.calls) {
			const call = toLoggedCall(entry, behindMs);
			if (call.at !== Infinity) {
				order.rises ||= call.at > oldest + DISORDER_MS;
				order.falls ||= before !== Infinity && call.at < before;
				before = call.at;
				oldest = Math.min(oldest, call.at);
			}
			if (!/^inbound$/i.test(textOf(entry.direction) ?? '')) calls.push(call);
		}
		// An API that doesn't know the filter gives all calls.
		if (isNewestFirst() && oldest + DISORDER_MS < asked) return { calls, reachesTo: since };
		if (isCancelled()) return part(STOPPED);
	}
	const reachesTo = asked + behindMs;
	return reachesTo <= since ? { calls, reachesTo } : { calls, reachesTo, obstacle: CLOCK };
}

function toLoggedCall(entry: IDataObject, behindMs: number): LoggedCall {
	const at = createdAtOf(entry);
	return {
		id: callIdOf(entry),
		to: phoneIn(entry.to_number),
		from: phoneIn(entry.from_number),
		at: Number.isNaN(at) ? Infinity : at + behindMs,
	};
}

/** The same for each number of one phone; undefined where it is no number with a country code. */
export function phoneIn(value: unknown): string | undefined {
	const text = (textOf(value) ?? '').trim().replace(/^(?:sips?|tel):|[@;].*$/gi, '');
	const digits = /^\+?[\d ().-]+$/.test(text) ? text.replace(/\D/g, '').replace(/^00/, '') : '';
	return /^[1-9]\d{6,14}$/.test(digits) ? aliasesOf(`+${digits}`)[0] : undefined;
}

const TOO_LONG = 'too many pages';

const SHORTER =
	'Choose fewer Hours under Calling Rules, or count in a shorter time than a hundred pages of the log hold.';

const STOPPED: LogObstacle = {
	reason: 'the execution was stopped before it was read',
	description: 'Start the workflow again with this contact.',
};

const CLOCK: LogObstacle = {
	reason: "the clock of this n8n is minutes ahead of KrosAI's",
	description: "Set the clock of n8n's machine.",
};

function obstacleOf(page: FailedRequest): LogObstacle {
	const { failed, request, partOf } = page;
	if (!failed.answered && failed.detail === TOO_LONG) {
		return {
			reason: `${MOST_PAGES} pages of it don't reach back so far`,
			description: SHORTER,
		};
	}
	if (isScopeMissing(failed)) {
		return {
			reason: 'this API key may not read it',
			description: 'Give the key the scope calls:read in the KrosAI dashboard.',
		};
	}
	if (partOf !== undefined) {
		return {
			reason: `KrosAI gives ${partOf} calls of it and no way to the others`,
			description: SHORTER,
		};
	}
	const { message, description } = explainExchange(failed, request);
	return { reason: `it can't be read: ${message}`, description };
}
