import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { start, subscribe, until } from './client';
import { ORGANIZATION_ID, type Simulator, startSimulator } from './index';

let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator({ plan: 'free', deliverySpeed: 1000 });
});
afterAll(async () => await simulator.close());

it('is one file that loads nothing from elsewhere and writes what it hears as text', async () => {
	const response = await fetch(simulator.origin);
	const text = await response.text();

	expect(response.headers.get('content-type')).toContain('text/html');
	expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
	expect(text).toBe(readFileSync(join(__dirname, 'page.html'), 'utf8'));
	expect(text).not.toMatch(/https?:|<script src|@import/);
	expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
});

/** Everything a page hears, from its opening on. */
async function openPage() {
	const heard: Array<{ name: string; data: any }> = []; // eslint-disable-line @typescript-eslint/no-explicit-any
	const leave = new AbortController();
	const { body } = await fetch(`${simulator.origin}/_simulator/events`, { signal: leave.signal });
	const listening = listen(body!, (name, data) => heard.push({ name, data }));
	return {
		heard,
		named: (name: string) => heard.filter((event) => event.name === name),
		async leave() {
			leave.abort();
			await listening;
		},
	};
}

it('hears of calls and refusals as they happen, of settings and a reset', async () => {
	// The call has to last until the next one is refused, and only then end.
	simulator.set({ speed: 0.001 });
	const { heard, named, leave } = await openPage();
	await start(simulator, { metadata: { note: '<b>\n\nevent: call' } });
	expect((await start(simulator)).status).toBe(429);
	simulator.set({ speed: 1000 });
	await until(() => named('call').some(({ data }) => data.status === 'completed'));
	simulator.set({ plan: 'pro' });
	simulator.set({ api: 'bridge' });
	simulator.reset();
	simulator.set({ api: 'v1' });
	await until(() => named('hello').length === 6);
	await leave();

	expect(heard[0]).toMatchObject({
		name: 'hello',
		data: {
			settings: {
				base_path: '/v1',
				organization_id: null,
				plan: 'free',
				lines: 1,
				lines_in_use: 0,
				key: 'kros_test_simulator',
			},
			calls: [],
			refusals: [],
		},
	});
	const statuses = named('call').map(({ data }) => data.status);
	expect(statuses).toEqual(['initiated', 'ringing', 'answered', 'in_progress', 'completed']);
	expect(named('call').map(({ data }) => data.lines_in_use)).toEqual([1, 1, 1, 1, 0]);
	expect(named('call')[0]?.data).toMatchObject({
		agent: 'Support Agent',
		metadata: { note: '<b>\n\nevent: call' },
		talking: null,
	});
	expect(named('call')[3]?.data.talking).toBeGreaterThanOrEqual(0);
	expect(named('refused')[0]?.data).toMatchObject({ status: 429, code: 'RATE_LIMIT_EXCEEDED' });
	expect(named('hello')[1]?.data).toMatchObject({
		settings: { plan: 'free', speed: 1000 },
		calls: [{ status: 'initiated' }],
		refusals: [{ status: 429 }],
	});
	expect(named('hello')[2]?.data).toMatchObject({
		settings: { plan: 'pro', lines: 10 },
		calls: [{ status: 'completed' }],
		refusals: [{ status: 429 }],
	});
	expect(named('hello')[4]?.data).toMatchObject({
		settings: { base_path: '/api/v1', organization_id: ORGANIZATION_ID },
		calls: [],
		refusals: [],
	});
});

it('hears of subscriptions and of every attempt to deliver', async () => {
	simulator.reset();
	const first = await openPage();
	const url = `${simulator.origin}/away`;
	const { id } = await subscribe(simulator, url);
	simulator.script('*', 'busy');
	await simulator.deliver({ event: 'call.completed', id: 'evt_1', data: { call_id: 'call_1' } });
	await until(() => first.named('delivery').length >= 2);
	const second = await openPage();
	await until(() => second.heard.length > 0);
	await Promise.all([first.leave(), second.leave()]);

	expect(first.named('settings')).toMatchObject([
		{ data: { subscriptions: 1, outcome: 'answered' } },
		{ data: { outcome: 'busy', test_numbers: { '+14155550171': 'busy' } } },
	]);
	expect(first.named('refused')).toEqual([]);
	const attempt = {
		key: `evt_1 ${id} ${url}`,
		at: expect.any(Number),
		event: 'call.completed',
		call_id: 'call_1',
		url,
		own: false,
		attempts: 5,
		status: 404,
		problem: null,
		delivered: false,
	};
	const [one, two] = first.named('delivery').map(({ data }) => data);
	expect(one).toEqual({ ...attempt, attempt: 1 });
	expect(two).toEqual({ ...attempt, attempt: 2 });
	expect(second.heard[0]).toMatchObject({
		name: 'hello',
		data: { settings: { subscriptions: 1 }, deliveries: expect.arrayContaining([one, two]) },
	});
});

it('does not keep the simulator from closing', async () => {
	const other = await startSimulator();
	const { body } = await fetch(`${other.origin}/_simulator/events`);
	const ended = expect(body!.pipeTo(new WritableStream())).rejects.toThrow();
	await other.close();
	await ended;

	await expect(fetch(other.origin)).rejects.toThrow();
});

/** Reads server-sent events until the stream ends. */
async function listen(
	stream: ReadableStream<Uint8Array>,
	hear: (name: string, data: unknown) => void,
): Promise<void> {
	let text = '';
	const decoder = new TextDecoder();
	try {
		for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
			text += decoder.decode(chunk, { stream: true });
			const events = text.split('\n\n');
			text = events.pop() ?? '';
			for (const event of events) {
				const [, name = '', data = ''] = /^event: (.*)\ndata: (.*)$/.exec(event) ?? [];
				hear(name, JSON.parse(data));
			}
		}
	} catch (error) {
		if ((error as Error).name !== 'AbortError') throw error;
	}
}
