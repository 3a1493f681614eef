import type { IDataObject, INode } from 'n8n-workflow';
import { setClock, SLOWEST, withEachCall } from '../support/clocks';
import { contacts, useEngine } from './setup';
import { callWorkflow, node, outputJson, to } from './workflow';

/** The cases in which n8n runs a node again for people it has already run for. */
const { engine, simulator, credential } = useEngine();
afterEach(() => jest.restoreAllMocks());

const run = async (settings: Partial<INode>, parameters: IDataObject = {}, count = 4) =>
	await engine().run(callWorkflow(contacts(count), { settings, parameters }), {
		credential: credential(),
	});

/** Of two calls that start at nearly the same time, either may come first. */
const calledNumbers = () => [...simulator().called()].sort();

const numbers = (count: number) => contacts(count).map(({ phone }) => phone);

/** Refused by KrosAI: no phone rings. */
const refuse = (toNumber: string, times: number) =>
	simulator().fault({
		kind: 'status',
		status: 400,
		accepting: 'before',
		toNumber,
		times,
		body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
	});

const triesOf = (toNumber: string) =>
	simulator().requests.filter(({ body }) => (body as IDataObject).to_number === toNumber).length;

describe('Retry On Fail', () => {
	it('calls only the contact that failed again, and hands on the earlier calls', async () => {
		refuse('+14155550102', 1);
		const result = await run({ retryOnFail: true, maxTries: 3 });
		expect(calledNumbers()).toEqual(numbers(4));
		const ids = outputJson(result, 'Placed').map(({ call_id }) => call_id);
		expect(new Set(ids)).toEqual(new Set(simulator().calls.map(({ id }) => id)));
	});

	it('keeps the calls before a contact that always fails', async () => {
		refuse('+14155550102', 9);
		setClock(new Date().toISOString(), withEachCall(simulator()));
		const result = await run({ retryOnFail: true, maxTries: 3 }, { options: SLOWEST });
		expect(calledNumbers()).toEqual(numbers(2));
		expect(triesOf('+14155550102')).toBe(3);
		for (const call of simulator().calls) {
			expect(result.data.resultData.error!.description).toContain(call.id);
		}
	});

	// n8n runs the node again where the first item is a failure.
	it('with On Error: Continue, calls no contact twice when the first contact fails', async () => {
		refuse(numbers(4)[0]!, 9);
		const settings = { retryOnFail: true, maxTries: 3, onError: 'continueRegularOutput' } as const;
		const result = await run(settings);
		expect(calledNumbers()).toEqual(numbers(4).slice(1));
		expect(outputJson(result, 'Placed')).toHaveLength(4);
		expect(outputJson(result, 'Placed')[0]).toMatchObject({
			error: { code: 'INSUFFICIENT_BALANCE' },
		});
	});

	it.each(['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const)(
		"with %s, calls no contact again for a row's error that is included",
		async (onError) => {
			const rows = contacts(3).map((row) => ({ ...row, error: 'of the row', status: 'lead' }));
			if (onError !== 'stopWorkflow') rows[2]!.phone = '12';
			const parameters = { options: { includeInputFields: true } };
			const settings = { onError, retryOnFail: true, maxTries: 3 };
			const workflow = callWorkflow(rows, { settings, parameters });
			const result = await engine().run(workflow, { credential: credential() });
			const called = rows.filter(({ phone }) => phone !== '12');
			expect(simulator().requests).toHaveLength(called.length);
			const out = outputJson(result, 'Placed');
			expect(out.slice(0, called.length)).toEqual(
				called.map(({ phone, name }) => ({
					call_id: simulator().calls.find(({ to_number }) => to_number === phone)!.id,
					...{ to_number: phone, from_number: '+2348012345678', endpoint_id: 'ep_abc123' },
					...{ status: 'initiated', created_at: expect.any(String) },
					...{ name, phone, error_message: 'of the row' },
				})),
			);
			const failed = [...out.slice(called.length), ...outputJson(result, 'Failed')];
			expect(failed.map((json) => Object.keys(json).sort().join(' '))).toEqual(
				{
					stopWorkflow: [],
					continueRegularOutput: ['error message'],
					continueErrorOutput: ['error message name phone status'],
				}[onError],
			);
		},
	);

	it('never sends a request again that may have started a call', async () => {
		simulator().fault({ kind: 'dropAfter', toNumber: '+14155550100' });
		const result = await run(
			{ retryOnFail: true, maxTries: 5, onError: 'continueErrorOutput' },
			{ options: { lookUpUnknownCalls: 'off' } },
		);
		expect(calledNumbers()).toEqual(numbers(4));
		expect(triesOf('+14155550100')).toBe(1);
		expect(outputJson(result, 'Failed')).toMatchObject([{ error: { placed: 'unknown' } }]);
		expect(outputJson(result, 'Placed')).toHaveLength(3);
	});

	it('calls no contact twice whose metadata and From Number are others in each try', async () => {
		refuse('+14155550103', 2);
		const value =
			'={{ ["+2348012345678", "+14155550100"][($execution.customData.tries = ($execution.customData.tries ?? 0) + 1) % 2] }}';
		await run(
			{ retryOnFail: true, maxTries: 5 },
			{
				fromNumber: { __rl: true, mode: 'number', value },
				metadata: { entry: [{ key: 'at', value: '={{ Math.random() }}' }] },
			},
		);
		expect(calledNumbers()).toEqual(numbers(4));
		expect(triesOf('+14155550103')).toBe(3);
	});
});

describe('Retry On Fail in a loop over batches', () => {
	/** Two contacts, then two others, in one execution; gives what came out of each round. */
	const loop = async (settings: Partial<INode>, parameters: IDataObject = {}) => {
		const people = contacts(4);
		const workflow = callWorkflow(people.slice(0, 2), {
			settings: { retryOnFail: true, maxTries: 3, ...settings },
			parameters,
		});
		workflow.nodes.push(node('Again', 'test.again', { times: 1, rows: people.slice(2) }));
		workflow.connections.KrosAI = { main: [[to('Again')], [to('Failed')]] };
		workflow.connections.Again = { main: [[to('KrosAI')], [to('Placed')]] };
		const { data } = await engine().run(workflow, { credential: credential() });
		const rounds = data.resultData.runData.KrosAI!.map(({ data: out }) =>
			(out?.main ?? []).map((items) => (items ?? []).map(({ json }) => json)),
		);
		return { rounds, error: data.resultData.error };
	};
	const called = (...indexes: number[]) =>
		indexes.map((index) => expect.objectContaining({ to_number: numbers(4)[index] }));

	it('calls every contact once where one of the second batch is refused once', async () => {
		refuse('+14155550103', 1);
		const { rounds, error } = await loop({});
		expect(error).toBeUndefined();
		expect(simulator().called()).toEqual(numbers(4));
		expect(triesOf('+14155550103')).toBe(2);
		expect(rounds.map(([placed]) => placed)).toEqual([called(0, 1), called(2, 3)]);
	});

	it('calls no contact twice where the answer of the second batch is lost', async () => {
		simulator().fault({ kind: 'dropAfter', toNumber: '+14155550102' });
		const { rounds, error } = await loop(
			{ onError: 'continueErrorOutput' },
			{ options: { lookUpUnknownCalls: 'off' } },
		);
		expect(error).toBeUndefined();
		expect(simulator().called()).toEqual(numbers(4));
		expect(triesOf('+14155550102')).toBe(1);
		expect(rounds[0]![0]).toEqual(called(0, 1));
		expect(rounds[1]![0]).toEqual(called(3));
		expect(rounds[1]![1]).toMatchObject([{ error: { placed: 'unknown' } }]);
	});

	it('calls only who is left when the execution is retried that failed in the second batch', async () => {
		refuse('+14155550103', 1);
		const people = contacts(4);
		const workflow = callWorkflow(people.slice(0, 2));
		workflow.nodes.push(node('Again', 'test.again', { times: 1, rows: people.slice(2) }));
		workflow.connections.KrosAI = { main: [[to('Again')]] };
		workflow.connections.Again = { main: [[to('KrosAI')], [to('Placed')]] };
		const failed = await engine().run(workflow, { credential: credential() });
		expect(failed.data.resultData.error).toBeDefined();
		const retried = await engine().retry(workflow, failed, { credential: credential() });
		expect(retried.data.resultData.error).toBeUndefined();
		expect(simulator().called()).toEqual(numbers(4));
		expect(outputJson(retried, 'KrosAI')).toEqual(called(2, 3));
	});
});

describe('Where n8n starts with an empty memory', () => {
	it('a new execution with the same rows calls them again: Skip Already Called (Key) is for that', async () => {
		const workflow = callWorkflow(contacts(2));
		await engine().run(workflow, { credential: credential() });
		await engine().run(workflow, { credential: credential() });
		expect(simulator().called()).toEqual([...numbers(2), ...numbers(2)]);
	});
});

describe('Retry of a failed execution from the Executions list', () => {
	it('calls only those who were not called, and every contact comes out once', async () => {
		refuse('+14155550102', 1);
		const workflow = callWorkflow(contacts(4));
		const failed = await engine().run(workflow, { credential: credential() });
		expect(failed.data.resultData.error).toBeDefined();
		const retried = await engine().retry(workflow, failed, { credential: credential() });
		expect(calledNumbers()).toEqual(numbers(4));
		expect(outputJson(retried, 'Placed').map(({ to_number }) => to_number)).toEqual(numbers(4));
	});

	it("doesn't call a contact again whose call can't be known", async () => {
		simulator().fault({
			kind: 'status',
			status: 502,
			accepting: 'after',
			toNumber: '+14155550101',
		});
		const parameters = { options: { lookUpUnknownCalls: 'off' } };
		const workflow = callWorkflow(contacts(4), { parameters });
		const failed = await engine().run(workflow, { credential: credential() });
		const retried = await engine().retry(workflow, failed, { credential: credential() });
		expect(triesOf('+14155550101')).toBe(1);
		expect(retried.data.resultData.error?.message).toContain('+14155550101');
	});

	it('looks up a call that could not be known, and then calls the others', async () => {
		simulator().fault({ kind: 'dropAfter', toNumber: '+14155550101' });
		// A contact in doubt of an earlier test could be the one whose call the log shows.
		const metadata = { entry: [{ key: 'test', value: 'look-up' }] };
		const off = { options: { lookUpUnknownCalls: 'off' }, metadata };
		const workflow = callWorkflow(contacts(4), { parameters: off });
		const failed = await engine().run(workflow, { credential: credential() });
		expect(failed.data.resultData.error).toBeDefined();
		const retried = await engine().retry(
			callWorkflow(contacts(4), { parameters: { metadata } }),
			failed,
			{
				credential: credential(),
			},
		);
		expect([...simulator().called()].sort()).toEqual(numbers(4));
		expect(outputJson(retried, 'Placed').map(({ to_number }) => to_number)).toEqual(numbers(4));
		const ids = outputJson(retried, 'Placed').map(({ call_id }) => call_id);
		expect(new Set(ids)).toEqual(new Set(simulator().calls.map(({ id }) => id)));
	});

	it('calls no contact twice when the endpoint was corrected in the meantime', async () => {
		refuse('+14155550102', 1);
		setClock(new Date().toISOString(), withEachCall(simulator()));
		const wrong = callWorkflow(contacts(4), { parameters: { options: SLOWEST } });
		const failed = await engine().run(wrong, { credential: credential() });
		const endpointId = { __rl: true, mode: 'id', value: 'ep_def456' };
		const corrected = callWorkflow(contacts(4), { parameters: { options: SLOWEST, endpointId } });
		await engine().retry(corrected, failed, { credential: credential() });
		expect(calledNumbers()).toEqual(numbers(4));
		expect(simulator().calls.map(({ endpoint_id }) => endpoint_id)).toEqual([
			'ep_abc123',
			'ep_abc123',
			'ep_def456',
			'ep_def456',
		]);
	});
});
