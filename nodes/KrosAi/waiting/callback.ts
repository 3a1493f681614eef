import { createHmac, timingSafeEqual } from 'crypto';
import { CALLBACK_PATH, TOKEN_PREFIX } from '../api/callbackAddress';

/**
 * The address that a call's events are sent to, and the proof in it that KrosAI was told it. n8n's
 * own token is in it where the version of n8n has one; this node's needs nothing stored, because the
 * API key can check it: an HMAC over the execution, the node, its run and the item.
 */

/** The part of the query that is this node's. */
export const CALLBACK_PARAMETER = 'krosai';

/** Which call a callback is for: the run of the node in this execution (loops), and the item. */
export interface CallbackOf {
	runIndex: number;
	itemIndex: number;
}

/** What a token is made with and checked against. */
export interface TokenKey {
	apiKey: string;
	executionId: string;
	nodeId: string;
}

/** @param resumeUrl n8n's address of the execution, `$execution.resumeUrl` */
export function callbackAddress(resumeUrl: string, key: TokenKey, callback: CallbackOf): string {
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/$/, '')}/${CALLBACK_PATH}`;
	const { runIndex, itemIndex } = callback;
	const token = TOKEN_PREFIX + tokenOf(key, callback);
	url.searchParams.set(CALLBACK_PARAMETER, `${runIndex}.${itemIndex}.${token}`);
	return url.href;
}

const TOKEN = new RegExp(String.raw`^(\d{1,9})\.(\d{1,9})\.${TOKEN_PREFIX}([0-9a-f]{64})$`);

/** @returns which call the query of a request is about; undefined where the token is wrong */
export function checkToken(parameter: unknown, key: TokenKey): CallbackOf | undefined {
	const match = typeof parameter === 'string' ? TOKEN.exec(parameter) : null;
	// Under an empty key, such as that of a vault that can't be read, a stranger could make one.
	if (!match || !key.apiKey.trim()) return undefined;
	const claimed = { runIndex: Number(match[1]), itemIndex: Number(match[2]) };
	const expected = Buffer.from(tokenOf(key, claimed), 'hex');
	return timingSafeEqual(Buffer.from(match[3]!, 'hex'), expected) ? claimed : undefined;
}

function tokenOf(
	{ apiKey, executionId, nodeId }: TokenKey,
	{ runIndex, itemIndex }: CallbackOf,
): string {
	// The first entry keeps this use of the key apart from any other.
	const subject = ['n8n-nodes-krosai callback', executionId, nodeId, runIndex, itemIndex];
	return createHmac('sha256', apiKey.trim()).update(JSON.stringify(subject)).digest('hex');
}
