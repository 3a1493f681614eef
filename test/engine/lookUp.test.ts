/** Contacts in doubt: what KrosAI's call log shows finds their calls, and disproves none. */
import type { IDataObject, INode } from 'n8n-workflow';
import { type Fault, type SimulatorOptions, startSimulator } from '../../simulator';
import { hurry } from '../support/clocks';
import { contacts, useEngine } from './setup';
import { callWorkflow, node, outputJson, to } from './workflow';

const { engine, simulator, credential } = useEngine({ store: true });
const USUAL: SimulatorOptions = {
	logLagSeconds: 0,
	logClockOffsetSeconds: 0,
	logCacheSeconds: 0,
	logMetadata: true,
};
beforeEach(() => {
	// A look comes five seconds after the answer was lost.
	hurry();
	simulator().set(USUAL);
	campaigns += 1;
	metadata = { contact_id: '1', campaign: String(campaigns) };
});
afterEach(() => jest.restoreAllMocks());

const ROWS = contacts(3).map((row, id) => ({ id, ...row }));
const DOUBTED = ROWS[1]!.phone;
/** Each test is a campaign of its own: what is in doubt of another makes a node careful. */
let metadata: { contact_id: string; campaign: string };
let campaigns = 0;
const LOST: Fault = { kind: 'dropAfter' };
const REFUSED: Fault = { kind: 'status', status: 500, accepting: 'before' };

const BY_KEY = { lookUpUnknownCalls: 'byKey' };

function workflowOf(options: IDataObject = {}, settings: Partial<INode> = {}) {
	const entry = [
		{ key: 'contact_id', value: '={{ $json.id }}' },
		{ key: 'campaign', value: metadata.campaign },
	];
	return callWorkflow(ROWS, {
		settings: { retryOnFail: true, maxTries: 3, ...settings },
		parameters: { metadata: { entry }, options },
	});
}

const CONTINUE = { onError: 'continueErrorOutput' } as const;

const startsTo = (phone: string) =>
	simulator().requests.filter(({ body }) => (body as IDataObject)?.to_number === phone).length;

/** Under On Error: Continue. What is said of the contact in doubt; the others are called. */
async function run(fault: Fault, options: IDataObject = {}): Promise<IDataObject> {
	simulator().fault({ ...fault, toNumber: DOUBTED });
	const result = await engine().run(workflowOf(options, CONTINUE), { credential: credential() });
	const placed = outputJson(result, 'Placed');
	const others = ROWS.map(({ phone }) => phone).filter((phone) => phone !== DOUBTED);
	expect(placed.map(({ to_number }) => to_number)).toEqual(expect.arrayContaining(others));
	return [...placed, ...outputJson(result, 'Failed')].find(
		({ phone, to_number }) => phone === DOUBTED || to_number === DOUBTED,
	)!;
}

const UNKNOWN = { phone: DOUBTED, error: { placed: 'unknown' } };

describe('a log that does not show the call', () => {
	it.each<[string, SimulatorOptions, IDataObject, Fault]>([
		['because it lags', { logLagSeconds: 3600 }, {}, LOST],
		['because it lags, with a key in the metadata', { logLagSeconds: 3600 }, BY_KEY, LOST],
		['at the time of the call: its clock is ahead', { logClockOffsetSeconds: 3600 }, {}, LOST],
		['at the time of the call: its clock is behind', { logClockOffsetSeconds: -3600 }, {}, LOST],
		[
			'because a gateway answered for KrosAI, which calls later',
			{},
			{},
			{ kind: 'gateway', afterMs: 500, acceptedAfterMs: 60_000 },
		],
	])(
		'%s: the contact is unknown and not called again, under Stop Workflow and in retries',
		async (_, settings, options, fault) => {
			simulator().set(settings);
			simulator().fault({ ...fault, toNumber: DOUBTED });
			const flow = workflowOf(options);
			const failed = await engine().run(flow, { credential: credential() });
			const again = await engine().retry(flow, failed, { credential: credential() });
			const crashed = await engine().retry(flow, again, {
				credential: credential(),
				crashed: true,
			});
			const goOn = await engine().retry(workflowOf(options, CONTINUE), again, {
				credential: credential(),
			});

			for (const each of [failed, again, crashed]) {
				const { message, description } = each.data.resultData.error!;
				expect(`${message} ${description}`).toContain(DOUBTED);
			}
			expect(ROWS.map(({ phone }) => startsTo(phone))).toEqual([1, 1, 1]);
			expect(outputJson(goOn, 'Failed')).toMatchObject([UNKNOWN]);
			expect(outputJson(goOn, 'Placed')).toHaveLength(2);
		},
	);

	it('because no answer came and the call comes later: the contact is unknown', async () => {
		const item = await run({ kind: 'gateway', acceptedAfterMs: 120_000 });
		expect(item).toMatchObject(UNKNOWN);
		expect(startsTo(DOUBTED)).toBe(1);
	});

	it('because a cache answers for it: the contact is unknown, and so in a retry', async () => {
		simulator().set({ logCacheSeconds: 3600 });
		simulator().fault({ ...LOST, toNumber: ROWS[0]!.phone });
		const warmUp = await engine().run(workflowOf({}, CONTINUE), { credential: credential() });
		expect(outputJson(warmUp, 'Placed')).toHaveLength(3);
		expect(await run(LOST)).toMatchObject(UNKNOWN);
		expect(startsTo(DOUBTED)).toBe(2);
	});

	it.each([
		['back', -600_000],
		['forward', 600_000],
	])('because our clock steps %s: the contact is not called again', async (_, stepMs) => {
		const { now } = Date;
		let step = 0;
		jest.spyOn(Date, 'now').mockImplementation(() => now() + step);
		const stop = simulator().onCallChange((call) => {
			if (call.to_number === DOUBTED) step = stepMs;
		});
		const item = await run(LOST);
		stop();
		const { id } = simulator().calls.find(({ to_number }) => to_number === DOUBTED)!;
		if (item.error) expect(item).toMatchObject(UNKNOWN);
		else expect(item.call_id).toBe(id);
		expect(startsTo(DOUBTED)).toBe(1);
	});

	it.each(['another organization', 'another key of the same'])(
		'because the credential is now that of %s: the contact is unknown',
		async (whose) => {
			simulator().set({ logLagSeconds: 3600 });
			simulator().fault({ ...LOST, toNumber: DOUBTED });
			const failed = await engine().run(workflowOf(), { credential: credential() });
			simulator().set({ logLagSeconds: 0 });
			const other = await startSimulator();
			other.addCall({ toNumber: DOUBTED, metadata });
			const now =
				whose === 'another organization'
					? { apiKey: 'kros_test_simulator', baseUrl: other.baseUrl }
					: { apiKey: 'kros_test_calls_only', baseUrl: simulator().baseUrl };
			const retried = await engine().retry(workflowOf({}, CONTINUE), failed, { credential: now });
			const starts = other.requests.filter(({ method }) => method === 'POST');
			await other.close();

			expect(outputJson(retried, 'Failed')).toMatchObject([UNKNOWN]);
			expect(starts.map(({ body }) => (body as IDataObject).to_number)).not.toContain(DOUBTED);
			expect(startsTo(DOUBTED)).toBe(1);
		},
	);
});

describe('a log that shows the call', () => {
	it.each<[string, SimulatorOptions, IDataObject]>([
		['with its metadata', {}, {}],
		['with its metadata only when asked for the call', { logMetadata: 'byId' }, {}],
		['with its key', {}, BY_KEY],
		['with its key, after a call of another workflow with the same metadata', {}, BY_KEY],
	])('%s: the contact was called', async (name, settings, options) => {
		simulator().set(settings);
		if (name.includes('another')) {
			simulator().addCall({ toNumber: DOUBTED, metadata, ageSeconds: 0 });
		}
		const item = await run(LOST, options);
		const { id } = simulator().calls.findLast(({ to_number }) => to_number === DOUBTED)!;
		expect(item).toMatchObject({ call_id: id, to_number: DOUBTED });
		expect(startsTo(DOUBTED)).toBe(1);
	});
});

describe("another's call to the same number, where ours was not placed", () => {
	it('by another execution of this node: is not taken for ours', async () => {
		await engine().run(workflowOf(), { credential: credential() });
		expect(await run(REFUSED)).toMatchObject(UNKNOWN);
		expect(startsTo(DOUBTED)).toBe(2);
	});

	it('by an earlier round of a loop: is not taken for ours', async () => {
		const flow = workflowOf({}, CONTINUE);
		flow.nodes.push(node('Again', 'test.again', { times: 1, rows: ROWS }));
		flow.connections.KrosAI = { main: [[to('Again')], [to('Failed')]] };
		flow.connections.Again = { main: [[to('KrosAI')], [to('Placed')]] };
		const stop = simulator().onCallChange(({ to_number }) => {
			if (to_number !== ROWS[2]!.phone) return;
			stop();
			simulator().fault({ ...REFUSED, toNumber: DOUBTED });
		});
		const result = await engine().run(flow, { credential: credential() });
		expect(outputJson(result, 'Failed')).toMatchObject([UNKNOWN]);
		expect(startsTo(DOUBTED)).toBe(2);
	});

	it.each<[string, IDataObject]>([
		['', {}],
		[' with a key in the metadata', BY_KEY],
	])('by another KrosAI node of the execution%s: is not taken for ours', async (_, options) => {
		const flow = workflowOf(options, CONTINUE);
		const first = flow.nodes.find(({ name }) => name === 'KrosAI')!;
		flow.nodes.push({ ...first, id: 'Second', name: 'Second' });
		flow.nodes.push(node('Rows', 'test.again', { times: 0, rows: ROWS }));
		flow.connections.KrosAI = { main: [[to('Rows')]] };
		flow.connections.Rows = { main: [[], [to('Second')]] };
		flow.connections.Second = { main: [[to('Placed')], [to('Failed')]] };
		const stop = simulator().onCallChange(({ to_number }) => {
			if (to_number !== ROWS[2]!.phone) return;
			stop();
			simulator().fault({ ...REFUSED, toNumber: DOUBTED });
		});
		const result = await engine().run(flow, { credential: credential() });
		expect(outputJson(result, 'Placed')).toHaveLength(2);
		expect(outputJson(result, 'Failed')).toMatchObject([UNKNOWN]);
		expect(startsTo(DOUBTED)).toBe(2);
	});
});

it('takes neither of two calls that fit', async () => {
	simulator().addCall({ toNumber: DOUBTED, metadata, ageSeconds: 0 });
	expect(await run(LOST)).toMatchObject(UNKNOWN);
	expect(startsTo(DOUBTED)).toBe(1);
});
