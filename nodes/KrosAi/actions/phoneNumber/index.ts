import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../operation';
import { toolDescriptionField } from '../../descriptions/toolDescription';
import * as getAll from './getAll.operation';

export const operations: Record<string, Operation> = { getAll: getAll.execute };

/** What an AI agent is told of the operation. */
const FOR_AGENTS =
	"Lists the organization's own phone numbers, which calls can come from. Rings nobody and costs nothing. Returns for each its id, number, country and status, and allow_outbound, which says whether it may call out.";

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['phoneNumber'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many phone numbers',
				description:
					'List your KrosAI phone numbers, and whether each may call out. Initiate takes one as From Number.',
			},
		],
		default: 'getAll',
	},
	toolDescriptionField('phoneNumber', 'getAll', FOR_AGENTS),
	...getAll.description,
];
