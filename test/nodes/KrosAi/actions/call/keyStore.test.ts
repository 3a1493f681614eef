import type { IExecuteFunctions } from 'n8n-workflow';
import { keyStoreOf } from '../../../../../nodes/KrosAi/actions/call/keyStore';
import { KeyTable } from '../../../../support/keyTable';

let table: KeyTable;
beforeEach(() => (table = new KeyTable()));

/** The store, and what n8n is told. */
function open(helpers: object = table.helpers) {
	const told: unknown[][] = [];
	const watched = Object.fromEntries(
		Object.entries(helpers).map(([name, helper]) => [
			name,
			async (...options: unknown[]) => {
				told.push([name, ...options]);
				return await (helper as (...options: unknown[]) => Promise<unknown>)(...options);
			},
		]),
	);
	return { store: keyStoreOf({ helpers: watched } as unknown as IExecuteFunctions), told };
}

const OPTIONS = { mode: 'entries', maxEntries: 100_000 };

it('tells which keys were there before, in its own words', async () => {
	const { store } = open();
	expect(await store.record(['cust_1', 'cust_2'])).toEqual([]);
	expect(await store.record(['cust_2', 'cust_3', 'cust_1'])).toEqual(['cust_2', 'cust_1']);
});

it('records for the whole workflow, apart from what Remove Duplicates keeps there', async () => {
	const { store, told } = open();
	await table.record(['cust_1']);
	expect(await store.record(['cust_1'])).toEqual([]);
	expect(told).toEqual([['checkProcessedAndRecord', ['KrosAI call: cust_1'], 'workflow', OPTIONS]]);
});

it('lets go of the keys that it has recorded, and of no others', async () => {
	const { store, told } = open();
	await table.record(['cust_1']);
	await store.record(['cust_1', 'cust_2']);
	await store.release(['cust_1']);
	expect(told.at(-1)).toEqual(['removeProcessed', ['KrosAI call: cust_1'], 'workflow', OPTIONS]);
	expect(await store.record(['cust_1', 'cust_2'])).toEqual(['cust_2']);
	expect(await table.record(['cust_1'])).toEqual(['cust_1']);
});

it('lets go of many a few at a time, so that n8n can serve others between', async () => {
	const { store, told } = open();
	const keys = Array.from({ length: 1_200 }, (_, item) => `cust_${item}`);
	await store.record([...keys, 'other']);
	await store.release(keys);
	const sizes = told.slice(1).map(([name, entries]) => [name, (entries as string[]).length]);
	expect(sizes).toEqual([500, 500, 200].map((size) => ['removeProcessed', size]));
	expect(await store.record([...keys, 'other'])).toEqual(['other']);
});

it('takes nothing for one of its keys that it has not asked for', async () => {
	const { store } = open({
		checkProcessedAndRecord: async () => ({ new: [], processed: ['cust_1', 'KrosAI call: b', 7] }),
	});
	expect(await store.record(['a', 'b'])).toEqual(['b']);
});
