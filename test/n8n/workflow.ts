import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const EXAMPLES = join(__dirname, '..', '..', 'examples');

/** How a node names a stored credential. */
export interface CredentialReference {
	id: string;
	name: string;
}

/** A node in a workflow, as far as it is looked at here. */
export interface WorkflowNode {
	id: string;
	name: string;
	type: string;
	typeVersion: number;
	position: [number, number];
	parameters: Record<string, unknown>;
	credentials?: Record<string, CredentialReference>;
	onError?: 'stopWorkflow' | 'continueRegularOutput' | 'continueErrorOutput';
	retryOnFail?: boolean;
	maxTries?: number;
	waitBetweenTries?: number;
	webhookId?: string;
	/** "Deactivate" on the canvas: items pass through. */
	disabled?: boolean;
}

/** A workflow as it is exported and imported. */
export interface WorkflowFile {
	/** n8n's command line imports only what has one. */
	id: string;
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings: Record<string, unknown>;
}

/** One of the workflows in `examples/`. */
export async function readExample(name: string): Promise<WorkflowFile> {
	return JSON.parse(await readFile(join(EXAMPLES, name), 'utf8')) as WorkflowFile;
}

/** What a user chooses from the lists: the simulator's first number and first agent. */
export const CHOICES = {
	fromNumber: {
		__rl: true,
		mode: 'list',
		value: '+2348012345678',
		cachedResultName: '+234 801 234 5678 (NG)',
	},
	endpointId: {
		__rl: true,
		mode: 'list',
		value: 'ep_abc123',
		cachedResultName: 'Support Agent (elevenlabs)',
	},
};

/** An example as a user sets it up: its nodes of KrosAI have a credential, a number and an agent. */
export async function exampleInUse(
	name: string,
	krosAiApi: CredentialReference,
): Promise<WorkflowFile> {
	const workflow = await readExample(name);
	const nodes = workflow.nodes.map((node) => {
		if (!node.type.startsWith('n8n-nodes-krosai.')) return node;
		const chosen = Object.entries(CHOICES).filter(([field]) => field in node.parameters);
		const parameters = { ...node.parameters, ...Object.fromEntries(chosen) };
		return { ...node, parameters, credentials: { krosAiApi } };
	});
	return { ...workflow, nodes };
}

/** A copy of a workflow in which the named node has these settings instead. */
export function withNode(
	workflow: WorkflowFile,
	name: string,
	changes: Partial<WorkflowNode>,
): WorkflowFile {
	if (!workflow.nodes.some((node) => node.name === name)) {
		throw new Error(`The workflow has no node "${name}".`);
	}
	const nodes = workflow.nodes.map((node) => (node.name === name ? { ...node, ...changes } : node));
	return { ...workflow, nodes };
}

/** A workflow's node; those that stand in a row get their places by themselves. */
export function workflowNode(
	name: string,
	type: string,
	parameters: Record<string, unknown> = {},
	more: Partial<WorkflowNode> = {},
): WorkflowNode {
	return { id: randomUUID(), name, type, typeVersion: 1, position: [0, 0], parameters, ...more };
}

export function rowsNode(rows: object[]): WorkflowNode {
	const items = JSON.stringify(rows.map((json) => ({ json })));
	const parameters = { jsCode: `return ${items};` };
	return workflowNode('Contacts', 'n8n-nodes-base.code', parameters, { typeVersion: 2 });
}

export const startNode = (): WorkflowNode => workflowNode('Start', 'n8n-nodes-base.manualTrigger');

/**
 * Nodes in a row, but for those that have a place of their own.
 *
 * @param wires of each node, the names of the nodes that each of its outputs leads to
 */
export function workflowOf(
	name: string,
	nodes: WorkflowNode[],
	wires: Record<string, Array<string | string[]>> = {},
): WorkflowFile {
	return {
		id: randomUUID(),
		name,
		nodes: nodes.map((node, index) =>
			node.position.some(Boolean) ? node : { ...node, position: [index * 208, 0] },
		),
		connections: Object.fromEntries(
			Object.entries(wires).map(([from, targets]) => [
				from,
				{
					main: targets.map((target) =>
						[target].flat().map((node) => ({ node, type: 'main', index: 0 })),
					),
				},
			]),
		),
		settings: { executionOrder: 'v1' },
	};
}
