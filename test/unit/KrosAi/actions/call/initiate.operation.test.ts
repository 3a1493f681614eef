import { type IDataObject } from 'n8n-workflow';
import { initiate } from '../../../../../nodes/KrosAi/actions/call/initiate.operation';
import { placeCalls } from '../../../../../nodes/KrosAi/actions/call/placeCalls';
import type { CallRequest } from '../../../../../nodes/KrosAi/parameters/callRequest';
import { callTo } from '../../../../support/calls';
import { credentialFor, executeContext } from '../../../../support/n8n';
import {
	allContacts,
	calledNumbers,
	byNumber,
	CONTINUE,
	FIRST,
	run,
	simulator,
	STOP,
	usePlacing,
} from '../../../../support/placing';

usePlacing();

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
