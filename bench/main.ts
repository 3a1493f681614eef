/**
 * `npm run bench` runs every benchmark, `npm run bench -- pace lines` those two. They print what
 * they find; `--write` also puts it into docs/benchmarks.md. Each runs in a process of its own, by
 * the Node that n8n wants; traffic goes to 127.0.0.1 only. All of them take about half an hour.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureN8n } from '../test/n8n/install';

const BENCHMARKS = [
	'pace',
	'lines',
	'longCalls',
	'processor',
	'growth',
	'limits',
	'keys',
	'loading',
	'deliveries',
];

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: { write: { type: 'boolean', default: false } },
		allowPositionals: true,
	});
	const unknown = positionals.filter((name) => !BENCHMARKS.includes(name));
	if (unknown.length) {
		throw new Error(`No benchmark ${unknown.join(', ')}. There are: ${BENCHMARKS.join(', ')}`);
	}
	const { nodeBinary, dir } = await ensureN8n({ onProgress: (line) => console.log(line) });
	for (const name of positionals.length ? positionals : BENCHMARKS) {
		console.log(`\n=== ${name}`);
		const started = Date.now();
		const script = join(__dirname, `${name}.ts`);
		const flags = ['--expose-gc', '--import', 'tsx'];
		const child = spawn(nodeBinary, [...flags, script, ...(values.write ? ['--write'] : [])], {
			env: { ...process.env, KROSAI_ENGINE_DIR: dir },
			stdio: 'inherit',
		});
		const [code] = (await once(child, 'exit')) as [number | null];
		if (code !== 0) process.exitCode = 1;
		console.log(`${name}: ${Math.round((Date.now() - started) / 1000)} s`);
	}
}

main().catch((error: Error) => {
	console.error(error.message);
	process.exitCode = 1;
});
