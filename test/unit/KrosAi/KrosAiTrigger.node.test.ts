import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
	IDataObject,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';
import { KrosAi } from '../../../nodes/KrosAi/KrosAi.node';
import { KrosAiTrigger } from '../../../nodes/KrosAi/KrosAiTrigger.node';
import { signedDelivery, startSimulator, type Simulator } from '../../../simulator';
import { credentialFor } from '../../support/n8n';
import { DEFAULT_PARAMETERS, hookContext, webhookContext } from '../../support/trigger';

const FOLDER = resolve(__dirname, '../../../nodes/KrosAi');
const node = new KrosAiTrigger();
const { description } = node;
const read = (file: string) => JSON.parse(readFileSync(resolve(FOLDER, file), 'utf8'));

function property(name: string, among: INodeProperties[] = description.properties) {
	const found = among.filter((candidate) => candidate.name === name);
	expect(found.map(({ name: own }) => own)).toEqual([name]);
	return found[0]!;
}

const choices = ({ options = [] }: INodeProperties) => options as INodePropertyOptions[];
const values = (from: INodeProperties) => choices(from).map(({ value }) => value);
const options = property('options').options as INodeProperties[];

describe('the names that saved workflows depend on', () => {
	it('are those of node, credential and webhook', () => {
		expect(description).toMatchObject({
			name: 'krosAiTrigger',
			version: 1,
			group: ['trigger'],
			inputs: [],
			credentials: [{ name: 'krosAiApi', required: true }],
			webhooks: [
				{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' },
			],
		});
	});

	it.each<[string, INodeProperties['type'], unknown]>([
		['events', 'multiOptions', ['call.completed', 'call.failed']],
		['registration', 'options', 'automatic'],
		['options', 'collection', {}],
	])('are %s, of type %s, with the default %j', (name, type, initial) => {
		expect(property(name)).toMatchObject({ type, default: initial });
		expect(DEFAULT_PARAMETERS[name]).toEqual(initial);
	});

	it.each<[string, string[]]>([
		[
			'events',
			[
				'*',
				'call.completed',
				'call.failed',
				'call.started',
				'number.provisioned',
				'number.released',
				'call.recording.ready',
				'transcription.completed',
			],
		],
		['registration', ['automatic', 'manual']],
	])('are the values of %s', (name, expected) => {
		expect(values(property(name))).toEqual(expected);
	});

	it.each<[string, INodeProperties['type'], unknown]>([
		['acceptUnsigned', 'boolean', false],
		['direction', 'options', 'outbound'],
		['endpointId', 'resourceLocator', { mode: 'list', value: '' }],
		['fromNumber', 'string', ''],
		['metadata', 'fixedCollection', {}],
		['minDuration', 'number', 0],
		['outputPerEvent', 'boolean', false],
		['toNumber', 'string', ''],
	])('are the option %s, of type %s, with the default %j', (name, type, initial) => {
		expect(property(name, options)).toMatchObject({ type, default: initial });
	});

	it('are no others', () => {
		const names = description.properties.map(({ name }) => name);
		expect(names).toEqual(['events', 'registration', 'manualNotice', 'options']);
		expect(options).toHaveLength(8);
		expect(values(property('direction', options))).toEqual(['inbound', 'outbound']);
	});

	it('are those of a row of metadata', () => {
		const metadata = property('metadata', options);
		const [entry, ...others] = metadata.options as INodePropertyCollection[];
		expect(others).toEqual([]);
		expect(entry?.name).toBe('entry');
		expect(entry?.values.map(({ name, type }) => [name, type])).toEqual([
			['key', 'string'],
			['value', 'string'],
		]);
		expect(metadata.typeOptions?.multipleValues).toBe(true);
	});
});

describe('what the editor shows', () => {
	it('calls the events what n8n asks for', () => {
		expect(property('events')).toMatchObject({ displayName: 'Trigger On', required: true });
	});

	it('has the options in alphabetical order', () => {
		const labels = options.map(({ displayName }) => displayName);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
		const [, ...events] = choices(property('events')).map(({ name }) => name);
		expect(events).toEqual([...events].sort());
	});

	it('says what each parameter, event and option is', () => {
		const shown = description.properties.filter(
			({ type }) => type !== 'notice' && type !== 'collection',
		);
		for (const one of [
			...shown,
			...options,
			...choices(property('events')),
			...choices(property('registration')),
		]) {
			expect(one.description).toBeTruthy();
			expect(one.description).not.toMatch(/\.$(?<!\..+\.)/);
		}
		for (const { description: text } of options.filter(({ type }) => type === 'boolean')) {
			expect(text).toMatch(/^Whether /);
		}
	});

	it('uses none of the words that n8n asks to avoid', () => {
		const texts: string[] = [];
		const collect = (value: unknown, key = ''): void => {
			if (typeof value === 'object' && value !== null) {
				for (const [name, inner] of Object.entries(value)) collect(inner, name);
			} else if (typeof value === 'string' && key !== 'displayCondition') {
				texts.push(value);
			}
		};
		collect({ ...description, outputs: [] });
		expect(texts.length).toBeGreaterThan(50);
		expect(texts.filter((text) => /error|problem|failure|mistake/i.test(text))).toEqual([]);
	});

	it('tells what to do in the dashboard, where the registration is manual', () => {
		const notice = property('manualNotice');
		expect(notice.displayOptions).toEqual({ show: { registration: ['manual'] } });
		expect(notice.displayName).toMatch(/Developers → Webhooks/);
		expect(notice.displayName).toMatch(/Production URL.*Webhook Signing Secret/);
	});

	it('warns, and only, where unsigned deliveries are accepted', () => {
		const [hint, ...others] = description.hints ?? [];
		expect(others).toEqual([]);
		expect(hint).toMatchObject({ type: 'warning', whenToDisplay: 'always' });
		expect(hint?.displayCondition).toContain('["acceptUnsigned"] === true');
		expect(hint?.message).toMatch(/Accept Unsigned Deliveries.*stranger/);
	});

	it('shows by example only numbers of example ranges', () => {
		const numbers = JSON.stringify(description).match(/\+\d{7,}/g) ?? [];
		expect(numbers.length).toBeGreaterThan(0);
		for (const number of numbers) expect(number).toMatch(/^\+(2348012345678|141555501\d\d)$/);
	});

	it('looks like the other node, and tests its credential the same way', () => {
		const other = new KrosAi();
		expect(description.icon).toEqual(other.description.icon);
		expect(Object.keys(node.methods.credentialTest)).toContain(
			description.credentials?.[0]?.testedBy,
		);
		expect(node.methods.credentialTest).toEqual(other.methods.credentialTest);
	});
});

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator();
});
afterAll(async () => await simulator.close());

it('subscribes, receives and unsubscribes', async () => {
	const setup = {
		credential: { ...credentialFor(simulator) },
		staticData: {},
		url: 'http://127.0.0.1:9/webhook/node/webhook',
		workflowId: 'node',
	};
	const { checkExists, create, delete: remove } = node.webhookMethods.default;
	const hook = hookContext(setup);
	expect(await checkExists.call(hook)).toBe(false);
	expect(await create.call(hook)).toBe(true);
	expect(await checkExists.call(hook)).toBe(true);
	const [{ secret, url } = { secret: '', url: '' }] = simulator.webhooks;
	expect(url).toBe(setup.url);
	const { context } = webhookContext(
		signedDelivery(secret, { event: 'call.ended', call_id: 'x' }),
		setup,
	);
	expect(await node.webhook.call(context)).toEqual({
		workflowData: [[{ json: expect.objectContaining({ event: 'call.completed', call_id: 'x' }) }]],
	});
	expect(await remove.call(hook)).toBe(true);
	expect(simulator.webhooks).toEqual([]);
});

// As n8n stores them when they are added and left untouched (test/e2e/untouchedEditor.test.ts).
it.each(options)('takes every call with the untouched option $displayName', async (option) => {
	const setup = {
		staticData: { production: { id: 'wh_1', secret: 'whsec_0123456789' } },
		workflowId: option.name,
		parameters: { options: { [option.name]: option.default } } as IDataObject,
	};
	for (const direction of ['outbound', 'inbound']) {
		const body = { event: 'call.completed', call_id: `call_${direction}`, direction };
		const { context } = webhookContext(signedDelivery('whsec_0123456789', body), setup);
		const { workflowData } = await node.webhook.call(context);
		const isOther = option.name === 'direction' && direction !== option.default;
		expect(workflowData?.flat() ?? []).toHaveLength(isOther ? 0 : 1);
	}
});

it('has a codex that is about this node', () => {
	const codex = read('KrosAiTrigger.node.json');
	expect(codex.node).toBe(`${read('../../package.json').name}.${description.name}`);
	expect(codex.categories).toEqual(expect.arrayContaining(['Communication', 'Sales']));
	expect(codex.alias).toEqual(expect.arrayContaining(['call', 'phone', 'webhook']));
	for (const { url } of Object.values<Array<{ url: string }>>(codex.resources).flat()) {
		expect(url).toMatch(/\/docs\/\w+\.md$/);
	}
});
