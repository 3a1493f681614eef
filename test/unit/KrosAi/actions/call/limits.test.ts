import type { IDataObject } from 'n8n-workflow';
import { Contacts } from '../../../../../nodes/KrosAi/actions/call/contacts';
import { nothingCounted, openLimits } from '../../../../../nodes/KrosAi/actions/call/limits';
import { callTo } from '../../../../support/calls';
import { answer } from '../../../../support/exchanges';
import { executeContext } from '../../../../support/n8n';

const CREDENTIAL = { apiKey: 'kros_test_simulator', baseUrl: 'http://127.0.0.1:9/v1' };
const ADA = '+14155550110';
const LIMIT = { callingRules: { attemptLimit: 2, attemptHours: 48 } };
const DAILY = { options: { fromNumberDailyLimit: 10 } };

/** Opens the limits of a run whose call log holds a call to Ada of an hour ago. */
async function open(items: IDataObject[], maxCalls = Infinity, status = 200) {
	const context = executeContext({ credential: CREDENTIAL, items });
	const created_at = new Date(Date.now() - 3_600_000).toISOString();
	const calls = [{ id: 'call_1', to_number: ADA, from_number: '+2348012345678', created_at }];
	const client = jest.fn(async () => answer(status, { calls, total: 1 }));
	const starts = () => [
		{
			isOfRun: true,
			call_id: undefined,
			to_number: ADA,
			from_number: '+2348012345678',
			at: undefined,
		},
	];
	const limits = await openLimits(context, new Contacts(context, CREDENTIAL.baseUrl), {
		client,
		starts,
		maxCalls,
	});
	const times = limits?.counts().callsTo(ADA).times.length;
	return { asked: client.mock.calls.length > 0, isLogRead: limits?.isLogRead, times };
}

it.each<[string, Parameters<typeof open>, object]>([
	['nothing is counted where no setting asks for it', [[callTo(ADA)]], {}],
	[
		'Most Calls counts the calls of the run alone',
		[[callTo(ADA)], 5],
		{ isLogRead: undefined, times: 1 },
	],
	[
		'a limit of attempts counts the log',
		[[callTo(ADA, LIMIT)]],
		{ asked: true, isLogRead: true, times: 2 },
	],
	[
		'so does one of From Numbers',
		[[callTo(ADA, DAILY)]],
		{ asked: true, isLogRead: true, times: 2 },
	],
	[
		'a contact that can not be read is passed over',
		[[callTo('n/a', LIMIT), callTo(ADA, LIMIT)]],
		{ asked: true, isLogRead: true, times: 2 },
	],
	['nothing is counted where no contact can be read', [[callTo('n/a', LIMIT)]], {}],
	[
		'a log that can not be read is no count',
		[[callTo(ADA, LIMIT)], Infinity, 403],
		{ asked: true, isLogRead: false, times: 1 },
	],
])('%s', async (_, given, expected) => {
	expect(await open(...given)).toEqual({
		asked: false,
		isLogRead: undefined,
		times: undefined,
		...expected,
	});
});

it('begins with nothing where there is no limit', () => {
	expect(nothingCounted().callsTo(ADA)).toEqual({ times: [], unclear: [], underWay: 0 });
});
