import { fetchCalls } from '../../api/callLog';
import { failedExchange } from '../../api/errors';
import { ItemFailure } from '../../api/failure';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import { paginationFields, readLimit } from '../pagination';
import type { Operation, OutputItem } from '../operation';
import { outputFields } from '../../descriptions/outputFields';
import { filtersField } from '../../descriptions/callFilters';
import { readOutput } from './callOutput';
import { fits, readFilters, toQuery } from './logFilters';

const SHOW = showFor('call', 'getAll');

/**
 * Call → Get Many: what KrosAI's call log holds, in its order. Whatever KrosAI is asked to filter by
 * is checked here as well: an API that doesn't know a filter gives all calls.
 */
export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many calls',
		description:
			'List calls, each with its outcome and transcript. Places no call and costs nothing.',
	},
	forAgents:
		'Lists phone calls of the call log, for example those of yesterday or those to one number. Places no call and costs nothing. Returns for each call its call_id, to_number, from_number, direction, outcome (completed, no_answer, busy, failed, or null while the call goes on), answered_by (person, voicemail, or null where that is not known), duration in seconds, metadata, transcript and created_at.',
	fields: [...paginationFields(SHOW), filtersField(SHOW), ...outputFields(SHOW)],
	execute: forEachItem(async (item) => {
		const { values } = item;
		const limit = readLimit(values);
		const filters = readFilters(values, item.context.getTimezone());
		const toItem = readOutput(values);
		const items: OutputItem[] = [];
		for await (const page of fetchCalls(item.client, toQuery(filters))) {
			if (page.failed) throw item.isCancelled() ? STOPPED : failedExchange(page);
			for (const call of page.calls) {
				if (items.length < limit && fits(call, filters)) items.push({ json: toItem(call) });
			}
			if (items.length >= limit) break;
			if (item.isCancelled()) throw STOPPED;
		}
		return items;
	}),
};

/** A part of the log is not what was asked for. */
const STOPPED = new ItemFailure({
	code: 'STOPPED',
	message: 'The execution was stopped, or ran into its time limit, before all calls were read',
	description:
		'Give After, or a Limit in place of Return All, or raise the timeout of the workflow.',
});
