import { randomUUID } from 'node:crypto';
import type { CredentialReference, WorkflowFile, WorkflowNode } from '../n8n/workflow';
import { NODE_TYPE } from './krosAi';

/** A workflow's node; those that stand in a row get their places by themselves. */
export function workflowNode(
	name: string,
	type: string,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion: 1, position: [0, 0], parameters, ...more };
}

/** A node KrosAI that places a call to `phone` and waits for its end. */
export function waitNode(
	credential: CredentialReference,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return workflowNode(
		'KrosAI',
		NODE_TYPE,
		{
			resource: 'call',
			operation: 'initiateAndWait',
			fromNumber: { __rl: true, mode: 'number', value: '+2348012345678' },
			toNumber: '={{ $json.phone }}',
			endpointId: { __rl: true, mode: 'id', value: 'ep_abc123' },
			...parameters,
		},
		{ credentials: { krosAiApi: credential }, onError: 'continueErrorOutput', ...more },
	);
}

export function rowsNode(rows: object[]): WorkflowNode {
	const items = JSON.stringify(rows.map((json) => ({ json })));
	const parameters = { jsCode: `return ${items};` };
	return workflowNode('Contacts', 'n8n-nodes-base.code', parameters, { typeVersion: 2 });
}

export const startNode = (): WorkflowNode => workflowNode('Start', 'n8n-nodes-base.manualTrigger');

type Target = string | [node: string, input: number];

/** @param wires of each node, what each of its outputs leads to */
export function workflowOf(
	name: string,
	nodes: WorkflowNode[],
	wires: Record<string, Target[]>,
): WorkflowFile {
	return {
		id: randomUUID(),
		name,
		nodes: nodes.map((node, index) => ({ ...node, position: [index * 208, 0] })),
		connections: Object.fromEntries(
			Object.entries(wires).map(([from, targets]) => [
				from,
				{
					main: targets.map((target) => {
						const [node, index] = typeof target === 'string' ? [target, 0] : target;
						return node ? [{ node, type: 'main', index }] : [];
					}),
				},
			]),
		),
		settings: { executionOrder: 'v1' },
	};
}

/** Contacts → KrosAI → "Ended", and "Failed" at the error output. */
export function waitingWorkflow(node: WorkflowNode, rows: object[]): WorkflowFile {
	const end = (name: string) => workflowNode(name, 'n8n-nodes-base.noOp');
	const nodes = [startNode(), rowsNode(rows), node, end('Ended'), end('Failed')];
	return workflowOf('KrosAI: ring and wait', nodes, {
		Start: ['Contacts'],
		Contacts: ['KrosAI'],
		KrosAI: ['Ended', 'Failed'],
	});
}
