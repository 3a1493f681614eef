import type { IDataObject } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import { readMetadata } from '../api/metadata';
import { answeredBy } from './answeredBy';
import type { AnsweredBy } from './answeredBy';
import { outcomeOf } from './outcome';
import type { Outcome } from './outcome';
import { readTurns } from './transcript';
import type { Turn } from './transcript';

type Value = IDataObject[string];

/** What every flat item of a call has, whether KrosAI delivered it or its call log holds it. */
export interface CallFields extends IDataObject {
	direction: Value;
	from_number: Value;
	to_number: Value;
	status: Value;
	outcome: Outcome;
	/** KrosAI's own word, where it is another, is in `answered_by_raw`. */
	answered_by: AnsweredBy;
	/** Seconds. */
	duration: Value;
	cost_cents: Value;
	/** `{}` where there is none; what is there and can't be read as an object is in `metadata_raw`. */
	metadata: IDataObject;
}

/** An entry of the call log as one flat item, in the words of the trigger's output. */
export interface CallItem extends CallFields {
	call_id: string | null;
	/** `transcript` turn by turn; empty while there is none. */
	transcript_turns: Array<Turn & IDataObject>;
}

/** In the outputs and so in the columns of the editor: who was called, and what came of it. */
const FIRST = [
	'to_number',
	'outcome',
	'wait_timed_out',
	'answered_by',
	'duration',
	'call_id',
	'metadata',
	'transcript',
	'transcript_turns',
	'event',
	'direction',
	'from_number',
	'status',
	'cost_cents',
];

/** Who and what first, ids and times last, in between what else KrosAI sends, in its order. */
export function inReadingOrder<Item extends IDataObject>(item: Item): Item {
	const rank = (name: string) => {
		const place = FIRST.indexOf(name);
		if (place !== -1) return place;
		return FIRST.length + Number(/^id$|^timestamp$|_id$|_at$/.test(name));
	};
	const names = Object.keys(item).sort((a, b) => rank(a) - rank(b));
	return Object.fromEntries(names.map((name) => [name, item[name]])) as Item;
}

/**
 * An entry of the call log (KrosAI docs, Call logs) or the answer to a start as one flat item, every
 * field that isn't one of each call's under its own name.
 *
 * @param event canonical name, where KrosAI has delivered one
 */
export function toCallItem(call: IDataObject, event?: string): CallItem {
	const call_id = callIdOf(call) ?? null;
	// The log's name for what is `call_id` everywhere else.
	const { id, ...others } = call;
	const isOfSomethingElse = callIdOf({ id }) !== call_id;
	return inReadingOrder({
		...flatFields(event, isOfSomethingElse ? call : others),
		call_id,
		...unreadId(call.call_id, call_id),
		transcript_turns: readTurns(call.transcript) as CallItem['transcript_turns'],
	});
}

/** Under names that n8n doesn't take for a failed item; both, where KrosAI sends both. */
function errorFields(error: Value, words: Value): IDataObject {
	if (error === undefined) return words === undefined ? {} : { error_message: words };
	return { error_message: error, ...(words !== undefined && { error_message_2: words }) };
}

/** What stands where the id should, and is none: no field of KrosAI's is lost. */
function unreadId(given: Value, callId: string | null): IDataObject {
	const isLost = given !== undefined && given !== null && callId === null;
	return isLost ? { call_id_raw: given } : {};
}

/**
 * The fields of a call, null where KrosAI doesn't say, and every other field under its own name; but a
 * top-level `error` is n8n's word for a failed item.
 *
 * @param event canonical name; undefined for an entry of the call log
 */
export function flatFields(event: string | undefined, fields: IDataObject): CallFields {
	const { metadata, unread } = readMetadata(fields.metadata);
	const outcome = outcomeOf(event, fields);
	const { answered_by: ownWord } = fields;
	const known: CallFields = {
		direction: fields.direction ?? null,
		from_number: fields.from_number ?? null,
		to_number: fields.to_number ?? null,
		status: fields.status ?? null,
		outcome,
		answered_by: answeredBy(fields, outcome),
		duration: fields.duration ?? null,
		cost_cents: fields.cost_cents ?? null,
		metadata,
	};
	const { error, error_message: words, ...others } = fields;
	return {
		...others,
		...(unread !== undefined && { metadata_raw: unread as Value }),
		...((ownWord ?? known.answered_by) !== known.answered_by && { answered_by_raw: ownWord }),
		...errorFields(error, words),
		...known,
	};
}
