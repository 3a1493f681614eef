import type { IDataObject } from 'n8n-workflow';
import { identityOf } from '../../../../nodes/KrosAi/trigger/deduplicate';
import { receiveDelivery } from '../../../../nodes/KrosAi/trigger/receive';
import type { Delivery } from '../../../../nodes/KrosAi/webhooks/payload';
import { signedDelivery } from '../../../../simulator';
import { webhookContext, type TriggerSetup } from '../../../support/trigger';

// KrosAI is asked again where that may help, after a pause that is not waited for here.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => {},
}));

const SECRET = 'whsec_subscription';
const OF_CREDENTIAL = 'whsec_dashboard_0123456789';
const CREDENTIAL = { apiKey: 'kros_test_simulator', baseUrl: 'http://127.0.0.1:9' };
/** What is kept of a subscription. */
const KEPT = { id: 'wh_1', secret: SECRET };

let workflows = 0;
/** A trigger that has subscribed: all its deliveries come with the same setup. */
function trigger(options: IDataObject = {}, more: TriggerSetup = {}): TriggerSetup {
	workflows += 1;
	const workflowId = `receive-${workflows}`;
	return {
		workflowId,
		url: `https://n8n.example.com/webhook/${workflowId}/webhook`,
		staticData: { production: KEPT },
		...more,
		parameters: { options, ...more.parameters },
	};
}

const EVENT = {
	event: 'call.completed',
	call_id: 'call_xyz789',
	to_number: '+14155550110',
	duration: 180,
	metadata: { customer_id: 'cust_123' },
};

type Incoming = Parameters<typeof webhookContext>[0];
const signed = (body: unknown = EVENT, secret = SECRET) => signedDelivery(secret, body as object);
const unsigned = (body: unknown = EVENT): Incoming => ({ headers: {}, body: JSON.stringify(body) });
const forged = (body: unknown = EVENT) => signed(body, 'whsec_forged_0123456789');
const withHeader = (signature: unknown): Incoming => ({
	...signed(),
	headers: { 'x-webhook-signature': signature },
});

/** What n8n is told, and what the sender. */
async function deliver(incoming: Incoming, setup: TriggerSetup, status = 200) {
	const { context, told, close } = webhookContext(incoming, setup);
	const result = await receiveDelivery(context);
	close(told[0]?.status ?? status);
	return { result, told };
}

/** A credential that can't be read. */
const unreadable = () => {
	throw new Error('Credential with ID "1" does not exist');
};

const REFUSED = {
	result: { noWebhookResponse: true },
	told: [{ status: 401, body: { message: 'The signature of this delivery is missing or wrong' } }],
};
const NO_DELIVERY = {
	result: { noWebhookResponse: true },
	told: [{ status: 400, body: { message: 'A delivery is a JSON object with an event name' } }],
};
const NOTHING = { result: {}, told: [] };
const started = (fields: object = EVENT, output = 0, outputs = output + 1) => ({
	result: {
		workflowData: Array.from({ length: outputs }, (_, index) =>
			index === output ? [{ json: expect.objectContaining(fields) }] : [],
		),
	},
	told: [],
});

it('starts the workflow with one flat item', async () => {
	expect(await deliver(signed(), trigger())).toEqual(started());
});

describe('the signature comes first', () => {
	it.each<[string, Incoming]>([
		['without a signature', unsigned()],
		['with a wrong signature', forged()],
		['with an empty signature', withHeader('')],
		['with a signature in a list', withHeader([signed().headers['x-webhook-signature']])],
		['with a changed body', { ...signed(), body: `${signed().body} ` }],
		['that is not chosen', forged({ ...EVENT, event: 'call.started' })],
		['that is filtered', forged({ ...EVENT, direction: 'inbound' })],
		['that is no object', forged([])],
		['that is broken', { ...forged(), body: '{' }],
		['that is empty', { headers: {}, body: '' }],
	])('a delivery %s is refused', async (_, incoming) => {
		expect(await deliver(incoming, trigger({ direction: 'outbound' }))).toEqual(REFUSED);
	});

	it('a refused delivery is not remembered', async () => {
		const setup = trigger();
		await deliver(forged(), setup);
		expect(setup.staticData).not.toHaveProperty('seen');
		expect(await deliver(signed(), setup)).toEqual(started());
	});

	it('does not look at the parameters, which an unsigned body could make throw', async () => {
		const throws = () => {
			throw new Error("Cannot read properties of undefined (reading 'slice')");
		};
		const setup = trigger({}, { parameters: { events: throws as never } });
		expect(await deliver(forged(), setup)).toEqual(REFUSED);
		expect(await deliver(unsigned(), setup)).toEqual(REFUSED);
		const options = { acceptUnsigned: throws as never };
		expect(await deliver(unsigned(), trigger(options))).toEqual(REFUSED);
	});
});

describe('the raw body', () => {
	it('is asked for where n8n has not read it', async () => {
		const { headers, body } = signed();
		const readRawBody = async () => Buffer.from(body);
		expect(await deliver({ headers, body: '', readRawBody }, trigger())).toEqual(started());
	});

	it.each<[string, () => Promise<Buffer>]>([
		[
			'can no longer be read, as of a form',
			async () =>
				await Promise.reject(new Error('Request body stream was aborted or is not readable')),
		],
		['is still not there', async () => undefined as unknown as Buffer],
	])('a delivery whose body %s is refused', async (_, readRawBody) => {
		const incoming = { ...signed(), readRawBody };
		expect(await deliver(incoming, trigger())).toEqual(REFUSED);
		const accepting = trigger({ acceptUnsigned: true });
		expect(await deliver({ ...incoming, headers: {} }, accepting)).toEqual(NO_DELIVERY);
	});
});

describe('which secrets count', () => {
	const both = { credential: { ...CREDENTIAL, webhookSecret: OF_CREDENTIAL } };
	const manual = (webhookSecret: string): TriggerSetup => ({
		parameters: { registration: 'manual' },
		credential: { ...CREDENTIAL, webhookSecret },
	});
	const masked = 'whsec_••••••••••••';
	const keeping = (production: IDataObject[string]) => ({ staticData: { production } });
	const ofTest = { staticData: { test: KEPT } };

	it.each<[string, Incoming, TriggerSetup, object]>([
		['automatic: the subscription’s', signed(), both, started()],
		['automatic: the credential’s too', signed(EVENT, OF_CREDENTIAL), both, started()],
		['automatic: no other', forged(), both, REFUSED],
		['manual: the credential’s', signed(EVENT, OF_CREDENTIAL), manual(OF_CREDENTIAL), started()],
		['manual: not that of an earlier subscription', signed(), manual(OF_CREDENTIAL), REFUSED],
		['manual without a secret: none', signed(EVENT, ''), manual(''), REFUSED],
		['manual with a masked secret: none', signed(EVENT, masked), manual(masked), REFUSED],
		['an empty one kept: none', signed(EVENT, ''), keeping({ ...KEPT, secret: '' }), REFUSED],
		['one kept that is no text: none', signed(), keeping({ ...KEPT, secret: 7 }), REFUSED],
		['nonsense kept: none', signed(), keeping('x'), REFUSED],
		['production with what was kept for a test: none', signed(), ofTest, REFUSED],
		['a test with what was kept for production: none', signed(), { mode: 'manual' }, REFUSED],
		['a test with its own', signed(), { mode: 'manual', ...ofTest }, started()],
	])('%s', async (_, incoming, setup, expected) => {
		expect(await deliver(incoming, trigger({}, setup))).toEqual(expected);
	});

	it.each<[string, Incoming, TriggerSetup, object]>([
		['the subscription’s is enough', signed(), {}, started()],
		['no other is believed', forged(), {}, REFUSED],
		['a lost one is not known', signed(), { staticData: {} }, REFUSED],
		['none is known with manual registration', signed(), manual(''), REFUSED],
	])('%s where the credential can’t be read', async (_, incoming, setup, expected) => {
		const credential = unreadable;
		expect(await deliver(incoming, trigger({}, { ...setup, credential }))).toEqual(expected);
	});

	it.each(['http://127.0.0.1:9', 'no address', '', undefined])(
		'KrosAI that can’t be asked for a lost one has the delivery refused: %p',
		async (baseUrl) => {
			const credential = { ...CREDENTIAL, baseUrl } as IDataObject;
			const lost = trigger({}, { credential, staticData: {} });
			expect(await deliver(signed(), lost)).toEqual(REFUSED);
		},
	);
});

describe('accepting unsigned deliveries', () => {
	it.each<[string, Incoming, TriggerSetup, object]>([
		['without a signature: accepted', unsigned(), {}, started()],
		['without a signature, no secret known: accepted', unsigned(), { staticData: {} }, started()],
		['with an empty signature: accepted', withHeader(''), {}, started()],
		['with the right signature: accepted', signed(), {}, started()],
		['with a wrong signature: refused', forged(), {}, REFUSED],
		['with a malformed signature: refused', withHeader('none'), {}, REFUSED],
		['with one that no known secret can prove: refused', signed(), { staticData: {} }, REFUSED],
		['broken: not accepted', { headers: {}, body: '{' }, {}, NO_DELIVERY],
	])('%s', async (_, incoming, setup, expected) => {
		expect(await deliver(incoming, trigger({ acceptUnsigned: true }, setup))).toEqual(expected);
	});

	it.each([false, undefined, 'true', 1, 'yes'])('has to be switched on: %j', async (value) => {
		expect(await deliver(unsigned(), trigger({ acceptUnsigned: value }))).toEqual(REFUSED);
	});
});

it.each<[string, string]>([
	['nothing', ''],
	['a list', '[]'],
	['null', 'null'],
	['no event', '{"call_id":"call_1"}'],
	['broken JSON', '{"event":'],
])('a signed delivery of %s is answered 400', async (_, body) => {
	expect(await deliver(signedDelivery(SECRET, body), trigger({ minDuration: 600 }))).toEqual(
		NO_DELIVERY,
	);
});

describe('what the user has not asked for is answered, and starts nothing', () => {
	it.each<[string, unknown, TriggerSetup]>([
		['another event', { ...EVENT, event: 'call.started' }, trigger()],
		['a shorter call', EVENT, trigger({ minDuration: 181 })],
		['no event chosen', EVENT, trigger({}, { parameters: { events: [] } })],
	])('%s', async (_, body, setup) => {
		expect(await deliver(signed(body), setup)).toEqual(NOTHING);
		expect(setup.staticData).not.toHaveProperty('seen');
	});

	it.each<[unknown, object]>([
		['call.completed', started()],
		['call.failed', NOTHING],
	])('an expression may choose one event without a list: %s', async (events, expected) => {
		const setup = trigger({}, { parameters: { events } as IDataObject });
		expect(await deliver(signed(), setup)).toEqual(expected);
	});

	it('an expression may give no options', async () => {
		const setup = trigger({}, { parameters: { options: null } });
		expect(await deliver(signed(), setup)).toEqual(started());
	});

	it('and is not remembered: with other filters it counts', async () => {
		const setup = trigger({ minDuration: 600 });
		expect(await deliver(signed(), setup)).toEqual(NOTHING);
		expect(await deliver(signed(), { ...setup, parameters: {} })).toEqual(started());
	});
});

describe('the outputs', () => {
	const all = ['*'];
	const some = ['call.failed', 'call.completed', 'call.started'];

	it.each<[string, string, string, string[], boolean, number]>([
		['one for all', 'call.failed', 'call.failed', all, false, 0],
		['the first', 'call.completed', 'call.completed', some, true, 0],
		['the third, by an alias', 'call.answered', 'call.started', some, true, 2],
		['the last of all', 'balance.low', 'balance.low', all, true, 7],
	])('%s', async (_, event, name, events, outputPerEvent, output) => {
		const setup = trigger({ outputPerEvent }, { parameters: { events } });
		const expected = started({ event: name }, output);
		expect(await deliver(signed({ ...EVENT, event }), setup)).toEqual(expected);
	});
});

describe('a delivery of long ago', () => {
	const DAY_MS = 24 * 60 * 60 * 1000;
	const at = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();

	it('starts nothing, is answered as one that did, and leaves no trace', async () => {
		const setup = trigger();
		expect(await deliver(signed({ ...EVENT, timestamp: at(7.01) }), setup)).toEqual(NOTHING);
		expect(setup.staticData).not.toHaveProperty('seen');
	});

	it.each([
		['six days old', at(6.9)],
		['of tomorrow, by a clock that is fast', at(-1)],
		['without a time', undefined],
	])('is another thing than one %s', async (_, timestamp) => {
		expect(await deliver(signed({ ...EVENT, timestamp }), trigger())).toEqual(started(EVENT));
	});

	it('counts where no signature proves its time, for those who accept such', async () => {
		const body = { ...EVENT, timestamp: at(300) };
		expect(await deliver(unsigned(body), trigger({ acceptUnsigned: true }))).toEqual(started());
	});

	it('is refused before its time is looked at', async () => {
		expect(await deliver(forged({ ...EVENT, timestamp: at(300) }), trigger())).toEqual(REFUSED);
	});
});

it('a byte order mark in front is under the signature, and is read past', async () => {
	const body = `\ufeff${JSON.stringify(EVENT)}`;
	expect(await deliver(signedDelivery(SECRET, body), trigger())).toEqual(started());
	const { headers } = signedDelivery(SECRET, JSON.stringify(EVENT));
	expect(await deliver({ headers, body }, trigger())).toEqual(REFUSED);
});

describe('the same event', () => {
	const envelope = (id: string, data: object = EVENT) => ({ id, event: 'call.completed', data });

	it('starts one execution, by its id', async () => {
		const setup = trigger();
		expect(await deliver(signed(envelope('evt_1')), setup)).toEqual(started());
		expect(await deliver(signed(envelope('evt_1')), setup)).toEqual(NOTHING);
		// Serialized another way, under another name.
		expect(await deliver(signed({ ...envelope('evt_1', {}), event: 'call.ended' }), setup)).toEqual(
			NOTHING,
		);
		expect(await deliver(signed(envelope('evt_2')), setup)).toEqual(started());
		expect(setup.staticData?.seen).toEqual([
			expect.stringMatching(/^[\w-]{43}$/),
			expect.stringMatching(/^[\w-]{43}$/),
		]);
	});

	it('is another one where only a rounded id is the same', async () => {
		const setup = trigger();
		for (const id of ['9007199254740992', '9007199254740993', '"9007199254740994"']) {
			const body = `{"id":${id},"event":"call.completed","data":{"call_id":"call_1"}}`;
			const event_id = id.replaceAll('"', '');
			const incoming = signedDelivery(SECRET, body);
			expect(await deliver(incoming, setup)).toEqual(started({ event_id }));
			expect(await deliver(incoming, setup)).toEqual(NOTHING);
		}
	});

	it('starts one execution, by event and call where it has no id', async () => {
		const setup = trigger();
		expect(await deliver(signed(), setup)).toEqual(started());
		expect(await deliver(signed({ ...EVENT, event: 'call.ended', cost_cents: 12 }), setup)).toEqual(
			NOTHING,
		);
		const other = { ...EVENT, call_id: 'call_other' };
		expect(await deliver(signed(other), setup)).toEqual(started(other));
		const failed = { ...EVENT, event: 'call.failed' };
		expect(await deliver(signed(failed), setup)).toEqual(started(failed));
	});

	it('starts one execution where two deliveries come at once', async () => {
		const setup = trigger();
		const results = await Promise.all([1, 2, 3].map(async () => await deliver(signed(), setup)));
		expect(results.filter(({ result }) => result.workflowData)).toHaveLength(1);
	});

	it('starts each time where nothing tells it from another', async () => {
		const setup = trigger();
		const body = { event: 'call.completed' };
		expect(await deliver(signed(body), setup)).toEqual(started(body));
		expect(await deliver(signed(body), setup)).toEqual(started(body));
	});

	it('starts once in each of two workflows', async () => {
		const [one, other] = [trigger(), trigger()];
		expect(await deliver(signed(), one)).toEqual(started());
		expect(await deliver(signed(), other)).toEqual(started());
	});

	it.each([
		[200, NOTHING],
		[302, NOTHING],
		[400, started()],
		[503, started()],
	])('may be delivered again where n8n has answered it %i', async (status, expected) => {
		const setup = trigger();
		expect(await deliver(signed(), setup, status)).toEqual(started());
		expect(await deliver(signed(), setup)).toEqual(expected);
		expect(await deliver(signed(), setup)).toEqual(NOTHING);
	});

	it('starts each time while the editor listens for a test event, and leaves no trace', async () => {
		const staticData = { test: KEPT, production: KEPT };
		const setup = trigger({}, { mode: 'manual', staticData });
		expect(await deliver(signed(), setup)).toEqual(started());
		expect(await deliver(signed(), setup)).toEqual(started());
		expect(setup.staticData).not.toHaveProperty('seen');
		expect(await deliver(signed(), { ...setup, mode: 'webhook' })).toEqual(started());
	});

	it('is remembered in static data, the newest 500', async () => {
		const seen = Array.from({ length: 499 }, (_, index) => `earlier ${index}`);
		const setup = trigger({}, { staticData: { production: KEPT, seen } });
		await deliver(signed(envelope('evt_1')), setup);
		await deliver(signed(envelope('evt_2')), setup);
		const identity = (event_id: string) => identityOf({ event_id } as Delivery);
		expect(setup.staticData).toEqual({
			production: KEPT,
			seen: [...seen.slice(1), identity('evt_1'), identity('evt_2')],
		});
	});

	it('starts nothing after a restart where n8n has saved the static data', async () => {
		const setup = trigger();
		await deliver(signed(), setup);
		const afterRestart = async (staticData: IDataObject) => {
			let fresh: typeof receiveDelivery = receiveDelivery;
			jest.isolateModules(() => {
				// eslint-disable-next-line @typescript-eslint/no-require-imports
				fresh = require('../../../../nodes/KrosAi/trigger/receive').receiveDelivery;
			});
			expect(fresh).not.toBe(receiveDelivery);
			return await fresh(webhookContext(signed(), { ...setup, staticData }).context);
		};
		const { seen, ...unsaved } = setup.staticData!;
		expect(await afterRestart({ ...unsaved, seen })).toEqual({});
		expect(await afterRestart(unsaved)).toEqual(started().result);
		// Overwritten by something else.
		expect(await afterRestart({ ...unsaved, seen: 'x' })).toEqual(started().result);
	});

	it('is known also where n8n 2.x loses what was written', async () => {
		const setup = trigger();
		const lost = () => ({ ...setup, staticData: { ...setup.staticData } });
		expect(await deliver(signed(), lost())).toEqual(started());
		expect(await deliver(signed(), lost())).toEqual(NOTHING);
	});
});
