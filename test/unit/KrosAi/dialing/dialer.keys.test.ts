import type { Client } from '../../../../nodes/KrosAi/api/client';
import type { DialContact } from '../../../../nodes/KrosAi/dialing/contactList';
import { until } from '../../../../simulator/client';
import {
	client,
	allContacts,
	newExecution,
	oneByOne,
	PEOPLE,
	run,
	simulator,
	to,
	type Try,
	useDialing,
	words,
} from '../../../support/dialing';
import { KeyTable } from '../../../support/keyTable';

useDialing();

const [FIRST, SECOND, THIRD] = PEOPLE;

let keys: KeyTable;
beforeEach(() => {
	keys = new KeyTable();
});
const keyed = (to_number: string, key: string): DialContact => ({ ...to(to_number), key });
const list = PEOPLE.map((number, index) => keyed(number, `k${index}`));
/** In another execution, which is no retry of the one before. */
const runAnew = async (contacts: DialContact[], more: Try = {}) => {
	newExecution();
	return await run(contacts, { keys, ...more });
};

it('no contact is called in a second execution', async () => {
	expect(words(await runAnew(list))).toEqual(PEOPLE.map(() => 'called'));
	const again = await runAnew([...list, keyed(FIRST, 'new')]);
	expect(words(again)).toEqual([...PEOPLE.map((_, index) => `skipped k${index}`), 'called']);
	expect(simulator.called()).toHaveLength(5);
});

it('the second contact with a key is skipped in one execution', async () => {
	const results = await runAnew([keyed(FIRST, 'k'), keyed(SECOND, 'k'), to(THIRD)]);
	expect(words(results)).toEqual(['called', 'skipped k', 'called']);
	const skipped = { status: 'skipped', reason: 'ALREADY_CALLED', key: 'k' };
	expect(results[1]).toMatchObject({ skipped });
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
		const results = await runAnew(twice);
		expect(words(results)).toEqual(['INSUFFICIENT_BALANCE no', 'called', 'called']);
		expect(words(await runAnew(twice))).toEqual(['skipped k', 'skipped k', 'called']);
		expect(keys.row).toHaveLength(1);
	});

	it('the next is called once, also where its turn has not come yet', async () => {
		refuseFirst();
		const between = [0, 1].map((index) => keyed(THIRD, `b${index}`));
		await runAnew([twice[0]!, ...between, twice[1]!], oneByOne());
		expect(simulator.called()).toEqual([THIRD, THIRD, SECOND]);
	});

	it('the next is called once, also where it comes long after', async () => {
		refuseFirst();
		const between = Array.from({ length: 30 }, (_, index) => keyed(THIRD, `b${index}`));
		const results = await runAnew([twice[0]!, ...between, twice[1]!, twice[1]!], oneByOne());
		expect(words(results).slice(-2)).toEqual(['called', 'skipped k']);
	});

	it('the next is called where the rules keep the first from being called', async () => {
		const skipped = { status: 'skipped', reason: 'NO_CONSENT', retry_at: null };
		const askBefore = (item: number) =>
			item === 0 ? ({ state: 'skipped', skipped } as const) : undefined;
		const results = await runAnew(twice, { askBefore });
		expect(words(results)).toEqual(['skipped', 'called', 'called']);
	});

	it('the key goes on until one of them is called', async () => {
		refuseFirst(9);
		const many = [...Array<DialContact>(12).fill(twice[0]!), twice[1]!, twice[1]!];
		const results = words(await runAnew(many));
		expect(results.slice(0, 12)).toEqual(
			Array<string>(9).fill('INSUFFICIENT_BALANCE no').concat('called', 'skipped k', 'skipped k'),
		);
		expect(results.slice(12)).toEqual(['skipped k', 'skipped k']);
		expect(simulator.called()).toEqual([FIRST]);
	});

	it('the next is skipped where the first may have been called', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
		const results = await runAnew(twice);
		expect(words(results)).toEqual(['NETWORK unknown', 'skipped k', 'called']);
		expect(simulator.called()).not.toContain(SECOND);
	});

	it('the first is skipped in a retry, where the next was called', async () => {
		refuseFirst();
		await runAnew(twice);
		expect(words(await run(twice, { keys }))).toEqual(['skipped k', 'called', 'called']);
		expect(simulator.called()).toHaveLength(2);
	});

	it('none is called whose key an earlier execution has', async () => {
		await runAnew([keyed(THIRD, 'k')]);
		expect(words(await runAnew(twice))).toEqual(['skipped k', 'skipped k', 'called']);
	});

	it('the key is let go where none was called', async () => {
		refuseFirst(2);
		await runAnew([twice[0]!, twice[0]!]);
		expect(keys.row).toEqual([]);
	});

	it('none is called after the first has ended the run', async () => {
		refuseFirst();
		const results = await runAnew(twice, { stopAtFailure: true, callsPerSecond: 4 });
		expect(words(results).slice(0, 2)).toEqual(['INSUFFICIENT_BALANCE no', 'left out']);
		expect(keys.row).toEqual([]);
	});
});

it('a retry gives its own calls, and not skipped contacts', async () => {
	simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
	await runAnew(list);
	expect(words(await run(list, { keys }))).toEqual(PEOPLE.map(() => 'called'));
	expect([...simulator.called()].sort()).toEqual(PEOPLE);
});

it('who was certainly not called is called by the next execution', async () => {
	simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
	await runAnew(list);
	expect(words(await runAnew(list))).toEqual(['skipped k0', 'called', 'skipped k2', 'skipped k3']);
});

it('who may have been called is not', async () => {
	simulator.fault({ kind: 'dropBefore', toNumber: SECOND });
	await runAnew(list);
	expect(words(await runAnew(list))[1]).toBe('skipped k1');
});

it('a contact who was not called has its key released although the store failed for those after', async () => {
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
	const results = words(await runAnew(many, oneByOne()));
	keys.record = record;
	expect(results.slice(10)).toEqual(Array<string>(10).fill('INVALID_PARAMETER no'));
	expect(simulator.called()).toHaveLength(9);
	expect(words(await run(many, { keys }))).toEqual(many.map(() => 'called'));
});

it('who was left out is called by the next execution', async () => {
	simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: SECOND });
	await runAnew(list, oneByOne({ stopAtFailure: true }));
	expect(words(await runAnew(list))).toEqual(['skipped k0', 'called', 'called', 'called']);
});

it('a crash leaves contacts uncalled, and calls none twice', async () => {
	const crash = new Error('The process is gone');
	const crashing: Client = async (request) => {
		if (simulator.called().length === 2) throw crash;
		return await client(request);
	};
	// Nothing of what a run does at its end happens.
	const record = keys.record.bind(keys);
	let isOver = false;
	keys.release = async () => {
		isOver = true;
		await new Promise(() => {});
	};
	void runAnew(list, oneByOne({ client: crashing }));
	await until(() => isOver);
	keys.release = async () => {};
	keys.record = record;
	await runAnew(list);
	expect(simulator.called()).toEqual([FIRST, SECOND]);
});

it('records the keys a second ahead of the calls', async () => {
	const many = Array.from({ length: 30 }, (_, index) => keyed(FIRST, `k${index}`));
	const recorded: number[] = [];
	const counting: Client = async (request) => {
		recorded.push(keys.row.length);
		return await client(request);
	};
	await runAnew(many, oneByOne({ client: counting }));
	const ahead = recorded.map((count, called) => count - called);
	expect(Math.max(...ahead)).toBe(10);
	expect(Math.min(...ahead)).toBe(1);
});

it('writes its keys once more at its end, should another execution have erased them', async () => {
	await runAnew(list, {
		client: async (request) => {
			keys.row = [];
			return await client(request);
		},
	});
	expect(keys.row).toHaveLength(4);
});

it('where they cannot be kept no contact is called who has one', async () => {
	keys.fault = new Error('No workflow');
	const results = await runAnew([...list.slice(1), list[1]!, to(FIRST)]);
	expect(words(results)).toEqual([...PEOPLE.map(() => 'INVALID_PARAMETER no'), 'called']);
	expect(results[0]).toMatchObject({
		failure: { description: expect.stringContaining('No workflow') },
	});
	expect(simulator.called()).toEqual([FIRST]);
});

it('where they cannot be kept any more, each with a key says so, also the second with one', async () => {
	const many = Array.from({ length: 12 }, (_, index) => keyed(FIRST, `k${index % 11}`));
	const failing: Client = async (request) => {
		keys.fault = new Error('Database is locked');
		return await client(request);
	};
	const results = await runAnew(many, oneByOne({ client: failing }));
	expect(words(results)).toEqual([
		...Array<string>(10).fill('called'),
		...Array<string>(2).fill('INVALID_PARAMETER no'),
	]);
});

it('where they cannot be kept at the end the calls come out all the same', async () => {
	const refusals: string[] = [];
	const results = await runAnew([keyed(FIRST, 'k')], {
		onStoreRefused: (words) => refusals.push(words),
		client: async (request) => {
			keys.fault = new Error('Database is locked');
			return await client(request);
		},
	});
	expect(words(results)).toEqual(['called']);
	expect(refusals).toEqual(['it did not take the keys once more']);
});

it('keeps no keys of contacts without one', async () => {
	await runAnew(allContacts);
	expect(keys.reads).toBe(0);
});

it('calls all contacts where no keys are kept, whatever their keys are', async () => {
	const results = await run([keyed(FIRST, 'k'), keyed(SECOND, 'k')], { keys: undefined });
	expect(words(results)).toEqual(['called', 'called']);
});

it('lets no key go that another execution may have, where it could not be recorded', async () => {
	await runAnew([keyed(FIRST, 'k')]);
	const { record } = keys;
	keys.record = async () => {
		throw new Error('Database is locked');
	};
	expect(words(await runAnew([keyed(FIRST, 'k')]))).toEqual(['INVALID_PARAMETER no']);
	keys.record = record;
	expect(words(await runAnew([keyed(FIRST, 'k')]))).toEqual(['skipped k']);
});

it('keeps the keys of those who were called, also where a retry is stopped before their turn', async () => {
	const two = list.slice(0, 2);
	await runAnew(two);
	expect(words(await run(two, { keys, isCancelled: () => true }))).toEqual([
		'left out',
		'left out',
	]);
	expect(words(await runAnew(two))).toEqual(['skipped k0', 'skipped k1']);
});

it('skips all contacts with a key of an earlier execution, also far down the list', async () => {
	await runAnew([keyed(FIRST, 'k')]);
	const many = Array.from({ length: 25 }, () => keyed(FIRST, 'k'));
	expect(words(await runAnew(many))).toEqual(many.map(() => 'skipped k'));
});

it('skips no contact for a key under which none was called', async () => {
	simulator.fault({ kind: 'status', status: 400, accepting: 'before', toNumber: FIRST });
	const three = [keyed(FIRST, 'k'), keyed(SECOND, 'k'), keyed(THIRD, 'k')];
	const results = await runAnew(three, { stopAtFailure: true, callsPerSecond: 4 });
	expect(words(results)).toEqual(['HTTP_400 no', 'left out', 'left out']);
});

it('says of a refused API key what it is, also where keys can not be kept', async () => {
	simulator.fault({ kind: 'status', status: 401, accepting: 'before' });
	await runAnew(list, oneByOne());
	keys.fault = new Error('Database is locked');
	expect(words(await run(list, { keys }))).toEqual(PEOPLE.map(() => 'HTTP_401 no'));
});
