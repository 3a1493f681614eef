import type { IExecuteFunctions } from 'n8n-workflow';
import type { RunMode } from '../operation';
import { isOncePerKey } from './contacts';

/** n8n executes a step in the editor with an empty memory, in which no contact was called yet. */
export const CALLED_AGAIN =
	'Each time you execute this step, all contacts are called, also those who were called before. Skip Already Called (Key) (Options) skips them.';

/** Whether the step is tried in the editor, where executing it again calls all again. */
export function isCalledAgain(context: IExecuteFunctions, { isToolRun }: RunMode): boolean {
	return context.getMode() === 'manual' && !isToolRun && !isOncePerKey(context);
}
