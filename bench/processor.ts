/**
 * What one item costs the processor: our node against n8n's HTTP Request node, both sending the same
 * requests to a KrosAI that answers at once, in another process. The two take turns.
 */
import { contacts } from './contacts';
import { httpRequest, krosAi, withoutMetadata } from './contenders';
import { openBenchEngine } from './engine';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median, quote, ratios } from './statistics';
import { lost } from './tally';

const ROUNDS = 9;
const ITEMS = 1000;
/** So that the rate limiter isn't what is measured. */
const CALLS_PER_SECOND = 10_000;

async function main(): Promise<void> {
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();
	const rows = contacts(ITEMS);
	const ours = krosAi(rows, { callsPerSecond: CALLS_PER_SECOND });
	const http = httpRequest(rows, simulator.baseUrl);
	const contenders = {
		'KrosAI node': withoutMetadata(ours),
		'HTTP Request': withoutMetadata(http),
		'KrosAI node, one row of metadata': ours,
		'HTTP Request, one field of metadata': http,
	};
	const cost: Record<string, number[]> = {};
	for (let round = -2; round < ROUNDS; round++) {
		// The contender that comes first in one round comes last in the next but one.
		const order = Object.entries(contenders);
		for (let turn = 0; turn < Math.abs(round) % order.length; turn++) order.push(order.shift()!);
		for (const [name, workflow] of order) {
			await simulator.prepare({ options: { startsPerSecond: Infinity } });
			global.gc?.();
			// A forced collection makes V8 forget compiled code, which an n8n that runs has.
			await engine.run(workflow, simulator.baseUrl);
			await simulator.prepare({ options: { startsPerSecond: Infinity } });
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

	await report({
		title: 'Processor time per item',
		name: 'processor',
		intro:
			`${ITEMS} items, KrosAI answers at once from another process, no limit in the way. Processor time ` +
			`of the process that runs n8n's engine, user and system, garbage collection included; medians of ` +
			`${ROUNDS} rounds in which the nodes take turns. HTTP Request sends all at once, its body written as ` +
			`one JSON text, which costs it least. The engine reads credentials from memory here; in a whole ` +
			`n8n HTTP Request reads its own from the database twice for each item, the KrosAI node once a run.`,
		rows: Object.entries(cost).map(([name, list]) => ({
			node: name,
			'µs per item': Math.round(median(list)),
		})),
		notes: [
			['without metadata', 'KrosAI node', 'HTTP Request'],
			['with metadata', 'KrosAI node, one row of metadata', 'HTTP Request, one field of metadata'],
		].map(([what, own, other]) => {
			const quoted = quote(ratios(cost[own!]!, cost[other!]!));
			return `KrosAI node over HTTP Request, ${what}: ${quoted}`;
		}),
	});
}

void main();
