import type { IDataObject, INode, INodeOutputConfiguration, INodeType } from 'n8n-workflow';
import { canonicalEvent, EVENTS } from '../../../../nodes/KrosAi/webhooks/events';
import { KrosAiTrigger } from '../../../../nodes/KrosAi/KrosAiTrigger.node';
import { outputOf, OUTPUTS_EXPRESSION } from '../../../../nodes/KrosAi/trigger/outputs';
import { SUBSCRIBABLE_EVENTS } from '../../../../simulator/events';
import { NODE } from '../../../support/n8n';

// By its path: the name alone gives units no more than what the nodes load.
const { NodeHelpers, Workflow } = jest.requireActual<typeof import('n8n-workflow')>(
	'n8n-workflow/dist/cjs/index.js',
);

const trigger: INodeType = new KrosAiTrigger();

function workflowWith(parameters: IDataObject) {
	const node: INode = { ...NODE, name: 'KrosAI Trigger', parameters: parameters as never };
	return new Workflow({
		id: 'test',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => trigger,
			getByNameAndVersion: () => trigger,
			getKnownTypes: () => ({}),
		},
	});
}

/** The outputs as n8n's own expression engine finds them. */
function outputs(parameters: IDataObject): INodeOutputConfiguration[] {
	const workflow = workflowWith(parameters);
	return NodeHelpers.getNodeOutputs(
		workflow,
		workflow.getNode('KrosAI Trigger')!,
		trigger.description,
	) as INodeOutputConfiguration[];
}

const perEvent = (...events: string[]) => ({ events, options: { outputPerEvent: true } });
const labels = (parameters: IDataObject) =>
	outputs(parameters).map(({ displayName }) => displayName);
const KNOWN = EVENTS.map(({ output }) => output);

it.each<[string, IDataObject]>([
	['a new node', {}],
	['two events', { events: ['call.completed', 'call.failed'], options: {} }],
	['the option switched off', { events: ['*'], options: { outputPerEvent: false } }],
	['no event', { events: [], options: {} }],
])('there is one output without a label: %s', (_, parameters) => {
	expect(outputs(parameters)).toEqual([{ type: 'main' }]);
});

describe('an output for each event', () => {
	it.each<[string[], string[]]>([
		[['call.completed'], ['Completed']],
		[
			['call.completed', 'call.failed'],
			['Completed', 'Failed'],
		],
		[
			['call.failed', 'call.completed'],
			['Completed', 'Failed'],
		],
		[
			['transcription.completed', 'call.started'],
			['Started', 'Transcript'],
		],
		[['*'], [...KNOWN, 'Other']],
		[
			['*', 'call.failed'],
			[...KNOWN, 'Other'],
		],
		[EVENTS.map(({ value }) => value), KNOWN],
		[['something.new'], ['Other']],
		[
			['something.new', 'call.failed', 'something.else'],
			['Failed', 'Other'],
		],
		[
			['call.ended', 'call.failed'],
			['Failed', 'Other'],
		],
		[['constructor'], ['Other']],
		[[], ['Other']],
	])('%j → %j', (events, expected) => {
		expect(labels(perEvent(...events))).toEqual(expected);
		for (const { type } of outputs(perEvent(...events))) expect(type).toBe('main');
	});

	it('is there also where the events are an expression', () => {
		const events = "={{ ['call.started', 'call.failed'] }}";
		expect(labels({ events, options: { outputPerEvent: true } })).toEqual(['Failed', 'Started']);
	});

	it.each<[unknown, string]>([
		["={{ 'call.failed' }}", 'Failed'],
		['call.failed', 'Failed'],
		['={{ undefined }}', 'Other'],
		[7, 'Other'],
	])('is there also where the events are no list but %j', (events, label) => {
		const parameters = { events, options: { outputPerEvent: true } } as IDataObject;
		expect(labels(parameters)).toEqual([label]);
	});
});

it('the editor and the delivery agree on the output of every event', () => {
	const names = [...SUBSCRIBABLE_EVENTS, 'call.ringing', 'something.new'];
	const pairs = names.flatMap((one) => names.map((other) => [one, other]));
	const choices = [
		['*'],
		['*', 'call.failed'],
		names,
		SUBSCRIBABLE_EVENTS,
		['call.ended'],
		...pairs,
	];
	for (const chosen of choices) {
		const shown = labels(perEvent(...chosen));
		const arriving = chosen.includes('*') ? names : chosen.map(canonicalEvent);
		for (const event of arriving) {
			const label = EVENTS.find(({ value }) => value === event && !isAlias(chosen, value))?.output;
			expect({ chosen, event, label: shown[outputOf(event, chosen)] }).toEqual({
				chosen,
				event,
				label: label ?? 'Other',
			});
		}
	}
});

/** Chosen by another of its names, an event has no output of its own: the labels know only these. */
function isAlias(chosen: string[], event: string): boolean {
	return !chosen.includes('*') && !chosen.includes(event);
}

it('lets every event that KrosAI has subscriptions for be chosen, by its canonical name', () => {
	expect(EVENTS.map(({ value }) => value).sort()).toEqual([...SUBSCRIBABLE_EVENTS].sort());
});

it.each(['name', 'description'] as const)('tells each event from the others by its %s', (part) => {
	const texts = EVENTS.map((event) => event[part]);
	for (const text of texts) expect(text).toMatch(/^[A-Z]\w* \w+/);
	expect(new Set(texts).size).toBe(EVENTS.length);
});

it('holds nothing that would end the expression early', () => {
	expect(OUTPUTS_EXPRESSION).toMatch(/^=\{\{ [^]* \}\}$/);
	expect(OUTPUTS_EXPRESSION.slice(3, -2)).not.toMatch(/\}\}|\{\{/);
});

it.each([
	[['call.completed', 'call.failed'], 'Call completed, Call failed'],
	[['*'], 'All Events'],
	['call.completed', 'Call completed'],
	[['call.ended', 'call.started'], 'call.ended, Call started'],
])('%j stands under the node as %j', (events, subtitle) => {
	const { expression } = workflowWith({ events });
	const { subtitle: given = '' } = trigger.description;
	const shown = expression.getParameterValue(given, null, 0, 0, 'KrosAI Trigger', [], 'manual', {});
	expect(shown).toBe(subtitle);
});
