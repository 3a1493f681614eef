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
const CHOICES = {
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
