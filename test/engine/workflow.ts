import type { IConnections, IDataObject, INode, INodeExecutionData, IRun } from 'n8n-workflow';
import { workflowNode } from '../n8n/workflow';

export interface WorkflowJson {
	/** Default `test`: workflows with the same one share a deduplication store. */
	id?: string;
	name: string;
	nodes: INode[];
	connections: IConnections;
}

export interface CallWorkflowOptions {
	/** More parameters of the KrosAI node, over those that place a call to the row's `phone`. */
	parameters?: IDataObject;
	/** Settings of the KrosAI node: onError, retryOnFail, executeOnce … */
	settings?: Partial<INode>;
}

const PHONE_NUMBER = '+2348012345678';
const ENDPOINT = 'ep_abc123';

/** Contacts → KrosAI → "Placed", and "Failed" at its error output. */
export function callWorkflow(
	rows: IDataObject[],
	{ parameters = {}, settings = {} }: CallWorkflowOptions = {},
): WorkflowJson {
	return {
		name: 'Calls',
		nodes: [
			node('Contacts', 'test.contacts', { rows }),
			node('KrosAI', 'n8n-nodes-krosai.krosAi', callParameters(parameters), {
				credentials: { krosAiApi: { id: '1', name: 'KrosAI' } },
				waitBetweenTries: 1,
				...settings,
			}),
			node('Placed', 'test.end'),
			node('Failed', 'test.end'),
		],
		connections: {
			Contacts: { main: [[to('KrosAI')]] },
			KrosAI: { main: [[to('Placed')], [to('Failed')]] },
		},
	};
}

export function callParameters(more: IDataObject = {}): IDataObject {
	return {
		resource: 'call',
		operation: 'initiate',
		fromNumber: { __rl: true, mode: 'number', value: PHONE_NUMBER },
		toNumber: '={{ $json.phone }}',
		endpointId: { __rl: true, mode: 'id', value: ENDPOINT },
		...more,
	};
}

/** Its id is its name. */
export const node = (
	name: string,
	type: string,
	parameters: IDataObject = {},
	settings: Partial<INode> = {},
): INode => ({ ...workflowNode(name, type, parameters), id: name, ...settings }) as INode;

export function to(name: string): { node: string; type: 'main'; index: number } {
	return { node: name, type: 'main', index: 0 };
}

/** The items that came out of a node's last run. */
export function output(run: IRun, name: string, outputIndex = 0): INodeExecutionData[] {
	return run.data.resultData.runData[name]?.at(-1)?.data?.main?.[outputIndex] ?? [];
}

/** What the items that came out of a node's last run hold. */
export function outputJson(run: IRun, name: string, outputIndex = 0): IDataObject[] {
	return output(run, name, outputIndex).map(({ json }) => json);
}
