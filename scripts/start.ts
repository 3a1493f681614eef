/**
 * `npm start`: both nodes in a real n8n, with a simulated KrosAI and the example workflows: one
 * calls three contacts, the other hears how the calls ended. Stays up until Ctrl-C; `--once` ends
 * after one run, with exit code 0 only if every contact ended as expected and was heard of.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { N8nClient, OWNER } from '../test/n8n/client';
import { ensureN8n } from '../test/n8n/install';
import { type N8nInstance, startN8n } from '../test/n8n/instance';
import { buildCheckout, withPackedCheckout } from '../test/n8n/pack';
import { freePort } from '../test/n8n/ports';
import { exampleInUse } from '../test/n8n/workflow';
import { type Simulator, startSimulator } from '../simulator';
import { BRANCHING, EXAMPLE, mismatches, readEndings, TABLE, tableOf } from './exampleRun';

const HELP = `npm start            n8n with the KrosAI nodes and a simulated KrosAI, until Ctrl-C
npm start -- --once  the same, but ends after one run of the example workflows`;

const API_KEY = 'kros_test_simulator';
/** How much faster than life the first calls are: half a minute of ringing takes 3 s. */
const SPEED = 10;
const CALLS_END_WITHIN_SECONDS = 60;

const say = (line = '') => console.log(line);

/** What runs, so that it can be stopped at any moment. */
const running: { simulator?: Simulator; n8n?: N8nInstance } = {};

async function stop(): Promise<void> {
	await running.n8n?.stop();
	await running.simulator?.close();
}

async function start(): Promise<{ simulator: Simulator; n8n: N8nInstance }> {
	say('Building the package …');
	await buildCheckout();
	const install = await ensureN8n({ onProgress: (line) => say(`  ${line}`) });
	say('Starting the simulated KrosAI …');
	const simulator = await startSimulator({ port: await freePort(4010), speed: SPEED });
	running.simulator = simulator;
	say(`Starting n8n ${install.version} with the package installed (about 15 seconds) …`);
	const port = await freePort(5678);
	const n8n = await withPackedCheckout(
		async (tarball) => await startN8n({ install, tarball, port }),
	);
	running.n8n = n8n;
	return { simulator, n8n };
}

/** The ids of the example workflows. */
interface Examples {
	/** The one that calls. */
	calling: string;
	/** The one that a call's end starts; it is published. */
	branching: string;
}

/** Stores the example workflows as a user sets them up, with a credential for the simulator. */
async function importExamples(client: N8nClient, { baseUrl }: Simulator): Promise<Examples> {
	const krosAiApi = await client.createCredential({
		name: 'KrosAI simulator',
		type: 'krosAiApi',
		data: { apiKey: API_KEY, baseUrl, webhookSecret: '' },
	});
	const published = await client.createWorkflow(await exampleInUse(BRANCHING, krosAiApi));
	await client.activateWorkflow(published);
	const calling = await client.createWorkflow(await exampleInUse(EXAMPLE, krosAiApi));
	return { calling: calling.id, branching: published.id };
}

/** Runs the workflow, waits for the calls to end, prints the table and gives what was unexpected. */
async function runOnce(
	client: N8nClient,
	{ calling, branching }: Examples,
	simulator: Simulator,
): Promise<string[]> {
	const execution = await client.executionAtEnd(await client.runWorkflow(calling, 'Start'));
	say('The phones are ringing …');
	const deadline = Date.now() + CALLS_END_WITHIN_SECONDS * 1000;
	let rows = await client.dataTableRows(TABLE);
	const isOver = () =>
		rows.length >= simulator.calls.length &&
		simulator.calls.every(({ completed_at }) => completed_at);
	while (!isOver() && Date.now() < deadline) {
		await sleep(100);
		rows = await client.dataTableRows(TABLE);
	}
	const endings = readEndings(execution, simulator, rows);
	say(`\n${tableOf(endings)}\n`);
	const failure = execution.data.resultData.error?.message;
	const starts = (await client.executionIds(branching)).length;
	const calls = simulator.calls.length;
	return [
		...(failure ? [`The workflow ended early: ${failure}`] : []),
		...mismatches(endings, simulator),
		...(starts === calls ? [] : [`The trigger started ${starts} times for ${calls} calls`]),
	];
}

function printAddresses(
	n8n: N8nInstance,
	{ calling, branching }: Examples,
	simulator: Simulator,
): void {
	say(`n8n           ${n8n.url}/workflow/${calling}
              log in as ${OWNER.email} with the password ${OWNER.password}
Calls         ${simulator.origin}
              open this page, then click "Execute workflow" in n8n: the phones ring there
Outcomes      ${n8n.url}/home/datatables
              the table "${TABLE}", written by ${n8n.url}/workflow/${branching}

This is n8n 2: n8n 3 isn't on npm. What is different there: docs/installation.md
No real call is placed. What you change in this n8n is in a temporary folder and gone when it ends.
Ctrl-C ends it.`);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { once: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) return say(HELP);

	const { simulator, n8n } = await start();
	const client = new N8nClient(n8n.url);
	await client.setUpOwner();
	const examples = await importExamples(client, simulator);
	const unexpected = await runOnce(client, examples, simulator);
	for (const line of unexpected) say(`Not as expected. ${line}`);
	if (values.once) {
		await stop();
		if (unexpected.length === 0) say('Every contact ended as expected, and was heard of.');
		process.exitCode = unexpected.length === 0 ? 0 : 1;
		return;
	}
	// From now on a person watches.
	simulator.set({ speed: 1 });
	printAddresses(n8n, examples, simulator);
	isUp = true;
}

let isUp = false;
let isStopping = false;

function endBySignal(): void {
	// A Ctrl-C reaches this process more than once: from the terminal, and passed on by npm and tsx.
	if (isStopping) return;
	isStopping = true;
	say('\nStopping …');
	void stop().finally(() => process.exit(isUp ? 0 : 130));
}
process.on('SIGINT', endBySignal);
process.on('SIGTERM', endBySignal);

main().catch(async (error: Error) => {
	if (isStopping) return;
	console.error(`\n${error.message}`);
	await stop();
	process.exitCode = 1;
});
