/**
 * n8n's verification scan, run locally: over the sources, and over what `npm pack` would publish,
 * which publint looks at too. The scanner's own command line takes only published packages, and ends
 * with 0 whatever it finds.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Scanner {
	SOURCE_FILE_PATTERNS: string[];
	analyzePackage(
		dir: string,
		patterns: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}

const ROOT = resolve(__dirname, '..');

function run(command: string, args: string[], cwd: string): string {
	const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
	if (status !== 0)
		throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
	return stdout.trim();
}

/** Packs the package as npm would publish it. */
function unpackedTarball(into: string): string {
	run('npm', ['pack', '--silent', '--pack-destination', into], ROOT);
	run('sh', ['-c', 'tar -xzf *.tgz'], into);
	return join(into, 'package');
}

/** What n8n gives a community package at run time; everything else has to be bundled. */
const GIVEN = new Set(['n8n-workflow', 'crypto']);

/** Modules that the packed package would look for in vain, each with its file. */
function missingModules(dir: string): string[] {
	const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((file) =>
		file.endsWith('.js'),
	);
	return files.flatMap((file) => {
		const text = readFileSync(join(dir, file), 'utf8');
		const names = [...text.matchAll(/\brequire\("([^".][^"]*)"\)/g)].map((match) => match[1]!);
		return names.filter((name) => !GIVEN.has(name)).map((name) => `${file} requires ${name}`);
	});
}

/** What publint says of the packed package: paths that lead nowhere, wrong formats, odd metadata. */
async function publishingFaults(dir: string): Promise<string[]> {
	const { publint } = await import('publint');
	const { formatMessage } = await import('publint/utils');
	// All of the folder is published, so nothing has to be packed once more.
	const { messages, pkg } = await publint({ pkgDir: dir, pack: false });
	return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

/** @returns what n8n's scanner found, in its words */
async function scan(dir: string, patterns: (scanner: Scanner) => string[]): Promise<string[]> {
	const path = '@n8n/scan-community-package/scanner/scanner.mjs';
	const scanner = (await import(path)) as Scanner;
	const { passed, message, details } = await scanner.analyzePackage(dir, patterns(scanner));
	return passed ? [] : [message ?? '', details ?? ''];
}

async function main(): Promise<void> {
	const temporary = mkdtempSync(join(tmpdir(), 'krosai-scan-'));
	try {
		const packed = unpackedTarball(temporary);
		const checks: Array<[string, string[]]> = [
			["n8n's scan of the sources", await scan(ROOT, (it) => it.SOURCE_FILE_PATTERNS)],
			["n8n's scan of the packed tarball", await scan(packed, () => ['**/*.js', 'package.json'])],
			['modules of the packed tarball', missingModules(packed)],
			['publint of the packed tarball', await publishingFaults(packed)],
		];
		for (const [name, findings] of checks) {
			console.log(`${name}: ${findings.length ? 'see below' : 'no findings'}`);
			for (const line of findings) console.log(line);
			if (findings.length) process.exitCode = 1;
		}
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

void main();
