import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

import { launchChromium } from '../n8n/chromium';
import { OWNER } from '../n8n/client';
import { withNode } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../simulator';
import { createKrosAiCredential, exampleWorkflow } from './krosAi';
import { sharedN8n } from './sharedN8n';

const DOCS = join(__dirname, '..', '..', 'docs');

const { url, client } = sharedN8n();
let simulator: Simulator;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	simulator = await startSimulator({ speed: 50 });
	browser = await launchChromium((line) => process.stderr.write(`${line}\n`));
	page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
	await page.goto(`${url}/signin`);
	await page.fill('input[name="emailOrLdapLoginId"]', OWNER.email);
	await page.fill('input[name="password"]', OWNER.password);
	await testId('form-submit-button').click();
	await page.waitForURL((address) => !address.pathname.startsWith('/signin'));
}, 120_000);

afterAll(async () => {
	await browser?.close();
	await simulator.close();
});

const testId = (id: string, within: Page | Locator = page) =>
	within.locator(`[data-test-id="${id}"]`);

/** Keeps a picture for the README, only where it is asked for: a test run leaves no changes. */
async function picture(name: string): Promise<void> {
	if (!process.env.KROSAI_PICTURES) return;
	await mkdir(DOCS, { recursive: true });
	await page.screenshot({
		path: join(DOCS, `${name}.png`),
		style: '.el-notification { display: none }',
	});
}

const nodeOnCanvas = (name: string) =>
	page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`);

/** Opens a node's panel as a user does. */
async function openPanel(name: string): Promise<Locator> {
	await nodeOnCanvas(name).dblclick();
	const panel = testId('ndv');
	await panel.waitFor();
	return panel;
}

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
		await page.goto(`${url}/workflow/${id}`);
	}, 60_000);

	test("the node's panel has every field", async () => {
		const panel = await openPanel('KrosAI');
		const labels = [
			'Resource',
			'Operation',
			'From Number',
			'To Number',
			'Endpoint',
			'Maximum Duration',
			'Specify Metadata',
			'Metadata',
			'Options',
		];
		// The panel is filled a moment after it is opened.
		await panel.getByText(labels[0]!, { exact: true }).waitFor();
		const missing: string[] = [];
		for (const label of labels) {
			const shown = panel.getByText(label, { exact: true }).first();
			if (!(await shown.isVisible())) missing.push(label);
		}
		expect(missing).toEqual([]);
	});

	test('a number is picked from the list', async () => {
		const locator = testId('resource-locator-fromNumber');
		await testId('rlc-input', locator).click();
		const entries = testId('rlc-item');
		await entries.first().waitFor();
		expect(await entries.allInnerTexts()).toContain('+234 801 234 5678 (NG)');
		await entries.filter({ hasText: '+234 801 234 5678 (NG)' }).click();
		await entries.first().waitFor({ state: 'hidden' });
		const shown = await testId('rlc-input', locator).inputValue();
		expect(shown).toBe('+234 801 234 5678 (NG)');
	});

	test('it runs: two are rung, the third is to be corrected', async () => {
		await testId('ndv-close-button').click();
		await testId('execute-workflow-button').click();
		await nodeOnCanvas('To be corrected').getByText('1 item').waitFor();
		await nodeOnCanvas('Calls placed').getByText('2 items').waitFor();
		expect(simulator.rung()).toEqual(['+14155550123', '+442079460958']);
		await picture('workflow');
	});

	test('the panel shows contacts beside the calls', async () => {
		const panel = await openPanel('KrosAI');
		await panel.getByText('call_id').first().waitFor();
		await picture('panel');
	});
});
