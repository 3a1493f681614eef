import { setTimeout as sleep } from 'node:timers/promises';

import { type BinaryFile, type Execution, readExecution } from './execution';
import type { CredentialReference, WorkflowFile } from './workflow';

/** How long the data of an execution that has ended may be missing; for good where no node ran. */
const WRITING_MS = 3_000;
/** The most that n8n lists at once. */
const EXECUTIONS_PER_PAGE = 100;
const ENDED = ['success', 'error', 'canceled', 'crashed'];

/** Who owns a fresh n8n here. */
export const OWNER = {
	email: 'owner@example.com',
	firstName: 'Test',
	lastName: 'Owner',
	password: 'KrosAI-test-1',
};

/** What n8n answers to a credential test. */
interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

interface Credential {
	id: string;
	name: string;
	type: string;
	data: Record<string, unknown>;
}

interface ExecutionPage {
	results: Array<{ id: string }>;
	nextCursor?: string | null;
}

/** One entry of a resource locator's list. */
export interface ListEntry {
	name: string;
	value: string;
}

interface ListRequest {
	/** The type of the node, with its package: `n8n-nodes-krosai.krosAi`. */
	nodeType: string;
	/** The parameter the list belongs to. */
	parameter: string;
	/** The method of the node's `methods.listSearch`. */
	method: string;
	credentials: Record<string, CredentialReference>;
	/** What the user typed to search. */
	filter?: string;
	paginationToken?: string;
}

/** A row of a data table, by the names of its columns. */
type DataTableRow = Record<string, unknown>;

/** A node type as the editor sees it. */
export interface NodeType {
	name: string;
	displayName: string;
	version: number | number[];
	/** Paths below n8n's address. */
	iconUrl?: { light: string; dark: string } | string;
	codex?: { categories?: string[]; alias?: string[] };
	credentials?: Array<{ name: string }>;
}

/** Drives an n8n by the REST interface that its own editor uses, as one logged-in user. */
export class N8nClient {
	/** @param session an earlier client's, to go on as the same logged-in user */
	constructor(
		private readonly url: string,
		private cookie?: string,
	) {}

	/** What proves the login, for another client. */
	get session(): string | undefined {
		return this.cookie;
	}

	/** Creates the owner of a fresh n8n and is logged in as them. */
	async setUpOwner(): Promise<void> {
		await this.send('POST', '/rest/owner/setup', OWNER);
	}

	/** Logs in as the owner. */
	async logIn(): Promise<void> {
		const { email, password } = OWNER;
		await this.send('POST', '/rest/login', { emailOrLdapLoginId: email, password });
	}

	/** Stores a credential and gives the reference that a node keeps. */
	async createCredential(credential: Omit<Credential, 'id'>): Promise<CredentialReference> {
		const created = await this.send<Credential>('POST', '/rest/credentials', credential);
		return { id: created.id, name: created.name };
	}

	/** What the editor shows when a credential with this content is saved; it must be stored. */
	async testCredential(credentials: Credential): Promise<CredentialTestResult> {
		return await this.send('POST', '/rest/credentials/test', { credentials });
	}

	/** Every node type that n8n has loaded, named with its package. */
	async nodeTypes(): Promise<NodeType[]> {
		return await this.send('GET', '/types/nodes.json');
	}

	/** A page of what a resource locator offers in its list. */
	async list(request: ListRequest): Promise<{ results: ListEntry[]; paginationToken?: string }> {
		const { nodeType, parameter, method, credentials, filter, paginationToken } = request;
		return await this.send('POST', '/rest/dynamic-node-parameters/resource-locator-results', {
			nodeTypeAndVersion: { name: nodeType, version: 1 },
			path: `parameters.${parameter}`,
			methodName: method,
			currentNodeParameters: {},
			credentials,
			filter,
			paginationToken,
		});
	}

	/** Stores a workflow, as a new one also where the file has an id. */
	async createWorkflow(workflow: WorkflowFile): Promise<{ id: string; versionId: string }> {
		// n8n 1.x wants to be told that it isn't active, the others don't mind.
		return await this.send('POST', '/rest/workflows', {
			...workflow,
			id: undefined,
			active: false,
		});
	}

	/** A workflow as it is stored. */
	async workflow(id: string): Promise<WorkflowFile> {
		return await this.send('GET', `/rest/workflows/${id}`);
	}

	/** Changes a workflow's draft; what is published stays until it is activated again. */
	async updateWorkflow(
		id: string,
		workflow: WorkflowFile,
	): Promise<{ id: string; versionId: string }> {
		const { nodes, connections } = workflow;
		return await this.send('PATCH', `/rest/workflows/${id}`, { nodes, connections });
	}

	/** Publishes a workflow; its trigger listens when this resolves. */
	async activateWorkflow(workflow: { id: string; versionId: string }): Promise<void> {
		const { id, versionId } = workflow;
		await this.publish(id, 'activate', { versionId, name: 'test' });
		const status = await this.settledPublication(id);
		// Older versions answer only when they have published.
		if (status && status.status !== 'published') {
			throw new Error(`n8n did not publish the workflow: ${JSON.stringify(status)}`);
		}
	}

	/** Takes a workflow out of service; its trigger has stopped listening when this resolves. */
	async deactivateWorkflow(id: string): Promise<void> {
		await this.publish(id, 'deactivate', {});
		const status = await this.settledPublication(id);
		if (status && status.status !== 'not_published') {
			throw new Error(`n8n did not unpublish the workflow: ${JSON.stringify(status)}`);
		}
	}

	/** Takes a workflow out of service and deletes it, with its executions. */
	async deleteWorkflow(id: string): Promise<void> {
		// n8n deletes only what is archived, and archiving also unpublishes.
		await this.send('POST', `/rest/workflows/${id}/archive`, {});
		await this.settledPublication(id);
		await this.send('DELETE', `/rest/workflows/${id}`);
	}

	/** "Listen for test event" in a trigger's panel; n8n listens when this resolves. */
	async listenForTestEvent(id: string, trigger: string): Promise<void> {
		const answer = await this.send<Record<string, unknown>>(
			'POST',
			`/rest/workflows/${id}/run`,
			await this.runRequest(id, trigger),
		);
		if (!answer.waitingForWebhook) {
			throw new Error(`n8n does not listen: ${JSON.stringify(answer)}`);
		}
	}

	/** "Stop listening" in a trigger's panel. */
	async stopListening(id: string): Promise<void> {
		await this.send('DELETE', `/rest/test-webhook/${id}`);
	}

	/** Runs a workflow from a trigger, as "Execute workflow" does, and gives the execution's id. */
	async runWorkflow(id: string, trigger: string): Promise<string> {
		const { executionId } = await this.send<{ executionId: string }>(
			'POST',
			`/rest/workflows/${id}/run`,
			await this.runRequest(id, trigger),
		);
		return executionId;
	}

	/** The ids of a workflow's executions, the newest first. */
	async executionIds(workflowId: string): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const path = `/rest/executions?limit=${EXECUTIONS_PER_PAGE}&filter=${filter}`;
		const ids: string[] = [];
		for (let more: string | undefined = ''; more !== undefined;) {
			const page: ExecutionPage = await this.send('GET', path + more);
			const { results, nextCursor } = page;
			ids.push(...results.map(({ id }) => id));
			const isFull = results.length >= EXECUTIONS_PER_PAGE;
			// Older versions know no cursor.
			if (nextCursor === undefined) more = isFull ? `&lastId=${ids.at(-1)}` : undefined;
			else more = nextCursor === null ? undefined : `&cursor=${encodeURIComponent(nextCursor)}`;
		}
		return [...new Set(ids)];
	}

	/**
	 * "Retry" in the list of executions. Gives the new execution's id, when that has ended.
	 *
	 * @param loadWorkflow "with currently saved workflow" instead of the one that was run
	 */
	async retryExecution(id: string, loadWorkflow = false): Promise<string> {
		const retried = await this.send<{ id: string }>('POST', `/rest/executions/${id}/retry`, {
			loadWorkflow,
		});
		return retried.id;
	}

	/** An execution once it has ended or waits. */
	async executionAtEnd(id: string, seconds = 60, ends = ['waiting', ...ENDED]): Promise<Execution> {
		const deadline = Date.now() + seconds * 1000;
		let writtenBy = Date.now() + WRITING_MS;
		for (;;) {
			const execution = await readExecution(await this.send('GET', `/rest/executions/${id}`));
			const { status, data } = execution;
			// n8n 1.x says so a moment before it has written the data.
			const isWritten = data?.resultData.lastNodeExecuted !== undefined;
			if (!ends.includes(status)) writtenBy = Date.now() + WRITING_MS;
			else if (isWritten || Date.now() > writtenBy) return execution;
			if (Date.now() > deadline) {
				throw new Error(`Execution ${id} is still "${status}" after ${seconds} s.`);
			}
			await sleep(100);
		}
	}

	/** An execution that may wait meanwhile, once it has ended for good. */
	async executionAfterWaiting(id: string, seconds?: number): Promise<Execution> {
		return await this.executionAtEnd(id, seconds, ENDED);
	}

	/** "Stop" of an execution that runs or waits. */
	async stopExecution(id: string): Promise<void> {
		await this.send('POST', `/rest/executions/${id}/stop`);
	}

	/** The rows of a data table, oldest first; none where there is no such table. */
	async dataTableRows(name: string): Promise<DataTableRow[]> {
		const path = await this.dataTable(name);
		if (path === undefined) return [];
		return (await this.send<{ data: DataTableRow[] }>('GET', `${path}/rows`)).data;
	}

	/** Writes rows into a data table, as a user does in its view. */
	async addDataTableRows(name: string, data: DataTableRow[]): Promise<void> {
		await this.send('POST', `${await this.dataTable(name)}/insert`, { data });
	}

	/** Changes the rows of a data table that hold a value in a column. */
	async changeDataTableRow(
		name: string,
		[columnName, value]: [string, string],
		data: DataTableRow,
	): Promise<void> {
		const filter = { type: 'and', filters: [{ columnName, condition: 'eq', value }] };
		await this.send('PATCH', `${await this.dataTable(name)}/rows`, { filter, data });
	}

	/** Where a data table is in n8n's REST interface. */
	private async dataTable(name: string): Promise<string | undefined> {
		type Table = { id: string; name: string; projectId: string };
		const tables = await this.send<{ data: Table[] }>('GET', '/rest/data-tables-global');
		const table = tables.data.find((one) => one.name === name);
		return table && `/rest/projects/${table.projectId}/data-tables/${table.id}`;
	}

	/** The bytes of a file in an execution's data. */
	async binaryData({ data, id }: BinaryFile): Promise<Buffer> {
		if (id === undefined) return Buffer.from(data, 'base64');
		const path = `/rest/binary-data?id=${encodeURIComponent(id)}&action=download`;
		const response = await this.fetch('GET', path);
		if (!response.ok) throw new Error(`n8n answered ${response.status} to GET ${path}`);
		return Buffer.from(await response.arrayBuffer());
	}

	/** n8n 1.x knows no publishing: there a workflow is switched on and off. */
	private async publish(id: string, how: 'activate' | 'deactivate', body: object): Promise<void> {
		const path = `/rest/workflows/${id}`;
		const answer = await this.fetch('POST', `${path}/${how}`, body);
		if (answer.status === 404) {
			const { versionId } = await this.send<{ versionId: string }>('GET', path);
			await this.send('PATCH', path, { active: how === 'activate', versionId });
		} else if (!answer.ok) {
			throw new Error(
				`n8n answered ${answer.status} to POST ${path}/${how}: ${await answer.text()}`,
			);
		}
	}

	/** What became of publishing or unpublishing; undefined in versions that do it at once. */
	private async settledPublication(id: string): Promise<{ status: string } | undefined> {
		// n8n reads whether it is still at it and what the triggers are at the same time: the first
		// answer after the end may hold the triggers from before it.
		for (let settled = 0; ;) {
			const answer = await this.fetch('GET', `/rest/workflows/${id}/publication-status`);
			if (answer.status === 404) return undefined;
			const { data } = (await answer.json()) as { data: { status: string } };
			settled = data.status === 'in_progress' ? 0 : settled + 1;
			if (settled === 2) return data;
			if (settled === 0) await sleep(100);
		}
	}

	private async runRequest(id: string, trigger: string): Promise<object> {
		const workflowData = await this.send('GET', `/rest/workflows/${id}`);
		return { workflowData, triggerToStartFrom: { name: trigger } };
	}

	private async send<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
		const response = await this.fetch(method, path, body);
		const text = await response.text();
		if (!response.ok) {
			throw new Error(`n8n answered ${response.status} to ${method} ${path}: ${text}`);
		}
		const cookie = response.headers.getSetCookie().find((line) => line.startsWith('n8n-auth='));
		if (cookie) this.cookie = cookie.split(';')[0];
		const answer = JSON.parse(text) as { data?: T };
		return answer.data ?? (answer as T);
	}

	private async fetch(method: string, path: string, body?: unknown): Promise<Response> {
		return await fetch(this.url + path, {
			method,
			headers: {
				'content-type': 'application/json',
				// n8n closes idle connections after 5 s, and a request just then would fail.
				connection: 'close',
				// n8n binds the cookie to the browser it was given to.
				'browser-id': 'krosai-tests',
				'push-ref': 'krosai-tests',
				...(this.cookie ? { cookie: this.cookie } : {}),
			},
			body: body === undefined ? null : JSON.stringify(body),
		});
	}
}
