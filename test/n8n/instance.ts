import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { elapsed, logTail } from './command';
import { installCommunityPackage } from './communityPackage';
import type { N8nInstall } from './install';
import { freePort } from './ports';
import { quirksOf } from './versions';

/** What n8n sees of this process's environment: a user's own n8n settings and proxies stay out. */
const HANDED_ON = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'LD_LIBRARY_PATH'];
const ENCRYPTION_KEY = 'the-same-for-every-instance-of-the-tests';
/** How long n8n may take to finish what it is doing when it is asked to stop. */
const STOP_SECONDS = 10;

/** What a process of n8n does: all of it, or its part in queue mode. */
type Role = 'start' | 'worker' | 'webhook';

interface StartOptions {
	/** Default `start`: the editor and, but for queue mode, everything else. */
	role?: Role;
	/** Where n8n is; see ensureN8n. */
	install: N8nInstall;
	/** A packed community package to install before the start. */
	tarball?: string;
	/** The editor's port, where it should not be any free one. */
	port?: number;
	/** More environment variables for n8n. */
	environment?: Record<string, string>;
	startTimeoutSeconds?: number;
}

/** A running n8n with a temporary user folder, which is gone when it is stopped. */
export interface N8nInstance {
	/** The editor's address, without a slash at the end. */
	url: string;
	/** Of the process; another one after a restart. */
	readonly pid: number;
	/** The file that holds all it has printed since the first start. */
	logFile: string;
	/** All it has printed since the first start. */
	log(): Promise<string>;
	/** Ends it at once, as a crash does. `restart` brings it back. */
	kill(): Promise<void>;
	/** Stops it and starts it again on the same data and port. */
	restart(): Promise<void>;
	/** Stops it and removes its folder. */
	stop(): Promise<void>;
}

/**
 * Starts an n8n that reaches no other host and answers on 127.0.0.1 only. Resolves when it has
 * started (8 to 20 seconds). Should this process die, n8n goes with it.
 */
export async function startN8n(options: StartOptions): Promise<N8nInstance> {
	const { install, tarball, role = 'start', startTimeoutSeconds = 120 } = options;
	const userFolder = await mkdtemp(join(tmpdir(), 'krosai-n8n-'));
	const logFile = join(userFolder, 'n8n.log');
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	const env = await environment(options, userFolder, port);
	const remove = async () =>
		await rm(userFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
	let child: ChildProcess;

	const start = async () => {
		const isReady = role === 'start' ? await saysItHasStarted(logFile) : answersAt(url);
		child = launch(install, role, env, logFile);
		try {
			await untilReady(child, isReady, logFile, startTimeoutSeconds);
		} catch (error) {
			await end(child);
			await remove();
			throw error;
		}
	};

	try {
		await mkdir(join(userFolder, 'tmp'));
		if (tarball) await installCommunityPackage(userFolder, tarball);
	} catch (error) {
		await remove();
		throw error;
	}
	await start();
	return {
		url,
		get pid() {
			return child.pid!;
		},
		logFile,
		log: async () => await readFile(logFile, 'utf8'),
		kill: async () => await crash(child),
		restart: async () => {
			await end(child);
			await start();
		},
		stop: async () => {
			await end(child);
			await remove();
		},
	};
}

async function environment(
	options: StartOptions,
	userFolder: string,
	port: number,
): Promise<Record<string, string>> {
	const handedOn = HANDED_ON.flatMap((name) => {
		const value = process.env[name];
		return value === undefined ? [] : [[name, value]];
	});
	const quirks = quirksOf(options.install.version);
	const modules = join(options.install.dir, 'node_modules/n8n/dist/modules');
	const off = quirks.modulesOff.filter((name) => existsSync(join(modules, name)));
	return {
		...(Object.fromEntries(handedOn) as Record<string, string>),
		HOME: userFolder,
		TMPDIR: join(userFolder, 'tmp'),
		KROSAI_TEMPORARY_FOLDER: userFolder,
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		// A worker has no other way to say that it is there.
		...(options.role === 'worker' && {
			QUEUE_HEALTH_CHECK_ACTIVE: 'true',
			QUEUE_HEALTH_CHECK_PORT: String(port),
		}),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_ENCRYPTION_KEY: ENCRYPTION_KEY,
		N8N_SECURE_COOKIE: 'false',
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		// What would call out, or lie over the editor.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		...quirks.environment,
		// A version doesn't start where it is named a module that it hasn't got.
		...(off.length > 0 && { N8N_DISABLED_MODULES: off.join(',') }),
		...options.environment,
	};
}

function launch(
	install: N8nInstall,
	role: Role,
	env: Record<string, string>,
	logFile: string,
): ChildProcess {
	const log = openSync(logFile, 'a');
	const guard = join(__dirname, 'dieWithParent.js');
	const child = spawn(install.nodeBinary, ['--require', guard, install.n8nBin, role], {
		cwd: env.N8N_USER_FOLDER,
		env,
		// A process group of its own: Ctrl-C reaches this process only, and a kill reaches its runners.
		detached: true,
		stdio: ['ignore', log, log, 'pipe'],
	});
	closeSync(log);
	(child.stdio[3] as Socket).unref();
	child.unref();
	return child;
}

type IsReady = () => Promise<boolean>;

/**
 * Whether n8n says in its log that it has started, for the first time since now. Its REST interface
 * answers seconds before that, while n8n still goes through the executions that the stop cut off
 * and stores those that wait once more: until then a callback may be answered 500.
 */
async function saysItHasStarted(logFile: string): Promise<IsReady> {
	const log = async () => await readFile(logFile, 'utf8').catch(() => '');
	const before = (await log()).length;
	return async () => (await log()).includes('Editor is now accessible', before);
}

/** Whether a worker or webhook process answers that it is ready. */
function answersAt(url: string): IsReady {
	return async () => {
		try {
			const response = await fetch(`${url}/healthz/readiness`, {
				signal: AbortSignal.timeout(5_000),
			});
			const { status } = (await response.json()) as { status?: unknown };
			return response.ok && status !== undefined;
		} catch {
			return false;
		}
	};
}

async function untilReady(
	child: ChildProcess,
	isReady: IsReady,
	logFile: string,
	timeoutSeconds: number,
): Promise<void> {
	const startedMs = Date.now();
	let spawnFailure: Error | undefined;
	child.once('error', (error) => (spawnFailure = error));
	while (!(await isReady())) {
		const ended = child.exitCode ?? child.signalCode ?? spawnFailure?.message;
		const tooLong = Date.now() - startedMs > timeoutSeconds * 1000;
		if (ended !== undefined || tooLong) {
			const what = tooLong ? `was not ready after ${elapsed(startedMs)}` : `ended with ${ended}`;
			throw new Error(`n8n ${what}. The end of its log:\n${await logTail(logFile)}`);
		}
		await sleep(200);
	}
}

async function end(child: ChildProcess): Promise<void> {
	const isRunning = () => child.exitCode === null && child.signalCode === null;
	if (child.pid === undefined) return;
	if (isRunning()) {
		child.kill('SIGTERM');
		const deadline = Date.now() + STOP_SECONDS * 1000;
		while (isRunning() && Date.now() < deadline) await sleep(50);
	}
	killGroup(child.pid);
}

async function crash(child: ChildProcess): Promise<void> {
	if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise((resolve) => child.once('exit', resolve));
	killGroup(child.pid);
	await gone;
}

/** The process and the task runners that it has started. */
function killGroup(pid: number): void {
	try {
		process.kill(-pid, 'SIGKILL');
	} catch {
		// The whole group is gone already.
	}
}
