/** Whether the time per item stays the same from 1,000 items to 10,000, and what memory 10,000 hold. */
import type { IRun } from 'n8n-workflow';
import { contacts } from './contacts';
import { krosAi } from './contenders';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median } from './statistics';
import { lost } from './tally';

const SIZES = [1000, 10_000];
const ROUNDS = 5;
/** So that the rate limiter isn't what is measured. */
const CALLS_PER_SECOND = 10_000;

async function main(): Promise<void> {
	const collect = global.gc;
	if (!collect) throw new Error('Run it with: npm run bench -- growth');
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();
	const call = async (size: number): Promise<IRun> => {
		const workflow = krosAi(contacts(size), { callsPerSecond: CALLS_PER_SECOND });
		await simulator.prepare({ options: { startsPerSecond: Infinity } });
		const run = await engine.run(workflow, simulator.baseUrl);
		if (lost(await simulator.tally(), size) > 0) throw new Error('A contact was not called');
		return run;
	};
	/** In µs. */
	const measureTime = async (size: number): Promise<number> => {
		const cpu = process.cpuUsage();
		await call(size);
		const { user, system } = process.cpuUsage(cpu);
		return (user + system) / size;
	};
	/** Bytes that are still held when the list is done: the items, their answers, the node's record. */
	const measureMemory = async (size: number): Promise<number> => {
		collect();
		const before = process.memoryUsage().heapUsed;
		const run = await call(size);
		collect();
		const held = process.memoryUsage().heapUsed - before;
		// Until here, so that it is counted.
		if (!run.finished) throw new Error('The execution did not end');
		return held / size;
	};
	const rounds = async (
		sizes: number[],
		measure: (size: number) => Promise<number>,
	): Promise<number[]> => {
		const found = sizes.map((): number[] => []);
		for (let round = 1; round <= ROUNDS; round++) {
			for (const [index, size] of sizes.entries()) found[index]!.push(await measure(size));
			console.log(`round ${round} of ${ROUNDS} done`);
		}
		return found.map(median);
	};
	// Compiled code is what a long campaign has, and a short one in an n8n that has run for a while.
	await call(10_000);
	// Before memory: a forced collection makes V8 forget code.
	const micros = await rounds(SIZES, measureTime);
	const [bytes] = await rounds([10_000], measureMemory);
	simulator.close();
	engine.close();
	await report({
		title: 'Growth',
		name: 'growth',
		intro:
			`The same list with 1,000 and 10,000 contacts; KrosAI answers at once, no limit in the way. Medians of ` +
			`${ROUNDS} rounds.`,
		rows: SIZES.map((items, index) => ({
			items,
			'processor µs per item': Math.round(micros[index]!),
		})),
		notes: [
			`When the list of 10,000 is done, ${Math.round(bytes!)} bytes an item are held after garbage collection: the ` +
				`item, its answer and the record that keeps a contact from being called twice.`,
		],
	});
}

void main();
