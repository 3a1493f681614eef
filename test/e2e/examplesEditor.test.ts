import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { type CredentialReference, exampleInUse, type WorkflowFile } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';

/** Each example as it looks in the editor, once the credentials are chosen: the README's pictures. */
const { client } = sharedN8n();
const names = readdirSync(join(__dirname, '..', '..', 'examples')).map((file) =>
	basename(file, '.json'),
);
const NOTE = 'n8n-nodes-base.stickyNote';
let editor: EditorPage;
let krosAiApi: CredentialReference;
/** By the types of the other nodes that need one. */
let credentials: Record<string, Record<string, CredentialReference>>;

beforeAll(async () => {
	krosAiApi = await createKrosAiCredential(client, 'http://127.0.0.1:9/v1');
	const httpHeaderAuth = await client.createCredential({
		name: 'Lead key',
		type: 'httpHeaderAuth',
		data: { name: 'x-lead-key', value: 'a-long-random-value' },
	});
	const openAiApi = await client.createCredential({
		name: 'Chat model',
		type: 'openAiApi',
		data: { apiKey: 'none', url: 'http://127.0.0.1:9/v1', header: false },
	});
	credentials = {
		'n8n-nodes-base.webhook': { httpHeaderAuth },
		'@n8n/n8n-nodes-langchain.lmChatOpenAi': { openAiApi },
	};
	editor = await EditorPage.open();
	await editor.page.setViewportSize({ width: 1680, height: 1000 });
}, 120_000);

afterAll(async () => await editor?.close());

async function open({ nodes, ...workflow }: WorkflowFile): Promise<void> {
	const withCredentials = nodes.map((node) => ({
		...node,
		credentials: node.credentials ?? credentials[node.type],
	}));
	const { id } = await client.createWorkflow({ ...workflow, nodes: withCredentials });
	await editor.openWorkflow(id);
	const title = editor.page.getByText(workflow.name, { exact: true }).first();
	await title.waitFor({ state: 'attached' });
	for (const { name, type } of nodes) if (type !== NOTE) await editor.nodeOnCanvas(name).waitFor();
}

test.each(names)(
	'%s: n8n knows every node and misses nothing, and each note is as large as its text',
	async (name) => {
		const workflow = await exampleInUse(`${name}.json`, krosAiApi);
		await open(workflow);
		const notes = editor.testId('sticky');
		expect(await notes.count()).toBe(workflow.nodes.filter(({ type }) => type === NOTE).length);
		// How much room is left below the text, in the canvas' own measure; below 0 it is cut off.
		const room = await notes.evaluateAll((stickies) =>
			stickies.map((sticky) => {
				const bottom = (part: Element) => part.getBoundingClientRect().bottom;
				const text = Math.max(...[...sticky.querySelectorAll('h2, h3, p, li')].map(bottom));
				const { width } = sticky.getBoundingClientRect();
				const scale = width / (sticky as HTMLElement).offsetWidth;
				return [sticky.textContent, (bottom(sticky) - text) / scale] as const;
			}),
		);
		expect(room.filter(([, pixels]) => pixels < 0 || pixels > 40)).toEqual([]);
		expect(await editor.testId('node-issues').count()).toBe(0);
		// The buttons would lie over the lowest nodes.
		await editor.testId('zoom-out-button').click();
		await editor.picture(`examples/${name}`);
	},
);
