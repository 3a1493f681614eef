/**
 * `npm run test:versions`: the packed package in each n8n of the matrix, one after the other, as a
 * whole and over real HTTP. Writes the results to docs/compatibility.json and into the README.
 *
 * `npm run test:versions -- 2.0.3` tries one; `-- 1.82.3@20` one that is not in the matrix, with the
 * Node to run it, and writes nothing. The first run of a version fetches it (3 GB, 3 to 8 minutes).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Entry, MATRIX, type Tried, withTable } from '../test/extra/versions/matrix';

const ROOT = resolve(__dirname, '..');
const RESULTS = join(ROOT, 'docs', 'compatibility.json');
const README = join(ROOT, 'README.md');

/** The part of jest's --json report that is read. */
interface Report {
	testResults: Array<{
		message: string;
		assertionResults: Array<{ title: string; status: string }>;
	}>;
}

function main(): void {
	const wanted = process.argv.slice(2);
	const entries = wanted.length ? wanted.map(readEntry) : MATRIX;
	const tried = entries.map(tryOne);
	const known = tried.filter(({ n8n }) => MATRIX.some((entry) => entry.n8n === n8n));
	if (known.length > 0) write(known);
	for (const { n8n, passed } of tried) {
		const words = Object.entries(passed).map(([name, isGreen]) => `${isGreen ? '✓' : '✕'} ${name}`);
		console.log(`n8n ${n8n}: ${words.join(', ') || 'no test ran'}`);
	}
	const results = tried.flatMap(({ passed }) => Object.values(passed));
	const failed = results.filter((isGreen) => !isGreen).length;
	const empty = tried.filter(({ passed }) => Object.keys(passed).length === 0).length;
	console.log(`\n${results.length - failed} passed, ${failed + empty} failed`);
	process.exitCode = failed + empty > 0 ? 1 : 0;
}

function readEntry(text: string): Entry {
	const [n8n = '', node] = text.split('@');
	const entry = MATRIX.find((one) => one.n8n === n8n);
	return { n8n, node: Number(node ?? entry?.node ?? 24) };
}

function tryOne({ n8n, node }: Entry): Tried {
	console.log(`\n── n8n ${n8n} on Node ${node}`);
	const folder = mkdtempSync(join(tmpdir(), 'krosai-versions-'));
	const reportFile = join(folder, 'report.json');
	try {
		spawnSync(
			process.execPath,
			[
				require.resolve('jest/bin/jest'),
				...['--selectProjects', 'versions', '--runInBand'],
				...['--json', `--outputFile=${reportFile}`],
			],
			{
				cwd: ROOT,
				env: { ...process.env, KROSAI_N8N_VERSION: n8n, KROSAI_NODE_MAJOR: String(node) },
				stdio: ['ignore', 'ignore', 'inherit'],
			},
		);
		const { testResults } = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
		const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
		const passed = Object.fromEntries(
			tests.map(({ title, status }) => [title, status === 'passed']),
		);
		return { n8n, node, on: new Date().toISOString().slice(0, 10), passed };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** What was tried now replaces what was known of it, in the matrix's order. */
function write(tried: Tried[]): void {
	const earlier = JSON.parse(readFileSync(RESULTS, 'utf8')) as Tried[];
	const all = [...tried, ...earlier];
	const results = MATRIX.flatMap(({ n8n }) => all.find((one) => one.n8n === n8n) ?? []);
	writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
	writeFileSync(README, withTable(readFileSync(README, 'utf8'), results));
}

main();
