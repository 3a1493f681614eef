import { randomUUID } from 'node:crypto';

import {
	type CredentialReference,
	exampleInUse,
	type WorkflowFile,
	withNode,
	workflowNode,
	workflowOf,
} from '../n8n/workflow';

/** How the trigger's node is called in every workflow here. */
export const TRIGGER = 'KrosAI Trigger';

interface TriggerParameters {
	events?: string[];
	registration?: 'automatic' | 'manual';
	options?: Record<string, unknown>;
}

/** A workflow that has nothing but the trigger, with an address of its own. */
export function triggerWorkflow(
	credential: CredentialReference,
	parameters: TriggerParameters = {},
): WorkflowFile {
	const type = 'n8n-nodes-krosai.krosAiTrigger';
	const events = ['call.completed', 'call.failed'];
	const set = { events, registration: 'automatic', options: {}, ...parameters };
	const credentials = { krosAiApi: credential };
	const trigger = workflowNode(TRIGGER, type, set, { credentials, webhookId: randomUUID() });
	return workflowOf('KrosAI: hear of calls', [trigger]);
}

/** The example that branches by outcome, with this credential and an address of its own. */
export async function branchingWorkflow(credential: CredentialReference): Promise<WorkflowFile> {
	return withNode(await exampleInUse('branch-by-outcome.json', credential), TRIGGER, {
		webhookId: randomUUID(),
	});
}

/** Where a published trigger's deliveries go, or with `webhook-test` those of one that listens. */
export function webhookUrl(
	n8nUrl: string,
	workflow: WorkflowFile,
	kind: 'webhook' | 'webhook-test' = 'webhook',
): string {
	const trigger = workflow.nodes.find(({ name }) => name === TRIGGER);
	return `${n8nUrl}/${kind}/${trigger?.webhookId}/webhook`;
}
