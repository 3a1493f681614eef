import type { IDataObject, INode, IRun } from 'n8n-workflow';
import type { SimulatorOptions } from '../../simulator';
import { contacts as people, useEngine } from './setup';
import { callWorkflow, output, outputJson } from './workflow';

/** How often, when and from which number people are called, in n8n's own engine. */
const HOUR = 3_600;
const FROM = '+2348012345678';
const US = ['+14155550100', '+14155550102'] as const;
const UK = '+442079460100';
const OWN = [FROM, ...US, UK].map((number, index) => ({ id: `pn_${index}`, number }));

/** An hour at which calls of the last days can be told by their times. */
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR * 1000).toISOString();
const seconds = (iso: unknown) => Date.parse(String(iso)) / 1000;

const DEFAULTS: SimulatorOptions = {
	phoneNumbers: OWN,
	pagingStyle: 'offset',
	mostPerPage: 100,
	numbersAsText: false,
	logLagSeconds: 0,
	keys: { kros_test_simulator: ['calls:read', 'calls:write'] },
};

const codeOf = ({ error, status, reason }: IDataObject) =>
	(error as IDataObject | undefined)?.code ?? (status === 'skipped' ? reason : 'called');

describe('in one run after another', () => {
	const { engine, simulator, credential } = useEngine();
	beforeEach(() => simulator().set(DEFAULTS));

	async function run(
		rows: IDataObject[],
		parameters: IDataObject,
		settings: Partial<INode> = { onError: 'continueRegularOutput' },
	): Promise<IRun> {
		return await engine().run(callWorkflow(rows, { parameters, settings }), {
			credential: credential(),
		});
	}
	const codes = (result: IRun) => outputJson(result, 'Placed').map(codeOf);
	const logRequests = () => simulator().requests.filter(({ path }) => path.endsWith('/calls'));
	const before = (toNumber: string, hours: number, fromNumber?: string) =>
		simulator().addCall({ toNumber, fromNumber, ageSeconds: hours * HOUR });

	describe('Most Calls to a Number', () => {
		const [ADA, BEN, EVE] = people(3);

		it('counts what the log shows of the last 24 hours, whoever called', async () => {
			before(ADA!.phone, 23);
			before(ADA!.phone, 2, US[0]);
			before(BEN!.phone, 25);
			before(BEN!.phone, 1);
			const result = await run([ADA!, BEN!, EVE!], { callingRules: { attemptLimit: 2 } });
			expect(codes(result)).toEqual(['TOO_MANY_CALLS', 'called', 'called']);
			const [{ error, message } = {}] = outputJson(result, 'Placed');
			const { retry_at, ...failure } = error as IDataObject;
			expect(message).toBe(
				`Call to ${ADA!.phone}: not started, because 2 calls to it were started in the last 24 hours, and Most Calls to a Number is 2`,
			);
			expect(failure).toMatchObject({ field: 'to_number', value: ADA!.phone, placed: 'no' });
			expect(seconds(retry_at)).toBeCloseTo(Date.now() / 1000 + HOUR, -1);
			// Read once, and asked with the window's date.
			const [{ query } = { query: {} }, ...more] = logRequests();
			expect(more).toEqual([]);
			expect(query).toMatchObject({ direction: 'outbound', limit: '100' });
			for (const name of ['from_date', 'start_date']) {
				const hours = (Date.now() / 1000 - seconds((query as IDataObject)[name])) / HOUR;
				expect(hours).toBeGreaterThanOrEqual(24);
				expect(hours).toBeLessThan(24.5);
			}
		});

		it('counts in other hours and to other limits for each contact', async () => {
			before(ADA!.phone, 100);
			before(BEN!.phone, 100);
			before(EVE!.phone, 1);
			const rows = [
				{ ...ADA, most: 1, hours: 168 },
				{ ...BEN, most: '1', hours: 24 },
				{ ...EVE, most: 1, hours: 0.5 },
				{ ...EVE, most: '' },
			];
			const result = await run(rows, {
				callingRules: {
					attemptLimit: '={{ $json.most }}',
					attemptHours: '={{ $json.hours ?? 24 }}',
				},
			});
			expect(codes(result)).toEqual(['TOO_MANY_CALLS', 'called', 'called', 'INVALID_PARAMETER']);
			expect(logRequests()).toHaveLength(1);
		});

		it('counts on as the run goes: refusals not, the unknown and those under way', async () => {
			simulator().set({ logLagSeconds: 60 });
			const refused = { kind: 'status', status: 402, accepting: 'before' } as const;
			simulator().fault({ ...refused, toNumber: ADA!.phone });
			simulator().fault({ kind: 'status', status: 500, accepting: 'after', toNumber: BEN!.phone });
			simulator().fault({ kind: 'delay', ms: 300, toNumber: EVE!.phone });
			const rows = [ADA, ADA, ADA, BEN, BEN, EVE, { phone: '+1 (415) 555-0102' }];
			const result = await run(rows as IDataObject[], {
				callingRules: { attemptLimit: 1 },
				options: { sameNumberTwice: 'callEach', lookUpUnknownCalls: 'off' },
			});
			expect(codes(result)).toEqual([
				'HTTP_402',
				'called',
				'TOO_MANY_CALLS',
				'HTTP_500',
				'TOO_MANY_CALLS',
				'called',
				'TOO_MANY_CALLS',
			]);
		});

		it('holds back all contacts under it where the log may not be read', async () => {
			simulator().set({ keys: { kros_test_simulator: ['calls:write'] } });
			const result = await run([ADA!, BEN!], { callingRules: { attemptLimit: 3 } });
			expect(codes(result)).toEqual(['CALL_LOG_UNREADABLE', 'CALL_LOG_UNREADABLE']);
			expect(outputJson(result, 'Placed')[0]).toMatchObject({
				error: { placed: 'no', retry_at: null },
			});
		});

		it('skips where When Blocked says so, and stops a list before its first call', async () => {
			before(BEN!.phone, 1);
			const callingRules = { attemptLimit: 1 };
			const skipped = await run([ADA!, BEN!], { callingRules, whenBlocked: 'skip' });
			const { retry_at, ...item } = outputJson(skipped, 'Placed')[1]!;
			expect(item).toEqual({ ...BEN, status: 'skipped', reason: 'TOO_MANY_CALLS' });
			expect(seconds(retry_at)).toBeCloseTo(Date.now() / 1000 + 23 * HOUR, -1);

			const stopped = await run([EVE!, BEN!], { callingRules }, { onError: 'stopWorkflow' });
			expect(stopped.data.resultData.error?.message).toContain('1 of 2 contacts');
			expect(simulator().called()).toEqual([ADA!.phone]);
		});

		it('lets a retry through whose contacts have the number of one who was called', async () => {
			const rows = [ADA!, BEN!, { phone: '+1 415 555 0100' }];
			simulator().fault({ kind: 'status', status: 402, accepting: 'before', toNumber: BEN!.phone });
			const workflow = callWorkflow(rows, {
				parameters: { callingRules: { attemptLimit: 1 }, options: { callsPerSecond: 1 } },
				settings: { onError: 'stopWorkflow' },
			});
			const failed = await engine().run(workflow, { credential: credential() });
			expect(failed.data.resultData.error?.message).toContain(BEN!.phone);
			const retried = await engine().retry(workflow, failed, { credential: credential() });
			expect(codes(retried)).toEqual(['called', 'called', 'SAME_NUMBER']);
		}, 20_000);

		it('is asked in a dry run too, which says so', async () => {
			before(BEN!.phone, 1);
			const parameters = { callingRules: { attemptLimit: 1 }, dryRun: true };
			const shown = ({ code, call_log, checks }: IDataObject) => [
				code,
				call_log,
				/(Passed|Blocked)[^.]*Most Calls to a Number/.exec(String(checks))?.[1],
			];
			const read = await run([ADA!, BEN!], parameters);
			expect(outputJson(read, 'Placed').map(shown)).toEqual([
				[null, 'read', 'Passed'],
				['TOO_MANY_CALLS', 'read', 'Blocked'],
			]);
			simulator().set({ keys: { kros_test_simulator: ['calls:write'] } });
			const unread = await run([ADA!], parameters);
			expect(outputJson(unread, 'Placed').map(shown)).toEqual([
				['CALL_LOG_UNREADABLE', 'unreadable', 'Blocked'],
			]);
			expect(simulator().requests.filter(({ method }) => method === 'POST')).toEqual([]);
		});
	});

	describe('Not Before and Not After', () => {
		it('are read for each contact, with a zone of its own or the person’s', async () => {
			const rows = [
				{ notBefore: inHours(1) },
				{ notBefore: inHours(-1), notAfter: inHours(1) },
				{ notAfter: inHours(-1) },
				{ notBefore: inHours(1).slice(0, 16), zone: 'UTC' },
				{ notBefore: inHours(1).slice(0, 16), zone: 'Pacific/Auckland' },
				{ notBefore: 'at three' },
				{ notBefore: inHours(-3), luxon: true },
			].map((row, index) => ({ zone: '', ...row, phone: `+14155550${110 + index}` }));
			const result = await run(rows, {
				callingRules: {
					notBefore: '={{ $json.luxon ? DateTime.fromISO($json.notBefore) : $json.notBefore }}',
					notAfter: '={{ $json.notAfter }}',
					timeZone: '={{ $json.zone }}',
				},
			});
			expect(codes(result)).toEqual([
				'TOO_EARLY',
				'called',
				'TOO_LATE',
				'TOO_EARLY',
				'called',
				'INVALID_PARAMETER',
				'called',
			]);
			const { error } = outputJson(result, 'Placed')[0]!;
			expect(error).toMatchObject({ field: 'callingRules.notBefore' });
			const { retry_at } = error as IDataObject;
			expect(seconds(retry_at)).toBe(Math.ceil(seconds(rows[0]!.notBefore)));
		});
	});

	describe('From numbers', () => {
		const from = () =>
			simulator()
				.calls.filter(({ metadata }) => metadata.old === undefined)
				.map(({ from_number }) => from_number);

		it('go in turn', async () => {
			const moreFromNumbers = [...US, UK, FROM];
			await run(people(5), { options: { moreFromNumbers, callsPerSecond: 100 } });
			expect(from()).toEqual([FROM, ...US, UK, FROM]);
		});

		it('make so many calls in 24 hours, and none where all are used up', async () => {
			before(UK, 23, FROM);
			before(UK, 25, FROM);
			before(UK, 22, US[0]);
			const options = { moreFromNumbers: [US[0]], fromNumberDailyLimit: 2 };
			const result = await run(people(4), { options });
			expect(codes(result)).toEqual([
				'called',
				'called',
				'FROM_NUMBERS_USED_UP',
				'FROM_NUMBERS_USED_UP',
			]);
			const { error, message } = outputJson(result, 'Placed')[2]!;
			expect(message).toContain('each of the 2 From Numbers');
			expect(error).toMatchObject({ field: 'from_number', value: FROM, placed: 'no' });
			const { retry_at } = error as IDataObject;
			expect(seconds(retry_at)).toBeCloseTo(Date.now() / 1000 + HOUR, -1);
			// Another run sees those calls in the log.
			const again = await run([{ phone: '+14155550177' }], { options });
			expect(codes(again)).toEqual(['FROM_NUMBERS_USED_UP']);
		});

		it('stay with a contact in a retry, which calls none again', async () => {
			const [ADA, BEN, EVE] = people(3);
			simulator().fault({ kind: 'status', status: 402, accepting: 'before', toNumber: BEN!.phone });
			const settings: Partial<INode> = { onError: 'stopWorkflow' };
			const parameters = { options: { moreFromNumbers: [...US], callsPerSecond: 1 } };
			const workflow = callWorkflow([ADA!, BEN!, EVE!], { parameters, settings });
			const failed = await engine().run(workflow, { credential: credential() });
			expect(failed.data.resultData.error).toBeDefined();
			const retried = await engine().retry(workflow, failed, { credential: credential() });
			expect(retried.data.resultData.error).toBeUndefined();
			expect(simulator().called()).toEqual([ADA!.phone, BEN!.phone, EVE!.phone]);
			expect(from()).toEqual([FROM, US[0], US[1]]);
		}, 30_000);
	});

	describe('Most Calls', () => {
		it('lets so many calls start, in order, and skips the rest', async () => {
			const rows = [...people(3), { phone: 'n/a' }, ...people(12).slice(3)];
			simulator().fault({
				kind: 'status',
				status: 402,
				accepting: 'before',
				toNumber: rows[1]!.phone,
			});
			const result = await run(rows, { options: { maxCalls: 5, callsPerSecond: 100 } });
			expect(codes(result)).toEqual([
				'called',
				'HTTP_402',
				'called',
				'INVALID_PHONE_NUMBER',
				'called',
				'called',
				'called',
				...Array(6).fill('RUN_LIMIT'),
			]);
			expect(output(result, 'Placed')[12]).toMatchObject({
				json: { ...rows[12], status: 'skipped', reason: 'RUN_LIMIT' },
				pairedItem: { item: 12 },
			});
		});

		it('counts calls of earlier tries, and those that can’t be known', async () => {
			const rows = people(6);
			simulator().fault({
				kind: 'status',
				status: 402,
				accepting: 'before',
				toNumber: rows[0]!.phone,
			});
			simulator().fault({ kind: 'dropAfter', toNumber: rows[1]!.phone });
			const result = await run(
				rows,
				{ options: { maxCalls: 3, lookUpUnknownCalls: 'off' } },
				{ onError: 'continueRegularOutput', retryOnFail: true, maxTries: 3 },
			);
			expect(simulator().called()).toEqual(rows.slice(1, 4).map(({ phone }) => phone));
			expect(codes(result)).toEqual([
				'RUN_LIMIT',
				expect.any(String),
				'called',
				'called',
				'RUN_LIMIT',
				'RUN_LIMIT',
			]);
		});
	});
});

describe('after a crash of n8n', () => {
	const { engine, simulator, credential } = useEngine({ store: true });

	it('a retry finds the calls from whichever number, and none is made twice', async () => {
		simulator().set(DEFAULTS);
		const [ADA, BEN, EVE] = people(3);
		simulator().fault({ kind: 'status', status: 402, accepting: 'before', toNumber: EVE!.phone });
		const workflow = callWorkflow([ADA!, BEN!, EVE!], {
			parameters: {
				callingRules: { attemptLimit: 1 },
				options: { moreFromNumbers: US, fromNumberDailyLimit: 1, maxCalls: 3 },
			},
			settings: { onError: 'stopWorkflow' },
		});
		const failed = await engine().run(workflow, { credential: credential() });
		const retry = { credential: credential(), crashed: true };
		const retried = await engine().retry(workflow, failed, retry);
		expect(retried.data.resultData.error).toBeUndefined();
		const calls = [ADA, BEN, EVE].map((row) => row!.phone);
		expect(simulator().called()).toEqual(calls);
		expect(outputJson(retried, 'Placed').map(({ to_number }) => to_number)).toEqual(calls);
		expect(new Set(simulator().calls.map(({ from_number }) => from_number)).size).toBe(3);
	}, 30_000);
});

describe('by the Bridge API', () => {
	const { engine, simulator, credential } = useEngine({ api: 'bridge' });

	it('all of them count', async () => {
		simulator().set(DEFAULTS);
		const rows = people(4);
		simulator().addCall({ toNumber: rows[1]!.phone, ageSeconds: HOUR });
		const workflow = callWorkflow(rows, {
			parameters: {
				callingRules: { attemptLimit: 1 },
				options: { moreFromNumbers: US[0], fromNumberDailyLimit: 2, maxCalls: 2 },
			},
			settings: { onError: 'continueRegularOutput' },
		});
		const result = await engine().run(workflow, { credential: credential() });
		expect(outputJson(result, 'Placed').map(codeOf)).toEqual([
			'called',
			'TOO_MANY_CALLS',
			'called',
			'RUN_LIMIT',
		]);
		const [first] = simulator().requests;
		expect(first).toMatchObject({
			path: '/api/v1/calls',
			query: { direction: 'outbound', organization_id: expect.any(String) },
		});
		expect(simulator().calls.slice(1)).toMatchObject([
			{ from_number: FROM },
			{ from_number: US[0] },
		]);
	});
});
