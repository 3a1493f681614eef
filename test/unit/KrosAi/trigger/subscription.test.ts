import { NodeApiError, type IDataObject } from 'n8n-workflow';
import { BRISK, PATIENT } from '../../../../nodes/KrosAi/api/retry';
import { receiveDelivery } from '../../../../nodes/KrosAi/trigger/receive';
import {
	isSubscribed,
	subscribe,
	secretsOf,
	unsubscribe,
} from '../../../../nodes/KrosAi/trigger/subscription';
import { signedDelivery, type Subscription } from '../../../../simulator';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { SUBSCRIBABLE_EVENTS } from '../../../../simulator/events';
import { credentialFor } from '../../../support/n8n';
import { hookContext, webhookContext, type TriggerSetup } from '../../../support/trigger';

// A list is asked for again where that may help, after a pause that is not waited for here.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => {},
}));
const TRIES = PATIENT.tries;

useSimulator();
afterEach(() => jest.restoreAllMocks());

const EVENTS = ['call.completed', 'call.failed'];
const MANUAL = { registration: 'manual' };
const OTHER_URL = 'http://127.0.0.1:9/another/one';

let triggers = 0;
type Trigger = TriggerSetup & { url: string; staticData: IDataObject };
function trigger(setup: TriggerSetup = {}): Trigger {
	triggers += 1;
	const url = `http://127.0.0.1:9/webhook/${triggers}/webhook`;
	const workflowId = `subscription-${triggers}`;
	const credential = { ...credentialFor(simulator) };
	return { url, workflowId, credential, staticData: {}, ...setup };
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

const endAll = () => (simulator.webhooks as Subscription[]).splice(0);
const ids = () => simulator.webhooks.map(({ id }) => id);
const [one, two] = ['wh_0', 'wh_1'];
/** What is kept of a subscription: of the first, where nothing else is said. */
const kept = ({ id, secret }: Subscription = simulator.webhooks[0]!) => ({
	production: { id, secret },
});

/** Static data of a subscription that KrosAI no longer has. */
const OLD = { production: { id: 'wh_old', secret: 'whsec_old_0123456789' } };

/** What KrosAI was asked, but for further pages of a list: whether there are any is asked each time. */
const sent = () =>
	simulator.requests
		.filter(({ query }) => query.offset === undefined && query.page === undefined)
		.map(({ method, path }) => `${method} ${path.replace('/v1', '')}`);

/** KrosAI's list of subscriptions has this in place of each. */
const listing = (change: (webhook: IDataObject) => IDataObject | IDataObject[]): TriggerSetup => ({
	tamper: (_, answer) => {
		const json = JSON.parse(answer.body || '{}') as { data?: IDataObject[] };
		if (!json.data) return answer;
		return { ...answer, body: JSON.stringify({ ...json, data: json.data.flatMap(change) }) };
	},
});

/** KrosAI answers so to the creation of a subscription, or whatever this makes of its answer. */
const onCreation = (
	change: (created: IDataObject) => unknown,
	statusCode?: number,
): TriggerSetup => ({
	tamper: ({ method }, answer) => {
		if (method !== 'POST') return answer;
		const body = change(JSON.parse(answer.body) as IDataObject);
		return {
			...answer,
			...(statusCode && { statusCode }),
			body: typeof body === 'string' ? body : JSON.stringify(body),
		};
	},
});

/** KrosAI shows this in place of each secret. */
const showing = (secret: unknown): TriggerSetup => ({
	tamper: (_, answer) => ({
		...answer,
		body: answer.body.replaceAll(/"secret":"[^"]*"/g, `"secret":${JSON.stringify(secret)}`),
	}),
});

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
		expect(setup.staticData).toEqual(kept());
		expect(sent()).toEqual(['GET /webhooks', 'POST /webhooks']);
		const body = { url: setup.url, events: EVENTS, active: true };
		expect(simulator.requests.at(-1)?.body).toEqual(body);
	});

	it.each<[string, string | string[], string[]]>([
		['all events', ['*'], SUBSCRIBABLE_EVENTS],
		['all events and one more', ['call.failed', '*'], SUBSCRIBABLE_EVENTS],
		['one event twice', ['call.failed', 'call.failed'], ['call.failed']],
		['one event by expression', 'call.failed', ['call.failed']],
	])('subscribes to %s', async (_, events, expected) => {
		await activate(trigger({ parameters: { events } }));
		expect(simulator.webhooks[0]?.events.toSorted()).toEqual(expected.toSorted());
	});

	it.each([
		['as before', EVENTS],
		['in another order', [...EVENTS].reverse()],
	])('again finds its own, with the events %s', async (_, events) => {
		const setup = trigger();
		await activate(setup);
		const before = structuredClone(simulator.webhooks);
		expect(await activate({ ...setup, parameters: { events } })).toBe('found');
		expect(simulator.webhooks).toEqual(before);
	});

	it.each([
		['data', true],
		['webhooks', true],
		['bare', true],
		['data', false],
	] as const)(
		'finds its own, though nothing is kept, in a list "%s", secrets shown: %s',
		async (webhookList, secretInList) => {
			simulator.set({ webhookList, secretInList });
			const setup = trigger();
			existing(OTHER_URL);
			const own = existing(setup.url);
			expect(await activate(setup)).toBe('found');
			expect(setup.staticData).toEqual(kept(own));
			expect(ids()).toEqual([one, two]);
			// What the list shows is not asked for again.
			expect(sent()).toEqual(['GET /webhooks', ...(secretInList ? [] : [`GET /webhooks/${two}`])]);
		},
	);

	it('leaves one of two', async () => {
		const setup = trigger();
		existing(setup.url);
		existing(setup.url);
		expect(await activate(setup)).toBe('found');
		expect(ids()).toEqual([one]);
		expect(setup.staticData).toEqual(kept());
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
		expect(setup.staticData).toEqual(kept());
	});

	it('leaves the subscriptions of others alone, however alike', async () => {
		const setup = trigger();
		const { url } = setup;
		const others = [`${url}/`, `${url}?a`, url.slice(0, -1), url.toUpperCase(), 'no address'];
		for (const other of others) existing(other);
		expect(await activate(setup)).toBe('created');
		await deactivate(setup);
		expect(simulator.webhooks.map((webhook) => webhook.url)).toEqual(others);
	});

	it('finds its own by its id where the list does not show it, and ends it', async () => {
		const setup = trigger(listing(() => []));
		const own = existing(setup.url);
		Object.assign(setup.staticData, kept(own));
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual(kept(own));
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
	});
});

describe('where KrosAI lists subscriptions without their events', () => {
	const without = listing((webhook) => ({ ...webhook, events: undefined }));

	it('its own is asked for them, and found again', async () => {
		const setup = trigger(without);
		existing(OTHER_URL);
		const own = existing(setup.url);
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual(kept(own));
		expect(sent()).toEqual(['GET /webhooks', `GET /webhooks/${two}`]);
		expect(ids()).toEqual([one, two]);
	});

	it('one with other events is replaced all the same', async () => {
		const setup = trigger(without);
		existing(setup.url, { events: ['call.started'] });
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks).toMatchObject([{ url: setup.url, events: EVENTS }]);
		expect(ids()).not.toContain(one);
	});
});

describe('where KrosAI tells the secret', () => {
	it.each([{ secretReadable: false }, { secretMasked: true }])(
		'only at creation (%j): what is kept counts, and where it is lost, a new one takes its place',
		async (settings) => {
			simulator.set(settings);
			const setup = trigger();
			expect(await activate(setup)).toBe('created');
			const first = kept();
			expect(setup.staticData).toEqual(first);
			expect(await activate(setup)).toBe('found');
			expect(setup.staticData).toEqual(first);
			const lost = { ...setup, staticData: {} };
			expect(await activate(lost)).toBe('created');
			expect(simulator.webhooks).toHaveLength(1);
			expect(ids()).not.toContain(first.production.id);
			expect(lost.staticData).toEqual(kept());
		},
	);

	it.each(['', true, 7, null])('in the list as %j: asked for', async (secret) => {
		const setup = trigger(listing((webhook) => ({ ...webhook, secret })));
		const own = existing(setup.url);
		expect(await activate(setup)).toBe('found');
		expect(setup.staticData).toEqual(kept(own));
	});

	it.each(['[]', '', '{"secret":7}'])(
		'not even of the single subscription (%j): a new one takes its place',
		async (body) => {
			simulator.set({ secretInList: false });
			const setup = trigger({
				tamper: ({ url }, answer) => (url.endsWith(`/${one}`) ? { ...answer, body } : answer),
			});
			existing(setup.url);
			expect(await activate(setup)).toBe('created');
			expect(ids()).not.toContain(one);
		},
	);

	it('not before a refusal is over, which publishing says', async () => {
		simulator.set({ secretInList: false });
		const setup = trigger();
		existing(setup.url);
		simulator.fault({ kind: 'status', status: 403, path: `/webhooks/${one}` });
		expect(await saidBy(activate(setup))).toMatch(/can't manage webhooks/);
		expect(ids()).toEqual([one]);
	});

	it('only of the single subscription: asked for', async () => {
		const setup = trigger(onCreation((created) => ({ ...created, secret: undefined })));
		expect(await activate(setup)).toBe('created');
		expect(setup.staticData).toEqual(kept());
		expect(sent().at(-1)).toBe(`GET /webhooks/${ids()[0]}`);
	});

	it.each([
		['did not tell', null],
		['did not tell', ' '.repeat(20)],
		['shows only a mask or a part of', 'whsec_••••'],
		['shows only a mask or a part of', 'whsec_****************'],
		['shows only a mask or a part of', 'whsec_...0123456789'],
		['shows only a mask or a part of', 'short'],
	])('nowhere, which publishing says (%s): %j', async (says, shown) => {
		const setup = trigger(showing(shown));
		expect(await saidBy(activate(setup))).toContain(
			`KrosAI ${says} the signing secret of the webhook, so no delivery could be trusted. Set Registration to Manual`,
		);
		expect(simulator.webhooks).toEqual([]);
		expect(setup.staticData).toEqual({});
	});

	it.each<[string, (created: IDataObject) => unknown]>([
		['of something without an id', (created) => ({ ...created, id: undefined })],
		['in an answer that is empty', () => ''],
	])('%s: refused', async (_, change) => {
		const setup = trigger(onCreation(change));
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
	])('is its own all the same: %s', async (url, written) => {
		simulator.set({ normaliseUrls: true });
		const setup = { ...trigger(), url };
		expect(await activate(setup)).toBe('created');
		expect(simulator.webhooks.map((webhook) => webhook.url)).toEqual([written]);
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
		const staticData = structuredClone(original.staticData);
		return {
			copy: trigger({ parameters, staticData }),
			originals: structuredClone(simulator.webhooks),
		};
	}

	it.each<[string, IDataObject]>([
		['set to Manual and published', MANUAL],
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

	it.each([undefined, null, 'another'])(
		'leaves it where the list shows %p as the URL of each',
		async (shown) => {
			const { copy, originals } = await copied();
			const url = shown && `${copy.url}/other`;
			const listed = { ...copy, ...listing((webhook) => ({ ...webhook, url })) };
			await activate(listed);
			await deactivate(listed);
			expect(simulator.webhooks).toEqual(originals);
		},
	);
});

it('deletes nothing that KrosAI names in place of what was created', async () => {
	const { id } = existing(OTHER_URL);
	const setup = trigger({
		tamper: ({ method, url }, answer) => {
			if (method === 'POST') return { ...answer, body: JSON.stringify({ id }) };
			if (!url.endsWith(id)) return answer;
			const { secret, ...shown } = JSON.parse(answer.body) as IDataObject;
			expect(secret).toBeDefined();
			return { ...answer, body: JSON.stringify(shown) };
		},
	});
	await saidBy(activate(setup));
	expect(ids()).toContain(id);
	expect(sent()).not.toContain(`DELETE /webhooks/${id}`);
});

describe('a list of webhooks in parts', () => {
	/** Three of others, on a page and a half. */
	function withOthers(webhooks: 'ignored' | 'hasMore' | 'page'): Trigger {
		simulator.set({
			pagingStyle: { webhooks },
			mostPerPage: 2,
			numbersAsText: webhooks !== 'ignored',
		});
		for (const index of [1, 2, 3]) existing(`http://127.0.0.1:9/other/${index}`);
		return trigger();
	}

	it('keeps from publishing where it gives no way to all of it', async () => {
		const setup = withOthers('ignored');
		const own = existing(setup.url);
		expect(await saidBy(activate(setup))).toMatch(
			/^KrosAI gives 2 webhooks and no others, so it isn't known whether this trigger has one already\. Set Registration to Manual \|/,
		);
		expect(simulator.webhooks).toHaveLength(4);
		// What is known by its id is ended all the same.
		Object.assign(setup.staticData, kept(own));
		await saidBy(deactivate(setup));
		expect(simulator.webhooks).toHaveLength(3);
	});

	it.each(['hasMore', 'page'] as const)('is read to its end: %s', async (webhooks) => {
		const setup = withOthers(webhooks);
		expect(await activate(setup)).toBe('created');
		expect(await activate({ ...setup, staticData: {} })).toBe('found');
		await deactivate(setup);
		expect(simulator.webhooks).toHaveLength(3);
	});
});

describe('KrosAI’s own words, where publishing is refused', () => {
	it('are in the message, which is all that n8n shows', async () => {
		simulator.set({ webhookLimit: 1 });
		existing(OTHER_URL);
		await expect(activate(trigger())).rejects.toMatchObject({
			message: 'KrosAI refused the request (HTTP 422). KrosAI said: "Webhook limit reached"',
		});
	});

	const ONLY_ON_PRO = / KrosAI said: "Only on Pro"$/;
	const NOTHING = /^((?!KrosAI said).)*$/;
	it.each<[object | string, RegExp]>([
		[{ message: 'Only on Pro' }, ONLY_ON_PRO],
		[{ error: { message: 'Only on Pro', code: 'PLAN' } }, ONLY_ON_PRO],
		[{ detail: 'Only\non Pro' }, ONLY_ON_PRO],
		[{ error: ' ', message: 7 }, NOTHING],
		['<html>', NOTHING],
		['', NOTHING],
	])('are found in %j', async (body, message) => {
		for (const status of [403, 422]) {
			const refused = onCreation(() => body, status);
			await expect(activate(trigger(refused))).rejects.toThrow(message);
		}
	});
});

describe('a key that must not manage webhooks', () => {
	const fault = (status: number) =>
		simulator.fault({ kind: 'status', status, path: '/webhooks', times: TRIES });
	const ADVICE = /can't manage webhooks.*webhooks:read.*Set Registration to Manual/;

	it.each([403, 404])('is advised at a %i to the list, and nothing is created', async (status) => {
		fault(status);
		expect(await saidBy(activate(trigger()))).toMatch(ADVICE);
		expect(sent()).toEqual(['GET /webhooks']);
	});

	it.each([403, 404])('is advised at a %i to the creation', async (status) => {
		const setup = trigger();
		expect(await isSubscribed(hookContext(setup))).toBe(false);
		fault(status);
		expect(await saidBy(subscribe(hookContext(setup)))).toMatch(ADVICE);
	});

	it.each([401, 429, 500])('is not what a %i is about', async (status) => {
		fault(status);
		expect(await saidBy(activate(trigger()))).not.toMatch(/Manual/);
	});

	it.each([
		['no answer', 'dropBefore'],
		['half an answer', 'garbage'],
	] as const)('is not what %s is about', async (_, kind) => {
		const setup = trigger();
		existing(setup.url);
		simulator.fault({ kind, path: '/webhooks', times: TRIES });
		expect(await saidBy(activate(setup))).not.toMatch(/Manual/);
		expect(ids()).toEqual([one]);
	});
});

describe('deactivating', () => {
	it.each(['there', 'gone'])('ends a subscription that is %s', async (what) => {
		const setup = trigger();
		await activate(setup);
		if (what === 'gone') endAll();
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
		expect(setup.staticData).toEqual({});
	});

	it.each<[string, unknown, string[]]>([
		['are lost', undefined, []],
		['are older than the subscription', OLD.production, ['GET /webhooks/wh_old']],
		['are nonsense', 7, []],
		['hold no secret', { id: 'wh_old' }, ['GET /webhooks/wh_old']],
	])('finds it by its URL where the static data %s', async (_, production, first) => {
		const setup = trigger({ staticData: { production } as IDataObject });
		existing(setup.url);
		existing(OTHER_URL);
		await deactivate(setup);
		expect(sent()).toEqual([...first, 'GET /webhooks', `DELETE /webhooks/${one}`]);
		expect(ids()).toEqual([two]);
		expect(setup.staticData).toEqual({});
	});

	it('swallows no refusal of the deletion itself', async () => {
		const setup = trigger();
		existing(setup.url);
		simulator.fault({ kind: 'status', status: 403, path: `/webhooks/${one}` });
		expect(await saidBy(deactivate(setup))).toMatch(/can't manage webhooks/);
		expect(ids()).toEqual([one]);
	});

	it('takes none for its own where n8n names no URL', async () => {
		existing('');
		const context = Object.assign(hookContext(trigger()), { getNodeWebhookUrl: () => undefined });
		await unsubscribe(context);
		expect(ids()).toEqual([one]);
	});

	it('has nothing to do where there is none', async () => {
		await deactivate(trigger());
		expect(sent()).toEqual(['GET /webhooks']);
	});

	it.each([
		[403, 1],
		[500, TRIES],
	])('swallows no refusal: %i', async (status, times) => {
		const setup = trigger();
		await activate(setup);
		const before = structuredClone(setup.staticData);
		simulator.fault({ kind: 'status', status, path: `/webhooks/${ids()[0]}`, times });
		await saidBy(deactivate(setup));
		expect(setup.staticData).toEqual(before);
		await deactivate(setup);
		expect(simulator.webhooks).toEqual([]);
	});

	it.each([403, 404])(
		'is content where the key may not look (%i), unless something is kept',
		async (status) => {
			simulator.fault({ kind: 'status', status, path: '/webhooks' });
			await deactivate(trigger());
			expect(sent()).toEqual(['GET /webhooks']);
			const setup = trigger();
			await activate(setup);
			simulator.fault({ kind: 'status', status, path: '/webhooks' });
			expect(await saidBy(deactivate(setup))).toMatch(/can't manage webhooks/);
		},
	);
});

describe('manual registration', () => {
	it('asks KrosAI for nothing, and does not even read the credential', async () => {
		const credential = jest.fn((): never => {
			throw new Error('It was read');
		});
		const setup = trigger({ parameters: MANUAL, credential });
		existing(setup.url);
		expect(await activate(setup)).toBe('found');
		await deactivate(setup);
		expect(credential).not.toHaveBeenCalled();
		expect(setup.staticData).toEqual({});
	});

	it('removes the subscription of before, and no other of this URL', async () => {
		const setup = trigger();
		await activate(setup);
		const byHand = existing(setup.url);
		const before = sent().length;
		const [own] = ids();
		expect(await activate({ ...setup, parameters: MANUAL })).toBe('found');
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
	const FORGED = 'whsec_forged_0123456789';
	const NEXT = 'whsec_next_0123456789';
	let events = 0;
	/** Whether a delivery signed with this secret starts an execution. */
	async function isTaken(setup: TriggerSetup, secret: string): Promise<boolean> {
		events += 1;
		const body = { id: `evt_${events}`, event: 'call.completed', data: {} };
		const { context } = webhookContext(signedDelivery(secret, body), setup);
		return (await receiveDelivery(context)).workflowData !== undefined;
	}
	/** The same of some that come at once. */
	const areTaken = async (setup: TriggerSetup, secret: string) =>
		await Promise.all([1, 2, 3].map(async () => await isTaken(setup, secret)));
	/** The secrets that a delivery is judged by. */
	async function secretsFor(setup: TriggerSetup): Promise<string[]> {
		const { context } = webhookContext({ headers: {}, body: '' }, setup);
		const secrets: string[] = [];
		for await (const secret of secretsOf(context)) secrets.push(secret);
		return secrets;
	}
	const asked = () => sent().length;
	const later = (ms: number) => {
		const now = performance.now();
		jest.spyOn(performance, 'now').mockReturnValue(now + ms);
	};

	it.each<[string, boolean, IDataObject]>([
		['with secrets', true, {}],
		['without secrets', false, {}],
		['with secrets, where an older one is kept', true, OLD],
	])('is known by what KrosAI says in a list %s', async (_, secretInList, staticData) => {
		simulator.set({ secretInList });
		const setup = trigger({ staticData });
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
		const before = asked();
		expect(await isTaken(setup, secret)).toBe(true);
		expect(asked()).toBe(before);
	});

	it('is known by each of many that come at once, after one question, also a minute later', async () => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		expect(await areTaken(setup, secret)).toEqual([true, true, true]);
		expect(asked()).toBe(1);
		later(61_000);
		expect(await areTaken(setup, secret)).toEqual([true, true, true]);
		expect(asked()).toBe(2);
	});

	it('KrosAI is asked at most once a minute, whatever comes', async () => {
		const setup = trigger();
		later(0);
		for (let index = 0; index < 5; index += 1) expect(await isTaken(setup, FORGED)).toBe(false);
		expect(asked()).toBe(1);
		later(59_999);
		expect(await isTaken(setup, FORGED)).toBe(false);
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
		endAll();
		existing(setup.url, { secret: NEXT });
		expect(await isTaken(setup, NEXT)).toBe(false);
		later(61_000);
		expect(await isTaken(setup, NEXT)).toBe(true);
		expect(await isTaken(setup, secret)).toBe(false);
	});

	it('is not known by a recovered secret that was replaced a minute ago', async () => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
		endAll();
		const staticData = kept(existing(setup.url, { id: 'wh_next', secret: NEXT }));
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

	it.each<[string, TriggerSetup, string, boolean]>([
		['while the kept secret fits', { staticData: OLD }, OLD.production.secret, true],
		['with manual registration', { parameters: MANUAL }, FORGED, false],
		['for a test', { mode: 'manual' }, FORGED, false],
	])('nothing is asked %s', async (_, setup, secret, taken) => {
		expect(await isTaken(trigger(setup), secret)).toBe(taken);
		expect(sent()).toEqual([]);
	});

	it.each([
		[401, 1],
		[403, 1],
		[404, 1],
		[500, BRISK.tries],
	])('is refused where KrosAI answers %i', async (status, times) => {
		const setup = trigger();
		const { secret } = existing(setup.url);
		simulator.fault({ kind: 'status', status, path: '/webhooks', times });
		expect(await isTaken(setup, secret)).toBe(false);
		later(61_000);
		expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is judged by no secret at all where KrosAI has never told one', async () => {
		simulator.fault({ kind: 'status', status: 403, path: '/webhooks' });
		expect(await secretsFor(trigger())).toEqual([]);
	});

	it('is judged by no mask, kept by an older version or shown', async () => {
		simulator.set({ secretMasked: true });
		const setup = trigger();
		const { id } = existing(setup.url);
		for (const staticData of [{ production: { id, secret: 'whsec_••••' } }, {}]) {
			expect(await secretsFor({ ...setup, staticData })).toEqual([]);
		}
	});

	it('is known by the second of two subscriptions where the secret of the first is not told', async () => {
		const shown = `"secret":"whsec_0123456789_${one}"`;
		const setup = trigger({
			tamper: (_, answer) => ({ ...answer, body: answer.body.replace(shown, '"secret":null') }),
		});
		existing(setup.url);
		const { secret } = existing(setup.url);
		expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is known by either of two subscriptions, until the next activation leaves one', async () => {
		const setup = trigger();
		const secrets = [existing(setup.url), existing(setup.url)].map(({ secret }) => secret);
		for (const secret of secrets) expect(await isTaken(setup, secret)).toBe(true);
	});

	it('is not known by a subscription to another URL', async () => {
		const { secret } = existing(OTHER_URL);
		expect(await isTaken(trigger(), secret)).toBe(false);
	});
});

describe('a filter that no event can pass', () => {
	it.each(['automatic', 'manual'])(
		'keeps from publishing, with registration %s',
		async (registration) => {
			const options = { toNumber: '020 7946 0958' };
			const said = await saidBy(activate(trigger({ parameters: { registration, options } })));
			expect(said).toMatch(
				/^"020 7946 0958" in To Number is a local number.* With this filter no event would start/,
			);
			expect(sent()).toEqual([]);
		},
	);

	const throws = () => {
		throw new Error('$json is not there');
	};
	it.each([
		['depend on the delivery', throws as never],
		['are nothing', null],
	])('is not looked for in options that %s', async (_, options) => {
		expect(await activate(trigger({ parameters: { options } }))).toBe('created');
	});
});

describe('where KrosAI can not reach n8n', () => {
	const PUBLIC = { apiKey: 'kros_test_simulator', baseUrl: 'https://api.example.com/v1' };
	const BRIDGE = { ...PUBLIC, baseUrl: '', api: 'bridge', organizationId: 'one' };
	it.each([
		['localhost:5678', 'http://localhost:5678/webhook/1', PUBLIC],
		['[fd00::5]:5678', 'http://[fd00::5]:5678/webhook/1', PUBLIC],
		['no address', undefined, PUBLIC],
		// An empty Base URL of the Bridge API stands for one on the internet.
		['localhost:5678', 'http://localhost:5678/webhook/1', BRIDGE],
	])(
		'automatic registration at %s is refused, and nothing is sent',
		async (host, url, credential) => {
			const request = jest.fn();
			const context = Object.assign(hookContext({ credential }), {
				getNodeWebhookUrl: () => url,
				helpers: { httpRequestWithAuthentication: request },
			});
			await expect(isSubscribed(context)).rejects.toThrow(
				`KrosAI can't reach this n8n (${host}) to deliver events. Give n8n a public address (its environment variable WEBHOOK_URL), or set Registration to Manual`,
			);
			expect(request).not.toHaveBeenCalled();
		},
	);

	it('manual registration is the business of the user', async () => {
		const url = 'http://localhost:5678/webhook/1/webhook';
		const setup = { url, credential: PUBLIC, parameters: MANUAL };
		expect(await isSubscribed(hookContext(setup))).toBe(true);
	});
});
