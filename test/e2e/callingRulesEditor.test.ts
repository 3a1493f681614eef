import { readExample, withNode } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';
import { until } from './until';

const { url, client } = sharedN8n();
let editor: EditorPage;
let workflowId: string;

beforeAll(async () => {
	editor = await EditorPage.open(url);
	const credential = await createKrosAiCredential(client, 'http://127.0.0.1:9/v1');
	const workflow = await readExample('call-in-allowed-hours.json');
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const { id } = await client.createWorkflow(
		withNode(workflow, 'KrosAI', {
			credentials: { krosAiApi: credential },
			parameters: { ...parameters, callingRules: {} },
		}),
	);
	workflowId = id;
	await editor.openWorkflow(id);
}, 120_000);

afterAll(async () => await editor?.close());

const section = () =>
	editor
		.testId('ndv')
		.locator('[data-test-id="parameter-item"]:has(> .multi-parameter label[for="callingRules"])');

async function storedRules(): Promise<Record<string, unknown>> {
	const { nodes } = await client.workflow(workflowId);
	const { parameters } = nodes.find(({ name }) => name === 'KrosAI')!;
	return (parameters.callingRules ?? {}) as Record<string, unknown>;
}

// The tests go on from each other, as a user does who sets up the rules.
test('the panel has the section, off by default, and recommends it for lists', async () => {
	const panel = await editor.openPanel('KrosAI');
	expect(await editor.missingLabels(panel, ['Calling Rules', 'Dry Run'])).toEqual([]);
	await panel.getByText('Recommended for lists').waitFor();
	expect(await panel.getByText('When Blocked', { exact: true }).count()).toBe(0);
});

/** As a user does: Add rule → the rule. */
async function addRule(name: string): Promise<void> {
	await editor.testId('collection-parameter-add', section()).click();
	await editor.page.getByRole('option', { name, exact: true }).click();
}

test('each rule is there to be added', async () => {
	await editor.testId('collection-parameter-add', section()).click();
	const options = editor.page.getByRole('option').filter({ visible: true });
	await options.first().waitFor();
	expect((await options.allInnerTexts()).map((text) => text.trim())).toEqual([
		'Allowed Countries',
		'Blocked Dates',
		'Consent',
		'Do Not Call',
		'Hours',
		'Time Zone',
	]);
	await editor.page.keyboard.press('Escape');
});

test('Hours are offered as Monday to Friday, 09:00 to 18:00, and kept', async () => {
	await addRule('Hours');
	await section().getByRole('button', { name: 'Add Hours' }).click();
	await section().getByText('Monday', { exact: true }).waitFor();
	const times = section().locator('input[type="text"], textarea');
	await until('the times are there', async () => {
		const values = await times.evaluateAll((fields) =>
			fields.map((field) => (field as HTMLInputElement).value),
		);
		return values.includes('09:00') && values.includes('18:00');
	});
	await addRule('Consent');
	await editor.testId('ndv').getByText('When Blocked', { exact: true }).waitFor();
	const rules = await until('the rules are saved', async () => {
		const stored = await storedRules();
		return stored.hours && 'consent' in stored ? stored : undefined;
	});
	// A row as it was offered has no value of its own: n8n fills them in.
	expect(rules).toEqual({ hours: { row: [{}] }, consent: '' });
	// High enough for the whole section.
	await editor.page.setViewportSize({ width: 1360, height: 1060 });
	await editor.testId('ndv').getByText('Dry Run', { exact: true }).scrollIntoViewIfNeeded();
	await editor.picture('calling-rules', [], editor.testId('node-parameters'));
});
