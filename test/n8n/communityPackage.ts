import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { childEnvironment } from './command';

const run = promisify(execFile);

const NPM_FLAGS = [
	'--audit=false',
	'--fund=false',
	'--bin-links=false',
	'--install-strategy=shallow',
	'--ignore-scripts=true',
	'--package-lock=false',
];

/**
 * Installs a packed tarball under an n8n user folder, step by step as n8n's own
 * CommunityPackagesService does it (unpack, drop the peer dependencies, npm install what is left),
 * so that its nodes are named `<package>.<node>`. n8n must not be running.
 */
export async function installCommunityPackage(userFolder: string, tarball: string): Promise<void> {
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const { stdout } = await run('tar', ['-xzOf', tarball, 'package/package.json']);
	const manifest = JSON.parse(stdout) as { name: string; version: string };
	const packageFolder = join(nodesFolder, 'node_modules', manifest.name);
	await mkdir(packageFolder, { recursive: true });
	await run('tar', ['-xzf', tarball, '-C', packageFolder, '--strip-components=1']);
	const manifestFile = join(packageFolder, 'package.json');
	const unpacked = JSON.parse(await readFile(manifestFile, 'utf8')) as Record<string, unknown>;
	delete unpacked.devDependencies;
	delete unpacked.peerDependencies;
	delete unpacked.optionalDependencies;
	await writeFile(manifestFile, JSON.stringify(unpacked, null, 2));
	await run('npm', ['install', ...NPM_FLAGS], { cwd: packageFolder, env: childEnvironment() });
	await writeFile(
		join(nodesFolder, 'package.json'),
		JSON.stringify({
			name: 'installed-nodes',
			private: true,
			dependencies: { [manifest.name]: manifest.version },
		}),
	);
}
