import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, NodeApiError } from 'n8n-workflow';
import { toNodeApiError } from '../../api/errors';
import type { CallFailure } from '../../api/types';
import { isFailure } from '../../dialing/contactList';
import type { ContactResult, Stop } from '../../dialing/contactList';
import type { Ledger } from '../../dialing/ledger';
import { wordsOf } from '../../util/json';

/** The errors of a run under On Error "Stop Workflow". */

export type Refused = CallFailure & { itemIndex: number };

/** So many contacts stand for all that have the same reason. */
const EXAMPLES = 3;

/** So many calls, or later failures, are listed. */
const MOST_LISTED = 100;

/** @param refused one contact at least; no call was started in this try */
export function refusedError(
	context: IExecuteFunctions,
	refused: Refused[],
	ledger: Ledger,
): NodeOperationError {
	const total = context.getInputData().length;
	const [first] = refused as [Refused];
	const groups = byReason(refused);
	const message =
		total === 1
			? first.message
			: [
					`${refused.length} of ${total} contacts can't be called, so no call was started`,
					...groups.map(describeGroup),
				].join('. ');
	const others = total - refused.length;
	const error = new NodeOperationError(context.getNode(), message, {
		description: [
			...new Set(groups.map(([{ description }]) => description)),
			...(others > 0
				? [`To call the other ${others}, set On Error to Continue (using error output).`]
				: []),
			// Only after an earlier try: the first one starts nothing before all are checked.
			...(ledger.placedCalls().length ? [describePlaced(ledger)] : []),
		].join(' '),
		itemIndex: first.itemIndex,
	});
	// n8n rewords a message that holds "ENOENT" or the like, even inside a value of the user's.
	error.message = message;
	const { code, field, value, placed, retry_at } = first;
	Object.assign(error.context, { code, field, value, placed, retry_at });
	return error;
}

type Group = [Refused, ...Refused[]];

/** What is to be done about them is the same, whatever their numbers and times are. */
function byReason(refused: Refused[]): Group[] {
	const groups = new Map<string, Group>();
	for (const one of refused) {
		const { code, field, description, retry_at } = one;
		const reason = JSON.stringify([code, field, retry_at === undefined && description]);
		const group = groups.get(reason);
		if (group) group.push(one);
		else groups.set(reason, [one]);
	}
	return [...groups.values()];
}

/** A wrong setting has one message for all; else some contacts stand for the others. */
function describeGroup(group: Group): string {
	const [{ message }] = group;
	if (group.length > 1 && group.every((one) => one.message === message)) {
		return `${message} (${group.length} contacts, from ${rowOf(group[0])} on)`;
	}
	const examples = group.slice(0, EXAMPLES).map((one) => `${one.message} (${rowOf(one)})`);
	const more = group.length - examples.length;
	return [
		...examples,
		...(more > 0 ? [`And ${more} more like ${more > 1 ? 'these' : 'this'}`] : []),
	].join('. ');
}

/** As a person counts, and as n8n does. */
const rowOf = ({ itemIndex }: Refused) => `row ${itemIndex + 1}, item ${itemIndex}`;

/** The run ended early, by Stop, by the time limit or by an exception. */
export function endedError(
	context: IExecuteFunctions,
	ledger: Ledger,
	stop: Stop | undefined,
	again: string[],
): NodeOperationError {
	const message =
		stop?.why === 'thrown'
			? `The node failed, so no further call was started: ${wordsOf(stop.reason)}`
			: 'The execution was stopped or is at its time limit, so no further call was started';
	return new NodeOperationError(context.getNode(), message, {
		description: [describePlaced(ledger), ...again].join(' '),
	});
}

/**
 * Several calls may have failed by the time the first failure was known.
 *
 * @param again what else is to be known of the calls that were placed
 */
export function stopError(
	context: IExecuteFunctions,
	ledger: Ledger,
	results: Array<ContactResult | undefined>,
	again: string[],
): NodeApiError {
	const itemIndex = results.findIndex(isFailure);
	const [failure, ...others] = results.filter(isFailure).map((result) => result.failure);
	const inDoubt = results.filter(isFailure).some((result) => result.failure.placed === 'unknown');
	const goOn = inDoubt
		? [
				'To go on without the contacts that are in doubt, set On Error to Continue and retry this execution. A retry calls all who were not reached yet.',
			]
		: [];
	const likewise = others.slice(0, MOST_LISTED).map(({ message }) => `${message}.`);
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

function describePlaced(ledger: Ledger): string {
	const calls = ledger.placedCalls();
	if (calls.length === 0) return 'No call was placed before this one.';
	const list = calls
		.slice(0, MOST_LISTED)
		.map(({ call_id, to_number }) => `${call_id} to ${to_number}`);
	if (calls.length > MOST_LISTED) list.push(`and ${calls.length - MOST_LISTED} more`);
	return `Already placed, and not called again when this execution is retried: ${list.join(', ')}.`;
}
