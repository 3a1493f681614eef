/** What is pasted along with a secret: blanks, line breaks, signs without a width, quotation marks. */
const AROUND = /^[\s\p{C}"'`]+|[\s\p{C}"'`]+$/gu;

/** Signs that stand for what isn't shown, and words that do. */
const MASK = /[^\x20-\x7e]|\*|\.{3}|x{6}|(.)\1{7}|hidden|masked|redacted/i;

/** A shorter one could be guessed, and no service hands out such. */
const SHORTEST = 16;

/**
 * A secret that deliveries may be signed with, without what was pasted around it.
 *
 * @returns undefined for what is no text, blank, masked (`whsec_••••`) or shorter than 16 characters:
 * what can be guessed must not start anything
 */
export function readSigningSecret(value: unknown): string | undefined {
	const text = typeof value === 'string' ? value.replace(AROUND, '') : '';
	return text.length >= SHORTEST && !MASK.test(text) ? text : undefined;
}
