import { NodeOperationError } from 'n8n-workflow';
import type { IDataObject, IHookFunctions, IWebhookFunctions, NodeApiError } from 'n8n-workflow';
import { createClient } from '../api/client';
import type { Client } from '../api/client';
import { explainFailed, isSuccess, toNodeApiError } from '../api/errors';
import { baseUrlIn } from '../api/generation';
import { idOf, isObject } from '../util/json';
import { show } from '../util/quote';
import { readSigningSecret } from '../util/signingSecret';
import { BRISK } from '../api/retry';
import type { Exchange, FailedRequest } from '../api/types';
import { createWebhook, deleteWebhook, fetchWebhook, fetchWebhooks } from '../api/webhooks';
import type { Webhook } from '../api/webhooks';
import { hostOf, isReachable, PUBLIC_ADDRESS } from '../api/reachability';
import { whyNothingPasses } from './filter';
import type { FilterOptions } from './filter';
import { EVENTS } from '../webhooks/events';

/**
 * The webhook subscription at KrosAI (KrosAI docs, reference of Webhooks) that a trigger with
 * automatic registration has. A subscription is recognised by its URL, so none is made twice: not by
 * publishing again, not after a restart, not after a crash before its id was saved. What static data
 * keeps is never enough: a copy of a workflow has its original's.
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

/** The trigger's options; an expression may give nothing for them. */
export function optionsOf(context: Context): FilterOptions {
	return { ...(context.getNodeParameter('options', {}) as FilterOptions | null) };
}

/** What the trigger asks KrosAI for. Names that aren't known are the user's own, by expression. */
function eventsToSubscribe(context: Context): string[] {
	const chosen = chosenEvents(context);
	return chosen.includes('*') ? EVENTS.map(({ value }) => value) : [...new Set(chosen)];
}

/**
 * Whether KrosAI delivers to this trigger already. Removes what is left of earlier settings.
 *
 * @throws NodeOperationError where KrosAI can't reach n8n, or no event could pass the filters; nothing is
 * sent then
 */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	refuseFilters(context);
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
			? (keptSecretOf(context, webhook) ?? secretAmong(await readSecrets(context, client, webhook)))
			: undefined;
		if (secret) {
			keep(context, { id: webhook.id, secret });
			isFound = true;
		} else {
			await remove(context, client, webhook);
		}
	}
	return isFound;
}

/** A trigger that hears nothing must not look as if it were published: so with its filters. */
function refuseFilters(context: IHookFunctions): void {
	const why = whyNothingPasses(filtersOf(context), chosenEvents(context));
	if (why === undefined) return;
	const description = 'Correct the options of the KrosAI Trigger, or leave them empty.';
	throw new NodeOperationError(context.getNode(), why, { description });
}

function filtersOf(context: IHookFunctions): FilterOptions {
	try {
		return optionsOf(context);
	} catch {
		// An expression may be about the delivery, which isn't there yet.
		return {};
	}
}

/** And so where KrosAI can't reach it. */
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
	if (result.failed) throw refusal(context, result);
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
	const webhook = { ...created, id };
	const shown = await readSecrets(context, client, webhook);
	const secret = secretAmong(shown);
	if (!secret) {
		const isMasked = shown.some((value) => typeof value === 'string' && value.trim() !== '');
		await remove(context, client, webhook);
		throw new NodeOperationError(
			context.getNode(),
			`KrosAI ${isMasked ? 'shows only a mask or a part of' : 'did not tell'} the signing secret of the webhook, so no delivery could be trusted. Set Registration to Manual`,
			{ description: SWITCH_TO_MANUAL },
		);
	}
	keep(context, { id, secret });
}

/**
 * Ends the subscription. What is gone already is no failure, and what delivers to another URL stays: in
 * a copy of a workflow, the kept id is that of the original's subscription.
 */
export async function unsubscribe(context: IHookFunctions): Promise<void> {
	const isManual = context.getNodeParameter('registration') === 'manual';
	const isKept = keptOf(context) !== undefined;
	if (!isKept && isManual) return;
	const client = await createClient(context);
	for (const webhook of await findKept(context, client)) await remove(context, client, webhook);
	// What is kept may be older than the subscription. With manual ones it is all that is the node's.
	const listed = isManual ? [] : await listOwn(context, client, { orNone: !isKept });
	for (const webhook of listed) await remove(context, client, webhook);
	delete context.getWorkflowStaticData('node')[slotOf(context)];
}

/**
 * The secrets that a delivery may be signed with, the likeliest first: the subscription's, the one
 * that the user has put into the credential for webhooks set up by hand, and what KrosAI says.
 */
export async function* secretsOf(context: IWebhookFunctions): AsyncGenerator<string> {
	const isManual = context.getNodeParameter('registration') === 'manual';
	const kept = isManual ? undefined : keptOf(context);
	if (kept?.secret) yield kept.secret;
	const { webhookSecret } = await context.getCredentials<{ webhookSecret?: unknown }>('krosAiApi');
	const own = readSigningSecret(webhookSecret);
	if (own !== undefined) yield own;
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
	const own = await listOwn(context, client);
	const secrets = await Promise.all(
		own.map(async (webhook) => secretAmong(await readSecrets(context, client, webhook))),
	);
	return secrets.filter((secret) => secret !== undefined);
}

function urlOf(context: Context): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

const slotOf = (context: Context) => (context.getMode() === 'manual' ? 'test' : 'production');

/** The secret is undefined where what is kept can be none. */
function keptOf(context: Context): { id: string; secret: string | undefined } | undefined {
	const kept = context.getWorkflowStaticData('node')[slotOf(context)];
	if (!isObject(kept) || typeof kept.id !== 'string' || kept.id === '') return undefined;
	return { id: kept.id, secret: readSigningSecret(kept.secret) };
}

/** KrosAI may tell the secret only once, when the subscription is made, and show a mask from then on. */
function keptSecretOf(context: Context, { id }: Webhook): string | undefined {
	const kept = keptOf(context);
	return kept?.id === id ? kept.secret : undefined;
}

function keep(context: Context, subscription: Subscription): void {
	context.getWorkflowStaticData('node')[slotOf(context)] = subscription;
}

/** Whether a subscription delivers to this trigger, however KrosAI writes its URL. */
function isOwn(context: Context, { url }: IDataObject): boolean {
	const own = urlOf(context);
	if (typeof url !== 'string' || own === '') return false;
	return url === own || hrefOf(url) === hrefOf(own);
}

const hrefOf = (url: string) => (URL.canParse(url) ? new URL(url).href : url);

/**
 * Every subscription of the list that delivers to this trigger's URL.
 *
 * @param options.orNone for a key that may not look: then there are none. n8n deregisters also what
 * was never registered, and such a key could not have registered anything.
 * @throws NodeApiError where the list can't be had, or isn't known to be whole
 */
async function listOwn(
	context: Context,
	client: Client,
	{ orNone = false } = {},
): Promise<Webhook[]> {
	const own: Webhook[] = [];
	for await (const page of fetchWebhooks(client)) {
		if (page.failed) {
			if (orNone && isForbidden(page.failed)) return [];
			throw refusal(context, page);
		}
		own.push(...page.webhooks.filter((webhook) => isOwn(context, webhook)));
	}
	return own;
}

/** The subscription whose id is kept, which a list may not show; none where it delivers elsewhere. */
async function findKept(context: Context, client: Client): Promise<Webhook[]> {
	const kept = keptOf(context);
	if (!kept) return [];
	const result = await fetchWebhook(client, kept.id);
	if (result.failed) {
		if (result.failed.answered && result.failed.status === 404) return [];
		throw refusal(context, result);
	}
	const webhook = { ...result.webhook, id: kept.id };
	return isOwn(context, webhook) ? [webhook] : [];
}

async function findOwn(context: Context, client: Client): Promise<Webhook[]> {
	const listed = await listOwn(context, client);
	const kept = keptOf(context);
	const isListed = listed.some(({ id }) => id === kept?.id);
	return isListed ? listed : [...(await findKept(context, client)), ...listed];
}

function hasEvents(webhook: IDataObject, events: string[]): boolean {
	const actual: unknown[] = Array.isArray(webhook.events) ? webhook.events : [];
	return actual.length === events.length && events.every((event) => actual.includes(event));
}

/** What is shown as the secret, at hand, else asked for: which answers hold it is not documented. */
async function readSecrets(context: Context, client: Client, webhook: Webhook): Promise<unknown[]> {
	if (readSigningSecret(webhook.secret)) return [webhook.secret];
	const detail = await readDetail(context, client, webhook);
	return [webhook.secret, detail?.secret];
}

const secretAmong = (shown: unknown[]) =>
	shown.map(readSigningSecret).find((secret) => secret !== undefined);

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
	if (result.failed) throw refusal(context, result);
	return result.webhook;
}

/** Deletes a subscription that delivers to this trigger; another stays, whatever its id is. */
async function remove(context: Context, client: Client, webhook: Webhook): Promise<void> {
	const isShown = webhook.url !== undefined && webhook.url !== null;
	const detail = isShown ? webhook : await readDetail(context, client, webhook);
	if (!detail || !isOwn(context, detail)) return;
	const failed = await deleteWebhook(client, webhook.id);
	if (failed) throw refusal(context, failed);
}

const SWITCH_TO_MANUAL =
	'Set Registration to Manual, create the webhook in the KrosAI dashboard and put its signing secret into the KrosAI credential.';

/** A key without the scopes, or an API without webhooks: both leave registration by hand. */
function isForbidden(exchange: Exchange): boolean {
	return exchange.answered && (exchange.status === 403 || exchange.status === 404);
}

/** Where publishing fails, n8n shows the message only: so all that helps is in there. */
function refusal(context: Context, result: FailedRequest): NodeApiError {
	const failure = explainFailed(result);
	const advice = adviceFor(result);
	const message = advice ?? failure.message;
	const said = wordsIn(result.failed);
	return toNodeApiError(context.getNode(), {
		...failure,
		message: said && !message.includes(said) ? `${message}. KrosAI said: "${said}"` : message,
		...(advice && { description: SWITCH_TO_MANUAL }),
	});
}

function adviceFor({ failed, partOf }: FailedRequest): string | undefined {
	if (isForbidden(failed)) {
		return "The API key can't manage webhooks at KrosAI. Give it the scopes webhooks:read and webhooks:write, or set Registration to Manual";
	}
	if (partOf === undefined) return undefined;
	return `KrosAI gives ${partOf} webhooks and no others, so it isn't known whether this trigger has one already. Set Registration to Manual`;
}

/** KrosAI's own words, where its error body (Spec, Error Response Format) or a common form has them. */
function wordsIn(exchange: Exchange): string {
	if (!exchange.answered || isSuccess(exchange.status)) return '';
	const body = isObject(exchange.json) ? exchange.json : {};
	const inside = isObject(body.error) ? body.error : {};
	const words = [body.error, inside.message, body.message, body.detail].find(
		(value) => typeof value === 'string' && value.trim() !== '',
	);
	return words === undefined ? '' : show(words);
}
