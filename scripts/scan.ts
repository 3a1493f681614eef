/**
 * n8n's verification scan, run locally: over the sources, and over what `npm pack` would publish.
 * The scanner's own command line takes only published packages, and ends with 0 whatever it finds.
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

async function main(): Promise<void> {
	const path = '@n8n/scan-community-package/scanner/scanner.mjs';
	const { analyzePackage, SOURCE_FILE_PATTERNS } = (await import(path)) as Scanner;
	const temporary = mkdtempSync(join(tmpdir(), 'krosai-scan-'));
	try {
		const scans: Array<[string, string, string[]]> = [
			['sources', ROOT, SOURCE_FILE_PATTERNS],
			['packed tarball', unpackedTarball(temporary), ['**/*.js', 'package.json']],
		];
		for (const [name, dir, patterns] of scans) {
			const { passed, message, details } = await analyzePackage(dir, patterns);
			console.log(`scan of the ${name}: ${passed ? 'no findings' : message}`);
			if (passed) continue;
			console.log(details ?? '');
			process.exitCode = 1;
		}
		const missing = missingModules(join(temporary, 'package'));
		console.log(
			`modules of the packed tarball: ${missing.length ? 'some are missing' : 'no findings'}`,
		);
		for (const line of missing) console.log(line);
		if (missing.length) process.exitCode = 1;
	} finally {
		rmSync(temporary, { recursive: true, force: true });
	}
}

void main();
