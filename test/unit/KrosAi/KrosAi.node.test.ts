import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
	INodeExecutionData,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeType,
} from 'n8n-workflow';
import { CALLED_AGAIN } from '../../../nodes/KrosAi/actions/call/manualRunHint';
import { RESOURCES } from '../../../nodes/KrosAi/actions/resources';
import { labelOf } from '../../../nodes/KrosAi/api/labels';
import { KrosAi } from '../../../nodes/KrosAi/KrosAi.node';
import { DEFAULTS } from '../../../nodes/KrosAi/parameters/campaignOptions';
import { startSimulator } from '../../../simulator';
import { callTo } from '../../support/calls';
import { credentialFor, executeContext, NODE } from '../../support/n8n';

// By its path: the name alone gives units no more than what the nodes load.
const { NodeHelpers, Workflow } = jest.requireActual<typeof import('n8n-workflow')>(
	'n8n-workflow/dist/cjs/index.js',
);

const FOLDER = resolve(__dirname, '../../../nodes/KrosAi');
const node = new KrosAi();
const { description, methods } = node;
const read = (file: string) => readFileSync(resolve(FOLDER, file), 'utf8');

/** Everything that the panel holds for an operation. */
const panel = (resource = 'call', operation = 'initiate') =>
	description.properties.filter(({ displayOptions: { show = {} } = {} }) =>
		Object.entries({ resource, operation, '@tool': false }).every(
			([name, value]) => show[name]?.includes(value) ?? true,
		),
	);

function property(name: string, among: INodeProperties[] = panel()) {
	const found = among.filter((candidate) => candidate.name === name);
	// When Blocked has two, each with conditions of its own.
	const count = name === 'whenBlocked' ? 2 : 1;
	expect(found.map(({ name: own }) => own)).toEqual(Array(count).fill(name));
	return found[0]!;
}

const OPTIONS = property('options').options as INodeProperties[];

const values = ({ options = [] }: INodeProperties) =>
	(options as INodePropertyOptions[]).map(({ value }) => value);

describe('the names that saved workflows depend on', () => {
	it('are those of node and credential', () => {
		expect(description).toMatchObject({
			name: 'krosAi',
			version: 1,
			inputs: ['main'],
			outputs: ['main'],
			credentials: [{ name: 'krosAiApi', required: true }],
		});
	});

	it.each<[string, INodeProperties['type'], unknown]>([
		['resource', 'options', 'call'],
		['operation', 'options', 'initiate'],
		['fromNumber', 'resourceLocator', { mode: 'list', value: '' }],
		['toNumber', 'string', ''],
		['endpointId', 'resourceLocator', { mode: 'list', value: '' }],
		['maxDuration', 'number', 600],
		['specifyMetadata', 'options', 'keyValue'],
		['metadata', 'fixedCollection', {}],
		['metadataJson', 'json', '{}'],
		['callingHours', 'options', 'any'],
		['callingHoursRows', 'fixedCollection', { row: [{}] }],
		['callingRules', 'collection', {}],
		['whenBlocked', 'options', 'error'],
		['dryRun', 'boolean', false],
		['options', 'collection', {}],
	])('are %s, of type %s, with the default %p', (name, type, initial) => {
		expect(property(name)).toMatchObject({ type, default: initial });
	});

	it.each([
		['resource', ['call', 'endpoint', 'phoneNumber', 'webhookDelivery']],
		[
			'operation',
			['downloadRecording', 'get', 'getEvents', 'getAll', 'getStatistics', 'hangUp'].concat([
				'initiate',
				'initiateAndWait',
			]),
		],
		['specifyMetadata', ['keyValue', 'json']],
		['callingHours', ['any', 'weekdays', 'daily', 'custom']],
		['whenBlocked', ['error', 'skip']],
	])('are the values of %s', (name, expected) => {
		expect(values(property(name))).toEqual(expected);
	});

	it.each([
		['fromNumber', ['list', 'number']],
		['endpointId', ['list', 'id']],
	])('are the modes of %s, the list first', (name, modes) => {
		expect(property(name).modes?.map((mode) => mode.name)).toEqual(modes);
	});

	it('are those of the calling rules, each off until it is added', () => {
		const rules = property('callingRules').options as INodeProperties[];
		expect(rules.map(({ name, type, default: initial }) => [name, type, initial])).toEqual([
			['allowPremiumNumbers', 'boolean', false],
			['allowedCountries', 'multiOptions', []],
			['blockedDates', 'string', ''],
			['consent', 'string', ''],
			['doNotCall', 'string', ''],
			['attemptHours', 'number', 24],
			['attemptLimit', 'number', 3],
			['notAfter', 'dateTime', ''],
			['notBefore', 'dateTime', ''],
			['timeZone', 'string', ''],
		]);
		expect(values(property('allowedCountries', rules))).toContain('NG');
		for (const name of ['callingHours', 'callingRules', 'whenBlocked', 'dryRun']) {
			expect(property(name).displayOptions?.show?.operation).toEqual([
				'initiate',
				'initiateAndWait',
			]);
		}
	});

	it('are those of a row of hours, of which there is always one', () => {
		const { options, typeOptions } = property('callingHoursRows');
		expect(typeOptions).toEqual({ multipleValues: true, minRequiredFields: 1 });
		const [row, ...others] = options as INodePropertyCollection[];
		expect(others).toEqual([]);
		expect(row).toMatchObject({ name: 'row' });
		expect(row!.values.map(({ name, default: initial }) => [name, initial])).toEqual([
			['days', ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']],
			['from', '09:00'],
			['to', '18:00'],
		]);
	});

	it('are those of a row of metadata', () => {
		const [entry, ...others] = property('metadata').options as INodePropertyCollection[];
		expect(others).toEqual([]);
		expect(entry?.name).toBe('entry');
		expect(entry?.values.map(({ name, type }) => [name, type])).toEqual([
			['key', 'string'],
			['value', 'string'],
		]);
		expect(property('metadata').typeOptions?.multipleValues).toBe(true);
	});

	it('are those of the options', () => {
		expect(OPTIONS.map(({ name, default: initial }) => [name, initial])).toEqual([
			['callsPerSecond', 10],
			['pollSeconds', 10],
			['chooseFromNumber', 'inTurn'],
			['defaultCountry', ''],
			['includeInputFields', false],
			['waitLimitMinutes', 15],
			['lookUpUnknownCalls', 'byNumber'],
			['moreFromNumbers', ''],
			['maxCalls', 5],
			['fromNumberDailyLimit', 100],
			['numberCheck', 'strict'],
			['sameNumberTwice', 'callOnce'],
			['callOnlyOncePerKey', ''],
			['waitForLineMinutes', 15],
			['webhookUrl', ''],
		]);
		expect(OPTIONS.map(({ displayName }) => displayName)).toEqual(
			OPTIONS.map(({ displayName }) => displayName).sort(),
		);
		expect(values(property('lookUpUnknownCalls', OPTIONS))).toEqual(['byKey', 'byNumber', 'off']);
		const countries = values(property('defaultCountry', OPTIONS));
		expect(countries).toEqual(expect.arrayContaining(['', 'NG', 'US', 'GB']));
		expect(countries.filter((code) => code !== '' && !/^[A-Z]{2}$/.test(String(code)))).toEqual([]);
		expect(new Set(countries).size).toBe(countries.length);
	});
});

describe('what the editor shows', () => {
	it('refers only to parameters and values that exist', () => {
		const references = description.properties.flatMap(({ displayOptions }) =>
			Object.entries({ ...displayOptions?.show, ...displayOptions?.hide }),
		);
		expect(references.length).toBeGreaterThan(0);
		for (const [name, conditions = []] of references) {
			const shown = conditions.filter((condition) => !Object.hasOwn(Object(condition), '_cnd'));
			const own = description.properties
				.filter((one) => one.name === name)
				.flatMap((one) => (one.type === 'boolean' ? [true, false] : values(one)));
			if (name !== '@tool') expect(own).toEqual(expect.arrayContaining(shown as string[]));
		}
		for (const { displayCondition = '' } of description.hints ?? []) {
			const [, name = ''] = /\$parameter\["(\w+)"\]/.exec(displayCondition) ?? [];
			property(name);
		}
	});

	it('is what messages call a field that can not be read', () => {
		const readForEachItem = description.properties.filter(
			({ name, type }) =>
				type !== 'notice' && !['resource', 'operation', 'toolDescription', 'dryRun'].includes(name),
		);
		expect(readForEachItem.map(({ name }) => labelOf(name))).toEqual(
			readForEachItem.map(({ displayName }) => displayName.replace(/ \((Seconds|Minutes)\)$/, '')),
		);
	});

	it('offers the metadata in one way at a time', () => {
		expect(property('metadata').displayOptions?.show?.specifyMetadata).toEqual(['keyValue']);
		expect(property('metadataJson').displayOptions?.show?.specifyMetadata).toEqual(['json']);
	});

	it('fills its lists, and tests its credential, by methods that exist', () => {
		for (const name of ['fromNumber', 'endpointId']) {
			const method = property(name).modes?.[0]?.typeOptions;
			expect(method?.searchable).toBe(true);
			expect(Object.keys(methods.listSearch)).toContain(method?.searchListMethod);
		}
		expect(Object.keys(methods.credentialTest)).toContain(description.credentials?.[0]?.testedBy);
	});

	it('demands a number to call from, one to call, and an agent', () => {
		expect(
			panel()
				.filter(({ required }) => required)
				.map(({ name }) => name),
		).toEqual(['fromNumber', 'toNumber', 'endpointId']);
	});

	it('has the defaults that count where an option is not set', () => {
		const initial = OPTIONS.map((option) => [option.name, option.default]);
		// Not added, Most Calls is no limit.
		const { maxCalls, ...others } = DEFAULTS;
		expect(maxCalls).toBe(Infinity);
		expect(Object.fromEntries(initial)).toMatchObject(others);
	});

	it.each(['callsPerSecond', 'waitForLineMinutes'])(
		'names the limits of the plans at %s',
		(name) => {
			expect(property(name, OPTIONS).description).toContain('Free 1, Pro 10, Business 50');
		},
	);

	it('says which options are read once, for the whole run', () => {
		const once = OPTIONS.filter(({ description: text }) => text?.includes('Read once'));
		expect(once.map(({ name }) => name).sort()).toEqual(
			[...Object.keys(DEFAULTS), 'pollSeconds', 'waitLimitMinutes'].sort(),
		);
	});

	/** What n8n's own expression engine makes of an expression with these parameters. */
	const evaluate = (expression: string, parameters: INodeParameters, itemCount = 1) => {
		const type: INodeType = node;
		const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type };
		const own = { ...NODE, parameters };
		const workflow = new Workflow({
			nodes: [own],
			connections: {},
			active: false,
			nodeTypes: { ...nodeTypes, getKnownTypes: () => ({}) },
		});
		const items = Array<INodeExecutionData>(itemCount).fill({ json: {} });
		return workflow.expression.getParameterValue(
			expression,
			null,
			0,
			0,
			own.name,
			items,
			'manual',
			{},
		);
	};

	it('has under each node on the canvas what it does, in the words of the panel', () => {
		const said = RESOURCES.flatMap(({ value: resource, name, fields }) => {
			const choices = fields.find((field) => field.name === 'operation')!.options;
			return (choices as INodePropertyOptions[]).map((choice) => [
				evaluate(description.subtitle!, { resource, operation: choice.value }),
				`${choice.name}: ${name}`,
			]);
		});
		expect(said.map(([subtitle]) => subtitle)).toEqual(said.map(([, expected]) => expected));
	});

	/** The beginnings of the hints that are shown with these parameters. */
	const hintsShown = (parameters: INodeParameters, itemCount = 1) =>
		description.hints!.flatMap(({ message, displayCondition = '' }) =>
			evaluate(displayCondition, parameters, itemCount) ? [message.split(/[,.:]/)[0]] : [],
		);
	const AGAIN = CALLED_AGAIN.split(/[,.:]/)[0]!;

	const WAIT = { operation: 'initiateAndWait' };
	const AT_DAY = { callingHours: 'daily' };
	const NO_ZONE = ['Time Zone has no effect'];

	it.each<[INodeParameters, number, string[]]>([
		[{}, 1, []],
		[{ operation: 'get', options: {} }, 1, []],
		[{ options: {} }, 1, [AGAIN]],
		[{ options: {}, dryRun: true }, 1, ['Dry Run is on']],
		[{ maxDuration: 0 }, 1, ['Maximum Duration is 0']],
		[
			{ dryRun: true, options: { webhookUrl: 'https://example.com' } },
			1,
			['Webhook URL replaces the usual delivery', 'Dry Run is on'],
		],
		[
			{ ...WAIT, options: { callOnlyOncePerKey: 'x' } },
			1,
			['These calls report to this node alone'],
		],
		[WAIT, 1, []],
		[{ ...WAIT, options: {}, dryRun: true }, 1, ['Dry Run is on']],
		[{}, 2, ['Calling Hours is Any Time']],
		[AT_DAY, 2, []],
		[{ callingHours: 'custom' }, 2, []],
		[{ operation: 'getAll' }, 2, []],
		[{ resource: 'endpoint', operation: 'getAll' }, 2, []],
		[{ callingRules: { timeZone: '' } }, 1, NO_ZONE],
		[{ ...WAIT, callingRules: { timeZone: '={{ $json.zone }}' } }, 1, NO_ZONE],
		[{ callingRules: { timeZone: 'UTC', blockedDates: '' } }, 1, NO_ZONE],
		[{ callingRules: { timeZone: 'UTC', blockedDates: '2026-12-25' } }, 1, []],
		[{ ...AT_DAY, callingRules: { timeZone: 'UTC' } }, 1, []],
		[{ callingRules: { consent: '' } }, 1, []],
		[{ ...AT_DAY, toNumber: '+14155550123' }, 2, ['To Number is no expression']],
		[{ ...AT_DAY, toNumber: '+14155550123' }, 1, []],
		[{ ...AT_DAY, toNumber: '={{ $json.phone }}' }, 2, []],
		[{ ...AT_DAY, toNumber: '' }, 2, []],
	])('hints with %j and %i items at %j', (parameters, itemCount, hints) => {
		const options = { callOnlyOncePerKey: '={{ $json.id }}', pollSeconds: 10 };
		const base = { resource: 'call', operation: 'initiate', options };
		expect(hintsShown({ ...base, ...parameters }, itemCount)).toEqual(hints);
	});

	it.each<[INodeParameters, boolean]>([
		[{}, false],
		[{ callingHours: 'daily' }, true],
		[{ callingHours: 'custom', callingRules: {} }, true],
		[{ callingRules: { consent: '' } }, true],
		[{ callingHours: 'weekdays', callingRules: { consent: '' } }, true],
	])('asks with %j what becomes of blocked contacts: %p', (given, isAsked) => {
		const { properties } = description;
		const parameters = { resource: 'call', operation: 'initiate', ...given };
		const filled = NodeHelpers.getNodeParameters(
			...[properties, parameters, true, false, { typeVersion: 1 }, description],
		)!;
		const shown = properties.filter(
			(one) =>
				one.name === 'whenBlocked' &&
				NodeHelpers.displayParameter(filled, one, { typeVersion: 1 }, description),
		);
		expect(shown).toHaveLength(isAsked ? 1 : 0);
	});

	it('allows no number that the node refuses', () => {
		const least = [...panel(), ...OPTIONS, ...panel('call', 'getAll')].flatMap((field) =>
			field.type === 'number' ? [[field.name, field.typeOptions?.minValue]] : [],
		);
		expect(Object.fromEntries(least)).toEqual({
			maxDuration: 0,
			callsPerSecond: 0.1,
			maxCalls: 1,
			fromNumberDailyLimit: 1,
			pollSeconds: 0,
			waitLimitMinutes: 0,
			waitForLineMinutes: 0,
			limit: 1,
		});
	});

	it('says before a run what Execute Step does to a list that was called before', () => {
		const hints = description.hints?.filter(({ displayCondition = '' }) =>
			displayCondition.includes('callOnlyOncePerKey'),
		);
		expect(hints).toMatchObject([
			{
				message: expect.stringContaining('Skip Already Called (Key)'),
				// Anywhere else n8n shows it after a run too, above a message that no call was placed.
				location: 'outputPane',
				whenToDisplay: 'beforeExecution',
			},
		]);
	});

	it('warns that a webhook URL replaces the usual delivery', () => {
		const hint = description.hints?.find(({ displayCondition = '' }) =>
			displayCondition.includes('webhookUrl'),
		);
		for (const text of [hint?.message, property('webhookUrl', OPTIONS).description]) {
			expect(text).toMatch(/KrosAI Trigger that isn't at this address hears nothing/);
		}
	});

	it('shows each option with both operations that start calls, but for three', () => {
		const both = String(property('options').displayOptions?.show?.operation);
		expect(both).toBe('initiate,initiateAndWait');
		const shown = OPTIONS.map(({ name, displayOptions }) => [
			name,
			String(displayOptions?.show?.['/operation'] ?? both),
		]);
		expect(Object.fromEntries(shown.filter(([, operations]) => operations !== both))).toEqual({
			pollSeconds: 'initiateAndWait',
			waitLimitMinutes: 'initiateAndWait',
			webhookUrl: 'initiate',
		});
	});

	it('says that no trigger hears of calls that are waited for', () => {
		const hint = description.hints?.find(({ displayCondition = '' }) =>
			displayCondition.includes('initiateAndWait'),
		);
		expect(hint?.message).toMatch(/KrosAI Trigger elsewhere hears nothing/);
	});

	it('registers no address: a waiting execution has its own', () => {
		expect(description.webhooks).toEqual([
			expect.objectContaining({ httpMethod: 'POST', restartWebhook: true, path: 'krosai-call' }),
		]);
	});

	it('shows by example only numbers of example ranges', () => {
		const numbers = JSON.stringify(description).match(/\+\d{7,}/g) ?? [];
		expect(numbers.length).toBeGreaterThan(0);
		expect(numbers.filter((number) => !/^\+(2348012345678|141555501\d\d)$/.test(number))).toEqual(
			[],
		);
	});

	it('lists resources and operations in the order of the alphabet, each with its label', () => {
		for (const { name, options = [] } of description.properties) {
			if (name !== 'resource' && name !== 'operation') continue;
			const names = (options as INodePropertyOptions[]).map((option) => option.name);
			expect(names).toEqual([...names].sort());
			if (name === 'resource') continue;
			for (const { action, description: text } of options as INodePropertyOptions[]) {
				expect(action).toMatch(/^[A-Z][a-z ]+$/);
				expect(action).not.toMatch(/\b(a|an|the)\b/);
				expect(text).toMatch(/\.$/);
			}
		}
	});
});

/** Every operation of the panel. */
const OPERATIONS = description.properties.flatMap(({ name, displayOptions, ...operation }) =>
	name === 'operation'
		? values({ name, ...operation }).map(
				(value) => [String(displayOptions?.show?.resource?.[0]), String(value)] as const,
			)
		: [],
);

/** The fields with their defaults; those of operations that start calls are looked at above. */
const PANELS: Array<[string, string, Record<string, unknown>]> = [
	['call', 'get', { callId: '', simplify: true }],
	['call', 'getAll', { returnAll: false, limit: 50, filters: {}, simplify: true }],
	['call', 'getEvents', { callId: '' }],
	['call', 'getStatistics', { filters: {} }],
	['call', 'hangUp', { callId: '' }],
	['call', 'downloadRecording', { callId: '', binaryPropertyName: 'data', options: {} }],
	['endpoint', 'getAll', { returnAll: false, limit: 50 }],
	['phoneNumber', 'getAll', { returnAll: false, limit: 50 }],
	['webhookDelivery', 'get', { deliveryId: '', simplify: true }],
	['webhookDelivery', 'getAll', { returnAll: false, limit: 50, filters: {}, simplify: true }],
	['webhookDelivery', 'retry', { deliveryId: '' }],
];

describe('the panel of each operation', () => {
	it('is one of these', () => {
		const others = ['initiate', 'initiateAndWait'].map((operation) => ['call', operation]);
		const known = PANELS.map(([resource, operation]) => [resource, operation]);
		expect([...known, ...others].sort()).toEqual(OPERATIONS.map((one) => [...one]).sort());
	});

	it.each(PANELS)(
		'%s → %s has the names and defaults of the contract',
		(resource, operation, expected) => {
			const fields = panel(resource, operation).filter(
				({ name }) => !['resource', 'operation'].includes(name),
			);
			expect(Object.fromEntries(fields.map((field) => [field.name, field.default]))).toEqual(
				expected,
			);
			expect(fields.map(({ displayName }) => displayName)).toEqual([
				...new Set(fields.map(({ displayName }) => displayName)),
			]);
		},
	);

	it.each([
		['call', 'getStatistics', ['after', 'endpointId', 'before', 'phoneNumberId']],
		['webhookDelivery', 'getAll', ['event', 'status', 'webhookId']],
	])('%s → %s filters by %j', (resource, operation, names) => {
		const filters = property('filters', panel(resource, operation)).options;
		expect(filters?.map(({ name }) => name)).toEqual(names);
	});

	it('filters calls by the names of the contract, in the order of the alphabet', () => {
		const filters = property('filters', panel('call', 'getAll')).options as INodeProperties[];
		expect(filters.map(({ name, type }) => [name, type])).toEqual([
			['after', 'dateTime'],
			['endpointId', 'resourceLocator'],
			['before', 'dateTime'],
			['direction', 'options'],
			['fromNumber', 'string'],
			['metadata', 'fixedCollection'],
			['phoneNumberId', 'resourceLocator'],
			['status', 'options'],
			['toNumber', 'string'],
		]);
		const names = filters.map(({ displayName }) => displayName);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b)));
		for (const { modes = [] } of filters) {
			const [list] = modes;
			if (!list) continue;
			expect(Object.keys(methods.listSearch)).toContain(list.typeOptions?.searchListMethod);
		}
	});
});

describe('as the tool of an AI agent', () => {
	it('can be one', () => {
		expect(description.usableAsTool).toBe(true);
	});

	/** What n8n reads of the tool where the user writes nothing. */
	const toolText = (resource: string, operation: string) => {
		const own = description.properties.filter(
			({ name, displayOptions: { show = {} } = {} }) =>
				name === 'toolDescription' &&
				show.resource?.includes(resource) &&
				show.operation?.includes(operation),
		);
		expect(own).toHaveLength(1);
		expect(own[0]!.displayOptions?.show?.['@tool']).toEqual([true]);
		return String(own[0]!.default);
	};

	it.each(OPERATIONS)('%s → %s says what comes back, and what it costs', (resource, operation) => {
		const text = toolText(resource, operation);
		expect(text).toMatch(/Returns .+\.$/);
		const acts = ['hangUp', 'retry'].includes(operation);
		const rings = operation.startsWith('initiate');
		expect(/real call that costs money/.test(text)).toBe(rings);
		expect(/Places no call and costs nothing/.test(text)).toBe(!rings && !acts);
	});

	it.each([
		['krosAi', 'get', ['simplify']],
		['krosAiTool', 'get', ['output', 'fields']],
		['krosAi', 'initiateAndWait', []],
		['krosAiTool', 'initiateAndWait', ['output', 'fields']],
		['krosAiTool', 'initiate', []],
	])('%s → %s says how much of a call comes out by %j', (name, operation, fields) => {
		const parameters = { resource: 'call', operation, output: 'fields' };
		const shown = description.properties.filter(
			(field) =>
				['simplify', 'output', 'fields'].includes(field.name) &&
				NodeHelpers.displayParameter(parameters, field, NODE, { ...description, name }),
		);
		expect(shown.map((field) => field.name)).toEqual(fields);
	});

	it('is told to make up no number, and not to call again who may have been called', () => {
		for (const operation of ['initiate', 'initiateAndWait']) {
			expect(toolText('call', operation)).toMatch(/E\.164.*never make one up/);
			expect(toolText('call', operation)).toMatch(/placed: "unknown".*do not call again/);
		}
	});
});

it('places calls', async () => {
	const simulator = await startSimulator();
	const items = [callTo('+14155550110')];
	const context = executeContext({ credential: credentialFor(simulator), items });
	expect(await node.execute.call(context)).toEqual([
		[{ json: expect.objectContaining({ to_number: '+14155550110' }), pairedItem: { item: 0 } }],
	]);
	expect(simulator.called()).toEqual(['+14155550110']);
	await simulator.close();
});

it('has a codex that is about this node', () => {
	const codex = JSON.parse(read('KrosAi.node.json'));
	const { name } = JSON.parse(read('../../package.json'));
	expect(codex.node).toBe(`${name}.${description.name}`);
	expect(codex.categories).toContain('Communication');
	expect(codex.alias).toEqual(expect.arrayContaining(['call', 'phone', 'dial']));
	for (const { url } of Object.values<Array<{ url: string }>>(codex.resources).flat()) {
		expect(url).toMatch(/\/docs\/\w+\.md$/);
	}
});

describe('the icons', () => {
	const { light, dark } = description.icon as { light: string; dark: string };
	const [lightSvg = '', darkSvg = ''] = [light, dark].map((icon) =>
		read(icon.replace('file:', '')),
	);

	it('differ', () => {
		expect(light).not.toBe(dark);
		expect(lightSvg).not.toBe(darkSvg);
	});

	it.each([
		[light, lightSvg],
		[dark, darkSvg],
	])('%s is a square SVG that loads nothing', (_, svg) => {
		const open: string[] = [];
		for (const [, closing, tag = '', single] of svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
			if (closing) expect(open.pop()).toBe(tag);
			else if (!single) open.push(tag);
		}
		expect(open).toEqual([]);
		expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 (\d+) \1"/);
		expect(svg.trim()).toMatch(/<\/svg>$/);
		expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/http|href|script|url\(/);
	});
});
