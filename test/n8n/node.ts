import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cacheRoot, type OnProgress, readIfThere, withLock } from './cache';
import { childEnvironment, runCommand } from './command';

/** A Node to run things with. */
export interface NodeInstall {
	binary: string;
	/** The folder whose `include/node` holds its headers; undefined where they aren't at hand. */
	headersIn: string | undefined;
}

/**
 * A Node of the wanted major version: the running one where it fits, else one fetched from npm,
 * which carries it as a plain package per platform, into the cache.
 */
export async function ensureNode(major: number, onProgress: OnProgress): Promise<NodeInstall> {
	if (process.versions.node.startsWith(`${major}.`)) return describe(process.execPath);
	const dir = join(cacheRoot(), `node-${major}`);
	const name = packageName();
	const wanted = JSON.stringify({ [name]: String(major) });
	const marker = join(dir, '.complete');
	const binary = join(dir, 'node_modules', name, 'bin', 'node');
	if ((await readIfThere(marker)) !== wanted) {
		await withLock(dir, onProgress, async () => {
			if ((await readIfThere(marker)) === wanted) return;
			await mkdir(dir, { recursive: true });
			await writeFile(
				join(dir, 'package.json'),
				JSON.stringify({ name: 'node-for-krosai-tests', private: true }),
			);
			await runCommand({
				doing: `fetching Node ${major}`,
				command: 'npm',
				args: ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${major}`],
				cwd: dir,
				env: childEnvironment(),
				logFile: join(dir, 'install.log'),
				onProgress,
			});
			await writeFile(marker, wanted);
		});
	}
	return describe(binary);
}

function packageName(): string {
	const { platform, arch } = process;
	// The one platform whose package doesn't follow the rule.
	const prefix = platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node';
	return `${prefix}-${platform}-${arch}`;
}

function describe(binary: string): NodeInstall {
	const prefix = dirname(dirname(binary));
	const headers = join(prefix, 'include', 'node', 'node_version.h');
	return { binary, headersIn: existsSync(headers) ? prefix : undefined };
}
