import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { childEnvironment } from '../../n8n/command';
import { freePort } from '../../n8n/ports';

const run = promisify(execFile);

/** Redis and Postgres for n8n's queue mode, on free ports of 127.0.0.1, with nothing to keep. */
export interface Services {
	/** What every process of n8n has to know of them. */
	environment: Record<string, string>;
	stop(): Promise<void>;
}

const INSTALL = 'Debian: apt-get install redis-server postgresql';
const WAIT_SECONDS = 20;

/** Starts both in a temporary folder. */
export async function startServices(): Promise<Services> {
	const folder = await mkdtemp(join(tmpdir(), 'krosai-services-'));
	// Postgres runs as another user, who has to get in.
	await chmod(folder, 0o755);
	const running: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const end of running.reverse()) await end();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const [redisPort, postgresPort] = [await freePort(), await freePort()];
		running.push(await startRedis(folder, redisPort));
		running.push(await startPostgres(join(folder, 'postgres'), postgresPort));
		return {
			environment: {
				EXECUTIONS_MODE: 'queue',
				QUEUE_BULL_REDIS_HOST: '127.0.0.1',
				QUEUE_BULL_REDIS_PORT: String(redisPort),
				DB_TYPE: 'postgresdb',
				DB_POSTGRESDB_HOST: '127.0.0.1',
				DB_POSTGRESDB_PORT: String(postgresPort),
				DB_POSTGRESDB_DATABASE: 'postgres',
				DB_POSTGRESDB_USER: 'postgres',
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

async function startRedis(folder: string, port: number): Promise<() => Promise<void>> {
	const options = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
	const child = spawn('redis-server', [...options, '--save', '', '--appendonly', 'no'], {
		env: childEnvironment(),
		stdio: 'ignore',
	});
	endWithThisProcess(child);
	await untilListening(child, 'redis-server', port);
	return async () => await end(child, 'SIGTERM');
}

async function startPostgres(dataFolder: string, port: number): Promise<() => Promise<void>> {
	const bin = postgresFolder();
	const user = await postgresUser();
	const owner = user ? { uid: user.uid, gid: user.gid } : {};
	const options = { ...owner, env: childEnvironment({ LC_ALL: 'C' }), cwd: tmpdir() };
	if (user) {
		await run('mkdir', [dataFolder]);
		await chown(dataFolder, user.uid, user.gid);
	}
	await run(
		join(bin, 'initdb'),
		['-D', dataFolder, '-U', 'postgres', '--auth=trust', '--no-sync', '--encoding=UTF8'],
		options,
	);
	const settings = ['fsync=off', 'synchronous_commit=off', 'max_connections=200'];
	const child = spawn(
		join(bin, 'postgres'),
		[
			...['-D', dataFolder, '-h', '127.0.0.1', '-p', String(port), '-k', dataFolder],
			...settings.flatMap((setting) => ['-c', setting]),
		],
		{ ...options, stdio: 'ignore' },
	);
	endWithThisProcess(child);
	await untilListening(child, 'postgres', port);
	// Fast: it ends the connections that are open.
	return async () => await end(child, 'SIGINT');
}

/** The newest Postgres that Debian has put beside the others, which is not on the PATH. */
function postgresFolder(): string {
	const root = '/usr/lib/postgresql';
	const versions = existsSync(root) ? readdirSync(root) : [];
	const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
	if (newest === undefined) throw new Error(`Postgres is not installed. ${INSTALL}`);
	return join(root, newest, 'bin');
}

/** Postgres refuses to run as root. */
async function postgresUser(): Promise<{ uid: number; gid: number } | undefined> {
	if (userInfo().uid !== 0) return undefined;
	const users = await readFile('/etc/passwd', 'utf8');
	const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
	if (!uid || !gid) throw new Error(`There is no user "postgres". ${INSTALL}`);
	return { uid: Number(uid), gid: Number(gid) };
}

async function untilListening(child: ChildProcess, name: string, port: number): Promise<void> {
	let failure: string | undefined;
	child.once('error', (error) => (failure = `${error.message}. ${INSTALL}`));
	child.once('exit', (code) => (failure ??= `it ended with ${code}`));
	const deadline = Date.now() + WAIT_SECONDS * 1000;
	while (!(await isListening(port))) {
		if (failure === undefined && Date.now() > deadline) failure = `not ready in ${WAIT_SECONDS} s`;
		if (failure !== undefined) throw new Error(`${name} can't be started: ${failure}`);
		await sleep(100);
	}
}

async function isListening(port: number): Promise<boolean> {
	return await new Promise((resolve) => {
		const socket = createConnection({ host: '127.0.0.1', port });
		socket.once('connect', () => socket.end(() => resolve(true)));
		socket.once('error', () => resolve(false));
	});
}

/** Tests may stop before they could tidy up. */
function endWithThisProcess(child: ChildProcess): void {
	const kill = () => child.kill('SIGKILL');
	process.once('exit', kill);
	child.once('exit', () => process.off('exit', kill));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise((resolve) => child.once('exit', resolve));
	child.kill(signal);
	const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
	await gone;
	clearTimeout(timer);
}
