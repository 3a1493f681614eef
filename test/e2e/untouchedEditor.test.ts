import { randomUUID } from 'node:crypto';
import type { INodeProperties } from 'n8n-workflow';
import type { Locator } from 'playwright-core';

import { KrosAi } from '../../nodes/KrosAi/KrosAi.node';
import { KrosAiTrigger } from '../../nodes/KrosAi/KrosAiTrigger.node';
import { type Simulator, startSimulator } from '../../simulator';
import { type Execution, outputOf } from '../n8n/execution';
import type { CredentialReference, WorkflowFile, WorkflowNode } from '../n8n/workflow';
import { EditorPage } from './editorPage';
import { createKrosAiCredential, NODE_TYPE } from './krosAi';
import { triggerWorkflow } from './krosAiTrigger';
import { sharedN8n } from './sharedN8n';
import { until } from '../../simulator/client';

/**
 * Each entry of each collection and fixed collection, added in a real editor and left untouched: what
 * the panel shows is stored, is what a run does, and is there after a reload.
 */

const { url, client } = sharedN8n();
let simulator: Simulator;
let credential: CredentialReference;
let editor: EditorPage;

beforeAll(async () => {
	simulator = await startSimulator({ speed: 200 });
	credential = await createKrosAiCredential(client, simulator.baseUrl);
	editor = await EditorPage.open(url);
	await editor.page.setViewportSize({ width: 1360, height: 1300 });
}, 120_000);

afterAll(async () => {
	await editor?.close();
	await simulator.close();
});

/** One entry of a panel, in a node of its own. */
interface Addition {
	node: string;
	parameters: Record<string, unknown>;
	/** The parameter that is added to. */
	field: string;
	/** Of a collection: what is added. */
	entry?: { name: string; label: string; initial: unknown; hasRows: boolean };
}

/** What of a section the panel shows. */
interface Shown {
	labels: string[];
	values: string[];
}

const TO_NUMBER = '+14155550123';
/** The members of a node's collections, with the operations that show them. */
function entriesOf(
	properties: INodeProperties[],
	operation?: string,
): Array<[string, INodeProperties]> {
	const isFor = ({ displayOptions }: INodeProperties, key: string) =>
		operation === undefined ||
		(displayOptions?.show?.[key]?.includes(operation) ?? key !== 'operation');
	return properties
		.filter((one) => one.type === 'collection' && isFor(one, 'operation'))
		.flatMap(({ name, options = [] }) =>
			(options as INodeProperties[])
				.filter((entry) => isFor(entry, '/operation'))
				.map((entry): [string, INodeProperties] => [name, entry]),
		);
}

const toAddition = (
	node: string,
	parameters: Record<string, unknown>,
	[field, { name, displayName, default: initial, type }]: [string, INodeProperties],
): Addition => ({
	node,
	parameters,
	field,
	entry: { name, label: displayName, initial, hasRows: type === 'fixedCollection' },
});

const { properties } = new KrosAi().description;

const CALL = {
	resource: 'call',
	operation: 'initiate',
	fromNumber: { __rl: true, mode: 'number', value: '+2348012345678' },
	toNumber: TO_NUMBER,
	endpointId: { __rl: true, mode: 'id', value: 'ep_abc123' },
};
/** Where it is night, so that office hours block the call. */
const NIGHT = [
	'Asia/Tokyo',
	'Europe/Berlin',
	'America/New_York',
	'Pacific/Honolulu',
	'Asia/Dubai',
].find((timeZone) => {
	const hour = new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' });
	return Number(hour.format(Date.now())) < 7 || Number(hour.format(Date.now())) >= 20;
})!;
/** Waits that end within the test. */
const SHORT = { pollSeconds: 1 };

const ADDITIONS: Addition[] = [
	{ node: 'Metadata', parameters: CALL, field: 'metadata' },
	{
		node: 'Hours',
		parameters: { ...CALL, callingRules: { timeZone: NIGHT } },
		field: 'callingHoursRows',
	},
	...entriesOf(properties, 'initiate').map((entry) =>
		toAddition(`Initiate: ${entry[1].displayName}`, CALL, entry),
	),
	...entriesOf(properties, 'initiateAndWait')
		.filter(([, { displayOptions }]) => displayOptions)
		.map((entry) =>
			toAddition(
				`Wait: ${entry[1].displayName}`,
				{
					...CALL,
					operation: 'initiateAndWait',
					options: entry[1].name === 'pollSeconds' ? {} : SHORT,
				},
				entry,
			),
		),
	...entriesOf(properties, 'getAll').map((entry) =>
		toAddition(
			`Get Many: ${entry[1].displayName}`,
			{ resource: 'call', operation: 'getAll' },
			entry,
		),
	),
	...entriesOf(properties, 'downloadRecording').map((entry) =>
		toAddition(
			`Recording: ${entry[1].displayName}`,
			{ resource: 'call', operation: 'downloadRecording', callId: '={{ $json.call_id }}' },
			entry,
		),
	),
];

/** Start gives a call that has ended; each node goes on from there. */
function actions(callId: string): WorkflowFile {
	const nodes = ADDITIONS.map(({ node, parameters }, index): WorkflowNode => ({
		id: randomUUID(),
		name: node,
		type: NODE_TYPE,
		typeVersion: 1,
		position: [(index % 5) * 224, Math.floor(index / 5) * 208],
		parameters,
		credentials: { krosAiApi: credential },
		onError: 'continueRegularOutput',
	}));
	const next = (names: string[]) => ({
		main: [names.map((node) => ({ node, type: 'main', index: 0 }))],
	});
	return {
		id: 'untouched',
		name: 'KrosAI: untouched',
		nodes: [
			{
				id: randomUUID(),
				name: 'Start',
				type: 'n8n-nodes-base.manualTrigger',
				typeVersion: 1,
				position: [-672, 0],
				parameters: {},
			},
			{
				id: randomUUID(),
				name: 'Call',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				position: [-448, 0],
				parameters: { jsCode: `return [{ json: { call_id: '${callId}' } }];` },
			},
			...nodes,
		],
		connections: { Start: next(['Call']), Call: next(ADDITIONS.map(({ node }) => node)) },
		settings: { executionOrder: 'v1' },
	};
}

/** The part of an open panel that belongs to a parameter. */
const sectionOf = (panel: Locator, field: string) =>
	panel
		.locator('[data-test-id="parameter-item"], .parameter-item')
		.filter({ has: editor.page.locator(`label[for="${field}"]`) })
		.last();

async function add(panel: Locator, { field, entry }: Addition): Promise<void> {
	if (entry) {
		await editor.testId('collection-parameter-add', sectionOf(panel, field)).click();
		const label = panel.locator(`label[for="${entry.name}"]`).first();
		const option = editor.page.getByRole('option', { name: entry.label, exact: true });
		// The only entry is added at once.
		await label.or(option).first().waitFor();
		if (await option.isVisible()) await option.click();
		await label.waitFor();
	} else if (field === 'callingHoursRows') {
		await editor.testId('parameter-input-callingHours', panel).click();
		await editor.page.getByRole('option', { name: 'Custom', exact: true }).click();
	} else {
		const rows = editor.testId(`fixed-collection-${field}`, panel);
		await editor.testId('fixed-collection-add', rows).click();
	}
}

async function read(panel: Locator, { field, entry }: Addition): Promise<Shown> {
	const section = sectionOf(panel, field);
	if (entry) await panel.locator(`label[for="${entry.name}"]`).first().waitFor();
	else await section.locator('label').nth(1).waitFor();
	const labels = await section.locator('label').allInnerTexts();
	const values = await section
		.locator('input, textarea, [role="switch"], .el-tag')
		.evaluateAll((all) =>
			all.map((one) =>
				one instanceof HTMLInputElement && one.type === 'checkbox'
					? String(one.checked)
					: one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement
						? one.value
						: `${one.textContent ?? ''}${one.getAttribute('aria-checked') ?? ''}`.trim(),
			),
		);
	return { labels: labels.map((text) => text.trim().split('\n')[0]!), values };
}

async function inPanel<T>(node: string, look: (panel: Locator) => Promise<T>): Promise<T> {
	const panel = await editor.openPanel(node);
	const result = await look(panel);
	await editor.testId('ndv-close-button').click();
	await panel.waitFor({ state: 'hidden' });
	return result;
}

/** Adds each, and gives what the panels show then. */
async function addAll(additions: Addition[]): Promise<Map<string, Shown>> {
	const shown = new Map<string, Shown>();
	for (const addition of additions) {
		const look = async (panel: Locator) => {
			await add(panel, addition);
			return await read(panel, addition);
		};
		shown.set(addition.node, await inPanel(addition.node, look));
	}
	return shown;
}

/** What the panels show after a reload; nothing where what was added is gone. */
async function readAgain(additions: Addition[]): Promise<Map<string, Shown>> {
	await editor.page.reload();
	await editor.nodeOnCanvas(additions[0]!.node).waitFor();
	const shown = new Map<string, Shown>();
	for (const addition of additions) {
		const { field, entry, node } = addition;
		const isThere = async (panel: Locator) => {
			await sectionOf(panel, field).waitFor();
			return !entry || (await panel.locator(`label[for="${entry.name}"]`).count()) > 0;
		};
		await inPanel(node, async (panel) => {
			if (await isThere(panel)) shown.set(node, await read(panel, addition));
		});
	}
	return shown;
}

async function storedParameters(workflowId: string): Promise<Map<string, Record<string, unknown>>> {
	const { nodes } = await client.workflow(workflowId);
	return new Map(nodes.map(({ name, parameters }) => [name, parameters]));
}

const named = (additions: Addition[]) =>
	additions.map((addition) => [addition.node, addition] as const);

/** Waits until n8n has saved the last addition, after which all are saved. */
async function saved(workflowId: string, additions: Addition[]): Promise<void> {
	const { node, field, entry } = additions.findLast((one) => !one.entry?.hasRows)!;
	await until(async () => {
		const added = (await storedParameters(workflowId)).get(node)?.[field];
		return entry ? Object.hasOwn(added ?? {}, entry.name) : added !== undefined;
	});
}

function expectKept({ node, field, entry }: Addition, { shown, after, stored }: Kept): void {
	if (entry?.hasRows) {
		// n8n stores rows within a collection when the first is added; until then none is shown.
		expect(shown.get(node)!.labels).not.toContain('Key');
		expect(after.has(node)).toBe(false);
		expect(stored.get(node)![field]).not.toHaveProperty([entry.name, 'entry']);
		return;
	}
	expect(shown.get(node)!.labels).toContain(entry?.label ?? EMPTY_ROWS[field]!.label);
	expect(after.get(node)).toEqual(shown.get(node));
	expect(stored.get(node)![field]).toMatchObject(
		entry ? { [entry.name]: entry.initial } : EMPTY_ROWS[field]!.stored,
	);
}

/** What came of a panel's additions. */
interface Kept {
	shown: Map<string, Shown>;
	after: Map<string, Shown>;
	stored: Map<string, Record<string, unknown>>;
}

/** A row of a fixed collection: a label in it, and what n8n stores of one without changes. */
const EMPTY_ROWS: Record<string, { label: string; stored: object }> = {
	callingHoursRows: { label: 'From', stored: { row: [{}] } },
	metadata: { label: 'Key', stored: { entry: [{}] } },
};

describe('the action', () => {
	let kept: Kept;
	let execution: Execution;
	let completed: string;
	let busy: string;

	beforeAll(async () => {
		simulator.script('+14155550199', 'busy');
		[completed = '', busy = ''] = ['+14155550198', '+14155550199'].map(
			(toNumber) => simulator.addCall({ toNumber }).id,
		);
		await until(() =>
			simulator.calls.every(({ status }) => ['completed', 'busy'].includes(status)),
		);
		const { id } = await client.createWorkflow(actions(completed));
		await editor.openWorkflow(id);
		const shown = await addAll(ADDITIONS);
		await saved(id, ADDITIONS);
		await editor.testId('execute-workflow-button').click();
		const started = await until(async () => (await client.executionIds(id))[0], 60);
		execution = await client.executionAtEnd(started, 120);
		kept = { shown, after: await readAgain(ADDITIONS), stored: await storedParameters(id) };
	}, 600_000);

	const itemsOf = (node: string) => outputOf(execution, node).map(({ json }) => json);

	test('has been tried in full', () => {
		const fields = properties.filter(
			({ type }) => type === 'collection' || type === 'fixedCollection',
		);
		expect([...new Set(ADDITIONS.map(({ field }) => field))].sort()).toEqual(
			[...new Set(fields.map(({ name }) => name))].sort(),
		);
		expect(execution.status).toBe('success');
	});

	test.each(named(ADDITIONS))(
		'%s: what is shown is stored, and there after a reload',
		(_, addition) => expectKept(addition, kept),
	);

	/** Whose untouched entry keeps the call from being placed, as the panel says. */
	const BLOCKED: Record<string, string> = {
		Metadata: 'INVALID_PARAMETER',
		Hours: 'OUTSIDE_HOURS',
		'Initiate: Consent': 'NO_CONSENT',
	};
	const CALLING = named(ADDITIONS.filter(({ parameters }) => 'toNumber' in parameters));

	test.each(CALLING.filter(([node]) => node in BLOCKED))('%s: places no call', (node) => {
		expect(itemsOf(node)).toMatchObject([{ error: { code: BLOCKED[node], placed: 'no' } }]);
	});

	test.each(CALLING.filter(([node]) => !(node in BLOCKED)))('%s: places the call', (node) => {
		const [{ call_id: callId } = {}] = itemsOf(node);
		expect(simulator.calls.find(({ id }) => id === callId)).toMatchObject({
			to_number: TO_NUMBER,
			metadata: {},
			webhook_url: null,
		});
	});

	test.each(named(ADDITIONS.filter(({ parameters }) => parameters.operation === 'getAll')))(
		'%s: lists what fits',
		(node) => {
			const ids = itemsOf(node).map(({ call_id }) => call_id);
			expect(ids).toContain(completed);
			expect(ids.includes(busy)).toBe(node !== 'Get Many: Status');
		},
	);

	test('Direction asks KrosAI for the calls that it shows', () => {
		const asked = simulator.requests.flatMap(({ query }) => query.direction ?? []);
		expect(asked).toEqual(['outbound']);
	});

	test('the recording is fetched', () => {
		const [item] = outputOf(execution, 'Recording: Wait for Recording');
		expect(item).toMatchObject({ json: { call_id: completed }, binary: { data: {} } });
	});
});

/** A trigger for each option, all of the same events. */
describe('the trigger', () => {
	const TRIGGERS: Addition[] = [
		...entriesOf(new KrosAiTrigger().description.properties).map((entry) =>
			toAddition(entry[1].displayName, {}, entry),
		),
	];
	let kept: Kept;
	/** The names of the triggers that a call started. */
	let started: { outbound: string[]; inbound: string[] };

	beforeAll(async () => {
		const [trigger] = triggerWorkflow(credential).nodes;
		const nodes = TRIGGERS.map(({ node }, index): WorkflowNode => ({
			...trigger!,
			id: randomUUID(),
			name: node,
			position: [(index % 4) * 288, Math.floor(index / 4) * 208],
			webhookId: randomUUID(),
		}));
		const { id } = await client.createWorkflow({ ...triggerWorkflow(credential), nodes });
		await editor.openWorkflow(id);
		const shown = await addAll(TRIGGERS);
		await saved(id, TRIGGERS);
		kept = { shown, after: await readAgain(TRIGGERS), stored: await storedParameters(id) };
		const { versionId } = await client.updateWorkflow(id, await client.workflow(id));
		await client.activateWorkflow({ id, versionId });
		const startedBy = async (direction: string): Promise<string[]> => {
			const earlier = (await client.executionIds(id)).length;
			const data = { call_id: `call_${direction}`, direction, from_number: '+2348012345678' };
			const answers = await simulator.deliver({ event: 'call.completed', data });
			expect(answers.map(({ status }) => status)).toEqual(TRIGGERS.map(() => 200));
			const count = direction === 'outbound' ? TRIGGERS.length : TRIGGERS.length - 1;
			const ids = await until(async () => {
				const all = await client.executionIds(id);
				return all.length >= earlier + count && all.slice(0, all.length - earlier);
			});
			const ended = await Promise.all(ids.map(async (one) => await client.executionAtEnd(one)));
			return ended.flatMap(({ data: { resultData } }) => Object.keys(resultData.runData)).sort();
		};
		started = { outbound: await startedBy('outbound'), inbound: await startedBy('inbound') };
		await client.deactivateWorkflow(id);
	}, 600_000);

	test.each(named(TRIGGERS))(
		'%s: what is shown is stored, and there after a reload',
		(_, addition) => expectKept(addition, kept),
	);

	test('starts the workflow for each call but where Direction shows another', () => {
		const all = TRIGGERS.map(({ node }) => node).sort();
		expect(started.outbound).toEqual(all);
		expect(started.inbound).toEqual(all.filter((node) => node !== 'Direction'));
	});
});
