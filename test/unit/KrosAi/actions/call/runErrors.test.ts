import { type IDataObject, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { callTo } from '../../../../support/calls';
import { answering } from '../../../../support/exchanges';
import { credentialFor, executeContext, type Run } from '../../../../support/n8n';
import {
	allContacts,
	calledNumbers,
	byNumber,
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

usePlacing();

const TOO_SHORT =
	"Check for missing digits, such as the area code. Short codes and emergency numbers can't be called.";

describe('where a failure stops the workflow', () => {
	it('no contact is called as long as one is bad, and each bad one is named', async () => {
		const error = await thrownBy([callTo('12'), callTo(FIRST), callTo(null), callTo('13')]);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe(
			[
				"3 of 4 contacts can't be called, so no call was started.",
				`2 contacts: To Number is too short for a phone number ("12" in row 1, item 0; "13" in row 4, item 3). ${TOO_SHORT}`,
				'To Number is empty (row 3, item 2). This contact has no phone number, or the expression in To Number points to a field that is not there.',
			].join(' '),
		);
		expect(error.description).toBe(
			'To call the other 1, set On Error to Continue (using error output).',
		);
		expect(error.context).toMatchObject({
			itemIndex: 0,
			code: 'INVALID_PHONE_NUMBER',
			field: 'to_number',
			value: '12',
			placed: 'no',
		});
		expect(simulator.requests).toEqual([]);
	});

	it('a reason that many have is said once, with three of them and what to do', async () => {
		const local = (item: number) => callTo(`020 7946 0${100 + item}`);
		const { message, description } = await thrownBy(
			Array.from({ length: 300 }, (_, item) => local(item)),
		);
		expect(message).toMatch(
			/^300 of 300 contacts can't be called, so no call was started\. To Number is a local number, [^.]* \("020 7946 0100" in row 1, item 0; "020 7946 0101" in row 2, item 1; "020 7946 0102" in row 3, item 2; and 297 more\)\. Write it .* choose a Default Country under Options\.$/,
		);
		expect(description).toBeFalsy();
	});

	it('contacts of one reason and no number are told by their rows', async () => {
		const broken = callTo(FIRST, { specifyMetadata: 'json', metadataJson: '{' });
		const unreadable = callTo('', {
			toNumber: (() => {
				throw new Error('No phone');
			}) as never,
		});
		const { message } = await thrownBy([broken, broken, unreadable, callTo(FIRST)]);
		expect(message).toMatch(
			/ \(2 contacts, from row 1, item 0 on\)\..*No phone.*\(row 3, item 2\)\./,
		);
	});

	it.each([
		['Call', 'And 1 more, for another reason.'],
		['++1', 'And 2 more, for 2 other reasons.'],
	])('of many reasons, those of the most contacts are told: %s', async (last, rest) => {
		const rules = (timeZone: string) => ({ callingHours: 'daily', callingRules: { timeZone } });
		const zones = ['EST', 'CST', 'IST', 'Mars/Base', 'Utopia', 'Oz/East', 'Oz/West', 'Oz/North'];
		const list = [...zones, 'Oz/North'].map((zone) => callTo(FIRST, rules(zone)));
		const bad = [
			callTo(''),
			callTo('n/a'),
			callTo('12'),
			callTo('+0'),
			callTo('1/2'),
			callTo('='),
			callTo('020 7946 0100'),
		];
		const { message } = await thrownBy([...list, ...bad, callTo(last)]);
		expect(message).toMatch(/^17 of 17 .*9 contacts: "EST" in Time Zone is an abbreviation/);
		expect(message.endsWith(rest)).toBe(true);
	});

	it.each([
		[
			{ metadataJson: '{', specifyMetadata: 'json' },
			'Metadata (JSON) is not a JSON object: the end is missing. No call was started',
			/^Write an object/,
		],
		[
			{ options: { webhookUrl: 'https://n8n.example.com/webhook-test/a' } },
			"Webhook URL is n8n's test address, where only an open editor listens, and for one event. No call was started",
			/production URL/,
		],
	])('a setting that is wrong for all is one sentence: %j', async (setting, words, advice) => {
		const list = [FIRST, SECOND, THIRD].map((to) => callTo(to, setting as IDataObject));
		const { message, description } = await thrownBy(list);
		expect(message).toBe(words);
		expect(description).toMatch(advice);
	});

	it('contacts whom the hours hold back are told by zone, and when they may be called', async () => {
		const rules = {
			callingHours: 'custom',
			callingHoursRows: { row: [{ days: 'sunday', from: '03:00', to: '03:01' }] },
		};
		const numbers = [FIRST, '+442079460958', SECOND];
		const { message } = await thrownBy(numbers.map((to) => callTo(to, rules)));
		expect(message).toMatch(
			/2 contacts: It is \w+ [-\d]+ [\d:]+ in America\/Los_Angeles \([-\d]+ [\d:]+ UTC\), which is outside the calling hours \("\+\d+" in row 1, item 0; "\+\d+" in row 3, item 2\)\. Call again from Sunday [-\d]+ 03:00 in America\/Los_Angeles on \(retry_at: [-\d]+T[:\d]+Z\)\. Call to \+442079460958: not started, because it is .* in Europe\/London .* \(row 2, item 1\)/,
		);
	});

	it('the first call that fails is thrown, with the calls before it', async () => {
		simulator.fault(answering(500, { toNumber: THIRD }));
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
		simulator.fault(answering(422, { times: 3 }));
		const error = await thrownBy(allContacts);
		expect(error.description).toContain('No call was placed before this one.');
		expect(error.context.placedCalls).toEqual([]);
	});

	it('lists a hundred calls and counts the others', async () => {
		simulator.fault(answering(422, { toNumber: SECOND }));
		const options = { callsPerSecond: 1e4, sameNumberTwice: 'callEach' };
		const list = Array<IDataObject>(101).fill(callTo(FIRST, { options }));
		const { description } = await thrownBy([...list, callTo(SECOND)]);
		expect(description?.match(/call_/g)).toHaveLength(100);
		expect(description).toMatch(/, and 1 more\.$/);
	});

	it('a contact that turns bad before the retry is told beside the calls of before', async () => {
		const nodeContext = {};
		await run([callTo(FIRST)], STOP, { nodeContext });
		const { description } = await thrownBy([callTo(FIRST), callTo('12')], { nodeContext });
		expect(description).toContain(`Already placed, and not called again`);
		expect(description).toContain(`${simulator.calls[0]!.id} to ${FIRST}`);
	});

	it('the retry calls the others only', async () => {
		const nodeContext = {};
		simulator.fault(answering(422, { toNumber: SECOND }));
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
		simulator.fault(answering(422, { toNumber: SECOND }));
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
		simulator.fault(
			answering(400, {
				body: { error: 'Key kros_test_simulator is bad', code: 'kros_test_simulator' },
			}),
		);
		const error = await thrownBy([callTo(FIRST)]);
		expect(`${error.message} ${error.description} ${JSON.stringify(error)}`).not.toContain(
			'kros_test_simulator',
		);
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

	it('contacts whom a crashed execution may have called are unknown before n8n’s store is asked', async () => {
		const retry = {
			mode: 'retry',
			establishedAt: Date.now(),
			signal: AbortSignal.abort(),
		} as const;
		expect(await run([...allContacts.slice(0, 1), callTo('12')], CONTINUE, retry)).toMatchObject([
			{ failure: { code: 'NETWORK', placed: 'unknown' } },
			{ failure: { code: 'STOPPED', placed: 'no' } },
		]);
		expect(simulator.requests).toEqual([]);
	});
});
