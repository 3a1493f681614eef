import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

import { cacheRoot, type OnProgress, readIfThere, withLock } from './cache';
import { childEnvironment, runCommand } from './command';
import { ensureNode } from './node';
import { freePort } from './ports';

const run = promisify(execFile);

/** A version that playwright-core drives here. It needs Node 22.17 to unpack itself. */
const PACKED_CHROMIUM = '@sparticuz/chromium@153.0.0';
const NODE_TO_UNPACK = 24;

const NAMES_ON_PATH = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const FONTS_CONF = 'fonts.conf';

const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

interface ChromiumInstall {
	executablePath: string;
	/** Variables it needs, to find the libraries and fonts that came with it. */
	environment: Record<string, string>;
}

/** A Chromium that runs, without a window. */
export interface RunningChromium {
	/** Where `connectOverCDP` finds it. */
	endpoint: string;
	close(): Promise<void>;
}

/** Starts a Chromium, one that is there or else one that is fetched. */
export async function startChromium(onProgress: OnProgress): Promise<RunningChromium> {
	const { executablePath, environment } = await ensureChromium(onProgress);
	const port = await freePort();
	const server = await chromium.launchServer({
		executablePath,
		headless: true,
		args: [...FLAGS, `--remote-debugging-port=${port}`],
		env: childEnvironment(environment),
	});
	return { endpoint: `http://127.0.0.1:${port}`, close: async () => await server.close() };
}

/**
 * A Chromium that starts: `$CHROMIUM_PATH`, one on the PATH, the one inside an npm package (kept in
 * the cache, with its libraries and fonts), or Debian's where this is root. Throws with what
 * was tried and why it wasn't to be had.
 */
export async function ensureChromium(onProgress: OnProgress): Promise<ChromiumInstall> {
	const present = process.env.CHROMIUM_PATH || (await firstThatStarts(onPath()));
	if (present) return { executablePath: present, environment: {} };
	const reasons: string[] = [];
	for (const fetchIt of [fetchPackedChromium, installFromDebian]) {
		try {
			return await fetchIt(onProgress);
		} catch (error) {
			reasons.push((error as Error).message);
		}
	}
	throw new Error(
		'There is no Chromium on the PATH and none could be fetched. Install one, or name one in ' +
			`CHROMIUM_PATH.\n${reasons.join('\n')}`,
	);
}

function onPath(): string[] {
	const folders = (process.env.PATH ?? '').split(delimiter);
	const candidates = NAMES_ON_PATH.flatMap((name) => folders.map((folder) => join(folder, name)));
	return [...candidates, MAC_CHROME].filter((file) => {
		try {
			accessSync(file, constants.X_OK);
			return true;
		} catch {
			return false;
		}
	});
}

/** Some systems have by this name no more than a script that says how to install it. */
async function firstThatStarts(files: string[]): Promise<string | undefined> {
	for (const file of files) {
		const options = { env: childEnvironment(), timeout: 60_000 };
		const starts = run(file, ['--version'], options).then(
			() => true,
			() => false,
		);
		if (await starts) return file;
	}
	return undefined;
}

async function fetchPackedChromium(onProgress: OnProgress): Promise<ChromiumInstall> {
	if (process.platform !== 'linux' || process.arch !== 'x64') {
		throw new Error(`${PACKED_CHROMIUM} is for Linux on x64 only.`);
	}
	const dir = join(cacheRoot(), 'chromium');
	const unpacked = join(dir, 'unpacked');
	const marker = join(dir, '.complete');
	const logFile = join(dir, 'install.log');
	const env = childEnvironment();
	const isComplete = async () => (await readIfThere(marker)) === PACKED_CHROMIUM;
	// Before the lock too, which a cache that may only be read has no room for.
	if (await isComplete()) return describe(unpacked);
	await withLock(dir, onProgress, async () => {
		if (await isComplete()) return;
		const node = await ensureNode(NODE_TO_UNPACK, onProgress);
		await rm(dir, { recursive: true, force: true });
		await mkdir(unpacked, { recursive: true });
		await writeFile(
			join(dir, 'package.json'),
			JSON.stringify({ name: 'chromium-for-krosai-tests', private: true }),
		);
		await runCommand({
			doing: 'fetching Chromium',
			command: 'npm',
			args: ['install', '--ignore-scripts', '--no-audit', '--no-fund', PACKED_CHROMIUM],
			cwd: dir,
			env,
			logFile,
			onProgress,
		});
		await runCommand({
			doing: 'unpacking Chromium',
			command: node.binary,
			args: [
				'--input-type=module',
				'--eval',
				"import chromium from '@sparticuz/chromium'; await chromium.executablePath();",
			],
			cwd: dir,
			// It unpacks into the temporary folder, and its libraries only where it believes to be on
			// the system they were built for.
			env: { ...env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
			logFile,
			onProgress,
		});
		await rm(join(dir, 'node_modules'), { recursive: true, force: true });
		await writeFile(join(unpacked, FONTS_CONF), fontsConf(unpacked));
		const install = describe(unpacked);
		await runCommand({
			doing: 'trying Chromium',
			command: install.executablePath,
			args: ['--version'],
			cwd: dir,
			env: { ...env, ...install.environment },
			logFile,
			onProgress,
		});
		await writeFile(marker, PACKED_CHROMIUM);
	});
	return describe(unpacked);
}

function describe(unpacked: string): ChromiumInstall {
	return {
		executablePath: join(unpacked, 'chromium'),
		environment: {
			LD_LIBRARY_PATH: join(unpacked, 'al2023', 'lib'),
			FONTCONFIG_FILE: join(unpacked, FONTS_CONF),
		},
	};
}

/** The one it brings names folders of another system. Where it finds no font at all, it crashes. */
function fontsConf(unpacked: string): string {
	return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
	<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
	<dir>${join(unpacked, 'fonts')}</dir>
	<cachedir>${join(unpacked, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

async function installFromDebian(onProgress: OnProgress): Promise<ChromiumInstall> {
	if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
		throw new Error("Debian's chromium can be installed by root on Debian only.");
	}
	await mkdir(cacheRoot(), { recursive: true });
	const logFile = join(cacheRoot(), 'apt-get.log');
	const env = childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
	const apt = { command: 'apt-get', cwd: '/', env, logFile, onProgress };
	await runCommand({ ...apt, doing: "reading Debian's package lists", args: ['update'] });
	await runCommand({
		...apt,
		doing: "installing Debian's chromium",
		args: ['install', '--yes', '--no-install-recommends', 'chromium'],
	});
	return { executablePath: '/usr/bin/chromium', environment: {} };
}
