import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { childEnvironment } from './command';
import { compareVersions, minorOf, quirksOf } from './versions';

/**
 * Every stable n8n that the registry lists, oldest first.
 *
 * @throws Error where the registry doesn't answer
 */
export function listedVersions(): string[] {
	const { stdout, stderr } = npm(['view', 'n8n', 'versions', '--json']);
	if (!stdout) throw new Error(`npm doesn't list the versions of n8n:\n${stderr}`);
	const all = JSON.parse(stdout) as string[];
	return all.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(compareVersions);
}

/** The minors of these versions, from `first` on: `["2.40", "2.41"]`. */
export function minorsOf(versions: string[], first: string): string[] {
	const minors = new Set(versions.map(minorOf));
	return [...minors].filter((minor) => compareVersions(minor, first) >= 0);
}

/**
 * Why npm can't install this n8n, as where one of its dependencies was never published; undefined
 * where it can. Installs nothing, but works out the whole tree: one to three minutes.
 */
function whyNotInstallable(version: string): string | undefined {
	const folder = mkdtempSync(join(tmpdir(), 'krosai-registry-'));
	try {
		const { overrides } = quirksOf(version);
		const manifest = { name: 'n8n-for-krosai-tests', private: true, overrides };
		writeFileSync(
			join(folder, 'package.json'),
			JSON.stringify({ ...manifest, dependencies: { n8n: version } }),
		);
		const options = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
		const { status, stderr } = npm(['install', ...options], folder);
		if (status === 0) return undefined;
		return /notarget (.+)/.exec(stderr)?.[1] ?? stderr.trim();
	} finally {
		rmSync(folder, { recursive: true });
	}
}

/** The newest of these versions that npm can install. Each is looked at in turn, newest first. */
export function newestInstallable(
	versions: string[],
	say: (line: string) => void,
): string | undefined {
	return versions.toSorted(compareVersions).findLast((version) => {
		say(`n8n ${version}: can npm install it? This takes one to three minutes …`);
		const why = whyNotInstallable(version);
		say(why ? `  No: ${why}` : '  Yes.');
		return !why;
	});
}

const npm = (args: string[], cwd = tmpdir()) =>
	spawnSync('npm', args, { cwd, env: childEnvironment(), encoding: 'utf8' });
