/**
 * The last part of the path of every address at which a call's end is awaited. A Wait node behind has
 * another, so that a late event (a recording that is ready) can't wake that one instead.
 */
export const CALLBACK_PATH = 'krosai-call';

/** Makes this node's tokens recognisable wherever they are quoted. */
export const TOKEN_PREFIX = 'krosai_';

const OWN_TOKEN = new RegExp(`${TOKEN_PREFIX}[0-9a-f]{64}`, 'gi');

/** n8n's, where KrosAI quotes the query of such an address as JSON; links to recordings have others. */
const SIGNATURE = /("signature"\s*:\s*")[0-9a-f]{64}/g;

/** Where the query of such an address begins. */
const QUERY = new RegExp(String.raw`${CALLBACK_PATH}(\?|%3F)`, 'gi');

/** What ends it, in a text or in JSON, however the text around it is escaped: no ampersand does. */
const END = /["'\s<>]|\\(?!u0026)/gi;

/**
 * A token, without the `%3D` that stands before it in an address that is encoded. `\w{32,}` would run
 * out of stack in a long one.
 */
const TOKEN = /(?<=^|[^\w%]|%\w\w)\w{32}\w*/g;

/**
 * Takes the tokens out of a text: this node's wherever they stand, n8n's in the addresses of waiting
 * executions. KrosAI may quote one about any call, and who has it can have that execution go on with a
 * made-up end.
 */
export function hideCallbackTokens(text: string): string {
	return hideInAddresses(text).replaceAll(OWN_TOKEN, 'hidden').replaceAll(SIGNATURE, '$1hidden');
}

function hideInAddresses(text: string): string {
	let hidden = '';
	let hiddenUpTo = 0;
	for (const { index } of text.matchAll(QUERY)) {
		// It stands in the address before.
		if (index < hiddenUpTo) continue;
		// Sought by itself: an expression for the whole address runs out of stack in a long one.
		END.lastIndex = index;
		const end = END.exec(text)?.index ?? text.length;
		hidden += text.slice(hiddenUpTo, index) + text.slice(index, end).replaceAll(TOKEN, 'hidden');
		hiddenUpTo = end;
	}
	return hidden + text.slice(hiddenUpTo);
}
