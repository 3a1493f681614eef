import { withNode } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { EditorPage } from './editorPage';
import { CALLABLE, createKrosAiCredential, exampleWorkflow } from './krosAi';
import { sharedN8n } from './sharedN8n';

const { client } = sharedN8n();
const [ADA, BOLA] = CALLABLE;

let simulator: Simulator;
let editor: EditorPage;

beforeAll(async () => {
	simulator = await startSimulator();
	editor = await EditorPage.open();
}, 120_000);

afterAll(async () => {
	await editor?.close();
	await simulator.close();
});

interface Situation {
	phone?: string;
	apiKey?: string;
	/** Instead of a call: looking one up. */
	isLookUp?: boolean;
}

/** Runs the example, and gives what the output panel of the node KrosAI then says. */
async function outputOf({ phone, apiKey, isLookUp }: Situation): Promise<string> {
	const credential = await createKrosAiCredential(client, simulator.baseUrl, apiKey);
	const contacts = [{ ...ADA, phone: phone ?? ADA.phone }, BOLA];
	const workflow = await exampleWorkflow(credential, {
		contacts,
		settings: { onError: 'stopWorkflow' },
	});
	const parameters = { resource: 'call', operation: 'get', callId: 'call_unknown' };
	const changed = isLookUp ? withNode(workflow, 'KrosAI', { parameters }) : workflow;
	await editor.openWorkflow((await client.createWorkflow(changed)).id);
	await editor.nodeOnCanvas('KrosAI').waitFor();
	await editor.testId('execute-workflow-button').click();
	await editor.page.locator('.el-notification').getByText('KrosAI').first().waitFor();
	const panel = await editor.openPanel('KrosAI');
	const output = editor.testId('output-panel', panel);
	await output.getByText('Error details').waitFor();
	return (await output.innerText()).replace(/\s+/g, ' ');
}

// What happened, with which contact, and what to do: all of it without opening anything.
test('a bad number: which one it is, and how it has to be written', async () => {
	const said = await outputOf({ phone: '08012345678' });
	expect(said).toContain("1 of 2 contacts can't be called, so no call was started.");
	expect(said).toContain('"08012345678" in To Number is a local number');
	expect(said).toMatch(/E\.164 format.*\+2348012345678, or choose a Default Country under Options/);
	await editor.picture('message', [], editor.testId('ndv'));
});

test('a wrong key: where to correct it, and that no call was placed', async () => {
	const said = await outputOf({ apiKey: 'kros_live_mistyped' });
	expect(said).toContain(`Call to ${ADA.phone}: KrosAI refused the API key`);
	expect(said).toContain('Check the API key in the KrosAI credential');
	expect(said).toContain('No call was placed before this one.');
	expect(said).not.toContain('kros_live_mistyped');
});

test('an empty balance: to add credits, and nothing that would call a contact twice', async () => {
	simulator.set({ balanceCents: 0 });
	const said = await outputOf({});
	expect(said).toContain(`Call to ${ADA.phone}: The KrosAI balance is too low to place the call`);
	expect(said).toContain('Add credits in the KrosAI dashboard, then call this contact again.');
	expect(said).not.toMatch(/run the workflow again/i);
	expect(simulator.called()).toEqual([]);
});
