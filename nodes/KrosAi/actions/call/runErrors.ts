import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions, NodeApiError } from 'n8n-workflow';
import { toNodeApiError } from '../../api/errors';
import type { CallFailure } from '../../api/types';
import { isFailure, isUnknown } from '../../dialing/contactList';
import type { ContactResult, Stop } from '../../dialing/contactList';
import type { Ledger } from '../../dialing/ledger';
import { wordsOf } from '../../util/json';
import { capitalize, show, showRow } from '../../util/quote';

/** The errors of a run under On Error "Stop Workflow". */

export type Refused = CallFailure & { itemIndex: number };

/** So many contacts stand for all that have the same reason. */
const EXAMPLES = 3;

/** So many calls, or later failures, are listed. */
const MOST_LISTED = 100;

/** So many reasons are told, those of the most contacts. */
const MOST_REASONS = 6;

/**
 * @param refused one contact at least; no call was started in this try
 * @param numberAt what stands in To Number of an item
 */
export function refusedError(
	context: IExecuteFunctions,
	refused: Refused[],
	ledger: Ledger,
	numberAt: (itemIndex: number) => unknown,
): NodeOperationError {
	const total = context.getInputData().length;
	const [first] = refused as [Refused];
	const isOneSetting = total === 1 || isSetting(refused, total);
	const message =
		total === 1
			? first.message
			: isOneSetting
				? `${first.message.replace(NO_CALL, '')}. No call was started`
				: [
						`${refused.length} of ${total} contacts can't be called, so no call was started.`,
						...describeReasons(byReason(refused), total, numberAt),
					].join(' ');
	const others = total - refused.length;
	const description = [
		...(isOneSetting ? [first.description] : []),
		...(others > 0
			? [`To call the other ${others}, set On Error to Continue (using error output).`]
			: []),
		// Only after an earlier try: the first one starts nothing before all are checked.
		...(ledger.placedCalls().length ? [describePlaced(ledger)] : []),
	].join(' ');
	const error = new NodeOperationError(context.getNode(), message, {
		...(description && { description }),
		itemIndex: first.itemIndex,
	});
	// n8n rewords a message that holds "ENOENT" or the like, even inside a value of the user's.
	error.message = message;
	const { code, field, value, placed, retry_at } = first;
	Object.assign(error.context, { code, field, value, placed, retry_at });
	return error;
}

const NO_CALL = /(, so|\.) no call was started$/i;

/** Whether one setting is wrong, in the same way for all contacts. */
function isSetting(refused: Refused[], total: number): boolean {
	const [first] = refused;
	// An empty To Number is each contact's own.
	const isContacts = first!.field === 'to_number' && first!.code === 'MISSING_FIELDS';
	return refused.length === total && !isContacts && isSame(refused);
}

const isSame = (refused: Refused[]) =>
	refused.every(({ message }) => message === refused[0]!.message);

type Group = [Refused, ...Refused[]];

/** What is to be done about them is the same, whatever their numbers are. */
function byReason(refused: Refused[]): Group[] {
	const groups = new Map<string, Group>();
	for (const one of refused) {
		const { code, field, description } = one;
		const reason = JSON.stringify([code, field, description.replace(/\+\d+/g, '')]);
		const group = groups.get(reason);
		if (group) group.push(one);
		else groups.set(reason, [one]);
	}
	return [...groups.values()];
}

function describeReasons(
	groups: Group[],
	total: number,
	numberAt: (itemIndex: number) => unknown,
): string[] {
	const told = new Set([...groups].sort((a, b) => b.length - a.length).slice(0, MOST_REASONS));
	const rest = groups.filter((group) => !told.has(group)).flat().length;
	const advice = new Set<string>();
	return [
		...groups
			.filter((group) => told.has(group))
			.map((group) => {
				// What was advised before holds for these contacts, too.
				const fresh = sentencesOf(group[0].description).filter((one) => !advice.has(one));
				for (const one of fresh) advice.add(one);
				return [describe(group, total, numberAt), ...fresh].join(' ');
			}),
		...(rest > 0 ? [`And ${rest} more, for ${otherReasons(groups.length - told.size)}.`] : []),
	];
}

const otherReasons = (count: number) => (count === 1 ? 'another reason' : `${count} other reasons`);

const sentencesOf = (text: string) => text.split(/(?<=\.) (?=[A-Z])/);

/** Some contacts stand for the others, by their rows and numbers. */
function describe(group: Group, total: number, numberAt: (itemIndex: number) => unknown): string {
	const [{ message, field, itemIndex }] = group;
	const place = (item: number, said = '') => {
		const number = show(numberAt(item) ?? '', 30);
		const isSaid = number === '' || said.includes(number);
		return isSaid ? showRow(item) : `"${number}" in ${showRow(item)}`;
	};
	if (group.length === 1) return `${message} (${place(itemIndex, message)}).`;
	if (field !== 'to_number' && isSame(group)) {
		return `${message} (${group.length} contacts, from ${showRow(itemIndex)} on).`;
	}
	const examples = group.slice(0, EXAMPLES).map((one) => place(one.itemIndex));
	const more = group.length - examples.length;
	if (more > 0) examples.push(`and ${more} more`);
	const count = group.length === total ? '' : `${group.length} contacts: `;
	return `${count}${capitalize(withoutNumber(message))} (${examples.join('; ')}).`;
}

/** The number stands among the examples. */
function withoutNumber(message: string): string {
	return message.replace(/^.*? in (?=To Number )|^Call to \+\d+: (not started, because )?/, '');
}

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
	const goOn = results.some(isUnknown)
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
