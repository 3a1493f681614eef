/**
 * The last part of the path of every address at which a call's end is awaited. A Wait node behind has
 * another, so that a late event (a recording that is ready) can't wake that one instead.
 */
export const CALLBACK_PATH = 'krosai-call';

/** Such an address from its query on, in a text or in JSON, however the text around it is escaped. */
const CALLBACK_QUERY = new RegExp(String.raw`${CALLBACK_PATH}(\?|%3F)(\\u0026|[^"'\s<>\\])*`, 'gi');

/** A token, without the `%3D` that stands before it in an address that is encoded. */
const TOKEN = /(?<!%\w?)\w{32,}/g;

/**
 * Takes the tokens out of the addresses of waiting executions. KrosAI may quote one about any call,
 * asked by whomever, and who has it can have that execution go on with a made-up end.
 */
export function hideCallbackTokens(text: string): string {
	return text.replace(CALLBACK_QUERY, (address) => address.replaceAll(TOKEN, 'hidden'));
}
