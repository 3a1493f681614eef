import { ContactKeys } from '../../../../nodes/KrosAi/dialing/contactKeys';
import { ContactList, type DialContact } from '../../../../nodes/KrosAi/dialing/contactList';
import { openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import { failed, INVALID, PEOPLE, to } from '../../../support/dialing';
import { KeyTable } from '../../../support/keyTable';

const [ADA, BEN] = PEOPLE;
const keyed = (number: string, key: string): DialContact => ({ ...to(number), key });

type Options = Partial<ConstructorParameters<typeof ContactKeys>[1]>;

const keysOf = (contacts: DialContact[], options: Options = {}) => {
	const ledger = openLedger({ nodeContext: {}, runIndex: 0, executionId: '1', isToolRun: false });
	return new ContactKeys(new ContactList(contacts, ledger), {
		sameNumberTwice: 'callOnce',
		lineageId: 'lineage',
		memory: new KeyTable(),
		keys: new KeyTable(),
		mark: undefined,
		...options,
	});
};

const record = async (keys: ContactKeys, batch: number[]) => {
	const recorded: Array<[number, boolean]> = [];
	await keys.record(batch, (item, isKnown) => recorded.push([item, isKnown]));
	return recorded;
};

it('a contact is recorded once its number, its place in the memory and its key are', async () => {
	const keys = keysOf([keyed(ADA, 'a'), keyed(BEN, 'b')]);
	expect(keys.isRecorded(0)).toBe(false);
	expect(await record(keys, [0])).toEqual([[0, false]]);
	expect([keys.isRecorded(0), keys.isRecorded(1)]).toEqual([true, false]);
});

it('of two with one number the first is recorded, and the second waits until it is handed over', async () => {
	const keys = keysOf([keyed(ADA, 'a'), keyed(ADA, 'b')]);
	expect(await record(keys, [0, 1])).toEqual([[0, false]]);
	expect([keys.isWaiting(0), keys.isWaiting(1)]).toEqual([false, true]);
	expect(keys.awaited(1)).toEqual({ owner: 0, isSameNumber: true });
	expect(keys.handOver(0)).toEqual([1]);
	expect(keys.isWaiting(1)).toBe(false);
});

it('of two with one key the second waits for the key', async () => {
	const keys = keysOf([keyed(ADA, 'a'), keyed(BEN, 'a')]);
	await record(keys, [0, 1]);
	expect(keys.awaited(1)).toEqual({ owner: 0, isSameNumber: false });
	expect(keys.handOver(0)).toEqual([1]);
});

it('the number and the key of one who was called in an earlier try are not for another', async () => {
	const keys = keysOf([keyed(ADA, 'a'), keyed(ADA, 'b'), keyed(BEN, 'a')]);
	keys.own(0);
	await record(keys, [1, 2]);
	expect(keys.awaited(1)).toEqual({ owner: 0, isSameNumber: true });
	expect(keys.awaited(2)).toEqual({ owner: 0, isSameNumber: false });
});

it('what an earlier execution has recorded is known, and its key used', async () => {
	const stores = { memory: new KeyTable(), keys: new KeyTable() };
	await record(keysOf([keyed(ADA, 'a')], stores), [0]);
	const again = keysOf([keyed(ADA, 'a')], stores);
	expect(await record(again, [0])).toEqual([[0, true]]);
	expect(again.isUsed(0)).toBe(true);
});

it('the key in the memory is the same for all of one number where it is called once', () => {
	const contacts = [to(ADA), to(ADA)];
	const [once, each] = (['callOnce', 'callEach'] as const).map((sameNumberTwice) => {
		const keys = keysOf(contacts, { sameNumberTwice });
		return new Set([keys.memoryKeyOf(0), keys.memoryKeyOf(1)]).size;
	});
	expect([once, each]).toEqual([1, 2]);
});

it('a store that refuses is an obstacle for those who have a key, in its words', async () => {
	const record = async () => await Promise.reject(new Error('The table is gone'));
	const keys = keysOf([keyed(ADA, 'a'), to(BEN), failed(INVALID)], {
		keys: { record, release: async () => {} },
	});
	await keys.record([0, 1], () => {});
	expect(keys.obstacle).toBe('The table is gone');
	expect([0, 1, 2].map((item) => keys.obstacleOf(item))).toEqual([
		'The table is gone',
		undefined,
		undefined,
	]);
});

it('at the end the keys of those who were not called are let go', async () => {
	const stores = { memory: new KeyTable(), keys: new KeyTable() };
	const keys = keysOf([keyed(ADA, 'a'), keyed(BEN, 'b')], stores);
	await record(keys, [0, 1]);
	expect(await keys.settle((item) => item === 0)).toBe(true);
	const next = keysOf([keyed(ADA, 'a'), keyed(BEN, 'b')], stores);
	expect(await record(next, [0, 1])).toEqual([
		[0, true],
		[1, false],
	]);
});
