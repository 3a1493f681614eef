import { randomUUID } from 'crypto';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Lineage } from '../../dialing/dialer';
import { openLedger } from '../../dialing/ledger';
import type { Ledger } from '../../dialing/ledger';
import type { RunMode } from '../operation';

/** What n8n says where there is no execution, as behind the MCP Server Trigger. */
const NO_EXECUTION = '__UNKNOWN__';

/** Undefined where the node runs in no execution that n8n keeps. */
export function executionIdOf(context: IExecuteFunctions): string | undefined {
	const id = context.getExecutionId() as string | undefined;
	return id && id !== NO_EXECUTION ? id : undefined;
}

/** The run of the node in this execution: a loop has several. */
export function runIndexOf(context: IExecuteFunctions): number {
	return Number(context.getWorkflowDataProxy(0).$runIndex);
}

/** What became of each item in earlier tries of this run of the node. */
export function ledgerOf(context: IExecuteFunctions, { isToolRun }: RunMode): Ledger {
	return openLedger({
		nodeContext: context.getContext('node'),
		runIndex: runIndexOf(context),
		executionId: executionIdOf(context),
		isToolRun,
	});
}

/** In which workflow, too. */
export function nodeOf(context: IExecuteFunctions): string {
	return `${context.getWorkflow().id} ${context.getNode().id}`;
}

/** The part of n8n's execution context that outlives a retry (n8n 1.122 and newer). */
interface Established {
	getExecutionContext?: () => { establishedAt?: number; source?: string } | undefined;
}

/** A run without an execution is a lineage of its own: nothing of it can be retried. */
export function lineageOf(context: IExecuteFunctions): Lineage {
	const executionId = executionIdOf(context);
	if (executionId === undefined) {
		return { id: randomUUID(), since: Date.now(), isRetry: false };
	}
	const established = (context as Established).getExecutionContext?.();
	// Until 2.20 n8n stores none with an execution that runs: the retry of a killed one has its own.
	const since = established?.source === 'retry' ? undefined : established?.establishedAt;
	return {
		id: `${since ?? executionId} ${nodeOf(context)}`,
		since,
		isRetry: context.getMode() === 'retry',
	};
}
