import { Claims } from '../../../../nodes/KrosAi/dialing/claims';
import { KeyTable } from '../../../support/keyTable';

let table: KeyTable;
let claims: Claims;
beforeEach(() => {
	table = new KeyTable();
	claims = new Claims(table, 3);
});

const waiting = (count: number) =>
	Array.from({ length: count }, (_, item) => claims.isWaiting(item));
const skipped = (count: number) =>
	Array.from({ length: count }, (_, item) => claims.isSkipped(item));

it('skips a key that was there before, and makes one that comes a second time wait', async () => {
	await table.record(['b']);
	await claims.claim(['a', 'b', 'a'].map((key, item) => ({ key, item })));
	expect(skipped(3)).toEqual([false, true, false]);
	expect(waiting(3)).toEqual([false, false, true]);
	expect(claims.isOwner({ key: 'a', item: 0 })).toBe(true);
	expect(claims.isOwner({ key: 'a', item: 2 })).toBe(false);
});

it('skips everybody with a key that was there before', async () => {
	await table.record(['a']);
	await claims.claim(['a', 'a'].map((key, item) => ({ key, item })));
	expect(skipped(2)).toEqual([true, true]);
	expect(waiting(2)).toEqual([false, false]);
});

it('skips nobody of an earlier try of this run, whose key was recorded then', async () => {
	await table.record(['a']);
	claims.own({ key: 'a', item: 0 });
	await claims.claim([{ key: 'a', item: 1 }]);
	expect(skipped(2)).toEqual([false, false]);
	expect(waiting(2)).toEqual([false, true]);
});

it('passes a key on, in the order of the contacts, until nobody is left', async () => {
	await claims.claim([0, 1, 2].map((item) => ({ key: 'a', item })));
	expect(claims.passOn({ key: 'a', item: 1 })).toBeUndefined();
	expect(claims.passOn({ key: 'a', item: 0 })).toBe(1);
	expect(waiting(3)).toEqual([false, false, true]);
	expect(claims.ownerOf('a')).toBe(1);
	expect(claims.passOn({ key: 'a', item: 0 })).toBeUndefined();
	expect(claims.passOn({ key: 'a', item: 1 })).toBe(2);
	expect(claims.passOn({ key: 'a', item: 2 })).toBeUndefined();
	expect(claims.ownerOf('a')).toBe(2);
});

it('has nobody to pass a key on to that only one contact has', async () => {
	await claims.claim([{ key: 'a', item: 0 }]);
	expect(claims.passOn({ key: 'a', item: 0 })).toBeUndefined();
	expect(claims.ownerOf('a')).toBe(0);
});

it('passes on no key that an earlier execution has', async () => {
	await table.record(['a']);
	await claims.claim([0, 1].map((item) => ({ key: 'a', item })));
	expect(claims.passOn({ key: 'a', item: 0 })).toBeUndefined();
});

it.each([new Error('The table is gone'), 'The table is gone'])(
	'says in n8n’s words why no key can be kept: %p',
	async (fault) => {
		expect(claims.failedWith).toBeUndefined();
		table.fault = fault as Error;
		await claims.claim([{ key: 'a', item: 0 }]);
		expect(claims.failedWith).toBe('The table is gone');
		expect(claims.ownerOf('a')).toBeUndefined();
		expect(await claims.settle(['a'], [])).toBe(false);
	},
);

it('lets those go at its end who were not called, and records the others once more', async () => {
	await claims.claim(['a', 'b'].map((key, item) => ({ key, item })));
	table.row = table.row.slice(1);
	expect(await claims.settle(['a'], ['b'])).toBe(true);
	expect(await table.record(['a', 'b'])).toEqual(['a']);
});

it.each([
	[['a'], []],
	[[], ['a']],
])('writes once at its end where all were called, or nobody: %j %j', async (called, notCalled) => {
	await claims.claim([{ key: 'a', item: 0 }]);
	const before = table.writes;
	await claims.settle(called, notCalled);
	expect(table.writes).toBe(before + 1);
});

it.each([
	[1, 10],
	[1000, 10],
	[1001, 11],
	[10_000, 100],
])('of %d contacts takes %d at a time', (contacts, chunk) =>
	expect(new Claims(table, contacts).chunkSize).toBe(chunk),
);
