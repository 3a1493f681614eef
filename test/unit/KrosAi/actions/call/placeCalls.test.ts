import type { IDataObject, NodeExecutionHint } from 'n8n-workflow';
import { callTo } from '../../../../support/calls';
import { SkippedPauses } from '../../../../support/clocks';
import { answering } from '../../../../support/exchanges';
import { KeyTable } from '../../../../support/keyTable';
import { credentialFor } from '../../../../support/n8n';
import {
	allContacts,
	calledNumbers,
	CONTINUE,
	FIRST,
	PEOPLE,
	run,
	SECOND,
	simulator,
	STOP,
	THIRD,
	thrownBy,
	usePlacing,
} from '../../../../support/placing';

const mockPauses = new SkippedPauses();
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPauses.sleep(ms),
}));
beforeEach(() => mockPauses.begin());
afterEach(() => jest.restoreAllMocks());

usePlacing();

describe('where the workflow goes on', () => {
	it('a parameter that cannot be read is the fault of its item alone', async () => {
		const unreadable = () => {
			throw new Error("Cannot read properties of undefined (reading 'phone')");
		};
		const results = await run([
			callTo(FIRST),
			callTo(null, { toNumber: unreadable as unknown as string }),
			callTo(THIRD),
		]);
		expect(results.map((result) => 'json' in result)).toEqual([true, false, true]);
		expect(results[1]).toEqual({
			failure: {
				code: 'INVALID_PARAMETER',
				httpCode: null,
				field: null,
				value: null,
				message: expect.stringContaining("(reading 'phone')"),
				description: expect.stringContaining('expressions'),
				placed: 'no',
			},
		});
		expect(calledNumbers()).toEqual([FIRST, THIRD]);
	});

	it('a credential that cannot be used makes a failure of every contact', async () => {
		const credential = { apiKey: 'kros_test_simulator', baseUrl: 'api.krosai.com' };
		const results = await run(allContacts, CONTINUE, { credential });
		expect(results).toHaveLength(3);
		for (const [index, result] of results.entries()) {
			expect(result).toMatchObject({
				failure: {
					code: 'INVALID_PARAMETER',
					placed: 'no',
					message: expect.stringMatching(new RegExp(`\\${PEOPLE[index]}.*The Base URL`)),
				},
			});
		}
	});
});

describe('what is about the whole list', () => {
	const busy = (times: number) => simulator.fault(answering(429, { times }));

	it('is read from the options: how fast to call', async () => {
		const options = { callsPerSecond: 4 };
		const started = performance.now();
		await run(allContacts.map((item) => ({ ...item, options })));
		expect(performance.now() - started).toBeGreaterThan(450);
	});

	it('is read from the options: how long to wait for a line', async () => {
		busy(1);
		const results = await run([callTo(FIRST, { options: { waitForLineMinutes: 0 } })]);
		expect(results).toMatchObject([{ failure: { code: 'RATE_LIMIT_EXCEEDED', placed: 'no' } }]);
		busy(1);
		expect(await run([callTo(FIRST)])).toMatchObject([{ json: { to_number: FIRST } }]);
	});

	it.each([
		[{ callsPerSecond: 0 }, 'Calls per Second'],
		[{ waitForLineMinutes: -1 }, 'Wait for a Free Line'],
	])('is refused for each contact where it is impossible: %j', async (options, name) => {
		const results = await run([callTo(FIRST, { options }), callTo(SECOND, { options })]);
		expect(results).toMatchObject(
			Array(2).fill({
				failure: {
					code: 'INVALID_PARAMETER',
					placed: 'no',
					message: expect.stringContaining(name),
				},
			}),
		);
		expect(simulator.requests).toEqual([]);
	});

	it('with several failures under way, all are told where one stops the workflow', async () => {
		for (const toNumber of [FIRST, SECOND]) {
			simulator.fault({ kind: 'delay', ms: 200, accepting: 'before', toNumber });
		}
		simulator.set({ endpoints: [] });
		const options = { callsPerSecond: 100 };
		const error = await thrownBy(allContacts.map((item) => ({ ...item, options })));
		expect(error.message).toContain(FIRST);
		expect(error.description).toContain(`Call to ${SECOND}`);
		expect(error.context.itemIndex).toBe(0);
	});
});

describe('the same number twice', () => {
	const twice = [callTo(FIRST), callTo('+1 (415) 555-0110', { row: 1 }), callTo(SECOND)];

	it('is called once, and the second item leaves with its row', async () => {
		const [called, skipped] = await run(twice);
		expect(skipped).toEqual({
			json: {
				row: 1,
				status: 'skipped',
				reason: 'SAME_NUMBER',
				call_id: (called as { json: IDataObject }).json.call_id,
			},
		});
		expect(calledNumbers()).toEqual([FIRST, SECOND]);
	});

	it('is called twice where that is chosen, by the first item whose options can be read', async () => {
		const options = { sameNumberTwice: 'callEach' };
		const unreadable = callTo(THIRD, { options: { sameNumberTwice: 'twice' } });
		const results = await run([unreadable, ...twice.map((item) => ({ ...item, options }))]);
		expect(results[0]).toMatchObject({ failure: { field: 'sameNumberTwice' } });
		expect(calledNumbers()).toEqual([FIRST, FIRST, SECOND]);
	});

	it.each<[string, IDataObject[], typeof CONTINUE, string[]]>([
		['says who was left out', twice, CONTINUE, ['2 called, 1 skipped (same number)']],
		[
			'says so also where the workflow stops at failures',
			twice,
			STOP,
			['2 called, 1 skipped (same number)'],
		],
		['says nothing where all were called', allContacts, CONTINUE, []],
		['says nothing to an agent, who reads it', twice, { ...CONTINUE, isToolRun: true }, []],
	])('%s', async (_, items, mode, messages) => {
		const hints: NodeExecutionHint[] = [];
		await run(items, mode, { hints });
		expect(hints.map(({ message }) => message)).toEqual(messages);
	});
});

describe('what is remembered of who was called', () => {
	let store: KeyTable;
	beforeEach(() => (store = new KeyTable()));
	/** Each with a lineage of its own. */
	let establishedAt = 1_764_300_000_000;
	beforeEach(() => (establishedAt += 1));

	it('keeps a retry of which n8n has kept nothing from calling again', async () => {
		const lineage = { establishedAt, helpers: store.helpers };
		// The calls that it counts are those of the retried execution itself.
		const limited = allContacts.map((item) => ({ ...item, callingRules: { attemptLimit: 1 } }));
		const first = await run(limited, STOP, { ...lineage, executionId: '10' });
		const retried = await run(limited, STOP, { ...lineage, executionId: '11', mode: 'retry' });
		expect(retried).toEqual(first);
		expect(calledNumbers()).toEqual(PEOPLE);
	});

	it('keeps no new execution from calling', async () => {
		const { helpers } = store;
		await run(allContacts, STOP, { helpers, executionId: '10', establishedAt });
		await run(allContacts, STOP, {
			helpers,
			executionId: '11',
			establishedAt: establishedAt + 1e6,
		});
		expect(calledNumbers()).toHaveLength(6);
	});

	it('is said once to be missing, where n8n keeps none, and all are called', async () => {
		store.fault = new Error('Save the workflow first');
		const log: string[] = [];
		await run(allContacts, STOP, { helpers: store.helpers, log });
		expect(log).toEqual([
			"KrosAI: n8n's store doesn't remember who was called (Save the workflow first)",
		]);
		expect(calledNumbers()).toEqual(PEOPLE);
	});

	it('holds what another account has called apart from the log of this one', async () => {
		const nodeContext = {};
		simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
		const options = { lookUpUnknownCalls: 'off' };
		await run([callTo(FIRST, { options })], CONTINUE, { nodeContext });
		const credential = credentialFor(simulator, 'kros_test_other');
		simulator.set({ keys: { kros_test_other: ['calls:read', 'calls:write'] } });
		const retried = await run([callTo(FIRST)], CONTINUE, { nodeContext, credential });
		simulator.set({ keys: { kros_test_simulator: ['calls:read', 'calls:write'] } });
		expect(retried).toMatchObject([{ failure: { placed: 'unknown' } }]);
		const found = await run([callTo(FIRST)], CONTINUE, { nodeContext });
		expect(found).toMatchObject([{ json: { to_number: FIRST } }]);
	});

	it.each([undefined, '__UNKNOWN__'])(
		'is nothing without an execution, and all are called: %p',
		async (executionId) => {
			const behind = { executionId, helpers: store.helpers };
			expect(await run(allContacts, STOP, behind)).toHaveLength(3);
			expect(await run(allContacts, STOP, behind)).toHaveLength(3);
			expect(calledNumbers()).toHaveLength(6);
			expect(store.row).toEqual([]);
		},
	);

	it('is told where a call is in doubt and stops the workflow: how to go on', async () => {
		simulator.fault({ kind: 'dropAfter', toNumber: FIRST });
		const options = { lookUpUnknownCalls: 'off' };
		const error = await thrownBy([callTo(FIRST, { options })]);
		expect(error.description).toContain(
			'set On Error to Continue and retry this execution. A retry calls all who were not reached yet.',
		);
		simulator.fault(answering(422, { toNumber: FIRST }));
		expect((await thrownBy([callTo(FIRST)])).description).not.toContain('On Error');
	});
});

it('says in n8n’s log why contacts are skipped whose calls can’t be counted', async () => {
	simulator.fault(answering(403, { path: '/calls' }));
	const log: string[] = [];
	const rules = { callingRules: { attemptLimit: 1 }, whenBlocked: 'skip' };
	expect(await run([callTo(FIRST, rules)], CONTINUE, { log })).toMatchObject([
		{ json: { status: 'skipped', reason: 'CALL_LOG_UNREADABLE', retry_at: null } },
	]);
	expect(log).toEqual(["KrosAI: KrosAI's call log doesn't count: this API key may not read it"]);
});

it('says in n8n’s log once a minute how many contacts are done', async () => {
	const log: string[] = [];
	const options = { callsPerSecond: 0.1, sameNumberTwice: 'callEach' };
	await run(Array<IDataObject>(8).fill(callTo(FIRST, { options })), CONTINUE, { log });
	expect(log).toEqual(['KrosAI: 6 of 8 contacts done']);
});

it('goes on past a contact whom a rule skips, also where failures stop the workflow', async () => {
	const rules = { callingRules: { doNotCall: FIRST }, whenBlocked: 'skip' };
	expect(await run([callTo(FIRST, rules), callTo(SECOND)], STOP)).toMatchObject([
		{ json: { status: 'skipped', reason: 'DO_NOT_CALL' } },
		{ json: { to_number: SECOND } },
	]);
});

it('waits for the answer that decides whether a phone may be called once more', async () => {
	simulator.fault(answering(422, { toNumber: FIRST }));
	const options = { sameNumberTwice: 'callEach' };
	const item = callTo(FIRST, { callingRules: { attemptLimit: 1 }, options });
	expect(await run([item, item, item])).toMatchObject([
		{ failure: { code: 'HTTP_422' } },
		{ json: { to_number: FIRST } },
		{ failure: { code: 'TOO_MANY_CALLS' } },
	]);
});

it('counts over the rounds of a loop who was called, and in each of them how many', async () => {
	simulator.set({ logLagSeconds: 60 });
	const shared = { nodeContext: {}, helpers: new KeyTable().helpers };
	const item = (to: string) =>
		callTo(to, { callingRules: { attemptLimit: 1 }, options: { maxCalls: 1 } });
	const rounds = [];
	for (const [runIndex, to] of [FIRST, SECOND, FIRST].entries()) {
		rounds.push(await run([item(to), item(THIRD)], CONTINUE, { ...shared, runIndex }));
	}
	const skipped = { json: { status: 'skipped', reason: 'RUN_LIMIT' } };
	expect(rounds).toMatchObject([
		[{ json: { to_number: FIRST } }, skipped],
		[{ json: { to_number: SECOND } }, skipped],
		[{ failure: { code: 'TOO_MANY_CALLS' } }, { json: { to_number: THIRD } }],
	]);
});

describe('as the tool of an AI agent, several at once in one execution', () => {
	const TOOL = { stopAtFailure: false, isToolRun: true };
	const data = (about: string) => ({ specifyMetadata: 'json', metadataJson: { about } });

	async function atOnce(items: IDataObject[]) {
		const shared = { nodeContext: {}, helpers: new KeyTable().helpers };
		const runs = items.map((item, runIndex) => run([item], TOOL, { ...shared, runIndex }));
		return (await Promise.all(runs)).flat();
	}

	it('the same request is one call, and each gets it', async () => {
		simulator.fault({ kind: 'delay', ms: 100, toNumber: FIRST });
		const parameters = { ...data('invoice'), options: { lookUpUnknownCalls: 'off' } };
		const results = await atOnce([1, 2, 3].map(() => callTo(FIRST, parameters)));
		expect(calledNumbers()).toEqual([FIRST]);
		const call = { json: expect.objectContaining({ call_id: simulator.calls[0]!.id }) };
		expect(results).toEqual([call, call, call]);
	});

	it('so many as Most Calls allows are started, over all of them', async () => {
		const options = { maxCalls: 2 };
		const results = await atOnce(
			[FIRST, SECOND, FIRST, THIRD].map((to) => callTo(to, { options })),
		);
		expect(calledNumbers()).toEqual([FIRST, SECOND]);
		expect(results).toMatchObject([
			{ json: { to_number: FIRST } },
			{ json: { to_number: SECOND } },
			{ json: { to_number: FIRST } },
			{ json: { status: 'skipped', reason: 'RUN_LIMIT' } },
		]);
	});

	it('a phone is not called more often than Most Calls to a Number, whatever is said', async () => {
		simulator.set({ logLagSeconds: 60 });
		const about = (topic: string) =>
			callTo(FIRST, { ...data(topic), callingRules: { attemptLimit: 2 } });
		const results = await atOnce(['invoice', 'delivery', 'refund'].map(about));
		expect(calledNumbers()).toEqual([FIRST, FIRST]);
		expect(results[2]).toMatchObject({ failure: { code: 'TOO_MANY_CALLS', placed: 'no' } });
	});

	it('each is called from another number, and the same request is one call', async () => {
		const options = { moreFromNumbers: '+14155550100' };
		await atOnce([FIRST, SECOND, FIRST, THIRD].map((to) => callTo(to, { options })));
		expect(simulator.calls.map(({ to_number, from_number }) => [to_number, from_number])).toEqual([
			[FIRST, '+2348012345678'],
			[SECOND, '+14155550100'],
			[THIRD, '+2348012345678'],
		]);
	});

	it('different requests are all sent', async () => {
		await atOnce([
			callTo(FIRST, data('invoice')),
			callTo(FIRST, data('delivery')),
			callTo(SECOND, data('invoice')),
		]);
		expect(calledNumbers()).toEqual([FIRST, FIRST, SECOND]);
	});
});
