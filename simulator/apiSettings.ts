import { requireOneOf, requirePositive } from './checks';

/** The generations of KrosAI's API and what their paths begin with. */
export const BASE_PATHS = {
	/** The Spec's, and nearly every other page's. */
	v1: '/v1',
	/** The "KrosAI Bridge API". */
	bridge: '/api/v1',
};
export type Api = keyof typeof BASE_PATHS;

const KEY_HEADERS = ['both', 'x-api-key'] as const;

/** Which API is spoken, and what each generation's documents leave open. */
export interface ApiSettings {
	/** Default `v1`. */
	api: Api;
	/**
	 * Where `v1` takes the key: `x-api-key` and `Authorization: Bearer` (default `both`; Ref pages), or
	 * `x-api-key` alone (Spec). The Bridge API takes it as Bearer only.
	 */
	keyHeaders: (typeof KEY_HEADERS)[number];
	/** Of the Bridge API, for everything; default 600, Infinity = no limit. */
	requestsPerMinute: number;
	/** How long the Bridge API remembers an `Idempotency-Key`, in real time; default a day. */
	replayWindowSeconds: number;
}

export const DEFAULT_API_SETTINGS: ApiSettings = {
	api: 'v1',
	keyHeaders: 'both',
	requestsPerMinute: 600,
	replayWindowSeconds: 24 * 60 * 60,
};

/** Lays changes over settings; throws where a value is impossible. */
export function applyApiOptions(changes: Partial<ApiSettings>, current: ApiSettings): ApiSettings {
	const settings: ApiSettings = {
		api: changes.api ?? current.api,
		keyHeaders: changes.keyHeaders ?? current.keyHeaders,
		requestsPerMinute: changes.requestsPerMinute ?? current.requestsPerMinute,
		replayWindowSeconds: changes.replayWindowSeconds ?? current.replayWindowSeconds,
	};
	requireOneOf('api', settings.api, Object.keys(BASE_PATHS));
	requireOneOf('keyHeaders', settings.keyHeaders, KEY_HEADERS);
	requirePositive('requestsPerMinute', settings.requestsPerMinute);
	requirePositive('replayWindowSeconds', settings.replayWindowSeconds);
	return settings;
}
