import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { execute } from '../../../../../nodes/KrosAi/actions/call/initiateAndWait.operation';
import { type Simulator, startSimulator } from '../../../../simulator';
import { callTo } from '../../../../support/calls';
import { credentialFor, executeContext, type Run } from '../../../../support/n8n';

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({ startsPerSecond: Infinity, speed: 100 });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

const ADA = '+14155550110';
const BEN = '+14155550111';
const TOOL = { stopAtFailure: false, isToolRun: true };
const CONTINUE = { stopAtFailure: false, isToolRun: false };
const STOP = { stopAtFailure: true, isToolRun: false };

/** What n8n keeps of an execution that this operation puts to wait. */
async function run(
	items: IDataObject[],
	mode = STOP,
	{
		resumeUrl = 'http://127.0.0.1:9/webhook-waiting/1',
		...more
	}: Partial<Run> & { resumeUrl?: string } = {},
) {
	const executeData = { data: { main: [[]] as unknown[][] } };
	let waitTill: Date | undefined;
	const context = {
		...executeContext({ credential: credentialFor(simulator), items, ...more }),
		getWorkflowDataProxy: () => ({ $runIndex: 0, $execution: { resumeUrl } }),
		getExecuteData: () => executeData,
		putExecutionToWait: async (date: Date) => {
			waitTill = date;
		},
	} as unknown as IExecuteFunctions;
	const results = await execute(context, mode);
	return { results, waitTill, kept: executeData.data.main[0] };
}

describe('as the tool of an AI agent', () => {
	it('says before it dials that n8n can not wait there', async () => {
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
		const { results, waitTill } = await run(
			[{ ...callTo(ADA), options: { pollSeconds: 1 } }],
			TOOL,
		);
		expect(results).toEqual([{ json: expect.objectContaining({ outcome: 'completed' }) }]);
		expect(waitTill).toBeUndefined();
	});
});

it('leaves with the execution what the callbacks have to know', async () => {
	const { results, waitTill, kept } = await run([callTo(ADA), callTo(BEN)]);
	expect(waitTill!.getTime() - Date.now()).toBeGreaterThan(14 * 60_000);
	expect(kept).toEqual(
		simulator.calls.map(({ id, to_number }, item) => ({
			json: expect.objectContaining({ call_id: id, to_number, wait_timed_out: true }),
			pairedItem: { item },
		})),
	);
	// The node's panel meanwhile.
	expect(results).toEqual(
		simulator.calls.map(({ id }) => ({
			json: expect.objectContaining({ call_id: id, waiting: true }),
		})),
	);
	expect(JSON.stringify(results)).not.toContain('wait_timed_out');
});

it('does not wait for a call that KrosAI has accepted and called failed', async () => {
	simulator.fault({
		kind: 'status',
		status: 200,
		accepting: 'before',
		path: '/outbound-calls',
		body: { call_id: 'call_1', status: 'failed', to_number: ADA, message: 'No route' },
	});
	const { results, waitTill } = await run([callTo(ADA)]);
	expect(waitTill).toBeUndefined();
	expect(results).toEqual([
		{
			json: expect.objectContaining({ call_id: 'call_1', outcome: 'failed', event: 'call.failed' }),
		},
	]);
});

it('does not wait for the one call of a list that has ended while the others were tried', async () => {
	simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: BEN });
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
	simulator.fault({
		kind: 'status',
		status: 400,
		accepting: 'before',
		path: '/outbound-calls',
		body: { error: 'Bad webhook_url', code: 'VALIDATION_ERROR', details: { field: 'webhook_url' } },
	});
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

it('gives nothing for nothing', async () => {
	expect(await run([])).toEqual({ results: [], waitTill: undefined, kept: [] });
});

it('has every contact say that the credential can not be used', async () => {
	const { results } = await run([callTo(ADA)], CONTINUE, {
		credential: { apiKey: '', baseUrl: simulator.baseUrl },
	});
	expect(results).toEqual([
		{
			failure: expect.objectContaining({
				message: expect.stringContaining('API Key'),
				placed: 'no',
			}),
		},
	]);
});
