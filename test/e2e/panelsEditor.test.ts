import type { Locator } from 'playwright-core';

import { type CredentialReference, type WorkflowFile, workflowNode } from '../n8n/workflow';
import { type Simulator, startSimulator } from '../../simulator';
import { EditorPage } from './editorPage';
import { createKrosAiCredential, NODE_TYPE } from './krosAi';
import { TRIGGER, triggerWorkflow } from './krosAiTrigger';
import { sharedN8n } from './sharedN8n';

const { url, client } = sharedN8n();

const CALL = [
	'From Number',
	'To Number',
	'AI Agent (Endpoint)',
	'Maximum Duration (Seconds)',
	'Specify Metadata',
];
const LIMIT = ['Return All', 'Limit'];

/** A panel as it is opened: its fields from top to bottom. */
const PANELS: Array<[string, Record<string, unknown>, string[]]> = [
	[
		'Initiate',
		{ operation: 'initiate' },
		[...CALL, 'Metadata', 'Calling Hours', 'Calling Rules', 'Dry Run', 'Options'],
	],
	[
		'Initiate with rules',
		{ operation: 'initiate', specifyMetadata: 'json', callingRules: { consent: '' } },
		[
			...CALL,
			'Metadata (JSON)',
			...['Calling Hours', 'Calling Rules', 'Consent', 'When Blocked', 'Dry Run', 'Options'],
		],
	],
	[
		'Initiate by day',
		{ operation: 'initiate', callingHours: 'daily' },
		[...CALL, 'Metadata', 'Calling Hours', 'Calling Rules', 'When Blocked', 'Dry Run', 'Options'],
	],
	[
		'Initiate and Wait',
		{ operation: 'initiateAndWait' },
		[...CALL, 'Metadata', 'Calling Hours', 'Calling Rules', 'Dry Run', 'Options'],
	],
	['Get', { operation: 'get' }, ['Call ID', 'Simplify']],
	['Get Many', { operation: 'getAll' }, [...LIMIT, 'Filters', 'Simplify']],
	['Get all', { operation: 'getAll', returnAll: true }, ['Return All', 'Filters', 'Simplify']],
	['Get Events', { operation: 'getEvents' }, ['Call ID']],
	['Get Statistics', { operation: 'getStatistics' }, ['Filters']],
	['Hang Up', { operation: 'hangUp' }, ['Call ID']],
	[
		'Download Recording',
		{ operation: 'downloadRecording' },
		['Call ID', 'Put Output File in Field', 'Options'],
	],
	['Endpoints', { resource: 'endpoint', operation: 'getAll' }, LIMIT],
	['Phone Numbers', { resource: 'phoneNumber', operation: 'getAll' }, LIMIT],
	[
		'Deliveries',
		{ resource: 'webhookDelivery', operation: 'getAll' },
		[...LIMIT, 'Filters', 'Simplify'],
	],
	['Delivery', { resource: 'webhookDelivery', operation: 'get' }, ['Delivery ID', 'Simplify']],
	['Retry', { resource: 'webhookDelivery', operation: 'retry' }, ['Delivery ID']],
];

/** Every option of every collection, in a panel each: the widest labels that there are. */
const EVERYTHING: Array<[string, Record<string, unknown>, string[]]> = [
	[
		'All options',
		{
			operation: 'initiateAndWait',
			options: {
				callOnlyOncePerKey: '',
				callsPerSecond: 10,
				chooseFromNumber: 'inTurn',
				defaultCountry: '',
				fromNumberDailyLimit: 100,
				lookUpUnknownCalls: 'byNumber',
				maxCalls: 5,
				moreFromNumbers: '',
				pollSeconds: 10,
				waitForLineMinutes: 15,
				waitLimitMinutes: 15,
				// Of another operation: it doesn't show.
				webhookUrl: '',
			},
		},
		[
			'Calls per Second',
			'Check Call Status Every (Sec)',
			'Choose From Number',
			'Default Country',
			'Limit Wait Time (Minutes)',
			'Look Up Unknown Calls',
			'More From Numbers',
			'Most Calls',
			'Most Calls per From Number',
			'Skip Already Called (Key)',
			'Wait for a Free Line (Minutes)',
		],
	],
	[
		'All filters',
		{
			operation: 'getAll',
			filters: {
				after: '',
				before: '',
				direction: 'outbound',
				endpointId: { __rl: true, mode: 'list', value: '' },
				fromNumber: '',
				phoneNumberId: { __rl: true, mode: 'list', value: '' },
				status: 'completed',
				toNumber: '',
			},
		},
		['After', 'AI Agent (Endpoint)', 'Before', 'Direction', 'From Number'].concat([
			'Phone Number',
			'Status',
			'To Number',
		]),
	],
	[
		'All filters of deliveries',
		{
			...{ resource: 'webhookDelivery', operation: 'getAll' },
			filters: { event: 'call.completed', status: 'failed', webhookId: '' },
		},
		['Event', 'Status', 'Webhook ID'],
	],
	[
		'Waiting for a recording',
		{ operation: 'downloadRecording', options: { waitForRecordingMinutes: 5 } },
		['Wait for Recording (Minutes)'],
	],
];

let simulator: Simulator;
let credential: CredentialReference;
let editor: EditorPage;

beforeAll(async () => {
	simulator = await startSimulator();
	credential = await createKrosAiCredential(client, simulator.baseUrl);
	editor = await EditorPage.open(url);
	await editor.page.setViewportSize({ width: 1360, height: 1300 });
	await editor.openWorkflow((await client.createWorkflow(workflow())).id);
}, 120_000);

afterAll(async () => {
	await editor?.close();
	await simulator.close();
});

/** A node for each panel, and the trigger, unconnected. */
function workflow(): WorkflowFile {
	const credentials = { krosAiApi: credential };
	const nodes = [...PANELS, ...EVERYTHING].map(([name, parameters], index) =>
		workflowNode(
			name,
			NODE_TYPE,
			{ resource: 'call', ...parameters },
			{ position: [(index % 5) * 224, Math.floor(index / 5) * 208], credentials },
		),
	);
	const trigger = triggerWorkflow(credential, {
		options: { endpointId: { __rl: true, mode: 'list', value: '' }, minDuration: 0 },
	});
	const [triggerNode] = trigger.nodes;
	return { ...trigger, nodes: [...nodes, { ...triggerNode!, position: [-224, 0] }] };
}

/** Opens a panel, and closes it again when `look` is done. */
async function inPanel<T>(name: string, look: (panel: Locator) => Promise<T>): Promise<T> {
	const panel = await editor.openPanel(name);
	await editor.testId('credentials-label', panel).waitFor();
	const result = await look(panel);
	await editor.testId('ndv-close-button').click();
	await panel.waitFor({ state: 'hidden' });
	return result;
}

/** The labels in the order in which they stand, and those that are cut. Without n8n's Credential. */
async function labelsOf(panel: Locator): Promise<{ labels: string[]; cut: string[] }> {
	const parameters = editor.testId('node-parameters', panel);
	const shown = parameters.locator('label').filter({ visible: true });
	await shown.last().waitFor();
	const texts = await shown.evaluateAll((all) =>
		all.map((one) => {
			const title = one.querySelector('[class*="title"]') ?? one;
			const isCut = [...one.querySelectorAll('span, div')].some(
				(part) =>
					getComputedStyle(part).textOverflow === 'ellipsis' && part.scrollWidth > part.clientWidth,
			);
			return { text: (title.textContent ?? '').trim(), isCut };
		}),
	);
	const isOwn = ({ text }: { text: string }) => text !== 'Credential';
	return {
		labels: texts.filter(isOwn).map(({ text }) => text),
		cut: texts.filter(({ isCut }) => isCut).map(({ text }) => text),
	};
}

test.each(PANELS)('the panel of %s has its fields and no others', async (name, _, expected) => {
	const { labels, cut } = await inPanel(name, labelsOf);
	expect(labels).toEqual(['Resource', 'Operation', ...expected]);
	expect(cut).toEqual([]);
});

test.each(EVERYTHING)('%s: each is there, and no label is cut', async (name, _, expected) => {
	const { labels, cut } = await inPanel(name, labelsOf);
	const first = labels.indexOf(expected[0]!);
	expect(labels.slice(first, first + expected.length)).toEqual(expected);
	expect(labels).not.toContain('Webhook URL');
	expect(cut).toEqual([]);
});

test('the panel of the trigger has its fields and no others', async () => {
	const { labels, cut } = await inPanel(TRIGGER, labelsOf);
	expect(labels).toEqual([
		...['Trigger On', 'Registration', 'Options'],
		...['AI Agent (Endpoint)', 'Minimum Duration (Seconds)'],
	]);
	expect(cut).toEqual([]);
});

/** The options of a drop-down whose description does not fit, of which n8n shows two lines. */
async function clampedOptions(panel: Locator, parameter: string): Promise<string[]> {
	await editor.testId(`parameter-input-${parameter}`, panel).click();
	const options = editor.page.getByRole('option').filter({ visible: true });
	await options.first().waitFor();
	const clamped = await options.locator('.option-description').evaluateAll((all) => {
		if (all.length === 0) throw new Error('There is no description to look at.');
		return all
			.filter((one) => one.scrollHeight > one.clientHeight + 1)
			.map((one) => one.textContent ?? '');
	});
	await editor.page.keyboard.press('Escape');
	return clamped;
}

test.each([
	['Initiate', 'operation'],
	['Endpoints', 'operation'],
	['Phone Numbers', 'operation'],
	['Initiate with rules', 'whenBlocked'],
	[TRIGGER, 'events'],
	[TRIGGER, 'registration'],
])('of %s, each description in the list of %s can be read to its end', async (name, parameter) => {
	expect(await inPanel(name, async (panel) => await clampedOptions(panel, parameter))).toEqual([]);
});
