import { exampleInUse, readExample, withNode } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential } from './krosAi';
import { sharedN8n } from './sharedN8n';
import { until } from '../../simulator/client';

const { client } = sharedN8n();
let editor: EditorPage;
let workflowId: string;

beforeAll(async () => {
	editor = await EditorPage.open();
	const credential = await createKrosAiCredential(client, 'http://127.0.0.1:9/v1');
	const workflow = await exampleInUse('call-in-allowed-hours.json', credential);
	const { parameters } = workflow.nodes.find(({ name }) => name === 'KrosAI')!;
	const { id } = await client.createWorkflow(
		withNode(workflow, 'KrosAI', {
			parameters: { ...parameters, callingHours: 'any', callingRules: {} },
		}),
	);
	workflowId = id;
	await editor.openWorkflow(id);
}, 120_000);

afterAll(async () => await editor?.close());

const section = (name: string) =>
	editor
		.testId('ndv')
		.locator(`[data-test-id="parameter-item"]:has(> .multi-parameter label[for="${name}"])`);

async function stored(): Promise<Record<string, unknown>> {
	const { nodes } = await client.workflow(workflowId);
	return nodes.find(({ name }) => name === 'KrosAI')!.parameters;
}

const hint = (text: string) => editor.testId('node-hint').filter({ hasText: text });
const whenBlocked = () => editor.testId('ndv').getByText('When Blocked', { exact: true });

/** The times of the rows that the panel shows. */
async function rowsShown(): Promise<string[]> {
	const rows = editor.testId('fixed-collection-callingHoursRows');
	await rows.getByText('Monday', { exact: true }).first().waitFor();
	const values = await rows
		.locator('input[type="text"], textarea')
		.evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
	return values.filter((value) => /^\d\d:\d\d$/.test(value));
}

async function chooseHours(name: string): Promise<void> {
	await editor.testId('parameter-input-callingHours').click();
	await editor.page.getByRole('option', { name, exact: true }).click();
}

// The tests go on from each other, as a user does who sets up the rules.
test('hours and rules are off by default', async () => {
	const panel = await editor.openPanel('KrosAI');
	const choice = editor.testId('parameter-input-callingHours', panel).locator('input');
	expect(await choice.inputValue()).toBe('Any Time');
	expect(await whenBlocked().count()).toBe(0);
	expect(await hint('Any Time').count()).toBe(0);
});

test('where several items come in, a hint says that they are called at any time', async () => {
	const panel = editor.testId('ndv');
	await panel.getByText('Execute previous nodes').first().click();
	await hint('Calling Hours is Any Time').waitFor();
	await chooseHours('Every Day, 9:00 to 20:00');
	await hint('Calling Hours is Any Time').waitFor({ state: 'hidden' });
	await whenBlocked().waitFor();
	await chooseHours('Any Time');
	await hint('Calling Hours is Any Time').waitFor();
	await whenBlocked().waitFor({ state: 'hidden' });
});

/** As a user does: Add rule → the rule. */
async function addRule(name: string): Promise<void> {
	await editor.testId('collection-parameter-add', section('callingRules')).click();
	await editor.page.getByRole('option', { name, exact: true }).click();
}

test('a Time Zone that nothing asks for says so', async () => {
	await addRule('Time Zone');
	await hint('Time Zone has no effect').waitFor();
	await whenBlocked().waitFor();
	await chooseHours('Custom');
	await hint('Time Zone has no effect').waitFor({ state: 'hidden' });
});

test('Custom shows and stores a row, Monday to Friday, 09:00 to 18:00', async () => {
	expect(await rowsShown()).toEqual(['09:00', '18:00']);
	await addRule('Consent');
	expect(await rowsShown()).toEqual(['09:00', '18:00']);
	expect(await whenBlocked().count()).toBe(1);
	const { callingHours, callingHoursRows, callingRules } = await until(async () => {
		const parameters = await stored();
		return 'consent' in (parameters.callingRules as object) && parameters;
	});
	expect(callingHours).toBe('custom');
	expect(callingRules).toEqual({ timeZone: '', consent: '' });
	// n8n keeps no parameter that is as its default: it goes by that one.
	expect(callingHoursRows ?? { row: [{}] }).toEqual({ row: [{}] });
	// High enough for the whole section.
	await editor.page.setViewportSize({ width: 1360, height: 1060 });
	await editor.testId('ndv').getByText('Dry Run', { exact: true }).scrollIntoViewIfNeeded();
	await editor.picture('calling-rules', [], editor.testId('node-parameters'));
});

test('the row is there after a reload', async () => {
	// n8n opens the panel again by itself.
	await editor.page.reload();
	expect(await rowsShown()).toEqual(['09:00', '18:00']);
});

test('without a row the panel asks for one; after a reload the first is there again', async () => {
	const rows = editor.testId('fixed-collection-callingHoursRows');
	await rows.hover();
	await editor.testId('fixed-collection-delete', rows).click();
	await rows.getByText('Monday', { exact: true }).waitFor({ state: 'hidden' });
	await editor.testId('callingHoursRows-parameter-input-issues-container').waitFor();
	await editor.page.reload();
	expect(await rowsShown()).toEqual(['09:00', '18:00']);
});

test('a To Number that is the same for several items says so before the run', async () => {
	const example = await readExample('call-three-contacts.json');
	const { parameters } = example.nodes.find(({ name }) => name === 'KrosAI')!;
	const fixed = { parameters: { ...parameters, toNumber: '+14155550123' } };
	const { id } = await client.createWorkflow(withNode(example, 'KrosAI', fixed));
	await editor.openWorkflow(id);
	const panel = await editor.openPanel('KrosAI');
	await panel.getByText('Execute previous nodes').first().click();
	await hint('To Number is no expression').first().waitFor();
});
