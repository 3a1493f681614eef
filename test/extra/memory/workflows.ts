import { randomUUID } from 'node:crypto';

import { KROSAI } from '../../e2e/campaign';
import { type WorkflowFile, withNode } from '../../n8n/workflow';

/** The node behind KrosAI takes its time, within n8n's process. */
export const waitNodeAfterKrosAi = (seconds: number) => (file: WorkflowFile) =>
	withNode(file, 'Placed', {
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		parameters: { resume: 'timeInterval', amount: seconds, unit: 'seconds' },
		webhookId: randomUUID(),
	});

/** The node behind KrosAI fails. */
export const failingNodeAfterKrosAi = (file: WorkflowFile) =>
	withNode(file, 'Placed', {
		type: 'n8n-nodes-base.stopAndError',
		parameters: { errorMessage: 'The CRM is not there' },
	});

/** What KrosAI gives goes into it again, so that every contact is called so many times. */
export const rounds = (count: number) => (file: WorkflowFile) => {
	const again = {
		id: randomUUID(),
		name: 'Again?',
		type: 'n8n-nodes-base.filter',
		typeVersion: 2.2,
		position: [0, 0] as [number, number],
		parameters: {
			conditions: {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
				conditions: [
					{
						id: randomUUID(),
						leftValue: '={{ $runIndex }}',
						rightValue: count - 1,
						operator: { type: 'number', operation: 'lt' },
					},
				],
				combinator: 'and',
			},
			options: {},
		},
	};
	const to = (node: string) => [{ node, type: 'main', index: 0 }];
	const { parameters } = file.nodes.find(({ name }) => name === KROSAI)!;
	const toNumber = '={{ $json.phone ?? $json.to_number }}';
	const changed = withNode(file, KROSAI, { parameters: { ...parameters, toNumber } });
	return {
		...changed,
		nodes: [...changed.nodes, again],
		connections: {
			...changed.connections,
			[KROSAI]: { main: [to('Again?'), to('Failed')] },
			'Again?': { main: [to(KROSAI)] },
		},
	};
};
