/**
 * How fast a list of 200 contacts is called where KrosAI takes 150 ms for each start and allows 50 a
 * second: our node, and what else one would do with n8n.
 */
import { contacts } from './contacts';
import { barChart } from './chart';
import { httpRequest, krosAi, loopAndWait, type Batching, type Loop } from './contenders';
import { openBenchEngine } from './engine';
import { plainLoop } from './plainLoop';
import { forkSimulator } from './remoteSimulator';
import { report } from './report';
import { median, quote, ratios } from './statistics';
import { lost, type Tally } from './tally';

const ROUNDS = 5;
const CALLS = 200;
const PER_SECOND = 50;
const LIMIT_SECONDS = CALLS / PER_SECOND;
/** The last of them start after all whole windows but one, and are answered 150 ms later. */
const SHORTEST_SECONDS = LIMIT_SECONDS - 1 + 0.15;

/** What HTTP Request is tried with before the rounds; the best of them goes on. */
const BATCHINGS: Batching[] = [
	{ size: 1, interval: 20 },
	{ size: 10, interval: 200 },
	{ size: 25, interval: 500 },
	{ size: 25, interval: 525 },
	{ size: 50, interval: 1000 },
	{ size: 50, interval: 1050 },
	{ size: 50, interval: 1100 },
];
const LOOPS: Loop[] = [
	{ size: 25, wait: 0.35 },
	{ size: 50, wait: 0.85 },
	{ size: 50, wait: 0.9 },
];
/** Our node alone: how near to the limit a long list comes, at KrosAI's rate and at a higher one. */
const LONG = 1000;
const RATES = [10, 50];

/** A setting that does well once may have been lucky. */
const TRIES = 2;

interface Run extends Tally {
	seconds: number;
}

async function main(): Promise<void> {
	const engine = await openBenchEngine();
	const simulator = await forkSimulator();
	const rows = contacts(CALLS);

	const measure = async (
		run: (baseUrl: string) => Promise<unknown>,
		on = simulator,
		startsPerSecond = PER_SECOND,
	) => {
		await on.prepare({ options: { startsPerSecond }, acceptMs: 150 });
		const started = performance.now();
		await run(on.baseUrl);
		return { seconds: (performance.now() - started) / 1000, ...(await on.tally()) };
	};
	const ours = async (url: string) =>
		await engine.run(krosAi(rows, { callsPerSecond: PER_SECOND }), url);
	const http = (batching?: Batching) => async (url: string) =>
		await engine.run(httpRequest(rows, url, batching), url);
	const loop = (settings: Loop) => async (url: string) =>
		await engine.run(loopAndWait(rows, url, settings), url);

	// Each once before anything counts, so that no contender pays for loading code.
	const few = rows.slice(0, 10);
	await measure(async (url) => {
		await engine.run(krosAi(few, { callsPerSecond: PER_SECOND }), url);
		await engine.run(httpRequest(few, url), url);
		await engine.run(loopAndWait(few, url, { size: 10, wait: 0 }), url);
	});

	// One call a second: 200 of them take nearly four minutes, so they run beside the others.
	const beside = await Promise.all(Array.from({ length: ROUNDS }, forkSimulator));
	const plainLoops = Promise.all(
		beside.map(async (own) => await measure(async (url) => await plainLoop(rows, url), own)),
	);

	const batching = await best('HTTP Request', BATCHINGS, async (it) => await measure(http(it)));
	const looping = await best('Loop Over Items', LOOPS, async (it) => await measure(loop(it)));

	const contenders = {
		'KrosAI node': ours,
		[`HTTP Request, ${batching.size} per ${batching.interval} ms`]: http(batching),
		[`Loop Over Items (${looping.size}) + HTTP Request + Wait (${looping.wait} s)`]: loop(looping),
		'HTTP Request, no batching': http(),
	};
	const runs = new Map<string, Run[]>(Object.keys(contenders).map((name) => [name, []]));
	for (let round = 0; round < ROUNDS; round++) {
		for (const [name, run] of Object.entries(contenders)) runs.get(name)!.push(await measure(run));
		console.log(`round ${round + 1} of ${ROUNDS}: ${describe(runs, round)}`);
	}
	const long = [];
	for (const callsPerSecond of RATES) {
		console.log(`${LONG} contacts at ${callsPerSecond} a second`);
		const workflow = krosAi(contacts(LONG), { callsPerSecond });
		const run = async (url: string) => await engine.run(workflow, url);
		long.push({ callsPerSecond, ...(await measure(run, simulator, callsPerSecond)) });
	}
	console.log('waiting for the plain loops, which take four minutes in all');
	runs.set("The specification's loop, 1 s between calls", await plainLoops);
	engine.close();
	for (const each of [simulator, ...beside]) each.close();
	await tell(runs, long.map(describeLong));
}

function describeLong({ callsPerSecond, ...run }: Run & { callsPerSecond: number }): string {
	const share = (LONG / callsPerSecond / run.seconds).toFixed(3);
	const others = `${run.refused} requests refused, ${lost(run, LONG)} contacts lost`;
	return `${LONG} contacts, KrosAI node, ${callsPerSecond} a second: ${share} of the limit, ${others}.`;
}

/** The fastest of those that lose the fewest in their worst try. */
async function best<T>(name: string, settings: T[], measure: (it: T) => Promise<Run>): Promise<T> {
	const tried = [];
	for (const setting of settings) {
		const runs = [];
		for (let time = 0; time < TRIES; time++) runs.push(await measure(setting));
		const never = Math.max(...runs.map((run) => lost(run, CALLS)));
		const seconds = median(runs.map((run) => run.seconds));
		console.log(`${name} ${JSON.stringify(setting)}: ${seconds.toFixed(2)} s, ${never} lost`);
		tried.push({ setting, never, seconds });
	}
	tried.sort((a, b) => a.never - b.never || a.seconds - b.seconds);
	return tried[0]!.setting;
}

function describe(runs: Map<string, Run[]>, round: number): string {
	return [...runs].map(([name, list]) => `${name} ${list[round]!.seconds.toFixed(2)} s`).join('; ');
}

async function tell(runs: Map<string, Run[]>, long: string[]): Promise<void> {
	const seconds = (name: string) => runs.get(name)!.map((run) => run.seconds);
	const worst = (name: string, count: (run: Run) => number) =>
		Math.max(...runs.get(name)!.map(count));
	const row = (name: string) => ({
		contender: name,
		seconds: median(seconds(name)).toFixed(2),
		'calls/s': (CALLS / median(seconds(name))).toFixed(1),
		placed: CALLS - worst(name, (run) => lost(run, CALLS)),
		lost: worst(name, (run) => lost(run, CALLS)),
		'called twice': worst(name, (run) => run.doubles),
		'refused requests': worst(name, (run) => run.refused),
	});
	const names = [...runs.keys()];
	const ours = seconds(names[0]!);
	await report({
		title: 'How fast a list is called',
		name: 'pace',
		intro:
			`${CALLS} contacts; KrosAI takes 150 ms to accept a call and allows ${PER_SECOND} starts a second. ` +
			`Seconds are the median of ${ROUNDS} rounds in which the contenders take turns, from the start of ` +
			`the execution to its end; the counts are those of the worst round, by the record of the one that ` +
			`was called. HTTP Request and the loop run with the settings that did best of those tried.`,
		rows: [
			...names.map(row),
			{
				contender: `The limit: ${CALLS} calls, ${PER_SECOND} a second`,
				seconds: LIMIT_SECONDS.toFixed(2),
				'calls/s': PER_SECOND.toFixed(1),
				placed: CALLS,
				lost: 0,
				'called twice': 0,
				'refused requests': 0,
			},
		],
		notes: [
			`Rate over the limit's, KrosAI node: ${quote(ours.map((own) => LIMIT_SECONDS / own))}. ` +
				`A limit of ${PER_SECOND} in any second lets the first ${PER_SECOND} go at once, so that ` +
				`${SHORTEST_SECONDS.toFixed(2)} s is the shortest that it allows: ` +
				`${quote(ours.map((own) => SHORTEST_SECONDS / own))} of that.`,
			...names
				.slice(1)
				.map(
					(name) => `Time of the KrosAI node over: ${name}: ${quote(ratios(ours, seconds(name)))}`,
				),
			...long,
			"The specification's loops ran beside the rounds, each against a simulator of its own.",
		],
		picture: {
			file: 'benchmark-pace.svg',
			svg: barChart({
				title: `Seconds to call ${CALLS} contacts`,
				subtitle: `150 ms to accept a call, ${PER_SECOND} starts a second allowed`,
				bars: names.map((name) => ({
					label: name,
					value: median(seconds(name)),
					note: lossNote(worst(name, (run) => lost(run, CALLS))),
				})),
				mark: { value: LIMIT_SECONDS, label: `${PER_SECOND} a second` },
				longest: 8,
			}),
			alt: `Seconds to call ${CALLS} contacts, by contender; the table below has the numbers`,
		},
	});
}

function lossNote(count: number): string | undefined {
	return count > 0 ? `${count} never called` : undefined;
}

void main();
