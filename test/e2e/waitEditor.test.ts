import { exampleInUse } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { EditorPage } from './editorPage';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();
const BOLA = '+14155550170';

let simulator: Simulator;
let editor: EditorPage;

beforeAll(async () => {
	// For a picture the calls take their time.
	simulator = await startSimulator({ speed: process.env.KROSAI_PICTURES ? 1 : 5 });
	// Bola's line is busy, and Ada talks until the picture is taken.
	simulator.script('*', 'answered', { talking: 20 });
	simulator.script(BOLA, 'busy');
	editor = await EditorPage.open();
	const credential = await createKrosAiCredential(client, simulator.baseUrl);
	const { id } = await client.createWorkflow(
		await exampleInUse('ring-wait-retry.json', credential),
	);
	await editor.openWorkflow(id);
}, 120_000);

afterAll(async () => {
	await editor?.close();
	await simulator.close();
});

// The tests go on from each other, as a user does who runs the example from the editor.
describe('the example that waits, in the editor', () => {
	test('the canvas shows that the node waits', async () => {
		await editor.testId('execute-workflow-button').click();
		await editor.page
			.locator('[data-node-name="KrosAI"] .waiting, [data-node-name="KrosAI"].waiting')
			.first()
			.waitFor();
		expect(simulator.calls).toHaveLength(2);
		// The buttons would lie over the line back.
		await editor.testId('zoom-out-button').click();
		await editor.picture('waiting');
	});

	test('and then that it is done: one talked, the other waits for the next try', async () => {
		const done = (name: string) =>
			editor.testId('canvas-node-status-success', editor.nodeOnCanvas(name));
		for (const name of ['Talked', 'Next Try']) await done(name).waitFor({ timeout: 50_000 });
		const stillWaiting = editor.page.locator('[data-node-name="KrosAI"] .waiting');
		expect(await stillWaiting.count()).toBe(0);
	});
});
