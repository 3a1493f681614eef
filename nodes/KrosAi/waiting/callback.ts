import { createHmac, timingSafeEqual } from 'crypto';
import { CALLBACK_PATH } from '../api/callbackAddress';
import type { Client } from '../api/client';
import { parseJson, textOf } from '../util/json';

/**
 * The address that a call's events are sent to, and the proof in it that KrosAI was told it. n8n's
 * own token is in it where the version of n8n has one; this node's needs nothing stored, so that
 * whoever holds the API key can check it: an HMAC over the execution, the node, its run and the item.
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

export interface Callbacks {
	/**
	 * The address for an item with its secrets left out, to be kept and shown. The client below puts
	 * them in when it sends the call, so that no output, message or stored entry ever holds them.
	 */
	addressOf(itemIndex: number): string;
	/** A client that sends the whole address, and hides its secrets in what comes back. */
	seal(client: Client): Client;
}

/**
 * @param resumeUrl n8n's address of the execution, `$execution.resumeUrl`
 * @param onSend is told of each item whose address goes out
 */
export function createCallbacks(
	resumeUrl: string,
	key: TokenKey,
	{ runIndex, onSend }: { runIndex: number; onSend?: (itemIndex: number) => void },
): Callbacks {
	const secretAddresses = new Map<string, { address: string; itemIndex: number }>();
	const secrets = new Secrets(new URL(resumeUrl).searchParams.values());
	const addressOf = (itemIndex: number) => {
		const token = tokenOf(key, { runIndex, itemIndex });
		const real = new URL(resumeUrl);
		real.pathname = `${real.pathname.replace(/\/$/, '')}/${CALLBACK_PATH}`;
		const shown = new URL(real);
		for (const name of real.searchParams.keys()) shown.searchParams.set(name, HIDDEN);
		real.searchParams.set(CALLBACK_PARAMETER, `${runIndex}.${itemIndex}.${token}`);
		shown.searchParams.set(CALLBACK_PARAMETER, `${runIndex}.${itemIndex}.${HIDDEN}`);
		secrets.add(token);
		secretAddresses.set(shown.href, { address: real.href, itemIndex });
		return shown.href;
	};
	return {
		addressOf,
		seal: (client) => {
			const sender: Client = async (request) => {
				const known = secretAddresses.get(textOf(request.body?.webhook_url) ?? '');
				if (!known) return await client(request);
				onSend?.(known.itemIndex);
				const body = { ...request.body, webhook_url: known.address };
				return await client({ ...request, body });
			};
			return withoutSecrets(sender, secrets);
		},
	};
}

/** @returns which call the query of a request is about; undefined where the token is wrong */
export function checkToken(parameter: unknown, key: TokenKey): CallbackOf | undefined {
	const match =
		typeof parameter === 'string' ? /^(\d{1,9})\.(\d{1,9})\.([0-9a-f]{64})$/.exec(parameter) : null;
	// Under an empty key, such as that of a vault that can't be read, anybody could make one.
	if (!match || !key.apiKey.trim()) return undefined;
	const claimed = { runIndex: Number(match[1]), itemIndex: Number(match[2]) };
	const expected = Buffer.from(tokenOf(key, claimed), 'hex');
	return timingSafeEqual(Buffer.from(match[3]!, 'hex'), expected) ? claimed : undefined;
}

const HIDDEN = 'hidden';

/** So many digits of a token are looked at first. */
const BEGINNING = 5;

/** What no output, message or stored entry may hold: n8n's token, and this node's for each item. */
export class Secrets {
	/** Found by their form: one by one, those of a long list would have to be looked for each time. */
	private readonly tokens = new Set<string>();
	/** Whether a token begins with these five digits, read as a number. */
	private readonly beginnings = new Uint8Array(16 ** BEGINNING);
	private readonly others = new Set<string>();

	constructor(secrets: Iterable<string>) {
		for (const secret of secrets) this.add(secret);
	}

	add(secret: string): void {
		if (/^[0-9a-f]{64}$/.test(secret)) {
			this.tokens.add(secret);
			this.beginnings[Number.parseInt(secret.slice(0, BEGINNING), 16)] = 1;
		} else if (secret) this.others.add(secret);
	}

	/** Takes them out of a text, in whatever way the address around them is quoted or escaped. */
	hideIn(text: string): string {
		let hidden = this.hideTokens(text);
		for (const secret of this.others) hidden = hidden.replaceAll(secret, HIDDEN);
		return hidden;
	}

	/**
	 * At each place of a text, as what stands before a token may look like a part of it ("%2e"); a text
	 * may be digits throughout, so what is done at a place is little.
	 */
	private hideTokens(text: string): string {
		let hidden = '';
		let hiddenUpTo = 0;
		let beginning = 0;
		let length = 0;
		for (let at = 0; at < text.length; at += 1) {
			const digit = hexDigit(text.charCodeAt(at));
			length = digit < 0 ? 0 : length + 1;
			beginning = ((beginning << 4) | digit) & (this.beginnings.length - 1);
			if (length < BEGINNING || this.beginnings[beginning] === 0) continue;
			const start = at - BEGINNING + 1;
			if (!this.tokens.has(text.slice(start, start + 64))) continue;
			hidden += text.slice(hiddenUpTo, start) + HIDDEN;
			hiddenUpTo = start + 64;
			at = hiddenUpTo - 1;
			length = 0;
		}
		return hidden + text.slice(hiddenUpTo);
	}
}

/** Of a character's code; -1 where it is none. Tokens have small letters. */
function hexDigit(code: number): number {
	if (code >= 48 && code <= 57) return code - 48;
	return code >= 97 && code <= 102 ? code - 87 : -1;
}

/** A client in whose answers these don't occur. */
export function withoutSecrets(client: Client, secrets: Secrets): Client {
	return async (request) => {
		const exchange = await client(request);
		if (!exchange.answered) return { ...exchange, detail: secrets.hideIn(exchange.detail) };
		const text = secrets.hideIn(exchange.text);
		return text === exchange.text ? exchange : { ...exchange, text, json: parseJson(text) };
	};
}

/** The tokens of every item of a run, as an answer about one call could quote another's. */
export function tokensOf(key: TokenKey, runIndex: number, itemCount: number): string[] {
	return Array.from({ length: itemCount }, (_, itemIndex) => tokenOf(key, { runIndex, itemIndex }));
}

function tokenOf(
	{ apiKey, executionId, nodeId }: TokenKey,
	{ runIndex, itemIndex }: CallbackOf,
): string {
	// The first entry keeps this use of the key apart from any other.
	const subject = ['n8n-nodes-krosai callback', executionId, nodeId, runIndex, itemIndex];
	return createHmac('sha256', apiKey.trim()).update(JSON.stringify(subject)).digest('hex');
}
