import type { IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../../api/client';
import { dryRun } from '../../dialing/dryRun';
import type { Execute } from '../operation';
import { Contacts } from './contacts';
import { nothingCounted, openLimits } from './limits';
import { campaignOptionsOf } from './placeCalls';

/**
 * An operation that starts calls, but for Dry Run: then it says for each item what would become of
 * it. Nothing stops there, since nothing is done.
 */
export function unlessDryRun(execute: Execute): Execute {
	return async (context, mode) => {
		const items = context.getInputData().keys();
		// One item that asks for it is enough.
		if (![...items].some((itemIndex) => isDryRun(context, itemIndex))) {
			return await execute(context, mode);
		}
		const settings = campaignOptionsOf(context);
		const client = await createClient(context);
		const contacts = new Contacts(context, client.baseUrl);
		const limits = await openLimits(context, contacts, { ...settings, client, starts: () => [] });
		const findings = dryRun(contacts.all(), {
			now: Date.now(),
			counts: limits?.counts() ?? nothingCounted(),
			isLogRead: limits?.isLogRead,
			...settings,
		});
		return findings.map((json) => ({ json }));
	};
}

/** Anything there that isn't a plain no may mean that no contact is to be called. */
function isDryRun(context: IExecuteFunctions, itemIndex: number): boolean {
	try {
		const value: unknown = context.getNodeParameter('dryRun', itemIndex, false);
		return value !== false && !/^\s*false\s*$/i.test(String(value));
	} catch {
		return true;
	}
}
