import { BASE_PATHS } from './apiSettings';
import { type SimulatedCall, TEST_NUMBERS } from './call';
import { DEFAULT_KEY, ORGANIZATION_ID } from './catalogue';
import { type Delivery, isDelivered, MOST_ATTEMPTS } from './courier';
import type { Organization } from './organization';
import type { RecordedRequest } from './requests';

/** A busy campaign must not choke a page that is opened late. */
const MOST_SHOWN = 200;

/** A call for the page: what the log has, the agent by name, the seconds since the answer. */
export function callView({ exchange, settings }: Organization, call: SimulatedCall) {
	const agent = settings.endpoints.find(({ id }) => id === call.endpoint_id);
	return {
		...call,
		agent: agent?.name ?? call.endpoint_id,
		talking: exchange.talkingFor(call),
		lines_in_use: exchange.linesInUse,
	};
}

/** An attempt to deliver; all attempts of an event to one receiver have the same key. */
export function deliveryView(delivery: Delivery) {
	const { at, url, event, event_id, call_id, attempt, status, problem, subscriptionId } = delivery;
	return {
		key: `${event_id} ${subscriptionId} ${url}`,
		at,
		event,
		call_id,
		url,
		own: subscriptionId === null,
		attempt,
		attempts: MOST_ATTEMPTS,
		status,
		problem,
		delivered: isDelivered(delivery),
	};
}

/** A request that started no call, or whose answer did not arrive as KrosAI's. */
export function refusalView({ at, method, path, body, status, code }: RecordedRequest) {
	const toNumber = (body as { to_number?: unknown } | null)?.to_number ?? null;
	return { at, method, path, to_number: toNumber, status, code };
}

/** Whether the page lists the request below the calls. */
export function isRefused({ status }: RecordedRequest): boolean {
	return status === null || status >= 300;
}

/** The header of the page. */
export function settingsView({ exchange, plan, settings, subscriptions }: Organization) {
	return {
		base_path: BASE_PATHS[settings.api],
		/** Where requests have to name it. */
		organization_id: settings.api === 'bridge' ? ORGANIZATION_ID : null,
		plan: settings.plan,
		lines: plan.concurrentCalls === Infinity ? null : plan.concurrentCalls,
		lines_in_use: exchange.linesInUse,
		speed: settings.speed,
		subscriptions: subscriptions.length,
		test_numbers: TEST_NUMBERS,
		/** How calls to all other numbers end. */
		outcome: exchange.scriptOf('*').outcome,
		key: DEFAULT_KEY in settings.keys ? DEFAULT_KEY : (Object.keys(settings.keys)[0] ?? ''),
	};
}

/** Everything a page shows: what it hears when it opens, and when all may have changed. */
export function helloView(organization: Organization, requests: readonly RecordedRequest[]) {
	return {
		settings: settingsView(organization),
		calls: organization.exchange.calls
			.slice(-MOST_SHOWN)
			.map((call) => callView(organization, call)),
		deliveries: organization.courier.deliveries.slice(-MOST_SHOWN).map(deliveryView),
		refusals: requests.filter(isRefused).slice(-MOST_SHOWN).map(refusalView),
	};
}
