import type { INodeProperties } from 'n8n-workflow';
import { showFor } from '../descriptions/showFor';
import { toolDescriptionField } from '../descriptions/toolDescription';
import type { Execute, Operation } from './operation';

/** One resource of the editor, with its operations by their values. */
export interface Resource {
	name: string;
	value: string;
	fields: INodeProperties[];
	operations: Map<string, Execute>;
}

/**
 * @param operations in the order of their names
 * @param initial the one that is chosen at first
 */
export function resource(
	{ name, value }: { name: string; value: string },
	operations: Operation[],
	{ option: { value: initial } } = operations[0]!,
): Resource {
	return {
		name,
		value,
		operations: new Map(operations.map(({ option, execute }) => [option.value, execute])),
		fields: [
			{
				displayName: 'Operation',
				name: 'operation',
				type: 'options',
				noDataExpression: true,
				displayOptions: { show: { resource: [value] } },
				options: operations.map(({ option }) => option),
				default: initial,
			},
			...operations.map(({ option, forAgents }) =>
				toolDescriptionField(showFor(value, option.value), forAgents),
			),
			// What several have in common is there once.
			...new Set(operations.flatMap(({ fields }) => fields)),
		],
	};
}
