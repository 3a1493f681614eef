/**
 * Which contacts an AI agent's tool calls when uses overlap, answers are slow or lost, and the agent
 * or its execution is tried again: in an n8n of its own, which is killed.
 */
import { randomUUID } from 'node:crypto';

import {
	type Agents,
	type AgentSettings,
	fromModel,
	itemsOf,
	startAgents,
	toolAnswers,
} from '../../e2e/agents';
import { until } from '../../../simulator/client';
import { N8nClient } from '../../n8n/client';
import { type N8nInstance } from '../../n8n/instance';
import { startOwnN8n } from '../../n8n/own';
import type { Fault } from '../../../simulator';

jest.setTimeout(5 * 60_000);

const ADA = '+14155550123';
const BOLA = '+442079460958';
const CHIDI = '+14155550134';
const THREE = [ADA, CHIDI, BOLA];
const NUMBERS = Array.from({ length: 20 }, (_, index) => `+4420794601${10 + index}`);

const ONCE_PER_NUMBER = { callOnlyOncePerKey: fromModel('to_number') };
const KEYS = [
	['without a key', {}],
	['once per number', ONCE_PER_NUMBER],
] as const;

const REFUSED: Fault = {
	kind: 'status',
	status: 400,
	accepting: 'before',
	body: { error: 'Not enough credits', code: 'INSUFFICIENT_BALANCE' },
	toNumber: ADA,
};
const MODEL_FAILS = { refuse: 400 };

let n8n: N8nInstance;
let client: N8nClient;
let agents: Agents;

beforeAll(async () => {
	({ n8n, client } = await startOwnN8n());
	agents = await startAgents(client);
});

beforeEach(() => agents.reset());

afterAll(async () => {
	await n8n?.stop();
	await agents?.close();
});

/** Uses of the tool, one for each number. */
const uses = (...numbers: string[]) => numbers.map((to_number) => ({ to_number }));

/** What one use of the tool told the model. */
function told(given: string): string {
	const items = itemsOf(given);
	const [item] = items;
	const { call_id, to_number, status, error } = item as {
		call_id?: string;
		to_number?: string;
		status?: string;
		error?: { code: string; placed: string };
	};
	if (items.length === 1 && status === 'skipped') return 'skipped';
	if (items.length === 1 && error) return error.placed === 'no' ? error.code : error.placed;
	const call = agents.simulator.calls.find(({ id }) => id === call_id);
	if (items.length === 1 && call && call.to_number === to_number) return `called ${to_number}`;
	throw new Error(`The tool told of no call: ${given}`);
}

/** What may be said of a contact who was called by another use. */
const OF_ADA = [`called ${ADA}`, 'skipped', 'unknown'];

/** Runs a conversation for each entry of `scripts`, as items of one execution. */
async function converse(
	scripts: Array<Parameters<Agents['script']>[1]>,
	settings: Omit<AgentSettings, 'said'>,
): Promise<string[][]> {
	const said = scripts.map((_, index) => `Go ${index}`);
	scripts.forEach((turns, index) => agents.script(said[index]!, turns));
	return (await agents.run({ said, ...settings })).map((given) => given.map(told));
}

const published: string[] = [];

afterEach(async () => {
	for (const id of published.splice(0)) await client.deleteWorkflow(id);
});

/** Publishes a workflow; its url starts an execution. */
async function publish(
	settings: Omit<AgentSettings, 'said'>,
): Promise<{ id: string; url: string }> {
	const webhookPath = randomUUID();
	const file = agents.workflow({ said: ['Go'], webhookPath, ...settings });
	const workflow = await client.createWorkflow(file);
	published.push(workflow.id);
	await client.activateWorkflow(workflow);
	return { id: workflow.id, url: `${n8n.url}/webhook/${webhookPath}` };
}

/** Ids of so many executions, the newest first. */
async function executionsOf(workflowId: string, count: number): Promise<string[]> {
	return await until(async () => {
		const ids = await client.executionIds(workflowId);
		return ids.length === count && ids;
	});
}

const IN_BATCHES = { options: { batching: { batchSize: 2 } } };

describe.each([2.2, 3])('an agent of version %d', (version) => {
	describe.each(KEYS)('%s', (how, options) => {
		const isKeyed = how === 'once per number';
		const tool = { parameters: { options } };
		const again = isKeyed ? [`called ${ADA}`, 'skipped'] : [`called ${ADA}`];

		test('one contact twice in a turn and in the next: one call, and each use is told of it', async () => {
			const [given] = await converse([[uses(ADA, ADA), uses(ADA)]], { version, tool });
			expect(agents.called()).toEqual([ADA]);
			expect(given).toContain(`called ${ADA}`);
			for (const one of given!) expect(again).toContain(one);
		});

		test('the same, where the workflow has called before: a call for each contact', async () => {
			const turns = [uses(BOLA), uses(ADA, ADA, CHIDI), uses(CHIDI, ADA, BOLA)];
			const [given] = await converse([turns], { version, tool });
			expect(agents.called()).toEqual(THREE);
			for (const one of given!) {
				expect([...THREE.map((number) => `called ${number}`), ...again]).toContain(one);
			}
		});

		test('twenty contacts in the first turn of a workflow: all are called', async () => {
			const [given] = await converse([[uses(...NUMBERS)]], { version, tool });
			expect(agents.called()).toEqual(NUMBERS);
			expect(given).toEqual(NUMBERS.map((number) => `called ${number}`));
		});

		test('one contact twice in a turn, the answer takes seconds: one call, nothing waits for long', async () => {
			agents.simulator.fault({ kind: 'delay', ms: 3_000, toNumber: ADA });
			const startedMs = Date.now();
			const [given] = await converse([[uses(ADA, ADA), uses(ADA)]], { version, tool });
			expect(agents.called()).toEqual([ADA]);
			expect(given).toContain(`called ${ADA}`);
			for (const one of given!) expect(OF_ADA).toContain(one);
			// A second use waited for 75 s.
			expect(Date.now() - startedMs).toBeLessThan(40_000);
		});

		test('one contact twice in a turn, the answer is lost: one request, nothing else is said', async () => {
			agents.simulator.fault({ kind: 'dropAfter', toNumber: ADA });
			const [given] = await converse([[uses(ADA, ADA), uses(ADA)]], { version, tool });
			expect(agents.called()).toEqual([ADA]);
			expect(agents.requests()).toBe(1);
			for (const one of given!) expect(OF_ADA).toContain(one);
		});

		test('one contact twice in a turn, KrosAI refuses: both are told, and the next turn calls', async () => {
			agents.simulator.fault({ ...REFUSED, times: 2 });
			const [given] = await converse([[uses(ADA, ADA), uses(ADA), uses(ADA)]], { version, tool });
			expect(agents.called()).toEqual([ADA]);
			expect(given![0]).toBe('INSUFFICIENT_BALANCE');
			expect(given).toContain(`called ${ADA}`);
			for (const one of given!) expect(['INSUFFICIENT_BALANCE', ...again]).toContain(one);
		});

		test('two items of a batch for one contact: one call, and both are answered', async () => {
			const startedMs = Date.now();
			const given = await converse([[uses(ADA)], [uses(ADA)]], {
				version,
				tool,
				agent: IN_BATCHES,
			});
			expect(agents.called()).toEqual([ADA]);
			expect(given.flat()).toContain(`called ${ADA}`);
			for (const one of given.flat()) expect(OF_ADA).toContain(one);
			expect(Date.now() - startedMs).toBeLessThan(40_000);
		});
	});

	test.each(KEYS)('one number with other metadata, %s', async (how, options) => {
		const entry = [{ key: 'reason', value: fromModel('reason') }];
		const tool = { parameters: { metadata: { entry }, options } };
		const use = (reason: string) => ({ to_number: ADA, reason });
		const turns = [[use('Invoice'), use('Birthday')], [use('Appointment')]];
		const [given] = await converse([turns], { version, tool });
		if (how === 'once per number') {
			expect(agents.called()).toEqual([ADA]);
			expect([...given!].sort()).toEqual([`called ${ADA}`, 'skipped', 'skipped']);
		} else {
			expect(agents.called()).toEqual([ADA, ADA, ADA]);
			expect(new Set(given)).toEqual(new Set([`called ${ADA}`]));
		}
	});

	test('once per number, a new execution skips who was called by the one before', async () => {
		agents.script('Go', [uses(ADA)]);
		const tool = { parameters: { options: ONCE_PER_NUMBER } };
		const id = await agents.store({ version, said: ['Go'], tool });
		expect((await agents.runStored(id))[0]!.map(told)).toEqual([`called ${ADA}`]);
		expect((await agents.runStored(id))[0]!.map(told)).toEqual(['skipped']);
		expect(agents.called()).toEqual([ADA]);
	});

	test('Retry On Fail of the agent: who was called is not called again, the others are', async () => {
		const agent = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };
		const turns = [uses(ADA, BOLA), MODEL_FAILS, uses(CHIDI), MODEL_FAILS];
		const [given] = await converse([turns], { version, agent });
		expect(agents.called()).toEqual(THREE);
		// Version 3 starts with what its tools gave before.
		expect(new Set(given)).toEqual(new Set(THREE.map((number) => `called ${number}`)));
	});

	test('three executions at the same time, once per number: each keeps its keys', async () => {
		const tool = { parameters: { options: ONCE_PER_NUMBER } };
		const workflow = await publish({ version, tool });
		const parts = [NUMBERS.slice(0, 6), NUMBERS.slice(6, 12), NUMBERS.slice(12, 18)];
		parts.forEach((part, index) => agents.script(`Part ${index}`, [uses(...part)]));
		await Promise.all(parts.map((_, index) => fetch(`${workflow.url}?words=Part+${index}`)));
		const ids = await executionsOf(workflow.id, parts.length);
		for (const id of ids) await client.executionAtEnd(id);
		expect(agents.called()).toEqual(NUMBERS.slice(0, 18));

		agents.script('All', [uses(...NUMBERS)]);
		await fetch(`${workflow.url}?words=All`);
		const [last] = await executionsOf(workflow.id, parts.length + 1);
		const given = toolAnswers(await client.executionAtEnd(last!))[0]!.map(told);
		expect(given.slice(0, 18)).toEqual(Array.from({ length: 18 }, () => 'skipped'));
		expect(agents.called()).toEqual(NUMBERS);
	});

	describe('Retry of an execution', () => {
		/** Starts a published workflow, and gives the execution's id. */
		async function start(...turns: Parameters<Agents['script']>[1]): Promise<string> {
			agents.script('Go', turns);
			const workflow = await publish({ version });
			expect((await fetch(workflow.url)).status).toBe(200);
			const [id] = await executionsOf(workflow.id, 1);
			return id!;
		}

		async function fail(...turns: Parameters<Agents['script']>[1]): Promise<string> {
			const failed = await client.executionAtEnd(await start(...turns));
			expect(failed.status).toBe('error');
			return failed.id;
		}

		async function retry(id: string): Promise<string[]> {
			const retried = await client.executionAtEnd(await client.retryExecution(id));
			const given = toolAnswers(retried)[0]!.map(told);
			process.stdout.write(`agent ${version}, a retry was told: ${given.join(', ')}\n`);
			return given;
		}

		test('that failed after a call: no contact is called again, one who was not is called', async () => {
			const id = await fail(uses(ADA, BOLA), MODEL_FAILS, uses(CHIDI));
			expect(agents.called()).toEqual([ADA, BOLA]);
			const given = await retry(id);
			expect(agents.called()).toEqual(THREE);
			expect(new Set(given)).toEqual(new Set(THREE.map((number) => `called ${number}`)));
		});

		test('that failed, whose retry fails too, retried again: one call for each contact', async () => {
			const id = await fail(uses(ADA), MODEL_FAILS, uses(BOLA), MODEL_FAILS, uses(CHIDI));
			const failedToo = await client.executionAtEnd(await client.retryExecution(id));
			expect(failedToo.status).toBe('error');
			expect(agents.called()).toEqual([ADA, BOLA]);
			const given = await retry(id);
			expect(agents.called()).toEqual(THREE);
			expect(given).toContain(`called ${CHIDI}`);
			for (const one of given) {
				expect([...THREE.map((number) => `called ${number}`), 'unknown']).toContain(one);
			}
		});

		test('that failed before any call, retried twice at the same time: one call', async () => {
			const id = await fail(MODEL_FAILS, uses(ADA));
			const given = await Promise.all([retry(id), retry(id)]);
			expect(agents.called()).toEqual([ADA]);
			expect(given.flat()).toContain(`called ${ADA}`);
			for (const one of given.flat()) expect(OF_ADA).toContain(one);
		});

		test('that was killed after a call: no contact is called again', async () => {
			const id = await start(uses(ADA), { hang: true }, uses(BOLA));
			await until(() => agents.asked() === 2, 60);
			expect(agents.called()).toEqual([ADA]);
			await killAndRestart();
			const given = await retry(id);
			expect(agents.called()).toEqual([ADA, BOLA]);
			expect(given).toContain(`called ${BOLA}`);
			expect([`called ${ADA}`, 'unknown']).toContain(given[0]);
		});

		test('that was killed before a call was answered: no contact is called again', async () => {
			agents.simulator.fault({ kind: 'delay', ms: 60_000, toNumber: ADA });
			const id = await start(uses(ADA), uses(BOLA));
			await until(() => agents.called().length === 1, 60);
			await killAndRestart();
			const given = await retry(id);
			expect(agents.called()).toEqual([ADA, BOLA]);
			expect([`called ${ADA}`, 'unknown']).toContain(given[0]);
			expect(given[1]).toBe(`called ${BOLA}`);
		});

		test('that was stopped by hand after a call: no contact is called again', async () => {
			const id = await start(uses(ADA), { hang: true });
			await until(() => agents.asked() === 2, 60);
			await client.stopExecution(id);
			expect((await client.executionAtEnd(id)).status).toBe('canceled');
			// It goes to the end, and n8n counts it as failed for the reason of the first one.
			await client.executionAtEnd(await client.retryExecution(id));
			expect(agents.asked()).toBe(4);
			expect(agents.called()).toEqual([ADA]);
		});

		async function killAndRestart(): Promise<void> {
			await n8n.kill();
			await n8n.restart();
			await client.logIn();
		}
	});
});

// Version 2 gives each item of a batch the arguments of the first: n8n looks for them by run index.
test.each(KEYS)(
	'an agent of version 3, batches of two, a contact for each item, %s',
	async (_, options) => {
		const numbers = [...THREE, '+14155550142'];
		const given = await converse(
			numbers.map((number) => [uses(number)]),
			{ version: 3, tool: { parameters: { options } }, agent: IN_BATCHES },
		);
		expect(given).toEqual(numbers.map((number) => [`called ${number}`]));
		expect(agents.called()).toEqual([...numbers].sort());
	},
);
