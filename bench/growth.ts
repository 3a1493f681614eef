/** Whether time and memory per item stay the same from 10 items to 10,000. */
import type { IRun } from 'n8n-workflow';
import { contacts } from './contacts';
import { krosAi } from './contenders';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median } from './statistics';
import { lost } from './tally';

const SIZES = [10, 100, 1000, 10_000];
/** What an execution costs beside its items is told by the shortest list. */
const SHORTEST = 1;
const ROUNDS = 9;
/** So that the rate limiter isn't what is measured. */
const CALLS_PER_SECOND = 10_000;

interface Cost {
	ms: number;
	/** Of the processor, which shows less of what else the machine does. */
	cpuMs: number;
}

async function main(): Promise<void> {
	if (!global.gc) throw new Error('Run it with: npm run bench -- growth');
	const collect = global.gc;
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();

	const call = async (size: number): Promise<Cost & { run: IRun }> => {
		const workflow = krosAi(contacts(size), { callsPerSecond: CALLS_PER_SECOND });
		await simulator.prepare({ options: { startsPerSecond: Infinity } });
		const started = performance.now();
		const cpu = process.cpuUsage();
		const run = await engine.run(workflow, simulator.baseUrl);
		const { user, system } = process.cpuUsage(cpu);
		const ms = performance.now() - started;
		if (lost(await simulator.tally(), size) > 0) throw new Error('A contact was not called');
		return { ms, cpuMs: (user + system) / 1000, run };
	};
	const measureTime = async (size: number): Promise<Cost> => {
		// A short run says little: as many of them as give the others' weight.
		const times = Math.max(1, Math.min(50, Math.round(1000 / size)));
		const mean: Cost = { ms: 0, cpuMs: 0 };
		for (let time = 0; time < times; time++) {
			const { ms, cpuMs } = await call(size);
			mean.ms += ms / times;
			mean.cpuMs += cpuMs / times;
		}
		return mean;
	};
	/** Bytes that are still held when the list is done: the items, their answers, the node's record. */
	const measureMemory = async (size: number): Promise<number> => {
		collect();
		const before = process.memoryUsage().heapUsed;
		const { run } = await call(size);
		collect();
		const held = process.memoryUsage().heapUsed - before;
		// Until here, so that it is counted.
		if (!run.finished) throw new Error('The execution did not end');
		return held;
	};
	const measure = async <T>(
		what: string,
		sizes: number[],
		measureOne: (size: number) => Promise<T>,
	) => {
		// From long to short: what garbage the longest leaves is collected before it could burden the shortest.
		const inTurn = [...sizes].sort((a, b) => b - a);
		const found = new Map<number, T[]>(sizes.map((size) => [size, []]));
		for (let round = 1; round <= ROUNDS; round++) {
			for (const size of inTurn) found.get(size)!.push(await measureOne(size));
			console.log(`${what}, round ${round} of ${ROUNDS} done`);
		}
		return found;
	};

	// Compiled code is what a long campaign has, and a short one in an n8n that has run for a while.
	await call(10_000);
	// Before memory: a forced collection makes V8 forget code, which short lists pay for.
	const costs = await measure('time', [SHORTEST, ...SIZES], measureTime);
	const held = await measure('memory', SIZES, measureMemory);
	simulator.close();
	engine.close();
	await tell(costs, held);
}

async function tell(costs: Map<number, Cost[]>, held: Map<number, number[]>): Promise<void> {
	const of = (size: number, pick: (cost: Cost) => number) => median(costs.get(size)!.map(pick));
	const ms = perItem((size) => of(size, (cost) => cost.ms));
	const cpu = perItem((size) => of(size, (cost) => cost.cpuMs));
	await report({
		title: 'Growth',
		name: 'growth',
		intro:
			`The same list with 10 to 10,000 contacts; KrosAI answers at once, no limit in the way. Medians of ` +
			`${ROUNDS} rounds. What an execution costs before its first item, ${ms.startUp.toFixed(0)} ms (${cpu.startUp.toFixed(0)} of the ` +
			`processor), is taken off. Memory is what is held when the list is done, after garbage collection: items, answers ` +
			`and the record that keeps a contact from being called twice, and what a run holds beside them, which is most of it ` +
			`for 10. It is measured in runs of its own, because a forced collection makes V8 forget compiled code.`,
		rows: SIZES.map((size) => ({
			items: size,
			'ms per item': ms.net(size).toFixed(2),
			'over that of 1,000': (ms.net(size) / ms.net(1000)).toFixed(2),
			'processor µs per item': Math.round(cpu.net(size) * 1000),
			'over that of 1,000 items': (cpu.net(size) / cpu.net(1000)).toFixed(2),
			'bytes held per item': Math.round(median(held.get(size)!) / size),
		})),
		notes: [],
	});
}

/** Takes off what a run costs beside its items: where the line through 1 and 1,000 meets none. */
function perItem(total: (size: number) => number): {
	startUp: number;
	net: (size: number) => number;
} {
	const slope = (total(1000) - total(SHORTEST)) / (1000 - SHORTEST);
	const startUp = Math.max(0, total(SHORTEST) - SHORTEST * slope);
	return { startUp, net: (size) => (total(size) - startUp) / size };
}

void main();
