import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from './client';
import { type Simulator, startSimulator } from './index';

const running: ChildProcess[] = [];
let simulator: Simulator;
beforeAll(async () => {
	simulator = await startSimulator();
});
afterAll(async () => await simulator.close());
afterEach(() => running.splice(0).forEach((child) => child.kill('SIGKILL')));

/** `npm run simulator` with these flags. */
function run(...flags: string[]) {
	const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'main.ts'), ...flags], {
		cwd: join(__dirname, '..'),
	});
	running.push(child);
	const seen = { child, output: '', exitCode: null as number | null };
	child.stdout.on('data', (data: Buffer) => (seen.output += data.toString()));
	child.stderr.on('data', (data: Buffer) => (seen.output += data.toString()));
	const ended = new Promise<typeof seen>((resolve) => {
		child.on('close', (code) => resolve(Object.assign(seen, { exitCode: code })));
	});
	return { seen, ended };
}

it('tells address, base URL and key, serves with the flags, and ends at Ctrl-C', async () => {
	const { seen, ended } = run('--port', '0', '--plan', 'free', '--paging', 'page');
	await until(() => seen.output.includes('Ctrl-C'), 20);
	const [baseUrl = ''] = /http:\S+\/v1/.exec(seen.output) ?? [];
	const [key = ''] = /kros_test_\w+/.exec(seen.output) ?? [];
	const response = await fetch(`${baseUrl}/endpoints`, { headers: { 'x-api-key': key } });

	expect(response.headers.get('x-ratelimit-limit')).toBe('10');
	expect(await response.json()).toMatchObject({ total_pages: 1 });
	seen.child.kill('SIGINT');
	expect((await ended).exitCode).toBe(0);
});

it('speaks the Bridge API when told to', async () => {
	const { seen, ended } = run('--port', '0', '--api', 'bridge');
	await until(() => seen.output.includes('Ctrl-C'), 20);
	const [baseUrl = ''] = /http:\S+\/api\/v1/.exec(seen.output) ?? [];
	const [key = ''] = /kros_test_\w+/.exec(seen.output) ?? [];
	const [, id = ''] = /Organization ID +(\S+)/.exec(seen.output) ?? [];
	const response = await fetch(`${baseUrl}/endpoints?organization_id=${id}`, {
		headers: { authorization: `Bearer ${key}` },
	});

	expect(response.status).toBe(200);
	seen.child.kill('SIGINT');
	expect((await ended).exitCode).toBe(0);
});

it('says plainly what is wrong', async () => {
	const taken = run('--port', new URL(simulator.origin).port);
	const plan = run('--port', '0', '--plan', 'gold');
	const help = run('--help');

	expect(await taken.ended).toMatchObject({
		exitCode: 1,
		output: expect.stringMatching(/^Port \d+ is taken\./),
	});
	expect(await plan.ended).toMatchObject({
		exitCode: 1,
		output: expect.stringMatching(/^plan must be one of free, pro/),
	});
	expect(await help.ended).toMatchObject({
		exitCode: 0,
		output: expect.stringContaining('--speed'),
	});
});
