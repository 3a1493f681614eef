import {
	type IDataObject,
	type IExecuteFunctions,
	NodeApiError,
	type NodeExecutionHint,
	NodeOperationError,
} from 'n8n-workflow';
import { initiateAndWait } from '../../../../../nodes/KrosAi/actions/call/initiateAndWait.operation';
import { until } from '../../../../../simulator/client';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { callTo } from '../../../../support/calls';
import { SkippedPauses } from '../../../../support/clocks';
import { answering, refusal } from '../../../../support/exchanges';
import { credentialFor, executeContext, type Run } from '../../../../support/n8n';

const mockPauses = new SkippedPauses();
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPauses.sleep(ms),
}));

beforeEach(() => mockPauses.begin());
useSimulator({ startsPerSecond: Infinity, speed: 10_000 });
afterEach(() => jest.restoreAllMocks());

const ADA = '+14155550110';
const BEN = '+14155550111';
const TOOL = { stopAtFailure: false, isToolRun: true };
const CONTINUE = { stopAtFailure: false, isToolRun: false };
const STOP = { stopAtFailure: true, isToolRun: false };
const POLLING = { options: { pollSeconds: 1 } };

/** Phones at these numbers ring for longer than any test lasts. */
function ringOn(...numbers: string[]): void {
	const course = { setup: 0, ringing: 1e9, talking: 0 };
	for (const number of numbers) simulator.script(number, 'answered', course);
}

/** What n8n keeps of an execution that this operation puts to wait. */
async function run(
	items: IDataObject[],
	mode = STOP,
	{
		resumeUrl = 'http://127.0.0.1:9/webhook-waiting/1',
		rows,
		waitFailure,
		getCredentials,
		...more
	}: Partial<Run> & {
		resumeUrl?: string;
		rows?: IDataObject[];
		/** What n8n throws instead of waiting. */
		waitFailure?: Error;
		/** Where it isn't the simulator's. */
		getCredentials?: () => object;
	} = {},
) {
	const executeData = { data: { main: [[]] as unknown[][] } };
	let waitTill: Date | undefined;
	const context = {
		...executeContext({
			credential: credentialFor(simulator),
			items: items.map((item) => ({ ...item, operation: 'initiateAndWait' })),
			...more,
		}),
		getWorkflowDataProxy: () => ({ $runIndex: 0, $execution: { resumeUrl } }),
		...(getCredentials && { getCredentials: async () => getCredentials() }),
		...(rows && { getInputData: () => rows.map((json) => ({ json })) }),
		getExecuteData: () => executeData,
		putExecutionToWait: async (date: Date) => {
			if (waitFailure) throw waitFailure;
			waitTill = date;
		},
	} as unknown as IExecuteFunctions;
	const results = await initiateAndWait.execute(context, mode);
	return { results, waitTill, kept: executeData.data.main[0] };
}

describe('as the tool of an AI agent', () => {
	it('says before it calls that n8n can not wait there', async () => {
		const { results } = await run([callTo(ADA)], TOOL);
		expect(results).toEqual([
			{
				failure: expect.objectContaining({
					code: 'INVALID_PARAMETER',
					placed: 'no',
					message: expect.stringContaining("can't put a tool of an AI agent to wait"),
					description: expect.stringContaining('Check Call Status Every'),
				}),
			},
		]);
		expect(simulator.requests).toEqual([]);
	});

	it('tells the agent how the call went where it asks by itself', async () => {
		const { results, waitTill } = await run([callTo(ADA, POLLING)], TOOL);
		expect(results).toEqual([{ json: expect.objectContaining({ outcome: 'completed' }) }]);
		expect(waitTill).toBeUndefined();
	});
});

it('has nothing to do without items', async () => {
	expect((await run([])).results).toEqual([]);
});

it('tells each contact that its options can not be read', async () => {
	const options = () => {
		throw new Error('No such field');
	};
	const { results } = await run([callTo(ADA, { options: options as never })], CONTINUE);
	expect(results).toMatchObject([{ failure: { placed: 'no' } }]);
	expect(simulator.requests).toEqual([]);
});

it('says how many were left out, also where none could be waited for', async () => {
	const summaries = async (items: IDataObject[], more: Partial<Run> = {}) => {
		const hints: NodeExecutionHint[] = [];
		await run(items, CONTINUE, { hints, ...more });
		return hints.map(({ message }) => message);
	};
	const thrice = [ADA, ADA, '12'].map((number) => callTo(number, POLLING));
	expect(await summaries(thrice)).toEqual(['1 called, 1 skipped (same number), 1 not called']);
	expect(await summaries([callTo(ADA), callTo(BEN)], { executionId: undefined })).toEqual([
		'0 called, 2 not called',
	]);
	expect(await summaries(thrice.slice(0, 1))).toEqual([]);
});

it('leaves with the execution what the callbacks have to know', async () => {
	ringOn(ADA, BEN);
	const { results, waitTill, kept } = await run([callTo(ADA), callTo(BEN)]);
	expect(waitTill!.getTime() - Date.now()).toBeGreaterThan(14 * 60_000);
	// They may arrive in any order.
	const calls = [ADA, BEN].map((number) =>
		simulator.calls.find(({ to_number }) => to_number === number)!,
	);
	expect(kept).toEqual(
		calls.map(({ id, to_number }, item) => ({
			json: expect.objectContaining({ call_id: id, to_number, wait_timed_out: true }),
			pairedItem: { item },
		})),
	);
	// The node's panel meanwhile.
	expect(results).toEqual(
		calls.map(({ id }) => ({
			json: expect.objectContaining({ call_id: id, waiting: true }),
		})),
	);
	expect(JSON.stringify(results)).not.toContain('wait_timed_out');
});

it('has the fields of the rows beside the calls, also where the time limit passes', async () => {
	const rows = [{ name: 'Ada', error: 'of the row', outcome: 'busy', transcript: 'of last week' }];
	const contact = (more = {}) =>
		callTo(ADA, { options: { includeInputFields: true, pollSeconds: 0, ...more } });
	const row = { name: 'Ada', error_message: 'of the row' };
	const polled = await run([contact({ pollSeconds: 1 })], STOP, { rows });
	expect(polled.results).toMatchObject([{ json: { ...row, outcome: 'completed' } }]);
	ringOn(ADA);
	const { kept, results } = await run([contact()], STOP, { rows });
	expect(kept).toMatchObject([{ json: { ...row, outcome: null, wait_timed_out: true } }]);
	expect(JSON.stringify([kept, results])).not.toMatch(/of last week|"error"/);
});

/** KrosAI accepts the call to Ada, and says at once that it failed. */
const endAtOnce = () =>
	simulator.fault(
		answering(200, {
			toNumber: ADA,
			body: { call_id: 'call_1', status: 'failed', to_number: ADA, message: 'No route' },
		}),
	);

it('does not wait for a call that KrosAI has accepted and called failed', async () => {
	endAtOnce();
	const { results, waitTill } = await run([callTo(ADA)]);
	expect(waitTill).toBeUndefined();
	expect(results).toMatchObject([
		{ json: { call_id: 'call_1', outcome: 'failed', event: 'call.failed' } },
	]);
});

it('does not wait for the one call of a list that has ended while the others were tried', async () => {
	simulator.fault(answering(400, { toNumber: BEN }));
	const options = { callsPerSecond: 1 };
	const contacts = [callTo(ADA, { options }), callTo(BEN, { options })];
	const { results, waitTill } = await run(contacts, CONTINUE);
	expect(results).toMatchObject([
		{ json: { outcome: 'completed' } },
		{ failure: { placed: 'no' } },
	]);
	expect(waitTill).toBeUndefined();
});

it('does not send the webhook URL that is left from the operation Initiate', async () => {
	const options = { webhookUrl: 'https://example.com/krosai', pollSeconds: 1 };
	await run([{ ...callTo(ADA), options }]);
	expect(simulator.calls[0]!.webhook_url).toBeNull();
});

it('hides its tokens where KrosAI refuses the address that it was told', async () => {
	const secret = '7'.repeat(64);
	simulator.fault(
		answering(400, {
			path: '/outbound-calls',
			body: refusal('VALIDATION_ERROR', { field: 'webhook_url' }),
		}),
	);
	const resumeUrl = `http://127.0.0.1:9/webhook-waiting/1?signature=${secret}`;
	const { results } = await run([callTo(ADA)], CONTINUE, { resumeUrl });
	expect(results).toMatchObject([
		{
			failure: {
				field: 'webhook_url',
				value: expect.stringContaining('krosai-call?signature=hidden&krosai=0.0.hidden'),
			},
		},
	]);
	const [post] = simulator.requests;
	expect((post!.body as IDataObject).webhook_url).toContain(secret);
	expect(JSON.stringify(results)).not.toContain(secret);
});

describe('options that say nothing of use', () => {
	const items = [callTo(ADA, { options: { waitLimitMinutes: 'soon' } }), callTo(BEN)];

	it('are told to every contact, and no call is placed', async () => {
		const { results } = await run(items, CONTINUE);
		const failure = expect.objectContaining({
			code: 'INVALID_PARAMETER',
			field: 'waitLimitMinutes',
			value: 'soon',
			placed: 'no',
		});
		expect(results).toEqual([{ failure }, { failure }]);
		expect(simulator.requests).toEqual([]);
	});

	it('end the node under Stop', async () => {
		const thrown = await run(items).catch((error: unknown) => error);
		expect(thrown).toBeInstanceOf(NodeApiError);
		expect(thrown).toMatchObject({
			message: expect.stringContaining('Limit Wait Time is "soon"'),
			context: { field: 'waitLimitMinutes', placed: 'no' },
		});
		expect(simulator.requests).toEqual([]);
	});
});

describe('while it waits', () => {
	beforeEach(() => ringOn(ADA, BEN));

	it('shows a contact that could not be called without a key `error`, and keeps it whole', async () => {
		const { results, kept } = await run([callTo('12'), callTo(BEN)], CONTINUE);
		expect(results).toEqual([
			{ json: { message: expect.stringContaining('"12" in To Number') } },
			{ json: expect.objectContaining({ to_number: BEN, waiting: true }) },
		]);
		expect(kept).toEqual([
			expect.objectContaining({
				json: {
					message: expect.stringContaining('"12" in To Number'),
					error: expect.objectContaining({ code: 'INVALID_PHONE_NUMBER', placed: 'no' }),
				},
			}),
			expect.objectContaining({ json: expect.objectContaining({ wait_timed_out: true }) }),
		]);
	});

	it('shows a skipped contact as it is, and waits for no call of its row', async () => {
		const noHours = { doNotCall: ADA };
		const row = { call_id: 'call_of_last_week', wait_timed_out: true };
		const { results, kept } = await run(
			[callTo(ADA, { whenBlocked: 'skip', callingRules: noHours }), callTo(BEN)],
			CONTINUE,
			{ rows: [row, {}] },
		);
		const skipped = {
			call_id: 'call_of_last_week',
			status: 'skipped',
			reason: 'DO_NOT_CALL',
			retry_at: null,
		};
		expect(results[0]).toEqual({ json: skipped });
		expect(kept![0]).toMatchObject({ json: skipped });
		expect((kept![0] as { json: object }).json).not.toHaveProperty('wait_timed_out');
		expect(simulator.called()).toEqual([BEN]);
	});

	it('shows a call that was over at once among the others', async () => {
		endAtOnce();
		const { results, waitTill } = await run([callTo(ADA), callTo(BEN)]);
		expect(waitTill).toBeDefined();
		expect(results[0]).toEqual({ json: expect.objectContaining({ outcome: 'failed' }) });
		expect((results[0] as { json: object }).json).not.toHaveProperty('waiting');
	});
});

describe('asking by itself', () => {
	it('gives what is known when the time is over', async () => {
		ringOn(ADA);
		const options = { pollSeconds: 1, waitLimitMinutes: 0.01 };
		const { results, waitTill } = await run([callTo(ADA, { options })]);
		expect(results).toEqual([
			{ json: expect.objectContaining({ to_number: ADA, event: null, wait_timed_out: true }) },
		]);
		expect(waitTill).toBeUndefined();
	});

	describe('when the execution is stopped', () => {
		async function runStopped(mode: typeof STOP) {
			ringOn(ADA);
			const controller = new AbortController();
			const result = run([callTo(ADA, POLLING)], mode, { signal: controller.signal });
			const looks = () => simulator.requests.filter(({ path }) => path.startsWith('/v1/calls/'));
			await until(() => looks().some(({ status }) => status === 200));
			controller.abort();
			return await result.catch((error: unknown) => error);
		}

		it('names under Stop the calls that go on', async () => {
			const thrown = await runStopped(STOP);
			expect(thrown).toBeInstanceOf(NodeOperationError);
			expect(thrown).toMatchObject({
				message: 'The execution was stopped while it waited for calls to end',
				description: `KrosAI goes on with the calls: ${simulator.calls[0]!.id} to ${ADA}.`,
			});
		});

		it('gives under Continue what is known of each', async () => {
			expect(await runStopped(CONTINUE)).toMatchObject({
				results: [{ json: { call_id: simulator.calls[0]!.id, wait_timed_out: true } }],
			});
		});
	});
});

describe('where n8n can not put the execution to wait', () => {
	beforeEach(() => ringOn(ADA));
	const thrown = new Error('The database is gone');

	it('the calls come out under Continue, as those of which the end is not known', async () => {
		const log: string[] = [];
		const { results } = await run([callTo(ADA)], CONTINUE, { waitFailure: thrown, log });
		expect(results).toEqual([
			{ json: expect.objectContaining({ to_number: ADA, wait_timed_out: true }) },
		]);
		expect(log).toEqual(['KrosAI: waiting for calls to end failed']);
	});

	it('it is thrown under Stop', async () => {
		await expect(run([callTo(ADA)], STOP, { waitFailure: thrown })).rejects.toBe(thrown);
	});
});

describe('without an execution, as behind the MCP Server Trigger,', () => {
	it.each([undefined, '__UNKNOWN__'])('none is called that would report here: %p', async (id) => {
		const { results } = await run([callTo(ADA)], CONTINUE, { executionId: id });
		expect(results).toMatchObject([
			{ failure: { placed: 'no', description: expect.stringContaining('Check Call Status') } },
		]);
		expect(simulator.requests).toEqual([]);
	});

	it('a call is waited for by asking', async () => {
		const { results } = await run([callTo(ADA, POLLING)], STOP, { executionId: undefined });
		expect(results).toEqual([{ json: expect.objectContaining({ outcome: 'completed' }) }]);
	});
});

describe('a retry', () => {
	beforeEach(() => ringOn(ADA));

	it('of the same execution waits for the callback that its first try has asked for', async () => {
		const nodeContext = {};
		const first = await run([callTo(ADA)], STOP, { nodeContext });
		const again = await run([callTo(ADA)], STOP, { nodeContext });
		expect(simulator.called()).toEqual([ADA]);
		expect(again.kept).toEqual(first.kept);
	});

	it('as another execution asks by itself: that call reports to the first', async () => {
		const nodeContext = {};
		await run([callTo(ADA)], STOP, { nodeContext });
		simulator.set({ speed: 1e13 });
		await until(() => simulator.calls[0]!.completed_at !== null);
		const { results, waitTill } = await run([callTo(ADA)], STOP, { nodeContext, executionId: '2' });
		expect(simulator.called()).toEqual([ADA]);
		expect(waitTill).toBeUndefined();
		expect(results).toEqual([{ json: expect.objectContaining({ outcome: 'completed' }) }]);
	});

	it('does not where the key may not look', async () => {
		const nodeContext = {};
		await run([callTo(ADA)], STOP, { nodeContext });
		simulator.set({ keys: { kros_test_simulator: ['calls:write'] } });
		const { results } = await run([callTo(ADA)], CONTINUE, { nodeContext, executionId: '2' });
		expect(results).toMatchObject([
			{ failure: { message: expect.stringContaining('To wait for a call of an earlier try') } },
		]);
	});
});

it.each<[string, () => object]>([
	['has no key', () => ({ baseUrl: simulator.baseUrl })],
	['has no Base URL', () => ({ apiKey: 'kros_test_simulator' })],
	[
		'can not be read',
		() => {
			throw new Error('No access');
		},
	],
])('sends nothing where the credential %s', async (_, getCredentials) => {
	const { results } = await run([callTo(ADA)], CONTINUE, { getCredentials });
	expect(results).toMatchObject([{ failure: { placed: 'no' } }]);
	expect(simulator.requests).toEqual([]);
});
