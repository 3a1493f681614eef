import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../operation';
import * as initiate from './initiate.operation';

export const operations: Record<string, Operation> = { initiate: initiate.execute };

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['call'] } },
		options: [
			{
				name: 'Initiate',
				value: 'initiate',
				action: 'Initiate call',
				description:
					'Ring a phone number and have an AI agent talk to whoever answers. Goes on as soon as KrosAI has accepted the call. Each item is a real call that costs money.',
			},
		],
		default: 'initiate',
	},
	...initiate.description,
];
