/**
 * `npm run test:mutation`: Stryker changes one source file after the other, a token at a time, and
 * runs the file's own tests for each change. A change that no test notices survives; the score is the
 * share of those that were noticed. `npm run test:mutation -- dialing` does one folder,
 * `npm run test:mutation -- dialing/lines.ts` one file.
 *
 * A file stands against the tests that carry its name, and where there are none, against those of
 * its folder: running all tests for each of thousands of changes would take days, and what only a
 * test of another file notices is not proven where a reader would look for it.
 *
 * Nothing is taken over from an earlier run: Stryker's incremental mode misses that a test is new which
 * would notice a change of what is set up once. Survivors in their lines:
 * reports/mutation/<folder>/<file>.html.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const NODES = 'nodes/KrosAi';
const FOLDERS = [
	'api',
	'calls',
	'dialing',
	'parameters',
	'phone',
	'rules',
	'trigger',
	'util',
	'waiting',
	'webhooks',
];

/** Files that are left out, each with the reason. */
const LEFT_OUT: Record<string, string> = {
	'api/types.ts': 'types alone',
	'rules/zoneTable.ts': 'data, written by scripts/timeZoneTable.ts and held by its tests',
	'trigger/outputs.ts': "n8n evaluates its function as text, which Stryker's additions break",
};

/**
 * Tests find in the memory of these files what earlier tests put there, so that Stryker would not
 * know that they depend on it: here each change is tried on all tests of the file.
 */
const REMEMBERING = ['rules/timeZones.ts'];

/** Parts of one thing: what each does shows when it is used as a whole, so each has the tests of all. */
const TOGETHER = ['dialing/dialer.ts', 'dialing/onceKeys.ts', 'dialing/lookUp.ts'];

/** A folder with a lower score fails, in percent. */
const LEAST = 85;

interface Score {
	/** Changes that a test noticed, or that never came to an end. */
	noticed: number;
	/** All changes that count: not those that are ignored. */
	all: number;
}

type MutantResult = Awaited<ReturnType<typeof run>>[number];
type Status = MutantResult['status'];
const NOTICED: Status[] = ['Killed', 'Timeout'];
const SURVIVED: Status[] = ['Survived', 'NoCoverage'];

function scoreOf(results: MutantResult[]): Score {
	const count = (statuses: Status[]) =>
		results.filter(({ status }) => statuses.includes(status)).length;
	return { noticed: count(NOTICED), all: count(NOTICED) + count(SURVIVED) };
}

const sum = (scores: Score[]): Score => ({
	noticed: scores.reduce((total, { noticed }) => total + noticed, 0),
	all: scores.reduce((total, { all }) => total + all, 0),
});

const percentOf = ({ noticed, all }: Score) => (all ? (100 * noticed) / all : 100);

function print(name: string, score: Score): void {
	const percent = score.all ? `${percentOf(score).toFixed(1)} %` : '-';
	console.log(`${name.padEnd(32)} ${percent.padStart(7)}   ${score.noticed} of ${score.all}`);
}

/** @returns files as `folder/name.ts`; without arguments those of all folders */
function filesMeant(args: string[]): string[] {
	const files = (args.length ? args : FOLDERS).flatMap((arg) => {
		const path = arg.replace(`${NODES}/`, '').replace(/\/$/, '');
		const [folder = '', name] = path.split('/');
		if (!FOLDERS.includes(folder) || !existsSync(join(ROOT, NODES, path)))
			throw new Error(`${arg} is none of ${FOLDERS.join(', ')}, nor a file in one of them`);
		return name
			? [path]
			: readdirSync(join(ROOT, NODES, folder)).map((file) => `${folder}/${file}`);
	});
	return files.filter((file) => !(file in LEFT_OUT));
}

/** @returns a pattern for jest's testMatch, from the root of the repository */
function testsOf(file: string): string {
	const own = (name: string) => `test/unit/KrosAi/${name.replace(/\.ts$/, '.test.ts')}`;
	if (TOGETHER.includes(file)) return `(${TOGETHER.map(own).join('|')})`;
	const ofFolder = `test/unit/KrosAi/${file.split('/')[0]}/**/*.test.ts`;
	return existsSync(join(ROOT, own(file))) ? own(file) : ofFolder;
}

async function run(file: string) {
	// Read by test/mutation/jest.config.js, in the processes that Stryker starts.
	process.env.KROSAI_MUTATION_TESTS = testsOf(file);
	const report = `reports/mutation/${file.replace(/\.ts$/, '')}`;
	const { Stryker } = await import('@stryker-mutator/core');
	return await new Stryker({
		mutate: [`${NODES}/${file}`],
		coverageAnalysis: REMEMBERING.includes(file) ? 'all' : 'perTest',
		htmlReporter: { fileName: `${report}.html` },
		jsonReporter: { fileName: `${report}.json` },
	}).runMutationTest();
}

async function main(): Promise<void> {
	const scores = new Map<string, Score>();
	for (const file of filesMeant(process.argv.slice(2))) {
		console.log(`\n── ${file}`);
		const results = await run(file);
		scores.set(file, scoreOf(results));
		if (results.length) continue;
		console.log('No test reaches this file, or nothing in it can be changed: see LEFT_OUT');
		process.exitCode = 1;
	}

	for (const folder of FOLDERS) {
		const ofFolder = [...scores].filter(([file]) => file.startsWith(`${folder}/`));
		if (!ofFolder.length) continue;
		console.log();
		for (const [file, score] of ofFolder) print(file, score);
		const total = sum(ofFolder.map(([, score]) => score));
		print(folder, total);
		if (percentOf(total) >= LEAST) continue;
		console.log(`Less than ${LEAST} %: see what survived above, or in reports/mutation/${folder}`);
		process.exitCode = 1;
	}
	console.log();
	print('in total', sum([...scores.values()]));
}

void main();
