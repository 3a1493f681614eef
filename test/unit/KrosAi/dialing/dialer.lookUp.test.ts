import type { Client } from '../../../../nodes/KrosAi/api/client';
import { RecentStarts } from '../../../../nodes/KrosAi/dialing/recentStarts';
import type { Fault } from '../../../../simulator';
import {
	client,
	allContacts,
	CALLED,
	failed,
	FIRST,
	INVALID,
	kept,
	newExecution,
	oneByOne,
	PEOPLE,
	refuse,
	run,
	SECOND,
	simulator,
	to,
	type Try,
	useDialing,
	words,
} from '../../../support/dialing';
import { answer, answering, noAnswer, refusal } from '../../../support/exchanges';
import { PatientTime } from '../../../support/clocks';

useDialing();

const lookingUp = (more: Try = {}, clock = new PatientTime()): Try =>
	oneByOne({ lookUpUnknownCalls: 'byNumber', ...more }, clock);
const lookUps = () =>
	simulator.requests.filter(({ method, path }) => method === 'GET' && path === '/v1/calls').length;
const lose = (kind: 'dropAfter' | 'dropBefore', toNumber: string = FIRST) =>
	simulator.fault({ kind, toNumber });

it.each<[string, Fault]>([
	['answer was lost', { kind: 'dropAfter' }],
	['answer is garbage', { kind: 'garbage' }],
	['answer is 500', { kind: 'status', status: 500, accepting: 'after' }],
])('a call whose %s is the output of its contact', async (_, fault) => {
	simulator.fault({ ...fault, toNumber: SECOND });
	const results = await run(allContacts, lookingUp());
	expect(words(results)).toEqual(CALLED);
	const second = simulator.calls.find(({ to_number }) => to_number === SECOND)!;
	expect(results[1]).toMatchObject({ call: { call_id: second.id, to_number: SECOND } });
	expect(results[1]).not.toHaveProperty('call.id');
	expect(lookUps()).toBe(1);
});

it('nothing is asked where every call is known', async () => {
	await run(allContacts, lookingUp());
	expect(lookUps()).toBe(0);
});

it('a call that the log does not show stays unknown, and no later try calls that contact', async () => {
	lose('dropBefore', SECOND);
	for (let tries = 0; tries < 2; tries += 1) {
		const results = await run(allContacts, lookingUp());
		expect(words(results)).toEqual(['called', 'NETWORK unknown', 'called', 'called']);
		expect(results[1]).toMatchObject({
			failure: { description: expect.stringMatching(/call log did not show the call at [\d:]{8}/) },
		});
	}
	expect(simulator.called()).not.toContain(SECOND);
});

it('an unknown call of an earlier try is found by a later one, and is known from then on', async () => {
	lose('dropAfter');
	expect(words(await run([to(FIRST)]))).toEqual(['NETWORK unknown']);
	expect(words(await run([to(FIRST), to(SECOND)], lookingUp()))).toEqual(['called', 'called']);
	expect(words(await run([to(FIRST)], lookingUp()))).toEqual(['called']);
	expect(lookUps()).toBe(1);
	expect(simulator.called()).toEqual([FIRST, SECOND]);
});

describe('where the first failure ends the run', () => {
	const stopAtFailure = true;

	it('it goes on if that call is found', async () => {
		lose('dropAfter', SECOND);
		const results = await run(allContacts, lookingUp({ stopAtFailure }));
		expect(words(results)).toEqual(CALLED);
		expect(simulator.called()).toEqual(PEOPLE);
	});

	it('it does not if that call is not', async () => {
		lose('dropBefore', SECOND);
		const results = await run(allContacts, lookingUp({ stopAtFailure }));
		expect(words(results)).toEqual(['called', 'NETWORK unknown', 'left out', 'left out']);
	});

	it('a contact who is looked up twice is told of once', async () => {
		lose('dropBefore');
		await run(allContacts, lookingUp({ stopAtFailure }));
		lose('dropAfter', SECOND);
		const results = await run(allContacts, lookingUp({ stopAtFailure }));
		expect(words(results)).toEqual(['NETWORK unknown', 'called', 'called', 'called']);
		const [told] = results as Array<{ failure: { description: string } }>;
		expect(told!.failure.description.match(/call log did not show/g)).toHaveLength(1);
	});

	it('a contact whose turn did not come is not looked up', async () => {
		await run([to(FIRST), to(SECOND)], { client: async () => noAnswer('lost') });
		const contacts = [failed(INVALID), to(SECOND)];
		const results = await run(contacts, lookingUp({ stopAtFailure }));
		expect(words(results)).toEqual(['INVALID_PHONE_NUMBER no', 'left out']);
		expect(lookUps()).toBe(0);
	});
});

describe('a call that may be another’s is not taken for the contact’s own:', () => {
	it.each<[string, (starts: RecentStarts) => Try]>([
		['another round of a loop', () => ({ runIndex: 1 })],
		[
			'another execution',
			(starts) => {
				newExecution();
				return { starts };
			},
		],
	])('that of %s, also one of which the answer was lost', async (_, next) => {
		const starts = new RecentStarts();
		await run([to(FIRST)], { starts });
		lose('dropBefore');
		const known = lookingUp(next(starts));
		expect(words(await run([to(FIRST)], known))).toEqual(['NETWORK unknown']);
		simulator.reset();
		newExecution();
		lose('dropAfter');
		await run([to(FIRST)], { starts });
		lose('dropBefore');
		const [result] = await run([to(FIRST)], lookingUp(next(starts)));
		expect(words([result])).toEqual(['NETWORK unknown']);
		const fits = `a call that fits (${simulator.calls[0]!.id})`;
		expect(result).toMatchObject({ failure: { description: expect.stringContaining(fits) } });
	});

	it('that of a log of another organization, which is not even asked', async () => {
		lose('dropAfter');
		await run([to(FIRST)], { account: 'one' });
		const [result] = await run([to(FIRST)], lookingUp({ account: 'another' }));
		expect(words([result])).toEqual(['NETWORK unknown']);
		expect(JSON.stringify(result)).not.toContain('did not show');
		expect(lookUps()).toBe(0);
		expect(words(await run([to(FIRST)], lookingUp({ account: 'one' })))).toEqual(['called']);
	});
});

it('a start that KrosAI refused another execution leaves the call no doubt', async () => {
	const starts = new RecentStarts();
	refuse(FIRST);
	await run([to(FIRST)], { starts });
	newExecution();
	lose('dropAfter');
	expect(words(await run([to(FIRST)], lookingUp({ starts })))).toEqual(['called']);
});

it('a call that another execution knows is found without the log', async () => {
	const starts = new RecentStarts();
	await run(allContacts, { starts });
	// A retry that begins while the first execution still runs: n8n has kept nothing of it yet.
	kept.context = {};
	const retry = { starts, isRetry: true, executionId: 'retry' };
	const results = await run(allContacts, { ...retry, memory: undefined });
	expect(words(results)).toEqual(CALLED);
	expect(simulator.called()).toHaveLength(4);
});

it('a key in the metadata tells calls to one number apart', async () => {
	const contacts = ['a', 'b', 'c'].map((id) => to(FIRST, { metadata: { id } }));
	simulator.fault({ kind: 'dropAfter' });
	simulator.fault({ kind: 'dropBefore' });
	const results = await run(contacts, lookingUp({ lookUpUnknownCalls: 'byKey' }));
	expect(words(results)).toEqual(['called', 'NETWORK unknown', 'called']);
	expect(results[0]).toMatchObject({ call: { metadata: { id: 'a' } } });
	const keys = simulator.calls.map(({ metadata }) => metadata.n8n_look_up_key);
	expect(new Set(keys).size).toBe(2);
	expect(keys).toEqual(Array(2).fill(expect.stringMatching(/^[\da-f]{32}$/)));
});

it('without a wish for keys none is sent', async () => {
	await run([to(FIRST)], lookingUp());
	expect(simulator.calls[0]!.metadata).toEqual({});
});

it.each<[string, Fault, RegExp]>([
	[
		'the scope is missing, which is named',
		answering(403, { body: refusal('INSUFFICIENT_SCOPE') }),
		/calls:read/,
	],
	['the log cannot be read', answering(404), /could not be read at [\d:]{8} UTC\.$/],
])('a call stays unknown where %s', async (_, fault, said) => {
	lose('dropAfter');
	simulator.fault({ ...fault, path: '/v1/calls' });
	const [result] = await run([to(FIRST)], lookingUp());
	expect(words([result])).toEqual(['NETWORK unknown']);
	expect(result).toMatchObject({ failure: { description: expect.stringMatching(said) } });
	expect(lookUps()).toBe(1);
});

describe('how long one waits for the log', () => {
	/** KrosAI whose answer is lost, and whose log shows the call so many ms after that. */
	function lagging(ms: number, clock: PatientTime) {
		const times = { lost: NaN, asked: [] as number[] };
		const watched: Client = async (request) => {
			if (request.method === 'POST' && request.body?.to_number === FIRST) {
				await client(request);
				times.lost = clock.now();
				return noAnswer('lost');
			}
			if (request.method === 'POST') return await client(request);
			times.asked.push(clock.now());
			const isShown = clock.now() >= times.lost + ms;
			return isShown ? await client(request) : answer(200, { calls: [], total: 0 });
		};
		return { watched, times };
	}

	it.each([
		[0, 'called'],
		[4_900, 'called'],
		[60_000, 'NETWORK unknown'],
	])('some seconds, so that one which lags behind by %d ms finds it: %s', async (ms, word) => {
		const clock = new PatientTime();
		const { watched } = lagging(ms, clock);
		const started = clock.now();
		const results = await run([to(FIRST)], lookingUp({ client: watched }, clock));
		expect(words(results)).toEqual([word]);
		expect(clock.now() - started).toBeLessThan(10_000);
	});

	it('no longer than the others take to be called', async () => {
		const clock = new PatientTime();
		const { watched, times } = lagging(5_000, clock);
		const others = Array.from({ length: 8 }, () => to(SECOND));
		const options = lookingUp({ client: watched, callsPerSecond: 1 }, clock);
		const results = await run([to(FIRST), ...others], options);
		expect(words(results)).toEqual(Array(9).fill('called'));
		expect(times.asked[0]! - times.lost).toBeLessThan(9_000);
	});

	it('not at all for a call of an earlier try', async () => {
		lose('dropAfter');
		await run([to(FIRST)]);
		const clock = new PatientTime();
		const started = clock.now();
		expect(words(await run([to(FIRST)], lookingUp({}, clock)))).toEqual(['called']);
		expect(clock.now() - started).toBeLessThan(1_000);
	});

	it('no more than a second once the execution is stopped', async () => {
		const clock = new PatientTime();
		const { watched, times } = lagging(0, clock);
		const isCancelled = () => clock.now() > times.lost + 1_000;
		await run([to(FIRST)], lookingUp({ client: watched, isCancelled }, clock));
		expect(clock.now() - times.lost).toBeLessThan(2_000);
		expect(times.asked).toEqual([]);
	});
});

it('nothing is asked where the execution was stopped before it began', async () => {
	lose('dropAfter');
	await run([to(FIRST)]);
	await run([to(FIRST)], lookingUp({ isCancelled: () => true }));
	expect(lookUps()).toBe(0);
});

it('nothing is asked after something that was not foreseen', async () => {
	lose('dropAfter');
	const failing: Client = async (request) => {
		if (request.body?.to_number === SECOND) throw new Error('Out of memory');
		return await client(request);
	};
	const running = run([to(FIRST), to(SECOND)], lookingUp({ client: failing }));
	await expect(running).rejects.toThrow('Out of memory');
	expect(lookUps()).toBe(0);
});
