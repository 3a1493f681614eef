import { randomUUID } from 'node:crypto';

import {
	type CredentialReference,
	type WorkflowFile,
	type WorkflowNode,
	workflowNode,
	workflowOf,
} from '../n8n/workflow';

/** A person to ring, as a row of a campaign. */
export interface Row {
	phone: string;
	contact_id: string;
}

export const KROSAI = 'KrosAI';

/** Rows from a number on, each with a number of its own from an example range. */
export function rows(count: number, from = 0): Row[] {
	return Array.from({ length: count }, (_, index) => ({
		phone: numberOf(from + index),
		contact_id: `contact_${from + index}`,
	}));
}

/** 1,000 numbers of Ofcom's range for drama in London, and as many in other cities. */
function numberOf(index: number): string {
	const areas = ['2079460', '1134960', '1144960', '1154960', '1164960', '1174960', '1184960'];
	const area = areas[Math.floor(index / 1000)];
	if (area === undefined) throw new Error('There are no more numbers in the example ranges');
	return `+44${area}${String(index % 1000).padStart(3, '0')}`;
}

/** Started by a webhook with `{ rows }`, answered at once: calls them all. */
export function campaign(
	credential: CredentialReference,
	parameters: Record<string, unknown> = {},
	settings: Partial<WorkflowNode> = {},
): { file: WorkflowFile; path: string } {
	const path = randomUUID();
	const webhook = { path, httpMethod: 'POST' };
	const call = {
		resource: 'call',
		operation: 'initiate',
		fromNumber: { __rl: true, mode: 'number', value: '+2348012345678' },
		toNumber: '={{ $json.phone }}',
		endpointId: { __rl: true, mode: 'id', value: 'ep_abc123' },
		...parameters,
	};
	const nodes = [
		workflowNode('Start', 'n8n-nodes-base.webhook', webhook, { typeVersion: 2, webhookId: path }),
		workflowNode('Rows', 'n8n-nodes-base.splitOut', { fieldToSplitOut: 'body.rows' }),
		workflowNode(KROSAI, 'n8n-nodes-krosai.krosAi', call, {
			credentials: { krosAiApi: credential },
			onError: 'continueErrorOutput',
			...settings,
		}),
		workflowNode('Placed', 'n8n-nodes-base.noOp'),
		workflowNode('Failed', 'n8n-nodes-base.noOp'),
	];
	const wires = { Start: ['Rows'], Rows: [KROSAI], [KROSAI]: ['Placed', 'Failed'] };
	return { path, file: workflowOf('Campaign', nodes, wires) };
}
