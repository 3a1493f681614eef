import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { type CredentialReference, readExample, type WorkflowFile } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';

/** Each example as it looks in the editor, once the credentials are chosen: the README's pictures. */
const { url, client } = sharedN8n();
const names = readdirSync(join(__dirname, '..', '..', 'examples')).map((file) =>
	basename(file, '.json'),
);
const NOTE = 'n8n-nodes-base.stickyNote';
/** They lie over the lowest nodes. */
const BUTTONS = [
	'[data-test-id="execute-workflow-button"]',
	'[data-test-id="workflow-chat-button"]',
];

let editor: EditorPage;
/** By the types of the nodes that need one. */
let credentials: Record<string, Record<string, CredentialReference>>;

beforeAll(async () => {
	const krosAiApi = await createKrosAiCredential(client, 'http://127.0.0.1:9/v1');
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
		'n8n-nodes-krosai.krosAi': { krosAiApi },
		'n8n-nodes-krosai.krosAiTool': { krosAiApi },
		'n8n-nodes-krosai.krosAiTrigger': { krosAiApi },
		'n8n-nodes-base.webhook': { httpHeaderAuth },
		'@n8n/n8n-nodes-langchain.lmChatOpenAi': { openAiApi },
	};
	editor = await EditorPage.open(url);
	await editor.page.setViewportSize({ width: 1680, height: 1000 });
}, 120_000);

afterAll(async () => await editor?.close());

async function open({ nodes, ...workflow }: WorkflowFile): Promise<void> {
	const withCredentials = nodes.map((node) => ({ ...node, credentials: credentials[node.type] }));
	const { id } = await client.createWorkflow({ ...workflow, nodes: withCredentials });
	await editor.goToWorkflow(id);
	const title = editor.page.getByText(workflow.name, { exact: true }).first();
	await title.waitFor({ state: 'attached' });
	for (const { name, type } of nodes) if (type !== NOTE) await editor.nodeOnCanvas(name).waitFor();
}

test.each(names)(
	'%s: n8n knows every node and misses nothing, and no note is cut off',
	async (name) => {
		const workflow = await readExample(`${name}.json`);
		await open(workflow);
		const notes = editor.testId('sticky');
		expect(await notes.count()).toBe(workflow.nodes.filter(({ type }) => type === NOTE).length);
		const cutOff = await notes.evaluateAll((stickies) =>
			stickies
				.filter((sticky) => {
					const parts = [...sticky.querySelectorAll('*')];
					return parts.some(
						(part) => part.clientHeight > 60 && part.scrollHeight > part.clientHeight + 1,
					);
				})
				.map((sticky) => sticky.textContent),
		);
		expect(cutOff).toEqual([]);
		expect(await editor.testId('node-issues').count()).toBe(0);
		await editor.picture(`examples/${name}`, BUTTONS);
	},
);
