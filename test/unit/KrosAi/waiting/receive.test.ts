import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { callbackAddress } from '../../../../nodes/KrosAi/waiting/callback';
import { receiveCallback } from '../../../../nodes/KrosAi/waiting/receive';
import { besideRow } from '../../../../nodes/KrosAi/waiting/resultItem';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { allEnded, send, start, until } from '../../../../simulator/client';
import { deliveryHeaders } from '../../../../simulator/signature';
import { VirtualTime } from '../../../support/clocks';
import { type TriggerSetup, webhookContext } from '../../../support/trigger';

useSimulator({ startsPerSecond: Infinity });
let executions = 0;
let executionId: string;
beforeEach(() => {
	executions += 1;
	executionId = String(executions);
	mockPause = async () => {};
});
afterEach(() => jest.restoreAllMocks());

/** The node's pauses: over at once, unless a test does something meanwhile. */
let mockPause: (ms: number) => Promise<void>;
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPause(ms),
}));

const API_KEY = 'kros_test_simulator';
const NODE_ID = '1';

/** The query of a callback about an item, as KrosAI was told it. */
async function queryOf(
	itemIndex: number,
	key = { apiKey: API_KEY, executionId, nodeId: NODE_ID },
): Promise<Record<string, unknown>> {
	const resumeUrl = `http://127.0.0.1:1/webhook-waiting/${executionId}?signature=n8n`;
	const address = callbackAddress(resumeUrl, key, { runIndex: 0, itemIndex });
	return Object.fromEntries(new URL(address).searchParams);
}

interface Callback {
	items: IDataObject[];
	itemIndex?: number;
	body?: unknown;
	query?: Record<string, unknown>;
	setup?: TriggerSetup;
	/** The secret that the body is signed with. */
	sign?: string;
	/** Laid over n8n's context. */
	context?: object;
}

/** One callback to a waiting execution. */
async function receive({ items, itemIndex = 0, query, setup, ...more }: Callback) {
	const body = JSON.stringify(more.body ?? endOf(items[itemIndex]!));
	const headers = deliveryHeaders(more.sign ?? false, body);
	const { context, told } = webhookContext(
		{ headers, body },
		{ credential: { apiKey: API_KEY, baseUrl: simulator.baseUrl }, ...setup },
	);
	const known = query ?? (await queryOf(itemIndex));
	Object.assign(context, {
		getQueryData: () => known,
		getExecutionId: () => executionId,
		evaluateExpression: () => items,
		...more.context,
	});
	const result = await receiveCallback(context as IWebhookFunctions);
	return { result, told, items: result.workflowData?.[0]?.map(({ json }) => json) };
}

const endOf = ({ call_id }: IDataObject) => ({
	event: 'call.completed',
	data: { call_id, duration: 9 },
});

/** Items as the node has left them with the execution, of calls that have ended in the log or not. */
async function waitingFor(...outcomes: Array<'busy' | 'talking'>): Promise<IDataObject[]> {
	const items: IDataObject[] = [];
	for (const [index, outcome] of outcomes.entries()) {
		const to_number = `+1415555010${index}`;
		const isBusy = outcome === 'busy';
		simulator.script(to_number, isBusy ? 'busy' : 'answered', { setup: isBusy ? 0 : 1e6 });
		const { body } = await start(simulator, { to_number });
		items.push({ ...(body as IDataObject), wait_timed_out: true });
	}
	const ended = () => simulator.calls.filter(({ status }) => status === 'busy').length;
	await until(() => ended() === outcomes.filter((outcome) => outcome === 'busy').length);
	return items;
}

const GOES_ON_WAITING = { result: {}, told: [] };

const refusal = (status: number, message: string) => ({ status, body: { message } });
const LATER = refusal(503, 'This callback could not be dealt with now: send it again later');
const NO_TOKEN = refusal(401, 'The token of this callback is missing or wrong');
const NO_CALL = refusal(400, 'A callback is a JSON object with an event name and a call id');

it('trusts a call’s own word over a log that lags behind', async () => {
	const items = await waitingFor('talking');
	const { items: out } = await receive({ items });
	expect(out).toEqual([expect.objectContaining({ outcome: 'completed', duration: 9 })]);
	expect(out![0]).not.toHaveProperty('wait_timed_out');
	// What the start said of it is no longer true.
	expect(out![0]!.status).toBeNull();
});

it('tells of a call alone what its start said, where its own word says nothing', async () => {
	const [call] = await waitingFor('talking');
	const atStart = { to_number: '+14155550100', key: 'cust_1', metadata: { customer_id: 'cust_1' } };
	const { items: out } = await receive({ items: [{ ...call, ...atStart }] });
	expect(out).toEqual([expect.objectContaining({ ...atStart, duration: 9 })]);
});

it('keeps the fields of the rows, where they are included, and lets none speak for a call', async () => {
	const row = { id: 7, voicemail: true, error_message: 'of the row' };
	const calls = await waitingFor('busy', 'talking');
	const items = calls.map((call) => besideRow(call, { ...row, hangup_cause: 'busy' }));
	const { items: out } = await receive({ items, itemIndex: 1 });
	expect(out).toMatchObject([
		{ ...row, outcome: 'busy', call_id: calls[0]!.call_id },
		{ ...row, outcome: 'completed', answered_by: null, call_id: calls[1]!.call_id },
	]);
});

it('goes on waiting while another call runs, having asked twice', async () => {
	const items = await waitingFor('talking', 'talking', 'busy', 'talking', 'talking');
	const before = simulator.requests.length;
	expect(await receive({ items })).toEqual({ ...GOES_ON_WAITING, items: undefined });
	// The second time for the one alone that was seen to run: the last that was placed is listed first.
	const paths = simulator.requests.slice(before).map(({ path }) => path);
	expect(paths).toEqual(['/v1/calls', `/v1/calls/${String(items[4]!.call_id)}`]);
});

it('goes on waiting where one call ends between the two looks and another runs on', async () => {
	const items = await waitingFor('talking', 'talking', 'talking');
	const hangUp = `/v1/calls/${String(items[1]!.call_id)}/hangup`;
	mockPause = async () => void (await send(simulator, 'POST', hangUp));
	expect(await receive({ items })).toEqual({ ...GOES_ON_WAITING, items: undefined });
	expect(simulator.calls[1]!.status).toBe('failed');
});

it('says that the workflow goes on', async () => {
	const { result } = await receive({ items: await waitingFor('talking') });
	expect(result.webhookResponse).toEqual({ message: 'The workflow goes on' });
});

it('wakes an execution for each batch of a loop, however soon the next one ends', async () => {
	for (const batch of [await waitingFor('talking'), await waitingFor('talking')]) {
		expect((await receive({ items: batch })).items).toHaveLength(1);
	}
});

it('wakes the execution where the other call ends between the two looks', async () => {
	const items = await waitingFor('talking', 'talking');
	// Each of the last two callbacks sees the other's call as still running.
	let pauses = 0;
	mockPause = async () => {
		pauses += 1;
		await until(() => pauses === 2);
		simulator.set({ speed: 1e9 });
		await allEnded(simulator);
		simulator.set({ speed: 1 });
	};
	const both = [0, 1].map(async (itemIndex) => await receive({ items, itemIndex }));
	const results = await Promise.all(both);
	const woken = results.filter(({ items: out }) => out);
	expect(woken).toHaveLength(1);
	expect(woken[0]!.items).toHaveLength(2);
});

it('hands on what failed at the start, in its place', async () => {
	const failed = { message: 'No number', error: { code: 'MISSING_FIELDS' } };
	const [first, second] = await waitingFor('busy', 'talking');
	const { items, result } = await receive({ items: [first!, failed, second!], itemIndex: 2 });
	expect(items).toEqual([
		expect.objectContaining({ outcome: 'busy', event: 'call.failed', event_id: null }),
		failed,
		expect.objectContaining({ outcome: 'completed' }),
	]);
	expect(result.workflowData![0]!.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
});

it('waits for no contact that was skipped, whatever the row holds', async () => {
	const row = { call_id: 'call_of_last_week', wait_timed_out: true };
	const skipped = { ...row, status: 'skipped', reason: 'ALREADY_CALLED', key: 'cust_1' };
	const [call] = await waitingFor('talking');
	const { items } = await receive({ items: [skipped, call!], itemIndex: 1 });
	expect(items).toEqual([skipped, expect.objectContaining({ outcome: 'completed' })]);
});

it('asks to be told again where the others can not be looked up', async () => {
	const items = await waitingFor('talking', 'busy');
	simulator.fault({ kind: 'status', status: 500, times: 9 });
	const before = simulator.requests.length;
	const { result, told } = await receive({ items });
	// KrosAI itself will come again, so one look is enough, of which a failure in passing is tried twice.
	expect(simulator.requests.length - before).toBe(2);
	expect(result).toEqual({ noWebhookResponse: true });
	expect(told).toEqual([LATER]);
});

describe('a log that is slow', () => {
	const NEVER = 60_000;
	/** About one of some calls, where the log answers so many ms after each request, in the end never. */
	async function receiveAbout(ids: string[], ...delays: number[]) {
		const time = new VirtualTime();
		mockPause = async (ms) => await time.sleep(ms);
		jest.spyOn(performance, 'now').mockImplementation(() => time.now());
		jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
			const limit = new AbortController();
			time.at(time.now() + ms, () => limit.abort());
			return limit.signal;
		});
		const httpRequestWithAuthentication = async () => {
			await time.sleep(delays.shift() ?? NEVER);
			return { statusCode: 200, headers: {}, body: { id: 'call_2', status: 'busy' } };
		};
		const items = ids.map((call_id) => ({ call_id, wait_timed_out: true }));
		const context = { helpers: { httpRequestWithAuthentication } };
		return { ...(await time.until(receive({ items, context }))), afterMs: time.now() };
	}

	it('does not keep KrosAI waiting until it gives up', async () => {
		const { told, afterMs } = await receiveAbout(['call_1', 'call_2', 'call_3', 'call_4']);
		expect(told).toEqual([LATER]);
		expect(afterMs).toBeLessThan(10_000);
	});

	it('is asked again where it gives no answer at first', async () => {
		expect((await receiveAbout(['call_1', 'call_2'], NEVER, 2_900)).items).toHaveLength(2);
	});
});

it('wakes an execution once where the same word comes twice in a moment', async () => {
	const items = await waitingFor('talking');
	const results = await Promise.all([receive({ items }), receive({ items })]);
	expect(results.filter(({ items: out }) => out)).toHaveLength(1);
});

it('takes tokens out of what KrosAI quotes', async () => {
	const items = await waitingFor('talking');
	const signature = '5a'.repeat(32);
	const own = await queryOf(0);
	const query = { ...own, signature };
	const [, , token] = String(own.krosai).split('.');
	const url = `https://n8n.example.com/webhook-waiting/1/krosai-call?signature=${signature}&krosai=${String(own.krosai)}`;
	const body = { ...endOf(items[0]!), webhook_url: url, query, reason: `no ${token}` };
	const { items: out } = await receive({ items, query, body });
	expect(JSON.stringify(out)).not.toContain(token);
	expect(JSON.stringify(out)).not.toContain(signature);
	expect(out![0]!.webhook_url).toContain('krosai=0.0.hidden');
});

it('does not mistake what is added to the address for a secret', async () => {
	const items = await waitingFor('talking');
	const query = { ...(await queryOf(0)), attempt: '1', e: 'e' };
	const { items: out } = await receive({ items, query });
	expect(out).toEqual([expect.objectContaining({ event: 'call.completed', duration: 9 })]);
});

it('takes a word whose other fields are of no known form', async () => {
	const items = await waitingFor('talking');
	const odd = { call_id: items[0]!.call_id, id: { toString: 1 } };
	const { items: out } = await receive({ items, body: { event: 'call.completed', data: odd } });
	expect(out).toEqual([expect.objectContaining(odd)]);
});

describe('a signature', () => {
	const SECRET = 'whsec_0123456789';
	const receiveSigned = async (sign: string | undefined, webhookSecret?: string) => {
		const credential = { apiKey: API_KEY, baseUrl: simulator.baseUrl, webhookSecret };
		return await receive({ items: await waitingFor('talking'), setup: { credential }, sign });
	};

	it.each([
		['that is right', SECRET, SECRET],
		['that can not be checked', 'whsec_other', undefined],
		['that is missing, since it is unknown whether these are signed', undefined, SECRET],
	])('%s is no obstacle', async (_, sign, known) => {
		expect((await receiveSigned(sign, known)).items).toHaveLength(1);
	});

	it('of another sender is refused', async () => {
		const { result, told } = await receiveSigned('whsec_other', SECRET);
		expect(result).toEqual({ noWebhookResponse: true });
		expect(told).toEqual([refusal(401, 'The signature of this callback is wrong')]);
	});
});

it.each(['call.ringing', 'call.recording_ready', 'call.started'])(
	'goes on waiting at %s, which is no end',
	async (event) => {
		const items = await waitingFor('talking');
		const body = { event, call_id: items[0]!.call_id };
		expect(await receive({ items, body })).toEqual({ ...GOES_ON_WAITING, items: undefined });
		// The end itself still wakes the execution.
		expect((await receive({ items })).items).toHaveLength(1);
	},
);

it('tells of its own call what the log says beside it, the more exact word too', async () => {
	const items = await waitingFor('busy', 'busy', 'busy', 'busy');
	const body = { event: 'call.failed', event_id: 'evt_1', call_id: items[0]!.call_id };
	const { items: out } = await receive({ items, body });
	const failed = { event: 'call.failed', outcome: 'busy', completed_at: expect.any(String) };
	expect(out).toEqual([
		expect.objectContaining({ ...failed, event_id: 'evt_1', to_number: '+14155550100' }),
		expect.objectContaining({ ...failed, event_id: null, to_number: '+14155550101' }),
		expect.objectContaining({ ...failed, event_id: null, to_number: '+14155550102' }),
		expect.objectContaining({ ...failed, event_id: null, to_number: '+14155550103' }),
	]);
});

it('wakes the execution again for the same word a minute later: the first may have been lost', async () => {
	const items = await waitingFor('talking');
	const clock = jest.spyOn(performance, 'now');
	const at = async (seconds: number) => {
		clock.mockReturnValue(1e9 + seconds * 1000);
		return (await receive({ items })).items !== undefined;
	};
	expect(await at(0)).toBe(true);
	expect(await at(50)).toBe(false);
	expect(await at(50.001)).toBe(true);
});

describe('never throws, and lets nothing through', () => {
	const boom = () => {
		throw new Error('boom');
	};

	it.each([
		['the credential can not be read', { setup: { credential: boom as never } }, LATER],
		['the items can not be read', { context: { evaluateExpression: boom } }, LATER],
		['the query can not be read', { context: { getQueryData: boom } }, LATER],
		['the request can not be read', { context: { getRequestObject: boom } }, LATER],
		['there is no token', { query: {} }, NO_TOKEN],
		['the token is another execution’s', { query: { krosai: `0.0.${'1'.repeat(64)}` } }, NO_TOKEN],
		['the body is a list', { body: [] }, NO_CALL],
		['no call is named', { body: { event: 'call.completed' } }, NO_CALL],
	])('where %s', async (_, more, answer) => {
		const items = await waitingFor('talking');
		const { result, told } = await receive({ items, ...more });
		expect(result).toEqual({ noWebhookResponse: true });
		expect(told).toEqual([answer]);
	});

	it.each(['', '  ', undefined])(
		'where the credential holds no API key (%p), under which an attacker could make a token',
		async (apiKey) => {
			const items = await waitingFor('talking');
			const key = { apiKey: apiKey ?? 'undefined', executionId, nodeId: NODE_ID };
			const query = await queryOf(0, key);
			const credential = { apiKey, baseUrl: simulator.baseUrl } as IDataObject;
			const { result, told } = await receive({ items, query, setup: { credential } });
			expect(result).toEqual({ noWebhookResponse: true });
			expect(told).toEqual([expect.objectContaining({ status: 401 })]);
		},
	);

	it('not even where nothing can be answered', async () => {
		const items = await waitingFor('talking');
		const { result } = await receive({ items, query: {}, context: { getResponseObject: boom } });
		expect(result).toEqual({});
	});

	it.each([
		['nothing was kept', []],
		['the kept item is a result already', [{ call_id: 'call_1', outcome: 'busy' }]],
		['the call is another', [{ call_id: 'call_2', wait_timed_out: true }]],
		['the items are none', 'text' as never],
	])('where %s', async (_, kept) => {
		const body = endOf({ call_id: 'call_1' });
		expect(await receive({ items: kept, body })).toEqual(GOES_ON_WAITING);
	});
});
