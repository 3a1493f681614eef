import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callIdOf } from '../../api/callLog';
import { createClient } from '../../api/client';
import type { Client } from '../../api/client';
import { toNodeApiError } from '../../api/errors';
import { failureOf } from '../../api/failure';
import { cancellationOf } from '../../util/pause';
import { BRISK } from '../../api/retry';
import type { ApiFailure } from '../../api/types';
import type { ContactResult } from '../../dialing/contactList';
import { createCallbacks } from '../../waiting/callback';
import type { Callbacks } from '../../waiting/callback';
import { hasEnded } from '../../calls/hasEnded';
import { lookUpEnds } from '../../waiting/completion';
import type { KnownEnds } from '../../waiting/completion';
import { unmetPrecondition } from '../../waiting/preconditions';
import { toResultItem, toUnfinishedItem } from '../../waiting/resultItem';
import { saveWaitState } from '../../waiting/waitState';
import { pollUntilEnded } from '../../waiting/poll';
import { Values } from '../../parameters/reader';
import { readWaitOptions, waitLimitMs } from '../../parameters/waitOptions';
import type { WaitOptions } from '../../parameters/waitOptions';
import { toFailedItem } from '../operation';
import type { Operation, Result, RunMode } from '../operation';
import { executionIdOf, ledgerOf, runIndexOf } from './execution';
import { CALL_FIELDS } from '../../descriptions/callFields';
import { unlessDryRun } from './dryRun';
import { optionsOf, placeCalls } from './placeCalls';

/** Where this execution is reached, and by whom. */
interface Place {
	resumeUrl: string;
	apiKey: string;
	baseUrl: string;
}

export const initiateAndWait: Operation = {
	option: {
		name: 'Initiate and Wait',
		value: 'initiateAndWait',
		action: 'Initiate call and wait',
		description:
			'Ring a phone, and go on with the outcome when the call has ended. Each item is a real call that costs money.',
	},
	forAgents:
		'Rings a real phone, has an AI agent talk to whoever answers, and waits until the call has ended, which can take minutes. Each use places one real call that costs money, so never use it twice for the same purpose, and never to try something out. Returns how the call went: outcome (completed, no_answer, busy, failed), duration in seconds, cost_cents, transcript. If the result has placed: "unknown", the phone may have rung: do not call again.',
	fields: CALL_FIELDS,
	execute: unlessDryRun(execute),
};

/**
 * Call → Initiate and Wait: one outbound call for each input item; the results are how they ended.
 * By callback the execution is put to wait, and `waiting/receive.ts` gives the results instead.
 *
 * @throws what `placeCalls` throws, and under On Error "Stop Workflow" a NodeApiError where calls
 * could not be waited for: then none was started
 */
async function execute(context: IExecuteFunctions, mode: RunMode): Promise<Result[]> {
	const callCount = context.getInputData().length;
	if (callCount === 0) return [];
	let settings: WaitOptions;
	try {
		const [options = new Values(() => undefined)] = optionsOf(context);
		settings = readWaitOptions(options);
	} catch (thrown) {
		return refuseAll(context, mode, failureOf(thrown));
	}
	const place = await placeOf(context);
	// What asks again and again needs no patience of its own.
	const client = await createClient(context, { patience: BRISK });
	const { pollSeconds } = settings;
	const reports = reportsOf(context);
	const hasEarlierCalls = ledgerOf(context, mode)
		.placedCalls()
		.some(({ itemIndex }) => !reports.comeHere(itemIndex));
	const { isToolRun } = mode;
	const hasExecution = executionIdOf(context) !== undefined;
	const plan = { ...place, pollSeconds, callCount, hasEarlierCalls, isToolRun, hasExecution };
	const obstacle = await unmetPrecondition(client, plan);
	if (obstacle) return refuseAll(context, mode, obstacle);

	const callbacks = pollSeconds === 0 ? callbacksTo(context, place, reports) : undefined;
	const { started, maximums } = await placeAll(context, mode, callbacks);
	const wait = { reports, callbacks, maximums, settings, client };
	if (mode.stopAtFailure) return await waitForEnds(context, mode, started, wait);
	try {
		return await waitForEnds(context, mode, started, wait);
	} catch (thrown) {
		// The calls are placed: their items come out, as those of calls whose end is not known.
		context.logger.error(`${context.getNode().name}: waiting for calls to end failed`, { thrown });
		return started.map((outcome) => toResult(outcome, new Map()));
	}
}

interface Wait {
	reports: Reports;
	callbacks: Callbacks | undefined;
	/** Of each call, in seconds. */
	maximums: Array<number | undefined>;
	settings: WaitOptions;
	client: Client;
}

async function waitForEnds(
	context: IExecuteFunctions,
	mode: RunMode,
	started: ContactResult[],
	{ reports, callbacks, maximums, settings, client }: Wait,
): Promise<Result[]> {
	const limitMs = waitLimitMs(settings, maximums);
	const deadline = performance.now() + limitMs;
	const ends = await endsSoFar(callbacks?.seal(client) ?? client, {
		started,
		isCalledBack: (itemIndex) => callbacks !== undefined && reports.comeHere(itemIndex),
		everySeconds: settings.pollSeconds || EVERY_SECONDS,
		limitMs,
		isCancelled: cancellationOf(context),
	});
	if (!ends && mode.stopAtFailure) throw cancelled(context, callsOf(started));
	if (!ends) return started.map((outcome) => toResult(outcome, new Map()));

	const isOver =
		callsOf(started).every((call) => ends.has(callIdOf(call)!)) || performance.now() >= deadline;
	const results = started.map((outcome) => toResult(outcome, ends));
	if (!callbacks || isOver) return results;
	saveWaitState(context, results.map(toKeptItem));
	await context.putExecutionToWait(new Date(Date.now() + deadline - performance.now()));
	return results.map(whileWaiting);
}

/** @returns what became of each contact, and the maximum duration of each call, in seconds */
async function placeAll(
	context: IExecuteFunctions,
	mode: RunMode,
	callbacks: Callbacks | undefined,
): Promise<{ started: ContactResult[]; maximums: Array<number | undefined> }> {
	const maximums: Array<number | undefined> = [];
	const started = await placeCalls(context, mode, {
		prepare: (request, itemIndex) => {
			maximums.push(request.max_duration);
			const call = { ...request };
			// The option of Initiate may be left in the node's parameters.
			delete call.webhook_url;
			return callbacks ? { ...call, webhook_url: callbacks.addressOf(itemIndex) } : call;
		},
		...(callbacks && { through: (sender: Client) => callbacks.seal(sender) }),
	});
	return { started, maximums };
}

function callsOf(started: ContactResult[]): IDataObject[] {
	return started.flatMap((outcome) => ('call' in outcome ? [outcome.call] : []));
}

/** Between two looks at calls whose callback leads to another execution. */
const EVERY_SECONDS = 10;

interface Placed {
	started: ContactResult[];
	/** Whether the end of an item's call is reported to this execution. */
	isCalledBack: (itemIndex: number) => boolean;
	everySeconds: number;
	/** How long to wait at most, in ms. */
	limitMs: number;
	isCancelled: () => boolean;
}

/**
 * Asks until the calls have ended that nobody reports the end of.
 *
 * @returns what is known then of all; undefined where the execution was stopped
 */
async function endsSoFar(
	client: Client,
	{ started, isCalledBack, ...poll }: Placed,
): Promise<KnownEnds | undefined> {
	const batch = callsOf(started);
	// KrosAI may accept a call and say at once that it failed.
	const ends: KnownEnds = new Map(
		batch.filter(hasEnded).map((call) => [callIdOf(call)!, call] as const),
	);
	const reported = started.map((_, itemIndex) => isCalledBack(itemIndex));
	await pollUntilEnded(client, callsOf(started.filter((_, item) => !reported[item])), ends, poll);
	if (poll.isCancelled()) return undefined;
	// Callbacks that came while the contacts of a long list were tried were turned away by n8n.
	if (reported.includes(true) && started.length > 1) await lookUpEnds(client, batch, ends);
	return ends;
}

async function placeOf(context: IExecuteFunctions): Promise<Place> {
	const { resumeUrl } = context.getWorkflowDataProxy(0).$execution as { resumeUrl: string };
	try {
		const { apiKey, baseUrl } = await context.getCredentials<Place>('krosAiApi');
		return { resumeUrl, apiKey: String(apiKey ?? ''), baseUrl: String(baseUrl ?? '') };
	} catch {
		// The client says so for each contact, and sends nothing.
		return { resumeUrl, apiKey: '', baseUrl: '' };
	}
}

function callbacksTo(
	context: IExecuteFunctions,
	{ resumeUrl, apiKey }: Place,
	reports: Reports,
): Callbacks {
	// Without one there is no waiting: see `unmetPrecondition`.
	const executionId = executionIdOf(context) ?? '';
	const nodeId = context.getNode().id;
	const runIndex = runIndexOf(context);
	const onSend = (itemIndex: number) => reports.record(itemIndex);
	return createCallbacks(resumeUrl, { apiKey, executionId, nodeId }, { runIndex, onSend });
}

/** What n8n keeps for the node, beside the ledger. */
interface Kept {
	reports?: { executionId: string; items: Record<string, true> };
}

/** Which items' calls report to this execution. */
interface Reports {
	comeHere(itemIndex: number): boolean;
	record(itemIndex: number): void;
}

/**
 * Calls that were placed by the execution of which this one is a retry call back there, where nobody
 * waits any more. So n8n keeps with the ledger for whom this execution itself has sent a request.
 */
function reportsOf(context: IExecuteFunctions): Reports {
	const kept = context.getContext('node') as Kept;
	const executionId = executionIdOf(context) ?? '';
	if (kept.reports?.executionId !== executionId) kept.reports = { executionId, items: {} };
	const { items } = kept.reports;
	const keyOf = (itemIndex: number) => `${runIndexOf(context)}:${itemIndex}`;
	return {
		comeHere: (itemIndex) => items[keyOf(itemIndex)] === true,
		record: (itemIndex) => {
			items[keyOf(itemIndex)] = true;
		},
	};
}

function toResult(outcome: ContactResult, ends: KnownEnds): Result {
	if ('skipped' in outcome) {
		const json = { ...outcome.skipped };
		// The row may be the result of an earlier wait; this one is waited for by nobody.
		delete json.wait_timed_out;
		return { json };
	}
	if ('failure' in outcome) return outcome;
	const entry = ends.get(callIdOf(outcome.call)!);
	return { json: entry ? toResultItem({ entry }) : toUnfinishedItem(outcome.call) };
}

function toKeptItem(result: Result): IDataObject {
	return 'json' in result ? result.json : toFailedItem(result.failure);
}

/**
 * What the editor shows of the node while it waits. No item may have a key `error` yet: for one at
 * the front, n8n would run the node again with the items that were kept for the callbacks.
 */
function whileWaiting(result: Result): Result {
	if ('failure' in result) return { json: { message: result.failure.message } };
	const { wait_timed_out: isAwaited, ...json } = result.json;
	return { json: isAwaited ? { ...json, waiting: true } : json };
}

/** Nobody was rung: each item says why, or the node does. */
function refuseAll(context: IExecuteFunctions, mode: RunMode, failure: ApiFailure): Result[] {
	const refusal = { ...failure, placed: 'no' as const };
	if (mode.stopAtFailure) throw toNodeApiError(context.getNode(), refusal, { placed: 'no' });
	return context.getInputData().map(() => ({ failure: refusal }));
}

function cancelled(context: IExecuteFunctions, batch: IDataObject[]): NodeOperationError {
	const message = 'The execution was stopped while it waited for calls to end';
	const calls = batch.map((call) => `${callIdOf(call)} to ${String(call.to_number)}`).join(', ');
	return new NodeOperationError(context.getNode(), message, {
		description: `KrosAI goes on with the calls: ${calls}.`,
	});
}
