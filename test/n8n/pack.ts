import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { childEnvironment } from './command';

const run = promisify(execFile);
const CHECKOUT = join(__dirname, '..', '..');

/**
 * Hands `use` the path of a tarball of the checkout, packed as npm would publish it; the file is
 * gone afterwards. Builds first where `dist` is missing or older than the sources: npm skips
 * `prepack` here, because .npmrc has ignore-scripts.
 */
export async function withPackedCheckout<T>(use: (tarball: string) => Promise<T>): Promise<T> {
	const sources = Math.max(await newest('nodes'), await newest('credentials'));
	if ((await newest('dist')) < sources) await buildCheckout();
	const folder = await mkdtemp(join(tmpdir(), 'krosai-pack-'));
	const remove = () => rmSync(folder, { recursive: true, force: true });
	process.once('exit', remove);
	try {
		await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
			cwd: CHECKOUT,
			env: childEnvironment(),
		});
		const [name] = await readdir(folder);
		if (!name) throw new Error('npm pack left no tarball.');
		return await use(join(folder, name));
	} finally {
		remove();
		process.off('exit', remove);
	}
}

/** Builds the package into `dist`. */
export async function buildCheckout(): Promise<void> {
	const gulp = join(CHECKOUT, 'node_modules', 'gulp', 'bin', 'gulp.js');
	const built = run(process.execPath, [gulp, 'build'], { cwd: CHECKOUT, env: childEnvironment() });
	await built.catch(({ stdout, stderr }: { stdout: string; stderr: string }) => {
		throw new Error(`The package can't be built:\n${stdout}${stderr}`);
	});
}

/** When the newest file of a folder was written, in ms; 0 where there is none. */
async function newest(folder: string): Promise<number> {
	const entries = await readdir(join(CHECKOUT, folder), {
		recursive: true,
		withFileTypes: true,
	}).catch(() => []);
	const times = entries
		.filter((entry) => entry.isFile())
		.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs);
	return Math.max(0, ...(await Promise.all(times)));
}
