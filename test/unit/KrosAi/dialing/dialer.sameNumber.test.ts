import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { DialContact } from '../../../../nodes/KrosAi/dialing/contactList';
import { chance } from '../../../support/chance';
import {
	client,
	failed,
	INVALID,
	kept,
	newExecution,
	oneByOne,
	PEOPLE,
	run as dialAll,
	simulator,
	to,
	type Try,
	useDialing,
	words,
} from '../../../support/dialing';
import { KeyTable } from '../../../support/keyTable';

useDialing();

const [FIRST, SECOND, THIRD] = PEOPLE;
const ONE = { sameNumberTwice: 'callOnce' } as const;
const run = async (contacts: DialContact[], more: Try = {}) =>
	await dialAll(contacts, { ...ONE, ...more });

let keys: KeyTable;
beforeEach(() => {
	keys = new KeyTable();
});
const keyed = (to_number: string, key: string): DialContact => ({ ...to(to_number), key });

const refuse = (toNumber: string, times = 1) =>
	simulator.fault({
		kind: 'status',
		status: 400,
		accepting: 'before',
		toNumber,
		times,
		body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
	});

it('is called once, and the others say by which call', async () => {
	const results = await run([to(FIRST), to(SECOND), to(FIRST), to(FIRST)]);
	expect([...simulator.called()].sort()).toEqual([FIRST, SECOND]);
	const { id } = simulator.calls.find(({ to_number }) => to_number === FIRST)!;
	const skipped = { status: 'skipped', reason: 'SAME_NUMBER', call_id: id };
	expect(results.slice(2)).toMatchObject([{ skipped }, { skipped }]);
});

it('is the same under each number of one phone', async () => {
	const results = await run([to('+5491123456789'), to('+541123456789'), to('+525512345678')]);
	expect(words(results)).toEqual(['called', 'skipped', 'called']);
});

it('is called each time where that is chosen', async () => {
	const results = await run([to(FIRST), to(FIRST)], { sameNumberTwice: 'callEach' });
	expect(words(results)).toEqual(['called', 'called']);
});

it('is called again in another run', async () => {
	await run([to(FIRST)]);
	expect(words(await run([to(FIRST)], { runIndex: 1 }))).toEqual(['called']);
	newExecution();
	expect(words(await run([to(FIRST)]))).toEqual(['called']);
	expect(simulator.called()).toHaveLength(3);
});

it('is called once in a list of hundreds', async () => {
	const results = await run(Array<DialContact>(300).fill(to(FIRST)));
	expect(simulator.called()).toEqual([FIRST]);
	expect(words(results)).toEqual(['called', ...Array<string>(299).fill('skipped')]);
});

it('leaves nothing of a skipped contact in the memory', async () => {
	await run([to(FIRST), to(FIRST)]);
	await dialAll([to(SECOND)], { runIndex: 1 });
	// The mark of the execution, and the two who were called.
	expect(kept.memory.row).toHaveLength(3);
});

describe('where the first was certainly not called', () => {
	const twice = [to(FIRST), to(SECOND), to(FIRST)];

	it('the next is', async () => {
		refuse(FIRST);
		expect(words(await run(twice))).toEqual(['INSUFFICIENT_BALANCE no', 'called', 'called']);
	});

	it('the next is, also one who comes long after', async () => {
		refuse(FIRST);
		const many = [...Array<DialContact>(30).fill(to(SECOND)), to(FIRST), to(FIRST)];
		const results = words(await run([to(FIRST), ...many], oneByOne()));
		expect(results.slice(-2)).toEqual(['called', 'skipped']);
		expect(simulator.called()).toEqual([SECOND, FIRST]);
	});

	it('the next is, whichever it is', async () => {
		refuse(FIRST, 3);
		const results = await run(Array<DialContact>(5).fill(to(FIRST)));
		expect(words(results).slice(3)).toEqual(['called', 'skipped']);
	});

	it('the next is, where a rule keeps back the first', async () => {
		const skipped = { status: 'skipped', reason: 'NO_CONSENT', retry_at: null };
		const askBefore = (item: number) =>
			item === 0 ? ({ state: 'skipped', skipped } as const) : undefined;
		expect(words(await run(twice, { askBefore }))).toEqual(['skipped', 'called', 'called']);
		expect(simulator.called()).toHaveLength(2);
	});

	it('the next is, where an earlier execution has the key of the first', async () => {
		await run([keyed(THIRD, 'k')], { keys });
		newExecution();
		const results = await run([keyed(FIRST, 'k'), keyed(FIRST, 'other')], { keys });
		expect(words(results)).toEqual(['skipped k', 'called']);
	});

	it('the next is not, once the first has ended the run', async () => {
		refuse(FIRST);
		const results = await run(twice, oneByOne({ stopAtFailure: true }));
		expect(words(results)).toEqual(['INSUFFICIENT_BALANCE no', 'left out', 'left out']);
	});

	it('all come out as not called, where KrosAI refuses the API key', async () => {
		simulator.fault({ kind: 'status', status: 401, accepting: 'before' });
		expect(words(await run(twice, oneByOne()))).toEqual(twice.map(() => 'HTTP_401 no'));
	});
});

it('is skipped where the first may have been called, without a call_id', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	const results = await run([to(FIRST), to(FIRST)]);
	expect(words(results)).toEqual(['NETWORK unknown', 'skipped']);
	expect(results[1]).toMatchObject({ skipped: { reason: 'SAME_NUMBER', call_id: null } });
});

it('has the call_id of a call that was found in the log', async () => {
	simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
	const results = await run([to(FIRST), to(FIRST)], oneByOne({ lookUpUnknownCalls: 'byNumber' }));
	expect(results[1]).toMatchObject({ skipped: { call_id: simulator.calls[0]!.id } });
});

describe('a retry', () => {
	it('skips them again, by the call of the try before', async () => {
		refuse(SECOND);
		await run([to(FIRST), to(FIRST), to(SECOND)]);
		const results = await run([to(FIRST), to(FIRST), to(SECOND)], { isRetry: true });
		expect(words(results)).toEqual(['called', 'skipped', 'called']);
		expect(results[1]).toMatchObject({ skipped: { call_id: simulator.calls[0]!.id } });
	});

	it('calls no earlier item by which another was called in its place', async () => {
		refuse(FIRST);
		await run([to(FIRST), to(FIRST)]);
		expect(words(await run([to(FIRST), to(FIRST)], { isRetry: true }))).toEqual([
			'skipped',
			'called',
		]);
		expect(simulator.called()).toEqual([FIRST]);
	});

	const crash: Client = async (request) => {
		await client(request);
		throw new Error('The process is gone');
	};

	it('after a crash calls neither', async () => {
		const memory = new KeyTable();
		memory.release = async () => {};
		await run([to(FIRST), to(FIRST)], { client: crash, memory }).catch(() => {});
		kept.context = {};
		const results = await run([to(FIRST), to(FIRST)], { memory, isRetry: true });
		expect(words(results)).not.toContain('called');
		expect(simulator.called()).toEqual([FIRST]);
	});

	it('after a crash behind the node calls neither, though the first was refused', async () => {
		refuse(FIRST);
		expect(words(await run([to(FIRST), to(FIRST)]))[1]).toBe('called');
		kept.context = {};
		const outcomes = await run([to(FIRST), to(FIRST)], { isRetry: true, executionId: 'retry' });
		expect(words(outcomes)).toEqual(['NETWORK unknown', 'skipped']);
		expect(simulator.called()).toEqual([FIRST]);
	});

	it('after a crash calls no earlier item whose number another has called', async () => {
		const memory = new KeyTable();
		memory.release = async () => {};
		const skipped = { status: 'skipped', reason: 'OUTSIDE_HOURS', retry_at: null };
		const askBefore = (item: number) =>
			item === 0 ? ({ state: 'skipped', skipped } as const) : undefined;
		await run([to(FIRST), to(FIRST)], { client: crash, memory, askBefore }).catch(() => {});
		kept.context = {};
		const retry = { memory, isRetry: true, executionId: 'retry' };
		const outcomes = await run([to(FIRST), to(FIRST)], retry);
		expect(words(outcomes)).toEqual(['NETWORK unknown', 'skipped']);
		expect(simulator.called()).toEqual([FIRST]);
	});
});

describe('with keys', () => {
	it('a skipped one has its key released', async () => {
		await run([keyed(FIRST, 'a'), keyed(FIRST, 'b')], { keys });
		expect(keys.row).toHaveLength(1);
		newExecution();
		expect(words(await run([keyed(SECOND, 'b')], { keys }))).toEqual(['called']);
	});

	it('a skipped one keeps no contact with its key from being called', async () => {
		const results = await run([keyed(FIRST, 'a'), keyed(FIRST, 'b'), keyed(SECOND, 'b')], {
			keys,
		});
		expect(words(results)).toEqual(['called', 'skipped', 'called']);
	});

	it('one who is skipped by key keeps no contact with the number from being called', async () => {
		const list = [keyed(FIRST, 'a'), keyed(SECOND, 'a'), keyed(SECOND, 'b'), keyed(SECOND, 'c')];
		const results = await run(list, { keys });
		expect(words(results)).toEqual(['called', 'skipped a', 'called', 'skipped']);
		expect([...simulator.called()].sort()).toEqual([FIRST, SECOND]);
	});

	it('none is lost and none called twice, however numbers and keys cross', async () => {
		const random = chance(17);
		const pick = <T>(some: readonly T[]) => some[Math.floor(random() * some.length)]!;
		for (let round = 0; round < 60; round += 1) {
			simulator.reset();
			newExecution();
			const list = Array.from({ length: 14 }, () =>
				random() < 0.1 ? failed(INVALID) : keyed(pick(PEOPLE), pick(['a', 'b', 'c', 'd'])),
			);
			for (const number of PEOPLE) if (random() < 0.4) refuse(number, pick([1, 2]));
			const store = new KeyTable();
			const results = await run(list, { keys: store, callsPerSecond: 1000 });
			expect(words(results)).not.toContain('left out');
			const called = list.filter((_, item) => results[item]?.state === 'called');
			const numbers = called.map(
				(contact) => contact.state === 'ready' && contact.request.to_number,
			);
			const used = called.map((contact) => 'key' in contact && contact.key);
			expect(new Set(numbers).size).toBe(numbers.length);
			expect(new Set(used).size).toBe(used.length);
			expect(simulator.called()).toHaveLength(called.length);
			expect(store.row).toHaveLength(called.length);
		}
	});
});
