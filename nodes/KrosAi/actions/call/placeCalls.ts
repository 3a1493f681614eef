import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../../api/client';
import { cancellationOf } from '../../util/pause';
import { ContactList, isFailure, isUnknown } from '../../dialing/contactList';
import type { ContactResult, Stop } from '../../dialing/contactList';
import { dial } from '../../dialing/dialer';
import type { Asked } from '../../dialing/dialer';
import { admit } from '../../dialing/admission';
import type { CallCounts } from '../../dialing/callCounts';
import { failed, leftOut, lostFromMemory, resultOf, RUN_LIMIT } from '../../dialing/contactResults';
import { preview } from '../../dialing/preview';
import type { Ledger } from '../../dialing/ledger';
import { RecentStarts } from '../../dialing/recentStarts';
import { DEFAULTS, readCampaignOptions } from '../../parameters/campaignOptions';
import type { CampaignOptions } from '../../parameters/campaignOptions';
import { readerFor } from '../../parameters/reader';
import type { Values } from '../../parameters/reader';
import type { RunMode } from '../operation';
import { withoutErrorKey } from '../output';
import { CALLED_AGAIN, isCalledAgain } from './manualRunHint';
import { blocked, Contacts, isOncePerKey } from './contacts';
import type { PrepareRequest, Ready } from './contacts';
import { executionIdOf, ledgerOf, lineageOf, nodeOf } from './execution';
import { keyStoreOf, memoryOf } from './keyStore';
import { nothingCounted, openLimits } from './limits';
import { oneAtATime } from '../../util/oneAtATime';
import { endedError, refusedError, stopError } from './runErrors';
import type { Refused } from './runErrors';
import { LOOK_FIRST, summaryOf } from './runHint';
import { RunRecord } from './runRecord';

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
	const settings = campaignOptionsOf(context);
	const { starts } = ledger;
	const limits = await openLimits(context, contacts, { ...settings, client, starts });
	// Where such contacts are skipped, nothing else says why.
	if (limits?.obstacle) tell(context, `KrosAI's call log doesn't count: ${limits.obstacle}`);
	const newCounts = () => limits?.counts() ?? nothingCounted();
	// Calls of an execution that crashed are in KrosAI's log: n8n's store tells whose they are.
	const isLogOwn = lineage.isRetry && ledger.isNew;
	const options = { ...settings, isLogOwn };
	const refused = mode.stopAtFailure ? refusedAmong(contacts, list, newCounts(), options) : [];
	if (refused.length > 0) {
		throw refusedError(context, refused, ledger, (itemIndex) => contacts.numberAt(itemIndex));
	}

	const counts = newCounts();
	const record = new RunRecord(context, contacts.length);
	const { results, stop } = await dial(list, {
		...settings,
		client,
		requestRate: client.requestRate,
		account: client.account,
		ledger: limits ? counts.watch(ledger) : ledger,
		starts: STARTS,
		execution: executionIdOf(context) ?? lineage.id,
		node: nodeOf(context),
		lineage,
		stopAtFailure: mode.stopAtFailure,
		isCancelled: cancellationOf(context),
		askBefore: (itemIndex, date, isRepeat) => {
			const started = !isRepeat && counts.hasStarted(settings.maxCalls);
			if (started) return started === 'pending' ? { state: 'pending' } : RUN_LIMIT;
			const key = list.keyOf(itemIndex);
			return askOne(contacts.at(itemIndex) as Ready, { key, counts, ledger, date, isRepeat });
		},
		memory: executionIdOf(context) === undefined ? undefined : memoryOf(context),
		keys: isOncePerKey(context) ? keyStoreOf(context) : undefined,
		onStoreRefused: (words) =>
			tell(context, `n8n's store doesn't remember who was called (${words})`),
		onResult: (itemIndex, result) => record.note(itemIndex, result),
		onProgress: (settled) => tell(context, `${settled} of ${contacts.length} contacts done`),
	});
	const again = isCalledAgain(context, mode) && results.some(isCall) ? [CALLED_AGAIN] : [];
	if (mode.stopAtFailure) {
		if (results.some(isFailure)) throw stopError(context, ledger, results, again);
		if (stop?.why === 'thrown' || results.includes(undefined))
			throw endedError(context, ledger, stop, again);
	}
	const known = results.map((result, item) => result ?? withoutTurn(list, item, stop, isLogOwn));
	// An agent reads the result itself.
	const summary = stop?.why === 'thrown' || mode.isToolRun ? undefined : summaryOf(known);
	// n8n keeps no hints of a run that fails, so its error says this itself.
	const advice = known.some(isUnknown) ? [LOOK_FIRST] : [];
	for (const message of [...(summary === undefined ? [] : [summary, ...advice]), ...again]) {
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
function withoutTurn(
	list: ContactList,
	item: number,
	stop: Stop | undefined,
	isMemoryLost: boolean,
): ContactResult {
	const entry = list.entryOf(item);
	const request = list.requestOf(item);
	if (entry) return resultOf(entry, request!);
	// The execution that crashed may have called the contact, and n8n's store was not asked yet.
	return failed(isMemoryLost && request ? lostFromMemory(request) : leftOut(request, stop));
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

interface AskOptions {
	/** The contact's in the ledger. */
	key: string;
	counts: CallCounts;
	ledger: Ledger;
	/** In ms since 1970. */
	date: number;
	isRepeat: boolean;
}

function askOne(contact: Ready, { key, counts, ledger, date, isRepeat }: AskOptions): Asked {
	const before = { own: ledger.fromNumberOf(key), last: ledger.lastFromNumber() };
	const { failure, isPending, from_number } = admit(
		contact,
		{ now: date, isRepeat },
		counts,
		before,
	);
	if (failure) return blocked(contact, failure);
	return isPending ? { state: 'pending' } : { state: 'admitted', from_number };
}

/** What a contact's own call of before a crash may have brought about. */
const COUNTED = new Set<string>(['TOO_MANY_CALLS', 'FROM_NUMBERS_USED_UP']);

/** A contact who was called in an earlier try is not asked about again. */
function refusedAmong(
	contacts: Contacts,
	list: ContactList,
	counts: CallCounts,
	{ maxCalls, sameNumberTwice, isLogOwn }: CampaignOptions & { isLogOwn: boolean },
): Refused[] {
	const findings = preview(contacts.all(), {
		now: Date.now(),
		counts,
		sameNumberTwice,
		// All of them are to be callable at this moment.
		callsPerSecond: Infinity,
		maxCalls,
		isCalled: (item) => list.mayHaveRung(item),
	});
	return findings.flatMap((finding, itemIndex) => {
		if (finding.state === 'failed') return [{ ...finding.failure, itemIndex }];
		if (finding.state !== 'blocked') return [];
		const failure = finding.admission.failure!;
		if (isLogOwn && COUNTED.has(failure.code)) return [];
		const result = blocked(contacts.at(itemIndex) as Ready, failure);
		return isFailure(result) ? [{ ...result.failure, itemIndex }] : [];
	});
}
