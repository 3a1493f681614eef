import type { IExecuteFunctions } from 'n8n-workflow';
import type { Result, RunMode } from '../operation';
import { withoutErrorKey } from '../output';
import { placeCalls } from './placeCalls';

/**
 * Call → Initiate: one outbound call for each input item. The output is KrosAI's answer as it came.
 *
 * @throws what `placeCalls` throws
 */
export async function execute(context: IExecuteFunctions, mode: RunMode): Promise<Result[]> {
	const outcomes = await placeCalls(context, mode);
	return outcomes.map((outcome) => {
		if ('skipped' in outcome) return { json: outcome.skipped };
		return 'call' in outcome ? { json: withoutErrorKey(outcome.call) } : outcome;
	});
}
