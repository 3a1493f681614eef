import { type WaitPlan, unmetPrecondition } from '../../../../nodes/KrosAi/waiting/preconditions';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { clientFor } from '../../../support/n8n';

const KEY = 'kros_test_simulator';

useSimulator({ keys: { [KEY]: ['calls:read'] } });

/** One call by callback, to an n8n that KrosAI reaches. */
const PLAN: WaitPlan = {
	pollSeconds: 0,
	callCount: 1,
	hasEarlierCalls: false,
	isToolRun: false,
	hasExecution: true,
	resumeUrl: 'https://n8n.example.com/webhook-waiting/7?signature=5555',
	baseUrl: 'https://api.krosai.com/v1',
};

const ask = async (plan: Partial<WaitPlan> = {}) =>
	await unmetPrecondition(await clientFor(simulator), { ...PLAN, ...plan });

/** What needs the call log, and how the message names it. */
const NEEDS_LOG: Array<[string, Partial<WaitPlan>]> = [
	['To check the status of calls', { pollSeconds: 10 }],
	['To wait for a call of an earlier try', { hasEarlierCalls: true }],
	['To wait for more than one call', { callCount: 2 }],
];

it('lets one call report its own end, and asks KrosAI for nothing', async () => {
	simulator.set({ keys: { [KEY]: ['calls:write'] } });
	expect(await ask()).toBeUndefined();
	expect(simulator.requests).toEqual([]);
});

it.each(NEEDS_LOG)('%s, the key may read the log', async (_, plan) => {
	expect(await ask(plan)).toBeUndefined();
	expect(simulator.requests).toEqual([
		expect.objectContaining({ path: '/v1/calls', query: { limit: '1' }, status: 200 }),
	]);
});

it.each(NEEDS_LOG)('%s, it has to', async (purpose, plan) => {
	simulator.set({ keys: { [KEY]: ['calls:write'] } });
	expect(await ask(plan)).toEqual({
		code: 'INSUFFICIENT_SCOPE',
		httpCode: 403,
		field: null,
		value: null,
		message: `${purpose}, the API key needs the scope calls:read. No call was started`,
		description: expect.stringContaining('Loop Over Items'),
	});
});

it('says so by the status where KrosAI names no code', async () => {
	const body = { error: 'This key may not read calls' };
	simulator.fault({ kind: 'status', status: 403, body });
	expect(await ask({ callCount: 2 })).toMatchObject({ code: 'HTTP_403', httpCode: 403 });
});

it.each([401, 400])('leaves it to the calls themselves where KrosAI says %d', async (status) => {
	simulator.fault({ kind: 'status', status });
	expect(await ask({ callCount: 2 })).toBeUndefined();
});

it('leaves it to the calls themselves where KrosAI does not answer', async () => {
	const silent = async () => ({ answered: false, reason: 'lost', detail: '' }) as const;
	expect(await unmetPrecondition(silent, { ...PLAN, callCount: 2 })).toBeUndefined();
});

it.each<[string, Partial<WaitPlan>]>([
	['a tool', { isToolRun: true }],
	['a run without an execution', { hasExecution: false }],
])('says that %s can not be put to wait, unless it asks by itself', async (_, plan) => {
	expect(await ask(plan)).toMatchObject({
		code: 'INVALID_PARAMETER',
		httpCode: null,
		field: 'operation',
		message: "n8n can't put a tool of an AI agent to wait, so no call was started",
		description: expect.stringContaining('Check Call Status Every under Options'),
	});
	expect(await ask({ ...plan, pollSeconds: 10 })).toBeUndefined();
});

describe('where KrosAI does not reach this n8n', () => {
	it.each([
		['http://localhost:5678/webhook-waiting/7?signature=5555', 'localhost:5678'],
		['nonsense', 'no address'],
		['', 'no address'],
	])('names the host and no token: %p', async (resumeUrl, host) => {
		const failure = await ask({ resumeUrl, hasEarlierCalls: true });
		expect(failure).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'operation',
			value: host,
			message: `KrosAI can't reach this n8n (${host}) to tell how a call ended, so no call was started`,
			description: expect.stringContaining('WEBHOOK_URL'),
		});
		expect(simulator.requests).toEqual([]);
	});

	it('asks instead where that is wanted', async () => {
		const resumeUrl = 'http://localhost:5678/webhook-waiting/7';
		expect(await ask({ resumeUrl, pollSeconds: 10 })).toBeUndefined();
	});
});
