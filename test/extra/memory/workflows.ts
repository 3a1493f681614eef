import { randomUUID } from 'node:crypto';

import { KROSAI } from '../../e2e/campaign';
import { type WorkflowFile, withNode, type WorkflowNode, workflowNode } from '../../n8n/workflow';

const to = (node: string) => [{ node, type: 'main', index: 0 }];

/** Behind KrosAI the endpoints are asked for, and then n8n waits within its process. */
export const waitingBehindKrosAi = (seconds: number) => (file: WorkflowFile) => {
	const { type, typeVersion, credentials } = file.nodes.find(({ name }) => name === KROSAI)!;
	const parameters = { resource: 'endpoint', operation: 'getAll' };
	const changed = withNode(file, 'Placed', { type, typeVersion, credentials, parameters });
	const pause = { resume: 'timeInterval', amount: seconds, unit: 'seconds' };
	const more = { typeVersion: 1.1, webhookId: randomUUID() };
	const later = workflowNode('Later', 'n8n-nodes-base.wait', pause, more);
	return {
		...changed,
		nodes: [...changed.nodes, later],
		connections: { ...changed.connections, Placed: { main: [to('Later')] } },
	};
};

/** The node behind KrosAI fails. */
export const failingNodeAfterKrosAi = (file: WorkflowFile) =>
	withNode(file, 'Placed', {
		type: 'n8n-nodes-base.stopAndError',
		parameters: { errorMessage: 'The CRM is not there' },
	});

/**
 * What KrosAI gives goes into it again, so that every contact is called so many times. Each item knows
 * its round, as in examples/ring-wait-retry.json, however often n8n has run the nodes.
 */
export const rounds = (count: number) => (file: WorkflowFile) => {
	const node = (name: string, type: string, typeVersion: number, parameters: object) =>
		({ id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters }) as WorkflowNode;
	const set = (name: string, phone: string, round: string) => {
		const assignments = [
			{ id: randomUUID(), name: 'phone', value: phone, type: 'string' },
			{ id: randomUUID(), name: 'round', value: round, type: 'number' },
		];
		return node(name, 'n8n-nodes-base.set', 3.4, { assignments: { assignments } });
	};
	const isLeft = {
		id: randomUUID(),
		leftValue: '={{ $json.round }}',
		rightValue: count,
		operator: { type: 'number', operation: 'lte' },
	};
	const options = { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 };
	const conditions = { options, conditions: [isLeft], combinator: 'and' };
	return {
		...file,
		nodes: [
			...file.nodes,
			set('Round', '={{ $json.phone }}', '={{ $json.round ?? 1 }}'),
			set('Next Round', '={{ $json.to_number }}', "={{ $('Round').item.json.round + 1 }}"),
			node('Again?', 'n8n-nodes-base.filter', 2.2, { conditions }),
		],
		connections: {
			...file.connections,
			Rows: { main: [to('Round')] },
			Round: { main: [to(KROSAI)] },
			[KROSAI]: { main: [to('Next Round'), to('Failed')] },
			'Next Round': { main: [to('Again?')] },
			'Again?': { main: [to('Round')] },
		},
	};
};
