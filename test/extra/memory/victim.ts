import { campaign, KROSAI, type Row, rows } from '../../e2e/campaign';
import { caughtUp } from '../../e2e/caughtUp';
import { createKrosAiCredential } from '../../e2e/krosAi';
import { until } from '../../../simulator/client';
import type { N8nClient } from '../../n8n/client';
import type { Execution } from '../../n8n/execution';
import type { N8nInstance } from '../../n8n/instance';
import { startOwnN8n } from '../../n8n/own';
import type { CredentialReference, WorkflowFile, WorkflowNode } from '../../n8n/workflow';
import { type Simulator, startSimulator } from '../../../simulator';
import { chance } from '../../support/chance';
import { type Account, accountOf, lineOf } from './account';

export type OnError = NonNullable<WorkflowNode['onError']>;
export const CONTINUE_MODES: OnError[] = ['continueRegularOutput', 'continueErrorOutput'];
export const ON_ERROR: OnError[] = ['stopWorkflow', ...CONTINUE_MODES];

/** A list to be called, and how. */
export interface Plan {
	count: number;
	/** Default `continueErrorOutput`. */
	onError?: OnError;
	/** Default 10, as the node's own. */
	callsPerSecond?: number;
	/** How long KrosAI takes to answer after it has accepted a call, in ms; default at once. */
	answerMs?: number;
	/** More parameters of the node KrosAI. */
	parameters?: Record<string, unknown>;
	/** More options of the node KrosAI. */
	options?: Record<string, unknown>;
	/** Of the workflow: `executionTimeout` in seconds, `saveExecutionProgress`. */
	workflowSettings?: Record<string, unknown>;
	/** Other nodes, or other ways between them. */
	change?: (file: WorkflowFile) => WorkflowFile;
}

/** An n8n, and the KrosAI that it calls. */
export interface Target {
	client: N8nClient;
	simulator: Simulator;
	credential: CredentialReference;
	/** Where n8n takes webhooks. */
	webhooksUrl: string;
}

/** A list that is being called, or was. */
export interface Attack {
	list: Row[];
	workflowId: string;
	/** Of the execution that calls the list at first. */
	id: string;
	/** Starts the workflow once more with the same rows; gives the new execution's id. */
	startAgain(): Promise<string>;
	/** Resolves when KrosAI has accepted so many calls. */
	reached(calls: number): Promise<void>;
	/** The execution when it has ended. */
	end(id?: string): Promise<Execution>;
	/** Retries an execution, at first the one that called the list, and gives the retry at its end. */
	retry(id?: string): Promise<Execution>;
	setOnError(onError: OnError): Promise<void>;
	/** Retries with the workflow as it is saved now. */
	retryAsSaved(id?: string): Promise<Execution>;
	/** The same where the retry may be stopped as well, of which n8n answers only that it was. */
	retryThatMayStop(): Promise<Execution>;
	/** Counts what became of the list, and prints it. */
	account(
		label: string,
		execution?: Execution,
		options?: Parameters<typeof accountOf>[3],
	): Promise<Account>;
}

/** An n8n of a test file's own that may be killed, and a KrosAI. */
export interface Victim {
	client(): N8nClient;
	simulator(): Simulator;
	begin(plan: Plan): Promise<Attack>;
	/** Resolves when KrosAI has got a request to a path that ends so. */
	requested(path: string): Promise<void>;
	/** SIGKILL, and n8n starts again. */
	kill(): Promise<void>;
	/** SIGTERM, and n8n starts again. */
	restart(): Promise<void>;
}

/** Drawn anew for each run of the tests, and printed: what fails fails again with it. */
const SEED = Number(process.env.KROSAI_MEMORY_SEED ?? Math.floor(Math.random() * 1e6));

/**
 * A point by chance in the first two thirds of a list: calls enough are left for n8n to be in the
 * middle when it is struck. Another one for each round.
 */
export function somewhereIn(count: number, round: number): number {
	return 1 + Math.floor(chance(SEED + round)() * count * (2 / 3));
}

type Killable = Pick<N8nInstance, 'url' | 'kill' | 'restart'> & Partial<Pick<N8nInstance, 'stop'>>;

/**
 * For a test file: starts both before its tests, lets KrosAI forget between them, ends both.
 *
 * @param start gives the n8n; default one of the file's own
 */
export function useVictim(
	start: () => Promise<{ n8n: Killable; client: N8nClient }> = startOwnN8n,
): Victim {
	let n8n: Killable;
	let client: N8nClient;
	let simulator: Simulator;
	let credential: CredentialReference;

	beforeAll(async () => {
		say(`KROSAI_MEMORY_SEED=${SEED}`);
		({ n8n, client } = await start());
		simulator = await startSimulator({ startsPerSecond: Infinity, speed: 100 });
		credential = await createKrosAiCredential(client, simulator.baseUrl);
	});

	beforeEach(() => simulator.reset());

	afterAll(async () => {
		await n8n?.stop?.();
		await simulator?.close();
	});

	return {
		client: () => client,
		simulator: () => simulator,
		begin: async (plan) =>
			await beginOn({ client, simulator, credential, webhooksUrl: n8n.url }, plan),
		requested: async (path) => {
			const isThere = () => simulator.requests.some((request) => request.path.endsWith(path));
			await until(isThere, 60);
		},
		kill: async () => {
			await n8n.kill();
			await n8n.restart();
			await client.logIn();
		},
		restart: async () => {
			await n8n.restart();
			await client.logIn();
		},
	};
}

/** Has a list called. */
async function beginOn(
	{ client, simulator, credential, webhooksUrl }: Target,
	plan: Plan,
): Promise<Attack> {
	const { file, path } = workflowOf(plan, credential);
	const workflow = await client.createWorkflow(file);
	await client.activateWorkflow(workflow);
	const list = rows(plan.count);
	if (plan.answerMs) {
		const path = '/outbound-calls';
		simulator.fault({ kind: 'delay', ms: plan.answerMs, times: Infinity, path });
	}
	/** The execution that this begins. */
	const begunBy = async (begin: () => Promise<unknown>): Promise<string> => {
		const before = new Set(await client.executionIds(workflow.id));
		await begin();
		return await until(async () =>
			(await client.executionIds(workflow.id)).find((one) => !before.has(one)),
		);
	};
	const start = async () =>
		await begunBy(async () => await post(`${webhooksUrl}/webhook/${path}`, { rows: list }));
	const id = await start();
	const end = async (one = id) => await client.executionAtEnd(one, 240);
	const retry = async (one = id) => await end(await client.retryExecution(one));
	return {
		list,
		workflowId: workflow.id,
		id,
		startAgain: start,
		reached: async (calls) => {
			await until(() => simulator.calls.length >= calls, 60);
		},
		end,
		retry,
		retryThatMayStop: async () =>
			await end(await begunBy(async () => await client.retryExecution(id).catch(() => undefined))),
		setOnError: async (onError) => {
			const { nodes, ...others } = await client.workflow(workflow.id);
			const changed = nodes.map((node) => (node.name === KROSAI ? { ...node, onError } : node));
			await client.updateWorkflow(workflow.id, { ...others, nodes: changed });
		},
		retryAsSaved: async (one = id) => await end(await client.retryExecution(one, true)),
		account: async (label, execution, options) => {
			await caughtUp(simulator);
			const account = accountOf(list, execution, simulator.calls, options);
			say(`${label}${execution ? ` (${execution.status})` : ''}: ${lineOf(account)}`);
			const failure = execution && failureOf(execution);
			if (failure) say(`  it says: ${failure.message} | ${failure.description}`.slice(0, 600));
			return account;
		},
	};
}

/** Why the node KrosAI failed as a whole. */
export function failureOf({ data }: Execution) {
	return data.resultData.runData[KROSAI]?.at(-1)?.error;
}

function workflowOf(plan: Plan, credential: CredentialReference) {
	const { onError = 'continueErrorOutput', callsPerSecond = 10, workflowSettings } = plan;
	const options = { callsPerSecond, ...plan.options };
	const { file, path } = campaign(credential, { options, ...plan.parameters }, { onError });
	const settings = { ...file.settings, ...workflowSettings };
	const changed = plan.change?.(file) ?? file;
	return { file: { ...changed, settings }, path };
}

async function post(url: string, body: unknown): Promise<void> {
	const answer = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', connection: 'close' },
		body: JSON.stringify(body),
	});
	if (!answer.ok) throw new Error(`n8n answered ${answer.status} to POST ${url}`);
}

function say(line: string): void {
	process.stderr.write(`${line}\n`);
}
