/**
 * `npm run test:versions`: the packed package in each n8n of the matrix, one after the other, as a
 * whole and over real HTTP. Writes the results to docs/compatibility.json, and from there into
 * docs/compatibility.md and the README. The first run of a version fetches it (3 GB, 3 to 8 minutes).
 *
 * `-- 2.0.3` tries one version, `-- 2.40` the newest 2.40 that npm can install. What is older than the
 * oldest supported one is tried too, and not written.
 * `-- --list` prints the supported minors that the registry lists.
 * `-- --from <folder>` tries nothing, and takes in the results of other machines from below it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
	MATRIX,
	merge,
	ofMatrix,
	OLDEST,
	type Tried,
	withTable,
} from '../test/extra/versions/matrix';
import { listedVersions, minorsOf, newestInstallable } from '../test/n8n/registry';
import { minorOf, quirksOf } from '../test/n8n/versions';

const ROOT = resolve(__dirname, '..');
const RESULTS = join(ROOT, 'docs', 'compatibility.json');
const ALL = join(ROOT, 'docs', 'compatibility.md');
const README = join(ROOT, 'README.md');

/** The part of jest's --json report that is read. */
interface Report {
	testResults: Array<{
		message: string;
		assertionResults: Array<{ title: string; status: string }>;
	}>;
}

function main(): void {
	const { values, positionals } = parseArgs({
		options: { list: { type: 'boolean' }, from: { type: 'string' } },
		allowPositionals: true,
	});
	if (values.list) return console.log(JSON.stringify(minorsOf(listedVersions(), OLDEST)));
	if (values.from) return write(resultsBelow(values.from));
	const tried = (positionals.length ? positionals.flatMap(findVersion) : MATRIX).map(tryOne);
	write(tried.filter(({ passed }) => Object.keys(passed).length > 0));
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

/** The version itself; of a minor, its newest that npm can install; none where npm can install none. */
function findVersion(text: string): string[] {
	if (text !== minorOf(text)) return [text];
	const ofMinor = listedVersions().filter((version) => minorOf(version) === text);
	const found = newestInstallable(ofMinor, console.log);
	if (!found) console.log(`npm can install no n8n ${text}: nothing to try.`);
	return found ? [found] : [];
}

/** What was written elsewhere as docs/compatibility.json. */
function resultsBelow(folder: string): Tried[] {
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith('.json'),
	);
	return files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Tried[]);
}

function tryOne(n8n: string): Tried {
	const node = quirksOf(n8n).nodeMajor;
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
				env: { ...process.env, KROSAI_N8N_VERSION: n8n },
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

/** What was tried now replaces what was known of the same minor. */
function write(tried: Tried[]): void {
	const results = merge(JSON.parse(readFileSync(RESULTS, 'utf8')) as Tried[], tried);
	writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
	writeFileSync(ALL, withTable(readFileSync(ALL, 'utf8'), results));
	writeFileSync(README, withTable(readFileSync(README, 'utf8'), ofMatrix(results)));
}

main();
