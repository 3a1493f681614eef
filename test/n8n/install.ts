import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';

import { cacheRoot, type OnProgress, readIfThere, withLock } from './cache';
import { childEnvironment, runCommand } from './command';
import { ensureNode, type NodeInstall } from './node';
import { DEFAULT_N8N_VERSION, quirksOf } from './versions';

/** An n8n that can be started. */
export interface N8nInstall {
	version: string;
	/** The Node to start it with. */
	nodeBinary: string;
	/** Its command-line script. */
	n8nBin: string;
	/** The folder in the cache that holds it. */
	dir: string;
}

interface InstallOptions {
	version?: string;
	onProgress: OnProgress;
}

/**
 * An n8n in the cache, fetched and built there where it is not yet (about 5 minutes and 3 GB).
 * A folder counts as complete by a marker that is written last and names what was asked for; an
 * interrupted fetch is started again, an interrupted build goes on from the fetched packages.
 */
export async function ensureN8n(options: InstallOptions): Promise<N8nInstall> {
	const { version = DEFAULT_N8N_VERSION, onProgress } = options;
	const quirks = quirksOf(version);
	const node = await ensureNode(quirks.nodeMajor, onProgress);
	const dir = join(cacheRoot(), `n8n-${version}`);
	const recipe = JSON.stringify({ n8n: version, overrides: quirks.overrides });
	const complete = join(dir, '.complete');
	if ((await readIfThere(complete)) !== recipe) {
		await withLock(dir, onProgress, async () => {
			if ((await readIfThere(complete)) === recipe) return;
			onProgress(`n8n ${version} is not in ${cacheRoot()} yet: this takes about 5 minutes, once`);
			const fetched = join(dir, '.fetched');
			if ((await readIfThere(fetched)) !== recipe) {
				await fetchPackages({ dir, version, overrides: quirks.overrides, node, onProgress });
				await writeFile(fetched, recipe);
			}
			await buildSqlite({ dir, node, onProgress });
			await writeFile(complete, recipe);
		});
	}
	return {
		version,
		nodeBinary: node.binary,
		n8nBin: join(dir, 'node_modules', 'n8n', 'bin', 'n8n'),
		dir,
	};
}

interface Fetch extends Build {
	version: string;
	overrides: Record<string, string> | undefined;
}

async function fetchPackages({ dir, version, overrides, node, onProgress }: Fetch): Promise<void> {
	const modules = join(dir, 'node_modules');
	// npm takes a package that is there for whole, also one that it was stopped unpacking.
	await rm(modules, { recursive: true, force: true });
	await rm(join(dir, 'package-lock.json'), { force: true });
	await mkdir(dir, { recursive: true });
	await writeFile(
		join(dir, 'package.json'),
		JSON.stringify({
			name: 'n8n-for-krosai-tests',
			private: true,
			dependencies: { n8n: version },
			overrides,
		}),
	);
	await runCommand({
		doing: `fetching n8n ${version}`,
		command: 'npm',
		// Without this a Kafka client's install script wants a binary from outside the registry.
		args: ['install', '--ignore-scripts', '--no-audit', '--no-fund'],
		cwd: dir,
		env: environmentFor(node),
		logFile: join(dir, 'install.log'),
		onProgress,
		howFar: async () => {
			const folders = await readdir(modules).catch(() => []);
			if (folders.length === 0) return 'working out what it needs';
			// npm makes all the folders first and then fills them.
			const full = folders.filter((name) => existsSync(join(modules, name, 'package.json')));
			return `${full.length} of ${folders.length} packages unpacked`;
		},
	});
}

interface Build {
	dir: string;
	node: NodeInstall;
	onProgress: OnProgress;
}

async function buildSqlite({ dir, node, onProgress }: Build): Promise<void> {
	const logFile = join(dir, 'install.log');
	const env = environmentFor(node);
	try {
		await runCommand({
			doing: 'building its database driver (sqlite3)',
			command: 'npm',
			args: ['rebuild', '--ignore-scripts=false', 'sqlite3'],
			cwd: dir,
			env,
			logFile,
			onProgress,
		});
		// npm also calls it a success where it has built nothing.
		await runCommand({
			doing: 'trying the database driver',
			command: node.binary,
			args: ['-e', "new (require('sqlite3').Database)(':memory:').close()"],
			cwd: dir,
			env,
			logFile,
			onProgress,
		});
	} catch (error) {
		throw new Error(
			'n8n was fetched, but its database driver was not built. That takes a C++ compiler, make and ' +
				'Python 3 (Debian: apt-get install build-essential python3). The next run goes on from here.\n' +
				(error as Error).message,
		);
	}
}

function environmentFor(node: NodeInstall): Record<string, string> {
	return childEnvironment({
		PATH: `${dirname(node.binary)}${delimiter}${process.env.PATH ?? ''}`,
		npm_config_nodedir: node.headersIn,
	});
}
