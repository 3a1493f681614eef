import { BASE_PATHS, type Api } from './apiSettings';
import {
	bearerKey,
	bridgeHeaders,
	bridgeKey,
	replayed,
	requireBridgeRate,
	requireOrganizationId,
} from './bridge';
import { getDelivery, listDeliveries, retryDelivery } from './deliveries';
import { json, noContent, Refusal, type Reply } from './http';
import {
	countCalls,
	findCall,
	getCall,
	listCalls,
	listEndpoints,
	listPhoneNumbers,
	showTimeline,
} from './lists';
import type { Organization } from './organization';
import { startCall } from './outboundCalls';
import { getRecording } from './recording';
import type { RecordedRequest } from './requests';
import {
	createSubscription,
	deleteSubscription,
	getSubscription,
	listSubscriptions,
	updateSubscription,
} from './subscriptions';

interface Route {
	method: string;
	/** After the API's base path; the group, where there is one, is the id. */
	path: RegExp;
	scope: string;
	/** Where the other generation of the API has another path. */
	api?: Api;
	/** Not in the reference of calls (KrosAI docs, Ref: Calls). */
	inGuideOnly?: true;
	/** Answered by the cache in front of the log, where there is one. */
	cached?: true;
	/** Where it isn't 200; a 204 has no body. */
	status?: number;
	/** Returns the body; throws a Refusal where the answer is no. */
	answer: (organization: Organization, request: RecordedRequest, id: string) => unknown;
}

const WEBHOOKS = /^\/webhooks$/;
const WEBHOOK = /^\/webhooks\/([^/]+)$/;

const START: Omit<Route, 'path'> = {
	method: 'POST',
	scope: 'calls:write',
	answer: (organization, { body }) => {
		tooFast(organization.startLimit.take());
		return startCall(organization, body);
	},
};

const ROUTES: Route[] = [
	{ ...START, path: /^\/outbound-calls$/, api: 'v1' },
	{ ...START, path: /^\/outbound-call$/, api: 'bridge' },
	{
		method: 'GET',
		path: /^\/phone-numbers$/,
		scope: 'numbers:read',
		answer: (organization, { query }) => listPhoneNumbers(organization, query),
	},
	{
		method: 'GET',
		path: /^\/endpoints$/,
		scope: 'endpoints:read',
		answer: (organization, { query }) => listEndpoints(organization, query),
	},
	{
		method: 'GET',
		path: /^\/calls$/,
		scope: 'calls:read',
		cached: true,
		answer: (organization, { query }) =>
			organization.settings.callApi === 'reference' && query.action === 'stats'
				? countCalls(organization, query)
				: listCalls(organization, query),
	},
	{
		// Before the route of one call, which has this form.
		method: 'GET',
		path: /^\/calls\/stats$/,
		scope: 'calls:read',
		inGuideOnly: true,
		answer: (organization, { query }) => countCalls(organization, query),
	},
	{
		method: 'GET',
		path: /^\/calls\/([^/]+)$/,
		scope: 'calls:read',
		answer: (organization, _request, id) => getCall(organization, id),
	},
	{
		method: 'GET',
		path: /^\/calls\/([^/]+)\/events$/,
		scope: 'calls:read',
		inGuideOnly: true,
		// No document shows the answer.
		answer: (organization, _request, id) => ({
			events: showTimeline(organization, findCall(organization, id)),
		}),
	},
	{
		method: 'POST',
		path: /^\/calls\/([^/]+)\/hangup$/,
		scope: 'calls:write',
		inGuideOnly: true,
		answer: (organization, _request, id) => hangUp(organization, id),
	},
	{
		method: 'GET',
		path: /^\/calls\/([^/]+)\/recording$/,
		scope: 'calls:read',
		inGuideOnly: true,
		answer: (organization, _request, id) => getRecording(organization, findCall(organization, id)),
	},
	{
		method: 'GET',
		path: WEBHOOKS,
		scope: 'webhooks:read',
		answer: (organization, { query }) => listSubscriptions(organization, query),
	},
	{
		// No document shows the status of these answers: 201 and 204 are the usual ones.
		method: 'POST',
		path: WEBHOOKS,
		scope: 'webhooks:write',
		status: 201,
		answer: (organization, { body }) => {
			tooFast(organization.subscriptionLimit.take());
			return createSubscription(organization, body);
		},
	},
	{
		method: 'GET',
		path: WEBHOOK,
		scope: 'webhooks:read',
		answer: (organization, _request, id) => getSubscription(organization, id),
	},
	{
		method: 'PATCH',
		path: WEBHOOK,
		scope: 'webhooks:write',
		answer: (organization, { body }, id) => updateSubscription(organization, id, body),
	},
	{
		method: 'DELETE',
		path: WEBHOOK,
		scope: 'webhooks:write',
		status: 204,
		answer: (organization, _request, id) => deleteSubscription(organization, id),
	},
	{
		// No document says which scope: those of webhooks are the nearest.
		method: 'GET',
		path: /^\/webhook-deliveries$/,
		scope: 'webhooks:read',
		answer: (organization, { query }) => listDeliveries(organization, query),
	},
	{
		method: 'GET',
		path: /^\/webhook-deliveries\/([^/]+)$/,
		scope: 'webhooks:read',
		answer: (organization, _request, id) => getDelivery(organization, id),
	},
	{
		method: 'POST',
		path: /^\/webhook-deliveries\/([^/]+)\/retry$/,
		scope: 'webhooks:write',
		answer: (organization, _request, id) => retryDelivery(organization, id),
	},
];

/**
 * Answers a request as KrosAI would: who asks, how often, whether they may, and what. Everything
 * happens at once, so an accepted call is in the log when this returns.
 */
export function answer(organization: Organization, request: RecordedRequest): Reply {
	const { api } = organization.settings;
	const path = pathBelow(BASE_PATHS[api], request);
	if (path === undefined) return nothingAt(request).reply;
	const reply = replyOf(() => admit(organization, request, path));
	const own = api === 'bridge' ? bridgeHeaders() : rateLimitHeaders(organization);
	return { ...reply, headers: { date: dateOf(organization), ...own, ...reply.headers } };
}

/** The path without `base`; undefined where it is not below it. */
function pathBelow(base: string, { path }: RecordedRequest): string | undefined {
	return path === base || path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}

function replyOf(make: () => Reply): Reply {
	try {
		return make();
	} catch (error) {
		if (error instanceof Refusal) return error.reply;
		throw error;
	}
}

function admit(organization: Organization, request: RecordedRequest, path: string): Reply {
	const isBridge = organization.settings.api === 'bridge';
	// The Bridge API counts by address, before it knows who asks.
	if (isBridge) requireBridgeRate(organization);
	const scopes = scopesOf(
		organization,
		isBridge ? bridgeKey(request) : v1Key(organization, request),
	);
	if (!isBridge) tooFast(organization.requestLimit.take());
	const { route, id } = findRoute(organization, request, path);
	if (!scopes.includes(route.scope)) {
		const message = `This API key lacks the scope ${route.scope}`;
		throw new Refusal(403, 'INSUFFICIENT_SCOPE', message);
	}
	const ask = () => {
		const body = route.answer(organization, request, id);
		return route.status === 204 ? noContent() : json(route.status ?? 200, body);
	};
	const askLog = () => (route.cached ? fromCache(organization, request, ask) : ask());
	if (!isBridge) return askLog();
	requireOrganizationId(request);
	return replayed(organization, request, () => replyOf(askLog));
}

/** The answer keeps the `Date` that it had at first. */
function fromCache(
	{ logCache, settings }: Organization,
	{ path, query }: RecordedRequest,
	ask: () => Reply,
): Reply {
	const question = `${path}?${new URLSearchParams(query)}`;
	const { reply, ageSeconds } = logCache.answer(question, settings.logCacheSeconds, () => {
		const made = ask();
		return { ...made, headers: { ...made.headers, date: dateOf({ settings }) } };
	});
	if (ageSeconds === null) return reply;
	return { ...reply, headers: { ...reply.headers, age: String(Math.floor(ageSeconds)) } };
}

function dateOf({ settings }: Pick<Organization, 'settings'>): string {
	return new Date(Date.now() + settings.dateOffsetSeconds * 1000).toUTCString();
}

/** From `x-api-key` (Spec), else from `Authorization: Bearer` (Ref pages) where that is taken. */
function v1Key({ settings }: Organization, request: RecordedRequest): string | undefined {
	const key = request.headers['x-api-key'];
	if (typeof key === 'string') return key;
	return settings.keyHeaders === 'both' ? bearerKey(request) : undefined;
}

function scopesOf({ settings }: Organization, key = ''): string[] {
	const scopes = Object.hasOwn(settings.keys, key) ? settings.keys[key] : undefined;
	if (!scopes) throw new Refusal(401, 'UNAUTHORIZED', 'Invalid or missing API key');
	return scopes;
}

function findRoute(
	{ settings }: Organization,
	request: RecordedRequest,
	path: string,
): { route: Route; id: string } {
	const here = ROUTES.filter(
		(route) =>
			route.path.test(path) &&
			(settings.callApi === 'guide' || !route.inGuideOnly) &&
			(route.api ?? settings.api) === settings.api,
	);
	const route = here.find(({ method }) => method === request.method);
	if (route) return { route, id: route.path.exec(path)?.[1] ?? '' };
	if (here.length === 0) throw nothingAt(request);
	const allow = here.map(({ method }) => method).join(', ');
	throw new Refusal(405, 'METHOD_NOT_ALLOWED', `${request.path} takes ${allow}`, {}, { allow });
}

function nothingAt({ path }: RecordedRequest): Refusal {
	return new Refusal(404, 'NOT_FOUND', `Nothing at ${path}`);
}

/** `POST /calls/{id}/hangup`. No document shows the answer, nor what an ended call is told. */
function hangUp(organization: Organization, id: string): unknown {
	const call = findCall(organization, id);
	if (organization.exchange.hangUp(call)) return { call_id: id, status: call.status };
	throw new Refusal(409, 'CALL_NOT_ACTIVE', 'The call has already ended');
}

/** KrosAI docs, Rate limits: fractional seconds, the same in the header and in the body. */
function tooFast(seconds: number): void {
	if (seconds === 0) return;
	throw new Refusal(
		429,
		'RATE_LIMIT_EXCEEDED',
		'Rate limit exceeded',
		{ retry_after: seconds },
		{ 'retry-after': String(seconds) },
	);
}

/** On every response of v1 (KrosAI docs, Rate limits). */
function rateLimitHeaders({ requestLimit, plan }: Organization): Record<string, string> {
	const reset = Math.ceil(Date.now() / 1000 + requestLimit.secondsUntilNext());
	return {
		'X-RateLimit-Limit': String(plan.requestsPerSecond),
		'X-RateLimit-Remaining': String(requestLimit.remaining()),
		'X-RateLimit-Reset': String(reset),
	};
}
