import { randomUUID } from 'node:crypto';

import {
	type CredentialReference,
	exampleInUse,
	type WorkflowFile,
	withNode,
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
	return {
		id: 'krosAiTriggerAlone',
		name: 'KrosAI: hear of calls',
		nodes: [
			{
				id: randomUUID(),
				name: TRIGGER,
				type: 'n8n-nodes-krosai.krosAiTrigger',
				typeVersion: 1,
				position: [0, 0],
				parameters: {
					events: ['call.completed', 'call.failed'],
					registration: 'automatic',
					options: {},
					...parameters,
				},
				credentials: { krosAiApi: credential },
				webhookId: randomUUID(),
			},
		],
		connections: {},
		settings: { executionOrder: 'v1' },
	};
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
