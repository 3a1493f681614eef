import type { Client } from '../../../../nodes/KrosAi/api/client';
import { until } from '../../../../simulator/client';
import { chance } from '../../../support/chance';
import {
	CALLED,
	client,
	failed,
	FIRST,
	INVALID,
	kept,
	keyed,
	newExecution,
	oneByOne,
	PEOPLE,
	refuse,
	REFUSED,
	run,
	runAnew,
	SECOND,
	simulator,
	THIRD,
	to,
	useDialing,
	words,
} from '../../../support/dialing';
import { answering } from '../../../support/exchanges';
import { KeyTable } from '../../../support/keyTable';

useDialing();

const ONCE = { sameNumberTwice: 'callOnce' } as const;
const list = PEOPLE.map((number, index) => keyed(number, `k${index}`));

/** A rule keeps the first item from being called. */
const askBefore = (item: number) =>
	item === 0 ? ({ state: 'skipped', skipped: { status: 'skipped' } } as const) : undefined;

describe.each([
	['number', ONCE, keyed(FIRST, 'a'), keyed(FIRST, 'b'), 'skipped'],
	['key', {}, keyed(FIRST, 'k'), keyed(SECOND, 'k'), 'skipped k'],
] as const)('of several contacts with one %s', (_, kind, one, other, skipped) => {
	it('the next is called where KrosAI refused those before', async () => {
		refuse(FIRST, 3);
		const results = words(await run([one, one, one, other, other], kind));
		expect(results).toEqual([REFUSED, REFUSED, REFUSED, 'called', skipped]);
		expect(simulator.called()).toHaveLength(1);
	});

	it.each([2, 30])('the next is called once, also with %d others before it', async (count) => {
		refuse(FIRST);
		const others = Array.from({ length: count }, (_, index) =>
			keyed(`+14155550${120 + index}`, `b${index}`),
		);
		const results = await run([one, ...others, other, other], oneByOne(kind));
		expect(words(results)).toEqual([REFUSED, ...others.map(() => 'called'), 'called', skipped]);
		const called = [...others, other].map(({ request }) => request.to_number);
		expect(simulator.called()).toEqual(called);
	});

	it('the next is called where the rules keep the first from being called', async () => {
		expect(words(await run([one, other], { ...kind, askBefore }))).toEqual(['skipped', 'called']);
	});

	it('the next is skipped where the first may have been called', async () => {
		simulator.fault({ kind: 'dropAfter' });
		expect(words(await run([one, other], kind))).toEqual(['NETWORK unknown', skipped]);
		expect(simulator.called()).toHaveLength(1);
	});

	it('none is called after the first has ended the run, and none is skipped', async () => {
		refuse(FIRST);
		const results = await run([one, other], oneByOne({ ...kind, stopAtFailure: true }));
		expect(words(results)).toEqual([REFUSED, 'left out']);
		expect(kept.keys.row).toEqual([]);
	});

	it('the first is skipped in a retry, where the next was called', async () => {
		refuse(FIRST);
		await run([one, other], kind);
		expect(words(await run([one, other], { ...kind, isRetry: true }))).toEqual([skipped, 'called']);
		expect(simulator.called()).toHaveLength(1);
	});
});

describe('a number', () => {
	const ids = () => simulator.calls.map(({ id }) => id);

	it('is called once, and the others say by which call', async () => {
		const results = await run([to(FIRST), to(FIRST), to(FIRST)], ONCE);
		const skipped = { status: 'skipped', reason: 'SAME_NUMBER', call_id: ids()[0] };
		expect(results.slice(1)).toMatchObject([{ skipped }, { skipped }]);
	});

	it.each(['byNumber', 'off'] as const)(
		'says so of a lost call by what the look-up finds, %s',
		async (lookUpUnknownCalls) => {
			simulator.fault({ kind: 'dropAfter' });
			const more = oneByOne({ ...ONCE, lookUpUnknownCalls });
			const [, skipped] = await run([to(FIRST), to(FIRST)], more);
			const call_id = lookUpUnknownCalls === 'off' ? null : ids()[0];
			expect(skipped).toMatchObject({ skipped: { reason: 'SAME_NUMBER', call_id } });
		},
	);

	it('is the same under each number of one phone', async () => {
		const phones = ['+5491123456789', '+541123456789', '+525512345678'];
		const results = await run(
			phones.map((number) => to(number)),
			ONCE,
		);
		expect(words(results)).toEqual(['called', 'skipped', 'called']);
	});

	it('is called each time where that is chosen', async () => {
		expect(words(await run([to(FIRST), to(FIRST)]))).toEqual(['called', 'called']);
	});

	it('is called again in another run', async () => {
		await run([to(FIRST)], ONCE);
		expect(words(await run([to(FIRST)], { ...ONCE, runIndex: 1 }))).toEqual(['called']);
		expect(words(await runAnew([to(FIRST)], ONCE))).toEqual(['called']);
		expect(simulator.called()).toHaveLength(3);
	});

	it('of a skipped contact leaves nothing in the memory', async () => {
		await run([to(FIRST), to(FIRST)], ONCE);
		// The mark of the execution, and the one who was called.
		expect(kept.memory.row).toHaveLength(2);
	});

	it('is called for another contact where an earlier execution has the key of the first', async () => {
		await run([keyed(THIRD, 'k')]);
		const results = await runAnew([keyed(FIRST, 'k'), keyed(FIRST, 'other')], ONCE);
		expect(words(results)).toEqual(['skipped k', 'called']);
	});

	it('is not called twice where KrosAI refuses the API key', async () => {
		simulator.fault(answering(401));
		const twice = [to(FIRST), to(SECOND), to(FIRST)];
		expect(words(await run(twice, oneByOne(ONCE)))).toEqual(twice.map(() => 'HTTP_401 no'));
	});
});

describe('a retry of contacts with one number', () => {
	const twice = [to(FIRST), to(FIRST)];
	const retry = { ...ONCE, isRetry: true, executionId: 'retry' };

	it('skips them again, by the call of the try before', async () => {
		await run(twice, ONCE);
		const results = await run(twice, retry);
		expect(words(results)).toEqual(['called', 'skipped']);
		expect(results[1]).toMatchObject({ skipped: { call_id: simulator.calls[0]!.id } });
	});

	it('after a crash behind the node calls neither, though the first was refused', async () => {
		refuse(FIRST);
		expect(words(await run(twice, ONCE))[1]).toBe('called');
		kept.context = {};
		expect(words(await run(twice, retry))).toEqual(['NETWORK unknown', 'skipped']);
		expect(simulator.called()).toEqual([FIRST]);
	});

	it.each([
		['', {}],
		[', also where a rule kept the first from being called', { askBefore }],
	])('after a crash in the node calls neither%s', async (_, more) => {
		const memory = new KeyTable();
		memory.release = async () => {};
		const crash: Client = async (request) => {
			await client(request);
			throw new Error('The process is gone');
		};
		await run(twice, { ...ONCE, client: crash, memory, ...more }).catch(() => {});
		kept.context = {};
		expect(words(await run(twice, { ...retry, memory }))).toEqual(['NETWORK unknown', 'skipped']);
		expect(simulator.called()).toEqual([FIRST]);
	});
});

describe('a key', () => {
	it('keeps its contact from being called in a second execution', async () => {
		expect(words(await run(list))).toEqual(CALLED);
		const again = await runAnew([...list, keyed(FIRST, 'new')]);
		expect(words(again)).toEqual([...PEOPLE.map((_, index) => `skipped k${index}`), 'called']);
		const skipped = { status: 'skipped', reason: 'ALREADY_CALLED', key: 'k0' };
		expect(again[0]).toMatchObject({ skipped });
		expect(simulator.called()).toHaveLength(5);
	});

	it('is no reason to skip in a retry who was called by the execution itself', async () => {
		refuse(SECOND);
		await run(list);
		expect(words(await run(list))).toEqual(CALLED);
		expect([...simulator.called()].sort()).toEqual(PEOPLE);
	});

	it.each([
		['is free where it was certainly not called', () => refuse(SECOND), 'called'],
		['stays where it may have been', () => simulator.fault({ kind: 'dropBefore' }), 'skipped k1'],
	])('of a contact %s', async (_, trouble, expected) => {
		trouble();
		await run([keyed(SECOND, 'k1')]);
		expect(words(await runAnew([keyed(SECOND, 'k1')]))).toEqual([expected]);
	});

	it('of a contact who was left out is free for the next execution', async () => {
		refuse(SECOND);
		await run(list, oneByOne({ stopAtFailure: true }));
		expect(words(await runAnew(list))).toEqual(['skipped k0', 'called', 'called', 'called']);
	});

	it('is released for who was not called although the store failed for those after', async () => {
		refuse(SECOND);
		const many = Array.from({ length: 20 }, (_, index) =>
			keyed(index === 1 ? SECOND : FIRST, `k${index}`),
		);
		const { keys } = kept;
		const record = keys.record.bind(keys);
		let writes = 0;
		keys.record = async (some) => {
			if ((writes += 1) === 2) throw new Error('Database is locked');
			return await record(some);
		};
		const results = words(await run(many, oneByOne()));
		keys.record = record;
		expect(results.slice(10)).toEqual(Array<string>(10).fill('INVALID_PARAMETER no'));
		expect(simulator.called()).toHaveLength(9);
		expect(words(await run(many))).toEqual(many.map(() => 'called'));
	});

	it('of a crashed execution leaves contacts uncalled, and none is called twice', async () => {
		const crashing: Client = async (request) => {
			if (simulator.called().length === 2) throw new Error('The process is gone');
			return await client(request);
		};
		// Nothing of what a run does at its end happens.
		let isOver = false;
		kept.keys.release = async () => {
			isOver = true;
			await new Promise(() => {});
		};
		void run(list, oneByOne({ client: crashing }));
		await until(() => isOver);
		kept.keys.release = async () => {};
		await runAnew(list);
		expect(simulator.called()).toEqual([FIRST, SECOND]);
	});

	it('is recorded ahead of the call, of ten contacts at most', async () => {
		const many = Array.from({ length: 30 }, (_, index) => keyed(FIRST, `k${index}`));
		const ahead: number[] = [];
		const counting: Client = async (request) => {
			ahead.push(kept.keys.row.length - ahead.length);
			return await client(request);
		};
		await run(many, oneByOne({ client: counting, callsPerSecond: 20 }));
		expect(Math.max(...ahead)).toBe(10);
		expect(Math.min(...ahead)).toBe(1);
	});

	it('is written once more at the end, should another execution have erased it', async () => {
		const erasing: Client = async (request) => {
			kept.keys.row = [];
			return await client(request);
		};
		await run(list, { client: erasing });
		expect(kept.keys.row).toHaveLength(4);
	});

	it('stays where a retry is stopped before the turn of the contact who was called', async () => {
		await run(list);
		expect(words(await run(list, { isCancelled: () => true }))[0]).toBe('left out');
		expect(words(await runAnew(list))[0]).toBe('skipped k0');
	});

	it('counts for nothing where none are kept', async () => {
		const results = await run([keyed(FIRST, 'k'), keyed(SECOND, 'k')], { keys: undefined });
		expect(words(results)).toEqual(['called', 'called']);
	});
});

describe('where keys can not be kept', () => {
	const failing: Client = async (request) => {
		kept.keys.fault = new Error('Database is locked');
		return await client(request);
	};

	it('no contact is called who has one', async () => {
		kept.keys.fault = new Error('No workflow');
		const results = await run([...list.slice(1), list[1]!, to(FIRST)]);
		expect(words(results)).toEqual([...PEOPLE.map(() => 'INVALID_PARAMETER no'), 'called']);
		expect(results[0]).toMatchObject({
			failure: { description: expect.stringContaining('No workflow') },
		});
		expect(simulator.called()).toEqual([FIRST]);
	});

	it('any more, each with a key says so, also the second with one', async () => {
		const many = Array.from({ length: 12 }, (_, index) => keyed(FIRST, `k${index % 11}`));
		const results = words(await run(many, oneByOne({ client: failing })));
		expect(results.slice(0, 10)).toEqual(Array<string>(10).fill('called'));
		expect(results.slice(10)).toEqual(Array<string>(2).fill('INVALID_PARAMETER no'));
	});

	it('at the end, the calls come out all the same', async () => {
		const refusals: string[] = [];
		const onStoreRefused = (refusal: string) => refusals.push(refusal);
		const results = await run([keyed(FIRST, 'k')], { onStoreRefused, client: failing });
		expect(words(results)).toEqual(['called']);
		expect(refusals).toEqual(['it did not take the keys once more']);
	});

	it('and the API key was refused, that is what is said', async () => {
		simulator.fault(answering(401));
		await run(list, oneByOne());
		kept.keys.fault = new Error('Database is locked');
		expect(words(await run(list))).toEqual(PEOPLE.map(() => 'HTTP_401 no'));
	});
});

describe('with numbers and keys', () => {
	it('one who is skipped by number has its key released', async () => {
		await run([keyed(FIRST, 'a'), keyed(FIRST, 'b')], ONCE);
		expect(kept.keys.row).toHaveLength(1);
		expect(words(await runAnew([keyed(SECOND, 'b')], ONCE))).toEqual(['called']);
	});

	it('one who is skipped by number keeps no contact with its key from being called', async () => {
		const results = await run([keyed(FIRST, 'a'), keyed(FIRST, 'b'), keyed(SECOND, 'b')], ONCE);
		expect(words(results)).toEqual(['called', 'skipped', 'called']);
	});

	it('one who is skipped by key keeps no contact with the number from being called', async () => {
		const keys = ['a', 'a', 'b', 'c'];
		const contacts = keys.map((key, index) => keyed(index === 0 ? FIRST : SECOND, key));
		const results = await run(contacts, ONCE);
		expect(words(results)).toEqual(['called', 'skipped a', 'called', 'skipped']);
	});

	it('none is lost and none called twice, however they cross', async () => {
		const random = chance(17);
		const pick = <T>(some: readonly T[]) => some[Math.floor(random() * some.length)]!;
		for (let round = 0; round < 60; round += 1) {
			simulator.reset();
			newExecution();
			kept.keys = new KeyTable();
			const contacts = Array.from({ length: 14 }, () =>
				random() < 0.1 ? failed(INVALID) : keyed(pick(PEOPLE), pick(['a', 'b', 'c', 'd'])),
			);
			for (const number of PEOPLE) if (random() < 0.4) refuse(number, pick([1, 2]));
			const results = await run(contacts, { ...ONCE, callsPerSecond: 1e5 });
			expect(words(results)).not.toContain('left out');
			const called = contacts.filter((_, item) => results[item]?.state === 'called');
			const numbers = called.map(
				(contact) => contact.state === 'ready' && contact.request.to_number,
			);
			const used = called.map((contact) => 'key' in contact && contact.key);
			expect(new Set(numbers).size).toBe(numbers.length);
			expect(new Set(used).size).toBe(used.length);
			expect(simulator.called()).toHaveLength(called.length);
			expect(kept.keys.row).toHaveLength(called.length);
		}
	});
});
