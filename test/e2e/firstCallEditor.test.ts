import type { Page } from 'playwright-core';

import { type Simulator, startSimulator } from '../../simulator';
import { until } from '../../simulator/client';
import { startNode, workflowNode, workflowOf } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential, NODE_TYPE } from './krosAi';
import { Movie } from './movie';
import { sharedN8n } from './sharedN8n';

/** The README's first call, step by step: its moving picture. */
const { client } = sharedN8n();
const SIZE = { width: 1120, height: 680 };
const movie = new Movie();

let simulator: Simulator;
let editor: EditorPage;
let phone: Page;

beforeAll(async () => {
	simulator = await startSimulator();
	simulator.script('*', 'manual');
	editor = await EditorPage.open();
	await editor.page.setViewportSize(SIZE);
	phone = await editor.page.context().newPage();
	await phone.setViewportSize(SIZE);
	await phone.goto(simulator.origin);
	const krosAiApi = await createKrosAiCredential(client, simulator.baseUrl);
	const krosAi = workflowNode(
		'KrosAI',
		NODE_TYPE,
		{ maxDuration: 60 },
		{ credentials: { krosAiApi } },
	);
	const workflow = workflowOf('My first call', [startNode(), krosAi], { Start: ['KrosAI'] });
	const { id } = await client.createWorkflow(workflow);
	await editor.openWorkflow(id);
	await editor.nodeOnCanvas('KrosAI').waitFor();
}, 120_000);

afterAll(async () => {
	await phone?.close();
	await editor?.close();
	await simulator.close();
});

const show = async (seconds: number) => await movie.show(editor.page, seconds);
/** Only the calls: the addresses above them are this machine's. */
const showPhone = async (seconds: number) =>
	await movie.show(phone, seconds, ['body > dl', 'body > p', 'body > h2', '.ends']);

async function pick(field: string, entry: string): Promise<void> {
	const locator = editor.testId(`resource-locator-${field}`);
	const entries = editor.testId('rlc-item').filter({ visible: true });
	const wanted = entries.filter({ hasText: entry });
	// A field that is left may move what is below it, and the click goes beside the list.
	await until(async () => {
		await editor.testId('rlc-input', locator).click();
		const opening = wanted.waitFor({ timeout: 5_000 });
		return await opening.then(() => true).catch(() => false);
	}, 60);
	await show(1.5);
	await wanted.click();
	await entries.first().waitFor({ state: 'hidden' });
}

test('a number and an agent are picked, the step is executed, the phone rings, it is answered', async () => {
	await show(1.5);
	const panel = await editor.openPanel('KrosAI');
	await panel.getByText('From Number').first().waitFor();
	await show(1);
	await pick('fromNumber', '+234 801 234 5678 (NG)');
	await editor.testId('parameter-input-toNumber').locator('input, .cm-content').first().click();
	await editor.page.keyboard.type('+1 415 555 0123');
	await pick('endpointId', 'Support Agent');
	await show(1);
	await editor.testId('node-execute-button', panel).first().click();
	await panel.getByText('call_id').first().waitFor();
	await show(2);

	const call = phone.locator('#calls tbody');
	await phone.bringToFront();
	await call.getByText('ringing').waitFor();
	await showPhone(2);
	await call.getByRole('button', { name: 'Answer', exact: true }).click();
	await call.locator('.length').getByText('0:03').waitFor();
	await showPhone(1.5);
	await call.getByRole('button', { name: 'Hang up' }).click();
	await until(() => simulator.calls[0]?.status === 'completed');
	await call.locator('.call').click();
	await call.getByText('[Agent]: Hello').waitFor();
	await showPhone(3);
	expect(simulator.called()).toEqual(['+14155550123']);
	await movie.save('first-call', phone);
});
