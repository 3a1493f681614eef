import type { IExecuteFunctions } from 'n8n-workflow';
import { keyStoreOf, memoryOf } from '../../../../../nodes/KrosAi/actions/call/keyStore';
import type { KeyStore } from '../../../../../nodes/KrosAi/dialing/onceKeys';
import { KeyTable } from '../../../../support/keyTable';

let table: KeyTable;
beforeEach(() => (table = new KeyTable()));

/** The context of a node, and what n8n is told by it. */
function contextOf(helpers: object = table.helpers, { workflow = 'w', node = 'n' } = {}) {
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
	const context = {
		helpers: watched,
		getWorkflow: () => ({ id: workflow }),
		getNode: () => ({ id: node }),
	} as unknown as IExecuteFunctions;
	return { context, told };
}

const LISTS: Array<[string, (context: IExecuteFunctions) => KeyStore, unknown[], string]> = [
	['the memory', memoryOf, ['node', { mode: 'entries', maxEntries: 20_000 }], ''],
	['the keys', keyStoreOf, ['workflow', { mode: 'entries', maxEntries: 100_000 }], 'KrosAI call: '],
];

describe.each(LISTS)('the list of %s', (_, open, where, prefix) => {
	it('tells which keys were there before, in its own words', async () => {
		const store = open(contextOf().context);
		expect(await store.record(['cust_1', 'cust_2'])).toEqual([]);
		expect(await store.record(['cust_2', 'cust_3', 'cust_1'])).toEqual(['cust_2', 'cust_1']);
	});

	it('is in a scope of its own, with a length of its own', async () => {
		const { context, told } = contextOf();
		const store = open(context);
		await store.record(['cust_1']);
		await store.release(['cust_1']);
		expect(told).toEqual([
			['checkProcessedAndRecord', [`${prefix}cust_1`], ...where],
			['removeProcessed', [`${prefix}cust_1`], ...where],
		]);
	});

	it('takes nothing for one of its keys that it has not asked for', async () => {
		const checkProcessedAndRecord = async () => ({
			new: [],
			processed: ['cust_1', `${prefix}b`, 7],
		});
		const store = open(contextOf({ checkProcessedAndRecord }).context);
		expect(await store.record(['a', 'b'])).toEqual(['b']);
	});

	it('releases many a few at a time, so that n8n can serve others between', async () => {
		const { context, told } = contextOf();
		const store = open(context);
		const keys = Array.from({ length: 1_200 }, (_unused, item) => `cust_${item}`);
		await store.record([...keys, 'other']);
		await store.release(keys);
		const sizes = told.slice(1).map(([name, entries]) => [name, (entries as string[]).length]);
		expect(sizes).toEqual([500, 500, 200].map((size) => ['removeProcessed', size]));
		expect(await store.record([...keys, 'other'])).toEqual(['other']);
	});

	it('loses nothing where executions write at once: n8n takes no lock', async () => {
		const stores = [open(contextOf().context), open(contextOf().context)];
		await stores[0]!.record(['gone']);
		await Promise.all([
			stores[0]!.record(['a', 'b']),
			stores[1]!.record(['c']),
			stores[0]!.release(['gone']),
			stores[1]!.record(['d']),
		]);
		expect(await stores[0]!.record(['a', 'b', 'c', 'd', 'gone'])).toEqual(['a', 'b', 'c', 'd']);
	});

	it('gives each key to one of those who ask for it at once', async () => {
		const stores = Array.from({ length: 5 }, () => open(contextOf().context));
		const found = await Promise.all(stores.map(async (store) => await store.record(['a'])));
		expect(found.filter((keys) => keys.length === 0)).toHaveLength(1);
	});

	it('goes on after a write that failed', async () => {
		const store = open(contextOf().context);
		table.fault = new Error('Database is locked');
		const failed = store.record(['a']);
		await expect(failed).rejects.toThrow('Database is locked');
		table.fault = undefined;
		expect(await store.record(['a'])).toEqual([]);
	});
});

it('keeps the keys apart from what Remove Duplicates keeps for the workflow', async () => {
	await table.record(['cust_1']);
	expect(await keyStoreOf(contextOf().context).record(['cust_1'])).toEqual([]);
});

/** A store whose first write does not end, and whether a second one begins meanwhile. */
async function isServedMeanwhile(
	first: (context: IExecuteFunctions) => KeyStore,
	second: (context: IExecuteFunctions) => KeyStore,
	other: { workflow?: string; node?: string },
): Promise<boolean> {
	let end: () => void = () => {};
	const checkProcessedAndRecord = async () => {
		await new Promise<void>((resolve) => (end = resolve));
		return { new: [], processed: [] };
	};
	const held = first(contextOf({ checkProcessedAndRecord }).context).record(['a']);
	let isServed = false;
	const helpers = {
		checkProcessedAndRecord: async () => {
			isServed = true;
			return { new: [], processed: [] };
		},
	};
	const next = second(contextOf(helpers, other).context).record(['a']);
	await new Promise((resolve) => setImmediate(resolve));
	const before = isServed;
	end();
	await Promise.all([held, next]);
	return before;
}

it.each<[string, boolean, Parameters<typeof isServedMeanwhile>]>([
	['the same memory', false, [memoryOf, memoryOf, {}]],
	['that of another node', true, [memoryOf, memoryOf, { node: 'm' }]],
	['that of another workflow', true, [memoryOf, memoryOf, { workflow: 'v' }]],
	['the keys beside the memory', true, [memoryOf, keyStoreOf, {}]],
	['the same keys, by another node', false, [keyStoreOf, keyStoreOf, { node: 'm' }]],
])('serves %s meanwhile: %p', async (_, expected, [first, second, other]) => {
	expect(await isServedMeanwhile(first, second, other)).toBe(expected);
});
