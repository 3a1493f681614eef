import type { IExecuteFunctions } from 'n8n-workflow';
import type { Client } from '../../api/client';
import { CallCounts, NO_LOG } from '../../dialing/callCounts';
import type { Ledger } from '../../dialing/ledger';
import { readCallLog } from '../../dialing/loggedCalls';
import type { CallLog } from '../../dialing/loggedCalls';
import type { CampaignOptions } from '../../parameters/campaignOptions';
import { DAY_MS, HOUR_MS } from '../../rules/callCount';
import { cancellationOf } from '../../util/pause';
import type { Contact, Contacts, Ready } from './contacts';

/** What the limits of a run are counted by. */
export interface Limits {
	/** A new one of the same calls, for each use that counts on. */
	counts(): CallCounts;
	/** Whether KrosAI's call log was read for it, and to the end; undefined where no setting asks for it. */
	isLogRead: boolean | undefined;
	/** Why it doesn't reach back far enough for each contact. */
	obstacle: string | undefined;
}

interface LimitOptions extends Pick<CampaignOptions, 'maxCalls'>, Pick<Ledger, 'starts'> {
	client: Client;
}

/** The counts of a run without limits. */
export const nothingCounted = () => new CallCounts(NO_LOG, [], 0);

/**
 * Reads KrosAI's call log, where a setting counts by it.
 *
 * @returns undefined where no setting counts anything
 */
export async function openLimits(
	context: IExecuteFunctions,
	contacts: Contacts,
	{ client, starts, maxCalls }: LimitOptions,
): Promise<Limits | undefined> {
	const first = firstReady(contacts);
	// A setting that is added is there for each contact, whatever its expression gives.
	const isCounting =
		first !== undefined && (first.rules.attemptLimit !== null || first.from !== undefined);
	if (maxCalls === Infinity && !isCounting) return undefined;
	const now = Date.now();
	const windowMs = isCounting ? longestWindow(contacts.all()) : 0;
	const log: CallLog =
		windowMs === 0
			? NO_LOG
			: await readCallLog(client, now - windowMs, { now, isCancelled: cancellationOf(context) });
	return {
		counts: () => new CallCounts(log, starts(), now),
		isLogRead: windowMs === 0 ? undefined : log.obstacle === undefined,
		obstacle: windowMs === 0 ? undefined : log.obstacle?.reason,
	};
}

function firstReady(contacts: Contacts): Ready | undefined {
	for (let item = 0; item < contacts.length; item += 1) {
		const contact = contacts.at(item);
		if (contact?.state === 'ready') return contact;
	}
	return undefined;
}

/** In ms; 0 where no contact's settings count by the log. */
function longestWindow(contacts: Contact[]): number {
	return contacts.reduce((longest, contact) => {
		if (contact.state === 'failed') return longest;
		const { rules, from } = contact;
		const attempts = (rules.attemptLimit?.hours ?? 0) * HOUR_MS;
		return Math.max(longest, attempts, from && from.dailyLimit !== null ? DAY_MS : 0);
	}, 0);
}
