import type { IDisplayOptions } from 'n8n-workflow';

/** Where a field of these operations is shown. */
export function showFor(resource: string, ...operations: string[]): IDisplayOptions['show'] {
	return { resource: [resource], operation: operations };
}
