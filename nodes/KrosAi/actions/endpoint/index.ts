import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../operation';
import { toolDescriptionField } from '../../descriptions/toolDescription';
import * as getAll from './getAll.operation';

export const operations: Record<string, Operation> = { getAll: getAll.execute };

/** What an AI agent is told of the operation. */
const FOR_AGENTS =
	'Lists the AI agents (endpoints) that can talk on a phone call. Rings nobody and costs nothing. Returns for each its id, which is what a call takes as Endpoint, its name, type and status.';

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['endpoint'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many endpoints',
				description: 'List your AI agents. The ID of one is what Initiate takes as Endpoint.',
			},
		],
		default: 'getAll',
	},
	toolDescriptionField('endpoint', 'getAll', FOR_AGENTS),
	...getAll.description,
];
