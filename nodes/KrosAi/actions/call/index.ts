import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../operation';
import { callFields } from './callFields';
import * as get from './get.operation';
import * as initiate from './initiate.operation';
import * as initiateAndWait from './initiateAndWait.operation';

export const operations: Record<string, Operation> = {
	get: get.execute,
	initiate: initiate.execute,
	initiateAndWait: initiateAndWait.execute,
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['call'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get call',
				description:
					"Look up one call by its ID: status, outcome, duration, cost, transcript and recording, as KrosAI's call log has them at this moment. Rings nobody and costs nothing.",
			},
			{
				name: 'Initiate',
				value: 'initiate',
				action: 'Initiate call',
				description:
					'Ring a phone number and have an AI agent talk to whoever answers. Goes on as soon as KrosAI has accepted the call. Each item is a real call that costs money.',
			},
			{
				name: 'Initiate and Wait',
				value: 'initiateAndWait',
				action: 'Initiate call and wait',
				description:
					'Ring a phone number, wait until the call has ended, and go on with how it went: completed, no answer, busy or failed. Each item is a real call that costs money.',
			},
		],
		default: 'initiate',
	},
	...callFields({ resource: ['call'], operation: ['initiate', 'initiateAndWait'] }),
	...get.description,
];
