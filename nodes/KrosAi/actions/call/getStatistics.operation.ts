import { fetchStatistics, isAbsent } from '../../api/callLog';
import { failedExchange } from '../../api/errors';
import { statisticsFiltersField } from '../../descriptions/callFilters';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { withoutErrorKey } from '../output';
import { readFilters, toQuery } from './logFilters';

/** Call → Get Statistics: KrosAI's figures on all calls, or on those that fit, as they came. */
export const getStatistics: Operation = {
	option: {
		name: 'Get Statistics',
		value: 'getStatistics',
		action: 'Get statistics of calls',
		description: "Get KrosAI's figures on all calls or some. Places no call and costs nothing.",
	},
	forAgents:
		"Gets KrosAI's figures on the phone calls of a time, an AI agent or a number, or on all calls. Places no call and costs nothing. Returns one object, in KrosAI's words.",
	fields: [statisticsFiltersField(showFor('call', 'getStatistics'))],
	execute: forEachItem(async ({ client, context, values }) => {
		const filters = toQuery(readFilters(values, context.getTimezone()));
		const result = await fetchStatistics(client, filters);
		if (!result.failed) return { json: withoutErrorKey(result.statistics) };
		throw failedExchange(result, {
			...(isAbsent(result.failed) && {
				message: "KrosAI's API gives no such statistics of calls",
				description:
					'Use Get Many with the same filters, and sum up its items. An API of the reference may give statistics by Phone Number alone. If Get Many fails too, check the Base URL of the KrosAI credential.',
			}),
		});
	}),
};
