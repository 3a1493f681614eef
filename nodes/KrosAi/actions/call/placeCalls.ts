import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../../api/client';
import { cancellationOf } from '../../util/pause';
import { ContactList, isFailure } from '../../dialing/contactList';
import type { ContactResult, Stop } from '../../dialing/contactList';
import { dial } from '../../dialing/dialer';
import { failed, leftOut, resultOf } from '../../dialing/contactResults';
import { RecentStarts } from '../../dialing/recentStarts';
import { DEFAULTS, readCampaignOptions } from '../../parameters/campaignOptions';
import type { CampaignOptions } from '../../parameters/campaignOptions';
import { readerFor } from '../../parameters/reader';
import type { Values } from '../../parameters/reader';
import type { RunMode } from '../operation';
import { withoutErrorKey } from '../output';
import { CALLED_AGAIN, isCalledAgain } from './manualRunHint';
import { blockAt, Contacts, isOncePerKey } from './contacts';
import type { PrepareRequest } from './contacts';
import { executionIdOf, ledgerOf, lineageOf, nodeOf } from './execution';
import { keyStoreOf, memoryOf } from './keyStore';
import { oneAtATime } from '../../util/oneAtATime';
import { endedError, refusedError, stopError } from './runErrors';
import type { Refused } from './runErrors';
import { summaryOf } from './runHint';

/** `row`: the fields that come out beside those of a call. */
export type PlacedContact = ContactResult & { row?: IDataObject };

/** Of all executions in this process. */
const STARTS = new RecentStarts();

/**
 * From input items to calls: what every operation that starts calls does with them.
 * Under On Error "Stop Workflow" all items are checked before the first phone rings. Otherwise each
 * item gets a result whatever happens: n8n would hand on its row as if it had been called.
 *
 * @param prepare alters a request that was checked, before it is sent
 * @returns a result for each input item, in their order
 * @throws under "Stop Workflow" alone: NodeOperationError that lists every item that can't be called,
 * where no call was placed; NodeApiError for the first call that was not placed, with the calls placed
 * before it
 */
export async function placeCalls(
	context: IExecuteFunctions,
	mode: RunMode,
	prepare?: PrepareRequest,
): Promise<PlacedContact[]> {
	const place = async () => await placeAll(context, mode, prepare);
	// An agent may use its tool several times at once, and ask for the same call.
	return mode.isToolRun ? await oneAtATime(context.getContext('node'), place) : await place();
}

async function placeAll(
	context: IExecuteFunctions,
	mode: RunMode,
	prepare?: PrepareRequest,
): Promise<PlacedContact[]> {
	const ledger = ledgerOf(context, mode);
	const client = await createClient(context);
	const contacts = new Contacts(context, client.baseUrl, prepare, ledger.firstNumbers);
	if (contacts.length === 0) return [];
	const list = new ContactList(contacts, ledger);
	const lineage = lineageOf(context);
	const refused = mode.stopAtFailure ? refusedAmong(contacts, list) : [];
	if (refused.length > 0) throw refusedError(context, refused, ledger);

	const { results, stop } = await dial(list, {
		...campaignOptionsOf(context),
		client,
		requestRate: client.requestRate,
		account: client.account,
		ledger,
		starts: STARTS,
		execution: executionIdOf(context) ?? lineage.id,
		node: nodeOf(context),
		lineage,
		stopAtFailure: mode.stopAtFailure,
		isCancelled: cancellationOf(context),
		askBefore: (itemIndex, date) => blockAt(contacts.at(itemIndex)!, date),
		memory: executionIdOf(context) === undefined ? undefined : memoryOf(context),
		keys: isOncePerKey(context) ? keyStoreOf(context) : undefined,
		onStoreRefused: (words) =>
			tell(context, `n8n's store doesn't remember who was called (${words})`),
		onProgress: (settled) => tell(context, `${settled} of ${contacts.length} contacts done`),
	});
	const again = isCalledAgain(context, mode) && results.some(isCall) ? [CALLED_AGAIN] : [];
	if (mode.stopAtFailure) {
		if (results.some(isFailure)) throw stopError(context, ledger, results, again);
		if (stop?.why === 'thrown' || results.includes(undefined))
			throw endedError(context, ledger, stop, again);
	}
	const known = results.map((result, item) => result ?? withoutTurn(list, item, stop));
	// An agent reads the result itself.
	const summary = stop?.why === 'thrown' || mode.isToolRun ? undefined : summaryOf(known);
	// n8n keeps no hints of a run that fails, so its error says this itself.
	for (const message of [...(summary === undefined ? [] : [summary]), ...again]) {
		context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
	}
	const rows = context.getInputData();
	return known.map((result, item) => {
		const row = withoutErrorKey(rows[item]!.json);
		if (result.state === 'skipped') return { ...result, skipped: { ...row, ...result.skipped } };
		const contact = contacts.at(item)!;
		return contact.state === 'ready' && contact.includeInputFields ? { ...result, row } : result;
	});
}

/** The result of a contact whose turn didn't come in this try. */
function withoutTurn(list: ContactList, item: number, stop?: Stop): ContactResult {
	const entry = list.entryOf(item);
	const request = list.requestOf(item);
	return entry ? resultOf(entry, request!) : failed(leftOut(request, stop));
}

/** To n8n's log and, in a run from the editor, to the browser's console. */
function tell(context: IExecuteFunctions, message: string): void {
	context.logger.info(`${context.getNode().name}: ${message}`);
	context.sendMessageToUI(message);
}

function isCall(result: ContactResult | undefined): boolean {
	return result?.state === 'called';
}

/** The options for the whole list: the first that can be used. The items before it say why theirs can't. */
export function campaignOptionsOf(context: IExecuteFunctions): CampaignOptions {
	for (const options of optionsOf(context)) {
		try {
			return readCampaignOptions(options);
		} catch {
			continue;
		}
	}
	return DEFAULTS;
}

/** The options of each item whose expressions can be evaluated. */
export function* optionsOf(context: IExecuteFunctions): Generator<Values> {
	const valuesAt = readerFor(context);
	for (const itemIndex of context.getInputData().keys()) {
		try {
			yield valuesAt(itemIndex).in('options');
		} catch {
			continue;
		}
	}
}

/** A contact who was called in an earlier try is not asked about again. */
function refusedAmong(contacts: Contacts, list: ContactList): Refused[] {
	const now = Date.now();
	return contacts.all().flatMap((contact, itemIndex) => {
		const obstacle = list.mayHaveRung(itemIndex) ? undefined : blockAt(contact, now);
		return isFailure(obstacle) ? [{ ...obstacle.failure, itemIndex }] : [];
	});
}
