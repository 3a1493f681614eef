import { textOf } from '../util/json';
import { show } from '../util/quote';
import { hideKey } from './hideKey';
import { PATHS } from './paths';

/**
 * Which of KrosAI's APIs is spoken: `v1` is the Spec's; `bridge` is the "KrosAI Bridge API", whose
 * document asks for the key as Bearer, another base URL and the organization on everything.
 */
export type Api = 'v1' | 'bridge';

/** As the credential calls them. */
export const API_NAMES: Record<Api, string> = { v1: 'KrosAI API', bridge: 'KrosAI Bridge API' };

export const BASE_URLS: Record<Api, string> = {
	v1: 'https://api.krosai.com/v1',
	bridge: 'https://api.krosai.com/api/v1',
};

/** Where the Bridge API starts calls, by what partners have read; its own text doesn't show that part. */
export const BRIDGE_CALL_PATH = '/outbound-call';

/** The credential as n8n gives it; behind an expression each value may be of any kind. */
export interface StoredCredential {
	apiKey?: unknown;
	api?: unknown;
	baseUrl?: unknown;
	organizationId?: unknown;
	callPath?: unknown;
}

/** How KrosAI is asked with a credential. */
export interface Connection {
	api: Api;
	apiKey: string;
	/** Without slashes at its end. */
	baseUrl: string;
	/** Undefined with `v1`, where the key alone says which organization it is. */
	organizationId: string | undefined;
	/** Where calls are started. */
	callPath: string;
	obstacle?: undefined;
}

/** @returns what the credential says, or in `obstacle` the user's words for why it can't be used */
export function readConnection(stored: StoredCredential): Connection | { obstacle: string } {
	const apiKey = visible(stored.apiKey);
	if (apiKey === '') return { obstacle: 'The API Key of the KrosAI credential is empty' };
	const api = readApi(stored.api);
	if (api === undefined) return { obstacle: describeApi(stored.api, apiKey) };
	const baseUrl = readBaseUrl(baseUrlIn(stored));
	if (baseUrl === undefined) return { obstacle: describeBaseUrl(stored.baseUrl, api, apiKey) };
	if (api === 'v1') {
		return { api, apiKey, baseUrl, organizationId: undefined, callPath: PATHS.outboundCalls };
	}
	const organizationId = visible(textOf(stored.organizationId));
	if (organizationId === '') return { obstacle: NO_ORGANIZATION };
	const callPath = readCallPath(stored.callPath);
	if (callPath === undefined) return { obstacle: describeCallPath(stored.callPath, apiKey) };
	return { api, apiKey, baseUrl, organizationId, callPath };
}

/** The header that carries the key. */
export function keyHeader({ api, apiKey }: StoredCredential): Record<string, string> {
	const key = visible(apiKey);
	return readApi(api) === 'bridge' ? { Authorization: `Bearer ${key}` } : { 'x-api-key': key };
}

/**
 * The Base URL as it counts. A credential that was made for v1 still holds that one's when the Bridge
 * API is chosen; and the host alone is what the Bridge API's text calls its base.
 */
export function baseUrlIn({ api, baseUrl }: StoredCredential): string {
	const text = textOf(baseUrl)?.trim() ?? '';
	const isUnset = ['', BASE_URLS.v1, new URL(BASE_URLS.v1).origin].includes(
		readBaseUrl(text) ?? text,
	);
	return readApi(api) === 'bridge' && isUnset ? BASE_URLS.bridge : text;
}

/** A credential that was saved before there was a choice has none. */
function readApi(value: unknown): Api | undefined {
	const text = value === undefined || value === null ? '' : textOf(value)?.trim();
	if (text === '') return 'v1';
	return text === 'v1' || text === 'bridge' ? text : undefined;
}

/**
 * As it is sent. What was pasted along with it, such as a line break, has no place in a header: some
 * versions of n8n leave it out, others send nothing, and don't say so.
 */
function visible(value: unknown): string {
	return typeof value === 'string' ? value.replace(/[^\x20-\x7e]/g, '').trim() : '';
}

/** Without slashes at its end; undefined where it is no web address. */
function readBaseUrl(text: string): string | undefined {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
	return (url.origin + url.pathname).replace(/\/+$/, '');
}

/** With one slash in front and none at its end: joined to the Base URL it can't lead to another host. */
function readCallPath(value: unknown): string | undefined {
	const text =
		textOf(value)
			?.trim()
			.replace(/^\/+|\/+$/g, '') ?? '';
	if (text === '') return BRIDGE_CALL_PATH;
	return /^[\w.~%-]+(\/[\w.~%-]+)*$/.test(text) ? `/${text}` : undefined;
}

const NO_ORGANIZATION = `The Organization ID of the KrosAI credential is empty, and the ${API_NAMES.bridge} asks for it with each request`;

function describeApi(value: unknown, apiKey: string): string {
	return `The API "${shown(value, apiKey)}" of the KrosAI credential is not known: choose ${API_NAMES.v1} (v1) or ${API_NAMES.bridge} (bridge)`;
}

function describeBaseUrl(value: unknown, api: Api, apiKey: string): string {
	const text = (textOf(value) ?? '')
		// A password may hold any sign, so nothing before the last @ is shown.
		.replace(/^(\s*[a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1***@')
		.replace(/[?#].*$/s, '');
	return `The Base URL "${shown(text, apiKey)}" of the KrosAI credential is not a web address. It starts with https://, for example ${BASE_URLS[api]}`;
}

function describeCallPath(value: unknown, apiKey: string): string {
	return `The Call Path "${shown(value, apiKey)}" of the KrosAI credential is not a path, such as ${BRIDGE_CALL_PATH}`;
}

/** What stands in a field, without a key that was put into the wrong one. */
function shown(value: unknown, apiKey: string): string {
	const text = hideKey(apiKey, textOf(value) ?? '')
		.replace(/kros_\w*/gi, '***')
		.replace(/[\w-]{24,}/g, (word) => (/\d/.test(word) ? '***' : word));
	return show(text);
}
