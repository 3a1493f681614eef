import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeType } from 'n8n-workflow';

/** What the node `test.probe` does with the context that n8n gives a node. A test sets it. */
export const probe: { run: (context: IExecuteFunctions) => Promise<void> } = {
	run: async () => {},
};

/** What stands around the KrosAI node in a test's workflow. */
export const HELPER_NODES: Record<string, INodeType> = {
	/** Starts a workflow with the rows of its parameter `rows`. */
	'test.contacts': helper('contacts', [], ['main'], (context) => [
		(context.getNodeParameter('rows', 0, []) as IDataObject[]).map((json) => ({ json })),
	]),
	'test.probe': helper('probe', [], ['main'], async (context) => {
		await probe.run(context);
		return [[{ json: {} }]];
	}),
	/** Where a branch ends. */
	'test.end': helper('end', ['main'], [], (context) => [context.getInputData()]),
	/** Sends its items to the first output until it has run `times` times, then to the second. */
	'test.again': helper('again', ['main'], ['main', 'main'], (context) => {
		const $runIndex = Number(context.getWorkflowDataProxy(0).$runIndex);
		const times = context.getNodeParameter('times', 0, 1) as number;
		const rows = context.getNodeParameter('rows', 0, []) as IDataObject[];
		const items = rows.map((json, item) => ({ json, pairedItem: { item } }));
		return $runIndex < times ? [items, []] : [[], items];
	}),
};

type NodeOutput = INodeExecutionData[][];

function helper(
	name: string,
	inputs: Array<'main'>,
	outputs: Array<'main'>,
	run: (context: IExecuteFunctions) => NodeOutput | Promise<NodeOutput>,
): INodeType {
	return {
		description: {
			displayName: name,
			name: `test.${name}`,
			group: ['transform'],
			version: 1,
			description: '',
			defaults: {},
			credentials: [{ name: 'krosAiApi' }],
			inputs,
			outputs,
			properties: [
				{ displayName: 'Rows', name: 'rows', type: 'json', default: [] },
				{ displayName: 'Times', name: 'times', type: 'number', default: 1 },
			],
		},
		async execute() {
			return await run(this);
		},
	};
}
