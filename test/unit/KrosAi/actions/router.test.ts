import { NodeOperationError } from 'n8n-workflow';
import { router } from '../../../../nodes/KrosAi/actions/router';
import { simulator, useSimulator } from '../../../../simulator/setUp';
import { callTo } from '../../../support/calls';
import { credentialFor, executeContext, type Run } from '../../../support/n8n';

useSimulator({ startsPerSecond: Infinity });

async function run(toNumbers: unknown[], options: Partial<Run> = {}) {
	const items = toNumbers.map((toNumber) =>
		callTo(toNumber, { options: { lookUpUnknownCalls: 'off' } }),
	);
	const context = executeContext({ credential: credentialFor(simulator), items, ...options });
	return await router.call(context);
}

it('gives one item for each contact, paired, in their order', async () => {
	const [items, ...others] = await run(['+14155550110', '+14155550111', '+14155550112']);
	expect(others).toEqual([]);
	expect(items).toEqual(
		['+14155550110', '+14155550111', '+14155550112'].map((to_number, item) => ({
			json: expect.objectContaining({ call_id: expect.any(String), to_number }),
			pairedItem: { item },
		})),
	);
});

it('keeps a failed item in its place, in the shape that goes to the error branch', async () => {
	const [items = []] = await run(['+14155550110', '12', '+14155550112'], { continueOnFail: true });
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
		{ item: 0 },
		{ item: 1 },
		{ item: 2 },
	]);
	expect(simulator.called()).toEqual(['+14155550110', '+14155550112']);
	expect(items[1]?.json).toEqual({
		message: expect.stringContaining('"12" in To Number'),
		error: {
			code: 'INVALID_PHONE_NUMBER',
			httpCode: null,
			field: 'to_number',
			value: '12',
			placed: 'no',
			description: expect.any(String),
		},
	});
});

it.each<[string, () => void, object]>([
	['KrosAI refuses', () => simulator.set({ balanceCents: 0 }), { code: 'INSUFFICIENT_BALANCE' }],
	['the answer is lost', () => simulator.fault({ kind: 'dropAfter' }), { placed: 'unknown' }],
])('has the same shape where %s', async (_, prepare, expected) => {
	prepare();
	const [items = []] = await run(['+14155550110'], { continueOnFail: true });
	simulator.set({ balanceCents: 1000_00 });
	const json = items[0]!.json as { error: object };
	expect(Object.keys(json).sort()).toEqual(['error', 'message']);
	expect(Object.keys(json.error).sort()).toEqual(
		['code', 'description', 'field', 'httpCode', 'placed', 'value'].sort(),
	);
	expect(json.error).toMatchObject(expected);
});

it.each([
	['call', 'getAllCalls'],
	['endpoint', 'get'],
	['meeting', 'initiate'],
	['call', ''],
])('says that there is no %s → %s, and sends nothing', async (resource, operation) => {
	const items = [{ ...callTo('+14155550110'), resource, operation }];
	const context = executeContext({ credential: credentialFor(simulator), items });
	const result = router.call(context);
	await expect(result).rejects.toThrow(NodeOperationError);
	await expect(result).rejects.toThrow(`KrosAI has no operation "${operation}" for "${resource}"`);
	expect(simulator.requests).toEqual([]);
});

describe('where an operation fails in a way that was not foreseen', () => {
	/** n8n takes the input away while the contacts are called. */
	const brokenContext = (options: Partial<Run>, thrown: unknown) => {
		const items = ['+14155550110', '+14155550111'].map((toNumber) => callTo(toNumber));
		const context = executeContext({ credential: credentialFor(simulator), items, ...options });
		const { getContext } = context;
		context.getContext = ((...about: Parameters<typeof getContext>) => {
			if (about[0] === 'node') throw thrown;
			return getContext(...about);
		}) as typeof getContext;
		return context;
	};

	it.each<[string, Partial<Run>, unknown, string]>([
		[
			'under Continue',
			{ continueOnFail: true },
			new Error('Out of memory'),
			"in KrosAI's call log before you call again",
		],
		['as the tool of an AI agent', { isTool: true }, 'Out of memory', 'Do not call'],
	])('each item comes out as failed, and none as called: %s', async (_, options, thrown, todo) => {
		const [items] = await router.call(brokenContext(options, thrown));
		expect(items).toEqual(
			[0, 1].map((item) => ({
				json: {
					message: 'The node failed: Out of memory',
					error: {
						code: 'INTERNAL',
						httpCode: null,
						field: null,
						value: null,
						placed: 'unknown',
						description: expect.stringContaining(todo),
					},
				},
				pairedItem: { item },
			})),
		);
	});

	it('under Stop it is thrown as it is', async () => {
		const thrown = new Error('Out of memory');
		await expect(router.call(brokenContext({}, thrown))).rejects.toBe(thrown);
	});
});

describe('as the tool of an AI agent', () => {
	it.each<[string, Partial<Run>]>([
		['n8n says so', { isTool: true }],
		['only the type of the node says so', { type: 'n8n-nodes-krosai.krosAiTool' }],
		['n8n says no, as to agents of version 3', { isTool: false, type: 'x.krosAiTool' }],
	])('a failure is an item and nothing is thrown: %s', async (_, how) => {
		simulator.fault({ kind: 'dropAfter' });
		const [items] = await run(['+14155550110'], how);
		expect(items).toEqual([
			{
				json: {
					message: expect.any(String),
					error: expect.objectContaining({ placed: 'unknown' }),
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(simulator.called()).toEqual(['+14155550110']);
	});

	it('other metadata makes another call of the same item', async () => {
		const nodeContext = {};
		const call = async (metadataJson: object) =>
			await router.call(
				executeContext({
					credential: credentialFor(simulator),
					nodeContext,
					isTool: true,
					items: [{ ...callTo('+14155550110'), specifyMetadata: 'json', metadataJson }],
				}),
			);
		await call({ topic: 'invoice' });
		await call({ topic: 'delivery' });
		await call({ topic: 'delivery' });
		expect(simulator.called()).toHaveLength(2);
	});

	it('is not assumed where neither says so', async () => {
		simulator.fault({ kind: 'dropAfter' });
		await expect(run(['+14155550110'], { isTool: false })).rejects.toThrow();
	});
});
