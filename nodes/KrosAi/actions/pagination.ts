import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { Values } from '../parameters/reader';

/** How many entries of a list an operation gives. */
export function paginationFields(show: IDisplayOptions['show']): INodeProperties[] {
	return [
		{
			displayName: 'Return All',
			name: 'returnAll',
			type: 'boolean',
			default: false,
			description: 'Whether to return all results or only up to a given limit',
			displayOptions: { show },
		},
		{
			displayName: 'Limit',
			name: 'limit',
			type: 'number',
			typeOptions: { minValue: 1, numberPrecision: 0 },
			default: 50,
			description: 'Max number of results to return',
			displayOptions: { show: { ...show, returnAll: [false] } },
		},
	];
}

/** @throws ItemFailure where Return All is no switch, or Limit no number of entries */
export function readLimit(values: Values): number {
	if (values.boolean('returnAll')) return Infinity;
	return values.number('limit', {
		accepts: (limit) => Number.isInteger(limit) && limit > 0,
		why: 'which is not a number of results',
		remedy: 'Enter a whole number from 1 on, or switch on Return All.',
	});
}
