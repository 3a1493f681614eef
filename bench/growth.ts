/** Whether time and memory per item stay the same from 100 items to 10,000. */
import { contacts } from './contacts';
import { krosAi } from './contenders';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median } from './statistics';
import { lost } from './tally';

const SIZES = [100, 1000, 10_000];
const ROUNDS = 5;
/** So that the rate limiter isn't what is measured. */
const CALLS_PER_SECOND = 10_000;

async function main(): Promise<void> {
	const collect = global.gc;
	if (!collect) throw new Error('Run it with: npm run bench -- growth');
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();
	const call = async (size: number) => {
		const workflow = krosAi(contacts(size), { callsPerSecond: CALLS_PER_SECOND });
		await simulator.prepare({ options: { startsPerSecond: Infinity } });
		collect();
		const before = process.memoryUsage().heapUsed;
		const cpu = process.cpuUsage();
		const run = await engine.run(workflow, simulator.baseUrl);
		const { user, system } = process.cpuUsage(cpu);
		collect();
		// The items, their answers, the node's record.
		const held = process.memoryUsage().heapUsed - before;
		// Until here, so that it is counted.
		if (!run.finished) throw new Error('The execution did not end');
		if (lost(await simulator.tally(), size) > 0) throw new Error('A contact was not called');
		return { micros: (user + system) / size, bytes: held / size };
	};
	// Compiled code is what a long campaign has, and a short one in an n8n that has run for a while.
	await call(10_000);
	const found = SIZES.map((size) => ({
		size,
		runs: [] as Array<Awaited<ReturnType<typeof call>>>,
	}));
	for (let round = 1; round <= ROUNDS; round++) {
		for (const { size, runs } of found) runs.push(await call(size));
		console.log(`round ${round} of ${ROUNDS} done`);
	}
	simulator.close();
	engine.close();
	await report({
		title: 'Growth',
		name: 'growth',
		intro:
			`The same list with 100 to 10,000 contacts; KrosAI answers at once, no limit in the way. Medians of ` +
			`${ROUNDS} rounds. What an execution costs before its first item is in it. Memory is what is held when the ` +
			`list is done, after garbage collection: items, answers and the record that keeps a contact from being ` +
			`called twice.`,
		rows: found.map(({ size, runs }) => ({
			items: size,
			'processor µs per item': Math.round(median(runs.map(({ micros }) => micros))),
			'bytes held per item': Math.round(median(runs.map(({ bytes }) => bytes))),
		})),
		notes: [],
	});
}

void main();
