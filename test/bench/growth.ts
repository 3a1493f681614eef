/** Whether time and memory per item stay the same from 10 items to 10,000. */
import { contacts } from './contacts';
import { krosAi } from './contenders';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median } from './statistics';
import { lost } from './tally';

const SIZES = [10, 100, 1000, 10_000];
const ROUNDS = 5;
/** So that pacing isn't what is measured. */
const CALLS_PER_SECOND = 10_000;

interface Run {
	ms: number;
	/** Of the processor, which shows less of what else the machine does. */
	cpuMs: number;
	/** Bytes that are still held when the list is done: the items, their answers, the node's record. */
	held: number;
}

async function main(): Promise<void> {
	if (!global.gc) throw new Error('Run it with: npm run bench -- growth');
	const collect = global.gc;
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();

	const measure = async (size: number): Promise<Run> => {
		const workflow = krosAi(contacts(size), { callsPerSecond: CALLS_PER_SECOND });
		await simulator.prepare({ options: { startsPerSecond: Infinity } });
		collect();
		const before = process.memoryUsage().heapUsed;
		const started = performance.now();
		const cpu = process.cpuUsage();
		const run = await engine.run(workflow, simulator.baseUrl);
		const { user, system } = process.cpuUsage(cpu);
		const ms = performance.now() - started;
		collect();
		const held = process.memoryUsage().heapUsed - before;
		if (lost(await simulator.tally(), size) > 0) throw new Error('Somebody was not rung');
		// Until here, so that it is counted.
		if (!run.finished) throw new Error('The execution did not end');
		return { ms, cpuMs: (user + system) / 1000, held };
	};

	await measure(1000);
	await measure(1000);
	const runs = new Map<number, Run[]>(SIZES.map((size) => [size, []]));
	for (let round = 0; round < ROUNDS; round++) {
		for (const size of SIZES) {
			// A short run says little: as many of them as give the others' weight.
			const times = Math.max(1, Math.min(10, Math.round(1000 / size)));
			const list: Run[] = [];
			for (let time = 0; time < times; time++) list.push(await measure(size));
			const mean = (pick: (run: Run) => number) =>
				list.reduce((sum, run) => sum + pick(run), 0) / times;
			runs.get(size)!.push({
				ms: mean(({ ms }) => ms),
				cpuMs: mean(({ cpuMs }) => cpuMs),
				held: mean(({ held }) => held),
			});
		}
		const figures = [...runs].map(([size, list]) => `${size}: ${list.at(-1)!.ms.toFixed(0)} ms`);
		console.log(`round ${round + 1} of ${ROUNDS}: ${figures.join('; ')}`);
	}
	simulator.close();
	engine.close();
	await tell(runs);
}

async function tell(runs: Map<number, Run[]>): Promise<void> {
	const of = (size: number, pick: (run: Run) => number) => median(runs.get(size)!.map(pick));
	const ms = perItem((size) => of(size, (run) => run.ms));
	const cpu = perItem((size) => of(size, (run) => run.cpuMs));
	const held = (size: number) => of(size, (run) => run.held);
	await report({
		title: 'Growth',
		name: 'growth',
		intro:
			`The same list with 10 to 10,000 contacts; KrosAI answers at once, no limit in the way. Medians of ` +
			`${ROUNDS} rounds. What an execution costs before its first item, ${ms.startUp.toFixed(0)} ms (${cpu.startUp.toFixed(0)} of the ` +
			`processor), is taken off. Memory is what is held when the list is done, after garbage collection: items, answers ` +
			`and the record that keeps anybody from being rung twice.`,
		rows: SIZES.map((size) => ({
			items: size,
			'ms per item': ms.net(size).toFixed(2),
			'over that of 1,000': (ms.net(size) / ms.net(1000)).toFixed(2),
			'processor µs per item': Math.round(cpu.net(size) * 1000),
			'over that of 1,000 items': (cpu.net(size) / cpu.net(1000)).toFixed(2),
			'bytes held per item': Math.round(held(size) / size),
		})),
		notes: [],
	});
}

/** Takes off what a run costs beside its items: where the line through 10 and 1,000 meets none. */
function perItem(total: (size: number) => number): {
	startUp: number;
	net: (size: number) => number;
} {
	const startUp = Math.max(0, total(10) - (10 * (total(1000) - total(10))) / 990);
	return { startUp, net: (size) => (total(size) - startUp) / size };
}

void main();
