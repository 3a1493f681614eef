import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';

import type { OnProgress } from './cache';

const PROGRESS_EVERY_MS = 5_000;

/** npm settings that say where packages come from. The others (ignore-scripts …) stay behind. */
const NPM_SETTINGS_KEPT =
	/^npm_config_(registry|cache|userconfig|globalconfig|(https?_)?proxy|noproxy|ca|cafile|strict_ssl|offline|prefer_offline|@.*|\/\/.*)$/i;

/** Variables of this process that would change what a child does: npm's and jest's. */
const NOT_HANDED_ON = /^(npm_|node_env$|node_options$|jest_|init_cwd$)/i;

/**
 * The environment for a child process: this process's, without what npm and jest put there. (npm
 * hands the `ignore-scripts` of our .npmrc down to every child, and a native build then says it
 * succeeded and builds nothing.)
 */
export function childEnvironment(
	extra: Record<string, string | undefined> = {},
): Record<string, string> {
	const kept = Object.entries(process.env).filter(
		([name]) => NPM_SETTINGS_KEPT.test(name) || !NOT_HANDED_ON.test(name),
	);
	return Object.fromEntries(
		[...kept, ...Object.entries(extra)].filter(
			(entry): entry is [string, string] => entry[1] !== undefined,
		),
	);
}

/** The last lines of a log file. */
export async function logTail(logFile: string, lines = 30): Promise<string> {
	const text = await readFile(logFile, 'utf8').catch(() => '');
	return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/** "1 min 05 s" */
export function elapsed(sinceMs: number): string {
	const seconds = Math.round((Date.now() - sinceMs) / 1000);
	const rest = seconds % 60;
	return seconds < 60
		? `${seconds} s`
		: `${Math.floor(seconds / 60)} min ${String(rest).padStart(2, '0')} s`;
}

interface Command {
	/** What is being done, as the person who waits reads it: "fetching n8n 2.41.1". */
	doing: string;
	command: string;
	args: string[];
	cwd: string;
	env: Record<string, string>;
	/** Everything the command prints is appended to this file. */
	logFile: string;
	onProgress: OnProgress;
	/** How far it is, asked for every few seconds: "612 packages". */
	howFar?: () => Promise<string>;
}

/**
 * Runs a command to its end with a line of progress every few seconds. Throws with the end of its
 * log where it doesn't exit with 0.
 */
export async function runCommand(step: Command): Promise<void> {
	const { doing, command, args, cwd, env, logFile, onProgress, howFar } = step;
	const startedMs = Date.now();
	const log = createWriteStream(logFile, { flags: 'a' });
	log.write(`\n# ${doing}\n$ ${command} ${args.join(' ')}\n`);
	onProgress(`${doing} …`);
	const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const ticker = setInterval(() => {
		void (howFar?.() ?? Promise.resolve('')).then((far) =>
			onProgress(`${doing}: ${elapsed(startedMs)}${far && `, ${far}`}`),
		);
	}, PROGRESS_EVERY_MS);
	const ended = await new Promise<string>((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (code, signal) =>
			resolve(code === 0 ? '' : `it ended with ${code ?? signal}`),
		);
	});
	clearInterval(ticker);
	log.end();
	await finished(log);
	if (ended) {
		throw new Error(
			`${doing} did not succeed after ${elapsed(startedMs)}: ${ended}.\n` +
				`The end of ${logFile}:\n${await logTail(logFile)}`,
		);
	}
	onProgress(`${doing}: done in ${elapsed(startedMs)}`);
}
