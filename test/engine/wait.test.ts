import type { IDataObject, INode } from 'n8n-workflow';
import type { Fault } from '../../simulator';
import { allEnded, until } from '../../simulator/client';
import { hurry } from '../support/clocks';
import { contacts, useEngine } from './setup';
import { WaitingRoom } from './waitingRoom';
import { callWorkflow, output, outputJson } from './workflow';

const { engine, simulator, credential } = useEngine();

let room: WaitingRoom;
beforeAll(async () => {
	room = await WaitingRoom.open(engine);
});
afterAll(() => room.close());
// No test sees the requests of the one before it.
afterEach(async () => {
	jest.restoreAllMocks();
	simulator().reset();
	await room.quiet();
});
beforeEach(() =>
	simulator().set({
		answeredBy: false,
		speed: 100,
		deliverySpeed: 100,
		signPerCall: false,
		deliveryForm: 'envelope',
		eventNames: 'openapi',
		keys: { kros_test_simulator: ['calls:read', 'calls:write'] },
	}),
);

const WAIT = { operation: 'initiateAndWait' };
const numbers = (count: number) => contacts(count).map(({ phone }) => phone);

interface Setup {
	settings?: Partial<INode>;
	parameters?: IDataObject;
	credential?: IDataObject;
	/** How fast the calls go on while they are placed: by default none ends before the execution waits. */
	speed?: number;
	/** Whether none ends then either. */
	isHeld?: boolean;
}

async function run(
	rows: IDataObject[],
	{ settings = {}, parameters = {}, speed = 0.001, isHeld = false, ...more }: Setup = {},
) {
	const workflow = callWorkflow(rows, { settings, parameters: { ...WAIT, ...parameters } });
	simulator().set({ speed });
	const all = { ...credential(), ...more.credential } as never;
	const result = await room.run(workflow, { credential: all });
	if (!isHeld) simulator().set({ speed: 100 });
	return result;
}

/** What the calls to the nth contacts come to, and when (seconds of the simulator). */
function script(...outcomes: Array<'answered' | 'busy' | 'no_answer' | 'failed'>): void {
	outcomes.forEach((outcome, index) => simulator().script(numbers(10)[index]!, outcome));
}

const gets = () => simulator().requests.filter(({ method }) => method === 'GET').length;

describe('one call', () => {
	it('puts the execution to wait and goes on with how the call ended', async () => {
		simulator().set({ answeredBy: 'call_analysis' });
		const started = await run(contacts(1));
		expect(started.waitTill).toBeInstanceOf(Date);
		const ended = await room.ended();
		const [call] = simulator().calls;
		expect(outputJson(ended, 'Placed')).toEqual([
			{
				event: 'call.completed',
				event_id: expect.stringMatching(/^evt_/),
				timestamp: expect.any(String),
				call_id: call!.id,
				direction: 'outbound',
				from_number: '+2348012345678',
				to_number: '+14155550100',
				status: 'completed',
				outcome: 'completed',
				answered_by: 'person',
				call_analysis: { in_voicemail: false },
				duration: 12,
				cost_cents: 4,
				metadata: {},
				endpoint_id: 'ep_abc123',
				created_at: call!.created_at,
				hangup_cause: 'normal_clearing',
				recording_url: call!.recording_url,
				transcript: call!.transcript,
				transcript_turns: expect.arrayContaining([{ speaker: 'Caller', text: 'Goodbye.' }]),
			},
		]);
		expect(output(ended, 'KrosAI')[0]!.pairedItem).toMatchObject({ item: 0 });
		expect(room.wakes).toBe(1);
	});

	it('needs no scope beyond calls:write', async () => {
		simulator().set({ keys: { kros_test_simulator: ['calls:write'] } });
		await run(contacts(1));
		expect(outputJson(await room.ended(), 'Placed')).toHaveLength(1);
		expect(gets()).toBe(0);
	});
});

describe('several calls', () => {
	it('waits for the last, whatever order they end in, and gives one item each, paired', async () => {
		script('answered', 'busy', 'no_answer', 'failed', 'answered');
		simulator().script(numbers(5)[0]!, 'answered', { talking: 60 });
		await run(contacts(5));
		const ended = await room.ended();
		const items = outputJson(ended, 'Placed');
		expect(items.map(({ outcome }) => outcome)).toEqual([
			'completed',
			'busy',
			'no_answer',
			'failed',
			'completed',
		]);
		expect(items.map(({ to_number }) => to_number)).toEqual(numbers(5));
		expect(items.map(({ wait_timed_out }) => wait_timed_out)).toEqual(Array(5).fill(undefined));
		expect(output(ended, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 1, 2, 3, 4].map((item) => expect.objectContaining({ item })),
		);
		expect(room.wakes).toBe(1);
	});

	it('goes on with the first row alone under Execute Once, also at the time limit', async () => {
		await run(contacts(3), { settings: { executeOnce: true } });
		expect(outputJson(await room.ended(), 'Placed')).toHaveLength(1);
		await run(contacts(3), { settings: { executeOnce: true }, isHeld: true });
		expect(outputJson(await room.timeOut(), 'Placed')).toHaveLength(1);
	});
});

describe('the time limit', () => {
	it('leaves one item per call that says so, and calls no contact again', async () => {
		const parameters = { options: { waitLimitMinutes: 30 } };
		const started = await run(contacts(2), { parameters, isHeld: true });
		expect(started.waitTill!.getTime() - Date.now()).toBeGreaterThan(29.8 * 60_000);
		expect(started.waitTill!.getTime() - Date.now()).toBeLessThan(30.1 * 60_000);
		const ended = await room.timeOut();
		expect(outputJson(ended, 'Placed')).toEqual(
			simulator().calls.map(({ id, to_number }) =>
				expect.objectContaining({ call_id: id, to_number, wait_timed_out: true, outcome: null }),
			),
		);
		expect(simulator().called()).toEqual(numbers(2));
	});

	it.each(['ended', 'timeOut'] as const)(
		'keeps the included fields of the rows, and calls no contact again for their error: %s',
		async (how) => {
			const rows = contacts(2).map((row) => ({ ...row, error: 'of the row', outcome: 'lead' }));
			const parameters = { options: { includeInputFields: true } };
			const settings = { retryOnFail: true };
			await run(rows, { parameters, settings, isHeld: how === 'timeOut' });
			const outcome = how === 'ended' ? 'completed' : null;
			expect(outputJson(await room[how](), 'Placed')).toEqual(
				rows.map(({ name, phone }) =>
					expect.objectContaining({ name, phone, error_message: 'of the row', outcome }),
				),
			);
			expect(simulator().called()).toEqual(numbers(2));
		},
	);
});

describe('failures', () => {
	const REFUSED: Fault = {
		kind: 'status',
		status: 400,
		accepting: 'before',
		toNumber: numbers(3)[2]!,
		body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
	};
	const BAD = [...contacts(2), { name: 'Bad', phone: 'call me' }];

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'under %s a contact that could not be called does not hold the others back',
		async (onError) => {
			const rows = [BAD[2]!, BAD[0]!, BAD[1]!];
			await run(rows, { settings: { onError, retryOnFail: true } });
			const ended = await room.ended();
			expect(simulator().called()).toEqual(numbers(2));
			const errorOutput = onError === 'continueErrorOutput' ? 1 : 0;
			const failed = outputJson(ended, 'KrosAI', errorOutput).filter((json) => 'error' in json);
			expect(failed).toEqual([
				{
					...(errorOutput === 1 && rows[0]),
					message: expect.stringContaining('call me'),
					error: expect.objectContaining({ code: 'INVALID_PHONE_NUMBER', placed: 'no' }),
				},
			]);
			const calls = outputJson(ended, 'KrosAI', 0).filter((json) => !('error' in json));
			expect(calls.map(({ outcome }) => outcome)).toEqual(['completed', 'completed']);
		},
	);

	it('keeps failures at the time limit too', async () => {
		await run(BAD, { settings: { onError: 'continueErrorOutput' }, isHeld: true });
		const ended = await room.timeOut();
		expect(outputJson(ended, 'Placed').map(({ call_id }) => call_id)).toEqual(
			simulator().calls.map(({ id }) => id),
		);
		expect(outputJson(ended, 'Failed')).toEqual([expect.objectContaining({ name: 'Bad' })]);
	});

	it('under Stop names the calls already placed; a retry waits for them instead of calling', async () => {
		simulator().fault(REFUSED);
		const failed = await run(contacts(3), { settings: { onError: 'stopWorkflow' } });
		expect(failed.data.resultData.error).toMatchObject({
			context: {
				placedCalls: simulator().calls.map(({ id }) => expect.objectContaining({ call_id: id })),
			},
		});
		// The calls of the failed execution call back there, where no execution waits.
		await allEnded(simulator());
		// And the one that the retry places has ended before its start is answered.
		simulator().set({ speed: 1000 });
		simulator().fault({ kind: 'delay', ms: 200, path: '/outbound-calls' });
		await room.retry();
		const ended = await room.ended(15);
		expect(simulator().called()).toEqual(numbers(3));
		expect(outputJson(ended, 'Placed').map(({ outcome }) => outcome)).toEqual(
			Array(3).fill('completed'),
		);
	}, 30_000);

	it('looks up a call that came to light only in the retry', async () => {
		// One call alone is started without the scope; its lost answer can't be looked up then.
		simulator().set({ keys: { kros_test_simulator: ['calls:write'] } });
		simulator().fault({ kind: 'dropAfter' });
		hurry();
		const failed = await run(contacts(1), { settings: { onError: 'stopWorkflow' } });
		expect(failed.data.resultData.error!.context).toMatchObject({ placed: 'unknown' });
		simulator().set({ keys: { kros_test_simulator: ['calls:read', 'calls:write'] } });
		await allEnded(simulator());
		const retried = await room.retry();
		expect(simulator().called()).toEqual(numbers(1));
		expect(retried.waitTill).toBeUndefined();
		expect(outputJson(retried, 'Placed')).toEqual([
			expect.objectContaining({ call_id: simulator().calls[0]!.id, outcome: 'completed' }),
		]);
	}, 40_000);

	it('does not call again when n8n retries on fail', async () => {
		simulator().fault(REFUSED);
		await run(contacts(3), { settings: { retryOnFail: true } });
		expect(outputJson(await room.ended(), 'Placed')).toHaveLength(3);
		expect(simulator().called()).toEqual(numbers(3));
	});
});

describe('callbacks', () => {
	/** A waiting execution with one call that does not end by itself, and the address it calls back. */
	async function waiting(setup: Setup = {}) {
		await run(contacts(1), { ...setup, isHeld: true });
		const [call] = simulator().calls;
		return { call: call!, url: call!.webhook_url! };
	}

	const END = (callId: string) => ({
		id: 'evt_1',
		event: 'call.completed',
		data: { call_id: callId, status: 'completed', duration: 3 },
	});

	async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
		const { status } = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
		return status;
	}

	/** Of the same call, but made up. */
	const anotherToken = ({ searchParams }: URL) =>
		searchParams.get('krosai')!.replace(/[0-9a-f]{64}$/, '0'.repeat(64));

	it.each([
		['without a token', (url: URL) => url.searchParams.delete('krosai')],
		['with another token', (url: URL) => url.searchParams.set('krosai', anotherToken(url))],
	])('refuses a callback %s and goes on waiting', async (_, change) => {
		const { call, url } = await waiting();
		const forged = new URL(url);
		change(forged);
		expect(await post(forged.href, END(call.id))).toBe(401);
		expect(room.isWaiting).toBe(true);
	});

	it.each([
		['no JSON', '{'],
		['no call', { event: 'call.completed', data: {} }],
	])('refuses a callback with %s and goes on waiting', async (_, body) => {
		const { url } = await waiting();
		expect(await post(url, body)).toBe(400);
		expect(room.isWaiting).toBe(true);
	});

	it('refuses a wrong signature where a secret is known, takes a right one and none at all', async () => {
		const secret = { credential: { webhookSecret: 'whsec_0123456789abcdef' } };
		const { call, url } = await waiting(secret);
		const wrong = { 'x-webhook-signature': `sha256=${'0'.repeat(64)}` };
		expect(await post(url, END(call.id), wrong)).toBe(401);
		expect(room.isWaiting).toBe(true);
		expect(await post(url, END(call.id))).toBe(200);
		await room.ended();

		simulator().reset();
		simulator().set({ signPerCall: 'whsec_0123456789abcdef' });
		await run(contacts(1), secret);
		expect(outputJson(await room.ended(), 'Placed')).toHaveLength(1);

		// Without a secret to check it by, the token is what counts.
		await run(contacts(1));
		expect(outputJson(await room.ended(), 'Placed')).toHaveLength(1);
	});

	it('is woken by no progress and by no word of another call', async () => {
		const { call, url } = await waiting();
		for (const event of [
			'call.initiated',
			'call.ringing',
			'call.started',
			'call.recording.ready',
		]) {
			expect(await post(url, { event, data: { call_id: call.id } })).toBe(200);
		}
		expect(await post(url, END('call_of_somebody_else'))).toBe(200);
		expect(room.isWaiting).toBe(true);
	});

	it('takes a repeated callback as no harm', async () => {
		const { call, url } = await waiting();
		const statuses = await Promise.all([1, 2, 3].map(async () => await post(url, END(call.id))));
		const ended = await room.ended();
		expect(outputJson(ended, 'Placed')).toHaveLength(1);
		expect(room.wakes).toBe(1);
		expect(statuses).toContain(200);
		expect(await post(url, END(call.id))).toBe(409);
	});

	it('hears again of a call that ended while the execution still ran', async () => {
		simulator().set({ deliverySpeed: 200 });
		simulator().script('*', 'busy', { setup: 0 });
		simulator().fault({ kind: 'delay', ms: 200, path: '/outbound-calls' });
		await run(contacts(1), { speed: 1000 });
		expect(outputJson(await room.ended(), 'Placed')).toEqual([
			expect.objectContaining({ outcome: 'busy' }),
		]);
		expect(room.answers.map(({ status }) => status)).toContain(409);
	});

	it('shows its tokens only to KrosAI', async () => {
		const started = await run(contacts(3));
		const ended = await room.ended();
		const urls = simulator().calls.map(({ webhook_url }) => new URL(webhook_url!));
		const tokens = urls.map((url) => url.searchParams.get('krosai')!.split('.')[2]!);
		expect(new Set(tokens).size).toBe(3);
		for (const token of tokens) {
			expect(JSON.stringify(started)).not.toContain(token);
			expect(JSON.stringify(ended)).not.toContain(token);
		}
	});
});

describe('where KrosAI could not call back', () => {
	it('says so before it calls, and offers to ask instead', async () => {
		const workflow = callWorkflow(contacts(1), { parameters: WAIT });
		const result = await engine().run(workflow, {
			credential: { ...credential(), baseUrl: 'https://api.krosai.com/v1' },
			waitingBaseUrl: 'http://localhost:5678/webhook-waiting',
		});
		expect(simulator().requests).toEqual([]);
		const { message, description } = result.data.resultData.error!;
		expect(message).toContain("can't reach this n8n (localhost:5678)");
		expect(description).toContain('Check Call Status Every');
	});
});

describe('polling', () => {
	it('asks until every call is over, and needs no callback', async () => {
		script('answered', 'busy', 'no_answer');
		const parameters = { options: { pollSeconds: 1 } };
		const result = await run(contacts(3), { parameters, speed: 100 });
		expect(result.waitTill).toBeUndefined();
		expect(outputJson(result, 'Placed').map(({ outcome }) => outcome)).toEqual([
			'completed',
			'busy',
			'no_answer',
		]);
		expect(simulator().calls.map(({ webhook_url }) => webhook_url)).toEqual([null, null, null]);
	});

	it('ends at once when the execution is stopped', async () => {
		simulator().set({ speed: 0.001 });
		let stopped = 0;
		const workflow = callWorkflow(contacts(1), {
			parameters: { ...WAIT, options: { pollSeconds: 60 } },
		});
		await engine().run(workflow, {
			credential: credential(),
			onStart: (cancel) => {
				// It waits for a minute once it has asked for the call.
				const asked = () => simulator().requests.some(({ path }) => path.includes('/calls/'));
				void until(asked).then(() => {
					stopped = Date.now();
					cancel();
				});
			},
		});
		expect(Date.now() - stopped).toBeLessThan(10_000);
		expect(simulator().called()).toEqual(numbers(1));
	});
});
