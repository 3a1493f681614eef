import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { Fault } from '../../../../simulator';
import { until } from '../../../../simulator/client';
import {
	allContacts,
	CALLED,
	client,
	failed,
	FIRST,
	FOURTH,
	INVALID,
	kept,
	oneByOne,
	PEOPLE,
	refuse,
	run,
	SECOND,
	simulator,
	THIRD,
	to,
	useDialing,
	words,
} from '../../../support/dialing';
import { answer, answering, refusal } from '../../../support/exchanges';
import { PatientTime, VirtualTime } from '../../../support/clocks';

useDialing();

it('calls every contact once, and gives, in their order, the answers as they came', async () => {
	const results = await run(allContacts);
	expect([...simulator.called()].sort()).toEqual(PEOPLE);
	expect(results).toEqual(
		PEOPLE.map((to_number) => ({
			state: 'called',
			call: expect.objectContaining({
				call_id: expect.any(String),
				to_number,
				status: 'initiated',
			}),
		})),
	);
	expect(simulator.requests.map(({ body }) => body)).toEqual(
		expect.arrayContaining(
			allContacts.map((contact) => contact.state === 'ready' && contact.request),
		),
	);
});

/** The client, whose answers all come together: when so many calls were answered. */
function together(count: number): Client {
	let answered = 0;
	return async (request) => {
		const exchange = await client(request);
		answered += 1;
		await until(() => answered === count);
		return exchange;
	};
}

it('waits for no answer before it calls the next', async () => {
	const results = await run(allContacts, { client: together(allContacts.length) });
	expect(results).toEqual(
		PEOPLE.map((to_number) => ({ state: 'called', call: expect.objectContaining({ to_number }) })),
	);
});

it('starts no more calls in a second than it may', async () => {
	const times: number[] = [];
	const clock = new VirtualTime();
	const quick: Client = async () => {
		times.push(clock.now());
		await clock.sleep(20);
		return answer(200, { call_id: `call_${times.length}` });
	};
	const contacts = Array.from({ length: 30 }, () => to(FIRST));
	await clock.until(run(contacts, { callsPerSecond: 20, client: quick, clock }));
	expect(times).toHaveLength(30);
	for (const [index, time] of times.slice(20).entries()) {
		expect(time - times[index]!).toBeGreaterThanOrEqual(1000);
	}
	expect(times.at(-1)! - times[0]!).toBeLessThan(1500);
});

it('calls two people of one number twice, being two contacts', async () => {
	await run([to(FIRST), to(FIRST)]);
	await run([to(FIRST), to(FIRST)]);
	expect(simulator.called()).toEqual([FIRST, FIRST]);
});

it.each<[string, Fault, string, string]>([
	['the answer is lost', { kind: 'dropAfter' }, 'NETWORK unknown', 'NETWORK unknown'],
	['the request is lost', { kind: 'dropBefore' }, 'NETWORK unknown', 'NETWORK unknown'],
	['the answer is garbage', { kind: 'garbage' }, 'BAD_RESPONSE unknown', 'BAD_RESPONSE unknown'],
	['the answer is 500', answering(500), 'HTTP_500 unknown', 'HTTP_500 unknown'],
	['it was refused', answering(422), 'HTTP_422 no', 'called'],
])('three tries call no contact twice, where of one %s', async (_, fault, first, later) => {
	simulator.fault({ ...fault, toNumber: SECOND });
	const tries = [await run(allContacts), await run(allContacts), await run(allContacts)];
	expect(tries.map(words)).toEqual(
		[first, later, later].map((word) => ['called', word, 'called', 'called']),
	);
	expect(new Set(simulator.called()).size).toBe(simulator.called().length);
	expect(simulator.requests).toHaveLength(later === 'called' ? 5 : 4);
});

it('gives the calls and failures of an earlier try again, unchanged', async () => {
	simulator.fault({ kind: 'dropAfter' });
	const first = await run(allContacts);
	expect(await run(allContacts)).toEqual(first);
	expect(simulator.requests).toHaveLength(4);
});

it('does not call where an earlier try ended before its answer came', async () => {
	// The process was killed: what n8n has kept was written before the request left.
	await run([to(FIRST)], {
		client: async (request) => {
			const before = JSON.parse(JSON.stringify(kept.context)) as IDataObject;
			const exchange = await client(request);
			kept.context = before;
			return exchange;
		},
	});
	const [result] = await run([to(FIRST)]);
	expect(result).toMatchObject({
		failure: {
			code: 'NETWORK',
			httpCode: null,
			placed: 'unknown',
			message: expect.stringContaining(FIRST),
			description: expect.stringContaining('call log'),
		},
	});
	expect(simulator.called()).toEqual([FIRST]);
});

it('calls the same people again in the next round of a loop', async () => {
	await run([to(FIRST)], { runIndex: 0 });
	await run([to(FIRST)], { runIndex: 1 });
	await run([to(FIRST)], { runIndex: 1 });
	expect(simulator.called()).toEqual([FIRST, FIRST]);
});

it('calls a contact whose number was corrected before the retry', async () => {
	await run([to(FIRST)]);
	await run([to(SECOND)]);
	expect(simulator.called()).toEqual([FIRST, SECOND]);
});

it.each([
	['a workflow', false, [FIRST]],
	['an AI agent', true, [FIRST, FIRST]],
])('for %s, other metadata is another call: %s', async (_, isToolRun, called) => {
	await run([to(FIRST, { metadata: { at: '10:00' } })], { isToolRun });
	await run([to(FIRST, { metadata: { at: '10:01' } })], { isToolRun });
	await run([to(FIRST, { metadata: { at: '10:01' } })], { isToolRun });
	expect(simulator.called()).toEqual(called);
});

it('a contact that was refused before anything was sent keeps its place', async () => {
	const results = await run([to(FIRST), failed(INVALID), to(THIRD)]);
	expect(words(results)).toEqual(['called', 'INVALID_PHONE_NUMBER no', 'called']);
	expect(results[1]).toEqual(failed(INVALID));
	expect([...simulator.called()].sort()).toEqual([FIRST, THIRD]);
});

describe('after a 401', () => {
	const refuseKey = () => simulator.fault(answering(401, { toNumber: SECOND }));

	it('no further call is started, and every contact is told why', async () => {
		refuseKey();
		const results = await run(allContacts, oneByOne());
		expect(words(results)).toEqual(['called', 'HTTP_401 no', 'HTTP_401 no', 'HTTP_401 no']);
		expect(simulator.requests).toHaveLength(2);
		expect(results[3]).toMatchObject({
			failure: { httpCode: 401, message: expect.stringContaining(FOURTH), placed: 'no' },
		});
	});

	it.each(['KEY_EXPIRED', 'IP_NOT_ALLOWED'])('nor after a 403 with %s', async (code) => {
		simulator.fault(answering(403, { body: refusal(code) }));
		const results = await run(allContacts, oneByOne());
		expect(words(results)).toEqual(Array(4).fill(`${code} no`));
		expect(simulator.requests).toHaveLength(1);
	});

	it('a contact of an earlier try still comes out as called, or as unknown', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: THIRD });
		await run([to(FIRST), failed(INVALID), to(THIRD)]);
		refuseKey();
		const results = words(await run(allContacts, oneByOne()));
		expect(results).toEqual(['called', 'HTTP_401 no', 'NETWORK unknown', 'HTTP_401 no']);
	});

	it('no further try of n8n calls, but a retry of the execution, with a key that is right', async () => {
		refuseKey();
		await run(allContacts, oneByOne());
		expect(words(await run(allContacts, oneByOne())).slice(1)).toEqual(
			Array(3).fill('HTTP_401 no'),
		);
		expect(simulator.requests).toHaveLength(2);
		const retried = await run(allContacts, oneByOne({ executionId: '2' }));
		expect(words(retried)).toEqual(CALLED);
		expect(simulator.called()).toEqual(PEOPLE);
	});
});

describe('where the first failure ends the run', () => {
	const stopAtFailure = true;

	it('no contact is called after it', async () => {
		simulator.fault(answering(503, { toNumber: SECOND }));
		const results = await run(allContacts, oneByOne({ stopAtFailure }));
		expect(words(results)).toEqual(['called', 'HTTP_503 unknown', 'left out', 'left out']);
		expect(simulator.called()).toEqual([FIRST]);
	});

	it('the calls under way come out all the same', async () => {
		simulator.fault(answering(503, { toNumber: FIRST }));
		const results = await run(allContacts, { stopAtFailure, client: together(allContacts.length) });
		expect(words(results)).toEqual(['HTTP_503 unknown', 'called', 'called', 'called']);
	});

	it('the next try goes on after those who were called', async () => {
		refuse(THIRD);
		await run(allContacts, { stopAtFailure });
		expect(words(await run(allContacts, { stopAtFailure }))).toEqual(CALLED);
		expect([...simulator.called()].sort()).toEqual(PEOPLE);
	});

	it('ends at a contact that was refused before', async () => {
		const contacts = [to(FIRST), failed(INVALID), to(THIRD)];
		expect(words(await run(contacts, { stopAtFailure }))).toEqual([
			'called',
			'INVALID_PHONE_NUMBER no',
			'left out',
		]);
		expect(simulator.called()).toEqual([FIRST]);
	});
});

describe('when the execution is stopped', () => {
	it('the call under way is finished and no other begun', async () => {
		const isCancelled = () => simulator.called().length === 2;
		const results = await run(allContacts, oneByOne({ isCancelled }));
		expect(words(results)).toEqual(['called', 'called', 'left out', 'left out']);
		expect(simulator.called()).toEqual([FIRST, SECOND]);
	});

	it('before the first call, no contact is called', async () => {
		expect(words(await run(allContacts, { isCancelled: () => true }))).toEqual(
			PEOPLE.map(() => 'left out'),
		);
		expect(simulator.requests).toEqual([]);
	});

	it('it takes less than a second, also while it waits for a line', async () => {
		simulator.fault(answering(429, { headers: { 'Retry-After': '600' } }));
		const clock = new PatientTime();
		const started = clock.now();
		const isCancelled = () => clock.now() - started > 100;
		expect(words(await run([to(FIRST)], oneByOne({ isCancelled }, clock)))).toEqual(['left out']);
		expect(clock.now() - started).toBeLessThan(1000);
	});
});

describe('where KrosAI takes no call at the moment', () => {
	const busy = (times = 1, headers = {}) =>
		simulator.fault(answering(429, { body: refusal('RATE_LIMIT_EXCEEDED'), times, headers }));

	it('every contact is called in the end', async () => {
		busy(3);
		expect(words(await run(allContacts))).toEqual(CALLED);
		expect([...simulator.called()].sort()).toEqual(PEOPLE);
		expect(simulator.requests).toHaveLength(7);
	});

	it('no contact is called for the time that it names', async () => {
		busy(1, { 'Retry-After': '0.7' });
		const clock = new PatientTime();
		const times: number[] = [];
		const watched: Client = async (request) => {
			times.push(clock.now());
			return await client(request);
		};
		expect(words(await run(allContacts, oneByOne({ client: watched }, clock)))).toEqual(CALLED);
		expect(times).toHaveLength(5);
		expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(699);
	});

	it('all who are left are given up after a while without a call, and were not called', async () => {
		busy(1000);
		const clock = new PatientTime();
		const started = clock.now();
		const results = await run(allContacts, oneByOne({ waitForLineMinutes: 0.01 }, clock));
		expect(clock.now() - started).toBeGreaterThanOrEqual(599);
		expect(clock.now() - started).toBeLessThan(1200);
		expect(words(results)).toEqual(PEOPLE.map(() => 'RATE_LIMIT_EXCEEDED no'));
		expect(results[3]).toMatchObject({
			failure: { httpCode: 429, message: expect.stringContaining(FOURTH) },
		});
		expect(simulator.called()).toEqual([]);
		// Nor is the account hammered in the meantime.
		expect(simulator.requests.length).toBeLessThan(20);
	});

	it('a longer pause than that is not waited for', async () => {
		busy(1, { 'Retry-After': '3600' });
		const clock = new PatientTime();
		const started = clock.now();
		const results = await run(allContacts, oneByOne({}, clock));
		expect(clock.now() - started).toBeLessThan(1000);
		expect(words(results)).toEqual(PEOPLE.map(() => 'RATE_LIMIT_EXCEEDED no'));
	});

	it('those who were called before come out as called, and the next try calls the others', async () => {
		await run([to(FIRST), failed(INVALID), to(THIRD)]);
		busy();
		const results = words(await run(allContacts, oneByOne({ waitForLineMinutes: 0 })));
		const given = 'RATE_LIMIT_EXCEEDED no';
		expect(results).toEqual(['called', given, 'called', given]);
		expect(words(await run(allContacts))).toEqual(CALLED);
	});
});

it('has nothing to do for an empty list', async () => {
	expect(await run([])).toEqual([]);
	expect(simulator.requests).toEqual([]);
});

describe('what is asked just before each call', () => {
	const blocked = failed({ ...INVALID, code: 'OUTSIDE_HOURS' });
	const skipped = { state: 'skipped', skipped: { status: 'skipped' } } as const;

	it('keeps a contact from being called, and no other', async () => {
		const instead = [undefined, blocked, undefined, skipped];
		const results = await run(allContacts, { askBefore: (item) => instead[item] });
		expect(words(results)).toEqual(['called', 'OUTSIDE_HOURS no', 'called', 'skipped']);
		expect([...simulator.called()].sort()).toEqual([FIRST, THIRD]);
	});

	it('is not asked of those who were called in an earlier try', async () => {
		await run(allContacts.slice(0, 2));
		const asked: number[] = [];
		const results = await run(allContacts, {
			askBefore: (item) => {
				asked.push(item);
				return blocked;
			},
		});
		expect(words(results)).toEqual(['called', 'called', 'OUTSIDE_HOURS no', 'OUTSIDE_HOURS no']);
		expect(asked).toEqual([2, 3]);
		// Who was kept from being called can be called by the next try.
		expect(words(await run(allContacts))).toEqual(CALLED);
		expect([...simulator.called()].sort()).toEqual(PEOPLE);
	});

	it('is asked again of a contact that KrosAI refused for now', async () => {
		simulator.set({ plan: 'free' });
		const isRefused = () => simulator.requests.some(({ status }) => status === 429);
		const askBefore = () => (isRefused() ? blocked : undefined);
		const results = await run(allContacts.slice(0, 2), oneByOne({ askBefore }));
		expect(words(results)).toEqual(['called', 'OUTSIDE_HOURS no']);
	});

	it('ends a run that stops at a failure, but not by a skip', async () => {
		const instead = [undefined, skipped, blocked, undefined];
		const ask = { stopAtFailure: true, askBefore: (item: number) => instead[item] };
		const results = await run(allContacts, oneByOne(ask));
		expect(words(results)).toEqual(['called', 'skipped', 'OUTSIDE_HOURS no', 'left out']);
	});
});
