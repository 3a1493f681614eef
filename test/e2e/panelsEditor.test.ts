import { type INode, type INodeType, NodeHelpers } from 'n8n-workflow';
import type { Locator } from 'playwright-core';

import { KrosAi } from '../../nodes/KrosAi/KrosAi.node';
import { KrosAiTrigger } from '../../nodes/KrosAi/KrosAiTrigger.node';
import { workflowNode, workflowOf } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential, NODE_TYPE } from './krosAi';
import { TRIGGER, triggerWorkflow } from './krosAiTrigger';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();

const OPERATIONS = new KrosAi().description.properties
	.filter(({ name }) => name === 'operation')
	.flatMap(({ displayOptions, options }) => {
		const resource = String(displayOptions!.show!.resource![0]);
		const operations = (options as Array<{ value: string }>).map(({ value }) => value);
		return operations.map((operation) => ({ resource, operation }));
	});
const INITIATE = { resource: 'call', operation: 'initiate' };

/** Panels as they are opened: of each operation, and with what shows other fields. */
const PANELS: Array<[string, Record<string, unknown>]> = [
	...OPERATIONS.map((one): (typeof PANELS)[number] => [`${one.resource} ${one.operation}`, one]),
	['by rules', { ...INITIATE, specifyMetadata: 'json', callingRules: { consent: '' } }],
	['by day', { ...INITIATE, callingHours: 'daily' }],
	['all calls', { resource: 'call', operation: 'getAll', returnAll: true }],
];

let editor: EditorPage;

// A node for each panel, and the trigger, unconnected.
beforeAll(async () => {
	const krosAiApi = await createKrosAiCredential(client, 'http://127.0.0.1:9/v1');
	const nodes = PANELS.map(([name, parameters], index) =>
		workflowNode(name, NODE_TYPE, parameters, {
			position: [(index % 5) * 224, Math.floor(index / 5) * 208 + 1],
			credentials: { krosAiApi },
		}),
	);
	const trigger = triggerWorkflow(krosAiApi).nodes[0]!;
	const workflow = workflowOf('Panels', [...nodes, { ...trigger, position: [-224, 0] }]);
	editor = await EditorPage.open();
	await editor.page.setViewportSize({ width: 1360, height: 1300 });
	await editor.openWorkflow((await client.createWorkflow(workflow)).id);
}, 120_000);

afterAll(async () => await editor?.close());

/** Opens a panel, and closes it again when `look` is done. */
async function inPanel<T>(name: string, look: (panel: Locator) => Promise<T>): Promise<T> {
	return await editor.inPanel(name, async (panel) => {
		await editor.testId('credentials-label', panel).waitFor();
		return await look(panel);
	});
}

/** The labels of the fields that the description has shown where these parameters are set. */
function labelsFor({ description }: INodeType, parameters: Record<string, unknown>): string[] {
	const node = workflowNode('', '', parameters) as INode;
	const { properties } = description;
	const set = parameters as INode['parameters'];
	const all = NodeHelpers.getNodeParameters(properties, set, true, false, node, description)!;
	return properties
		.filter((field) => NodeHelpers.displayParameter(all, field, node, description))
		.filter(({ type }) => type !== 'notice')
		.flatMap(({ displayName, name, type, options = [] }) => {
			const added = Object.keys((type === 'collection' && parameters[name]) || {});
			const entries = options.filter((entry) => added.includes(entry.name));
			return [
				displayName,
				...entries.map((entry) => ('displayName' in entry ? entry.displayName : '')),
			];
		});
}

test.each([...PANELS, [TRIGGER, {}] as const])(
	'the panel "%s" has its fields and no others, and no label is cut',
	async (name, parameters) => {
		const { labels, cut } = await inPanel(
			name,
			async (panel) => await editor.labelsIn(editor.testId('node-parameters', panel)),
		);
		const type = name === TRIGGER ? new KrosAiTrigger() : new KrosAi();
		expect(labels.filter((label) => label !== 'Credential')).toEqual(labelsFor(type, parameters));
		expect(cut).toEqual([]);
	},
);

/** The options of a drop-down whose description does not fit, of which n8n shows two lines. */
async function clampedOptions(panel: Locator, parameter: string): Promise<string[]> {
	await editor.testId(`parameter-input-${parameter}`, panel).click();
	const options = editor.page.getByRole('option').filter({ visible: true });
	await options.first().waitFor();
	const clamped = await options.locator('.option-description').evaluateAll((all) => {
		if (all.length === 0) throw new Error('There is no description to look at.');
		return all
			.filter((one) => one.scrollHeight > one.clientHeight + 1)
			.map((one) => one.textContent ?? '');
	});
	await editor.page.keyboard.press('Escape');
	return clamped;
}

test.each([
	['call initiate', 'operation'],
	['endpoint getAll', 'operation'],
	['phoneNumber getAll', 'operation'],
	['by rules', 'whenBlocked'],
	[TRIGGER, 'events'],
	[TRIGGER, 'registration'],
])('of %s, each description in the list of %s can be read to its end', async (name, parameter) => {
	expect(await inPanel(name, async (panel) => await clampedOptions(panel, parameter))).toEqual([]);
});
