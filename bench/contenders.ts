/** Ways to call a list of contacts with n8n: each a workflow that n8n's engine runs. */
import type { IDataObject } from 'n8n-workflow';
import { callWorkflow, node, to, type WorkflowJson } from '../test/engine/workflow';
import type { Contact } from './contacts';

/** What all of them send for each contact: the specification's own example. */
const METADATA = { entry: [{ key: 'customer_id', value: '={{ $json.id }}' }] };
const jsonBody = (maxDuration: number, hasMetadata = true) => `={
  "from_number": "+2348012345678",
  "to_number": "{{ $json.phone }}",
  "endpoint_id": "ep_abc123",${hasMetadata ? '\n  "metadata": { "customer_id": "{{ $json.id }}" },' : ''}
  "max_duration": ${maxDuration}
}`;

/** The same workflow for calls without metadata, in either way to write them. */
export function withoutMetadata(workflow: WorkflowJson): WorkflowJson {
	const nodes = workflow.nodes.map((each) => {
		const { metadata, ...parameters } = each.parameters;
		if (metadata) return { ...each, parameters };
		if (!('jsonBody' in parameters)) return each;
		return { ...each, parameters: { ...parameters, jsonBody: jsonBody(MAX_DURATION, false) } };
	});
	return { ...workflow, nodes };
}

/** How long a call may last, in seconds, unless a benchmark's calls last longer. */
const MAX_DURATION = 600;

/** The KrosAI node. */
export function krosAi(
	rows: Contact[],
	options: IDataObject,
	maxDuration = MAX_DURATION,
): WorkflowJson {
	return callWorkflow(rows as unknown as IDataObject[], {
		parameters: { metadata: METADATA, maxDuration, options },
		settings: { onError: 'continueRegularOutput' },
	});
}

/** Of the HTTP Request node's batching. */
export interface Batching {
	size: number;
	/** ms */
	interval: number;
}

/** n8n's HTTP Request node; without batching it starts all requests at once. */
export function httpRequest(
	rows: Contact[],
	baseUrl: string,
	batching?: Batching,
	maxDuration = MAX_DURATION,
): WorkflowJson {
	return {
		name: 'HTTP Request',
		nodes: [contactsNode(rows), httpNode(baseUrl, maxDuration, batching), node('End', 'test.end')],
		connections: {
			Contacts: { main: [[to('HTTP Request')]] },
			'HTTP Request': { main: [[to('End')]] },
		},
	};
}

/** Of a loop: so many contacts, then a pause. */
export interface Loop {
	size: number;
	/** s */
	wait: number;
}

/** Loop Over Items → HTTP Request → Wait: what n8n's documentation says to do about rate limits. */
export function loopAndWait(
	rows: Contact[],
	baseUrl: string,
	{ size, wait }: Loop,
	maxDuration = MAX_DURATION,
): WorkflowJson {
	const loop = node('Loop', 'n8n-nodes-base.splitInBatches', { batchSize: size }, VERSION.loop);
	const pause = { resume: 'timeInterval', amount: wait, unit: 'seconds' };
	return {
		name: 'Loop and wait',
		nodes: [
			contactsNode(rows),
			loop,
			httpNode(baseUrl, maxDuration),
			node('Wait', 'n8n-nodes-base.wait', pause, VERSION.wait),
			node('End', 'test.end'),
		],
		connections: {
			Contacts: { main: [[to('Loop')]] },
			Loop: { main: [[to('End')], [to('HTTP Request')]] },
			'HTTP Request': { main: [[to('Wait')]] },
			Wait: { main: [[to('Loop')]] },
		},
	};
}

const VERSION = {
	http: { typeVersion: 4.2 },
	loop: { typeVersion: 3 },
	wait: { typeVersion: 1.1 },
};

function contactsNode(rows: Contact[]) {
	return node('Contacts', 'test.contacts', { rows: rows as unknown as IDataObject[] });
}

function httpNode(baseUrl: string, maxDuration: number, batching?: Batching) {
	const parameters = {
		method: 'POST',
		url: `${baseUrl}/outbound-calls`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: jsonBody(maxDuration),
		options: batching
			? { batching: { batch: { batchSize: batching.size, batchInterval: batching.interval } } }
			: {},
	};
	return node('HTTP Request', 'n8n-nodes-base.httpRequest', parameters, {
		...VERSION.http,
		credentials: { httpHeaderAuth: { id: '1', name: 'KrosAI' } },
		// Else the first refusal would end the run, and the others would be lost with it.
		onError: 'continueRegularOutput',
	});
}
