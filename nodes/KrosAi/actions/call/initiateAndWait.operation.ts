import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { callIdOf } from '../../api/callLog';
import { createClient } from '../../api/client';
import type { NodeClient } from '../../api/client';
import { toNodeApiError } from '../../api/errors';
import { failureOf } from '../../api/failure';
import { API_NAMES } from '../../api/generation';
import type { StoredCredential } from '../../api/generation';
import { REQUESTS_PER_SECOND } from '../../api/requestRate';
import { cancellationOf } from '../../util/pause';
import { BRISK } from '../../api/retry';
import type { ApiFailure } from '../../api/types';
import { failed } from '../../dialing/contactResults';
import { callbackAddress } from '../../waiting/callback';
import { hasEnded } from '../../calls/hasEnded';
import { lookUpEnds } from '../../waiting/completion';
import type { KnownEnds } from '../../waiting/completion';
import { unmetPrecondition } from '../../waiting/preconditions';
import { besideRow, toResultItem, toUnfinishedItem } from '../../waiting/resultItem';
import { saveWaitState } from '../../waiting/waitState';
import { pollUntilEnded } from '../../waiting/poll';
import { readerFor, Values } from '../../parameters/reader';
import { readWaitOptions, waitLimitMs } from '../../parameters/waitOptions';
import type { WaitOptions } from '../../parameters/waitOptions';
import { toFailedItem } from '../operation';
import type { Operation, Result, RunMode } from '../operation';
import { executionIdOf, ledgerOf, runIndexOf } from './execution';
import { CALL_FIELDS } from '../../descriptions/callFields';
import { toolOutputFields } from '../../descriptions/outputFields';
import { showFor } from '../../descriptions/showFor';
import { readToolOutput } from './callOutput';
import { unlessDryRun } from './dryRun';
import { optionsOf, placeCalls } from './placeCalls';
import type { PlacedContact } from './placeCalls';
import { summaryOf } from './runHint';

export const initiateAndWait: Operation = {
	option: {
		name: 'Initiate and Wait',
		value: 'initiateAndWait',
		action: 'Initiate call and wait',
		description:
			'Ring a phone, and go on with the outcome when the call has ended. Each item is a real call that costs money.',
	},
	forAgents:
		'Rings a real phone, has an AI agent talk to the person who answers, and waits until the call has ended, which can take minutes. Each use places one real call that costs money, so never use it twice for the same purpose, and never to try something out. Call only a number that you were given, in E.164 with plus sign and country code, and never make one up. Returns how the call went: outcome (completed, no_answer, busy, failed, or null where it had not ended in time: look it up later by the call_id), answered_by (person, voicemail, or null where that is not known), duration in seconds, transcript. If the result has placed: "unknown", the call may have been placed: do not call again.',
	fields: [...CALL_FIELDS, ...toolOutputFields(showFor('call', 'initiateAndWait'))],
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
	let cut: ReturnType<typeof readToolOutput>;
	try {
		// A tool has one item.
		cut = readToolOutput(readerFor(context)(0));
		const [options = new Values(() => undefined)] = optionsOf(context);
		settings = readWaitOptions(options);
	} catch (thrown) {
		return refuseAll(context, mode, failureOf(thrown));
	}
	// What asks again and again needs no patience of its own.
	const client = await createClient(context, { patience: BRISK });
	const { pollSeconds } = settings;
	const executionId = executionIdOf(context);
	const ledger = ledgerOf(context, mode);
	const callsHere = ledger.itemsSentHere();
	const { resumeUrl } = context.getWorkflowDataProxy(0).$execution as { resumeUrl: string };
	const plan = {
		resumeUrl,
		baseUrl: client.baseUrl,
		pollSeconds,
		callCount,
		hasEarlierCalls: ledger.placedCalls().some(({ itemIndex }) => !callsHere.has(itemIndex)),
		isToolRun: mode.isToolRun,
		hasExecution: executionId !== undefined,
	};
	const obstacle = await unmetPrecondition(client, plan);
	if (obstacle) return refuseAll(context, mode, obstacle);

	const key = {
		apiKey: await apiKeyOf(context),
		executionId: executionId ?? '',
		nodeId: context.getNode().id,
	};
	const runIndex = runIndexOf(context);
	const maximums: Array<number | undefined> = [];
	const started = await placeCalls(context, mode, (request, itemIndex) => {
		maximums.push(request.max_duration);
		if (pollSeconds > 0) return request;
		return { ...request, webhook_url: callbackAddress(resumeUrl, key, { runIndex, itemIndex }) };
	});
	const limitMs = waitLimitMs(settings, maximums);
	const wait = { pollSeconds, limitMs, client, cut };
	if (mode.stopAtFailure) return await waitForEnds(context, mode, started, wait);
	try {
		return await waitForEnds(context, mode, started, wait);
	} catch (thrown) {
		// The calls are placed: their items come out, as those of calls whose end is not known.
		context.logger.error(`${context.getNode().name}: waiting for calls to end failed`, { thrown });
		return started.map((result) => toResult(result, new Map(), cut));
	}
}

interface Wait {
	/** 0 = by callback. */
	pollSeconds: number;
	limitMs: number;
	client: NodeClient;
	/** What the model of an AI agent gets of an item. */
	cut: ReturnType<typeof readToolOutput>;
}

async function waitForEnds(
	context: IExecuteFunctions,
	mode: RunMode,
	started: PlacedContact[],
	{ pollSeconds, limitMs, client, cut }: Wait,
): Promise<Result[]> {
	const deadline = performance.now() + limitMs;
	const batch = started.flatMap((result) => (result.state === 'called' ? [result.call] : []));
	// KrosAI may accept a call and say at once that it failed.
	const ends: KnownEnds = new Map(
		batch.filter(hasEnded).map((call) => [callIdOf(call)!, call] as const),
	);
	const isCancelled = cancellationOf(context);
	// The calls of an execution that this one retries report there, where no node waits any more.
	const callsHere = ledgerOf(context, mode).itemsSentHere();
	const isCalledBack =
		pollSeconds === 0 &&
		started.every((result, item) => result.state !== 'called' || callsHere.has(item));
	if (!isCalledBack) {
		const everySeconds = pollSeconds || EVERY_SECONDS;
		await pollUntilEnded(client, batch, ends, {
			everySeconds,
			limitMs,
			isCancelled,
			...(client.requestRate && { onStretched: (seconds) => hintAtPolling(context, seconds) }),
		});
	}
	if (isCancelled()) {
		if (mode.stopAtFailure) throw cancelled(context, batch);
		return started.map((result) => toResult(result, new Map(), cut));
	}
	// n8n turns away callbacks that come while the contacts of a long list are tried.
	if (isCalledBack && started.length > 1) await lookUpEnds(client, batch, ends);
	const isOver = batch.every((call) => ends.has(callIdOf(call)!)) || performance.now() >= deadline;
	const results = started.map((result) => toResult(result, ends, cut));
	if (!isCalledBack || isOver) return results;
	saveWaitState(context, results.map(toKeptItem));
	await context.putExecutionToWait(new Date(Date.now() + deadline - performance.now()));
	return results.map(whileWaiting);
}

/** Between two looks at calls that report to another execution. */
const EVERY_SECONDS = 10;

/** For a person who wonders why an end is known later than Check Call Status Every says. */
function hintAtPolling(context: IExecuteFunctions, seconds: number): void {
	const message = `A check of the calls takes ${Math.ceil(seconds)} seconds, longer than Check Call Status Every: an execution sends the ${API_NAMES.bridge} fewer than ${REQUESTS_PER_SECOND} requests a second.`;
	context.logger.info(`${context.getNode().name}: ${message}`);
	context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
}

/** Empty where the credential can't be read: the client says so for each contact, and sends nothing. */
async function apiKeyOf(context: IExecuteFunctions): Promise<string> {
	try {
		const { apiKey } = await context.getCredentials<StoredCredential>('krosAiApi');
		return String(apiKey ?? '');
	} catch {
		return '';
	}
}

function toResult(result: PlacedContact, ends: KnownEnds, cut: Wait['cut']): Result {
	switch (result.state) {
		case 'called': {
			const { call, row = {} } = result;
			const entry = ends.get(callIdOf(call)!);
			const item = entry ? toResultItem({ entry }) : toUnfinishedItem(call);
			return { json: besideRow(cut(item), row) };
		}
		case 'skipped': {
			const json = { ...result.skipped };
			// The row may be the result of an earlier wait; this one is not waited for.
			delete json.wait_timed_out;
			return { json };
		}
		case 'failed':
			return { failure: result.failure };
	}
}

function toKeptItem(result: Result): IDataObject {
	return result.failure ? toFailedItem(result.failure) : result.json;
}

/**
 * What the editor shows of the node while it waits. No item may have a key `error` yet: for one at
 * the front, n8n would run the node again with the items that were kept for the callbacks.
 */
function whileWaiting(result: Result): Result {
	if (result.failure) return { json: { message: result.failure.message } };
	const { wait_timed_out: isAwaited, ...json } = result.json;
	return { json: isAwaited ? { ...json, waiting: true } : json };
}

/** No call was placed: each item says why, or the node does. */
function refuseAll(context: IExecuteFunctions, mode: RunMode, failure: ApiFailure): Result[] {
	const refusal = { ...failure, placed: 'no' as const };
	if (mode.stopAtFailure) throw toNodeApiError(context.getNode(), refusal, { placed: 'no' });
	const failures = context.getInputData().map(() => failed(refusal));
	const message = mode.isToolRun ? undefined : summaryOf(failures);
	if (message) context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
	return failures.map(({ failure }) => ({ failure }));
}

function cancelled(context: IExecuteFunctions, batch: IDataObject[]): NodeOperationError {
	const message = 'The execution was stopped while it waited for calls to end';
	const calls = batch.map((call) => `${callIdOf(call)} to ${String(call.to_number)}`).join(', ');
	return new NodeOperationError(context.getNode(), message, {
		description: `KrosAI goes on with the calls: ${calls}.`,
	});
}
