import { json, noContent, Refusal, type Reply } from './http';
import {
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
	/** The group, where there is one, is the id in the path. */
	path: RegExp;
	scope: string;
	/** Not in the reference of calls (KrosAI docs, Ref: Calls). */
	inGuideOnly?: true;
	/** Answered by the cache in front of the log, where there is one. */
	cached?: true;
	/** Where it isn't 200; a 204 has no body. */
	status?: number;
	/** Returns the body; throws a Refusal where the answer is no. */
	answer: (organization: Organization, request: RecordedRequest, id: string) => unknown;
}

const WEBHOOKS = /^\/v1\/webhooks$/;
const WEBHOOK = /^\/v1\/webhooks\/([^/]+)$/;

const ROUTES: Route[] = [
	{
		method: 'POST',
		path: /^\/v1\/outbound-calls$/,
		scope: 'calls:write',
		answer: (organization, { body }) => {
			requireStartRate(organization);
			return startCall(organization, body);
		},
	},
	{
		method: 'GET',
		path: /^\/v1\/phone-numbers$/,
		scope: 'numbers:read',
		answer: (organization, { query }) => listPhoneNumbers(organization, query),
	},
	{
		method: 'GET',
		path: /^\/v1\/endpoints$/,
		scope: 'endpoints:read',
		answer: (organization, { query }) => listEndpoints(organization, query),
	},
	{
		method: 'GET',
		path: /^\/v1\/calls$/,
		scope: 'calls:read',
		cached: true,
		answer: (organization, { query }) => listCalls(organization, query),
	},
	{
		method: 'GET',
		path: /^\/v1\/calls\/([^/]+)$/,
		scope: 'calls:read',
		answer: (organization, _request, id) => getCall(organization, id),
	},
	{
		method: 'GET',
		path: /^\/v1\/calls\/([^/]+)\/events$/,
		scope: 'calls:read',
		inGuideOnly: true,
		// No document shows the answer.
		answer: (organization, _request, id) => ({
			events: showTimeline(organization, findCall(organization, id)),
		}),
	},
	{
		method: 'POST',
		path: /^\/v1\/calls\/([^/]+)\/hangup$/,
		scope: 'calls:write',
		inGuideOnly: true,
		answer: (organization, _request, id) => hangUp(organization, id),
	},
	{
		method: 'GET',
		path: /^\/v1\/calls\/([^/]+)\/recording$/,
		scope: 'calls:read',
		inGuideOnly: true,
		answer: (organization, _request, id) => getRecording(organization, findCall(organization, id)),
	},
	{
		method: 'GET',
		path: WEBHOOKS,
		scope: 'webhooks:read',
		answer: (organization) => listSubscriptions(organization),
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
];

/**
 * Answers a request to /v1 as KrosAI would: who asks, how often, whether they may, and what.
 * Everything happens at once, so an accepted call is in the log when this returns.
 */
export function answer(organization: Organization, request: RecordedRequest): Reply {
	const reply = decide(organization, request);
	const headers = { date: dateOf(organization), ...rateLimitHeaders(organization) };
	return { ...reply, headers: { ...headers, ...reply.headers } };
}

function decide(organization: Organization, request: RecordedRequest): Reply {
	try {
		const scopes = authenticate(organization, request);
		requireRequestRate(organization);
		const { route, id } = findRoute(organization, request);
		if (!scopes.includes(route.scope)) {
			const message = `This API key lacks the scope ${route.scope}`;
			throw new Refusal(403, 'INSUFFICIENT_SCOPE', message);
		}
		const ask = () => {
			const body = route.answer(organization, request, id);
			return route.status === 204 ? noContent() : json(route.status ?? 200, body);
		};
		return route.cached ? fromCache(organization, request, ask) : ask();
	} catch (error) {
		if (error instanceof Refusal) return error.reply;
		throw error;
	}
}

/** The answer keeps the `Date` that it had at first. */
function fromCache(
	organization: Organization,
	{ path, query }: RecordedRequest,
	ask: () => Reply,
): Reply {
	const question = `${path}?${new URLSearchParams(query)}`;
	const { logCacheSeconds } = organization.settings;
	return organization.logCache.answer(question, logCacheSeconds, () => {
		const reply = ask();
		return { ...reply, headers: { ...reply.headers, date: dateOf(organization) } };
	});
}

function dateOf({ settings }: Organization): string {
	return new Date(Date.now() + settings.dateOffsetSeconds * 1000).toUTCString();
}

/** The scopes of the key in `x-api-key` or `Authorization: Bearer` (KrosAI docs, Authentication). */
function authenticate({ settings }: Organization, { headers }: RecordedRequest): string[] {
	const bearer = /^Bearer (.+)$/i.exec(String(headers.authorization ?? ''))?.[1];
	const key = String(headers['x-api-key'] ?? bearer ?? '');
	const scopes = Object.hasOwn(settings.keys, key) ? settings.keys[key] : undefined;
	if (!scopes) throw new Refusal(401, 'UNAUTHORIZED', 'Invalid or missing API key');
	return scopes;
}

function findRoute(
	{ settings }: Organization,
	{ method, path }: RecordedRequest,
): { route: Route; id: string } {
	const isGuide = settings.callApi === 'guide';
	const here = ROUTES.filter((route) => route.path.test(path) && (isGuide || !route.inGuideOnly));
	const route = here.find((candidate) => candidate.method === method);
	if (route) return { route, id: route.path.exec(path)?.[1] ?? '' };
	if (here.length === 0) throw new Refusal(404, 'NOT_FOUND', `Nothing at ${path}`);
	const allow = here.map((candidate) => candidate.method).join(', ');
	throw new Refusal(405, 'METHOD_NOT_ALLOWED', `${path} takes ${allow}`, {}, { allow });
}

/** `POST /calls/{id}/hangup`. No document shows the answer, nor what an ended call is told. */
function hangUp(organization: Organization, id: string): unknown {
	const call = findCall(organization, id);
	if (organization.exchange.hangUp(call)) return { call_id: id, status: call.status };
	throw new Refusal(409, 'CALL_NOT_ACTIVE', 'The call has already ended');
}

function requireRequestRate({ requestLimit }: Organization): void {
	tooFast(requestLimit.take());
}

function requireStartRate({ startLimit }: Organization): void {
	tooFast(startLimit.take());
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

/** On every response (KrosAI docs, Rate limits). */
function rateLimitHeaders({ requestLimit, plan }: Organization): Record<string, string> {
	const reset = Math.ceil(Date.now() / 1000 + requestLimit.secondsUntilNext());
	return {
		'X-RateLimit-Limit': String(plan.requestsPerSecond),
		'X-RateLimit-Remaining': String(requestLimit.remaining()),
		'X-RateLimit-Reset': String(reset),
	};
}
