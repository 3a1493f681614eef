/**
 * What one item costs the processor: our node against n8n's HTTP Request node, both sending the same
 * requests to a KrosAI that answers at once, in another process. The two take turns.
 */
import { contacts } from './contacts';
import { httpRequest, krosAi } from './contenders';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median, quote, ratios } from './statistics';
import { lost } from './tally';

const ROUNDS = 9;
const ITEMS = 1000;
/** So that pacing isn't what is measured. */
const CALLS_PER_SECOND = 10_000;

async function main(): Promise<void> {
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();
	const rows = contacts(ITEMS);
	const contenders = {
		'KrosAI node': krosAi(rows, { callsPerSecond: CALLS_PER_SECOND }),
		'HTTP Request, no batching': httpRequest(rows, simulator.baseUrl),
		'HTTP Request, 50 per ms': httpRequest(rows, simulator.baseUrl, { size: 50, interval: 1 }),
	};
	const cost: Record<string, number[]> = {};
	for (let round = -2; round < ROUNDS; round++) {
		// Whoever comes first in one round comes last in the next but one.
		const order = Object.entries(contenders);
		for (let turn = 0; turn < Math.abs(round) % order.length; turn++) order.push(order.shift()!);
		for (const [name, workflow] of order) {
			await simulator.prepare({ options: { startsPerSecond: Infinity } });
			global.gc?.();
			const before = process.cpuUsage();
			await engine.run(workflow, simulator.baseUrl);
			const { user, system } = process.cpuUsage(before);
			const tally = await simulator.tally();
			if (lost(tally, ITEMS) > 0) throw new Error(`${name} lost ${lost(tally, ITEMS)} contacts`);
			// The first two rounds warm up.
			if (round >= 0) (cost[name] ??= []).push((user + system) / ITEMS);
		}
		const figures = Object.entries(cost).map(
			([name, list]) => `${name} ${list.at(-1)!.toFixed(0)}`,
		);
		if (round >= 0) console.log(`round ${round + 1} of ${ROUNDS}, µs: ${figures.join('; ')}`);
	}
	simulator.close();
	engine.close();

	const [ours, ...others] = Object.keys(contenders);
	await report({
		title: 'Processor time per item',
		name: 'processor',
		intro:
			`${ITEMS} items, KrosAI answers at once from another process, no limit in the way. Processor time ` +
			`of the process that runs n8n's engine, user and system, garbage collection included; medians of ` +
			`${ROUNDS} rounds in which the nodes take turns.`,
		rows: Object.entries(cost).map(([name, list]) => ({
			node: name,
			'µs per item': Math.round(median(list)),
		})),
		notes: others.map(
			(name) => `KrosAI node over ${name}: ${quote(ratios(cost[ours!]!, cost[name]!))}`,
		),
	});
}

void main();
