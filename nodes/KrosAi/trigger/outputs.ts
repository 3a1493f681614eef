import type { INodeOutputConfiguration } from 'n8n-workflow';
import { EVENTS } from '../webhooks/events';

type Parameters = { events?: string | string[]; options?: { outputPerEvent?: boolean } };

/** Whether an event has an output of its own; the others share the last one. */
function ownOutputs(chosen: string[]): string[] {
	const known = EVENTS.map(({ value }) => value);
	return known.filter((value) => chosen.includes('*') || chosen.includes(value));
}

/** Which output an event leaves by, with one output for each chosen event. */
export function outputOf(event: string, chosen: string[]): number {
	const outputs = ownOutputs(chosen);
	const index = outputs.indexOf(event);
	return index === -1 ? outputs.length : index;
}

/**
 * The node's outputs, for the expression in its description: n8n evaluates the source of this
 * function, so it stands alone.
 */
/* istanbul ignore next: n8n would evaluate the counters too */
function configureOutputs(
	parameters: Parameters,
	known: Array<{ value: string; output: string }>,
): INodeOutputConfiguration[] {
	// One event by expression may come without a list around it.
	const chosen = [parameters.events ?? []].flat();
	if (!parameters.options?.outputPerEvent) return [{ type: 'main' }];
	const isAll = chosen.includes('*');
	const own = known.filter(({ value }) => isAll || chosen.includes(value));
	const isMore = chosen.some((value) => !known.some((event) => event.value === value));
	const outputs = own.map(({ output }) => ({ type: 'main' as const, displayName: output }));
	return isMore || outputs.length === 0
		? [...outputs, { type: 'main', displayName: 'Other' }]
		: outputs;
}

const NAMES = EVENTS.map(({ value, output }) => ({ value, output }));

export const OUTPUTS_EXPRESSION = `={{ (${configureOutputs.toString()})($parameter, ${JSON.stringify(NAMES)}) }}`;
