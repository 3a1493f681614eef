import { type IDataObject } from 'n8n-workflow';
import { initiate } from '../../../../../nodes/KrosAi/actions/call/initiate.operation';
import { callTo } from '../../../../support/calls';
import { answering } from '../../../../support/exchanges';
import { KeyTable } from '../../../../support/keyTable';
import { credentialFor, executeContext } from '../../../../support/n8n';
import {
	calledNumbers,
	CONTINUE,
	FIRST,
	PEOPLE,
	run,
	SECOND,
	simulator,
	STOP,
	THIRD,
	usePlacing,
} from '../../../../support/placing';

usePlacing();

describe('when a contact is read', () => {
	const options = { callsPerSecond: 1_000 };
	const crowd = Array.from({ length: 120 }, (_, item) =>
		callTo(`+1415555${String(100 + (item % 100)).padStart(4, '0')}`, { options }),
	);

	/** The items whose To Number was read by the time the first phone rang. */
	async function readBeforeTheFirstRing(mode: typeof STOP) {
		const context = executeContext({ credential: credentialFor(simulator), items: crowd });
		const { getNodeParameter } = context;
		const read = new Set<number>();
		let atFirstRing: number[] | undefined;
		simulator.onCallChange(() => (atFirstRing ??= [...read]));
		context.getNodeParameter = ((name: string, itemIndex: number, ...others: []) => {
			if (name === 'toNumber') read.add(itemIndex);
			return getNodeParameter(name, itemIndex, ...others) as unknown;
		}) as typeof getNodeParameter;
		expect(await initiate.execute(context, mode)).toHaveLength(crowd.length);
		return atFirstRing;
	}

	it('is before the first call, where one that is bad stops all', async () => {
		expect(await readBeforeTheFirstRing(STOP)).toHaveLength(crowd.length);
	});

	it('is when its turn comes near, where it stops no other', async () => {
		expect((await readBeforeTheFirstRing(CONTINUE))?.length).toBeLessThan(crowd.length);
	});
});

describe('a number that changes at each evaluation', () => {
	const refuse = (toNumber: string) =>
		simulator.fault(
			answering(400, {
				toNumber,
				times: 1,
				body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
			}),
		);
	/** Gives one after the other, as an expression does by chance or by time. */
	const changing = (...values: unknown[]) => {
		const toNumber = () => {
			const value = values.shift();
			if (value instanceof Error) throw value;
			return value;
		};
		return callTo('', { toNumber });
	};

	it('is in each try of an execution that of the first', async () => {
		const nodeContext = {};
		const items = [changing(FIRST, SECOND), changing(THIRD, FIRST, SECOND)];
		refuse(THIRD);
		await run(items, CONTINUE, { nodeContext });
		expect(calledNumbers()).toEqual([FIRST]);
		expect(await run(items, CONTINUE, { nodeContext })).toMatchObject([
			{ json: { to_number: FIRST } },
			{ json: { to_number: THIRD } },
		]);
		expect(calledNumbers()).toEqual([FIRST, THIRD]);
	});

	it('is that of the first try also for one who was skipped', async () => {
		const nodeContext = {};
		const items = [changing(FIRST, FIRST), changing('+1 (415) 555-0110', SECOND)];
		await run(items, CONTINUE, { nodeContext });
		const again = await run(items, CONTINUE, { nodeContext });
		expect(again[1]).toMatchObject({ json: { reason: 'SAME_NUMBER' } });
		expect(calledNumbers()).toEqual([FIRST]);
	});

	it('counts also where the next one could not be read, or the workflow stops', async () => {
		const nodeContext = {};
		const items = [changing(FIRST, 'n/a'), changing(SECOND, new Error('No time left'))];
		refuse(SECOND);
		await run(items, STOP, { nodeContext }).catch(() => {});
		expect(await run(items, STOP, { nodeContext })).toMatchObject([
			{ json: { to_number: FIRST } },
			{ json: { to_number: SECOND } },
		]);
	});

	it('is read again where the first was none', async () => {
		const nodeContext = {};
		const items = [changing('n/a', FIRST)];
		await run(items, CONTINUE, { nodeContext });
		expect(await run(items, CONTINUE, { nodeContext })).toMatchObject([
			{ json: { to_number: FIRST } },
		]);
	});

	it('decides in a retry of the execution, which may come with other rows', async () => {
		const nodeContext = {};
		const items = [changing(FIRST, SECOND)];
		await run(items, CONTINUE, { nodeContext });
		const retry = { nodeContext, executionId: '2', mode: 'retry' } as const;
		await run(items, CONTINUE, retry);
		expect(calledNumbers()).toEqual([FIRST, SECOND]);
		// A row that has moved up is still the contact who was called.
		expect(await run([callTo(SECOND)], CONTINUE, { ...retry, executionId: '3' })).toMatchObject([
			{ json: { to_number: SECOND } },
		]);
		expect(calledNumbers()).toEqual([FIRST, SECOND]);
	});

	it('is read again in each round of a loop, and at each use of a tool', async () => {
		const nodeContext = {};
		const items = [changing(FIRST, SECOND, THIRD)];
		await run(items, CONTINUE, { nodeContext });
		await run(items, CONTINUE, { nodeContext, runIndex: 1 });
		expect(calledNumbers()).toEqual([FIRST, SECOND]);
		const tool = { stopAtFailure: false, isToolRun: true };
		await run([callTo(FIRST)], tool, { nodeContext: {} });
		const used = {};
		await run([callTo(THIRD)], tool, { nodeContext: used });
		expect(await run([callTo(SECOND)], tool, { nodeContext: used })).toMatchObject([
			{ json: { to_number: SECOND } },
		]);
	});
});

describe('once per key', () => {
	const parameters = { options: { callOnlyOncePerKey: '={{ $json.id }}' } };
	const keyed = (number: string, callOnlyOncePerKey: unknown) =>
		callTo(number, { options: { callOnlyOncePerKey } as IDataObject });
	let keys: KeyTable;
	beforeEach(() => {
		keys = new KeyTable();
	});
	let executions = 0;
	const runKeyed = async (items: IDataObject[]) => {
		const executionId = `execution ${(executions += 1)}`;
		return await run(items, CONTINUE, { parameters, helpers: keys.helpers, executionId });
	};

	it('a contact who was called before comes out as skipped, with its row', async () => {
		await runKeyed([keyed(FIRST, 'a'), keyed(SECOND, 7)]);
		const results = await runKeyed([keyed(FIRST, 'a'), keyed(THIRD, 'c'), keyed(SECOND, 7)]);
		expect(results).toEqual([
			{ json: { row: 0, status: 'skipped', reason: 'ALREADY_CALLED', key: 'a' } },
			{ json: expect.objectContaining({ to_number: THIRD }) },
			{ json: { row: 2, status: 'skipped', reason: 'ALREADY_CALLED', key: '7' } },
		]);
		expect(calledNumbers()).toEqual(PEOPLE);
	});

	it.each([[''], [undefined], [null], ['-'], [' '], [{}]])(
		'%j is no key, so that contact is not called',
		async (key) => {
			const results = await runKeyed([keyed(FIRST, key), keyed(SECOND, 'b')]);
			expect(results).toMatchObject([
				{
					failure: {
						code: 'INVALID_PARAMETER',
						placed: 'no',
						message: expect.stringContaining('Skip Already Called (Key)'),
					},
				},
				{ json: { to_number: SECOND } },
			]);
		},
	);

	it('a key made of the phone is the same in each writing of the number', async () => {
		await runKeyed([keyed('+1 (415) 555-0110', 'a +1 (415) 555-0110')]);
		expect(await runKeyed([keyed(FIRST, `a ${FIRST}`), keyed(SECOND, 'b')])).toMatchObject([
			{ json: { reason: 'ALREADY_CALLED', key: `a ${FIRST}` } },
			{ json: { to_number: SECOND } },
		]);
	});

	it('a key that is no expression is that of one item, and refused for several', async () => {
		const fixed = { parameters: { options: { callOnlyOncePerKey: 'x' } }, helpers: keys.helpers };
		expect(await run([keyed(FIRST, 'x'), keyed(SECOND, 'x')], CONTINUE, fixed)).toMatchObject(
			['one', 'two'].map(() => ({
				failure: {
					field: 'callOnlyOncePerKey',
					message:
						'Skip Already Called (Key) is "x" for all 2 items, because the field is no expression',
				},
			})),
		);
		expect(await run([keyed(FIRST, 'x')], CONTINUE, fixed)).toMatchObject([
			{ json: { to_number: FIRST } },
		]);
	});

	it('is off where the field is empty', async () => {
		const off = { parameters: { options: { callOnlyOncePerKey: '' } }, helpers: keys.helpers };
		await run([keyed(FIRST, ''), keyed(SECOND, '')], CONTINUE, off);
		expect([...simulator.called()].sort()).toEqual([FIRST, SECOND]);
	});
});

describe('a Webhook URL at which nothing could arrive', () => {
	const at = (webhookUrl: string, more: IDataObject = {}) =>
		callTo(FIRST, { options: { webhookUrl }, ...more });
	const PUBLIC = { apiKey: 'kros_test_simulator', baseUrl: 'https://api.example.com/v1' };
	const TEST_ADDRESS = 'https://n8n.example.com/webhook-test/abc';

	/** None of these sends anything: the Base URL would lead to no simulator. */
	async function failureOf(item: IDataObject, credential = PUBLIC) {
		const [result] = await initiate.execute(
			executeContext({ credential, items: [item] }),
			CONTINUE,
		);
		expect(simulator.requests).toEqual([]);
		return (result as { failure: unknown }).failure;
	}

	it.each([
		['https://192.168.1.7/hook', '192.168.1.7'],
		['http://[fe80::1]:5678/hook', '[fe80::1]:5678'],
		['http://localhost:5678/webhook-test/abc', 'localhost:5678'],
	])('is refused: %s', async (webhookUrl, host) => {
		expect(await failureOf(at(webhookUrl))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'webhook_url',
			value: webhookUrl,
			message: `KrosAI can't reach Webhook URL (${host}) to tell how a call ended, so no call was started`,
			description: expect.stringContaining('WEBHOOK_URL'),
			placed: 'no',
		});
	});

	it.each([PUBLIC, { ...PUBLIC, baseUrl: 'http://127.0.0.1:9/v1' }])(
		'is refused, as n8n’s test address: %j',
		async (credential) => {
			expect(await failureOf(at(TEST_ADDRESS), credential)).toMatchObject({
				field: 'webhook_url',
				message: expect.stringContaining("n8n's test address"),
				description: expect.stringContaining('/webhook/ instead of'),
			});
		},
	);

	it('is refused where the empty Base URL stands for that of the Bridge API', async () => {
		const credential = { ...PUBLIC, baseUrl: '', api: 'bridge', organizationId: 'one' };
		const request = jest.fn();
		const helpers = { httpRequestWithAuthentication: request };
		const items = [at('http://localhost:5678/webhook/abc')];
		const results = await initiate.execute(
			executeContext({ credential, items, helpers }),
			CONTINUE,
		);
		expect(results).toMatchObject([{ failure: { field: 'webhook_url', placed: 'no' } }]);
		expect(request).not.toHaveBeenCalled();
	});

	it('is sent where KrosAI itself is in a private network', async () => {
		await run([at('http://localhost:5678/webhook/abc')]);
		expect(simulator.calls).toMatchObject([{ webhook_url: 'http://localhost:5678/webhook/abc' }]);
	});

	it('is not asked about where it is left over from Initiate', async () => {
		await run([at(TEST_ADDRESS, { operation: 'initiateAndWait' })]);
		expect(simulator.calls).toHaveLength(1);
	});
});
