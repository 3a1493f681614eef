import { withNode } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { EditorPage } from './editorPage';
import { createKrosAiCredential, exampleWorkflow } from './krosAi';
import { sharedN8n } from './sharedN8n';
import { until } from '../../simulator/client';

const { client } = sharedN8n();
let simulator: Simulator;
let editor: EditorPage;

beforeAll(async () => {
	simulator = await startSimulator({ speed: 50 });
	editor = await EditorPage.open();
}, 120_000);

afterAll(async () => {
	await editor?.close();
	await simulator.close();
});

// The tests go on from each other, as a user does who sets up the example.
describe('the example workflow in the editor', () => {
	beforeAll(async () => {
		const credential = await createKrosAiCredential(client, simulator.baseUrl);
		const workflow = await exampleWorkflow(credential);
		const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
		const fromNumber = { __rl: true, mode: 'list', value: '' };
		const { id } = await client.createWorkflow(
			withNode(workflow, 'KrosAI', { parameters: { ...parameters, fromNumber } }),
		);
		await editor.openWorkflow(id);
	});

	test('a number is picked from the list', async () => {
		await editor.openPanel('KrosAI');
		const locator = editor.testId('resource-locator-fromNumber');
		await editor.testId('rlc-input', locator).click();
		const entries = editor.testId('rlc-item');
		await entries.first().waitFor();
		expect(await entries.allInnerTexts()).toContain('+234 801 234 5678 (NG)');
		await entries.filter({ hasText: '+234 801 234 5678 (NG)' }).click();
		await entries.first().waitFor({ state: 'hidden' });
		const shown = await editor.testId('rlc-input', locator).inputValue();
		expect(shown).toBe('+234 801 234 5678 (NG)');
	});

	test('it runs: two are called, the third is to be corrected', async () => {
		await editor.testId('ndv-close-button').click();
		await editor.testId('execute-workflow-button').click();
		await editor.nodeOnCanvas('To be corrected').getByText('1 item').waitFor();
		await editor.nodeOnCanvas('Calls placed').getByText('2 items').waitFor();
		expect(simulator.called()).toEqual(['+14155550123', '+14155550170']);
		await editor.testId('execute-workflow-button').getByText('Execute workflow').waitFor();
		await editor.page.mouse.move(700, 20);
		await editor.picture('workflow');
	});

	test('the panel shows contacts beside the calls', async () => {
		const panel = await editor.openPanel('KrosAI');
		await panel.getByText('call_id').first().waitFor();
		await editor.picture('panel', [], panel);
		await editor.inDark(async () => {
			// n8n has an icon for each mode, and so does this package.
			const icon = panel.locator('img[src*="krosai"]').first();
			await until(async () => ((await icon.getAttribute('src')) ?? '').endsWith('krosai.dark.svg'));
			await editor.picture('panel-dark', [], panel);
		});
	});
});
