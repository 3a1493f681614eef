import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { readPayload } from '../webhooks/payload';
import type { Delivery, Payload } from '../webhooks/payload';
import { readRawBody, refuseDelivery } from '../webhooks/http';
import { checkSignature, SIGNATURE_HEADER } from '../webhooks/signature';
import { identityOf, SeenEvents } from './deduplicate';
import { isChosen, passes } from './filter';
import type { FilterOptions } from './filter';
import { outputOf } from './outputs';
import { chosenEvents, optionsOf, secretsOf } from './subscription';

interface TriggerOptions extends FilterOptions {
	outputPerEvent?: boolean;
}

/** The request is answered, and no execution starts. */
const NOTHING: IWebhookResponseData = {};

/**
 * One delivery of KrosAI's: refused unless its signature is right, else handed to the workflow
 * once, if the user has asked for it. Answered at once, before the workflow runs.
 */
export async function receiveDelivery(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const rawBody = await readRawBody(context);
	const trust = await trustOf(context, rawBody);
	if (trust === 'none') {
		return refuseDelivery(context, 401, 'The signature of this delivery is missing or wrong');
	}
	const payload = readPayload(rawBody);
	if (!payload)
		return refuseDelivery(context, 400, 'A delivery is a JSON object with an event name');
	// Answered as one that was taken in: it isn't worth sending again.
	if (trust === 'signed' && isReplay(payload)) return NOTHING;

	const { delivery } = payload;
	const options: TriggerOptions = optionsOf(context);
	const events = chosenEvents(context);
	if (!isChosen(delivery, events) || !passes(delivery, options)) return NOTHING;
	if (!isFirst(context, delivery)) return NOTHING;

	const index = options.outputPerEvent ? outputOf(delivery.event, events) : 0;
	const outputs = Array.from({ length: index }, () => [] as Array<{ json: IDataObject }>);
	return { workflowData: [...outputs, [{ json: delivery }]] };
}

/** KrosAI repeats an event for two and a half hours; the rest is for an outage of its own. */
const OLDEST_MS = 7 * 24 * 60 * 60 * 1000;

/** Whether it may be a recorded delivery that is sent again: its time is under the signature too. */
function isReplay({ sentAt }: Payload): boolean {
	return sentAt !== undefined && Date.now() - sentAt > OLDEST_MS;
}

/**
 * Fails closed: without a known secret no sender is trusted, nor where it can't be read. Throwing would
 * have n8n store an execution, with which a forger could fill its database.
 */
async function trustOf(
	context: IWebhookFunctions,
	rawBody: Buffer,
): Promise<'signed' | 'unsigned' | 'none'> {
	const header = context.getHeaderData()[SIGNATURE_HEADER];
	try {
		// A signature that is there and wrong is refused all the same.
		if (header === undefined || header === '') {
			const isAccepted = context.getNodeParameter('options.acceptUnsigned', false) === true;
			return isAccepted ? 'unsigned' : 'none';
		}
		for await (const secret of secretsOf(context)) {
			if (checkSignature(rawBody, header, secret) === 'valid') return 'signed';
		}
	} catch {
		// What could not be read is not known.
	}
	return 'none';
}

/** Of each active trigger in this process, by workflow and node. */
const seenOf = new Map<string, SeenEvents>();

/** As many of the newest as a restart may forget nothing of, without making the workflow large. */
const KEPT = 500;

function isFirst(context: IWebhookFunctions, delivery: Delivery): boolean {
	const identity = identityOf(delivery);
	// A test event is shown each time it is sent.
	if (identity === undefined || context.getMode() === 'manual') return true;
	const staticData = context.getWorkflowStaticData('node');
	const kept = Array.isArray(staticData.seen) ? (staticData.seen as string[]) : [];
	const key = `${context.getWorkflow().id}:${context.getNode().id}`;
	const seen = seenOf.get(key) ?? new SeenEvents(kept);
	seenOf.set(key, seen);
	if (!seen.add(identity)) return false;
	// Saved by n8n 1.x only; in 2.x it is lost where the request starts an execution.
	staticData.seen = [...kept, identity].slice(-KEPT);
	const response = context.getResponseObject();
	response.once('close', () => {
		if (response.statusCode >= 400) seen.remove(identity);
	});
	return true;
}
