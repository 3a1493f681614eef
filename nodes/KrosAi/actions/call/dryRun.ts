import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../../api/client';
import { dryRun } from '../../dialing/dryRun';
import type { Execute } from '../operation';
import { withoutErrorKey } from '../output';
import { Contacts } from './contacts';
import { nothingCounted, openLimits } from './limits';
import { campaignOptionsOf } from './placeCalls';

/**
 * An operation that starts calls, but for Dry Run: then it says for each item, beside its row, what
 * would become of it. Nothing stops there, since nothing is done.
 */
export function unlessDryRun(execute: Execute): Execute {
	return async (context, mode) => {
		const rows = context.getInputData();
		// One item that asks for it is enough.
		if (![...rows.keys()].some((itemIndex) => isDryRun(context, itemIndex))) {
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
		if (!mode.isToolRun) {
			const message = summaryOf(findings);
			context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
		}
		return findings.map((columns, item) => ({
			json: { ...withoutErrorKey(rows[item]!.json), ...columns },
		}));
	};
}

/** "8 would be called, 5 not" */
function summaryOf(findings: IDataObject[]): string {
	const calls = findings.filter(({ would_call }) => would_call).length;
	const others = findings.length - calls;
	return `Dry Run: ${calls} would be called${others > 0 ? `, ${others} not` : ''}. No call was started.`;
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
