import {
	type CredentialReference,
	rowsNode,
	startNode,
	type WorkflowFile,
	type WorkflowNode,
	workflowNode,
	workflowOf,
} from '../n8n/workflow';
import { NODE_TYPE } from './krosAi';

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
