import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions, INodeProperties, NodeApiError } from 'n8n-workflow';
import { createClient } from '../../api/client';
import { toNodeApiError } from '../../api/errors';
import { buildCallRequest, InvalidCall } from '../../dialing/callRequest';
import { dial } from '../../dialing/dialer';
import type { Contact, Outcome } from '../../dialing/dialer';
import { openLedger } from '../../dialing/ledger';
import type { CallFailure } from '../../dialing/placement';
import type { Result, RunMode } from '../operation';
import { callFields } from './callFields';

export const description: INodeProperties[] = callFields({
	resource: ['call'],
	operation: ['initiate'],
});

/**
 * Call → Initiate: one outbound call for each input item.
 * Under On Error "Stop Workflow" all items are checked before the first phone rings.
 *
 * @throws NodeOperationError that lists every item that can't be called, where nobody was rung
 * @throws NodeApiError for the first call that was not placed, with the calls placed before it
 */
export async function execute(context: IExecuteFunctions, mode: RunMode): Promise<Result[]> {
	const contacts = context.getInputData().map((_, itemIndex) => readContact(context, itemIndex));
	if (contacts.length === 0) return [];
	if (mode.stopAtFailure) refuseInvalid(context, contacts);

	const outcomes = await dial(contacts, {
		client: await createClient(context),
		ledger: openLedger(
			context.getContext('node'),
			Number(context.getWorkflowDataProxy(0).$runIndex ?? 0),
		),
		fingerprintWithMetadata: mode.isToolRun,
		stopAtFailure: mode.stopAtFailure,
		isCancelled: () => context.getExecutionCancelSignal()?.aborted ?? false,
	});
	const last = outcomes.at(-1);
	if (mode.stopAtFailure && last && 'failure' in last)
		throw stopError(context, contacts, outcomes, last.failure);
	if (outcomes.length < contacts.length) {
		throw new NodeOperationError(
			context.getNode(),
			'The execution was stopped, so no further call was started',
			{
				description: describePlaced(listPlaced(contacts, outcomes)),
			},
		);
	}
	return outcomes.map((outcome) =>
		'call' in outcome ? { json: toOutput(outcome.call) } : outcome,
	);
}

function readContact(context: IExecuteFunctions, itemIndex: number): Contact {
	const read = (name: string, extractValue = false): unknown =>
		context.getNodeParameter(name, itemIndex, null, { extractValue });
	try {
		const specifyMetadata = read('specifyMetadata');
		const isJson = specifyMetadata === 'json';
		return {
			request: buildCallRequest({
				fromNumber: read('fromNumber', true),
				toNumber: read('toNumber'),
				endpointId: read('endpointId', true),
				maxDuration: read('maxDuration'),
				specifyMetadata,
				metadata: isJson ? undefined : read('metadata.entry'),
				metadataJson: isJson ? read('metadataJson') : undefined,
				options: read('options') as IDataObject,
			}),
		};
	} catch (thrown) {
		if (thrown instanceof InvalidCall) return { failure: thrown.failure };
		return { failure: unreadable(thrown) };
	}
}

/** An expression that can't be evaluated for this item is this item's fault alone. */
function unreadable(thrown: unknown): CallFailure {
	const words = thrown instanceof Error ? thrown.message : String(thrown);
	return {
		code: 'INVALID_PARAMETER',
		httpCode: null,
		field: null,
		value: null,
		message: `A parameter of this item can't be read: ${words}`,
		description: 'Check the expressions in the fields of this node.',
		placed: 'no',
	};
}

/** As many items are shown with the reason; of the others only the number. */
const SHOWN = 100;

function refuseInvalid(context: IExecuteFunctions, contacts: Contact[]): void {
	const invalid = contacts.flatMap((contact, itemIndex) =>
		'failure' in contact ? [{ ...contact.failure, itemIndex }] : [],
	);
	const [first] = invalid;
	if (!first) return;
	const list = invalid
		.slice(0, SHOWN)
		.map(({ message, itemIndex }) => `${message} [item ${itemIndex}]`);
	const others = invalid.slice(SHOWN).map(({ itemIndex }) => itemIndex);
	const count = invalid.length === 1 ? '1 contact' : `${invalid.length} contacts`;
	const message = `${count} of ${contacts.length} can't be called, so nobody was called. ${list.join('. ')}${
		others.length ? `. Likewise items ${others.join(', ')}` : ''
	}`;
	const error = new NodeOperationError(context.getNode(), message, {
		description: first.description,
		itemIndex: first.itemIndex,
	});
	// n8n rewords a message that holds "ENOENT" or the like, even inside a value of the user's.
	error.message = message;
	const { code, field, value, placed } = first;
	Object.assign(error.context, { code, field, value, placed });
	throw error;
}

function stopError(
	context: IExecuteFunctions,
	contacts: Contact[],
	outcomes: Outcome[],
	failure: CallFailure,
): NodeApiError {
	const placedCalls = listPlaced(contacts, outcomes);
	return toNodeApiError(
		context.getNode(),
		{ ...failure, description: `${failure.description} ${describePlaced(placedCalls)}` },
		{ itemIndex: outcomes.length - 1, placed: failure.placed, placedCalls },
	);
}

type PlacedCall = { itemIndex: number; call_id: string; to_number: string };

function listPlaced(contacts: Contact[], outcomes: Outcome[]): PlacedCall[] {
	return outcomes.flatMap((outcome, itemIndex) => {
		const contact = contacts[itemIndex];
		if (!('call' in outcome) || !contact || 'failure' in contact) return [];
		const call_id = String(outcome.call.call_id ?? outcome.call.id);
		return [{ itemIndex, call_id, to_number: contact.request.to_number }];
	});
}

/** For a person who asks "who was rung?" when a run ended early. */
function describePlaced(calls: PlacedCall[]): string {
	if (calls.length === 0) return 'Nobody was called before.';
	const list = calls.map(({ call_id, to_number }) => `${call_id} to ${to_number}`).join(', ');
	return `Already placed, and not called again when this execution is retried: ${list}.`;
}

/**
 * KrosAI's answer as it came, but for a top-level `error` key: n8n takes an item that has one for a
 * failed item, and would run the node again for everybody.
 */
function toOutput(call: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(call).map(([key, value]) => [key === 'error' ? 'error_message' : key, value]),
	);
}
