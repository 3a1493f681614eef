import type { IDataObject, INode } from 'n8n-workflow';
import { setClock, SLOWEST, stopClock, withEachCall } from '../support/clocks';
import { useEngine } from './setup';
import { callWorkflow, output, outputJson } from './workflow';

/** The calling rules in n8n's own engine, at a time that the tests set. */
const { engine, simulator, credential } = useEngine();

const LAGOS = '+2348012345678';
const LONDON = '+442079460958';
const SAN_FRANCISCO = '+14155550123';
const NO_COUNTRY = '+80012345678';

/** 10:00 in Lagos, 09:00 in London, 01:00 in San Francisco. */
const TUESDAY_9 = '2026-11-24T09:00:00Z';

beforeEach(() => setClock(TUESDAY_9));
afterEach(() => {
	jest.restoreAllMocks();
	simulator().set({ plan: 'enterprise' });
});

/** With so many calls the hours end, before the next one may start. */
function closeAfter(calls: number): void {
	const passed = withEachCall(simulator());
	const left = 60_000;
	setClock('2026-11-24T17:59:00Z', () => passed() + (simulator().calls.length >= calls ? left : 0));
}

const rows = (...numbers: string[]) => numbers.map((phone, index) => ({ id: index + 1, phone }));

async function run(
	contacts: IDataObject[],
	parameters: IDataObject,
	settings: Partial<INode> = { onError: 'continueErrorOutput' },
) {
	return await engine().run(callWorkflow(contacts, { parameters, settings }), {
		credential: credential(),
	});
}

describe('Hours', () => {
	it('call those whose clock allows it, and say of the others when theirs does', async () => {
		const contacts = rows(LAGOS, SAN_FRANCISCO, LONDON);
		const result = await run(contacts, { callingHours: 'weekdays' });
		expect(simulator().called()).toEqual([LAGOS, LONDON]);
		expect(outputJson(result, 'Failed')).toEqual([
			{
				...contacts[1],
				message: `Call to ${SAN_FRANCISCO}: not started, because it is Tuesday 2026-11-24 01:00 in America/Los_Angeles (2026-11-24 09:00 UTC), which is outside the calling hours`,
				error: {
					code: 'OUTSIDE_HOURS',
					httpCode: null,
					field: 'to_number',
					value: SAN_FRANCISCO,
					placed: 'no',
					retry_at: '2026-11-24T17:00:00Z',
					description:
						'Call again from Tuesday 2026-11-24 09:00 in America/Los_Angeles on (retry_at: 2026-11-24T17:00:00Z).',
				},
			},
		]);
		expect(output(result, 'KrosAI', 1)[0]?.pairedItem).toMatchObject({ item: 1 });
	});

	it.each([
		// What n8n keeps of the row that the panel shows.
		['a row that was not changed', { callingHoursRows: { row: [{}] } }],
		['rows that were all deleted', {}],
	])('are by Custom Monday to Friday, 09:00 to 18:00, with %s', async (_, stored) => {
		const parameters = { callingHours: 'custom', ...stored };
		await run(rows(LONDON), parameters);
		stopClock('2026-11-24T08:59:59Z');
		await run(rows(LONDON), parameters);
		setClock('2026-11-28T12:00:00Z');
		await run(rows(LONDON), parameters);
		expect(simulator().called()).toEqual([LONDON]);
	});
});

const NO_CALL = { placed: 'no', retry_at: null };

// From the row, and as expressions give them.
it.each<[string, IDataObject, IDataObject[], string[], object[]]>([
	[
		'Hours',
		{
			callingHours: 'custom',
			callingHoursRows: {
				row: [{ days: '={{ $json.days }}', from: '={{ $json.from }}', to: '10:00' }],
			},
		},
		[
			{ phone: LONDON, days: ['tuesday'], from: '09:00' },
			{ phone: LONDON, days: ['monday'], from: '09:00' },
			{ phone: LONDON, days: ['tuesday'], from: '09:30' },
		],
		[LONDON],
		[
			{ code: 'OUTSIDE_HOURS', retry_at: '2026-11-30T09:00:00Z' },
			{ code: 'OUTSIDE_HOURS', retry_at: '2026-11-24T09:30:00Z' },
		],
	],
	[
		'Time Zone, which wins over the number',
		{ callingHours: 'weekdays', callingRules: { timeZone: '={{ $json.zone }}' } },
		[
			{ phone: SAN_FRANCISCO, zone: 'Europe/Berlin' },
			{ phone: LONDON, zone: 'Pacific/Auckland' },
			{ phone: LAGOS },
			{ phone: NO_COUNTRY, zone: '' },
			{ phone: LONDON, zone: 'GMT Standard Time' },
		],
		[SAN_FRANCISCO, LAGOS],
		[
			{ code: 'OUTSIDE_HOURS', retry_at: '2026-11-24T20:00:00Z' },
			{ code: 'TIME_ZONE_UNKNOWN', field: 'to_number', ...NO_CALL },
			{ code: 'TIME_ZONE_UNKNOWN', field: 'callingRules.timeZone', value: 'GMT Standard Time' },
		],
	],
	[
		"Blocked Dates as n8n's own dates",
		{
			callingHours: 'weekdays',
			callingRules: { blockedDates: '={{ [DateTime.fromISO("2026-11-24")] }}' },
		},
		rows(LONDON),
		[],
		[{ code: 'OUTSIDE_HOURS', retry_at: '2026-11-25T09:00:00Z' }],
	],
	[
		'Consent, an explicit yes',
		{ callingRules: { consent: '={{ $json.consent }}' } },
		[true, 'TRUE', '', 'maybe', undefined].map((consent) => ({ phone: LONDON, consent })),
		[LONDON, LONDON],
		['', 'maybe', null].map((value) => ({
			...{ code: 'NO_CONSENT', field: 'callingRules.consent', value },
			...NO_CALL,
		})),
	],
	[
		'Do Not Call, whatever the writing',
		{ callingRules: { doNotCall: '={{ ["020 7946 0958", "+1 415 555 0123"] }}' } },
		rows(LAGOS, LONDON, SAN_FRANCISCO),
		[LAGOS],
		[LONDON, SAN_FRANCISCO].map((value) => ({ code: 'DO_NOT_CALL', value, ...NO_CALL })),
	],
	[
		'Allowed Countries',
		{ callingRules: { allowedCountries: '={{ "gb, ng" }}' } },
		rows(LAGOS, LONDON, SAN_FRANCISCO),
		[LAGOS, LONDON],
		[{ code: 'COUNTRY_NOT_ALLOWED', value: SAN_FRANCISCO, ...NO_CALL }],
	],
])('%s', async (_, parameters, contacts, called, failed) => {
	const options = { sameNumberTwice: 'callEach', defaultCountry: 'GB' };
	const result = await run(contacts, { ...parameters, options });
	expect(simulator().called()).toEqual(called);
	expect(outputJson(result, 'Failed').map(({ error }) => error)).toMatchObject(failed);
});

describe('When Blocked: Skip', () => {
	it('sends the row on among the calls, marked as skipped', async () => {
		const contacts = rows(LAGOS, SAN_FRANCISCO, LONDON);
		const parameters = { callingHours: 'weekdays', whenBlocked: 'skip' };
		for (const onError of ['continueErrorOutput', 'stopWorkflow'] as const) {
			simulator().reset();
			const result = await run(contacts, parameters, { onError, retryOnFail: true });
			expect(simulator().called()).toEqual([LAGOS, LONDON]);
			expect(outputJson(result, 'Placed')).toEqual([
				expect.objectContaining({ to_number: LAGOS }),
				{
					...contacts[1],
					status: 'skipped',
					reason: 'OUTSIDE_HOURS',
					retry_at: '2026-11-24T17:00:00Z',
				},
				expect.objectContaining({ to_number: LONDON }),
			]);
			expect(output(result, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual([
				{ item: 0 },
				{ item: 1 },
				{ item: 2 },
			]);
		}
	});

	it('keeps a row that came from an error branch from counting as failed again', async () => {
		const contacts = [{ phone: SAN_FRANCISCO, error: { code: 'OUTSIDE_HOURS' } }, { phone: LAGOS }];
		const parameters = { callingHours: 'weekdays', whenBlocked: 'skip' };
		const settings = { onError: 'continueErrorOutput', retryOnFail: true } as const;
		const result = await run(contacts, parameters, settings);
		expect(simulator().called()).toEqual([LAGOS]);
		expect(outputJson(result, 'Placed')).toEqual([
			{
				phone: SAN_FRANCISCO,
				error_message: { code: 'OUTSIDE_HOURS' },
				status: 'skipped',
				reason: 'OUTSIDE_HOURS',
				retry_at: '2026-11-24T17:00:00Z',
			},
			expect.objectContaining({ to_number: LAGOS }),
		]);
	});
});

describe('On Error: Stop', () => {
	it('places no call where a contact must not be called, and names all of those', async () => {
		const contacts = [
			...rows(LAGOS, SAN_FRANCISCO, LONDON).map((row) => ({ ...row, consent: 'yes' })),
			{ id: 4, phone: LONDON, consent: '' },
			{ id: 5, phone: 'n/a', consent: 'yes' },
		];
		const result = await run(
			contacts,
			{ callingHours: 'weekdays', callingRules: { consent: '={{ $json.consent }}' } },
			{ onError: 'stopWorkflow' },
		);
		expect(simulator().requests).toEqual([]);
		const { error } = result.data.resultData;
		expect(error?.message).toMatch(/^3 of 5 contacts can't be called, so no call was started/);
		expect(error?.message).toContain('outside the calling hours (row 2, item 1)');
		expect(error?.message).toContain('Consent is no explicit yes for this contact (row 4, item 3)');
		expect(error?.message).toContain('(row 5, item 4)');
		expect(error?.context).toMatchObject({
			code: 'OUTSIDE_HOURS',
			placed: 'no',
			retry_at: '2026-11-24T17:00:00Z',
		});
	});

	it('ends a campaign at the end of its hours, and a retry calls those who are left', async () => {
		const contacts = rows(LONDON, '+442079460959', '+442079460960', '+442079460961');
		const workflow = callWorkflow(contacts, {
			parameters: { callingHours: 'weekdays', options: SLOWEST },
		});
		closeAfter(2);
		const failed = await engine().run(workflow, { credential: credential() });
		expect(simulator().called()).toEqual([LONDON, '+442079460959']);
		expect(failed.data.resultData.error).toMatchObject({
			message: expect.stringContaining('outside the calling hours'),
			description: expect.stringMatching(/Already placed.*\+442079460958.*\+442079460959/),
			context: { code: 'OUTSIDE_HOURS', retry_at: '2026-11-25T09:00:00Z', placed: 'no' },
		});

		// A contact who was called is not asked again, whatever the hour.
		setClock('2026-11-24T22:00:00Z');
		const early = await engine().retry(workflow, failed, { credential: credential() });
		expect(early.data.resultData.error?.message).toMatch(/^2 of 4 contacts can't be called/);
		setClock('2026-11-25T09:00:00Z', withEachCall(simulator()));
		const result = await engine().retry(workflow, failed, { credential: credential() });
		expect(simulator().called()).toEqual(contacts.map(({ phone }) => phone));
		expect(outputJson(result, 'Placed').map(({ to_number }) => to_number)).toEqual(
			contacts.map(({ phone }) => phone),
		);
	});
});

describe('just before each call', () => {
	const contacts = rows(LONDON, '+442079460959', '+442079460960', '+442079460961', '+442079460962');
	const numbers = contacts.map(({ phone }) => phone);

	it('it is asked again, so that a campaign stops when the hours end', async () => {
		closeAfter(3);
		const result = await run(contacts, { callingHours: 'weekdays', options: SLOWEST });
		expect(simulator().called()).toEqual(numbers.slice(0, 3));
		expect(outputJson(result, 'Failed')).toMatchObject(
			contacts.slice(3).map((row) => ({
				...row,
				error: { code: 'OUTSIDE_HOURS', placed: 'no', retry_at: '2026-11-25T09:00:00Z' },
			})),
		);
	});

	it('it is asked of those who waited for a free line', async () => {
		simulator().set({ plan: 'free' });
		const refused = () => simulator().requests.some(({ status }) => status === 429);
		setClock('2026-11-24T17:59:50Z', () => (refused() ? 20_000 : 0));
		const result = await run(contacts, { callingHours: 'weekdays' });
		expect(simulator().called()).toEqual(numbers.slice(0, 1));
		expect(outputJson(result, 'Failed')).toMatchObject(
			contacts.slice(1).map((row) => ({ ...row, error: { code: 'OUTSIDE_HOURS' } })),
		);
	}, 20_000);
});

describe('Dry Run', () => {
	const callingHours = 'weekdays';
	const callingRules = {
		consent: '={{ $json.consent }}',
		timeZone: '={{ $json.zone }}',
	};

	it('sends not one request, and says of each contact what would become of it', async () => {
		const contacts = [
			{ phone: LONDON, consent: true },
			{ phone: '(415) 555-0123', consent: true },
			{ phone: SAN_FRANCISCO, consent: true },
			{ phone: LAGOS, consent: 'no' },
			{ phone: LAGOS, consent: 'yes', zone: 'Africa/Lagos' },
		];
		const parameters = { dryRun: true, callingHours, callingRules, options: { callsPerSecond: 2 } };
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			const result = await run(contacts, parameters, { onError, retryOnFail: true });
			const items = outputJson(result, 'Placed');
			expect(outputJson(result, 'Failed')).toEqual([]);
			expect(items.map(({ would_call, code }) => [would_call, code])).toEqual([
				[true, null],
				[false, 'INVALID_PHONE_NUMBER'],
				[false, 'OUTSIDE_HOURS'],
				[false, 'NO_CONSENT'],
				[true, null],
			]);
			// At two a second, the second call would start half a second after the first.
			const starts = [items[0], items[4]].map((item) => Date.parse(String(item!.call_at)));
			expect(starts[1]! - starts[0]!).toBe(500);
			expect(output(result, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual(
				items.map((_, item) => ({ item })),
			);
		}
		expect(simulator().requests).toEqual([]);
	});

	it.each([
		['={{ $json.id === 2 }}', 0],
		['={{ $json.id.to.nowhere() }}', 0],
		['={{ undefined }}', 0],
		['={{ "please" }}', 0],
		['={{ "false" }}', 2],
	])('is one unless it says no: with %s, %d are called', async (dryRun, called) => {
		await run(rows(LONDON, LAGOS), { dryRun });
		expect(simulator().requests).toHaveLength(called);
	});
});

describe('Initiate and Wait', () => {
	const WAIT = { operation: 'initiateAndWait', options: { pollSeconds: 1 } };
	beforeEach(() => simulator().set({ speed: 200 }));
	afterEach(() => simulator().set({ speed: 1 }));

	it('goes by the same rules', async () => {
		const contacts = rows(LAGOS, SAN_FRANCISCO, LONDON);
		const callingHours = 'weekdays';
		const failed = await run(contacts, { ...WAIT, callingHours });
		expect(outputJson(failed, 'Placed')).toMatchObject([
			{ to_number: LAGOS, outcome: 'completed' },
			{ to_number: LONDON, outcome: 'completed' },
		]);
		expect(outputJson(failed, 'Failed')).toMatchObject([
			{ ...contacts[1], error: { code: 'OUTSIDE_HOURS', retry_at: '2026-11-24T17:00:00Z' } },
		]);

		const skipped = await run(contacts, { ...WAIT, callingHours, whenBlocked: 'skip' });
		expect(outputJson(skipped, 'Placed')).toMatchObject([
			{ outcome: 'completed' },
			{ ...contacts[1], status: 'skipped', reason: 'OUTSIDE_HOURS' },
			{ outcome: 'completed' },
		]);
		expect(simulator().called()).toEqual([LAGOS, LONDON, LAGOS, LONDON]);
	}, 20_000);

	it('sends not one request in a dry run', async () => {
		const result = await run(rows(LONDON), { ...WAIT, dryRun: true });
		expect(outputJson(result, 'Placed')).toMatchObject([{ dry_run: true, would_call: true }]);
		expect(simulator().requests).toEqual([]);
	});
});
