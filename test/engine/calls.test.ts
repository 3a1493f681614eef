import type { IDataObject, INode, IRun } from 'n8n-workflow';
import { endedCall, start, until } from '../../simulator/client';
import { recordingBytes } from '../../simulator/recording';
import { useEngine } from './setup';
import { callWorkflow, output, outputJson } from './workflow';

const { engine, simulator, credential } = useEngine();

const KEY = 'kros_test_simulator';

beforeEach(() =>
	simulator().set({
		speed: 1000,
		callApi: 'guide',
		recordingReadySeconds: 0,
		linkLifetimeSeconds: 3600,
		pagingStyle: 'offset',
	}),
);

/** Runs an operation for each row; where no rows matter, for one. */
async function run(
	operation: string,
	parameters: IDataObject = {},
	{ rows = [{}], settings = {} }: { rows?: IDataObject[]; settings?: Partial<INode> } = {},
): Promise<IRun> {
	return await engine().run(
		callWorkflow(rows, {
			parameters: { resource: 'call', operation, ...parameters },
			settings,
		}),
		{ credential: credential() },
	);
}

const failureOf = ({ data }: IRun) => data.resultData.error as unknown as IDataObject;

/** A call that is being talked on, for a long time. */
async function longCall(): Promise<string> {
	simulator().set({ speed: 100 });
	simulator().script('+14155550119', 'answered', { setup: 0, ringing: 0, talking: 36_000 });
	const { body } = await start(simulator(), { to_number: '+14155550119' });
	await until(() => simulator().calls.at(-1)?.status === 'in_progress');
	return body.call_id;
}

const sent = () => simulator().requests.map(({ method, path }) => `${method} ${path.slice(3)}`);

describe('Call → Get', () => {
	it('gives each call that is asked for, paired, in one flat item', async () => {
		const ids = [
			await endedCall(simulator()),
			await endedCall(simulator(), { metadata: { customer_id: 'cust_2' } }),
		];
		const rows = ids.map((id) => ({ id }));
		const result = await run('get', { callId: '={{ $json.id }}' }, { rows });
		expect(outputJson(result, 'Placed')).toMatchObject([
			{ call_id: ids[0], outcome: 'completed', duration: 12, metadata: {} },
			{ call_id: ids[1], transcript_turns: expect.any(Array), metadata: { customer_id: 'cust_2' } },
		]);
		expect(output(result, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
		]);
	});

	it('sends an unknown call to the error branch, with its row', async () => {
		const id = await endedCall(simulator());
		const rows = [{ id, name: 'Ada' }, { id: 'call_unknown', name: 'Ben' }, { id }];
		const settings = { onError: 'continueErrorOutput' as const };
		const result = await run('get', { callId: '={{ $json.id }}' }, { rows, settings });
		expect(outputJson(result, 'Placed')).toHaveLength(2);
		expect(outputJson(result, 'Failed')).toEqual([
			{
				id: 'call_unknown',
				name: 'Ben',
				message: 'KrosAI doesn\'t know the call "call_unknown"',
				error: expect.objectContaining({ code: 'CALL_NOT_FOUND', placed: 'no' }),
			},
		]);
	});
});

describe('Call → Get Many', () => {
	it('filters by everything, picked from lists or written by hand', async () => {
		simulator().script('+14155550111', 'busy');
		await endedCall(simulator(), { metadata: { campaign: 'spring' } });
		const wanted = await endedCall(simulator(), {
			to_number: '+14155550111',
			from_number: '+14155550100',
			endpoint_id: 'ep_def456',
			metadata: { campaign: 'spring', tries: '2' },
		});
		await endedCall(simulator(), { to_number: '+14155550111', metadata: { campaign: 'autumn' } });
		const ids = async (filters: IDataObject) =>
			outputJson(await run('getAll', { returnAll: true, filters }), 'Placed').map(
				({ call_id }) => call_id,
			);
		for (const filters of [
			{ status: 'busy', metadata: { entry: [{ key: 'campaign', value: 'spring' }] } },
			{ fromNumber: '+1 (415) 555-0100' },
			{ endpointId: { __rl: true, mode: 'list', value: 'ep_def456' } },
			{ phoneNumberId: { __rl: true, mode: 'id', value: 'pn_def456' }, direction: 'outbound' },
			{ metadata: { entry: [{ key: 'tries', value: 2 }] }, toNumber: '={{ "+14155550111" }}' },
		]) {
			expect(await ids(filters)).toEqual([wanted]);
		}
		expect(await ids({ direction: 'inbound' })).toEqual([]);
		expect(
			await ids({ after: '2025-01-01T00:00:00', before: '={{ $now.plus(1, "hour") }}' }),
		).toHaveLength(3);
		expect(await ids({ after: '={{ $now.plus(1, "hour") }}' })).toEqual([]);
		expect(await ids({ before: '2025-01-01' })).toEqual([]);
	});
});

describe('Call → Get Events', () => {
	it('gives what happened, in its order', async () => {
		const id = await endedCall(simulator());
		const result = await run('getEvents', { callId: id });
		expect(outputJson(result, 'Placed').map(({ call_id, event }) => [call_id, event])).toEqual([
			[id, 'call.initiated'],
			[id, 'call.ringing'],
			[id, 'call.started'],
			[id, 'call.in_progress'],
			[id, 'call.completed'],
		]);
	});
});

describe('Call → Get Statistics', () => {
	it('sends a row whose date is unclear to the error branch, and counts for the others', async () => {
		await endedCall(simulator());
		const rows = [{ day: '2025-01-10' }, { day: '2/1/2026' }, { day: '2099-01-10' }];
		const filters = { after: '={{ $json.day }}' };
		const settings = { onError: 'continueErrorOutput' as const };
		const result = await run('getStatistics', { filters }, { rows, settings });
		expect(outputJson(result, 'Placed')).toMatchObject([{ total_calls: 1 }, { total_calls: 0 }]);
		expect(outputJson(result, 'Failed')).toMatchObject([
			{ day: '2/1/2026', error: { field: 'after' } },
		]);
	});
});

describe('Call → Hang Up', () => {
	it('ends a call', async () => {
		const id = await longCall();
		const result = await run('hangUp', { callId: id });
		expect(outputJson(result, 'Placed')).toEqual([
			{ call_id: id, hung_up: true, status: 'completed' },
		]);
		expect(simulator().calls[0]).toMatchObject({ hangup_cause: 'agent_hangup' });
	});

	it('says so where the call has ended already, and goes on', async () => {
		const id = await endedCall(simulator());
		expect(outputJson(await run('hangUp', { callId: id }), 'Placed')).toEqual([
			{
				call_id: id,
				hung_up: false,
				reason: 'ALREADY_ENDED',
				message: 'The call had ended already (completed)',
				status: 'completed',
				outcome: 'completed',
				duration: 12,
			},
		]);
	});
});

describe('Call → Download Recording', () => {
	const binaryOf = (result: IRun, field = 'data') => output(result, 'KrosAI')[0]!.binary![field]!;

	/** What the host of the recordings must never see. */
	const expectNoKey = () => {
		expect(simulator().storageRequests.length).toBeGreaterThan(0);
		expect(JSON.stringify(simulator().storageRequests)).not.toContain(KEY);
		for (const { headers } of simulator().storageRequests) {
			expect(headers).not.toHaveProperty('x-api-key');
			expect(headers).not.toHaveProperty('authorization');
		}
	};

	it('gives the recording byte by byte, without the key having left', async () => {
		const id = await endedCall(simulator());
		const result = await run('downloadRecording', { callId: id });
		const file = binaryOf(result);
		const expected = recordingBytes(simulator().calls[0]!);
		expect(file).toMatchObject({
			fileName: `${id}.mp3`,
			fileExtension: 'mp3',
			mimeType: 'audio/mpeg',
			fileType: 'audio',
		});
		expect(Buffer.from(file.data, 'base64').equals(expected)).toBe(true);
		expect(expected.length).toBeGreaterThan(100_000);
		const [json] = outputJson(result, 'Placed');
		expect(json).toMatchObject({
			call_id: id,
			transcript: expect.stringContaining('[Agent]: '),
			transcript_turns: expect.arrayContaining([{ speaker: 'Caller', text: 'Goodbye.' }]),
		});
		expect(JSON.stringify(json)).not.toContain('signature=');
		expectNoKey();
	});

	it('goes where the host of the link leads, but only to the web', async () => {
		const id = await endedCall(simulator());
		const url = simulator().calls[0]!.recording_url!;
		simulator().fault({ kind: 'redirect', location: url, path: '.mp3', status: 302 });
		const result = await run('downloadRecording', { callId: id });
		expect(binaryOf(result).fileName).toBe(`${id}.mp3`);
		expect(simulator().storageRequests.map(({ status }) => status)).toEqual([302, 200]);
		expectNoKey();

		simulator().fault({ kind: 'redirect', location: 'file:///etc/hostname', path: '.mp3' });
		const error = failureOf(await run('downloadRecording', { callId: id }));
		expect(error.message).toMatch(/doesn't give the recording .* \(HTTP 307\)$/);
	});

	it('ends its waiting when the execution is stopped', async () => {
		const id = await longCall();
		let stopped = 0;
		const parameters = {
			resource: 'call',
			operation: 'downloadRecording',
			callId: id,
			options: { waitForRecordingMinutes: 10 },
		};
		await engine().run(callWorkflow([{}], { parameters }), {
			credential: credential(),
			onStart: (cancel) => {
				// It waits once it has looked in vain.
				void until(() => sent().some((line) => line.endsWith('/recording'))).then(() => {
					stopped = Date.now();
					cancel();
				});
			},
		});
		expect(Date.now() - stopped).toBeLessThan(10_000);
	});
});

describe('the lists', () => {
	it('Endpoint → Get Many: every page, without the secret of a webhook endpoint', async () => {
		const endpoints = Array.from({ length: 130 }, (_, index) => ({
			id: `ep_${index}`,
			name: `Agent ${index}`,
			secret: 'whsec_0123456789',
		}));
		simulator().set({ endpoints });
		const result = await run('getAll', { resource: 'endpoint', returnAll: true });
		expect(outputJson(result, 'Placed')).toHaveLength(130);
		expect(outputJson(result, 'Placed')[129]).toMatchObject({
			id: 'ep_129',
			name: 'Agent 129',
			status: 'active',
		});
		expect(JSON.stringify(result.data.resultData)).not.toContain('whsec_');
		expect(outputJson(await run('getAll', { resource: 'endpoint' }), 'Placed')).toHaveLength(50);
	});

	it('Phone Number → Get Many: the number as `number`', async () => {
		const result = await run('getAll', { resource: 'phoneNumber', limit: 2 });
		expect(outputJson(result, 'Placed')).toMatchObject([
			{ id: 'pn_abc123', number: '+2348012345678', allow_outbound: true },
			{ id: 'pn_def456', number: '+14155550100' },
		]);
	});
});
