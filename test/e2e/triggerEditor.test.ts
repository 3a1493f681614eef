import {
	type CredentialReference,
	type WorkflowFile,
	workflowNode,
	workflowOf,
} from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { EditorPage } from './editorPage';
import { createKrosAiCredential } from './krosAi';
import { TRIGGER, triggerWorkflow } from './krosAiTrigger';
import { sharedN8n } from './sharedN8n';
import { start, until } from '../../simulator/client';

const { client } = sharedN8n();
let simulator: Simulator;
let credential: CredentialReference;
let editor: EditorPage;

beforeAll(async () => {
	simulator = await startSimulator({ speed: 50 });
	credential = await createKrosAiCredential(client, simulator.baseUrl);
	editor = await EditorPage.open();
}, 120_000);

afterAll(async () => {
	await editor?.close();
	await simulator.close();
});

async function open(workflow: WorkflowFile): Promise<void> {
	await editor.openWorkflow((await client.createWorkflow(workflow)).id);
}

// The tests go on from each other, as a user does who sets up the trigger.
describe("the trigger's panel", () => {
	beforeAll(async () => await open(triggerWorkflow(credential)));

	test('listens for a test event, and shows the call that comes', async () => {
		const panel = await editor.openPanel(TRIGGER);
		await editor.testId('node-execute-button', panel).first().click();
		await until(() => simulator.webhooks.length === 1);
		expect(simulator.webhooks[0]!.url).toContain('/webhook-test/');
		await start(simulator, { metadata: { customer_id: 'cust_001', campaign: 'follow-up-q1' } });
		await panel.getByText('outcome', { exact: true }).first().waitFor();
		await panel.getByText('cust_001').first().waitFor();
		await until(() => simulator.webhooks.length === 0);
		// Below each other, so that the picture has them all.
		await panel.getByText('Schema', { exact: true }).click();
		await panel.getByText('outcome', { exact: true }).first().waitFor();
		await editor.picture('trigger', [], panel);
	});

	test('says with manual registration what to enter where', async () => {
		const panel = editor.testId('ndv');
		const notice = panel.getByText('Webhook Signing Secret');
		expect(await notice.count()).toBe(0);
		await editor.testId('parameter-input-registration', panel).click();
		await editor.page.getByRole('option', { name: /^Manual/ }).click();
		await notice.waitFor();
		await editor.page.getByRole('option', { name: /^Manual/ }).waitFor({ state: 'hidden' });
		expect(await notice.innerText()).toMatch(/Developers → Webhooks.*Production URL.*same events/);
	});
});

test('one output per event: each is labelled on the canvas', async () => {
	const trigger = triggerWorkflow(credential, {
		events: ['call.completed', 'call.failed', 'call.recording.ready'],
		options: { outputPerEvent: true },
	});
	const names = ['Update the CRM', 'Call again later', 'Keep the recording'];
	const next = names.map((name, index) =>
		workflowNode(name, 'n8n-nodes-base.noOp', {}, { position: [400, index * 176 - 176] }),
	);
	await open(workflowOf('KrosAI: outputs', [...trigger.nodes, ...next], { [TRIGGER]: names }));
	const node = editor.nodeOnCanvas(TRIGGER);
	for (const label of ['Completed', 'Failed', 'Recording']) {
		await node.getByText(label, { exact: true }).waitFor();
	}
	await editor.picture('trigger-outputs');
});
