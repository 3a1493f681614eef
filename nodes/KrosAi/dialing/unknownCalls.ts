import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../api/client';
import type { CallRequest } from './callRequest';
import { isFailure } from './contactList';
import type { ContactList } from './contactList';
import { notPlaced, withoutScope } from './failures';
import type { Ledger } from './ledger';
import { lookUpCalls, settledAt } from './lookUp';

/** The part of the dialer's options that the look-up needs. */
export interface UnknownCallsOptions {
	client: Client;
	ledger: Ledger;
	lookUpUnknownCalls: boolean;
	isCancelled: () => boolean;
	/** ms since 1970 */
	now: () => number;
}

/** The option Look Up Unknown Calls, for a run: puts what the call log shows into list and ledger. */
export class UnknownCalls {
	constructor(
		private readonly list: ContactList,
		private readonly options: UnknownCallsOptions,
	) {}

	/** Contacts of whom it was not known in an earlier try whether they were rung. */
	before(): number[] {
		if (!this.options.ledger.hasEarlierTry) return [];
		return this.list.items.filter((item) => this.list.sentOf(item));
	}

	/** Contacts whose outcome is there, and says that they may have been rung. */
	amongOutcomes(): number[] {
		return this.list.items.filter((item) => this.list.outcomes[item] && this.list.sentOf(item));
	}

	/** From when on the log tells of all these contacts, in ms since 1970. */
	provenAt(items: number[]): number {
		return items.reduce(
			(latest, item) => Math.max(latest, settledAt(this.list.sentOf(item)!)),
			-Infinity,
		);
	}

	/**
	 * @returns `unknown`: of whom it still isn't known, where another look may tell; `notCalled`: of whom
	 * it was told that they may have been rung, and who were not
	 */
	async lookUp(items: number[]): Promise<{ unknown: number[]; notCalled: number[] }> {
		const { client, ledger, lookUpUnknownCalls, isCancelled, now } = this.options;
		const { outcomes } = this.list;
		const notCalled: number[] = [];
		if (items.length === 0 || !lookUpUnknownCalls || isCancelled()) {
			return { unknown: [], notCalled };
		}
		const unknowns = items.map((item) => ({ item, sent: this.list.sentOf(item)! }));
		const { found, absent, obstacle } = await lookUpCalls(client, unknowns, ledger.calls(), now);
		for (const item of items) {
			const { request } = this.list.at(item) as { request: CallRequest };
			const outcome = outcomes[item];
			const entry = found.get(item);
			const call = entry && toCall(entry);
			if (call) ledger.recordCall(item, request, call, now());
			else if (absent.has(item)) ledger.forget(item, request);
			if (!isFailure(outcome)) continue;
			if (call) outcomes[item] = { call };
			else if (absent.has(item)) {
				outcomes[item] = { failure: notPlaced(outcome.failure) };
				notCalled.push(item);
			} else if (obstacle === 'scope') {
				outcomes[item] = { failure: withoutScope(outcome.failure) };
			}
		}
		const isLeft = (item: number) => !found.has(item) && !absent.has(item);
		return { unknown: obstacle ? [] : items.filter(isLeft), notCalled };
	}
}

/** A call of the log in the form of an answer to the request: there the id is called `call_id`. */
function toCall({ id, ...entry }: IDataObject): IDataObject {
	return { call_id: entry.call_id ?? id, ...entry };
}
