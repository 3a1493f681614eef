/**
 * What the package costs n8n at its start: the time to load its nodes and credential, and how much
 * code that is, beside n8n's own Twilio nodes. Each time in a fresh process that has
 * n8n-workflow already, as n8n has; what that took is the measure of the machine.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage } from '../test/engine/engine';
import { report } from './report';
import { median, quote, ratios } from './statistics';

const ROUNDS = 9;

/** Plain JavaScript, because the loader for TypeScript would be measured as well. */
const LOAD = `
	const { statSync } = require('node:fs');
	const [workflow, ...files] = process.argv.slice(1);
	const asked = performance.now();
	require(workflow);
	const workflowMs = performance.now() - asked;
	const before = new Set(Object.keys(require.cache));
	const started = performance.now();
	for (const file of files) for (const Type of Object.values(require(file))) {
		if (typeof Type === 'function') new Type();
	}
	const ms = performance.now() - started;
	const loaded = Object.keys(require.cache).filter((file) => !before.has(file));
	const bytes = loaded.reduce((sum, file) => sum + statSync(file).size, 0);
	process.stdout.write(JSON.stringify({ ms, workflowMs, bytes, files: loaded.length }));
`;

interface Loading {
	ms: number;
	/** To load n8n-workflow, before. */
	workflowMs: number;
	/** Of all files that were read. */
	bytes: number;
	files: number;
}

async function main(): Promise<void> {
	const engineDir = process.env.KROSAI_ENGINE_DIR;
	if (!engineDir) throw new Error('Run it with: npm run bench -- loading');
	const modules = join(engineDir, 'node_modules');
	const folder = mkdtempSync(join(tmpdir(), 'krosai-loading-'));
	const ours = join(installPackage(folder), 'dist');
	const builtIn = join(modules, 'n8n-nodes-base/dist');
	const contenders: Record<string, string[]> = {
		'n8n-nodes-krosai': [
			join(ours, 'nodes/KrosAi/KrosAi.node.js'),
			join(ours, 'nodes/KrosAi/KrosAiTrigger.node.js'),
			join(ours, 'credentials/KrosAiApi.credentials.js'),
		],
		'Twilio (built in)': [
			join(builtIn, 'nodes/Twilio/Twilio.node.js'),
			join(builtIn, 'nodes/Twilio/TwilioTrigger.node.js'),
			join(builtIn, 'credentials/TwilioApi.credentials.js'),
		],
	};
	const load = (files: string[]): Loading => {
		const args = ['-e', LOAD, join(modules, 'n8n-workflow'), ...files];
		return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Loading;
	};
	const found: Record<string, Loading[]> = {};
	for (let round = 0; round < ROUNDS; round++) {
		for (const [name, files] of Object.entries(contenders)) (found[name] ??= []).push(load(files));
		console.log(`round ${round + 1} of ${ROUNDS}`);
	}
	const installed = sizeOf(ours);
	rmSync(folder, { recursive: true });

	const ms = (name: string) => found[name]!.map((loading) => loading.ms);
	const workflowMs = (name: string) => found[name]!.map((loading) => loading.workflowMs);
	const names = Object.keys(contenders);
	await report({
		title: 'Loading',
		name: 'loading',
		intro:
			`Time to load the nodes and the credential and to make one of each, in a fresh process that has ` +
			`n8n-workflow already, and the code that was read for it; medians of ${ROUNDS} rounds in which ` +
			`they take turns.`,
		rows: names.map((name) => ({
			nodes: name,
			ms: median(ms(name)).toFixed(1),
			'kB of code': Math.round(found[name]![0]!.bytes / 1000),
			files: found[name]![0]!.files,
		})),
		notes: [
			`n8n-nodes-krosai over n8n-workflow in the same process: ` +
				quote(ratios(ms(names[0]!), workflowMs(names[0]!)), 3),
			`The whole package, with icons and types, takes ${Math.round(installed / 1000)} kB installed, ` +
				`and brings no other package with it.`,
		],
	});
}

/** Bytes of all files in a folder and below. */
function sizeOf(folder: string): number {
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((file) => statSync(join(folder, file)))
		.reduce((sum, stats) => sum + (stats.isFile() ? stats.size : 0), 0);
}

void main();
