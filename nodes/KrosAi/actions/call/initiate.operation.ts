import type { IExecuteFunctions } from 'n8n-workflow';
import type { Operation, Result, RunMode } from '../operation';
import { withoutErrorKey } from '../output';
import { CALL_FIELDS } from '../../descriptions/callFields';
import { unlessDryRun } from './dryRun';
import { placeCalls } from './placeCalls';

export const initiate: Operation = {
	option: {
		name: 'Initiate',
		value: 'initiate',
		action: 'Initiate call',
		description:
			'Ring a phone, have an AI agent talk, and go on at once. Each item is a real call that costs money.',
	},
	forAgents:
		'Rings a real phone and has an AI agent talk to the person who answers. Each use places one real call that costs money, so never use it twice for the same purpose, and never to try something out. Call only a number that you were given, in E.164 with plus sign and country code, and never make one up. Returns at once with the call_id and the status "initiated", before the call is answered: how the call went is looked up later by the call_id. If the result has placed: "unknown", the call may have been placed: do not call again.',
	fields: CALL_FIELDS,
	execute: unlessDryRun(execute),
};

/**
 * Call → Initiate: one outbound call for each input item. The output is KrosAI's answer as it came.
 *
 * @throws what `placeCalls` throws
 */
async function execute(context: IExecuteFunctions, mode: RunMode): Promise<Result[]> {
	const results = await placeCalls(context, mode);
	return results.map((result) => {
		switch (result.state) {
			case 'called': {
				const call = withoutErrorKey(result.call);
				return { json: { ...call, ...result.row, ...call } };
			}
			case 'skipped':
				return { json: result.skipped };
			case 'failed':
				return { failure: result.failure };
		}
	});
}
