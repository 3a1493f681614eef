/** A shorter one is no key of KrosAI's, and could stand in any text. */
const SHORTEST = 8;

/**
 * Puts `***` in the place of an API key that a text quotes: as it is, and as JSON, URLs and web pages
 * escape it, because what goes on with the text reads the escapes. Also in capital or small letters, as
 * hosts are written. Its time grows with the text.
 */
export function hideKey(apiKey: string, text: string): string {
	return keyHider(apiKey)(text);
}

/** The same for many texts: the pattern of the key is made once. */
export function keyHider(apiKey: string): (text: string) => string {
	if (apiKey.length < SHORTEST) return (text) => text;
	const pattern = new RegExp([...apiKey].map(writtenAs).join(''), 'gi');
	return (text) => text.replace(pattern, '***');
}

/**
 * Backslashes in front of an escape: one, or more where a text lies inside others. All of them, because
 * half of them would not be JSON any more, and from the first on, so that many take no longer than a few.
 */
const BACKSLASHES = String.raw`(?<!\\)\\{1,64}`;

function writtenAs(sign: string): string {
	const code = sign.charCodeAt(0);
	const hex = code.toString(16).padStart(2, '0');
	const literal = /\w/.test(sign) ? sign : `\\${sign}`;
	const escaped = /\w/.test(sign) ? '' : `|${literal}`;
	return `(?:${literal}|${BACKSLASHES}(?:u00${hex}|x${hex}${escaped})|%(?:25)?${hex}|&#(?:x0{0,4}${hex}|0{0,4}${code});)`;
}
