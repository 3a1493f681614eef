import type { Locator } from 'playwright-core';

import { startNode, workflowOf } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { sharedN8n } from './sharedN8n';

const { url, client } = sharedN8n();
// The last one opens what it finds.
const WORDS = ['krosai', 'phone', 'voice', 'ai call', 'voice agent', 'dial', 'call'];
let editor: EditorPage;

beforeAll(async () => {
	editor = await EditorPage.open();
}, 120_000);

afterAll(async () => await editor?.close());

/** What a search finds that is called KrosAI. n8n shows both nodes of a package as one entry. */
async function find(word: string): Promise<Locator> {
	await editor.testId('node-creator-search-bar').fill(word);
	const found = editor.testId('node-creator-item-name').filter({ hasText: /^KrosAI/ });
	await found.first().waitFor();
	expect(await found.count()).toBe(1);
	return found;
}

// n8n leaves out of its nodes panel what it doesn't know how to sort (a category "AI" is enough).
describe('as the first step of a workflow', () => {
	beforeAll(async () => {
		const { page } = editor;
		await page.goto(`${url}/workflow/new`);
		await editor.testId('canvas-add-button').or(page.getByText('Add first step')).first().click();
	});

	test.each(WORDS)('a search for "%s" finds the nodes', async (word) => {
		const found = await find(word);
		await editor.page
			.getByText('Make AI phone calls, or start a workflow when a call ends')
			.first()
			.waitFor();
		if (word === 'call') {
			await found.click();
			await editor.page.getByText('On call completed', { exact: true }).waitFor();
		}
	});
});

describe('as a step after another', () => {
	beforeAll(async () => {
		const { id } = await client.createWorkflow(workflowOf('KrosAI: search', [startNode()]));
		await editor.openWorkflow(id);
		await editor.nodeOnCanvas('Start').waitFor();
		await editor.testId('node-creator-plus-button').click();
	});

	test.each(WORDS)('a search for "%s" finds the nodes', async (word) => {
		const found = await find(word);
		if (word !== 'call') return;
		await found.click();
		for (const action of ['Initiate call', 'Initiate call and wait', 'Hang up call']) {
			await editor.page.getByText(action, { exact: true }).waitFor();
		}
		// All of them, in one picture.
		await editor.page.setViewportSize({ width: 1360, height: 1080 });
		await editor.picture('operations', [], editor.testId('node-creator'));
	});
});
