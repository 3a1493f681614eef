import type { IDataObject } from 'n8n-workflow';
import { toCallItem } from '../../calls/callItem';
import type { Values } from '../../parameters/reader';
import { withoutErrorKey } from '../output';

/** Makes an item of a call. */
type ToItem = (call: IDataObject) => IDataObject;

/**
 * What an entry of the call log becomes: one flat item or KrosAI's own words, by Simplify; of a tool
 * by Output, which n8n shows and gives there alone.
 *
 * @throws ItemFailure
 */
export function readOutput(values: Values): ToItem {
	const isTool = !values.isEmpty('output');
	const isRaw = isTool ? values.raw('output') === 'raw' : !values.boolean('simplify');
	const cut = readToolOutput(values);
	return isRaw ? withoutErrorKey : (call) => cut(toCallItem(call));
}

/** In the order in which they come out; with one more than ten, the last is left out. */
const SIMPLIFIED = [
	'to_number',
	'outcome',
	'wait_timed_out',
	'answered_by',
	'duration',
	'call_id',
	'metadata',
	'transcript',
	'direction',
	'from_number',
	'created_at',
];
const MOST_FIELDS = 10;

/**
 * What a model gets of a flat item of a call: ten fields at most (n8n's UX guidelines), those that the
 * user chose with the ID, or all. The whole item where the node is no tool.
 *
 * @throws ItemFailure
 */
export function readToolOutput(values: Values): ToItem {
	if (values.isEmpty('output')) return (item) => item;
	const output = values.choice('output', ['simple', 'raw', 'fields']);
	if (output === 'raw') return (item) => item;
	const chosen = values.list('fields').map((name) => String(name).trim());
	const names = output === 'simple' ? SIMPLIFIED : ['call_id', ...chosen];
	const most = output === 'simple' ? MOST_FIELDS : Infinity;
	return (item) =>
		Object.fromEntries(
			Object.entries(item)
				.filter(([name]) => names.includes(name))
				.slice(0, most),
		) as IDataObject;
}
