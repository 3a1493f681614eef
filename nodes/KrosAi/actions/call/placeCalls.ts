import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, NodeApiError } from 'n8n-workflow';
import { createClient } from '../../api/client';
import type { Client } from '../../api/client';
import { toNodeApiError } from '../../api/errors';
import { cancellationOf } from '../../api/pause';
import type { CallRequest } from '../../dialing/callRequest';
import { isFailure } from '../../dialing/contactList';
import type { Outcome } from '../../dialing/contactList';
import { dial } from '../../dialing/dialer';
import { openLedger } from '../../dialing/ledger';
import type { Ledger } from '../../dialing/ledger';
import type { CallFailure } from '../../dialing/placement';
import { DEFAULTS, readSettings } from '../../dialing/settings';
import type { CampaignSettings } from '../../dialing/settings';
import type { RunMode } from '../operation';
import { withoutErrorKey } from '../output';
import { CALLED_AGAIN, isCalledAgain } from './calledAgain';
import { blockAt, Contacts, isOncePerKey } from './contacts';
import type { Contact } from './contacts';
import { keyStoreOf } from './keyStore';

export interface PlaceOptions {
	/** Alters a request that was checked, before any request is sent. */
	prepare?: (request: CallRequest, itemIndex: number) => CallRequest;
	/** Stands between the node and KrosAI. */
	through?: (client: Client) => Client;
}

/**
 * From input items to calls: what every operation that starts calls does with them.
 * Under On Error "Stop Workflow" all items are checked before the first phone rings.
 *
 * @returns an outcome for each input item, in their order
 * @throws NodeOperationError that lists every item that can't be called, where nobody was rung
 * @throws NodeApiError for the first call that was not placed, with the calls placed before it
 */
export async function placeCalls(
	context: IExecuteFunctions,
	mode: RunMode,
	{ prepare, through = (client) => client }: PlaceOptions = {},
): Promise<Outcome[]> {
	const contacts = new Contacts(context, prepare);
	if (contacts.length === 0) return [];
	const ledger = ledgerOf(context, mode);
	if (mode.stopAtFailure) refuseInvalid(context, contacts.all(), ledger);

	const outcomes = await dial(contacts, {
		...campaignSettings(context),
		client: through(await createClient(context)),
		ledger,
		stopAtFailure: mode.stopAtFailure,
		isCancelled: cancellationOf(context),
		askBefore: (itemIndex, now) => blockAt(contacts.at(itemIndex)!, now),
		keys: isOncePerKey(context) ? keyStoreOf(context) : undefined,
		onKeysNotKept: () =>
			tell(context, "n8n's store didn't take the keys of Call Only Once Per Key once more"),
		onProgress: (settled) => tell(context, `${settled} of ${contacts.length} contacts done`),
	});
	const again = isCalledAgain(context, mode) && outcomes.some(isCall) ? [CALLED_AGAIN] : [];
	if (mode.stopAtFailure && outcomes.some(isFailure)) {
		throw stopError(context, ledger, outcomes, again);
	}
	if (!outcomes.every((outcome) => outcome !== undefined)) {
		const message = 'The execution was stopped, so no further call was started';
		throw new NodeOperationError(context.getNode(), message, {
			description: [describePlaced(ledger), ...again].join(' '),
		});
	}
	// n8n keeps no hints of a run that fails, so its error says this itself.
	for (const message of again) {
		context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
	}
	const rows = context.getInputData();
	return outcomes.map((outcome, itemIndex) =>
		'skipped' in outcome
			? { skipped: { ...withoutErrorKey(rows[itemIndex]!.json), ...outcome.skipped } }
			: outcome,
	);
}

/** What became of each item in earlier tries of this run of the node. */
export function ledgerOf(context: IExecuteFunctions, { isToolRun }: RunMode): Ledger {
	return openLedger({
		nodeContext: context.getContext('node'),
		runIndex: runIndexOf(context),
		executionId: context.getExecutionId(),
		isToolRun,
	});
}

/** The run of the node in this execution: a loop has several. */
export function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.getWorkflowDataProxy(0).$runIndex);
}

/** To n8n's log and, while somebody runs the workflow in the editor, to the browser's console. */
function tell(context: IExecuteFunctions, message: string): void {
	context.logger.info(`${context.getNode().name}: ${message}`);
	context.sendMessageToUI(message);
}

function isCall(outcome: Outcome | undefined): boolean {
	return outcome !== undefined && 'call' in outcome;
}

/** The options for the whole list. */
export function campaignSettings(context: IExecuteFunctions): CampaignSettings {
	return readFirstOptions(context, readSettings) ?? DEFAULTS;
}

/** The first item's; where they can't be used, that contact says so, and the next one's are asked. */
export function readFirstOptions<T>(
	context: IExecuteFunctions,
	read: (options: IDataObject) => T,
): T | undefined {
	for (const itemIndex of context.getInputData().keys()) {
		try {
			return read(context.getNodeParameter('options', itemIndex, {}) as IDataObject);
		} catch {
			// An expression in any of them may be one that can't be evaluated for this item.
		}
	}
	return undefined;
}

/** As many items are shown with the reason; of the others only the number. */
const SHOWN = 100;

function refuseInvalid(context: IExecuteFunctions, contacts: Contact[], ledger: Ledger): void {
	const now = Date.now();
	const invalid = contacts.flatMap((contact, itemIndex) => {
		// Whoever was called in an earlier try is not asked about again.
		const isKnown = 'request' in contact && ledger.find(itemIndex, contact.request);
		const obstacle = isKnown ? undefined : blockAt(contact, now);
		return isFailure(obstacle) ? [{ ...obstacle.failure, itemIndex }] : [];
	});
	const [first] = invalid;
	if (!first) return;
	const isAlone = contacts.length === 1;
	const message = isAlone ? first.message : describeInvalid(invalid, contacts.length);
	const error = new NodeOperationError(context.getNode(), message, {
		description: [
			isAlone ? first.description : `Item ${first.itemIndex}: ${first.description}`,
			// Only after an earlier try: the first one starts nothing before all are checked.
			...(ledger.placedCalls().length ? [describePlaced(ledger)] : []),
		].join(' '),
		itemIndex: first.itemIndex,
	});
	// n8n rewords a message that holds "ENOENT" or the like, even inside a value of the user's.
	error.message = message;
	const { code, field, value, placed, retry_at } = first;
	Object.assign(error.context, { code, field, value, placed, retry_at });
	throw error;
}

function describeInvalid(
	invalid: Array<CallFailure & { itemIndex: number }>,
	contactCount: number,
): string {
	const count = invalid.length === 1 ? '1 contact' : `${invalid.length} contacts`;
	const list = invalid
		.slice(0, SHOWN)
		.map(({ message, itemIndex }) => `${message} [item ${itemIndex}]`);
	const others = invalid.slice(SHOWN).map(({ itemIndex }) => itemIndex);
	return [
		`${count} of ${contactCount} can't be called, so no call was started`,
		...list,
		...(others.length ? [`Likewise items ${others.join(', ')}`] : []),
	].join('. ');
}

/**
 * Several calls may have failed by the time the first failure was known.
 *
 * @param again what else is to be known of the calls that were placed
 */
function stopError(
	context: IExecuteFunctions,
	ledger: Ledger,
	outcomes: Array<Outcome | undefined>,
	again: string[],
): NodeApiError {
	const itemIndex = outcomes.findIndex(isFailure);
	const [failure, ...others] = outcomes.filter(isFailure).map((outcome) => outcome.failure);
	const isComplete = outcomes.every((outcome) => outcome !== undefined);
	const goOn =
		failure!.placed === 'unknown' && !isComplete
			? ['To call the contacts after this one, set On Error to Continue and retry this execution.']
			: [];
	const likewise = others.slice(0, SHOWN).map(({ message }) => `${message}.`);
	const description = [
		failure!.description,
		...likewise,
		...goOn,
		describePlaced(ledger),
		...again,
	];
	const { placed, retry_at = null } = failure!;
	const details = { itemIndex, placed, retry_at, placedCalls: ledger.placedCalls() };
	return toNodeApiError(
		context.getNode(),
		{ ...failure!, description: description.join(' ') },
		details,
	);
}

/** For a person who asks "who was rung?" when a run ended early. */
function describePlaced(ledger: Ledger): string {
	const calls = ledger.placedCalls();
	if (calls.length === 0) return 'No call was placed before this one.';
	const list = calls.map(({ call_id, to_number }) => `${call_id} to ${to_number}`).join(', ');
	return `Already placed, and not called again when this execution is retried: ${list}.`;
}
