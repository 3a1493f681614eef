import { OnceKeys } from '../../../../nodes/KrosAi/dialing/onceKeys';
import { KeyTable } from '../../../support/keyTable';

let table: KeyTable;
beforeEach(() => (table = new KeyTable()));

/** Over a list in which each contact has this key. */
function over(keys: Array<string | undefined>, mark?: string) {
	const once = new OnceKeys(table, (item) => keys[item], mark);
	const items = [...keys.keys()];
	return {
		once,
		items,
		/** What is known of each contact. */
		states: () =>
			items.map((item) => {
				if (once.isFound(item)) return 'found';
				if (once.isWaiting(item)) return 'waiting';
				return once.isSettled(item) ? 'free' : 'open';
			}),
	};
}

const hold = async () => await table.record(['a', 'b', 'c', 'd', 'e']);

it('records a key before its contact is called, and holds nothing against one without a key', async () => {
	const { once, states } = over(['a', undefined, 'b']);
	expect(states()).toEqual(['open', 'free', 'open']);
	await once.claim([0, 1]);
	expect(states()).toEqual(['free', 'free', 'open']);
	expect(await hold()).toEqual(['a']);
});

it('finds a key that was there before, for all contacts who have it', async () => {
	await table.record(['b']);
	const { once, items, states } = over(['a', 'b', 'a', 'b']);
	await once.claim(items);
	expect(states()).toEqual(['free', 'found', 'waiting', 'found']);
});

it('finds it also for a contact who comes later', async () => {
	await table.record(['a']);
	const { once, states } = over(['a', 'a']);
	await once.claim([0]);
	await once.claim([1]);
	expect(states()).toEqual(['found', 'found']);
});

it('leaves a key to the contact of an earlier try who was called under it', async () => {
	await table.record(['a']);
	const { once, states } = over(['a', 'a']);
	once.own(1);
	once.own(0);
	await once.claim([0]);
	expect(states()).toEqual(['waiting', 'free']);
	expect(once.ownerOf(0)).toBe(1);
});

it('gives a key whose owner was not called to one who may have been, and to no other', async () => {
	const { once, states } = over(['a', 'a', 'a']);
	await once.claim([0]);
	once.handOver(0);
	once.own(1);
	await once.claim([2]);
	expect(once.ownerOf(2)).toBe(1);
	expect(states()[2]).toBe('waiting');
});

it('hands a key over, in the order of the contacts, until none is left', async () => {
	const { once, items, states } = over(['a', 'a', 'a']);
	await once.claim(items);
	expect(once.handOver(1)).toBeUndefined();
	expect(once.handOver(0)).toBe(1);
	expect(states()).toEqual(['open', 'free', 'waiting']);
	expect(once.ownerOf(2)).toBe(1);
	expect(once.handOver(0)).toBeUndefined();
	expect(once.handOver(1)).toBe(2);
	expect(once.handOver(2)).toBeUndefined();
	expect(once.ownerOf(0)).toBe(2);
});

it('hands over no key that another run has', async () => {
	await table.record(['a']);
	const { once, items } = over(['a', 'a', undefined]);
	await once.claim(items);
	expect(once.handOver(0)).toBeUndefined();
	expect(once.handOver(2)).toBeUndefined();
	expect(once.ownerOf(2)).toBeUndefined();
});

describe('the mark of a run', () => {
	it('is recorded with the first keys, and tells whether the run was there before', async () => {
		const first = over(['a', 'b'], 'mark');
		expect(first.once.isMarkFound).toBe(false);
		await first.once.claim([0]);
		await first.once.claim([1]);
		expect(first.once.isMarkFound).toBe(false);
		const second = over(['c'], 'mark');
		await second.once.claim([0]);
		expect(second.once.isMarkFound).toBe(true);
		expect(second.states()).toEqual(['free']);
	});

	it('stays where the keys of the run are released', async () => {
		const { once } = over(['a'], 'mark');
		await once.claim([0]);
		await once.settle(() => false, { recordAgain: false });
		expect(await table.record(['a', 'mark'])).toEqual(['mark']);
	});
});

it('records the last keys once more with each write: another process may have written over them', async () => {
	const { once } = over(['a', 'b', 'c']);
	await once.claim([0, 1]);
	table.row = [];
	await once.claim([2]);
	expect(await hold()).toEqual(['a', 'b', 'c']);
});

it('records no key once more that another run has', async () => {
	await table.record(['a']);
	const { once } = over(['a', 'b']);
	await once.claim([0]);
	table.row = [];
	await once.claim([1]);
	expect(await hold()).toEqual(['b']);
});

describe('at the end of a run', () => {
	it('releases the keys of contacts who were certainly not called, and of no others', async () => {
		await table.record(['c']);
		const { once, items } = over(['a', 'b', 'c']);
		await once.claim(items);
		expect(await once.settle((item) => item === 0, { recordAgain: false })).toBe(true);
		expect(await hold()).toEqual(['a', 'c']);
	});

	it('goes by the contact that the key was handed over to', async () => {
		const { once, items } = over(['a', 'a']);
		await once.claim(items);
		once.handOver(0);
		await once.settle((item) => item === 1, { recordAgain: false });
		expect(await hold()).toEqual(['a']);
	});

	it.each([
		[true, ['a']],
		[false, []],
	])('records the others once more where that is wanted: %p', async (recordAgain, held) => {
		const { once, items } = over(['a', 'b']);
		await once.claim(items);
		table.row = [];
		await once.settle((item) => item === 0, { recordAgain });
		expect(await hold()).toEqual(held);
	});

	it('has nothing to write for a run that knows of no key', async () => {
		table.fault = new Error('The table is gone');
		const { once } = over(['a']);
		expect(await once.settle(() => false, { recordAgain: true })).toBe(true);
	});
});

describe('where the store fails', () => {
	it.each([new Error('The table is gone'), 'The table is gone'])(
		'says why in its words, and lets all contacts go on: %p',
		async (fault) => {
			const { once, states } = over(['a', 'b']);
			expect(once.failedWith).toBeUndefined();
			table.fault = fault as Error;
			await once.claim([0]);
			expect(once.failedWith).toBe('The table is gone');
			expect(states()).toEqual(['free', 'free']);
			expect(once.ownerOf(0)).toBeUndefined();
		},
	);

	it('releases no key that it could not record: another run may have it', async () => {
		await table.record(['a']);
		const { once, items } = over(['a', 'a']);
		table.fault = new Error('The table is gone');
		await once.claim(items);
		table.fault = undefined;
		await once.settle(() => false, { recordAgain: false });
		expect(await hold()).toEqual(['a']);
	});

	it('says at its end that it did', async () => {
		const { once, items } = over(['a']);
		await once.claim(items);
		table.fault = new Error('The table is gone');
		expect(await once.settle(() => true, { recordAgain: true })).toBe(false);
		expect(await once.settle(() => false, { recordAgain: false })).toBe(false);
	});
});
