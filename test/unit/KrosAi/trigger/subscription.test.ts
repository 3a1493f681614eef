import { NodeApiError, type IDataObject } from 'n8n-workflow';
import { BRISK, PATIENT } from '../../../../nodes/KrosAi/api/retry';
import { receiveDelivery } from '../../../../nodes/KrosAi/trigger/receive';
import {
	isSubscribed,
	subscribe,
	secretsOf,
	unsubscribe,
} from '../../../../nodes/KrosAi/trigger/subscription';
import {
	signedDelivery,
	startSimulator,
	type Simulator,
	type Subscription,
} from '../../../../simulator';
import { SUBSCRIBABLE_EVENTS } from '../../../../simulator/events';
import { credentialFor } from '../../../support/n8n';
import { hookContext, webhookContext, type TriggerSetup } from '../../../support/trigger';

// A list is asked for again where that may help, after a pause that is not waited for here.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => {},
}));
const TRIES = PATIENT.tries;

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({
		keys: { kros_test_simulator: SCOPES, kros_test_calls: ['calls:read'] },
	});
});
beforeEach(() => {
	simulator.reset();
	simulator.set({
		webhookList: 'data',
		secretInList: true,
		secretReadable: true,
		secretMasked: false,
		normaliseUrls: false,
		webhookLimit: Infinity,
		mostPerPage: 100,
		numbersAsText: false,
		pagingStyle: { webhooks: undefined },
	});
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => await simulator.close());

const SCOPES = ['webhooks:read', 'webhooks:write'];
const EVENTS = ['call.completed', 'call.failed'];

let triggers = 0;
type Trigger = TriggerSetup & { url: string; staticData: IDataObject };
function trigger(parameters: IDataObject = {}, more: TriggerSetup = {}): Trigger {
	triggers += 1;
	const url = `http://127.0.0.1:9/webhook/${triggers}/webhook`;
	const workflowId = `subscription-${triggers}`;
	const credential = { ...credentialFor(simulator) };
	return { url, workflowId, credential, staticData: {}, parameters, ...more } as Trigger;
}

/** What n8n does to activate. */
async function activate(setup: TriggerSetup): Promise<'found' | 'created'> {
	if (await isSubscribed(hookContext(setup))) return 'found';
	await subscribe(hookContext(setup));
	return 'created';
}

const deactivate = async (setup: TriggerSetup) => await unsubscribe(hookContext(setup));

/** A subscription that is there already. */
function existing(url: string, changes: Partial<Subscription> = {}): Subscription {
	const id = `wh_${simulator.webhooks.length}`;
	const subscription = {
		id,
		url,
		secret: `whsec_0123456789_${id}`,
		events: EVENTS,
		active: true,
		...changes,
	} as Subscription;
	(simulator.webhooks as Subscription[]).push(subscription);
	return subscription;
}

const ids = () => simulator.webhooks.map(({ id }) => id);
const [one, two] = ['wh_0', 'wh_1'];
/** What KrosAI was asked, but for further pages of a list: whether there are any is asked each time. */
const sent = () =>
	simulator.requests
		.filter(({ query }) => query.offset === undefined && query.page === undefined)
		.map(({ method, path }) => `${method} ${path.replace('/v1', '')}`);

/** What a call that should fail says, as the editor shows it. */
async function saidBy(failing: Promise<unknown>): Promise<string> {
	const error = await failing.then(
		() => undefined,
		(thrown: NodeApiError) => thrown,
	);
	expect(error).toBeDefined();
	const said = `${error!.message} | ${error!.description}`;
	expect(said.replace(/KrosAI said: ".*"/, '')).not.toMatch(
		/error|problem|failure|mistake|undefined/i,
	);
	return said;
}

describe('activating', () => {
	it('subscribes to the chosen events, and keeps id and secret', async () => {
		const setup = trigger();
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks).toMatchObject([{ url: setup.url, events: EVENTS, active: true }]);
		const [{ id, secret } = { id: '', secret: '' }] = simulator.webhooks;
		expect(setup.staticData).toEqual({ production: { id, secret } });
		expect(sent()).toEqual(['GET /webhooks', 'POST /webhooks']);
		expect(simulator.requests.at(-1)?.body).toEqual({
			url: setup.url,
			events: EVENTS,
			active: true,
		});
	});

	it.each<[string, unknown, string[]]>([
		['all events', ['*'], SUBSCRIBABLE_EVENTS],
		['all events and one more', ['call.failed', '*'], SUBSCRIBABLE_EVENTS],
		['one event twice', ['call.failed', 'call.failed'], ['call.failed']],
		['one event by expression', 'call.failed', ['call.failed']],
	])('subscribes to %s', async (_, events, expected) => {
		await activate(trigger({ events } as IDataObject));
		expect(simulator.webhooks[0]?.events.toSorted()).toEqual(expected.toSorted());
	});

	it.each<[string, unknown]>([
		['as before', EVENTS],
		['in another order', [...EVENTS].reverse()],
	])('again finds its own, with the events %s', async (_, events) => {
		const setup = trigger();
		await activate(setup);
		const before = structuredClone(simulator.webhooks);
		const again = { ...setup, parameters: { events } as IDataObject };
		expect(await activate(again)).toBe('found');
		expect(simulator.webhooks).toEqual(before);
	});

	it.each([
		['data', true],
		['webhooks', true],
		['bare', true],
		['data', false],
	] as const)(
		'finds its own in a list "%s", secrets shown: %s',
		async (webhookList, secretInList) => {
			simulator.set({ webhookList, secretInList });
			const setup = trigger();
			existing('http://127.0.0.1:9/another/one');
			const { id, secret } = existing(setup.url);
			expect(await activate(setup)).toBe('found');
			expect(setup.staticData).toEqual({ production: { id, secret } });
			expect(ids()).toEqual([one, two]);
			// What the list shows is not asked for again.
			expect(sent()).toEqual(['GET /webhooks', ...(secretInList ? [] : [`GET /webhooks/${id}`])]);
		},
	);

	it('finds its own after a crash before its id was saved, and takes over its secret', async () => {
		const setup = trigger();
		await activate(setup);
		const { production } = setup.staticData;
		const crashed = { ...setup, staticData: {} };
		expect(await activate(crashed)).toBe('found');
		expect(crashed.staticData).toEqual({ production });
		expect(simulator.webhooks).toHaveLength(1);
	});

	it('leaves one of two', async () => {
		const setup = trigger();
		existing(setup.url);
		existing(setup.url);
		expect(await activate(setup)).toBe('found');
		expect(ids()).toEqual([one]);
		expect(setup.staticData).toEqual({
			production: { id: one, secret: `whsec_0123456789_${one}` },
		});
	});

	it.each<[string, Partial<Subscription>]>([
		['other events', { events: ['call.started'] }],
		['more events', { events: [...EVENTS, 'call.started'] }],
		['fewer events', { events: ['call.failed'] }],
		['one event twice in place of another', { events: ['call.failed', 'call.failed'] }],
		['events that are no list', { events: 'all' as unknown as string[] }],
		['no more deliveries', { active: false }],
	])('replaces its own that has %s', async (_, changes) => {
		const setup = trigger();
		existing(setup.url, changes);
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks).toMatchObject([{ url: setup.url, events: EVENTS, active: true }]);
		expect(ids()).not.toContain(one);
		const [{ id, secret } = { id: '', secret: '' }] = simulator.webhooks;
		expect(setup.staticData).toEqual({ production: { id, secret } });
	});

	it('leaves the subscriptions of others alone, however alike', async () => {
		const setup = trigger();
		for (const url of [
			`${setup.url}/`,
			`${setup.url}?a`,
			setup.url.slice(0, -1),
			setup.url.toUpperCase(),
		]) {
			existing(url);
		}
		expect(await activate(setup)).toBe('created');
		await deactivate(setup);
		expect(simulator.webhooks).toHaveLength(4);
	});

	it('finds its own past the first hundred', async () => {
		const setup = trigger();
		const { id, secret } = existing(setup.url);
		const others = Array.from({ length: 100 }, (_, index) => ({
			id: `wh_other_${index}`,
			url: 'x',
		}));
		for (const data of [others, [{ ...simulator.webhooks[0] }]]) {
			const paging = { total: 101, page: data.length === 1 ? 2 : 1, limit: 100, total_pages: 2 };
			simulator.fault({
				kind: 'status',
				status: 200,
				path: '/webhooks',
				body: { data, ...paging },
			});
		}
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual({ production: { id, secret } });
		expect(simulator.requests.map(({ query }) => query.page)).toEqual([undefined, '2']);
	});
});

describe('where KrosAI lists subscriptions without their events', () => {
	const without: TriggerSetup = {
		tamper: (_, answer) => {
			const json = JSON.parse(answer.body || '{}') as { data?: IDataObject[] };
			if (!Array.isArray(json.data)) return answer;
			const data = json.data.map((webhook) => ({ ...webhook, events: undefined }));
			return { ...answer, body: JSON.stringify({ ...json, data }) };
		},
	};

	it('its own is asked for them, and found again', async () => {
		const setup = trigger({}, without);
		existing('http://127.0.0.1:9/another/one');
		const { id, secret } = existing(setup.url);
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual({ production: { id, secret } });
		expect(sent()).toEqual(['GET /webhooks', `GET /webhooks/${two}`]);
		expect(ids()).toEqual([one, two]);
	});

	it('one with other events is replaced all the same', async () => {
		const setup = trigger({}, without);
		const { id } = existing(setup.url, { events: ['call.started'] });
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks).toMatchObject([{ url: setup.url, events: EVENTS }]);
		expect(ids()).not.toContain(id);
	});
});

describe('where KrosAI tells the secret', () => {
	/** Answers to POST and GET that lack what is named. */
	const without = (method: string, field: string): TriggerSetup => ({
		tamper: (options, answer) => {
			if (options.method !== method) return answer;
			const json = JSON.parse(answer.body) as IDataObject;
			delete json[field];
			return { ...answer, body: JSON.stringify(json) };
		},
	});

	it('only at creation: kept, and its own is found again', async () => {
		simulator.set({ secretReadable: false });
		const setup = trigger();
		expect(await activate(setup)).toBe('created');
		const kept = structuredClone(setup.staticData);
		expect(kept).toEqual({ production: { id: ids()[0], secret: simulator.webhooks[0]?.secret } });
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual(kept);
	});

	it('only at creation, and lost: a new one takes its place', async () => {
		simulator.set({ secretReadable: false });
		const setup = trigger();
		existing(setup.url);
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks).toHaveLength(1);
		expect(setup.staticData.production).toEqual({
			id: ids()[0],
			secret: simulator.webhooks[0]?.secret,
		});
	});

	it.each(['', true, 7, null])('in the list as %j: asked for', async (shown) => {
		const setup = trigger(
			{},
			{
				tamper: (_, answer) => {
					const json = JSON.parse(answer.body) as { data?: IDataObject[] };
					const data = json.data?.map((webhook) => ({ ...webhook, secret: shown }));
					return { ...answer, body: JSON.stringify(data ? { ...json, data } : json) };
				},
			},
		);
		const { id, secret } = existing(setup.url);
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual({ production: { id, secret } });
	});

	it.each(['[]', '', '{"secret":7}'])(
		'not even of the single subscription (%j): a new one takes its place',
		async (body) => {
			simulator.set({ secretInList: false });
			const setup = trigger(
				{},
				{
					tamper: ({ url }, answer) => (url.endsWith(`/${one}`) ? { ...answer, body } : answer),
				},
			);
			existing(setup.url);
			expect(await activate(setup)).toBe('created');
			expect(ids()).not.toContain(one);
		},
	);

	it('only of the single subscription: asked for', async () => {
		const setup = trigger({}, without('POST', 'secret'));
		expect(await activate(setup)).toBe('created');
		expect(setup.staticData.production).toEqual({
			id: ids()[0],
			secret: simulator.webhooks[0]?.secret,
		});
		expect(sent().at(-1)).toBe(`GET /webhooks/${ids()[0]}`);
	});

	it('nowhere: removed again, with a word on the other way', async () => {
		simulator.set({ secretReadable: false });
		const setup = trigger({}, without('POST', 'secret'));
		expect(await saidBy(activate(setup))).toMatch(/signing secret.*Set Registration to Manual/);
		expect(simulator.webhooks).toEqual([]);
		expect(setup.staticData).toEqual({});
	});

	it.each<[string, TriggerSetup]>([
		['of something without an id', without('POST', 'id')],
		[
			'in an answer that is empty',
			{ tamper: ({ method }, answer) => (method === 'POST' ? { ...answer, body: '' } : answer) },
		],
	])('%s: refused', async (_, setup_) => {
		const setup = trigger({}, setup_);
		expect(await saidBy(activate(setup))).toMatch(
			/did not say which webhook.*Set Registration to Manual/,
		);
		expect(setup.staticData).toEqual({});
	});
});

describe('a URL that KrosAI writes in its own way', () => {
	it.each([
		['http://LOCALHOST:9/Webhook/1/webhook', 'http://localhost:9/Webhook/1/webhook'],
		['http://localhost:80/webhook/1/webhook', 'http://localhost/webhook/1/webhook'],
		['http://127.1:9/webhook/1/webhook', 'http://127.0.0.1:9/webhook/1/webhook'],
		['http://localhost:9/a/../webhook/é', 'http://localhost:9/webhook/%C3%A9'],
	])('is its own all the same: %s', async (url, kept) => {
		simulator.set({ normaliseUrls: true });
		const setup = { ...trigger(), url };
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks.map((webhook) => webhook.url)).toEqual([kept]);
		expect(await activate(setup)).toBe('found');
		expect(await activate({ ...setup, staticData: {} })).toBe('found');
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
	});
});

describe('a copy of a workflow, which has its original’s static data', () => {
	/** An original that is published, and a copy of it in another n8n. */
	async function copied(parameters: IDataObject = {}) {
		const original = trigger();
		await activate(original);
		const copy = { ...trigger(parameters), staticData: structuredClone(original.staticData) };
		return { original, copy, originals: structuredClone(simulator.webhooks) };
	}

	it.each<[string, IDataObject]>([
		['set to Manual and published', { registration: 'manual' }],
		['published', {}],
		['published with other events', { events: ['call.started'] }],
	])('leaves the original’s subscription, %s and ended', async (_, parameters) => {
		const { copy, originals } = await copied(parameters);
		await activate(copy);
		expect(simulator.webhooks.slice(0, 1)).toEqual(originals);
		await deactivate(copy);
		expect(simulator.webhooks).toEqual(originals);
		expect(copy.staticData).toEqual({});
	});

	it('leaves it where it can not be published', async () => {
		const { copy, originals } = await copied();
		simulator.set({ webhookLimit: 1 });
		await saidBy(activate(copy));
		await deactivate(copy);
		expect(simulator.webhooks).toEqual(originals);
	});

	it('leaves it where the list shows no URLs, or that of the copy for each', async () => {
		for (const shown of [undefined, null, 'own']) {
			const { copy, originals } = await copied();
			const tamper: TriggerSetup['tamper'] = (_, answer) => {
				const json = JSON.parse(answer.body || '{}') as { data?: IDataObject[] };
				const url = shown === 'own' ? `${copy.url}/other` : shown;
				const data = json.data?.map((webhook) => ({ ...webhook, url }));
				return { ...answer, body: JSON.stringify(data ? { ...json, data } : json) };
			};
			await activate({ ...copy, tamper });
			await deactivate({ ...copy, tamper });
			expect(simulator.webhooks).toEqual(originals);
			simulator.reset();
		}
	});
});

it('deletes nothing that KrosAI names in place of what was created', async () => {
	const { id } = existing('http://127.0.0.1:9/other');
	const setup = trigger(
		{},
		{
			tamper: ({ method, url }, answer) => {
				if (method === 'POST') return { ...answer, body: JSON.stringify({ id }) };
				if (!url.endsWith(id)) return answer;
				const { secret, ...shown } = JSON.parse(answer.body) as IDataObject;
				expect(secret).toBeDefined();
				return { ...answer, body: JSON.stringify(shown) };
			},
		},
	);
	await saidBy(activate(setup));
	expect(ids()).toContain(id);
	expect(sent()).not.toContain(`DELETE /webhooks/${id}`);
});

describe('a subscription that the list does not show, or not by its URL', () => {
	const hidden: TriggerSetup = {
		tamper: (_, answer) => {
			const json = JSON.parse(answer.body || '{}') as { data?: unknown };
			return json.data ? { ...answer, body: '{"data":[]}' } : answer;
		},
	};

	it('is known by its id, where its URL is the node’s', async () => {
		const setup = trigger({}, hidden);
		const { id } = existing(setup.url);
		setup.staticData.production = { id, secret: 'whsec_kept_0123456789' };
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData.production).toEqual({ id, secret: 'whsec_kept_0123456789' });
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
	});
});

describe('a list of webhooks that gives no way to all of it', () => {
	it.each(['ignored'] as const)('keeps from publishing: %s', async (webhooks) => {
		simulator.set({ pagingStyle: { webhooks }, mostPerPage: 2 });
		const setup = trigger();
		for (const index of [1, 2, 3]) existing(`http://127.0.0.1:9/other/${index}`);
		const kept = existing(setup.url);
		expect(await saidBy(activate(setup))).toMatch(
			/^KrosAI gives 2 webhooks and no others, so it isn't known whether this trigger has one already\. Set Registration to Manual \|/,
		);
		expect(simulator.webhooks).toHaveLength(4);
		// What is known by its id is ended all the same.
		setup.staticData.production = { id: kept.id, secret: kept.secret };
		await saidBy(deactivate(setup));
		expect(simulator.webhooks).toHaveLength(3);
	});

	it.each(['hasMore', 'page'] as const)(
		'is another thing than a list in parts: %s',
		async (webhooks) => {
			simulator.set({ pagingStyle: { webhooks }, mostPerPage: 2, numbersAsText: true });
			const setup = trigger();
			for (const index of [1, 2, 3]) existing(`http://127.0.0.1:9/other/${index}`);
			expect(await activate(setup)).toBe('created');
			expect(await activate({ ...setup, staticData: {} })).toBe('found');
			await deactivate(setup);
			expect(simulator.webhooks).toHaveLength(3);
		},
	);
});

describe('a secret that is none', () => {
	it('is a mask: the kept one of the same subscription counts', async () => {
		simulator.set({ secretMasked: true });
		const setup = trigger();
		expect(await activate(setup)).toBe('created');
		const kept = structuredClone(setup.staticData);
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual(kept);
		expect(kept.production).toEqual({
			id: simulator.webhooks[0]!.id,
			secret: simulator.webhooks[0]!.secret,
		});
	});

	it('is a mask: where the kept one is lost, another subscription takes its place', async () => {
		simulator.set({ secretMasked: true });
		const setup = trigger();
		await activate(setup);
		const [lost] = ids();
		const again = { ...setup, staticData: {} as IDataObject };
		expect(await activate(again)).toBe('created');
		expect(ids()).not.toContain(lost);
		expect(again.staticData.production).toMatchObject({ secret: simulator.webhooks[0]!.secret });
	});

	it.each(['whsec_••••', 'whsec_****************', 'short', ' '.repeat(20), 'whsec_...0123456789'])(
		'is all that KrosAI ever shows (%s): publishing says so',
		async (mask) => {
			const tamper: TriggerSetup['tamper'] = (_, answer) => ({
				...answer,
				body: answer.body.replaceAll(/"secret":"[^"]*"/g, `"secret":"${mask}"`),
			});
			const setup = trigger({}, { tamper });
			const shows = mask.trim() ? 'shows only a mask or a part of' : 'did not tell';
			expect(await saidBy(activate(setup))).toContain(
				`KrosAI ${shows} the signing secret of the webhook, so no delivery could be trusted. Set Registration to Manual`,
			);
			expect(simulator.webhooks).toEqual([]);
			expect(setup.staticData).toEqual({});
		},
	);

	it('believes nothing that is signed with a mask, kept by an older version or shown', async () => {
		simulator.set({ secretMasked: true });
		const setup = trigger();
		await activate(setup);
		const { id } = simulator.webhooks[0]!;
		for (const staticData of [{ production: { id, secret: 'whsec_••••' } }, {}]) {
			const { context } = webhookContext({ headers: {}, body: '' }, { ...setup, staticData });
			const secrets: string[] = [];
			for await (const secret of secretsOf(context)) secrets.push(secret);
			expect(secrets).toEqual([]);
		}
	});
});

describe('KrosAI’s own words, where publishing is refused', () => {
	it('are in the message, which is all that n8n shows', async () => {
		simulator.set({ webhookLimit: 1 });
		existing('http://127.0.0.1:9/other');
		const error = await activate(trigger()).catch((thrown: NodeApiError) => thrown);
		expect(error).toMatchObject({
			message: 'KrosAI refused the request (HTTP 422). KrosAI said: "Webhook limit reached"',
		});
	});

	it.each<[object | string, string]>([
		[{ message: 'Only on Pro' }, ' KrosAI said: "Only on Pro"'],
		[{ error: { message: 'Only on Pro', code: 'PLAN' } }, ' KrosAI said: "Only on Pro"'],
		[{ detail: 'Only\non Pro' }, ' KrosAI said: "Only on Pro"'],
		[{ error: ' ', message: 7 }, ''],
		['<html>', ''],
		['', ''],
	])('are found in %j', async (body, said) => {
		for (const status of [403, 422]) {
			const setup = trigger();
			const tamper: TriggerSetup['tamper'] = ({ method }, answer) =>
				method === 'POST'
					? {
							...answer,
							statusCode: status,
							body: typeof body === 'string' ? body : JSON.stringify(body),
						}
					: answer;
			const error = await activate({ ...setup, tamper }).catch((thrown: NodeApiError) => thrown);
			const { message } = error as NodeApiError;
			expect(message.includes('KrosAI said')).toBe(said !== '');
			expect(message.endsWith(said)).toBe(true);
		}
	});
});

describe('a key that must not manage webhooks', () => {
	const fault = (status: number) =>
		simulator.fault({ kind: 'status', status, path: '/webhooks', times: TRIES });

	it('is advised to switch to manual', async () => {
		const credential = { ...credentialFor(simulator, 'kros_test_calls') };
		const said = await saidBy(activate(trigger({}, { credential })));
		expect(said).toMatch(/can't manage webhooks.*webhooks:read.*Set Registration to Manual/);
	});

	it.each([403, 404])('so it is with %i to the list, and nothing is created', async (status) => {
		fault(status);
		expect(await saidBy(activate(trigger()))).toMatch(/Set Registration to Manual/);
		expect(sent()).toEqual(['GET /webhooks']);
	});

	it.each([403, 404])('so it is with %i to the creation', async (status) => {
		const setup = trigger();
		expect(await isSubscribed(hookContext(setup))).toBe(false);
		fault(status);
		expect(await saidBy(subscribe(hookContext(setup)))).toMatch(
			/can't manage webhooks.*Set Registration to Manual/,
		);
	});

	it.each([401, 429, 500])('but not with %i, which is something else', async (status) => {
		fault(status);
		expect(await saidBy(activate(trigger()))).not.toMatch(/Manual/);
	});

	it.each([
		['no answer', 'dropBefore'],
		['half an answer', 'garbage'],
	] as const)('nor with %s', async (_, kind) => {
		const setup = trigger();
		existing(setup.url);
		simulator.fault({ kind, path: '/webhooks', times: TRIES });
		expect(await saidBy(activate(setup))).not.toMatch(/Manual/);
		expect(ids()).toEqual([one]);
	});
});

describe('deactivating', () => {
	it('ends the subscription', async () => {
		const setup = trigger();
		await activate(setup);
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
		expect(setup.staticData).toEqual({});
	});

	it('is content with one that is gone', async () => {
		const setup = trigger();
		await activate(setup);
		(simulator.webhooks as Subscription[]).length = 0;
		await deactivate(setup);
		expect(setup.staticData).toEqual({});
	});

	it('finds it by its URL where the static data is lost', async () => {
		const setup = trigger();
		existing('http://127.0.0.1:9/another/one');
		existing(setup.url);
		await deactivate(setup);
		expect(ids()).toEqual([one]);
	});

	it.each<[string, unknown, string[]]>([
		[
			'is older than the subscription',
			{ id: 'wh_gone', secret: 'whsec_gone_0123456789' },
			['GET /webhooks/wh_gone'],
		],
		['is nonsense', 7, []],
		['holds no secret', { id: 'wh_gone' }, ['GET /webhooks/wh_gone']],
	])('finds it by its URL where the static data %s', async (_, production, first) => {
		const setup = trigger({}, { staticData: { production } as IDataObject });
		existing(setup.url);
		await deactivate(setup);
		expect(sent()).toEqual([...first, 'GET /webhooks', `DELETE /webhooks/${one}`]);
		expect(simulator.webhooks).toEqual([]);
		expect(setup.staticData).toEqual({});
	});

	it('has nothing to do where there is none', async () => {
		await deactivate(trigger());
		expect(sent()).toEqual(['GET /webhooks']);
	});

	it.each([403, 500])('swallows no refusal: %i', async (status) => {
		const setup = trigger();
		await activate(setup);
		const kept = structuredClone(setup.staticData);
		const times = status === 500 ? TRIES : 1;
		simulator.fault({ kind: 'status', status, path: `/webhooks/${ids()[0]}`, times });
		await saidBy(deactivate(setup));
		expect(setup.staticData).toEqual(kept);
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
	});

	it.each([403, 404])(
		'is content where the key may not even look (%i), and nothing is kept',
		async (status) => {
			simulator.fault({ kind: 'status', status, path: '/webhooks' });
			await deactivate(trigger());
			expect(sent()).toEqual(['GET /webhooks']);
		},
	);

	it.each([403, 404])(
		'is not content where the key may no longer look (%i), but did',
		async (status) => {
			const setup = trigger();
			await activate(setup);
			simulator.fault({ kind: 'status', status, path: '/webhooks' });
			expect(await saidBy(deactivate(setup))).toMatch(/can't manage webhooks/);
		},
	);
});

describe('manual registration', () => {
	const manual = { registration: 'manual' };

	it('asks KrosAI for nothing', async () => {
		const setup = trigger(manual);
		existing(setup.url);
		expect(await activate(setup)).toBe('found');
		await deactivate(setup);
		expect(sent()).toEqual([]);
		expect(setup.staticData).toEqual({});
	});

	it('does not even read the credential', async () => {
		const credential = jest.fn((): never => {
			throw new Error('It was read');
		});
		const setup = trigger(manual, { credential });
		await activate(setup);
		await deactivate(setup);
		expect(credential).not.toHaveBeenCalled();
	});

	it('removes the subscription of before, and no other of this URL', async () => {
		const setup = trigger();
		await activate(setup);
		const byHand = existing(setup.url);
		const before = sent().length;
		const [own] = ids();
		expect(await activate({ ...setup, parameters: manual })).toBe('found');
		expect(ids()).toEqual([byHand.id]);
		expect(sent().slice(before)).toEqual([`GET /webhooks/${own}`, `DELETE /webhooks/${own}`]);
		expect(setup.staticData).toEqual({});
	});
});

it('test and production are kept apart', async () => {
	const setup = trigger();
	const test: TriggerSetup = { ...setup, url: `${setup.url}-test`, mode: 'manual' };
	await activate(setup);
	await activate(test);
	expect(simulator.webhooks.map(({ url }) => url)).toEqual([setup.url, test.url]);
	const { production } = setup.staticData;
	expect(Object.keys(setup.staticData)).toEqual(['production', 'test']);
	await deactivate(test);
	expect(simulator.webhooks.map(({ url }) => url)).toEqual([setup.url]);
	expect(setup.staticData).toEqual({ production });
});

describe('a delivery after the static data was lost', () => {
	const body = (id: number) => ({ id: `evt_${id}`, event: 'call.completed', data: {} });
	let events = 0;
	/** Whether a delivery signed with this secret starts an execution. */
	async function isTaken(setup: TriggerSetup, secret: string): Promise<boolean> {
		events += 1;
		const { context } = webhookContext(signedDelivery(secret, body(events)), setup);
		return (await receiveDelivery(context)).workflowData !== undefined;
	}
	const asked = () => sent().length;
	const later = (ms: number) => {
		const now = performance.now();
		jest.spyOn(performance, 'now').mockReturnValue(now + ms);
	};

	it.each([true, false])(
		'is known by what KrosAI says, secrets in the list: %s',
		async (secretInList) => {
			simulator.set({ secretInList });
			const setup = trigger();
			const { secret } = existing(setup.url);
			expect(await isTaken(setup, secret)).toBe(true);
			const before = asked();
			expect(await isTaken(setup, secret)).toBe(true);
			expect(asked()).toBe(before);
		},
	);

	it('is known also where what is kept is older than the subscription', async () => {
		const setup = trigger(
			{},
			{ staticData: { production: { id: 'wh_old', secret: 'whsec_old_0123456789' } } },
		);
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is known by each of many that come at once, after one question', async () => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		const taken = await Promise.all([1, 2, 3, 4].map(async () => await isTaken(setup, secret)));
		expect(taken).toEqual([true, true, true, true]);
		expect(asked()).toBe(1);
	});

	it('KrosAI is asked at most once a minute, whatever comes', async () => {
		const setup = trigger();
		later(0);
		for (let index = 0; index < 5; index += 1)
			expect(await isTaken(setup, 'whsec_forged_0123456789')).toBe(false);
		expect(asked()).toBe(1);
		later(59_999);
		expect(await isTaken(setup, 'whsec_forged_0123456789')).toBe(false);
		expect(asked()).toBe(1);
		later(2);
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
		expect(asked()).toBe(2);
	});

	it('another subscription than the one recovered is found within a minute', async () => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
		(simulator.webhooks as Subscription[]).length = 0;
		const next = existing(setup.url, { secret: 'whsec_next_0123456789' });
		expect(await isTaken(setup, next.secret)).toBe(false);
		later(61_000);
		expect(await isTaken(setup, next.secret)).toBe(true);
		expect(await isTaken(setup, secret)).toBe(false);
	});

	it('is not known by a recovered secret that was replaced a minute ago', async () => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
		(simulator.webhooks as Subscription[]).length = 0;
		const staticData = { production: { id: 'wh_next', secret: 'whsec_next_0123456789' } };
		existing(setup.url, staticData.production);
		later(61_000);
		// No delivery was signed with the new one yet.
		expect(await isTaken({ ...setup, staticData }, secret)).toBe(false);
	});

	it('is known by the recovered secret also while KrosAI can not be asked again', async () => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
		const times = BRISK.tries;
		simulator.fault({ kind: 'status', status: 500, path: '/webhooks', times });
		later(61_000);
		const before = asked();
		expect(await isTaken(setup, secret)).toBe(true);
		expect(asked()).toBe(before + times);
	});

	it('nothing is asked while the kept secret fits, with manual registration, or for a test', async () => {
		const kept = trigger(
			{},
			{ staticData: { production: { id: 'wh_1', secret: 'whsec_kept_0123456789' } } },
		);
		expect(await isTaken(kept, 'whsec_kept_0123456789')).toBe(true);
		expect(await isTaken(trigger({ registration: 'manual' }), 'whsec_forged_0123456789')).toBe(
			false,
		);
		expect(await isTaken(trigger({}, { mode: 'manual' }), 'whsec_forged_0123456789')).toBe(false);
		expect(sent()).toEqual([]);
	});

	it.each([401, 403, 404, 500])('is refused where KrosAI answers %i', async (status) => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		// Asked for twice, where it may help.
		const times = status === 500 ? BRISK.tries : 1;
		simulator.fault({ kind: 'status', status, path: '/webhooks', times });
		expect(await isTaken(setup, secret)).toBe(false);
		later(61_000);
		expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is judged by no secret at all where KrosAI has never told one', async () => {
		const setup = trigger();
		simulator.fault({ kind: 'status', status: 403, path: '/webhooks' });
		const secrets: string[] = [];
		const { context } = webhookContext({ headers: {}, body: '' }, setup);
		for await (const secret of secretsOf(context)) secrets.push(secret);
		expect(secrets).toEqual([]);
	});

	it('is known by the second of two subscriptions where the secret of the first is not told', async () => {
		const setup = trigger(
			{},
			{
				tamper: (_, answer) => {
					const body = answer.body.replaceAll(
						`"secret":"whsec_0123456789_${one}"`,
						'"secret":null',
					);
					return { ...answer, body };
				},
			},
		);
		existing(setup.url);
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is known by either of two subscriptions, until the next activation leaves one', async () => {
		const setup = trigger();
		const secrets = [existing(setup.url), existing(setup.url)].map(({ secret }) => secret);
		for (const secret of secrets) expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is asked for once by many that come when the answer has grown old', async () => {
		const setup = trigger();
		await isTaken(setup, 'whsec_forged_0123456789');
		const { secret } = existing(setup.url);
		later(61_000);
		const taken = await Promise.all([1, 2, 3].map(async () => await isTaken(setup, secret)));
		expect(taken).toEqual([true, true, true]);
		expect(asked()).toBe(2);
	});

	it('is not known by a subscription to another URL', async () => {
		const { secret } = existing('http://127.0.0.1:9/another/one');
		expect(await isTaken(trigger(), secret)).toBe(false);
	});
});

describe('a filter that no event can pass', () => {
	it.each(['automatic', 'manual'])(
		'keeps from publishing, with registration %s',
		async (registration) => {
			const options = { toNumber: '020 7946 0958' };
			const said = await saidBy(activate(trigger({ registration, options })));
			expect(said).toMatch(
				/^"020 7946 0958" in To Number is a local number.* With this filter no event would start/,
			);
			expect(sent()).toEqual([]);
		},
	);

	it('is not looked for in options that depend on the delivery', async () => {
		const throws = () => {
			throw new Error('$json is not there');
		};
		expect(await activate(trigger({ options: throws as never }))).toBe('created');
	});
});

describe('where KrosAI can not reach n8n', () => {
	const PUBLIC = { apiKey: 'kros_test_simulator', baseUrl: 'https://api.example.com/v1' };
	const at = (host: string) => ({ url: `http://${host}/webhook/1/webhook`, credential: PUBLIC });

	it.each(['localhost:5678', '[fd00::5]:5678'])(
		'automatic registration at %s is refused before anything is sent',
		async (host) => {
			const sent: unknown[] = [];
			const tamper: TriggerSetup['tamper'] = (options, answer) => (sent.push(options), answer);
			await expect(isSubscribed(hookContext({ ...at(host), tamper }))).rejects.toThrow(
				`KrosAI can't reach this n8n (${host}) to deliver events. Give n8n a public address (its environment variable WEBHOOK_URL), or set Registration to Manual`,
			);
			expect(sent).toEqual([]);
		},
	);

	it('the empty Base URL of the Bridge API stands for one on the internet', async () => {
		const credential = { ...PUBLIC, baseUrl: '', api: 'bridge', organizationId: 'one' };
		const request = jest.fn();
		const context = Object.assign(hookContext({ ...at('localhost:5678'), credential }), {
			helpers: { httpRequestWithAuthentication: request },
		});
		await expect(isSubscribed(context)).rejects.toThrow("KrosAI can't reach this n8n");
		expect(request).not.toHaveBeenCalled();
	});

	it('manual registration is the business of the user', async () => {
		const parameters = { registration: 'manual' };
		expect(await isSubscribed(hookContext({ ...at('localhost:5678'), parameters }))).toBe(true);
	});
});
