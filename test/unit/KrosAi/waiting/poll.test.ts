import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../../../nodes/KrosAi/api/client';
import { pollUntilEnded } from '../../../../nodes/KrosAi/waiting/poll';
import { answer } from '../../../support/exchanges';
import { SkippedPauses } from '../../../support/clocks';

const mockPauses = new SkippedPauses();
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => await mockPauses.sleep(ms),
}));
beforeEach(() => mockPauses.begin(() => 0));
afterEach(() => jest.restoreAllMocks());

interface Course {
	/** After how many seconds each call ends; a call beyond them never does. */
	ends?: number[];
	calls?: number;
	everySeconds?: number;
	limitSeconds?: number;
	isCancelled?: () => boolean;
}

/** Calls that end one after the other, by a clock that is put forward. */
async function poll({ ends = [], calls = ends.length, everySeconds = 10, ...more }: Course) {
	const { limitSeconds = 600, isCancelled = () => false } = more;
	const seconds = () => Math.round(mockPauses.total / 1000);
	const batch = Array.from({ length: calls }, (_, index) => ({ call_id: `call_${index}` }));
	const asked: Array<[number, string]> = [];
	const client: Client = async ({ path }) => {
		const index = Number(path.split('_')[1]);
		asked.push([seconds(), path.split('/')[2]!]);
		const isOver = seconds() >= (ends[index] ?? Infinity);
		return answer(200, { id: `call_${index}`, status: isOver ? 'completed' : 'in_progress' });
	};
	const known = new Map<string, IDataObject>();
	const isOver = await pollUntilEnded(client, batch, known, {
		everySeconds,
		limitMs: limitSeconds * 1000,
		isCancelled,
	});
	return { isOver, asked, known: [...known.keys()], seconds: seconds() };
}

it('asks at once, then every so many seconds, until all are over', async () => {
	expect(await poll({ ends: [25] })).toEqual({
		isOver: true,
		asked: [0, 10, 20, 30].map((at) => [at, 'call_0']),
		known: ['call_0'],
		seconds: 30,
	});
});

it('tells once where a check takes longer than the time between two', async () => {
	const told: number[] = [];
	const batch = [{ call_id: 'call_0' }, { call_id: 'call_1' }];
	let asked = 0;
	const slow: Client = async ({ path }) => {
		asked += 1;
		await mockPauses.sleep(6_000);
		return answer(200, { id: path.split('/')[2], status: asked < 6 ? 'ringing' : 'completed' });
	};
	const poll = async (everySeconds: number) => {
		asked = 0;
		const options = { limitMs: 600_000, isCancelled: () => false, everySeconds };
		const onStretched = (seconds: number) => told.push(seconds);
		await pollUntilEnded(slow, batch, new Map(), { ...options, onStretched });
	};
	await poll(7);
	expect(told).toEqual([]);
	await poll(5);
	expect(told).toEqual([6]);
});

it('asks no more of a call that is over', async () => {
	const { asked, isOver } = await poll({ ends: [5, 25] });
	expect(isOver).toBe(true);
	expect(asked).toEqual([
		[0, 'call_0'],
		[10, 'call_0'],
		[10, 'call_1'],
		[20, 'call_1'],
		[30, 'call_1'],
	]);
});

it('has nothing to ask of no calls', async () => {
	expect(await poll({})).toMatchObject({ isOver: true, asked: [], seconds: 0 });
});

it('asks of each call when the time is over, and not later than that', async () => {
	const { isOver, asked, known, seconds } = await poll({
		ends: [Infinity, 3],
		calls: 2,
		limitSeconds: 25,
	});
	expect({ isOver, known, seconds }).toEqual({ isOver: false, known: ['call_1'], seconds: 25 });
	// Until then the first that still runs is enough.
	expect(asked).toEqual([
		[0, 'call_0'],
		[10, 'call_0'],
		[20, 'call_0'],
		[25, 'call_0'],
		[25, 'call_1'],
	]);
});

it('looks once where there is no time at all', async () => {
	expect(await poll({ calls: 1, limitSeconds: 0 })).toMatchObject({
		isOver: false,
		asked: [[0, 'call_0']],
		seconds: 0,
	});
});

it('ends soon after the execution is stopped', async () => {
	let isStopped = false;
	mockPauses.after(3_000, () => (isStopped = true));
	const { isOver, asked, seconds } = await poll({ calls: 1, isCancelled: () => isStopped });
	expect({ isOver, seconds }).toEqual({ isOver: false, seconds: 3 });
	expect(asked).toHaveLength(1);
});

it('ends before the next of many calls where it is stopped while it asks', async () => {
	let looks = 0;
	const isCancelled = () => (looks += 1) > 2;
	expect((await poll({ calls: 9, limitSeconds: 0, isCancelled })).asked.length).toBeLessThan(3);
});

it.each([1, -1])('has its time though the clock jumps by %d hours', async (hours) => {
	let jumps = 0;
	const now = Date.now();
	jest.spyOn(Date, 'now').mockImplementation(() => now + (jumps += 1) * hours * 3_600_000);
	const { asked, seconds } = await poll({ calls: 1, limitSeconds: 25 });
	expect(asked.map(([at]) => at)).toEqual([0, 10, 20, 25]);
	expect(seconds).toBe(25);
});
