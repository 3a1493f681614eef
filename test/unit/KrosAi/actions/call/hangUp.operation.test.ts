import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { start, until } from '../../../../../simulator/client';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { credentialFor, executeContext, type Run } from '../../../../support/n8n';
import { SkippedPauses } from '../../../../support/clocks';
import { answering } from '../../../../support/exchanges';

const mockPauses = new SkippedPauses();
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPauses.sleep(ms),
}));

const KEY = 'kros_test_simulator';

beforeEach(() => mockPauses.begin());
useSimulator({ startsPerSecond: Infinity, speed: 100, callApi: 'guide' });
afterEach(() => jest.restoreAllMocks());

/** Under Continue: the one item that comes out. */
async function hangUp(callId: string, more: Partial<Run> = {}) {
	const context = executeContext({
		credential: credentialFor(simulator),
		items: [{ resource: 'call', operation: 'hangUp', callId }],
		continueOnFail: true,
		...more,
	});
	const [[item] = []] = await router.call(context);
	return item!.json;
}

/** A call that is being talked on, for longer than any test lasts. */
async function longCall(): Promise<string> {
	simulator.script('+14155550119', 'answered', { setup: 0, ringing: 0, talking: 36_000 });
	const { body } = await start(simulator, { to_number: '+14155550119' });
	await until(() => simulator.calls.at(-1)?.status === 'in_progress');
	return body.call_id;
}

async function unansweredCall(): Promise<string> {
	simulator.script('+14155550118', 'no_answer', { setup: 0, ringing: 0 });
	const { body } = await start(simulator, { to_number: '+14155550118' });
	await until(() => simulator.calls.at(-1)?.status === 'no_answer');
	return body.call_id;
}

/** What KrosAI was asked, without the start of the call. */
const sent = () =>
	simulator.requests
		.filter(({ path }) => !path.endsWith('/outbound-calls'))
		.map(({ method, path }) => `${method} ${path.replace(/^\/v1\/calls\/[^/]+/, '')}`.trim());

const statusOf = (callId: string) => simulator.calls.find(({ id }) => id === callId)!.status;

it('ends a call with one request', async () => {
	const id = await longCall();
	expect(await hangUp(id)).toEqual({ call_id: id, hung_up: true, status: 'completed' });
	expect(statusOf(id)).toBe('completed');
	expect(sent()).toEqual(['POST /hangup']);
	expect(mockPauses.total).toBe(0);
});

it.each<[string, string | IDataObject, IDataObject]>([
	['nothing', '', {}],
	['a text', 'OK', {}],
	['a list', '["ok"]', {}],
	['other words', { hung_up: 'soon', call_id: 'call_other', by: 'api' }, { by: 'api' }],
	['a key that n8n takes for a failure', { error: 'none' }, { error_message: 'none' }],
])('is sure of its own words where KrosAI answers %s', async (_, body, more) => {
	const id = await longCall();
	simulator.fault({
		kind: 'status',
		status: 200,
		accepting: 'after',
		path: '/hangup',
		body: body as string,
	});
	expect(await hangUp(id)).toEqual({ call_id: id, hung_up: true, ...more });
});

describe('of a call that has ended already', () => {
	it('says how it ended, and is no failure', async () => {
		const id = await unansweredCall();
		expect(await hangUp(id)).toEqual({
			call_id: id,
			hung_up: false,
			reason: 'ALREADY_ENDED',
			message: 'The call had ended already (no answer)',
			status: 'no_answer',
			outcome: 'no_answer',
			duration: simulator.calls[0]!.duration,
		});
	});

	it.each<[string, IDataObject]>([
		['only the time of its end says so', { completed_at: '2025-01-10T10:03:05Z' }],
		['only its cause says so', { hangup_cause: 'user_hangup' }],
		['KrosAI names no status', { completed_at: '2025-01-10T10:03:05Z', status: null }],
	])('knows it where %s', async (_, fields) => {
		const id = await longCall();
		simulator.fault(answering(409, { path: '/hangup' }));
		const body = { id, status: 'ended', ...fields };
		simulator.fault(answering(200, { path: id, body }));
		expect(await hangUp(id)).toMatchObject({ reason: 'ALREADY_ENDED', status: body.status });
	});
});

describe('where the answer does not come', () => {
	it.each<[string, () => void]>([
		['the connection ended', () => simulator.fault({ kind: 'dropBefore', path: '/hangup' })],
		...[408, 500, 503].map((status): [string, () => void] => [
			`KrosAI said ${status}`,
			() => simulator.fault(answering(status, { path: '/hangup' })),
		]),
	])('looks at the call two seconds later, and hangs up once more: %s', async (_, fault) => {
		const id = await longCall();
		fault();
		expect(await hangUp(id)).toEqual({ call_id: id, hung_up: true, status: 'completed' });
		expect(sent()).toEqual(['POST /hangup', 'GET', 'POST /hangup']);
		expect(mockPauses.total).toBe(2000);
	});

	it('leaves it at that where the call has ended', async () => {
		const id = await longCall();
		simulator.fault({ kind: 'dropAfter', path: '/hangup' });
		expect(await hangUp(id)).toEqual({
			call_id: id,
			hung_up: true,
			message: "KrosAI's answer was lost, but the call has ended (completed)",
			status: 'completed',
			outcome: 'completed',
			duration: expect.any(Number),
		});
		expect(sent()).toEqual(['POST /hangup', 'GET']);
	});

	it('looks once more where the second answer does not come either', async () => {
		const id = await longCall();
		simulator.fault({ kind: 'dropBefore', path: '/hangup' });
		simulator.fault({ kind: 'dropAfter', path: '/hangup' });
		expect(await hangUp(id)).toMatchObject({ hung_up: true, outcome: 'completed' });
		expect(sent()).toEqual(['POST /hangup', 'GET', 'POST /hangup', 'GET']);
	});

	const UNKNOWN = (id: string) => ({
		message: `It isn't known whether the call "${id}" was hung up: KrosAI's answer did not come`,
		error: expect.objectContaining({ field: 'call_id', value: id, httpCode: null }),
	});

	it('says that it is unknown, and never asks a third time', async () => {
		const id = await longCall();
		simulator.fault({ kind: 'dropBefore', path: '/hangup', times: 9 });
		expect(await hangUp(id)).toEqual(UNKNOWN(id));
		expect(sent()).toEqual(['POST /hangup', 'GET', 'POST /hangup', 'GET']);
	});

	it('does not ask again where the call can not be looked at', async () => {
		const id = await longCall();
		simulator.fault({ kind: 'dropBefore', path: '/hangup' });
		simulator.fault(answering(403, { path: id }));
		expect(await hangUp(id)).toEqual(UNKNOWN(id));
		expect(sent()).toEqual(['POST /hangup', 'GET']);
	});

	it('does not ask again where the execution is stopped meanwhile', async () => {
		const id = await longCall();
		simulator.fault({ kind: 'dropBefore', path: '/hangup' });
		const controller = new AbortController();
		mockPauses.after(1000, () => controller.abort());
		expect(await hangUp(id, { signal: controller.signal })).toEqual(UNKNOWN(id));
		expect(sent()).toEqual(['POST /hangup']);
		expect(mockPauses.total).toBe(1000);
	});
});

describe('where KrosAI refuses', () => {
	const refuse = (status: number) => simulator.fault(answering(status, { path: '/hangup' }));

	it.each([401, 403, 429])(
		'%d says nothing of the call, which is not looked up',
		async (status) => {
			const id = await longCall();
			refuse(status);
			expect(await hangUp(id)).toMatchObject({ error: { httpCode: status, placed: 'no' } });
			expect(sent()).toEqual(['POST /hangup']);
		},
	);

	it('tells that the call still goes on', async () => {
		const id = await longCall();
		refuse(409);
		expect(await hangUp(id)).toMatchObject({
			message: `KrosAI didn't hang up the call "${id}", which still goes on`,
			error: { code: 'HTTP_409', field: 'call_id', value: id },
		});
		expect(statusOf(id)).toBe('in_progress');
	});

	it.each([404, 405])('tells an API without it from a call that is unknown: %d', async (status) => {
		const id = await longCall();
		refuse(status);
		expect(await hangUp(id)).toMatchObject({
			message: `KrosAI's API can't hang up the call "${id}"`,
			error: { httpCode: status, description: expect.stringContaining('dashboard') },
		});
	});

	it('says that KrosAI does not know the call', async () => {
		expect(await hangUp('call_unknown')).toMatchObject({
			message: 'KrosAI doesn\'t know the call "call_unknown"',
			error: { code: 'CALL_NOT_FOUND', field: 'call_id', value: 'call_unknown' },
		});
	});

	it('gives the refusal itself where the call can not be looked at', async () => {
		const id = await longCall();
		refuse(409);
		simulator.fault(answering(403, { path: id }));
		expect(await hangUp(id)).toMatchObject({ error: { code: 'HTTP_409', httpCode: 409 } });
	});

	it('sends nothing further to a KrosAI that was never reached', async () => {
		const server = createServer().listen(0, '127.0.0.1');
		await new Promise((listening) => server.once('listening', listening));
		const { port } = server.address() as AddressInfo;
		await new Promise((closed) => server.close(closed));
		const credential = { apiKey: KEY, baseUrl: `http://127.0.0.1:${port}/v1` };
		expect(await hangUp('call_1', { credential })).toMatchObject({
			error: { code: 'NETWORK', httpCode: null },
		});
		expect(mockPauses.total).toBe(0);
	});
});
