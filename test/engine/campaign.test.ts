import type { IDataObject, INode } from 'n8n-workflow';
import { until } from '../../simulator/client';
import { contacts, useEngine } from './setup';
import { callWorkflow, output, outputJson } from './workflow';

/** Lists that are longer than KrosAI takes at once. */
const { engine, simulator, credential } = useEngine();
afterEach(() => simulator().set({ plan: 'enterprise', startsPerSecond: Infinity, speed: 1 }));

interface Campaign {
	count: number;
	options: IDataObject;
	settings?: Partial<INode>;
	/** Told how to press the Stop button. */
	onStart?: (stop: () => void) => void;
}

async function run({ count, options, settings, onStart }: Campaign) {
	return await engine().run(callWorkflow(contacts(count), { parameters: { options }, settings }), {
		credential: credential(),
		onStart,
	});
}

const numbers = (count: number) => contacts(count).map(({ phone }) => phone);
const refusals = () => simulator().requests.filter(({ status }) => status === 429);

it('calls every contact with no more lines than ten, in order and paired', async () => {
	const count = 60;
	simulator().set({ plan: 'pro', speed: 30 });
	const result = await run({ count, options: { callsPerSecond: 100 } });
	expect([...simulator().called()].sort()).toEqual(numbers(count));
	expect(outputJson(result, 'KrosAI').map(({ to_number }) => to_number)).toEqual(numbers(count));
	expect(output(result, 'KrosAI').map(({ pairedItem }) => pairedItem)).toEqual(
		numbers(count).map((_, item) => ({ item })),
	);
	expect(refusals().length).toBeGreaterThan(0);
	expect(refusals().length).toBeLessThanOrEqual(10 * count);
});

it('is within what KrosAI allows by default', async () => {
	simulator().set({ startsPerSecond: 10 });
	await run({ count: 25, options: {} });
	expect([...simulator().called()].sort()).toEqual(numbers(25));
	// And hardly slower. A machine that stops now and then leaves some of the gaps as they are.
	const times = simulator().requests.map(({ at }) => at);
	const gaps = times.slice(1).map((at, index) => at - times[index]!);
	expect(gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 4)]).toBeLessThan(150);
	// A request that was long on its way comes close to the next ones.
	expect(refusals().length).toBeLessThanOrEqual(6);
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
		expect(simulator().called()).toHaveLength(1);
	});
});

it('starts no further call once the Stop button was pressed', async () => {
	simulator().set({ plan: 'free' });
	let before = 0;
	await run({
		count: 50,
		options: {},
		onStart: (stop) => {
			// While it asks for a free line again and again.
			void until(() => refusals().length > 2).then(() => {
				before = simulator().requests.length;
				stop();
			});
		},
	});
	await new Promise((done) => setTimeout(done, 1500));
	// One may have been on its way.
	expect(simulator().requests.length).toBeLessThanOrEqual(before + 1);
	expect(simulator().called()).toHaveLength(1);
});

describe('the same number twice', () => {
	const rows = [
		{ name: 'Ada', phone: '+1 415 555 0123' },
		{ name: 'Ben', phone: '+14155550124' },
		{ name: 'Ada again', phone: '+1 (415) 555-0123' },
	];
	const runRows = async (parameters: IDataObject, settings: Partial<INode> = {}) =>
		await engine().run(callWorkflow(rows, { parameters, settings }), { credential: credential() });

	it.each<Partial<INode>>([{}, { onError: 'continueErrorOutput', retryOnFail: true }])(
		'is called once, and the second leaves paired and with its row: %j',
		async (settings) => {
			const result = await runRows({}, settings);
			const [ada, ben, again] = outputJson(result, 'Placed');
			expect([ada!.to_number, ben!.to_number]).toEqual(['+14155550123', '+14155550124']);
			expect(again).toEqual({
				...rows[2],
				status: 'skipped',
				reason: 'SAME_NUMBER',
				call_id: ada!.call_id,
			});
			expect(output(result, 'KrosAI')[2]!.pairedItem).toEqual({ item: 2 });
			expect(result.data.resultData.runData.KrosAI![0]!.hints?.[0]?.message).toBe(
				'2 called, 1 skipped (same number)',
			);
			expect(simulator().calls).toHaveLength(2);
		},
	);
});
