import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunMode } from '../operation';
import { isOncePerKey } from './contacts';

/** n8n executes a step in the editor with an empty memory: who was called is known to nobody then. */
export const CALLED_AGAIN =
	'Each time you execute this step, all contacts are called, also those who were called before. Call Only Once Per Key (Options) skips them.';

/** Whether somebody tries the step in the editor, and executing it again would call all again. */
export function isCalledAgain(context: IExecuteFunctions, { isToolRun }: RunMode): boolean {
	return context.getMode() === 'manual' && !isToolRun && !isOncePerKey(context);
}
