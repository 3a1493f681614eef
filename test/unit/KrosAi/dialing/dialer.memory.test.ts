import type { IExecuteFunctions } from 'n8n-workflow';
import { memoryOf } from '../../../../nodes/KrosAi/actions/call/keyStore';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { DialContact } from '../../../../nodes/KrosAi/dialing/contactList';
import type { Clock } from '../../../../nodes/KrosAi/dialing/dialer';
import type { KeyStore } from '../../../../nodes/KrosAi/dialing/onceKeys';
import { RecentStarts } from '../../../../nodes/KrosAi/dialing/recentStarts';
import { until } from '../../../../simulator/client';
import {
	client,
	allContacts,
	CALLED,
	failed,
	FIRST,
	FOURTH,
	INVALID,
	kept,
	keyed,
	newExecution,
	oneByOne,
	PEOPLE,
	refuse,
	REFUSED,
	run,
	SECOND,
	simulator,
	THIRD,
	to,
	type Try,
	useDialing,
	words,
} from '../../../support/dialing';
import { answer, noAnswer } from '../../../support/exchanges';
import { PatientTime, VirtualTime } from '../../../support/clocks';

useDialing();

const UNKNOWN = PEOPLE.map(() => 'NETWORK unknown');
const forever = new Promise<never>(() => {});

/** So many contacts, each with a number of its own. */
const crowd = (length: number) => Array.from({ length }, (_, item) => to(`+141555501${item + 10}`));

/** A store of n8n's that fails, after so many writes. */
function failing(afterWrites = 0): KeyStore {
	const table = kept.memory;
	let writes = 0;
	return {
		record: async (keys) => {
			if ((writes += 1) > afterWrites) throw new Error('Database is locked');
			return await table.record(keys);
		},
		release: async (keys) => await table.release(keys),
	};
}

/** A retry of the execution by n8n, which has kept nothing of the node. */
function retry(contacts: DialContact[], more: Try = {}) {
	kept.context = {};
	return run(contacts, { isRetry: true, executionId: 'retry', ...more });
}

/**
 * One try that ends as n8n is killed: after so many writes to the memory, when the next is under way,
 * or so many requests, of which the last is not answered any more. Two contacts are noted at a time.
 */
async function killed(
	contacts: DialContact[],
	at: { writes?: number; requests?: number },
	more: Try = {},
): Promise<void> {
	const table = kept.memory;
	let isDead = false;
	let tell = () => {};
	const dead = new Promise<void>((resolve) => (tell = resolve));
	let writing = Promise.resolve<unknown>(undefined);
	const die = async () => {
		isDead = true;
		// What n8n has begun to write may be on the disk.
		void writing.then(tell);
		return await forever;
	};
	const time = new PatientTime();
	const clock: Clock = {
		now: () => time.now(),
		date: () => time.date(),
		sleep: async (ms) => await (isDead ? forever : time.sleep(ms)),
	};
	let writes = 0;
	const memory: KeyStore = {
		record: async (keys) => {
			if (isDead || writes === at.writes) return await die();
			writes += 1;
			const written = table.record(keys);
			writing = written;
			return await written;
		},
		release: die,
	};
	let requests = 0;
	const patient = time.watch(client);
	const dying: Client = async (request) => {
		if (isDead) return await forever;
		requests += 1;
		const last = requests;
		const exchange = await patient(request);
		return last === at.requests ? await die() : exchange;
	};
	void run(contacts, { callsPerSecond: 2, memory, client: dying, clock, ...more });
	await dead;
	kept.context = {};
}

describe('after n8n was killed', () => {
	const six = crowd(6);

	it.each<[string, Parameters<typeof killed>[1], number]>([
		['before it noted anything', { writes: 0 }, 0],
		['with one call under way', { requests: 1 }, 2],
		['before it noted the next', { writes: 1 }, 2],
		// When the last who was noted is called, the next two are.
		['with two', { requests: 2 }, 4],
		['with three', { requests: 3 }, 4],
		['with all', { requests: 6 }, 6],
	])('%s, a retry calls all but those who were noted', async (_, at, noted) => {
		await killed(six, at);
		const results = words(await retry(six));
		const expected = six.map((_contact, item) => (item < noted ? 'NETWORK unknown' : 'called'));
		expect(results).toEqual(expected);
		expect(new Set(simulator.called()).size).toBe(simulator.called().length);
	});

	it('a contact who was noted and not called comes out as unknown, and learns why', async () => {
		await killed(allContacts, { requests: 1 });
		const [, second] = await retry(allContacts);
		expect(second).toMatchObject({
			failure: {
				placed: 'unknown',
				message: expect.stringMatching(/^Call to \+14155550111: .*n8n kept nothing/),
			},
		});
		expect(simulator.called()).not.toContain(SECOND);
	});

	it.each(['byNumber', 'byKey'] as const)(
		'a retry finds the calls that were placed in the log, %s',
		async (lookUpUnknownCalls) => {
			await killed(allContacts, { requests: 1 }, { lookUpUnknownCalls });
			const results = await retry(allContacts, oneByOne({ lookUpUnknownCalls }));
			expect(words(results)).toEqual(['called', 'NETWORK unknown', 'called', 'called']);
			expect(simulator.called()).toEqual([FIRST, THIRD, FOURTH]);
		},
	);

	it('however often, each contact is called once at most, and none is missing', async () => {
		const many = crowd(12);
		for (const [index, requests] of [1, 2, 1, 1].entries()) {
			await killed(many, { requests }, { isRetry: index > 0, executionId: String(index) });
		}
		const results = words(await retry(many, { lookUpUnknownCalls: 'byNumber' }));
		const called = simulator.called();
		expect(new Set(called).size).toBe(called.length);
		expect(results.filter((word) => word === 'called')).toHaveLength(called.length);
		expect(new Set(results)).toEqual(new Set(['called', 'NETWORK unknown']));
		expect(called.length).toBeGreaterThanOrEqual(7);
	});

	it('two people of one number are two contacts', async () => {
		await killed([to(FIRST), to(FIRST), to(FIRST)], { requests: 1 });
		const results = await retry([to(FIRST), to(FIRST), to(FIRST)]);
		expect(words(results)).toEqual(['NETWORK unknown', 'NETWORK unknown', 'called']);
		expect(simulator.called()).toHaveLength(2);
	});

	it('a retry with the rows in another order calls no contact twice', async () => {
		await killed(allContacts, { requests: 1 });
		await retry([...allContacts].reverse());
		expect([...simulator.called()].sort()).toEqual([FIRST, THIRD, FOURTH]);
	});

	it('an execution that is no retry calls all contacts, and so does another round', async () => {
		await killed(allContacts, { requests: 4 });
		newExecution();
		expect(words(await run(allContacts))).toEqual(CALLED);
		expect(words(await run(allContacts, { runIndex: 1 }))).toEqual(CALLED);
		expect(simulator.called()).toHaveLength(12);
	});
});

describe('n8n runs an execution again that it takes for stalled, with a lineage of its own:', () => {
	const again = { lineageOf: { id: 'another', since: undefined } };

	it('no contact is called, whichever were', async () => {
		await killed(allContacts, { requests: 2 });
		expect(words(await run(allContacts, again))).toEqual(UNKNOWN);
		expect(simulator.called()).toHaveLength(2);
		newExecution();
		expect(words(await run(allContacts))).toEqual(CALLED);
	});

	it('also not by the tries of Retry On Fail that follow', async () => {
		await killed(allContacts, { requests: 2 });
		await run(allContacts, again);
		expect(words(await run(allContacts, again))).toEqual(UNKNOWN);
	});
});

describe('a retry of which nothing is kept, and whose memory tells nothing, calls no contact:', () => {
	beforeEach(async () => await killed(allContacts, { requests: 1 }));
	it.each<[string, () => Try]>([
		['n8n has no store', () => ({ memory: undefined })],
		['the store fails', () => ({ memory: failing() })],
		['n8n does not tell the lineage', () => ({ lineageOf: { id: 'retry', since: undefined } })],
	])('%s', async (_, more) => {
		expect(words(await retry(allContacts, more()))).toEqual(UNKNOWN);
		expect(simulator.called()).toEqual([FIRST]);
	});

	it('the store fails after a while, so the others are not called', async () => {
		const memory = failing(2);
		const many = crowd(6);
		const results = words(await retry(many, oneByOne({ memory, callsPerSecond: 2 })));
		expect(results).toEqual([...UNKNOWN.slice(2), ...CALLED.slice(2), ...UNKNOWN.slice(2)]);
		expect(simulator.called()).toEqual([FIRST, THIRD, FOURTH]);
	});
});

describe('without a store, the ledger serves alone:', () => {
	it.each<[string, () => KeyStore | undefined, string[]]>([
		['there is none', () => undefined, []],
		['it fails, which is told once', failing, ['Database is locked']],
		['it fails after a while', () => failing(1), ['Database is locked']],
	])('%s', async (_, store, refusals) => {
		const memory = store();
		const told: string[] = [];
		const onStoreRefused = (refusal: string) => told.push(refusal);
		refuse(SECOND);
		const options = {
			memory,
			onStoreRefused,
			callsPerSecond: 2,
			sameNumberTwice: 'callOnce',
		} as const;
		const first = words(await run(allContacts, oneByOne(options)));
		expect(first).toEqual(['called', REFUSED, 'called', 'called']);
		expect(told).toEqual(refusals);
		// A retry for which n8n has kept the ledger knows enough, too.
		const retried = await run(allContacts, { memory, isRetry: true, executionId: 'retry' });
		expect(words(retried)).toEqual(CALLED);
		expect(simulator.called()).toHaveLength(4);
	});
});

it('a retry without a lineage goes by what n8n has kept', async () => {
	refuse(SECOND);
	await run(allContacts, { lineageOf: { id: '1', since: undefined } });
	const lineageOf = { id: '2', since: undefined };
	const results = await run(allContacts, { lineageOf, isRetry: true, executionId: '2' });
	expect(words(results)).toEqual(CALLED);
	expect(simulator.called()).toHaveLength(4);
});

describe('contacts who were noted and not called can be called by a retry:', () => {
	it.each<[string, () => void, () => Try, boolean[]]>([
		['KrosAI refused one', () => refuse(SECOND), () => ({}), [false, true, false, false]],
		[
			'the execution was stopped',
			() => {},
			() => oneByOne({ isCancelled: () => simulator.called().length === 2 }),
			[false, false, true, true],
		],
		[
			'a failure ended the run',
			() => refuse(THIRD),
			() => oneByOne({ stopAtFailure: true }),
			[false, false, true, true],
		],
		[
			'something went wrong that was not foreseen',
			() => {},
			() => {
				const askBefore = (item: number) => {
					if (item === 2 && simulator.called().length === 2) throw new Error('Out of memory');
					return undefined;
				};
				return oneByOne({ askBefore });
			},
			[false, false, true, true],
		],
		[
			'the rules kept one from being called',
			() => {},
			() => {
				const blocked = failed({ ...INVALID, code: 'OUTSIDE_HOURS' });
				const isLate = () => simulator.called().length > 0;
				return oneByOne({ askBefore: (item) => (item === 1 && isLate() ? blocked : undefined) });
			},
			[false, true, false, false],
		],
		[
			'but not one that is unknown',
			() => simulator.fault({ kind: 'dropBefore', toNumber: SECOND }),
			() => ({}),
			[false, false, false, false],
		],
	])('%s', async (_, trouble, more, expected) => {
		trouble();
		await run(allContacts, more()).catch(() => {});
		const results = words(await retry(allContacts));
		expect(results.map((word) => word === 'called')).toEqual(expected);
	});

	it('their key was called in an earlier execution', async () => {
		await run(
			PEOPLE.map((number) => keyed(number, 'k')),
			{ keys: kept.memory },
		);
		expect(words(await retry(allContacts))).toEqual(['NETWORK unknown', ...CALLED.slice(1)]);
	});
});

describe('contacts are noted', () => {
	/** How many more than were called, by the time each request arrives. The mark is none of them. */
	async function ahead(contacts: DialContact[], more: Try, time?: PatientTime) {
		const counts: number[] = [];
		const base = more.client ?? client;
		const counting: Client = async (request) => {
			counts.push(kept.memory.row.length - 1 - simulator.called().length);
			return await base(request);
		};
		await run(contacts, oneByOne({ ...more, client: counting }, time));
		return counts;
	}
	const many = Array.from({ length: 7 }, () => to(FIRST));

	it.each([
		[3, [3, 2, 1, 3, 2, 1, 1]],
		[2.5, [3, 2, 1, 3, 2, 1, 1]],
		[1, [1, 1, 1, 1, 1, 1, 1]],
		[0.5, [1, 1, 1, 1, 1, 1, 1]],
	])('one second ahead, at %d calls in a second', async (callsPerSecond, expected) => {
		expect(await ahead(many, { callsPerSecond })).toEqual(expected);
	});

	it('not where it is known that they will not be called', async () => {
		const blocked = { state: 'skipped', skipped: { status: 'skipped' } } as const;
		const askBefore = (item: number) => (item % 2 ? blocked : undefined);
		const contacts = [...many.slice(0, 5), failed(INVALID), ...many];
		const counts = await ahead(contacts, { callsPerSecond: 4, askBefore });
		// Seven of them are called.
		expect(counts).toEqual([4, 3, 2, 1, 3, 2, 1].slice(0, counts.length));
		expect(kept.memory.row).toHaveLength(1 + counts.length);
	});

	it('for no more lines than are free', async () => {
		const counts: number[] = [];
		const time = new VirtualTime();
		let freeAt = 0;
		// One line, which each call holds for ten seconds.
		const oneLine: Client = async ({ body }) => {
			await time.sleep(20);
			if (time.now() < freeAt) return answer(429, { error: 'No line' });
			freeAt = time.now() + 10_000;
			counts.push(kept.memory.row.length - 1);
			return answer(200, { call_id: `call_${counts.length}`, ...body });
		};
		const options = { client: oneLine, clock: time, callsPerSecond: 3 };
		expect(words(await time.until(run(many, options)))).toEqual(many.map(() => 'called'));
		const noted = counts.map((count, called) => count - called);
		expect(noted[0]).toBe(3);
		// Each accepted call opens the gate to two.
		expect(Math.max(...noted.slice(3))).toBe(2);
	});

	it('as hashes: no number is stored', async () => {
		const entries: string[] = [];
		const memory: KeyStore = {
			record: async (keys) => {
				entries.push(...keys);
				return [];
			},
			release: async () => {},
		};
		await run(allContacts, { memory });
		expect(entries).toHaveLength(5);
		for (const entry of entries) expect(entry).toMatch(/^[\da-f]{32}$/);
	});

	it('in one read and one write for a short list', async () => {
		const { memory } = kept;
		await run(allContacts.slice(0, 1));
		expect([memory.reads, memory.writes]).toEqual([1, 1]);
	});
});

describe('where a failure ends the run', () => {
	const stopAtFailure = true;

	it('a contact in doubt since before keeps no other from being called', async () => {
		await killed(allContacts, { requests: 1 });
		const results = await retry(allContacts, oneByOne({ stopAtFailure }));
		expect(words(results)).toEqual([...UNKNOWN.slice(2), 'called', 'called']);
	});

	it('also one that the ledger has, by Retry On Fail', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
		const first = await run(allContacts, oneByOne({ stopAtFailure }));
		expect(words(first)).toEqual(['NETWORK unknown', 'left out', 'left out', 'left out']);
		const second = await run(allContacts, oneByOne({ stopAtFailure }));
		expect(words(second)).toEqual(['NETWORK unknown', 'called', 'called', 'called']);
	});

	it('a new one ends it, also after one of before', async () => {
		await killed(allContacts, { requests: 1 });
		simulator.fault({ kind: 'dropAfter', toNumber: THIRD });
		const results = await retry(allContacts, oneByOne({ stopAtFailure }));
		expect(words(results)).toEqual([...UNKNOWN.slice(1), 'left out']);
	});
});

describe('as the tool of an AI agent', () => {
	const isToolRun = true;
	const request = (about: string) => [to(FIRST, { metadata: { about } })];

	it.each<[string, typeof run]>([
		['a further try in another run', run],
		['a retry of the execution', retry],
	])('the same request is not sent again: %s', async (_, again) => {
		await run(request('invoice'), { isToolRun, runIndex: 0 });
		const [result] = words(await again(request('invoice'), { isToolRun, runIndex: 3 }));
		expect(result).toBe(again === run ? 'called' : 'NETWORK unknown');
		expect(simulator.called()).toHaveLength(1);
	});

	it('a request that KrosAI refused is sent when the model asks again', async () => {
		refuse(FIRST);
		const ask = (runIndex: number) => run(request('invoice'), { isToolRun, runIndex });
		expect(words(await ask(0))).toEqual([REFUSED]);
		expect(words(await ask(1))).toEqual(['called']);
		expect(words(await ask(2))).toEqual(['called']);
		expect(simulator.called()).toHaveLength(1);
	});

	it('a request with other metadata is sent', async () => {
		await run(request('invoice'), { isToolRun, runIndex: 0 });
		const results = await retry(request('delivery'), { isToolRun, runIndex: 0 });
		expect(words(results)).toEqual(['called']);
		expect(simulator.called()).toHaveLength(2);
	});
});

describe('executions at the same time in one process', () => {
	let starts: RecentStarts;
	beforeEach(() => (starts = new RecentStarts()));
	/** The table as the node uses it: n8n itself takes no lock. */
	const locked = (): KeyStore =>
		memoryOf({
			helpers: kept.memory.helpers,
			getWorkflow: () => ({ id: 'workflow' }),
			getNode: () => ({ id: 'node' }),
		} as unknown as IExecuteFunctions);
	const many = crowd(20);

	it('two retries at once call each contact once, and one of them says so', async () => {
		const clock = new PatientTime();
		const retryAs = (executionId: string) =>
			retry(many, oneByOne({ executionId, starts, memory: locked() }, clock));
		const both = (await Promise.all([retryAs('2'), retryAs('3')])).map(words);
		expect(simulator.called()).toHaveLength(many.length);
		expect(new Set(simulator.called()).size).toBe(many.length);
		for (const item of many.keys()) {
			const said = both.map((results) => results[item]);
			expect(said).toContain('called');
			// The other may end before the answer comes.
			expect(['called', 'NETWORK unknown']).toEqual(expect.arrayContaining(said));
		}
	});

	it('a retry that overtakes the execution takes its contacts from it', async () => {
		let letGo = () => {};
		const held = new Promise<void>((resolve) => (letGo = resolve));
		const slow: Client = async (request) => {
			await held;
			return await client(request);
		};
		const memory = locked();
		const original = run(
			allContacts,
			oneByOne({ starts, memory, client: slow, callsPerSecond: 2 }),
		);
		await until(() => kept.memory.row.length === 3);
		const retried = await retry(allContacts, { starts, memory });
		expect(words(retried)).toEqual([...UNKNOWN.slice(2), 'called', 'called']);
		letGo();
		expect(words(await original)).toEqual(CALLED);
		expect([...simulator.called()].sort()).toEqual(PEOPLE);
	});

	it('two that begin in one millisecond are no retries of each other', async () => {
		await run(allContacts, { starts });
		kept.context = {};
		expect(words(await run(allContacts, { starts, executionId: '2' }))).toEqual(CALLED);
		expect(simulator.called()).toHaveLength(8);
		// The retry of either calls no contact.
		expect(words(await retry(allContacts, { starts: new RecentStarts() }))).toEqual(UNKNOWN);
	});
});

describe('the clock on the wall', () => {
	/** Time that passes evenly, beside a clock that is set by so much after two seconds. */
	class SetClock extends VirtualTime {
		private readonly start: number;

		constructor(private readonly setMs: number) {
			super(Date.parse('2026-11-24T12:00:00Z'));
			this.start = super.now();
		}

		override date(): number {
			return this.now() + (this.now() > this.start + 2_000 ? this.setMs : 0);
		}
	}

	/** A list that takes a while: KrosAI asks to wait, has no line for a minute, loses an answer. */
	async function campaign(clock: SetClock) {
		newExecution();
		const started = clock.now();
		let requests = 0;
		const busy: Client = async ({ body }) => {
			await clock.sleep(50);
			requests += 1;
			if (requests === 15) return answer(429, { error: 'Wait', retry_after: 5 });
			const passed = clock.now() - started;
			if (passed > 8_000 && passed < 60_000) return answer(429, { error: 'No line' });
			if (requests === 3) return noAnswer('lost');
			return answer(200, { call_id: `call_${requests}`, ...body });
		};
		const contacts = Array.from({ length: 60 }, () => to(FIRST));
		const options: Try = { clock, client: busy, callsPerSecond: 10, waitForLineMinutes: 2 };
		const results = await clock.until(run(contacts, options));
		return { words: words(results), ms: clock.now() - started };
	}

	it.each([3_600_000, -3_600_000, -20_000])(
		'may be set by %d ms: nothing stalls, and no contact is given up',
		async (setMs) => {
			const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
			const expected = await campaign(new SetClock(0));
			const found = await campaign(new SetClock(setMs));
			random.mockRestore();
			expect(expected.words.filter((word) => word === 'called')).toHaveLength(59);
			expect(found).toEqual(expected);
		},
	);

	it('is what the rules are asked by', async () => {
		const clock = new SetClock(3_600_000);
		const dates: number[] = [];
		const askBefore = (_item: number, date: number) => {
			dates.push(date - clock.now());
			return undefined;
		};
		const quick: Client = async () => answer(200, { call_id: 'call_1' });
		const options = { clock, client: quick, askBefore, callsPerSecond: 1 };
		await clock.until(run(allContacts, options));
		expect(new Set(dates)).toEqual(new Set([0, 3_600_000]));
	});
});
