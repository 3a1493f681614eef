import { campaign, type Row, rows } from '../../e2e/campaign';
import { caughtUp } from '../../e2e/caughtUp';
import { createKrosAiCredential } from '../../e2e/krosAi';
import { until } from '../../../simulator/client';
import type { Execution } from '../../n8n/execution';
import type { N8nInstance } from '../../n8n/instance';
import type { CredentialReference } from '../../n8n/workflow';
import { type Simulator, startSimulator } from '../../../simulator';
import { type Account, accountOf, lineOf } from '../memory/account';
import { type Cluster, startCluster, startedBy } from './cluster';

/** So that an execution and its retry, or two retries, are never on the same worker. */
const ONE_AT_A_TIME = { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' };
/** In ms: a worker that is gone is missed after 15 to 20 seconds instead of 60 to 90. */
export const MISSED_SOON = {
	QUEUE_WORKER_LOCK_DURATION: '15000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '3000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

/** A list that a worker is calling, or was. */
export interface List {
	people: Row[];
	/** Of the execution that calls the list at first. */
	id: string;
	/** Resolves when KrosAI has accepted so many calls. */
	reached(calls: number): Promise<void>;
	/** The worker that has begun the execution, asked while there is one, and the other one. */
	workers(): Promise<{ placer: N8nInstance; other: N8nInstance }>;
	/** Resolves when a worker has begun the execution, or begun it again. */
	begunBy(worker: N8nInstance): Promise<void>;
	/** The execution when it has ended. */
	end(id?: string): Promise<Execution>;
	/** "Retry" of the execution; gives the retry at its end. */
	retry(): Promise<Execution>;
	/** Counts what became of the list, and prints it. */
	account(label: string, execution?: Execution): Promise<Account>;
}

/**
 * For a test file: n8n in queue mode, and a KrosAI. Both end with its tests.
 *
 * @param environment more variables for each process
 * @param version of n8n; default that of the other tests
 */
export function useLists(environment: Record<string, string> = {}, version?: string) {
	let cluster: Cluster;
	let simulator: Simulator;
	let credential: CredentialReference;

	beforeAll(async () => {
		cluster = await startCluster({ ...ONE_AT_A_TIME, ...environment }, version);
		simulator = await startSimulator({ startsPerSecond: Infinity, speed: 100 });
		credential = await createKrosAiCredential(cluster.client, simulator.baseUrl);
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await cluster?.stop();
		await simulator?.close();
	});

	/** Publishes a workflow and starts it with so many contacts, ten calls a second. */
	async function begin(count: number): Promise<List> {
		const { client, webhooks } = cluster;
		const { file, path } = campaign(credential);
		const workflow = await client.createWorkflow(file);
		await client.activateWorkflow(workflow);
		const people = rows(count);
		const answer = await fetch(`${webhooks.url}/webhook/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', connection: 'close' },
			body: JSON.stringify({ rows: people }),
		});
		expect(answer.status).toBe(200);
		const id = await until(async () => (await client.executionIds(workflow.id))[0]);
		const end = async (one = id) => await client.executionAtEnd(one, 240);
		return {
			people,
			id,
			reached: async (calls) => {
				await until(() => simulator.calls.length >= calls, 120);
			},
			workers: async () => {
				const [first, second] = cluster.workers;
				const isFirst = (await startedBy(first)).includes(id);
				return isFirst ? { placer: first, other: second } : { placer: second, other: first };
			},
			begunBy: async (worker) => {
				await until(async () => (await startedBy(worker)).includes(id), 120);
			},
			end,
			retry: async () => await end(await client.retryExecution(id)),
			account: async (label, execution) => {
				await caughtUp(simulator);
				const account = accountOf(people, execution, simulator.calls);
				say(`${label}${execution ? ` (${execution.status})` : ''}: ${lineOf(account)}`);
				return account;
			},
		};
	}

	return { workers: () => cluster.workers, simulator: () => simulator, begin };
}

/** When n8n established the execution, or the one that it retries; undefined: it has not kept that. */
export function establishedAt({ data }: Execution): number | undefined {
	const { executionData } = data as {
		executionData?: { runtimeData?: { establishedAt?: number } };
	};
	return executionData?.runtimeData?.establishedAt;
}

/** Prints a line of what is measured. */
export function say(line: string): void {
	process.stderr.write(`${line}\n`);
}
