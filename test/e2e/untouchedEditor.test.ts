import type { INodeProperties } from 'n8n-workflow';
import type { Locator } from 'playwright-core';

import { KrosAi } from '../../nodes/KrosAi/KrosAi.node';
import { KrosAiTrigger } from '../../nodes/KrosAi/KrosAiTrigger.node';
import { until } from '../../simulator/client';
import { workflowNode, workflowOf } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { NODE_TYPE } from './krosAi';
import { TRIGGER } from './krosAiTrigger';
import { sharedN8n } from './sharedN8n';

/**
 * Each entry of each collection, added in a real editor and left untouched: what the panel shows is
 * stored, and is there after a reload. What a run then does is in test/engine/untouched.test.ts.
 */

const { client } = sharedN8n();
let editor: EditorPage;

beforeAll(async () => {
	editor = await EditorPage.open();
	await editor.page.setViewportSize({ width: 1360, height: 1300 });
}, 120_000);
afterAll(async () => await editor?.close());

/** A collection in a node of its own, with what can be added to it there. */
interface Collection {
	node: string;
	type: string;
	parameters: Record<string, unknown>;
	field: string;
	entries: INodeProperties[];
}

/** Of operations that share a collection, one after the first has the entries that are only its own. */
const collections = (type: string, properties: INodeProperties[]): Collection[] =>
	properties
		.filter((property) => property.type === 'collection')
		.flatMap(({ name, displayOptions: { show = {} } = {}, options = [] }) =>
			(show.operation ?? [undefined]).map((operation, index) => ({
				node: operation ? `${String(show.resource?.[0])} ${String(operation)}: ${name}` : TRIGGER,
				type,
				parameters: operation ? { resource: show.resource?.[0], operation } : {},
				field: name,
				entries: (options as INodeProperties[]).filter(
					({ displayOptions }) =>
						displayOptions?.show?.['/operation']?.includes(operation as string) ?? index === 0,
				),
			})),
		)
		.filter(({ entries }) => entries.length > 0);

const COLLECTIONS = [
	...collections(NODE_TYPE, new KrosAi().description.properties),
	...collections('n8n-nodes-krosai.krosAiTrigger', new KrosAiTrigger().description.properties),
].map((collection) => [collection.node, collection] as const);

/** The part of an open panel that belongs to a collection. */
const sectionOf = (panel: Locator, field: string) =>
	panel
		.locator('[data-test-id="parameter-item"], .parameter-item')
		.filter({ has: editor.page.locator(`label[for="${field}"]`) })
		.last();

async function add(panel: Locator, field: string, { name, displayName }: INodeProperties) {
	await editor.testId('collection-parameter-add', sectionOf(panel, field)).click();
	const label = panel.locator(`label[for="${name}"]`).first();
	const option = editor.page.getByRole('option', { name: displayName, exact: true });
	// The only entry is added at once.
	await label.or(option).first().waitFor();
	if (await option.isVisible()) await option.click();
	await label.waitFor();
}

/** The labels and values that the panel shows of a collection. */
async function read(panel: Locator, field: string) {
	const section = sectionOf(panel, field);
	await section.locator('label').nth(1).waitFor();
	const values = await section
		.locator('input, textarea, [role="switch"], .el-tag')
		.evaluateAll((all) =>
			all.map((one) =>
				one instanceof HTMLInputElement && one.type === 'checkbox'
					? String(one.checked)
					: one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement
						? one.value
						: `${one.textContent ?? ''}${one.getAttribute('aria-checked') ?? ''}`.trim(),
			),
		);
	return { ...(await editor.labelsIn(section)), values };
}

type Shown = Map<string, Awaited<ReturnType<typeof read>>>;

describe('of each collection', () => {
	const shown: Shown = new Map();
	const after: Shown = new Map();
	let stored: Map<string, Record<string, unknown>>;

	beforeAll(async () => {
		const nodes = COLLECTIONS.map(([name, { type, parameters }], index) =>
			workflowNode(name, type, parameters, { position: [(index % 4) * 288, index * 52 + 1] }),
		);
		const { id } = await client.createWorkflow(workflowOf('KrosAI: untouched', nodes));
		await editor.openWorkflow(id);
		for (const [node, { field, entries }] of COLLECTIONS) {
			await editor.inPanel(node, async (panel) => {
				for (const entry of entries) await add(panel, field, entry);
				shown.set(node, await read(panel, field));
			});
		}
		// n8n saves while entries are added: the last of them is stored last.
		const [last, { field, entries }] = COLLECTIONS.at(-1)!;
		const { name } = entries.findLast(({ type }) => type !== 'fixedCollection')!;
		stored = await until(async () => {
			const saved = (await client.workflow(id)).nodes;
			const all = new Map(saved.map((node) => [node.name, node.parameters]));
			return Object.hasOwn(all.get(last)?.[field] ?? {}, name) && all;
		});
		await editor.page.reload();
		await editor.nodeOnCanvas(COLLECTIONS[0]![0]).waitFor();
		for (const [node, { field }] of COLLECTIONS) {
			await editor.inPanel(node, async (panel) => after.set(node, await read(panel, field)));
		}
	}, 600_000);

	test.each(COLLECTIONS)(
		'%s: what is shown is stored, and there after a reload',
		(node, { field, entries }) => {
			// n8n stores rows within a collection when the first is added; until then none is shown.
			const rows = entries.filter(({ type }) => type === 'fixedCollection');
			const kept = entries.filter((entry) => !rows.includes(entry));
			const names = kept.map(({ displayName }) => displayName);
			const { labels, cut } = shown.get(node)!;
			expect(labels.filter((label) => names.includes(label))).toEqual(names);
			expect(cut).toEqual([]);
			expect(stored.get(node)![field]).toMatchObject(
				Object.fromEntries(kept.map(({ name, default: initial }) => [name, initial])),
			);
			for (const { name } of rows) {
				expect(stored.get(node)![field]).not.toHaveProperty([name, 'entry']);
			}
			if (rows.length === 0) expect(after.get(node)).toEqual(shown.get(node));
		},
	);
});
