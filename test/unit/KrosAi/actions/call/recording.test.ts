import type { IDataObject } from 'n8n-workflow';
import { router } from '../../../../../nodes/KrosAi/actions/router';
import { endedCall, start } from '../../../../../simulator/client';
import { recordingBytes } from '../../../../../simulator/recording';
import { simulator, useSimulator } from '../../../../../simulator/setUp';
import { fileHelpers } from '../../../../support/files';
import { credentialFor, executeContext, type Run } from '../../../../support/n8n';
import { SkippedPauses } from '../../../../support/clocks';
import { answering } from '../../../../support/exchanges';

const mockPauses = new SkippedPauses();
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPauses.sleep(ms),
}));

const MINUTE = 60_000;

beforeEach(() => mockPauses.begin());
useSimulator({
	startsPerSecond: Infinity,
	speed: 1000,
	callApi: 'guide',
	recordingReadySeconds: 0,
	linkLifetimeSeconds: 3600,
});
afterEach(() => jest.restoreAllMocks());

/** From here on the clock shows what was slept alone, and not what the machine takes besides. */
function standStill(): void {
	const now = performance.now();
	mockPauses.begin(() => now);
}

/** Under Continue: the one item that comes out. */
async function run(callId: string, parameters: IDataObject = {}, more: Partial<Run> = {}) {
	const items = [
		{ resource: 'call', operation: 'downloadRecording', callId, binaryPropertyName: 'data' },
	];
	const context = executeContext({
		credential: credentialFor(simulator),
		items: items.map((item) => ({ ...item, ...parameters })),
		continueOnFail: true,
		helpers: fileHelpers,
		...more,
	});
	const [[item] = []] = await router.call(context);
	return item!;
}

/** An entry of the call log whose recording is where a test says. */
function callWith(id: string, recording_url: unknown): void {
	const body = { id, status: 'completed', recording_url };
	const path = `/calls/${encodeURIComponent(id)}`;
	simulator.fault(answering(200, { path, body }));
}

const fetched = () => simulator.storageRequests.map(({ status }) => status);
const asked = (path: string) =>
	simulator.requests.filter((request) => request.path.endsWith(path)).length;

describe('a recording that is there', () => {
	it.each(['guide', 'reference'] as const)('is found in the API of the %s', async (callApi) => {
		const id = await endedCall(simulator);
		simulator.set({ callApi });
		expect((await run(id)).binary).toHaveProperty('data');
	});

	it('is asked for where the call log holds no link', async () => {
		const id = await endedCall(simulator);
		callWith(id, '');
		expect((await run(id)).binary!.data!.fileName).toBe(`${id}.mp3`);
		expect(asked('/recording')).toBe(1);
	});

	it('gets a name that is one for a file, whatever the id is', async () => {
		await endedCall(simulator);
		callWith('../../a b:1', simulator.calls[0]!.recording_url);
		expect((await run('../../a b:1')).binary!.data!.fileName).toBe('.._.._a_b_1.mp3');
	});

	it.each([
		['audio/mpeg', 'audio/mpeg', 'mp3'],
		['audio/wav', 'audio/wav', 'wav'],
		['audio/x-wav', 'audio/x-wav', 'wav'],
		['audio/ogg; codecs=opus', 'audio/ogg', 'ogg'],
		['Audio/MP4', 'audio/mp4', 'm4a'],
		['audio/webm ;codecs=opus', 'audio/webm', 'webm'],
		['video/mp4', 'audio/mpeg', 'mp3'],
		['application/octet-stream', 'audio/mpeg', 'mp3'],
		['binary/octet-stream', 'audio/mpeg', 'mp3'],
	])('of the type %s becomes a file of %s', async (contentType, mimeType, extension) => {
		const id = await endedCall(simulator);
		simulator.fault(answering(200, { path: '.mp3', body: 'sound', contentType }));
		const { data, ...file } = (await run(id)).binary!.data!;
		expect(file).toEqual({ fileName: `${id}.${extension}`, mimeType });
		expect(Buffer.from(data, 'base64').toString()).toBe('sound');
	});
});

describe('a recording that is not there', () => {
	/** A call that is over, whose recording takes until `appear`. */
	async function withoutRecording(): Promise<string> {
		simulator.set({ recordingReadySeconds: 1e9 });
		return await endedCall(simulator);
	}
	const appear = () => simulator.set({ speed: 1e13 });

	it('is not waited for unless that is wanted', async () => {
		const id = await withoutRecording();
		expect(await run(id, { options: null })).toEqual({
			json: {
				message: `The recording of the call "${id}" is not ready yet`,
				error: {
					code: 'RECORDING_NOT_FOUND',
					httpCode: 404,
					field: 'call_id',
					value: id,
					placed: 'no',
					description: expect.stringContaining('Wait for Recording'),
				},
			},
			pairedItem: { item: 0 },
		});
		expect(mockPauses.total).toBe(0);
	});

	it('is looked for at ever longer intervals until it comes', async () => {
		const id = await withoutRecording();
		mockPauses.after(31_000 + 15_000, appear);
		const { binary } = await run(id, { options: { waitForRecordingMinutes: 5 } });
		expect(binary).toHaveProperty('data');
		// After 1, 2, 4, 8, 15 and 15 seconds, and perhaps once more.
		const looks = asked(`/calls/${id}`);
		expect(mockPauses.total).toBe([45_000, 60_000][looks - 7]);
	});

	it('is given up when the time is over', async () => {
		const id = await withoutRecording();
		standStill();
		const { json } = await run(id, { options: { waitForRecordingMinutes: '0.1' } });
		expect(json.message).toBe(`The recording of the call "${id}" is not ready yet`);
		// After 1 and 2 seconds; after 4 more the time would be over.
		expect(mockPauses.total).toBe(3000);
		expect(asked(`/calls/${id}`)).toBe(3);
	});

	it('is given up when the execution is stopped', async () => {
		const id = await withoutRecording();
		const controller = new AbortController();
		mockPauses.after(2000, () => controller.abort());
		const options = { waitForRecordingMinutes: 5 };
		const { json } = await run(id, { options }, { signal: controller.signal });
		expect(json).toHaveProperty('error');
		expect(mockPauses.total).toBe(2000);
	});

	it('may come when the call has ended, says the message', async () => {
		simulator.set({ speed: 1 });
		const { body } = await start(simulator);
		const { json } = await run(body.call_id);
		expect(json.message).toBe(
			`The call "${body.call_id}" has not ended, so there is no recording yet`,
		);
		expect((json.error as IDataObject).description).toContain('when the call has ended');
	});

	it.each([
		['busy', 'busy'],
		['no_answer', 'no answer'],
		['failed', 'failed'],
	] as const)('is never waited for where the call ended as %s', async (course, words) => {
		simulator.script('+14155550111', course);
		const id = await endedCall(simulator, { to_number: '+14155550111' });
		const { json } = await run(id, { options: { waitForRecordingMinutes: 10 } });
		expect(json).toMatchObject({
			message: `The call "${id}" has no recording: it ended as ${words}`,
			error: { description: 'Only a call that was answered is recorded.' },
		});
		expect(mockPauses.total).toBe(0);
	});

	it('is told from a key that may not have it', async () => {
		const id = await withoutRecording();
		simulator.fault(answering(403, { path: '/recording' }));
		const { json } = await run(id, { options: { waitForRecordingMinutes: 10 } });
		expect(json.error).toMatchObject({ code: 'HTTP_403', httpCode: 403 });
		expect(mockPauses.total).toBe(0);
	});

	it('is told from a call that KrosAI does not know', async () => {
		expect((await run('call_unknown')).json).toMatchObject({
			message: 'KrosAI doesn\'t know the call "call_unknown"',
			error: { code: 'CALL_NOT_FOUND' },
		});
	});
});

describe('a link that has expired', () => {
	const refuse = (status: number, times = 1) =>
		simulator.fault(answering(status, { path: '.mp3', times }));

	it.each([400, 401, 403, 404, 410])('is asked for anew, as %d says', async (status) => {
		const id = await endedCall(simulator);
		refuse(status);
		expect((await run(id)).binary).toHaveProperty('data');
		expect(fetched()).toEqual([status, 200]);
		expect(asked('/recording')).toBe(1);
	});

	it('is asked for in the call itself where the API has no other place', async () => {
		simulator.set({ callApi: 'reference', linkLifetimeSeconds: 0 });
		const id = await endedCall(simulator);
		const link = simulator.calls[0]!.recording_url;
		callWith(id, link);
		simulator.set({ linkLifetimeSeconds: 60 });
		expect((await run(id)).binary).toHaveProperty('data');
		expect(fetched()).toEqual([403, 200]);
	});

	it('is asked for once only, and no link is shown', async () => {
		simulator.set({ linkLifetimeSeconds: 0 });
		const id = await endedCall(simulator);
		const { json } = await run(id);
		const { origin } = new URL(simulator.calls[0]!.recording_url!);
		expect(json).toEqual({
			message: `${new URL(origin).host} doesn't give the recording of the call "${id}" (HTTP 403)`,
			error: {
				code: 'HTTP_403',
				httpCode: 403,
				field: 'call_id',
				value: id,
				placed: 'no',
				description: expect.stringContaining('a new one was refused as well'),
			},
		});
		expect(fetched()).toEqual([403, 403]);
	});

	it('has no successor where KrosAI has deleted the recording', async () => {
		const id = await endedCall(simulator);
		const link = simulator.calls[0]!.recording_url;
		callWith(id, link);
		simulator.calls[0]!.recording_url = null;
		refuse(404);
		callWith(id, null);
		const { json } = await run(id);
		expect(json).toMatchObject({
			message: `The call "${id}" has no recording any more`,
			error: { code: 'RECORDING_NOT_FOUND', field: 'call_id', value: id },
		});
	});

	it('is the end where KrosAI refuses a new one', async () => {
		const id = await endedCall(simulator);
		refuse(403);
		simulator.fault(answering(403, { path: '/recording' }));
		expect((await run(id)).json.error).toMatchObject({ code: 'HTTP_403', value: null });
		expect(fetched()).toEqual([403]);
	});

	it('is the end where KrosAI has forgotten the call meanwhile', async () => {
		const id = await endedCall(simulator);
		simulator.set({ callApi: 'reference' });
		callWith(id, simulator.calls[0]!.recording_url);
		refuse(403);
		const body = { error: 'No such call', code: 'CALL_NOT_FOUND' };
		simulator.fault(answering(404, { path: id, body }));
		expect((await run(id)).json).toMatchObject({
			message: `KrosAI doesn't know the call "${id}"`,
			error: { code: 'CALL_NOT_FOUND', value: id },
		});
	});
});

describe('a recording that does not come through', () => {
	let id: string;
	beforeEach(async () => (id = await endedCall(simulator)));
	const trouble = (times: number) => simulator.fault(answering(503, { path: '.mp3', times }));

	it.each<[string, () => void]>([
		['breaks off in the middle', () => simulator.fault({ kind: 'garbage', path: '.mp3' })],
		['is lost', () => simulator.fault({ kind: 'dropBefore', path: '.mp3' })],
		['meets trouble', () => trouble(1)],
		...[408, 429, 500].map((status): [string, () => void] => [
			`meets ${status}`,
			() => simulator.fault(answering(status, { path: '.mp3' })),
		]),
	])('is fetched again where it %s', async (_, fault) => {
		fault();
		const { binary } = await run(id);
		const bytes = Buffer.from(binary!.data!.data, 'base64');
		expect(bytes.equals(recordingBytes(simulator.calls[0]!))).toBe(true);
		expect(fetched()).toHaveLength(2);
		expect(mockPauses.total).toBe(1000);
	});

	it('is fetched four times at most, after 1, 2 and 3 seconds', async () => {
		trouble(9);
		expect((await run(id)).json).toMatchObject({
			message: expect.stringMatching(/doesn't give the recording .* \(HTTP 503\)$/),
			error: { code: 'HTTP_503', httpCode: 503, description: expect.stringContaining('later') },
		});
		expect(fetched()).toEqual([503, 503, 503, 503]);
		expect(mockPauses.total).toBe(6000);
	});

	it('comes at the fourth', async () => {
		trouble(3);
		expect((await run(id)).binary).toHaveProperty('data');
	});

	it('leaves a message that names the host and not the link', async () => {
		simulator.fault({ kind: 'dropBefore', path: '.mp3', times: 9 });
		const { host } = new URL(simulator.calls[0]!.recording_url!);
		const { json } = await run(id);
		expect(json).toMatchObject({
			message: `The recording of the call "${id}" could not be fetched from ${host}`,
			error: { code: 'NETWORK', httpCode: null, field: 'call_id', value: id },
		});
		expect(JSON.stringify(json)).not.toMatch(/signature|\/recordings\//);
		expect(fetched()).toHaveLength(4);
	});

	it('says so where it takes too long', async () => {
		const httpRequest = async () => {
			throw Object.assign(new Error('timeout of 30000ms exceeded'), { code: 'ECONNABORTED' });
		};
		const { json } = await run(id, {}, { helpers: { ...fileHelpers, httpRequest } });
		expect(json.error).toMatchObject({ code: 'TIMEOUT', httpCode: null });
	});

	it('is fetched no further when the execution is stopped', async () => {
		trouble(9);
		const controller = new AbortController();
		mockPauses.after(1, () => controller.abort());
		const { json } = await run(id, {}, { signal: controller.signal });
		expect(json.error).toMatchObject({ field: 'call_id', value: id });
		expect(fetched()).toEqual([503]);
	});

	it('is fetched once only from a host that speaks no TLS', async () => {
		// As n8n's helper throws it.
		const thrown = Object.assign(new Error('write EPROTO: wrong version number'), {
			code: 'EPROTO',
		});
		const httpRequest = async () => await Promise.reject(thrown);
		const { json } = await run(id, {}, { helpers: { ...fileHelpers, httpRequest } });
		expect(json.error).toMatchObject({ code: 'NETWORK' });
		expect(mockPauses.total).toBe(0);
	});

	it.each(['text/html; charset=utf-8', 'application/json', 'application/xml'])(
		'is not what a host sends as %s',
		async (contentType) => {
			simulator.fault(answering(200, { path: '.mp3', body: '<html>Sign in</html>', contentType }));
			const { json } = await run(id);
			expect(json).toMatchObject({
				message: expect.stringMatching(/^127\.0\.0\.1:\d+ sent something else than a recording/),
				error: { code: 'BAD_RESPONSE', httpCode: 200 },
			});
			expect(json.message).toContain(`(${contentType})`);
			expect(fetched()).toEqual([200]);
		},
	);

	it.each(['file:///etc/hostname', 'data:audio/mpeg;base64,AAAA', 'recording.mp3'])(
		'is fetched from nowhere but the web: %s',
		async (link) => {
			callWith(id, link);
			const { json } = await run(id);
			expect(json).toMatchObject({
				message: expect.stringContaining('that leads nowhere on the web'),
				error: { code: 'BAD_RESPONSE', field: 'call_id', value: id },
			});
			expect(JSON.stringify(json)).not.toContain(link);
			expect(fetched()).toEqual([]);
		},
	);
});

it('waits for so many minutes and no fewer', async () => {
	simulator.set({ recordingReadySeconds: 1e9 });
	const id = await endedCall(simulator);
	standStill();
	await run(id, { options: { waitForRecordingMinutes: 2 } });
	expect(mockPauses.total).toBeGreaterThanOrEqual(2 * MINUTE - 15_000);
	expect(mockPauses.total).toBeLessThanOrEqual(2 * MINUTE);
});

it('breaks off a recording of more than 250 MB, and does not fetch it again', async () => {
	callWith('call_long', 'http://127.0.0.1:9/rec.mp3');
	let requests = 0;
	let brokenOff: Error | undefined;
	const body = {
		on: () => {},
		push: (chunk: { length: number }) => chunk.length > 0,
		destroy: (reason?: Error) => (brokenOff = reason),
	};
	const helpers = {
		httpRequest: async () => {
			requests += 1;
			return { statusCode: 200, headers: { 'content-type': 'audio/mpeg' }, body };
		},
		prepareBinaryData: async () => {
			for (let part = 0; part < 26 && !brokenOff; part += 1) body.push({ length: 10_000_000 });
			throw brokenOff;
		},
	};
	const { json } = await run('call_long', {}, { helpers: helpers as never });
	expect(json).toMatchObject({
		message: expect.stringContaining('(more than 250 MB)'),
		error: { code: 'BAD_RESPONSE' },
	});
	expect(requests).toBe(1);
});
