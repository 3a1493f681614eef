import type { N8nClient } from '../n8n/client';
import {
	type CredentialReference,
	exampleInUse,
	type WorkflowFile,
	withNode,
} from '../n8n/workflow';

export const NODE_TYPE = 'n8n-nodes-krosai.krosAi';

/** A row of the node "Contacts". */
export interface ContactRow {
	name: string;
	phone: string;
	customer_id: string;
}

/** Three contacts that can all be called, each number from an example range. */
export const CALLABLE: [ContactRow, ContactRow, ContactRow] = [
	{ name: 'Ada', phone: '+14155550123', customer_id: 'cust_001' },
	{ name: 'Bola', phone: '+442079460958', customer_id: 'cust_002' },
	{ name: 'Chidi', phone: '+14155550134', customer_id: 'cust_003' },
];

/** A credential for a simulator. */
export async function createKrosAiCredential(
	client: N8nClient,
	baseUrl: string,
	apiKey = 'kros_test_simulator',
	webhookSecret = '',
): Promise<CredentialReference> {
	return await client.createCredential({
		name: 'KrosAI account',
		type: 'krosAiApi',
		data: { apiKey, baseUrl, webhookSecret },
	});
}

interface Variation {
	/** How the node KrosAI is set, beside its parameters: On Error, Retry On Fail. */
	settings?: Partial<WorkflowFile['nodes'][number]>;
	/** Other contacts than the example's own. */
	contacts?: ContactRow[];
}

/** The example workflow with this credential and what a test wants otherwise. */
export async function exampleWorkflow(
	credential: CredentialReference,
	{ settings = {}, contacts }: Variation = {},
): Promise<WorkflowFile> {
	const example = await exampleInUse('call-three-contacts.json', credential);
	const workflow = withNode(example, 'KrosAI', settings);
	if (!contacts) return workflow;
	const items = JSON.stringify(contacts.map((json) => ({ json })));
	return withNode(workflow, 'Contacts', { parameters: { jsCode: `return ${items};` } });
}
