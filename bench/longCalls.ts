/**
 * Calls of about ten minutes, as a campaign has them: hours of calls, on a clock that jumps from one
 * event to the next (virtualClock.ts) for n8n's engine, the nodes and the simulator alike. So the node
 * really waits its minutes, and nothing is scaled.
 */
import { startSimulator } from '../simulator';
import type { SimulatorOptions } from '../simulator';
import { contacts, type Contact } from './contacts';
import { httpRequest, krosAi, loopAndWait, type Batching, type Loop } from './contenders';
import { openBenchEngine } from './engine';
import { best, CALLS, idealSeconds, LINES, PRO, row, type Campaign } from './lineContest';
import { plainLoop } from './plainLoop';
import { report } from './report';
import { watch } from './tally';
import { startVirtualClock } from './virtualClock';

const ROUNDS = 5;
const MINUTES = 10;
/** The limit that each call is given, in seconds: none of them reaches it. */
const LONGEST = 3600;

interface Scenario {
	name: string;
	calls: number;
	lines: number;
	options: Omit<SimulatorOptions, 'port'>;
	/** The lengths of a round's calls, in seconds. */
	lengths: (round: number) => number[];
	/** Whether the others have a go as well. */
	withOthers: boolean;
}

const SCENARIOS: Scenario[] = [
	{
		name: `each ${MINUTES} min, Pro`,
		calls: CALLS,
		lines: LINES,
		options: PRO,
		lengths: () => Array<number>(CALLS).fill(MINUTES * 60),
		withOthers: true,
	},
	{
		name: `2 to 18 min, Pro`,
		calls: CALLS,
		lines: LINES,
		options: PRO,
		lengths: (round) => varied(CALLS, 2 * 60, 18 * 60, round),
		withOthers: true,
	},
	{
		name: `each ${MINUTES} min, Free`,
		calls: 50,
		lines: 1,
		options: { plan: 'free', startsPerSecond: 10 },
		lengths: () => Array<number>(50).fill(MINUTES * 60),
		withOthers: false,
	},
	{
		// As in lines.ts, but without whatever else the machine does.
		name: 'each 1 s, Pro',
		calls: CALLS,
		lines: LINES,
		options: PRO,
		lengths: () => Array<number>(CALLS).fill(1),
		withOthers: false,
	},
];

/** For HTTP Request and the loop: they know how long a call lasts in the mean, or at most. */
const BATCHINGS: Batching[] = [
	{ size: LINES, interval: MINUTES * 60_000 },
	{ size: LINES, interval: MINUTES * 60_000 + 1000 },
	{ size: 1, interval: (MINUTES * 60_000) / LINES },
	{ size: LINES, interval: 18 * 60_000 + 1000 },
];
const LOOPS: Loop[] = [
	{ size: 1, wait: (MINUTES * 60) / LINES },
	{ size: 1, wait: (MINUTES * 60) / LINES + 1 },
	{ size: 1, wait: 64 },
];

type Contender = (baseUrl: string) => Promise<unknown>;

async function main(): Promise<void> {
	startVirtualClock();
	const engine = await openBenchEngine();
	const simulator = await startSimulator();
	const { tally } = watch(simulator);

	const campaign = async (scenario: Scenario, round: number, run: Contender): Promise<Campaign> => {
		const lengths = scenario.lengths(round);
		simulator.reset();
		simulator.set(scenario.options);
		contacts(scenario.calls).forEach(({ phone }, index) => {
			simulator.script(phone, 'answered', { setup: 0, ringing: 0, talking: lengths[index]! });
		});
		const started = Date.now();
		await run(simulator.baseUrl);
		await new Promise((resolve) => setTimeout(resolve, Math.max(...lengths) * 1000 + 5000));
		const counts = tally();
		const seconds = (counts.lastEndAt! - started) / 1000;
		return { ...counts, seconds, idealSeconds: idealSeconds(lengths, scenario.lines) };
	};

	const rows: Array<Record<string, string | number>> = [];
	for (const scenario of SCENARIOS) {
		const list = contacts(scenario.calls);
		const contenders: Record<string, Contender> = {
			'KrosAI node': async (url) => await engine.run(krosAi(list, {}, LONGEST), url),
		};
		if (scenario.withOthers) Object.assign(contenders, await others(scenario, list));
		for (const [name, run] of Object.entries(contenders)) {
			const runs: Campaign[] = [];
			for (let round = 0; round < ROUNDS; round++) runs.push(await campaign(scenario, round, run));
			rows.push({ calls: scenario.name, ...row(name, runs, scenario.calls) });
			console.log(Object.values(rows.at(-1)!).join(' | '));
		}
	}
	await simulator.close();
	engine.close();
	await tell(rows);
	process.exit();

	async function others(scenario: Scenario, list: Contact[]): Promise<Record<string, Contender>> {
		const http =
			(batching?: Batching): Contender =>
			async (url) =>
				await engine.run(httpRequest(list, url, batching, LONGEST), url);
		const loop =
			(settings: Loop): Contender =>
			async (url) =>
				await engine.run(loopAndWait(list, url, settings, LONGEST), url);
		const attempt = async <T>(settings: T[], contender: (setting: T) => Contender): Promise<T> => {
			const tried = [];
			for (const setting of settings) {
				tried.push({ setting, run: await campaign(scenario, 0, contender(setting)) });
			}
			return best(tried, scenario.calls);
		};
		const batching = await attempt(BATCHINGS, http);
		const looping = await attempt(LOOPS, loop);
		return {
			[`HTTP Request, ${batching.size} per ${batching.interval / 1000} s`]: http(batching),
			[`Loop Over Items (${looping.size}) + HTTP Request + Wait (${looping.wait} s)`]:
				loop(looping),
			'HTTP Request, no batching': http(),
			"The specification's loop": async (url) => await plainLoop(list, url, LONGEST),
		};
	}
}

/** Lengths from `least` to `most`, the same for each round of this number. */
function varied(count: number, least: number, most: number, round: number): number[] {
	let state = 12_345 + round;
	return Array.from({ length: count }, () => {
		// Park and Miller's generator.
		state = (state * 48_271) % 2_147_483_647;
		return Math.round(least + (state / 2_147_483_647) * (most - least));
	});
}

async function tell(rows: Array<Record<string, string | number>>): Promise<void> {
	await report({
		title: 'Long calls on few lines',
		name: 'longCalls',
		intro:
			`${CALLS} calls on the ${LINES} lines of KrosAI's Pro plan and ${SCENARIOS[2]!.calls} on the one line of the Free plan; at ` +
			`last the calls of a second once more, without whatever else the machine does. ` +
			`The process runs on a clock that jumps to the next event whenever all wait, for n8n's engine, the ` +
			`nodes and the simulator alike, so that hours pass in seconds and every wait is as long as it would ` +
			`be; requests take no time on it. Time is from the start of the execution to the end of the last ` +
			`call, over the shortest way there is through calls of these lengths in this order, of ${ROUNDS} rounds ` +
			`(each with other lengths where they vary); counts are those of the worst round. HTTP Request and ` +
			`the loop run with the settings that did best of those tried.`,
		rows,
		notes: [
			'HTTP Request and the loop have to be told how long a call lasts. Where all last as long as told, ' +
				'no contender is faster; where they differ, the interval has to be that of the longest call, or people ' +
				'are left out.',
			'Of the loop only waits below 65 s were tried: n8n puts longer ones into its database.',
		],
	});
}

void main();
