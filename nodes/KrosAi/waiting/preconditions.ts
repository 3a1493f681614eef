import { tryCallLog } from '../api/callLog';
import type { Client } from '../api/client';
import { isScopeMissing, readErrorBody } from '../api/errors';
import type { ApiFailure } from '../api/types';
import { toFailure } from '../api/failure';
import { hostOf, isReachable, PUBLIC_ADDRESS } from '../api/reachability';

/** What is to be known before a phone rings whose end could not be waited for. */
export interface WaitPlan {
	pollSeconds: number;
	callCount: number;
	/** Calls of an earlier try don't call back here. */
	hasEarlierCalls: boolean;
	/** An AI agent runs the node: n8n can't put that to wait. */
	isToolRun: boolean;
	/** Without one, as behind the MCP Server Trigger, there is nothing to put to wait. */
	hasExecution: boolean;
	resumeUrl: string;
	baseUrl: string;
}

/** @returns why these calls can't be waited for; undefined where they can */
export async function unmetPrecondition(
	client: Client,
	plan: WaitPlan,
): Promise<ApiFailure | undefined> {
	const { pollSeconds, callCount, hasEarlierCalls, resumeUrl, baseUrl } = plan;
	if (pollSeconds > 0) return await missingScope(client, 'To check the status of calls');
	if (plan.isToolRun || !plan.hasExecution) return TOOL;
	if (!isReachable(resumeUrl, baseUrl)) return notReachable(resumeUrl);
	if (hasEarlierCalls) return await missingScope(client, 'To wait for a call of an earlier try');
	// One call alone reports its own end.
	return callCount > 1 ? await missingScope(client, 'To wait for more than one call') : undefined;
}

const INSTEAD = 'Check Call Status Every under Options';

const TOOL = toFailure({
	field: 'operation',
	message: "n8n can't put a tool of an AI agent to wait, so no call was started",
	description: `Set ${INSTEAD} (for example 10 seconds): then the tool itself asks how the call went. Or use the operation Initiate.`,
});

function notReachable(resumeUrl: string): ApiFailure {
	const host = hostOf(resumeUrl);
	return toFailure({
		field: 'operation',
		value: host,
		message: `KrosAI can't reach this n8n (${host}) to tell how a call ended, so no call was started`,
		description: `${PUBLIC_ADDRESS}, or set ${INSTEAD}, for example 10 seconds: then n8n asks KrosAI, and is busy with this workflow meanwhile.`,
	});
}

/** Whether the key may read the call log. What else goes wrong here shows when the calls are placed. */
async function missingScope(client: Client, purpose: string): Promise<ApiFailure | undefined> {
	const exchange = await tryCallLog(client);
	if (!exchange.answered || !isScopeMissing(exchange)) return undefined;
	return toFailure({
		code: readErrorBody(exchange.json).code ?? 'HTTP_403',
		httpCode: 403,
		message: `${purpose}, the API key needs the scope calls:read. No call was started`,
		description:
			'Give the key the scope calls:read in the KrosAI dashboard. Without it, one item at a time can be waited for (Loop Over Items), by callback.',
	});
}
