import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { CallRequest } from '../../../../nodes/KrosAi/dialing/callRequest';
import type { Contact } from '../../../../nodes/KrosAi/dialing/contactList';
import { dial, type DialOptions } from '../../../../nodes/KrosAi/dialing/dialer';
import { openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../../../nodes/KrosAi/dialing/placement';
import { type Fault, type Simulator, startSimulator } from '../../../simulator';
import { answer, noAnswer, REQUEST } from '../../../support/exchanges';
import { KeyTable } from '../../../support/keyTable';
import { clientFor } from '../../../support/n8n';

// Rings hundreds, and the machine may have other things to do.
jest.setTimeout(30_000);

const PEOPLE = ['+14155550110', '+14155550111', '+14155550112', '+14155550113'] as const;
const [FIRST, SECOND, THIRD, FOURTH] = PEOPLE;

let simulator: Simulator;
let client: Client;
beforeAll(async () => {
	simulator = await startSimulator({ startsPerSecond: Infinity });
	client = await clientFor(simulator, { timeoutMs: 1000 });
});
let context: IDataObject;
beforeEach(() => {
	simulator.reset();
	context = {};
});
afterAll(async () => await simulator.close());

const to = (to_number: string, more: Partial<CallRequest> = {}): Contact => ({
	request: { ...REQUEST.body, to_number, ...more } as CallRequest,
});
const everybody = PEOPLE.map((number) => to(number));

const INVALID: CallFailure = {
	code: 'INVALID_PHONE_NUMBER',
	httpCode: null,
	field: 'to_number',
	value: 'x',
	message: 'What happened',
	description: 'What to do',
	placed: 'no',
};

interface Try extends Partial<Omit<DialOptions, 'ledger'>> {
	runIndex?: number;
	executionId?: string;
	isToolRun?: boolean;
}

/** One try, from what n8n has kept of those before, as it comes out of its database. */
async function run(
	contacts: Contact[],
	{ runIndex = 0, executionId = '1', isToolRun = false, ...options }: Try = {},
) {
	context = JSON.parse(JSON.stringify(context)) as IDataObject;
	return await dial(contacts, {
		client,
		ledger: openLedger({ nodeContext: context, runIndex, executionId, isToolRun }),
		stopAtFailure: false,
		isCancelled: () => false,
		callsPerSecond: 200,
		waitForLineMinutes: 15,
		lookUpUnknownCalls: false,
		addLookUpKey: false,
		keys: new KeyTable(),
		...options,
	});
}

/** Each outcome in a word: "called", or the failure's code and whether the phone may have rung. */
const words = (outcomes: Awaited<ReturnType<typeof run>>) =>
	outcomes.map((outcome) => {
		if (!outcome) return 'left out';
		if ('skipped' in outcome) return `skipped ${String(outcome.skipped.key ?? '')}`.trim();
		return 'call' in outcome ? 'called' : `${outcome.failure.code} ${outcome.failure.placed}`;
	});

it('rings everybody once, and gives, in their order, the answers as they came', async () => {
	const outcomes = await run(everybody);
	expect([...simulator.rung()].sort()).toEqual(PEOPLE);
	expect(outcomes).toEqual(
		PEOPLE.map((to_number) => ({
			call: expect.objectContaining({
				call_id: expect.any(String),
				to_number,
				status: 'initiated',
			}),
		})),
	);
	expect(simulator.requests.map(({ body }) => body)).toEqual(
		expect.arrayContaining(everybody.map((contact) => 'request' in contact && contact.request)),
	);
});

/** The client, with each answer as late as this. */
const slowly =
	(ms: number): Client =>
	async (request) => {
		const exchange = await client(request);
		await new Promise((resolve) => setTimeout(resolve, ms));
		return exchange;
	};

it('waits for no answer before it rings the next', async () => {
	const started = Date.now();
	const outcomes = await run(everybody, { client: slowly(500) });
	expect(Date.now() - started).toBeLessThan(1000);
	expect(outcomes).toEqual(
		PEOPLE.map((to_number) => ({ call: expect.objectContaining({ to_number }) })),
	);
});

it('starts together those who follow answers that come together', async () => {
	const unanswered: Array<() => void> = [];
	const late: Client = async (request) => {
		await new Promise<void>((resolve) => unanswered.push(resolve));
		return answer(200, { call_id: `call_${unanswered.length}`, ...request.body });
	};
	const naps: Array<() => void> = [];
	const clock = {
		now: () => performance.now(),
		sleep: async (ms: number) => {
			// The long ones look whether the execution was stopped.
			if (ms < 500) await new Promise<void>((resolve) => naps.push(resolve));
			else await new Promise(() => {});
		},
	};
	const contacts = Array.from({ length: 103 }, () => to(FIRST));
	const done = run(contacts, { client: late, clock, callsPerSecond: 1_000_000 });
	const turn = async () => await new Promise((resolve) => setImmediate(resolve));
	for (let ended = 0; unanswered.length < 100; ended += 1) {
		await turn();
		naps.shift()?.();
	}
	for (const index of [0, 1, 2]) {
		unanswered[index]!();
		await turn();
		expect(unanswered.length).toBe(100);
	}
	naps.forEach((wake) => wake());
	await turn();
	expect(unanswered.length).toBe(103);
	unanswered.forEach((resolve) => resolve());
	await turn();
	naps.forEach((wake) => wake());
	expect(words(await done)).toEqual(contacts.map(() => 'called'));
});

it('starts no more calls in a second than it may', async () => {
	const times: number[] = [];
	await run(
		Array.from({ length: 30 }, () => to(FIRST)),
		{
			callsPerSecond: 20,
			client: async (request) => {
				times.push(Date.now());
				return await client(request);
			},
		},
	);
	for (const [index, time] of times.slice(20).entries()) {
		expect(time - times[index]!).toBeGreaterThanOrEqual(1000);
	}
	expect(times.at(-1)! - times[0]!).toBeLessThan(1900);
});

it('rings two people of one number twice, being two contacts', async () => {
	await run([to(FIRST), to(FIRST)]);
	await run([to(FIRST), to(FIRST)]);
	expect(simulator.rung()).toEqual([FIRST, FIRST]);
});

describe('whatever befalls one contact, three tries ring nobody twice', () => {
	const atSecond = (fault: Fault): Fault => ({ ...fault, toNumber: SECOND, times: 1 });

	it.each<[string, Fault, string, string]>([
		['the answer is lost', { kind: 'dropAfter' }, 'NETWORK unknown', 'NETWORK unknown'],
		['the request is lost', { kind: 'dropBefore' }, 'NETWORK unknown', 'NETWORK unknown'],
		['the answer is late', { kind: 'delay', ms: 1500 }, 'TIMEOUT unknown', 'TIMEOUT unknown'],
		['the answer is garbage', { kind: 'garbage' }, 'BAD_RESPONSE unknown', 'BAD_RESPONSE unknown'],
		[
			'500 after the call was accepted',
			{ kind: 'status', status: 500, accepting: 'after' },
			'HTTP_500 unknown',
			'HTTP_500 unknown',
		],
		[
			'502 with a page',
			{ kind: 'status', status: 502, accepting: 'after', body: '<html>' },
			'HTTP_502 unknown',
			'HTTP_502 unknown',
		],
		[
			'408 after the call was accepted',
			{ kind: 'status', status: 408, accepting: 'after' },
			'HTTP_408 unknown',
			'HTTP_408 unknown',
		],
		[
			'a redirect',
			{ kind: 'redirect', location: 'http://127.0.0.1/' },
			'HTTP_307 unknown',
			'HTTP_307 unknown',
		],
		[
			'a refusal that does not come again',
			{ kind: 'status', status: 422, accepting: 'before' },
			'HTTP_422 no',
			'called',
		],
	])('%s', async (_, fault, first, later) => {
		simulator.fault(atSecond(fault));
		const tries = [await run(everybody), await run(everybody), await run(everybody)];
		expect(tries.map(words)).toEqual([
			['called', first, 'called', 'called'],
			['called', later, 'called', 'called'],
			['called', later, 'called', 'called'],
		]);
		expect(new Set(simulator.rung()).size).toBe(simulator.rung().length);
		expect(simulator.requests).toHaveLength(later === 'called' ? 5 : 4);
	});
});

it('gives the calls of an earlier try again, unchanged', async () => {
	const first = await run(everybody);
	const second = await run(everybody);
	expect(second).toEqual(first);
	expect(simulator.requests).toHaveLength(4);
});

it('gives the failure of an earlier try again, unchanged', async () => {
	simulator.fault({ kind: 'dropAfter' });
	const first = await run([to(FIRST)]);
	expect(await run([to(FIRST)])).toEqual(first);
});

it('does not ring where an earlier try ended before its answer came', async () => {
	// The process was killed: what n8n has kept was written before the request left.
	await run([to(FIRST)], {
		client: async (request) => {
			const kept = JSON.parse(JSON.stringify(context)) as IDataObject;
			const exchange = await client(request);
			context = kept;
			return exchange;
		},
	});
	const [outcome] = await run([to(FIRST)]);
	expect(outcome).toMatchObject({
		failure: {
			code: 'NETWORK',
			httpCode: null,
			placed: 'unknown',
			message: expect.stringContaining(FIRST),
			description: expect.stringContaining('call log'),
		},
	});
	expect(simulator.rung()).toEqual([FIRST]);
});

it('rings the same people again in the next round of a loop', async () => {
	await run([to(FIRST)], { runIndex: 0 });
	await run([to(FIRST)], { runIndex: 1 });
	await run([to(FIRST)], { runIndex: 1 });
	expect(simulator.rung()).toEqual([FIRST, FIRST]);
});

it('rings a contact whose number was corrected before the retry', async () => {
	await run([to(FIRST)]);
	await run([to(SECOND)]);
	expect(simulator.rung()).toEqual([FIRST, SECOND]);
});

it.each([
	['a workflow', false, [FIRST]],
	['an AI agent', true, [FIRST, FIRST]],
])('for %s, other metadata is another call: %s', async (_, isToolRun, rung) => {
	await run([to(FIRST, { metadata: { at: '10:00' } })], { isToolRun });
	await run([to(FIRST, { metadata: { at: '10:01' } })], { isToolRun });
	await run([to(FIRST, { metadata: { at: '10:01' } })], { isToolRun });
	expect(simulator.rung()).toEqual(rung);
});

describe('a contact that was refused before anything was sent', () => {
	it('keeps its place among the others', async () => {
		const contacts = [to(FIRST), { failure: INVALID }, to(THIRD)];
		const outcomes = await run(contacts);
		expect(words(outcomes)).toEqual(['called', 'INVALID_PHONE_NUMBER no', 'called']);
		expect(outcomes[1]).toEqual({ failure: INVALID });
		expect(simulator.rung()).toEqual([FIRST, THIRD]);
	});
});

describe('after a 401', () => {
	/** Slow enough for an answer to come before the next start. */
	const oneByOne = { callsPerSecond: 4 };
	const refuseKey = (times = 1) =>
		simulator.fault({ kind: 'status', status: 401, accepting: 'before', toNumber: SECOND, times });

	it('no further call is started, and everybody is told why', async () => {
		refuseKey();
		const outcomes = await run(everybody, oneByOne);
		expect(words(outcomes)).toEqual(['called', 'HTTP_401 no', 'HTTP_401 no', 'HTTP_401 no']);
		expect(simulator.requests).toHaveLength(2);
		expect(outcomes[3]).toMatchObject({
			failure: { httpCode: 401, message: expect.stringContaining(FOURTH), placed: 'no' },
		});
	});

	it('a contact that was called in an earlier try still comes out as called', async () => {
		await run([to(FIRST), { failure: INVALID }, to(THIRD)]);
		refuseKey();
		expect(words(await run(everybody, oneByOne))).toEqual([
			'called',
			'HTTP_401 no',
			'called',
			'HTTP_401 no',
		]);
	});

	it('a contact that may have been rung in an earlier try is still unknown', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: THIRD });
		await run([to(FIRST), { failure: INVALID }, to(THIRD)]);
		refuseKey();
		expect(words(await run(everybody, oneByOne))[2]).toBe('NETWORK unknown');
	});

	it('no call is started by the further tries of n8n either', async () => {
		refuseKey();
		await run(everybody, oneByOne);
		expect(words(await run(everybody, oneByOne)).slice(1)).toEqual(Array(3).fill('HTTP_401 no'));
		expect(simulator.requests).toHaveLength(2);
	});

	it('a retry of the execution calls the others, with a key that is right', async () => {
		refuseKey();
		await run(everybody, oneByOne);
		const retried = await run(everybody, { ...oneByOne, executionId: '2' });
		expect(words(retried)).toEqual(['called', 'called', 'called', 'called']);
		expect(simulator.rung()).toEqual(PEOPLE);
	});
});

describe('where the first failure ends the run', () => {
	const stopAtFailure = true;

	it('nobody is called after it', async () => {
		simulator.fault({ kind: 'status', status: 503, accepting: 'before', toNumber: SECOND });
		const outcomes = await run(everybody, { stopAtFailure, callsPerSecond: 10 });
		expect(words(outcomes)).toEqual(['called', 'HTTP_503 unknown', 'left out', 'left out']);
		expect(simulator.rung()).toEqual([FIRST]);
	});

	it('the calls under way come out all the same', async () => {
		simulator.fault({ kind: 'status', status: 503, accepting: 'before', toNumber: FIRST });
		const outcomes = await run(everybody, { stopAtFailure, client: slowly(100) });
		expect(words(outcomes)).toEqual(['HTTP_503 unknown', 'called', 'called', 'called']);
	});

	it('the next try goes on after those who were called', async () => {
		simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: THIRD });
		await run(everybody, { stopAtFailure });
		expect(words(await run(everybody, { stopAtFailure }))).toEqual([
			'called',
			'called',
			'called',
			'called',
		]);
		expect([...simulator.rung()].sort()).toEqual(PEOPLE);
	});

	it('ends at a contact that was refused before', async () => {
		const contacts = [to(FIRST), { failure: INVALID }, to(THIRD)];
		expect(words(await run(contacts, { stopAtFailure }))).toEqual([
			'called',
			'INVALID_PHONE_NUMBER no',
			'left out',
		]);
		expect(simulator.rung()).toEqual([FIRST]);
	});
});

describe('when the execution is stopped', () => {
	it('the call under way is finished and no other begun', async () => {
		const outcomes = await run(everybody, {
			isCancelled: () => simulator.rung().length === 2,
			callsPerSecond: 10,
		});
		expect(words(outcomes)).toEqual(['called', 'called', 'left out', 'left out']);
		expect(simulator.rung()).toEqual([FIRST, SECOND]);
	});

	it('before the first call, nobody is rung', async () => {
		expect(words(await run(everybody, { isCancelled: () => true }))).toEqual(
			PEOPLE.map(() => 'left out'),
		);
		expect(simulator.requests).toEqual([]);
	});

	it('it takes less than a second, also while it waits for a line', async () => {
		simulator.fault({
			kind: 'status',
			status: 429,
			accepting: 'before',
			headers: { 'Retry-After': '600' },
		});
		const started = Date.now();
		const outcomes = await run([to(FIRST)], { isCancelled: () => Date.now() - started > 100 });
		expect(words(outcomes)).toEqual(['left out']);
		expect(Date.now() - started).toBeLessThan(1000);
	});
});

describe('where KrosAI takes no call at the moment', () => {
	const refuse = (times: number, more: Partial<Fault> = {}) =>
		simulator.fault({
			kind: 'status',
			status: 429,
			accepting: 'before',
			body: { error: 'Said by KrosAI', code: 'RATE_LIMIT_EXCEEDED' },
			times,
			...more,
		} as Fault);

	it.each<[string, Partial<Fault>]>([
		['RATE_LIMIT_EXCEEDED', {}],
		['CONCURRENT_LIMIT_EXCEEDED', { body: { error: '', code: 'CONCURRENT_LIMIT_EXCEEDED' } }],
		['no words', { body: '' }],
	] as Array<[string, Partial<Fault>]>)('everybody is called in the end (%s)', async (_, fault) => {
		refuse(3, fault);
		expect(words(await run(everybody))).toEqual(PEOPLE.map(() => 'called'));
		expect([...simulator.rung()].sort()).toEqual(PEOPLE);
		expect(simulator.requests).toHaveLength(7);
	});

	it.each<[string, Partial<Fault>]>([
		['Retry-After', { headers: { 'Retry-After': '0.7' } }],
		['retry_after', { body: { error: '', code: 'RATE_LIMIT_EXCEEDED', retry_after: 0.7 } }],
	] as Array<[string, Partial<Fault>]>)(
		'nobody is called for the time named by %s',
		async (_, fault) => {
			refuse(1, fault);
			expect(words(await run(everybody))).toEqual(PEOPLE.map(() => 'called'));
			const refusedAt = simulator.requests.find(({ status }) => status === 429)!.at;
			const later = simulator.requests.filter(({ at }) => at > refusedAt + 100);
			expect(later.length).toBeGreaterThan(0);
			for (const { at } of later) expect(at - refusedAt).toBeGreaterThanOrEqual(690);
		},
	);

	it('all who are left are given up after a while without a call, and were not rung', async () => {
		refuse(1000, { toNumber: undefined });
		const started = Date.now();
		const outcomes = await run(everybody, { waitForLineMinutes: 0.01 });
		expect(Date.now() - started).toBeGreaterThanOrEqual(600);
		expect(Date.now() - started).toBeLessThan(1200);
		expect(words(outcomes)).toEqual(PEOPLE.map(() => 'RATE_LIMIT_EXCEEDED no'));
		expect(outcomes[3]).toMatchObject({
			failure: { httpCode: 429, message: expect.stringContaining(FOURTH) },
		});
		expect(simulator.rung()).toEqual([]);
		// Nor is the account hammered in the meantime.
		expect(simulator.requests.length).toBeLessThan(20);
	});

	it('a longer pause than that is not waited for', async () => {
		refuse(1, { headers: { 'Retry-After': '3600' } } as Partial<Fault>);
		const started = Date.now();
		const outcomes = await run(everybody, { callsPerSecond: 10 });
		expect(Date.now() - started).toBeLessThan(1000);
		expect(words(outcomes)).toEqual(PEOPLE.map(() => 'RATE_LIMIT_EXCEEDED no'));
	});

	it('those who were called before still come out as called', async () => {
		await run([to(FIRST), { failure: INVALID }, to(THIRD)]);
		refuse(1000);
		expect(words(await run(everybody, { waitForLineMinutes: 0 }))).toEqual([
			'called',
			'RATE_LIMIT_EXCEEDED no',
			'called',
			'RATE_LIMIT_EXCEEDED no',
		]);
	});

	it('the next try calls those who were given up', async () => {
		refuse(1);
		await run(everybody, { waitForLineMinutes: 0, callsPerSecond: 10 });
		expect(words(await run(everybody))).toEqual(PEOPLE.map(() => 'called'));
	});
});

describe('with a look into the call log', () => {
	/** Real time, but for the waits: those end at once. */
	const impatient = () => {
		let skipped = 0;
		return {
			now: () => Date.now() + skipped,
			sleep: async (ms: number) => {
				const isLong = ms >= 400;
				if (isLong) skipped += ms;
				await new Promise((resolve) => setTimeout(resolve, isLong ? 1 : ms));
			},
		};
	};
	const lookingUp = (more: Try = {}): Try => ({
		lookUpUnknownCalls: true,
		clock: impatient(),
		callsPerSecond: 10,
		...more,
	});
	const lookUps = () => simulator.requests.filter(({ method }) => method === 'GET').length;

	it.each<[string, Fault]>([
		['the answer was lost', { kind: 'dropAfter' }],
		['the answer is garbage', { kind: 'garbage' }],
		['500 came after the call was accepted', { kind: 'status', status: 500, accepting: 'after' }],
		['the answer is late', { kind: 'delay', ms: 1500 }],
	])('a call whose %s is the output of its contact', async (_, fault) => {
		simulator.fault({ ...fault, toNumber: SECOND });
		const outcomes = await run(everybody, lookingUp());
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
});

describe('once per key', () => {
	let keys: KeyTable;
	beforeEach(() => {
		keys = new KeyTable();
	});
	const keyed = (to_number: string, key: string): Contact => ({ ...to(to_number), key });
	const list = PEOPLE.map((number, index) => keyed(number, `k${index}`));
	/** Another execution: n8n has kept nothing of the one before. */
	const newExecution = async (contacts: Contact[], more: Try = {}) => {
		context = {};
		return await run(contacts, { keys, ...more });
	};

	it('nobody is called in a second execution', async () => {
		expect(words(await newExecution(list))).toEqual(PEOPLE.map(() => 'called'));
		const again = await newExecution([...list, keyed(FIRST, 'new')]);
		expect(words(again)).toEqual([...PEOPLE.map((_, index) => `skipped k${index}`), 'called']);
		expect(simulator.rung()).toHaveLength(5);
	});

	it('the second contact with a key is skipped in one execution', async () => {
		const outcomes = await newExecution([keyed(FIRST, 'k'), keyed(SECOND, 'k'), to(THIRD)]);
		expect(words(outcomes)).toEqual(['called', 'skipped k', 'called']);
	});

	describe('of several contacts with a key', () => {
		const twice = [keyed(FIRST, 'k'), keyed(SECOND, 'k'), to(THIRD)];
		const refuseFirst = (times = 1) =>
			simulator.fault({
				kind: 'status',
				status: 400,
				accepting: 'before',
				toNumber: FIRST,
				times,
				body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
			});

		it('the next is called where KrosAI refused the first', async () => {
			refuseFirst();
			const outcomes = await newExecution(twice);
			expect(words(outcomes)).toEqual(['INSUFFICIENT_BALANCE no', 'called', 'called']);
			expect(words(await newExecution(twice))).toEqual(['skipped k', 'skipped k', 'called']);
			expect(keys.row).toHaveLength(1);
		});

		it('the next is called once, also where its turn has not come yet', async () => {
			refuseFirst();
			const between = [0, 1].map((index) => keyed(THIRD, `b${index}`));
			await newExecution([twice[0]!, ...between, twice[1]!], { callsPerSecond: 10 });
			expect(simulator.rung()).toEqual([THIRD, THIRD, SECOND]);
		});

		it('the next is called where the rules keep the first from being called', async () => {
			const skipped = { status: 'skipped', reason: 'NO_CONSENT', retry_at: null };
			const askBefore = (item: number) => (item === 0 ? { skipped } : undefined);
			const outcomes = await newExecution(twice, { askBefore });
			expect(words(outcomes)).toEqual(['skipped', 'called', 'called']);
		});

		it('the key goes on until somebody is called', async () => {
			refuseFirst(9);
			const many = [...Array<Contact>(12).fill(twice[0]!), twice[1]!, twice[1]!];
			const outcomes = words(await newExecution(many));
			expect(outcomes.slice(0, 12)).toEqual(
				Array<string>(9).fill('INSUFFICIENT_BALANCE no').concat('called', 'skipped k', 'skipped k'),
			);
			expect(outcomes.slice(12)).toEqual(['skipped k', 'skipped k']);
			expect(simulator.rung()).toEqual([FIRST]);
		});

		it('the next is skipped where the first may have been called', async () => {
			simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
			const outcomes = await newExecution(twice);
			expect(words(outcomes)).toEqual(['NETWORK unknown', 'skipped k', 'called']);
			expect(simulator.rung()).not.toContain(SECOND);
		});

		it('the first is skipped in a retry, where the next was called', async () => {
			refuseFirst();
			await newExecution(twice);
			expect(words(await run(twice, { keys }))).toEqual(['skipped k', 'called', 'called']);
			expect(simulator.rung()).toHaveLength(2);
		});

		it('none is called whose key an earlier execution has', async () => {
			await newExecution([keyed(THIRD, 'k')]);
			expect(words(await newExecution(twice))).toEqual(['skipped k', 'skipped k', 'called']);
		});

		it('the key is let go where none was called', async () => {
			refuseFirst(2);
			await newExecution([twice[0]!, twice[0]!]);
			expect(keys.row).toEqual([]);
		});

		it('none is called after the first has ended the run', async () => {
			refuseFirst();
			const outcomes = await newExecution(twice, { stopAtFailure: true, callsPerSecond: 4 });
			expect(words(outcomes).slice(0, 2)).toEqual(['INSUFFICIENT_BALANCE no', 'left out']);
			expect(keys.row).toEqual([]);
		});
	});

	it('a retry gives its own calls, and not skipped contacts', async () => {
		simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
		await newExecution(list);
		expect(words(await run(list, { keys }))).toEqual(PEOPLE.map(() => 'called'));
		expect([...simulator.rung()].sort()).toEqual(PEOPLE);
	});

	it('who was certainly not called is called by the next execution', async () => {
		simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
		await newExecution(list);
		expect(words(await newExecution(list))).toEqual([
			'skipped k0',
			'called',
			'skipped k2',
			'skipped k3',
		]);
	});

	it('who may have been called is not', async () => {
		simulator.fault({ kind: 'dropBefore', toNumber: SECOND });
		await newExecution(list);
		expect(words(await newExecution(list))[1]).toBe('skipped k1');
	});

	it('a retry calls who may have been called, and turns out not to be', async () => {
		simulator.fault({ kind: 'dropBefore', toNumber: SECOND });
		await newExecution(list);
		const aMinuteLater = {
			now: () => Date.now() + 60_000,
			sleep: async (ms: number) => await new Promise<void>((resolve) => setTimeout(resolve, ms)),
		};
		const again = await run(list, { keys, clock: aMinuteLater, lookUpUnknownCalls: true });
		expect(words(again)).toEqual(PEOPLE.map(() => 'called'));
		expect([...simulator.rung()].sort()).toEqual(PEOPLE);
		expect(words(await newExecution(list))[1]).toBe('skipped k1');
	});

	it('who was not called is let go although the store failed for those after', async () => {
		simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
		const many = Array.from({ length: 20 }, (_, index) =>
			keyed(index === 1 ? SECOND : FIRST, `k${index}`),
		);
		const record = keys.record.bind(keys);
		let writes = 0;
		keys.record = async (some) => {
			if ((writes += 1) === 2) throw new Error('Database is locked');
			return await record(some);
		};
		await newExecution(many);
		keys.record = record;
		expect(simulator.rung()).toHaveLength(9);
		expect(words(await run(many, { keys }))).toEqual(many.map(() => 'called'));
	});

	it('who was left out is called by the next execution', async () => {
		simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
		await newExecution(list, { stopAtFailure: true, callsPerSecond: 4 });
		expect(words(await newExecution(list))).toEqual(['skipped k0', 'called', 'called', 'called']);
	});

	it('a crash leaves people unrung, and rings nobody twice', async () => {
		const crash = new Error('The process is gone');
		const crashing: Client = async (request) => {
			if (simulator.rung().length === 2) throw crash;
			return await client(request);
		};
		// Nothing of what a run does at its end happens.
		const record = keys.record.bind(keys);
		keys.release = async () => await new Promise(() => {});
		void newExecution(list, { client: crashing, callsPerSecond: 10 });
		await new Promise((resolve) => setTimeout(resolve, 600));
		keys.release = async () => {};
		keys.record = record;
		await newExecution(list);
		expect(simulator.rung()).toEqual([FIRST, SECOND]);
	});

	it('takes few writes for a long list', async () => {
		const many = Array.from({ length: 1000 }, (_, index) => keyed(FIRST, `k${index}`));
		const client: Client = async () => answer(200, { call_id: 'call_1' });
		await newExecution(many, { callsPerSecond: 100_000, client });
		expect(keys.writes).toBeLessThanOrEqual(101);
		expect(keys.row).toHaveLength(1000);
	});

	it('records the keys shortly before their contacts are called', async () => {
		const many = Array.from({ length: 30 }, (_, index) => keyed(FIRST, `k${index}`));
		const recorded: number[] = [];
		await newExecution(many, {
			client: async (request) => {
				recorded.push(keys.row.length);
				return await client(request);
			},
		});
		expect(recorded[0]).toBe(10);
		expect(recorded[9]).toBe(10);
		expect(recorded[10]).toBe(20);
	});

	it('writes its keys once more at its end, should another execution have erased them', async () => {
		await newExecution(list, {
			client: async (request) => {
				keys.row = [];
				return await client(request);
			},
		});
		expect(keys.row).toHaveLength(4);
	});

	it('where they cannot be kept nobody is called who has one', async () => {
		keys.fault = new Error('No workflow');
		const outcomes = await newExecution([...list.slice(1), list[1]!, to(FIRST)]);
		expect(words(outcomes)).toEqual([...PEOPLE.map(() => 'INVALID_PARAMETER no'), 'called']);
		expect(outcomes[0]).toMatchObject({
			failure: { description: expect.stringContaining('No workflow') },
		});
		expect(simulator.rung()).toEqual([FIRST]);
	});

	it('where they cannot be kept any more, each with a key says so, also the second with one', async () => {
		const many = Array.from({ length: 12 }, (_, index) => keyed(FIRST, `k${index % 11}`));
		const outcomes = await newExecution(many, {
			client: async (request) => {
				keys.fault = new Error('Database is locked');
				return await client(request);
			},
		});
		expect(words(outcomes)).toEqual([
			...Array<string>(10).fill('called'),
			...Array<string>(2).fill('INVALID_PARAMETER no'),
		]);
	});

	it('where they cannot be kept at the end the calls come out all the same', async () => {
		const onKeysNotKept = jest.fn();
		const outcomes = await newExecution([keyed(FIRST, 'k')], {
			onKeysNotKept,
			client: async (request) => {
				keys.fault = new Error('Database is locked');
				return await client(request);
			},
		});
		expect(words(outcomes)).toEqual(['called']);
		expect(onKeysNotKept).toHaveBeenCalledTimes(1);
	});

	it('keeps no keys of contacts without one', async () => {
		await newExecution(everybody);
		expect(keys.reads).toBe(0);
	});
});

it('has nothing to do for nobody', async () => {
	expect(await run([])).toEqual([]);
	expect(simulator.requests).toEqual([]);
});

describe('what is asked just before each call', () => {
	const blocked = { failure: { ...INVALID, code: 'OUTSIDE_HOURS' } };
	const skipped = { skipped: { status: 'skipped' } };

	it('keeps a contact from being rung, and nobody else', async () => {
		const instead = [undefined, blocked, undefined, skipped];
		const outcomes = await run(everybody, { askBefore: (item) => instead[item] });
		expect(words(outcomes)).toEqual(['called', 'OUTSIDE_HOURS no', 'called', 'skipped']);
		expect([...simulator.rung()].sort()).toEqual([FIRST, THIRD]);
	});

	it('is not asked of those who were called in an earlier try', async () => {
		await run(everybody.slice(0, 2));
		const asked: number[] = [];
		const outcomes = await run(everybody, {
			askBefore: (item) => {
				asked.push(item);
				return blocked;
			},
		});
		expect(words(outcomes)).toEqual(['called', 'called', 'OUTSIDE_HOURS no', 'OUTSIDE_HOURS no']);
		expect(asked).toEqual([2, 3]);
		// Who was kept from being called can be called by the next try.
		expect(words(await run(everybody))).toEqual(['called', 'called', 'called', 'called']);
		expect([...simulator.rung()].sort()).toEqual(PEOPLE);
	});

	it('is asked again of a contact whom KrosAI refused for now', async () => {
		simulator.set({ plan: 'free' });
		const asked: number[] = [];
		const outcomes = await run(everybody.slice(0, 2), {
			askBefore: (item) => {
				asked.push(item);
				return asked.filter((other) => other === item).length > 1 ? blocked : undefined;
			},
		});
		simulator.set({ plan: 'enterprise' });
		expect(asked).toEqual([0, 1, 1]);
		expect(words(outcomes)).toEqual(['called', 'OUTSIDE_HOURS no']);
	});

	it('ends a run that stops at a failure, but not by a skip', async () => {
		const instead = [undefined, skipped, blocked, undefined];
		const outcomes = await run(everybody, {
			stopAtFailure: true,
			callsPerSecond: 20,
			askBefore: (item) => instead[item],
		});
		expect(words(outcomes)).toEqual(['called', 'skipped', 'OUTSIDE_HOURS no', 'left out']);
	});
});
