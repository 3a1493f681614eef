import type { IDataObject, INode } from 'n8n-workflow';
import { contacts, useEngine } from './setup';
import { callWorkflow, output, outputJson } from './workflow';

/** Lists that are longer than KrosAI takes at once. */
const { engine, simulator, credential } = useEngine();
afterEach(() => simulator().set({ plan: 'enterprise', startsPerSecond: Infinity, speed: 1 }));

interface Campaign {
	count: number;
	options: IDataObject;
	settings?: Partial<INode>;
	/** After so many ms the Stop button is pressed. */
	stopAfterMs?: number;
}

async function run({ count, options, settings, stopAfterMs }: Campaign) {
	return await engine().run(callWorkflow(contacts(count), { parameters: { options }, settings }), {
		credential: credential(),
		onStart: (cancel) => stopAfterMs !== undefined && setTimeout(cancel, stopAfterMs),
	});
}

const numbers = (count: number) => contacts(count).map(({ phone }) => phone);
const refusals = () => simulator().requests.filter(({ status }) => status === 429);

it.each([
	['no more lines than ten', { plan: 'pro', speed: 30 } as const, 60],
	['one line', { plan: 'free', speed: 60 } as const, 12],
])('calls everybody with %s, in order and paired', async (_, settings, count) => {
	simulator().set(settings);
	const result = await run({ count, options: { callsPerSecond: 100 } });
	expect([...simulator().rung()].sort()).toEqual(numbers(count));
	expect(outputJson(result, 'KrosAI').map(({ to_number }) => to_number)).toEqual(numbers(count));
	expect(output(result, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual(
		numbers(count).map((_, item) => ({ item })),
	);
	expect(refusals().length).toBeGreaterThan(0);
	expect(refusals().length).toBeLessThanOrEqual(10 * count);
});

it('calls everybody although it starts faster than KrosAI allows', async () => {
	simulator().set({ startsPerSecond: 10 });
	const result = await run({ count: 25, options: { callsPerSecond: 100 } });
	expect([...simulator().rung()].sort()).toEqual(numbers(25));
	expect(outputJson(result, 'KrosAI').map(({ to_number }) => to_number)).toEqual(numbers(25));
	expect(refusals().length).toBeGreaterThan(0);
});

it('is within what KrosAI allows by default', async () => {
	simulator().set({ startsPerSecond: 10 });
	const started = Date.now();
	await run({ count: 25, options: {} });
	expect(simulator().rung()).toEqual(numbers(25));
	expect(Date.now() - started).toBeLessThan(4_000);
	expect(refusals().length).toBeLessThanOrEqual(3);
});

describe('while a line is not free for long enough', () => {
	const options = { callsPerSecond: 100, waitForLineMinutes: 0.02 };
	beforeEach(() => simulator().set({ plan: 'free' }));

	it('the others come out as not called (Continue), each once', async () => {
		const result = await run({
			count: 4,
			options,
			settings: { onError: 'continueErrorOutput', retryOnFail: true },
		});
		expect(outputJson(result, 'Placed')).toMatchObject([{ to_number: numbers(1)[0] }]);
		expect(outputJson(result, 'Failed')).toMatchObject(
			contacts(4)
				.slice(1)
				.map((contact) => ({
					...contact,
					error: { code: 'RATE_LIMIT_EXCEEDED', placed: 'no', httpCode: 429 },
				})),
		);
		expect(simulator().rung()).toHaveLength(1);
	});

	it('the workflow stops and names the calls that were placed (Stop)', async () => {
		const result = await run({ count: 4, options });
		const { message, description, context } = result.data.resultData.error as never as {
			message: string;
			description: string;
			context: IDataObject;
		};
		expect(message).toContain('Wait for a Free Line');
		expect(description).toContain(simulator().calls[0]!.id);
		expect(context).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED', placed: 'no' });
	});
});

it('starts no further call within a second after the Stop button was pressed', async () => {
	simulator().set({ plan: 'free' });
	const started = Date.now();
	await run({ count: 50, options: {}, stopAfterMs: 450 });
	const requests = simulator().requests.length;
	expect(requests).toBeGreaterThan(0);
	await new Promise((done) => setTimeout(done, 1500));
	for (const { at } of simulator().requests) expect(at - started).toBeLessThan(450 + 1000);
	expect(simulator().rung()).toHaveLength(1);
});
