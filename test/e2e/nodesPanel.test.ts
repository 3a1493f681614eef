import { EditorPage } from './editorPage';
import { sharedN8n } from './sharedN8n';

const { url } = sharedN8n();
let editor: EditorPage;

beforeAll(async () => {
	editor = await EditorPage.open(url);
}, 120_000);

afterAll(async () => await editor?.close());

// n8n leaves out of its nodes panel what it doesn't know how to sort (a category "AI" is enough).
test.each(['krosai', 'phone', 'voice', 'call'])(
	'a search for "%s" finds the nodes',
	async (word) => {
		const { page } = editor;
		await page.goto(`${url}/workflow/new`);
		await editor.testId('canvas-add-button').or(page.getByText('Add first step')).first().click();
		await editor.testId('node-creator-search-bar').fill(word);
		const found = editor.testId('node-creator-item-name');
		await found.filter({ hasText: 'KrosAI' }).first().waitFor();
		expect(await found.allInnerTexts()).toEqual(
			expect.arrayContaining([expect.stringContaining('KrosAI')]),
		);
	},
);
