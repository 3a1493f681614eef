import { createHash } from 'crypto';
import { sleep } from 'n8n-workflow';
import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { callIdOf } from '../api/callLog';
import { createClient } from '../api/client';
import type { Client } from '../api/client';
import { BRISK } from '../api/retry';
import { readDelivery } from '../webhooks/payload';
import type { Delivery } from '../webhooks/payload';
import { readRawBody, refuseDelivery } from '../webhooks/http';
import { withinTime } from '../util/timeLimit';
import { readSigningSecret } from '../util/signingSecret';
import { checkSignature, SIGNATURE_HEADER } from '../webhooks/signature';
import { lookUpEnds } from './completion';
import type { KnownEnds } from './completion';
import { CALLBACK_PARAMETER, checkToken } from './callback';
import { besideRow, toResultItem } from './resultItem';
import { isAwaited, readWaitState } from './waitState';

/** Answered with 200; the execution goes on waiting. */
const GO_ON_WAITING: IWebhookResponseData = {};

/**
 * A callback about a call that a waiting execution has placed. The execution goes on when this was
 * the last call of its batch to end; until then, and whatever else comes, it waits.
 *
 * Never throws: n8n would end the waiting execution in failure.
 */
export async function receiveCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await handleCallback(context);
	} catch {
		// KrosAI delivers again what was not answered with 2xx.
		return tryLater(context);
	}
}

async function handleCallback(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { apiKey = '', webhookSecret } = await context.getCredentials<{
		apiKey?: string;
		webhookSecret?: unknown;
	}>('krosAiApi');
	const secret = readSigningSecret(webhookSecret);
	const query = context.getQueryData() as Record<string, unknown>;
	const executionId = context.getExecutionId();
	const key = { apiKey, executionId, nodeId: context.getNode().id };
	const callback = checkToken(query[CALLBACK_PARAMETER], key);
	if (!callback)
		return refuseDelivery(context, 401, 'The token of this callback is missing or wrong');

	const rawBody = await readRawBody(context);
	const header = context.getHeaderData()[SIGNATURE_HEADER];
	// Whether KrosAI signs what goes to a call's own address is not documented: none is no reason.
	if (secret !== undefined && checkSignature(rawBody, header, secret) === 'wrong') {
		return refuseDelivery(context, 401, 'The signature of this callback is wrong');
	}
	const items = readWaitState(context);
	const delivery = readDelivery(rawBody);
	if (!delivery?.call_id) {
		return refuseDelivery(
			context,
			400,
			'A callback is a JSON object with an event name and a call id',
		);
	}
	const awaited = items.filter(isAwaited);
	const own = items[callback.itemIndex];
	// A late word about a call of an earlier run in a loop, or about one whose end is known.
	if (!own || !isAwaited(own) || callIdOf(own) !== delivery.call_id) return GO_ON_WAITING;
	if (delivery.outcome === null) return GO_ON_WAITING;

	const ends: KnownEnds = new Map([[delivery.call_id, own]]);
	if (awaited.length > 1) {
		const client = await createClient(context, BRISK_CLIENT);
		const look = async () => await lookTwice(client, awaited, ends);
		const completion = await withinTime(LONGEST_MS, look).catch(() => 'unknown' as const);
		if (completion === 'unknown') return tryLater(context);
		if (completion === 'notEnded') return GO_ON_WAITING;
	}
	const results = items.map((json, item) => ({ json: result(json), pairedItem: { item } }));
	if (!isFirstToWake(executionId, awaited)) return GO_ON_WAITING;
	return {
		workflowData: [results],
		webhookResponse: { message: 'The workflow goes on' },
	};

	function result(item: IDataObject): IDataObject {
		if (!isAwaited(item)) return item;
		const entry = ends.get(callIdOf(item)!) ?? item;
		const ended =
			item === own
				? toResultItem({
						entry: entry === own ? atStart(own) : entry,
						delivery: delivery as Delivery,
					})
				: toResultItem({ entry });
		return besideRow(ended, item);
	}
}

/** What a start says of a call that its end doesn't change. */
const FROM_START = [
	'call_id',
	'from_number',
	'to_number',
	'direction',
	'endpoint_id',
	'phone_number_id',
	'created_at',
	'metadata',
	'metadata_raw',
];

/** No other field speaks for the call: with Include Input Fields it may be its row's. */
function atStart(item: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(item).filter(([name]) => FROM_START.includes(name)),
	) as IDataObject;
}

/** KrosAI waits ten seconds for an answer; both looks and the pause between them fit in there. */
const BRISK_CLIENT = { timeoutMs: 3_000, patience: BRISK };
const LONGEST_MS = 8_500;

/** How long the log may lag behind a delivery. */
const PAUSE_MS = 2_000;

/**
 * Whether every call of the batch is over. Of the last two callbacks each could see the other's call
 * as still running, and neither would wake the execution: so a callback that sees one running looks again.
 */
async function lookTwice(
	client: Client,
	awaited: IDataObject[],
	ends: KnownEnds,
): Promise<'ended' | 'notEnded' | 'unknown'> {
	const first = await lookUpEnds(client, awaited, ends);
	if (first.all !== 'notEnded') return first.all;
	await sleep(PAUSE_MS);
	// The call that ran decides mostly, for one request.
	const ofIt = awaited.filter((item) => callIdOf(item) === first.running);
	const again = await lookUpEnds(client, ofIt, ends);
	if (again.all !== 'ended') return again.all;
	return (await lookUpEnds(client, awaited, ends)).all;
}

/** Executions that this process has woken lately, by execution and batch: when, by `performance.now()`. */
const woken = new Map<string, number>();

/** Shorter than the minute after which KrosAI delivers again what was not answered with 2xx. */
const WAKING_TAKES_MS = 50_000;

/** Older versions of n8n run what follows twice where two callbacks wake an execution at once. */
function isFirstToWake(executionId: string, awaited: IDataObject[]): boolean {
	const now = performance.now();
	for (const [key, at] of woken) if (now - at > WAKING_TAKES_MS) woken.delete(key);
	const batch = createHash('sha256')
		.update(JSON.stringify(awaited.map(callIdOf)))
		.digest('hex');
	const key = `${executionId} ${batch}`;
	if (woken.has(key)) return false;
	woken.set(key, now);
	return true;
}

function tryLater(context: IWebhookFunctions): IWebhookResponseData {
	try {
		return refuseDelivery(
			context,
			503,
			'This callback could not be dealt with now: send it again later',
		);
	} catch {
		return GO_ON_WAITING;
	}
}
