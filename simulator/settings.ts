import type { Endpoint, EndpointSeed, PhoneNumber, PhoneNumberSeed } from './catalogue';
import {
	DEFAULT_ENDPOINTS,
	DEFAULT_KEYS,
	DEFAULT_PHONE_NUMBERS,
	endpoint,
	phoneNumber,
} from './catalogue';
import {
	applyCallLogOptions,
	type CallLogSettings,
	DEFAULT_CALL_LOG_SETTINGS,
} from './callLogSettings';
import { applyApiOptions, type ApiSettings, DEFAULT_API_SETTINGS } from './apiSettings';
import { requireOneOf, requirePositive } from './checks';
import {
	applyListOptions,
	DEFAULT_LIST_SETTINGS,
	type ListOptions,
	type ListSettings,
} from './listSettings';
import {
	applyWebhookOptions,
	DEFAULT_WEBHOOK_SETTINGS,
	type WebhookSettings,
} from './webhookSettings';

/** Limits per plan (KrosAI docs, Rate limits; the concurrent calls also in the Spec). */
export const PLANS = {
	free: { concurrentCalls: 1, requestsPerSecond: 10 },
	pro: { concurrentCalls: 10, requestsPerSecond: 50 },
	business: { concurrentCalls: 50, requestsPerSecond: 200 },
	// "Custom" in the documents: more than this process can answer, so never reached.
	enterprise: { concurrentCalls: Infinity, requestsPerSecond: 10_000 },
};

type Plan = keyof typeof PLANS;

interface NoLineRefusal {
	status: 400 | 403 | 429;
	code: string;
}

export interface SimulatorOptions
	extends Partial<ApiSettings>, ListOptions, Partial<WebhookSettings>, Partial<CallLogSettings> {
	/** TCP port on 127.0.0.1; 0 (default) = any free one. */
	port?: number;
	/** Default `enterprise`. */
	plan?: Plan;
	/**
	 * What a start is told while all lines are in use; default 429 and `RATE_LIMIT_EXCEEDED` (Spec).
	 * `CONCURRENT_LIMIT_EXCEEDED` is documented without a status.
	 */
	noLineRefusal?: NoLineRefusal;
	/** `POST /outbound-calls` of v1 per second, default 10; Infinity = no limit. */
	startsPerSecond?: number;
	/** The calls live this many times faster than real time, default 1. */
	speed?: number;
	/** The name of the number in phone-number objects: guide (default) or reference. */
	numberField?: 'number' | 'e164';
	phoneNumbers?: PhoneNumberSeed[];
	endpoints?: EndpointSeed[];
	/** API key → scopes. */
	keys?: Record<string, string[]>;
	/** What the organization has; the cost of ended calls is taken from it. */
	balanceCents?: number;
}

/** Everything about the organization that can change while the simulator runs. */
export interface Settings extends ApiSettings, ListSettings, WebhookSettings, CallLogSettings {
	plan: Plan;
	noLineRefusal: NoLineRefusal;
	startsPerSecond: number;
	speed: number;
	numberField: 'number' | 'e164';
	phoneNumbers: PhoneNumber[];
	endpoints: Endpoint[];
	keys: Record<string, string[]>;
	balanceCents: number;
}

const DEFAULTS: Settings = {
	plan: 'enterprise',
	noLineRefusal: { status: 429, code: 'RATE_LIMIT_EXCEEDED' },
	startsPerSecond: 10,
	speed: 1,
	numberField: 'number',
	phoneNumbers: DEFAULT_PHONE_NUMBERS.map(phoneNumber),
	endpoints: DEFAULT_ENDPOINTS.map(endpoint),
	keys: DEFAULT_KEYS,
	balanceCents: 10_000_00,
	...DEFAULT_API_SETTINGS,
	...DEFAULT_LIST_SETTINGS,
	...DEFAULT_WEBHOOK_SETTINGS,
	...DEFAULT_CALL_LOG_SETTINGS,
};

/** Lays changes over settings. Throws an Error that names the option where a value is impossible. */
export function applyOptions(changes: SimulatorOptions, current: Settings = DEFAULTS): Settings {
	const settings: Settings = {
		plan: changes.plan ?? current.plan,
		noLineRefusal: changes.noLineRefusal ?? current.noLineRefusal,
		startsPerSecond: changes.startsPerSecond ?? current.startsPerSecond,
		speed: changes.speed ?? current.speed,
		numberField: changes.numberField ?? current.numberField,
		phoneNumbers: changes.phoneNumbers?.map(phoneNumber) ?? current.phoneNumbers,
		endpoints: changes.endpoints?.map(endpoint) ?? current.endpoints,
		keys: changes.keys ?? current.keys,
		balanceCents: changes.balanceCents ?? current.balanceCents,
		...applyApiOptions(changes, current),
		...applyListOptions(changes, current),
		...applyWebhookOptions(changes, current),
		...applyCallLogOptions(changes, current),
	};
	requireOneOf('plan', settings.plan, Object.keys(PLANS));
	requireOneOf('noLineRefusal.status', settings.noLineRefusal.status, [400, 403, 429]);
	requireOneOf('numberField', settings.numberField, ['number', 'e164']);
	requirePositive('speed', settings.speed);
	requirePositive('startsPerSecond', settings.startsPerSecond);
	return settings;
}
