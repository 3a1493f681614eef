import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IHookFunctions, IWebhookFunctions, NodeApiError } from 'n8n-workflow';
import { createClient } from '../api/client';
import type { Client } from '../api/client';
import { explainExchange, toNodeApiError } from '../api/errors';
import { baseUrlIn } from '../api/generation';
import { idOf, isObject } from '../util/json';
import { BRISK } from '../api/retry';
import type { Exchange, FailedRequest } from '../api/types';
import { createWebhook, deleteWebhook, fetchWebhook, fetchWebhooks } from '../api/webhooks';
import type { Webhook } from '../api/webhooks';
import { hostOf, isReachable, PUBLIC_ADDRESS } from '../api/reachability';
import { credentialSecrets } from './credentialSecrets';
import { EVENTS } from './outputs';

/**
 * The webhook subscription at KrosAI (KrosAI docs, reference of Webhooks) that a trigger with
 * automatic registration has. A subscription is recognised by its URL, so none is made twice: not by
 * publishing again, not after a restart, not after a crash before its id was saved.
 */

/** What n8n's static data keeps of a subscription. Test and production have different URLs. */
interface Subscription extends IDataObject {
	id: string;
	secret: string;
}

type Context = IHookFunctions | IWebhookFunctions;

/** What is chosen under "Trigger On"; by expression it may be one event without a list around it. */
export function chosenEvents(context: Context): string[] {
	const chosen: unknown = context.getNodeParameter('events', []);
	return [chosen].flat().filter((event) => typeof event === 'string');
}

/** What the trigger asks KrosAI for. Names that aren't known are the user's own, by expression. */
function eventsToSubscribe(context: Context): string[] {
	const chosen = chosenEvents(context);
	return chosen.includes('*') ? EVENTS.map(({ value }) => value) : [...new Set(chosen)];
}

/**
 * Whether KrosAI delivers to this trigger already. Removes what is left of earlier settings.
 *
 * @throws NodeOperationError where KrosAI can't reach n8n; nothing is sent then
 */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	if (context.getNodeParameter('registration') === 'manual') {
		// It may have been automatic before.
		await unsubscribe(context);
		return true;
	}
	await refuseUnreachable(context);
	const client = await createClient(context);
	const events = eventsToSubscribe(context);
	let isFound = false;
	for (const listed of await findOwn(context, client)) {
		const webhook = await withEvents(context, client, listed);
		const isRight = !isFound && hasEvents(webhook, events) && webhook.active !== false;
		const secret = isRight
			? ((await readSecret(context, client, webhook)) ?? keptSecretOf(context, webhook))
			: undefined;
		if (secret) {
			keep(context, { id: webhook.id, secret });
			isFound = true;
		} else {
			await remove(context, client, webhook.id);
		}
	}
	return isFound;
}

/** A trigger that hears nothing must not look as if it were published. */
async function refuseUnreachable(context: IHookFunctions): Promise<void> {
	const baseUrl = baseUrlIn(await context.getCredentials('krosAiApi'));
	const url = urlOf(context);
	if (isReachable(url, baseUrl)) return;
	// Where publishing fails, n8n shows the message only.
	const message = `KrosAI can't reach this n8n (${hostOf(url)}) to deliver events. ${PUBLIC_ADDRESS}, or set Registration to Manual`;
	throw new NodeOperationError(context.getNode(), message, { description: SWITCH_TO_MANUAL });
}

/** @throws NodeApiError where KrosAI refuses, with the advice to switch to manual where that helps */
export async function subscribe(context: IHookFunctions): Promise<void> {
	const client = await createClient(context);
	const events = eventsToSubscribe(context);
	const result = await createWebhook(client, { url: urlOf(context), events });
	if ('failed' in result) throw refusal(context, result);
	const { webhook: created } = result;
	const id = idOf(created?.id);
	if (id === undefined) {
		throw new NodeOperationError(
			context.getNode(),
			'KrosAI did not say which webhook it created. Set Registration to Manual',
			{
				description: SWITCH_TO_MANUAL,
			},
		);
	}
	const secret = await readSecret(context, client, { ...created, id });
	if (!secret) {
		await remove(context, client, id);
		throw new NodeOperationError(
			context.getNode(),
			'KrosAI did not tell the signing secret of the webhook, so no delivery could be trusted. Set Registration to Manual',
			{ description: SWITCH_TO_MANUAL },
		);
	}
	keep(context, { id, secret });
}

/** Ends the subscription. What is gone already is no failure. */
export async function unsubscribe(context: IHookFunctions): Promise<void> {
	const kept = keptOf(context);
	const isManual = context.getNodeParameter('registration') === 'manual';
	if (!kept && isManual) return;
	const client = await createClient(context);
	if (kept) await remove(context, client, kept.id);
	// What is kept may be older than the subscription. With manual ones it is all that is the node's.
	const own = isManual ? [] : await findOwn(context, client, { orNone: !kept });
	for (const { id } of own) await remove(context, client, id);
	delete context.getWorkflowStaticData('node')[slotOf(context)];
}

/**
 * The secrets that a delivery may be signed with, the likeliest first: the subscription's, the one
 * that the user has put into the credential for webhooks set up by hand, and what KrosAI says.
 */
export async function* secretsOf(context: IWebhookFunctions): AsyncGenerator<string> {
	const isManual = context.getNodeParameter('registration') === 'manual';
	const kept = isManual ? undefined : keptOf(context);
	if (kept) yield kept.secret;
	yield* credentialSecrets(context);
	// While listening for a test event nothing is lost, and n8n names the production URL here.
	if (!isManual && context.getMode() !== 'manual') yield* recover(context);
}

/**
 * How long the answer to "which secret?" counts, in ms: a forger asks often, and a
 * secret that was replaced must not count for as long as n8n runs.
 */
const RECOVERY_EVERY_MS = 60_000;
const recovered = new Map<string, { secrets: Promise<string[]>; at: number }>();

/**
 * Static data can be lost, or be older than the subscription: another node that writes its own
 * overwrites it in queue mode. The subscription is still there, and so is its secret.
 */
async function* recover(context: IWebhookFunctions): AsyncGenerator<string> {
	const url = urlOf(context);
	const earlier = recovered.get(url);
	let latest = earlier;
	if (!latest || performance.now() - latest.at >= RECOVERY_EVERY_MS) {
		// While KrosAI can't be asked, what it said before counts.
		const secrets = askForSecrets(context).catch(async () => (await earlier?.secrets) ?? []);
		latest = { secrets, at: performance.now() };
		recovered.set(url, latest);
	}
	yield* await latest.secrets;
}

async function askForSecrets(context: IWebhookFunctions): Promise<string[]> {
	// The sender waits for the answer.
	const client = await createClient(context, { patience: BRISK });
	const own = await findOwn(context, client);
	const secrets = await Promise.all(own.map((webhook) => readSecret(context, client, webhook)));
	return secrets.filter((secret) => secret !== undefined);
}

function urlOf(context: Context): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

const slotOf = (context: Context) => (context.getMode() === 'manual' ? 'test' : 'production');

function keptOf(context: Context): Subscription | undefined {
	const kept = context.getWorkflowStaticData('node')[slotOf(context)];
	if (!isObject(kept)) return undefined;
	const { id, secret } = kept;
	const isKept = typeof id === 'string' && typeof secret === 'string' && id !== '' && secret !== '';
	return isKept ? { id, secret } : undefined;
}

/** KrosAI may tell the secret only once, when the subscription is made. */
function keptSecretOf(context: Context, { id }: Webhook): string | undefined {
	const kept = keptOf(context);
	return kept?.id === id ? kept.secret : undefined;
}

function keep(context: Context, subscription: Subscription): void {
	context.getWorkflowStaticData('node')[slotOf(context)] = subscription;
}

/**
 * Every subscription that delivers to this trigger's URL.
 *
 * @param options.orNone for a key that may not look: then there are none. n8n deregisters also what
 * was never registered, and such a key could not have registered anything.
 */
async function findOwn(
	context: Context,
	client: Client,
	{ orNone = false } = {},
): Promise<Webhook[]> {
	const url = urlOf(context);
	const own: Webhook[] = [];
	for await (const page of fetchWebhooks(client)) {
		if ('failed' in page) {
			if (orNone && isForbidden(page.failed)) return [];
			throw refusal(context, page);
		}
		own.push(...page.webhooks.filter((webhook) => webhook.url === url));
	}
	return own;
}

function hasEvents(webhook: IDataObject, events: string[]): boolean {
	const actual: unknown[] = Array.isArray(webhook.events) ? webhook.events : [];
	return actual.length === events.length && events.every((event) => actual.includes(event));
}

/** From the object at hand, else asked for: which of KrosAI's answers hold it is not documented. */
async function readSecret(
	context: Context,
	client: Client,
	webhook: Webhook,
): Promise<string | undefined> {
	if (typeof webhook.secret === 'string' && webhook.secret) return webhook.secret;
	const detail = await readDetail(context, client, webhook);
	return typeof detail?.secret === 'string' ? detail.secret : undefined;
}

/** Whether a list shows the events is not documented either. */
async function withEvents(context: Context, client: Client, webhook: Webhook): Promise<Webhook> {
	if (Array.isArray(webhook.events)) return webhook;
	return { ...webhook, ...(await readDetail(context, client, webhook)), id: webhook.id };
}

async function readDetail(
	context: Context,
	client: Client,
	{ id }: Webhook,
): Promise<IDataObject | undefined> {
	const result = await fetchWebhook(client, id);
	if ('failed' in result) throw refusal(context, result);
	return result.webhook;
}

async function remove(context: Context, client: Client, id: string): Promise<void> {
	const failed = await deleteWebhook(client, id);
	if (failed) throw refusal(context, failed);
}

const SWITCH_TO_MANUAL =
	'Set Registration to Manual, create the webhook in the KrosAI dashboard and put its signing secret into the KrosAI credential.';

/** A key without the scopes, or an API without webhooks: both leave registration by hand. */
function isForbidden(exchange: Exchange): boolean {
	return exchange.answered && (exchange.status === 403 || exchange.status === 404);
}

function refusal(context: Context, { failed, request }: FailedRequest): NodeApiError {
	const failure = explainExchange(failed, request);
	return toNodeApiError(context.getNode(), {
		...failure,
		...(isForbidden(failed) && {
			// Where publishing fails, n8n shows the message only.
			message:
				"The API key can't manage webhooks at KrosAI. Give it the scopes webhooks:read and webhooks:write, or set Registration to Manual",
			description: SWITCH_TO_MANUAL,
		}),
	});
}
