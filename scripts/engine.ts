/**
 * The engine tests under the engine of an older n8n: `tsx scripts/engine.ts 1.123.81 [jest options]`.
 * That engine is fetched into the cache folder once.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { ENGINE_OPTIONS, ensureEngine, ENGINES } from '../test/engine/ensureEngine';

async function main(): Promise<void> {
	const [version = '', ...jestOptions] = process.argv.slice(2);
	if (!(version in ENGINES)) {
		console.error(`Which n8n? One of ${Object.keys(ENGINES).join(', ')}.`);
		process.exitCode = 2;
		return;
	}
	const dir = await ensureEngine(version, (line) => console.log(line));
	const jest = require.resolve('jest/bin/jest');
	const { status } = spawnSync(
		process.execPath,
		[jest, '--selectProjects', 'engine', ...ENGINE_OPTIONS, ...jestOptions],
		{
			cwd: resolve(__dirname, '..'),
			env: { ...process.env, KROSAI_ENGINE_DIR: dir },
			stdio: 'inherit',
		},
	);
	process.exitCode = status ?? 1;
}

void main();
