import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { Fault } from '../../../simulator';
import {
	aMinuteLater,
	everybody,
	hurriedFor,
	INVALID,
	oneByOne,
	PEOPLE,
	run,
	simulator,
	to,
	type Try,
	useDialing,
	words,
} from '../../../support/dialing';
import { answer, noAnswer } from '../../../support/exchanges';

useDialing();

const [FIRST, SECOND, THIRD] = PEOPLE;

const lookingUp = (more: Try = {}): Try => oneByOne({ lookUpUnknownCalls: true, ...more });
const lookUps = () => simulator.requests.filter(({ method }) => method === 'GET').length;

it.each<[string, Fault]>([
	['the answer was lost', { kind: 'dropAfter' }],
	['the answer is garbage', { kind: 'garbage' }],
	['500 came after the call was accepted', { kind: 'status', status: 500, accepting: 'after' }],
	['the answer is late', { kind: 'delay', ms: 60_000 }],
])('a call whose %s is the output of its contact', async (_, fault) => {
	simulator.fault({ ...fault, toNumber: SECOND });
	const options = fault.kind === 'delay' ? { client: hurriedFor(SECOND) } : {};
	const outcomes = await run(everybody, lookingUp(options));
	expect(words(outcomes)).toEqual(PEOPLE.map(() => 'called'));
	const second = simulator.calls.find(({ to_number }) => to_number === SECOND)!;
	expect(outcomes[1]).toMatchObject({ call: { call_id: second.id, to_number: SECOND } });
	expect(outcomes[1]).not.toHaveProperty('call.id');
	expect(lookUps()).toBe(1);
});

it('nothing is asked where every call is known', async () => {
	await run(everybody, lookingUp());
	expect(lookUps()).toBe(0);
});

it('a call that the log does not show was not placed, and only a later try calls', async () => {
	simulator.fault({ kind: 'dropBefore', toNumber: SECOND });
	const first = await run(everybody, lookingUp());
	expect(words(first)).toEqual(['called', 'NETWORK no', 'called', 'called']);
	expect(first[1]).toMatchObject({
		failure: { description: expect.stringContaining("this phone didn't ring") },
	});
	expect(simulator.rung()).not.toContain(SECOND);
	expect(words(await run(everybody, lookingUp()))).toEqual(PEOPLE.map(() => 'called'));
	expect([...simulator.rung()].sort()).toEqual(PEOPLE);
});

it('an unknown call of an earlier try is found before anybody is called', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	expect(words(await run([to(FIRST)]))).toEqual(['NETWORK unknown']);
	expect(words(await run([to(FIRST), to(SECOND)], lookingUp()))).toEqual(['called', 'called']);
	expect(simulator.rung()).toEqual([FIRST, SECOND]);
});

it('where the first failure ends the run, it goes on if that call is found', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: SECOND });
	const outcomes = await run(everybody, lookingUp({ stopAtFailure: true }));
	expect(words(outcomes)).toEqual(PEOPLE.map(() => 'called'));
	expect(simulator.rung()).toEqual(PEOPLE);
});

it('without the scope it stays unknown, and says which one is missing', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	simulator.fault({
		kind: 'status',
		status: 403,
		accepting: 'before',
		path: '/v1/calls',
		times: 9,
		body: { error: 'No', code: 'INSUFFICIENT_SCOPE' },
	});
	const outcomes = await run([to(FIRST)], lookingUp());
	expect(words(outcomes)).toEqual(['NETWORK unknown']);
	expect(outcomes[0]).toMatchObject({
		failure: { description: expect.stringContaining('calls:read') },
	});
	expect(lookUps()).toBe(1);
});

it('a call to the same number in another round of a loop is not taken for it', async () => {
	await run([to(FIRST)], { runIndex: 0 });
	simulator.fault({ kind: 'dropBefore', toNumber: FIRST });
	const outcomes = await run([to(FIRST)], lookingUp({ runIndex: 1 }));
	expect(words(outcomes)).toEqual(['NETWORK no']);
});

it('a log that lags behind proves nothing, also where answers show no time', async () => {
	const lagging: Client = async ({ method, body }) => {
		const date = new Date(Date.now() + 60_000).toUTCString();
		if (method === 'GET') return answer(200, { calls: [], total: 0 }, { date });
		if (body!.to_number === FIRST) return noAnswer('lost');
		return answer(200, { call_id: 'call_1', status: 'initiated' });
	};
	const outcomes = await run([to(FIRST), to(SECOND)], lookingUp({ client: lagging }));
	expect(words(outcomes)).toEqual(['NETWORK unknown', 'called']);
});

it('a key in the metadata tells calls to one number apart', async () => {
	const contacts = ['a', 'b', 'c'].map((id) => to(FIRST, { metadata: { id } }));
	simulator.fault({ kind: 'dropAfter' });
	simulator.fault({ kind: 'dropBefore' });
	const outcomes = await run(contacts, lookingUp({ addLookUpKey: true }));
	expect(words(outcomes)).toEqual(['called', 'NETWORK no', 'called']);
	expect(outcomes[0]).toMatchObject({ call: { metadata: { id: 'a' } } });
	const keys = simulator.calls.map(({ metadata }) => metadata.n8n_look_up_key);
	expect(new Set(keys).size).toBe(2);
	expect(keys).toEqual(Array(2).fill(expect.stringMatching(/^[\w-]{36}$/)));
});

it('is not taken where the execution was stopped', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	const isCancelled = () => simulator.rung().length === 1;
	await run(everybody, lookingUp({ isCancelled }));
	expect(lookUps()).toBe(0);
});

it('the next contact with a key is called whose first the log shows uncalled', async () => {
	const twice = [FIRST, SECOND, THIRD].map((number) => ({ ...to(number), key: 'k' }));
	simulator.fault({ kind: 'dropBefore', toNumber: FIRST });
	const outcomes = await run(twice, lookingUp());
	expect(words(outcomes)).toEqual(['NETWORK no', 'called', 'skipped k']);
	expect(simulator.rung()).toEqual([SECOND]);
});

it('a call that was found is one of the node from then on', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	await run([to(FIRST)]);
	expect(words(await run([to(FIRST)], lookingUp()))).toEqual(['called']);
	expect(words(await run([to(FIRST)]))).toEqual(['called']);
	expect(lookUps()).toBe(1);
});

it('nothing is asked where the execution was stopped before it began', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	await run([to(FIRST)]);
	await run([to(FIRST)], lookingUp({ isCancelled: () => true }));
	expect(lookUps()).toBe(0);
});

it('who was looked up before, and had no turn, is not looked up again', async () => {
	await run([to(FIRST), to(SECOND)], { client: async () => noAnswer('lost') });
	const client = jest.fn<ReturnType<Client>, Parameters<Client>>(async () =>
		answer(200, { calls: [], total: 0 }),
	);
	const contacts = [{ failure: INVALID }, to(SECOND)];
	const outcomes = await run(contacts, lookingUp({ client, stopAtFailure: true }));
	expect(words(outcomes)).toEqual(['INVALID_PHONE_NUMBER no', 'left out']);
	expect(client).toHaveBeenCalledTimes(1);
});

it('nothing is asked after something that nobody foresaw', async () => {
	const client = jest.fn<ReturnType<Client>, Parameters<Client>>(async ({ method, body }) => {
		if (method === 'GET') return answer(200, { calls: [], total: 0 });
		if (body!.to_number === FIRST) return noAnswer('lost');
		throw new Error('Nobody foresaw this');
	});
	const dialled = run([to(FIRST), to(SECOND)], lookingUp({ client }));
	await expect(dialled).rejects.toThrow('Nobody foresaw this');
	expect(client).toHaveBeenCalledTimes(2);
});

it('who turns out not to be called has a turn in the same try', async () => {
	simulator.fault({ kind: 'dropBefore', toNumber: FIRST });
	await run([to(FIRST)]);
	expect(words(await run([to(FIRST)], lookingUp({ clock: aMinuteLater })))).toEqual(['called']);
	expect(simulator.rung()).toEqual([FIRST]);
});

it('a log that cannot be read leaves the call unknown, and blames no scope', async () => {
	const broken: Client = async ({ method }) =>
		method === 'GET' ? answer(500) : noAnswer('lost', 'socket hang up');
	const [outcome] = await run([to(FIRST)], lookingUp({ client: broken }));
	expect(words([outcome])).toEqual(['NETWORK unknown']);
	expect(JSON.stringify(outcome)).not.toContain('calls:read');
});
