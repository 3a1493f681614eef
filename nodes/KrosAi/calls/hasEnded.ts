import type { IDataObject } from 'n8n-workflow';
import { outcomeOf } from './outcome';

/** Whether an entry of the call log, or the answer to a start, is of a call that is over. */
export function hasEnded(call: IDataObject): boolean {
	return outcomeOf(undefined, call) !== null || Boolean(call.completed_at ?? call.ended_at);
}
