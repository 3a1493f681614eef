import {
	type IDataObject,
	NodeApiError,
	type NodeExecutionHint,
	NodeOperationError,
} from 'n8n-workflow';
import { initiate } from '../../../../../nodes/KrosAi/actions/call/initiate.operation';
import { placeCalls } from '../../../../../nodes/KrosAi/actions/call/placeCalls';
import type { CallRequest } from '../../../../../nodes/KrosAi/parameters/callRequest';
import { type Simulator, startSimulator } from '../../../../../simulator';
import { callTo } from '../../../../support/calls';
import { KeyTable } from '../../../../support/keyTable';
import { credentialFor, executeContext, type Run } from '../../../../support/n8n';

const PEOPLE = ['+14155550110', '+14155550111', '+14155550112'] as const;
const [FIRST, SECOND, THIRD] = PEOPLE;
const STOP = { stopAtFailure: true, isToolRun: false };
const CONTINUE = { stopAtFailure: false, isToolRun: false };

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({ startsPerSecond: Infinity });
});
beforeEach(() => simulator.reset());
afterAll(async () => await simulator.close());

async function run(items: IDataObject[], mode = CONTINUE, options: Partial<Run> = {}) {
	const credential = credentialFor(simulator);
	return await initiate.execute(executeContext({ credential, items, ...options }), mode);
}

async function thrownBy(items: IDataObject[], options: Partial<Run> = {}) {
	try {
		await run(items, STOP, options);
	} catch (thrown) {
		return thrown as NodeApiError | NodeOperationError;
	}
	throw new Error('Nothing was thrown');
}

const allContacts = PEOPLE.map((number) => callTo(number));

/** Two requests under way at once may arrive in any order. */
const byNumber = () =>
	[...simulator.calls].sort((a, b) => a.to_number.localeCompare(b.to_number, 'en'));
const calledNumbers = () => byNumber().map(({ to_number }) => to_number);

describe('what is sent', () => {
	it('is each parameter of the item, under the name of the API', async () => {
		await run([
			callTo('0801 234 5678', {
				maxDuration: 300,
				metadata: { entry: [{ key: 'customer_id', value: 7 }] },
				options: { defaultCountry: 'NG', webhookUrl: 'https://example.com/krosai' },
			}),
		]);
		expect(simulator.requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
			{
				method: 'POST',
				path: '/v1/outbound-calls',
				body: {
					from_number: '+2348012345678',
					to_number: '+2348012345678',
					endpoint_id: 'ep_abc123',
					max_duration: 300,
					metadata: { customer_id: '7' },
					webhook_url: 'https://example.com/krosai',
				},
			},
		]);
	});

	it('is the JSON where that is chosen, whatever the rows say', async () => {
		await run([
			callTo(FIRST, {
				specifyMetadata: 'json',
				metadata: { entry: [{ key: '', value: '' }] },
				metadataJson: '{"a": {"b": 1}}',
			}),
		]);
		expect(simulator.requests[0]?.body).toMatchObject({ metadata: { a: { b: 1 } } });
	});

	it('is what an operation makes of the checked request', async () => {
		const credential = credentialFor(simulator);
		const prepare = (request: CallRequest, itemIndex: number) => ({
			...request,
			webhook_url: `https://example.com/${itemIndex}`,
		});
		await placeCalls(executeContext({ credential, items: allContacts }), CONTINUE, prepare);
		expect(byNumber().map(({ webhook_url }) => webhook_url)).toEqual([
			'https://example.com/0',
			'https://example.com/1',
			'https://example.com/2',
		]);
	});

	it('is nothing where there is no contact', async () => {
		expect(await run([], STOP)).toEqual([]);
		expect(simulator.requests).toEqual([]);
	});
});

describe('Include Input Fields', () => {
	const row = { name: 'Ada', status: 'lead', error: 'of the row', outcome: 'busy' };
	const includeInputFields = (value: unknown) =>
		callTo(FIRST, { options: { includeInputFields: value } });

	it.each([
		[true, { name: 'Ada', status: 'initiated', error_message: 'of the row', outcome: 'busy' }],
		[false, { status: 'initiated' }],
	])('%p: the fields of the row beside the answer, whose fields count', async (value, expected) => {
		const context = executeContext({
			credential: credentialFor(simulator),
			items: [includeInputFields(value)],
		});
		context.getInputData = () => [{ json: row }];
		const [result] = await initiate.execute(context, STOP);
		const { json } = result as { json: IDataObject };
		expect(json).toMatchObject({ call_id: byNumber()[0]!.id, ...expected });
		expect(Object.keys(json)).toHaveLength(value ? 9 : 6);
	});

	it('refuses what is neither yes nor no, before it calls', async () => {
		expect(await run([includeInputFields('maybe')])).toMatchObject([
			{ failure: { placed: 'no', field: 'includeInputFields' } },
		]);
		expect(simulator.requests).toEqual([]);
	});
});

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

describe('what comes out', () => {
	const accepted = (body: IDataObject) =>
		simulator.fault({ kind: 'status', status: 200, accepting: 'after', body });

	it('is the answer as it came', async () => {
		const call = { call_id: 'call_1', status: 'queued', extra: { deep: [1, null] } };
		accepted(call);
		expect(await run([callTo(FIRST)], STOP)).toEqual([{ json: call }]);
	});

	it.each([true, 'text', { a: 1 }, null, false, 0, ''])(
		'is renamed where a top-level key is called error, which n8n takes for a failure: %p',
		async (error) => {
			const call = { call_id: 'call_1', error, nested: { error } };
			accepted(call);
			const [result] = await run([callTo(FIRST)], STOP);
			expect(result).toEqual({
				json: { call_id: 'call_1', error_message: error, nested: { error } },
			});
			expect(Object.keys((result as { json: IDataObject }).json)).not.toContain('error');
		},
	);
});

describe('where a failure stops the workflow', () => {
	it('no contact is called as long as one is bad, and each bad one is named', async () => {
		const error = await thrownBy([callTo('12'), callTo(FIRST), callTo(null), callTo('0801')]);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toMatch(/^3 of 4 contacts can't be called, so no call was started\. /);
		expect(error.message).toContain('"12" in To Number');
		for (const item of ['(row 1, item 0)', '(row 3, item 2)', '(row 4, item 3)']) {
			expect(error.message).toContain(item);
		}
		expect(error.message).not.toContain('item 1)');
		expect(error.description).toContain('missing digits');
		expect(error.context).toMatchObject({
			itemIndex: 0,
			code: 'INVALID_PHONE_NUMBER',
			field: 'to_number',
			value: '12',
			placed: 'no',
		});
		expect(simulator.requests).toEqual([]);
	});

	it('a reason that many have is said once, with three of them, and how to call the others', async () => {
		const local = (item: number) => callTo(`020 7946 0${100 + item}`);
		const list = [...Array.from({ length: 300 }, (_, item) => local(item)), callTo(FIRST)];
		const { message, description } = await thrownBy([callTo(null), ...list]);
		expect(message).toBe(
			[
				"301 of 302 contacts can't be called, so no call was started",
				'To Number is empty (row 1, item 0)',
				...[0, 1, 2].map(
					(item) =>
						`"020 7946 010${item}" in To Number is a local number, so it isn't clear which country it belongs to (row ${item + 2}, item ${item + 1})`,
				),
				'And 297 more like these',
			].join('. '),
		);
		expect(description).toMatch(
			/^This contact has no phone number.* choose a Default Country under Options.* To call the other 1, set On Error to Continue \(using error output\)\.$/,
		);
	});

	it('a setting that is wrong for all is one sentence', async () => {
		const list = [FIRST, SECOND, THIRD].map((to) =>
			callTo(to, { metadataJson: '{', specifyMetadata: 'json' }),
		);
		const { message } = await thrownBy(list);
		expect(message).toBe(
			"3 of 3 contacts can't be called, so no call was started. Metadata (JSON) is not a JSON object (3 contacts, from row 1, item 0 on)",
		);
	});

	it('contacts that a rule holds back are of one reason, whenever they may be called', async () => {
		const rules = {
			callingHours: 'custom',
			callingHoursRows: { row: [{ days: 'sunday', from: '03:00', to: '03:01' }] },
		};
		const { message } = await thrownBy([FIRST, '+442079460958'].map((to) => callTo(to, rules)));
		expect(message.match(/outside the calling hours/g)).toHaveLength(2);
		expect(message).toMatch(
			/^2 of 2 contacts .*\(row 1, item 0\)\. Call to \+442079460958.*\(row 2, item 1\)$/,
		);
	});

	it('the first call that fails is thrown, with the calls before it', async () => {
		simulator.fault({ kind: 'status', status: 500, accepting: 'before', toNumber: THIRD });
		const options = { lookUpUnknownCalls: 'off' };
		const error = await thrownBy(allContacts.map((item) => ({ ...item, options })));
		const [first, second] = byNumber();
		expect(error).toBeInstanceOf(NodeApiError);
		expect((error as NodeApiError).httpCode).toBe('500');
		expect(error.message).toContain(THIRD);
		expect(error.description).toContain(`${first!.id} to ${FIRST}, ${second!.id} to ${SECOND}`);
		expect(error.context).toMatchObject({
			itemIndex: 2,
			code: 'HTTP_500',
			field: null,
			placed: 'unknown',
			placedCalls: [
				{ itemIndex: 0, call_id: first!.id, to_number: FIRST },
				{ itemIndex: 1, call_id: second!.id, to_number: SECOND },
			],
		});
	});

	it('says so where no contact was called before', async () => {
		simulator.fault({ kind: 'status', status: 422, accepting: 'before', times: 3 });
		const error = await thrownBy(allContacts);
		expect(error.description).toContain('No call was placed before this one.');
		expect(error.context.placedCalls).toEqual([]);
	});

	it('the retry calls the others only', async () => {
		const nodeContext = {};
		simulator.fault({ kind: 'status', status: 422, accepting: 'before', toNumber: SECOND });
		await thrownBy(allContacts, { nodeContext });
		const results = await run(allContacts, STOP, {
			nodeContext: JSON.parse(JSON.stringify(nodeContext)) as IDataObject,
		});
		expect(calledNumbers()).toEqual(PEOPLE);
		expect(results).toEqual(
			byNumber().map(({ id }) => ({ json: expect.objectContaining({ call_id: id }) })),
		);
	});

	it('the retry asks no rule about who was called already', async () => {
		const nodeContext = {};
		simulator.fault({ kind: 'status', status: 422, accepting: 'before', toNumber: SECOND });
		await thrownBy(allContacts, { nodeContext });
		const callingRules = { doNotCall: FIRST };
		const results = await run(
			allContacts.map((item) => ({ ...item, callingRules })),
			STOP,
			{ nodeContext },
		);
		expect(results).toHaveLength(3);
		expect(calledNumbers()).toEqual(PEOPLE);
	});

	it.each([
		['a metadata key', { metadata: { entry: [{ key: 'preexisting' }, { key: 'preexisting' }] } }],
		['a number', { toNumber: 'ECONNREFUSED' }],
	])('is not reworded by n8n because of what the user wrote: %s', async (_, parameters) => {
		const { message } = await thrownBy([callTo(FIRST, parameters)]);
		expect(message).toMatch(/in To Number|Metadata key/);
	});

	it('shows no API key', async () => {
		simulator.fault({
			kind: 'status',
			status: 400,
			accepting: 'before',
			body: { error: 'Key kros_test_simulator is bad', code: 'kros_test_simulator' },
		});
		const error = await thrownBy([callTo(FIRST)]);
		expect(`${error.message} ${error.description} ${JSON.stringify(error)}`).not.toContain(
			'kros_test_simulator',
		);
	});
});

describe('what executing the step in the editor again would do', () => {
	const AGAIN = expect.stringContaining('all contacts are called, also those who were called');
	const inEditor = { mode: 'manual' as const };

	async function hintsOf(items: IDataObject[], mode = CONTINUE, options: Partial<Run> = {}) {
		const hints: NodeExecutionHint[] = [];
		await run(items, mode, { ...inEditor, hints, ...options });
		return hints.filter(({ message }) => message.startsWith('Each time'));
	}

	it('is said where a contact was called', async () => {
		expect(await hintsOf([callTo(FIRST), callTo('12')])).toEqual([
			{ message: AGAIN, type: 'info', location: 'outputPane' },
		]);
	});

	it.each<[string, IDataObject[], typeof CONTINUE, Partial<Run>]>([
		['no contact was called', [callTo('12')], CONTINUE, {}],
		['the workflow runs by itself', allContacts, CONTINUE, { mode: 'trigger' }],
		['an AI agent calls', [callTo(FIRST)], { ...CONTINUE, isToolRun: true }, {}],
		[
			'the key of a contact keeps it from that',
			[callTo(FIRST, { options: { callOnlyOncePerKey: 'c-1' } })],
			CONTINUE,
			{
				parameters: { options: { callOnlyOncePerKey: '={{ $json.id }}' } },
				helpers: new KeyTable().helpers,
			},
		],
	])('is not said where %s', async (_, items, mode, options) => {
		expect(await hintsOf(items, mode, options)).toEqual([]);
	});

	it('is part of the error where the run stopped after a call, of which n8n keeps no hints', async () => {
		simulator.fault({ kind: 'status', status: 422, accepting: 'before', toNumber: SECOND });
		const { description } = await thrownBy([callTo(FIRST), callTo(SECOND)], inEditor);
		expect(description).toEqual(AGAIN);
		const other = await thrownBy([callTo('12')], inEditor);
		expect(other.description).not.toEqual(AGAIN);
	});
});

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
	const busy = (times: number) =>
		simulator.fault({ kind: 'status', status: 429, accepting: 'before', times });

	it('is read from the options: how fast to call', async () => {
		const options = { callsPerSecond: 2 };
		const started = Date.now();
		await run(allContacts.map((item) => ({ ...item, options })));
		expect(Date.now() - started).toBeGreaterThan(900);
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
		[{ callsPerSecond: 'fast' }, 'Calls per Second'],
		[{ callsPerSecond: null }, 'Calls per Second'],
		[{ waitForLineMinutes: -1 }, 'Wait for a Free Line'],
		[{ waitForLineMinutes: '' }, 'Wait for a Free Line'],
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
		simulator.set({ endpoints: [{ id: 'ep_abc123', name: 'Support Agent' }] });
		expect(error.message).toContain(FIRST);
		expect(error.description).toContain(`Call to ${SECOND}`);
		expect(error.context.itemIndex).toBe(0);
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
						message: expect.stringContaining('Call Only Once Per Key'),
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
						'Call Only Once Per Key is "x" for all 2 items, because the field is no expression',
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

describe('a number that changes at each evaluation', () => {
	const refuse = (toNumber: string) =>
		simulator.fault({
			kind: 'status',
			status: 400,
			accepting: 'before',
			toNumber,
			times: 1,
			body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
		});
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

describe('when the run ends before its end', () => {
	/** n8n's helper, which does this as the second contact is called: others follow its answer. */
	function atSecond(act: () => void): Partial<Run> {
		const { helpers } = executeContext({ credential: credentialFor(simulator), items: [] });
		const send = helpers.httpRequestWithAuthentication;
		const httpRequestWithAuthentication = (async (...request: Parameters<typeof send>) => {
			const { to_number } = JSON.parse(String(request[1].body)) as IDataObject;
			if (to_number === SECOND) act();
			return (await send.call({} as never, ...request)) as unknown;
		}) as typeof send;
		return { helpers: { httpRequestWithAuthentication } };
	}

	/** The execution is stopped, or what n8n says of that fails. */
	const ENDS: Array<[string, () => Partial<Run>, string, string]> = [
		[
			'the execution is stopped',
			() => {
				const stopping = new AbortController();
				return { ...atSecond(() => stopping.abort()), signal: stopping.signal };
			},
			'The execution was stopped or is at its time limit, so no further call was started',
			'STOPPED',
		],
		[
			'something fails that was not foreseen',
			() => {
				let hasFailed = false;
				const signal = Object.create(new AbortController().signal, {
					aborted: {
						get: () => {
							if (hasFailed) throw new Error('Out of memory');
							return false;
						},
					},
					addEventListener: { value: () => {} },
				}) as AbortSignal;
				return { ...atSecond(() => (hasFailed = true)), signal };
			},
			'The node failed, so no further call was started: Out of memory',
			'INTERNAL',
		],
	];

	it.each(ENDS)('%s: under Stop, it says which calls were placed', async (_, ends, message) => {
		const error = await thrownBy(allContacts, ends());
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe(message);
		expect(error.description).toMatch(/call_\w+ to \+14155550110, call_\w+ to \+14155550111/);
		expect(calledNumbers()).toEqual([FIRST, SECOND]);
	});

	it.each(ENDS)(
		'%s: under Continue, what is left comes out as failed, and no row as called',
		async (_, ends, _message, code) => {
			const results = await run(allContacts, CONTINUE, ends());
			expect(results).toEqual([
				{ json: expect.objectContaining({ to_number: FIRST }) },
				{ json: expect.objectContaining({ to_number: SECOND }) },
				{
					failure: expect.objectContaining({
						code,
						placed: 'no',
						message: expect.stringContaining(`Call to ${THIRD}: not started`),
					}),
				},
			]);
			expect(calledNumbers()).toEqual([FIRST, SECOND]);
		},
	);

	it('contacts of an earlier try come out as what they are', async () => {
		const nodeContext = {};
		const options = { lookUpUnknownCalls: 'off' };
		const list = [...allContacts, callTo('12')].map((item) => ({ ...item, options }));
		simulator.fault({ kind: 'dropAfter', toNumber: SECOND });
		await run(list.slice(0, 2), CONTINUE, { nodeContext });
		const stopped = AbortSignal.abort();
		expect(await run(list, CONTINUE, { nodeContext, signal: stopped })).toMatchObject([
			{ json: { to_number: FIRST } },
			{ failure: { code: 'NETWORK', placed: 'unknown' } },
			{ failure: { code: 'STOPPED', placed: 'no' } },
			{
				failure: { code: 'STOPPED', placed: 'no', message: expect.stringMatching(/^Not started/) },
			},
		]);
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
		const first = await run(allContacts, STOP, { ...lineage, executionId: '10' });
		const retried = await run(allContacts, STOP, { ...lineage, executionId: '11', mode: 'retry' });
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
		simulator.fault({ kind: 'status', status: 422, accepting: 'before', toNumber: FIRST });
		expect((await thrownBy([callTo(FIRST)])).description).not.toContain('On Error');
	});
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

	it('different requests are all sent', async () => {
		await atOnce([
			callTo(FIRST, data('invoice')),
			callTo(FIRST, data('delivery')),
			callTo(SECOND, data('invoice')),
		]);
		expect(calledNumbers()).toEqual([FIRST, FIRST, SECOND]);
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
		['http://localhost:5678/webhook/abc', 'localhost:5678'],
		['https://192.168.1.7/hook', '192.168.1.7'],
		['https://n8n.corp/webhook/abc', 'n8n.corp'],
		['http://n8n.home:5678/webhook/abc', 'n8n.home:5678'],
		['https://n8n.apps.svc/webhook/abc', 'n8n.apps.svc'],
		['https://100.127.0.1/hook', '100.127.0.1'],
		['https://198.18.7.7/hook', '198.18.7.7'],
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

describe('a premium number', () => {
	const PREMIUM = '+19005550123';

	it('is not called where no rule is set, and is where that is allowed', async () => {
		expect(await run([callTo(PREMIUM), callTo(FIRST)])).toMatchObject([
			{ failure: { code: 'PREMIUM_NUMBER', placed: 'no' } },
			{ json: { to_number: FIRST } },
		]);
		await run([callTo(PREMIUM, { callingRules: { allowPremiumNumbers: true } })]);
		expect(calledNumbers()).toEqual([FIRST, PREMIUM]);
	});
});
