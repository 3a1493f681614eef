import type { IDataObject } from 'n8n-workflow';
import { unlessDryRun } from '../../../../../nodes/KrosAi/actions/call/dryRun';
import { callTo } from '../../../../support/calls';
import { executeContext } from '../../../../support/n8n';

const CALLED = [{ json: { call_id: 'call_1' } }];

async function run(items: IDataObject[], isToolRun = false) {
	let calls = 0;
	const operation = unlessDryRun(async () => {
		calls += 1;
		return CALLED;
	});
	const credential = { apiKey: 'kros_test_simulator', baseUrl: 'http://127.0.0.1:9' };
	const context = executeContext({ credential, items });
	const hints: string[] = [];
	context.addExecutionHints = (...added) => hints.push(...added.map(({ message }) => message));
	const results = await operation(context, { stopAtFailure: true, isToolRun });
	const json = results.map((result) => ('json' in result ? result.json : undefined));
	return { calls, json, hints };
}

const ADA = '+14155550110';
const BEN = '+14155550111';
const throwing = () => {
	throw new Error('An expression that fails');
};

it.each([undefined, false, 'false', ' False '])('calls where Dry Run is %p', async (dryRun) => {
	expect(await run([callTo(ADA, { dryRun: dryRun as never })])).toEqual({
		hints: [],
		calls: 1,
		json: [{ call_id: 'call_1' }],
	});
});

it.each([true, 'true', 'yes', 'no', 0, '', throwing])(
	'places no call where it is anything else: %p',
	async (dryRun) => {
		const { calls, json } = await run([callTo(ADA, { dryRun: dryRun as never })]);
		expect(calls).toBe(0);
		expect(json).toEqual([
			expect.objectContaining({ dry_run: true, would_call: true, to_number: ADA }),
		]);
	},
);

it('places no call where one item of many asks for it', async () => {
	const { calls, json, hints } = await run([
		callTo(ADA),
		callTo(BEN, { dryRun: true }),
		callTo('12'),
	]);
	expect(calls).toBe(0);
	expect(json.map((item) => item!.row)).toEqual([0, 1, 2]);
	expect(hints).toEqual(['Dry Run: 2 would be called, 1 not. No call was started.']);
	expect(json.map((item) => item!.would_call)).toEqual([true, true, false]);
});

it('tells an agent what would come of its call, and no summary', async () => {
	const { json, hints } = await run([callTo(ADA, { dryRun: true })], true);
	expect(json).toMatchObject([{ would_call: true }]);
	expect(hints).toEqual([]);
});

it('goes by the rate and the rules of the options', async () => {
	const { json } = await run([
		callTo(ADA, { dryRun: true, options: { callsPerSecond: 0.5 } }),
		callTo(ADA, { callingRules: { doNotCall: ADA } }),
		callTo(BEN),
		callTo('+1 415 555 0110'),
	]);
	const [first, second, third] = json.map((item) => item!.call_at);
	expect(Date.parse(String(third)) - Date.parse(String(first))).toBe(2000);
	expect(second).toBeNull();
	expect(json[1]).toMatchObject({ code: 'DO_NOT_CALL' });
	expect(json[3]).toMatchObject({ code: 'SAME_NUMBER' });
});

it('says of each contact what is wrong with options that can not be read', async () => {
	const options = { callsPerSecond: 'fast' };
	const { json } = await run([callTo(ADA, { dryRun: true, options })]);
	expect(json).toMatchObject([
		{ would_call: false, reason: expect.stringContaining('Calls per Second') },
	]);
});
