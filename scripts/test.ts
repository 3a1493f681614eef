/**
 * `npm test`: everything, one suite after the other. The last line sums up all suites, as
 * "N passed, N failed", with ", N skipped" and the reasons above it where something could not run.
 */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { setPriority, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ENGINE_OPTIONS, ENGINES } from '../test/engine/ensureEngine';

interface Step {
	name: string;
	command: string[];
	/** A jest project: its tests are counted one by one. Any other step counts as one test. */
	isJest?: boolean;
}

interface Count {
	passed: number;
	failed: number;
	skipped: number;
}

/** The part of jest's --json report that is read. */
interface JestReport {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	/** Files that could not even be loaded: their tests are in none of the numbers above. */
	numRuntimeErrorTestSuites: number;
}

const jest = (name: string, ...args: string[]): Step => ({
	name,
	command: ['jest', '--selectProjects', name, ...args],
	isJest: true,
});

/** One after the other, but for those of one line, which run beside each other. */
const STEPS: Step[][] = [
	[{ name: 'build', command: ['gulp', 'build'] }],
	[
		{ name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
		{ name: 'types', command: ['npm', 'run', '--silent', 'types'] },
		{ name: 'scan', command: ['tsx', 'scripts/scan.ts'] },
	],
	[jest('unit')],
	[jest('engine', ...ENGINE_OPTIONS)],
	...Object.keys(ENGINES).map((version): Step[] => [
		{
			name: `engine of n8n ${version}`,
			command: ['tsx', 'scripts/engine.ts', version],
			isJest: true,
		},
	]),
	[jest('e2e', '--maxWorkers=2')],
];

const FETCH = ['tsx', 'scripts/fetch.ts'];

const ROOT = resolve(__dirname, '..');

function start(command: string[], stdio: StdioOptions): ChildProcess {
	const bin = join(ROOT, 'node_modules', '.bin');
	const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
	return spawn(command[0]!, command.slice(1), { cwd: ROOT, env, stdio });
}

/** @returns the exit code; null where the step was ended by a signal */
function run(command: string[]): Promise<number | null> {
	return new Promise((done, fail) => {
		const child = start(command, 'inherit');
		child.on('error', fail);
		child.on('exit', done);
	});
}

/**
 * Behind the suites beside it, which have limits of time. Not the lowest (19): on a machine with
 * other work to do it would hardly go on, and the suites that wait for it neither.
 */
const IN_THE_BACKGROUND = 5;

/**
 * Fetches what the last suites need while the first ones run. What it says is kept for the caller that
 * waits for it. Where it fails, as a registry may once, it is tried again before e2e, whose tests have no
 * time for it; the engine of an older n8n tries by itself.
 *
 * @returns waits until it has ended
 */
function startFetching(): () => Promise<void> {
	const child = start(FETCH, ['ignore', 'pipe', 'pipe']);
	try {
		if (child.pid !== undefined) setPriority(child.pid, IN_THE_BACKGROUND);
	} catch {
		// Tests that run behind other work already may not raise it to this: it stays where they are.
	}
	const ended = new Promise<boolean>((resolve) => {
		child.on('error', () => resolve(false));
		child.on('close', (code) => resolve(code === 0));
	});
	let said = '';
	let isAwaited = false;
	for (const stream of [child.stdout!, child.stderr!]) {
		stream.on('data', (lines: Buffer) => {
			if (isAwaited) process.stdout.write(lines);
			else said += lines.toString();
		});
	}
	return async () => {
		console.log(`\n── what e2e needs, fetched meanwhile\n${said.trimEnd() || 'nothing'}`);
		isAwaited = true;
		if (!(await ended)) await run(FETCH);
	};
}

function countJest(reportFile: string, isGreen: boolean): Count {
	const report = JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport;
	const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
	return {
		passed: report.numPassedTests,
		failed: isGreen ? failed : Math.max(failed, 1),
		skipped: report.numPendingTests + report.numTodoTests,
	};
}

async function runStep({ name, command, isJest }: Step, reports: string): Promise<Count> {
	const started = Date.now();
	console.log(`\n── ${name}`);
	const reportFile = join(reports, `${name}.json`);
	const args = isJest ? ['--json', `--outputFile=${reportFile}`] : [];
	const code = await run([...command, ...args]);
	const seconds = ((Date.now() - started) / 1000).toFixed(0);
	console.log(`── ${name}: ${code === 0 ? 'done' : `ended with ${code}`} after ${seconds} s`);
	if (!isJest) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
	try {
		return countJest(reportFile, code === 0);
	} catch {
		return { passed: 0, failed: 1, skipped: 0 };
	}
}

async function main(): Promise<void> {
	const reports = mkdtempSync(join(tmpdir(), 'krosai-test-'));
	const total: Count = { passed: 0, failed: 0, skipped: 0 };
	try {
		let fetched: (() => Promise<void>) | undefined;
		for (const steps of STEPS) {
			const isAbout = (name: string) => steps.some((step) => step.name === name);
			if (isAbout('e2e')) await fetched?.();
			const counts = await Promise.all(steps.map(async (step) => await runStep(step, reports)));
			for (const { passed, failed, skipped } of counts) {
				total.passed += passed;
				total.failed += failed;
				total.skipped += skipped;
			}
			// Without the built package the later suites would say the same thing many times over.
			if (isAbout('build') && total.failed) break;
			fetched ??= startFetching();
		}
	} finally {
		rmSync(reports, { recursive: true, force: true });
	}
	// On a machine that has to prove the package, what did not run proves nothing.
	const isShort = Boolean(process.env.CI) && total.skipped > 0;
	if (isShort) console.log('\nIn CI nothing may be skipped: see the reasons above.');
	process.exitCode = total.failed > 0 || isShort ? 1 : 0;
	const skipped = total.skipped ? `, ${total.skipped} skipped` : '';
	console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`);
}

void main();
