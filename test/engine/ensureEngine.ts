import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheRoot, type OnProgress, readIfThere, withLock } from '../n8n/cache';
import { childEnvironment, runCommand } from '../n8n/command';

/** Older versions of n8n whose engine the tests run under, and the n8n-core that is in each. */
export const ENGINES: Record<string, string> = {
	'1.123.81': '1.122.48',
	'2.0.3': '2.0.2',
};

/** How jest runs the engine tests: they wait more than they work. */
export const ENGINE_OPTIONS = ['--forceExit', '--maxWorkers=4'];

/**
 * The engine of an n8n version (n8n-core and what it needs, 330 MB) in the cache, fetched there
 * where it is not yet.
 *
 * @returns the folder whose node_modules hold it
 */
export async function ensureEngine(n8nVersion: string, onProgress: OnProgress): Promise<string> {
	const core = ENGINES[n8nVersion]!;
	const dir = join(cacheRoot(), `n8n-core-${core}`);
	const complete = join(dir, '.complete');
	if ((await readIfThere(complete)) === core) return dir;
	await withLock(dir, onProgress, async () => {
		if ((await readIfThere(complete)) === core) return;
		await rm(join(dir, 'node_modules'), { recursive: true, force: true });
		await mkdir(dir, { recursive: true });
		const manifest = { name: 'engine-for-krosai-tests', private: true };
		await writeFile(
			join(dir, 'package.json'),
			JSON.stringify({ ...manifest, dependencies: { 'n8n-core': core } }),
		);
		await runCommand({
			doing: `fetching the engine of n8n ${n8nVersion}`,
			command: 'npm',
			args: ['install', '--ignore-scripts', '--no-audit', '--no-fund'],
			cwd: dir,
			env: childEnvironment(),
			logFile: join(dir, 'install.log'),
			onProgress,
		});
		await writeFile(complete, core);
	});
	return dir;
}
