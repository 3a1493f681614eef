/**
 * 200 calls of a second each on 10 lines, where a line that isn't used for a moment is time lost, and
 * a request that comes a moment too early is refused. In real time.
 */
import { barChart } from './chart';
import { contacts } from './contacts';
import { httpRequest, krosAi, loopAndWait, type Batching, type Loop } from './contenders';
import { openBenchEngine } from './engine';
import { best, CALLS, idealSeconds, LINES, PRO, row, type Campaign } from './lineContest';
import { plainLoop } from './plainLoop';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median } from './statistics';
import { lost } from './tally';

const ROUNDS = 5;
const TALKING_SECONDS = 1;
const IDEAL_SECONDS = idealSeconds(Array<number>(CALLS).fill(TALKING_SECONDS), LINES);

/** They know that each call lasts a second, which is unknown outside a benchmark. */
const BATCHINGS: Batching[] = [
	{ size: LINES, interval: 1000 },
	{ size: LINES, interval: 1050 },
	{ size: LINES, interval: 1150 },
	{ size: 1, interval: 110 },
];
const LOOPS: Loop[] = [
	{ size: LINES, wait: 1 },
	{ size: LINES, wait: 1.1 },
	{ size: 1, wait: 0.1 },
	{ size: 1, wait: 0.11 },
];

type Contender = (baseUrl: string) => Promise<unknown>;

async function main(): Promise<void> {
	const engine = await openBenchEngine();
	const rows = contacts(CALLS);
	const ours: Contender = async (url) => await engine.run(krosAi(rows, {}), url);
	const http =
		(batching?: Batching): Contender =>
		async (url) =>
			await engine.run(httpRequest(rows, url, batching), url);
	const loop =
		(settings: Loop): Contender =>
		async (url) =>
			await engine.run(loopAndWait(rows, url, settings), url);

	// One call a second takes 200 s for the list, so these run beside all else.
	const plainLoops = Promise.all(
		Array.from({ length: ROUNDS }, async () => await campaign((url) => plainLoop(rows, url))),
	);
	console.log('trying settings, a minute');
	const batching = best(await each(BATCHINGS, http), CALLS);
	const looping = best(await each(LOOPS, loop), CALLS);

	const contenders: Record<string, Contender> = {
		'KrosAI node': ours,
		[`HTTP Request, ${batching.size} per ${batching.interval} ms`]: http(batching),
		[`Loop Over Items (${looping.size}) + HTTP Request + Wait (${looping.wait} s)`]: loop(looping),
		'HTTP Request, no batching': http(),
	};
	const runs = new Map<string, Campaign[]>(Object.keys(contenders).map((name) => [name, []]));
	for (let round = 0; round < ROUNDS; round++) {
		// Side by side, each with a simulator of its own: ten requests a second are no load.
		await Promise.all(
			Object.entries(contenders).map(async ([name, run]) => {
				runs.get(name)!.push(await campaign(run));
			}),
		);
		const times = [...runs].map(([name, list]) => `${name} ${list.at(-1)!.seconds.toFixed(2)} s`);
		console.log(`round ${round + 1} of ${ROUNDS}: ${times.join('; ')}`);
	}
	runs.set("The specification's loop, 1 s between calls", await plainLoops);
	engine.close();
	await tell(runs);
}

/** One way through the list, with a simulator of its own, until the last call has ended. */
async function campaign(run: Contender): Promise<Campaign> {
	const simulator = await forkSimulator();
	await simulator.prepare({ options: PRO, talkingSeconds: TALKING_SECONDS });
	const started = Date.now();
	await run(simulator.baseUrl);
	await new Promise((resolve) => setTimeout(resolve, TALKING_SECONDS * 1000 + 200));
	const tally = await simulator.tally();
	simulator.close();
	const seconds = (tally.lastEndAt! - started) / 1000;
	return { ...tally, seconds, idealSeconds: IDEAL_SECONDS };
}

async function each<T>(
	settings: T[],
	contender: (setting: T) => Contender,
): Promise<Array<{ setting: T; run: Campaign }>> {
	return await Promise.all(
		settings.map(async (setting) => {
			const run = await campaign(contender(setting));
			const outcome = `${run.seconds.toFixed(2)} s, ${lost(run, CALLS)} never called`;
			console.log(`${JSON.stringify(setting)}: ${outcome}`);
			return { setting, run };
		}),
	);
}

async function tell(runs: Map<string, Campaign[]>): Promise<void> {
	await report({
		title: 'Short calls on few lines',
		name: 'lines',
		intro:
			`${CALLS} calls of ${TALKING_SECONDS} s on the ${LINES} lines of KrosAI's Pro plan, which takes ` +
			`${PRO.startsPerSecond} starts a second: no way through them is shorter than ${IDEAL_SECONDS} s. Time is from ` +
			`the start of the execution to the end of the last call, over that ideal, of ${ROUNDS} rounds in ` +
			`real time; counts are those of the worst round. HTTP Request and the loop run with the settings ` +
			`that did best of those tried, all of which know how long a call lasts.`,
		rows: [...runs].map(([name, list]) => row(name, list, CALLS)),
		notes: [
			`The rate of starts allows no more than these calls need, ${PRO.startsPerSecond} a second, so the ideal leaves no time ` +
				`to wait for an answer.`,
		],
		picture: {
			file: 'benchmark-lines.svg',
			svg: barChart({
				title: `Seconds until ${CALLS} calls of a second have ended`,
				subtitle: `${LINES} lines, ${PRO.startsPerSecond} starts a second allowed`,
				bars: [...runs].map(([name, list]) => {
					const never = Math.max(...list.map((run) => lost(run, CALLS)));
					return {
						label: name,
						value: median(list.map(({ seconds }) => seconds)),
						...(never > 0 && { note: `${never} never called` }),
					};
				}),
				mark: { value: IDEAL_SECONDS, label: 'ideal' },
				longest: 40,
			}),
			alt: `Seconds until ${CALLS} calls have ended, by contender; the table below has the numbers`,
		},
	});
}

void main();
