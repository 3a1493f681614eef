import type { ItemFailure } from '../api/failure';
import { showGiven } from '../util/quote';
import type { Values } from './reader';

/**
 * One contact's key for Skip Already Called (Key). Contacts whose expressions give nothing must not
 * share a key: all but the first would be skipped.
 *
 * @throws ItemFailure where there is none
 */
export function readOnceKey(options: Values): string {
	const value = options.raw('callOnlyOncePerKey');
	const key = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	// "-" is what is left of "{{ $json.contact_id }}-{{ $json.campaign }}" without them.
	if (/[\p{L}\p{N}]/u.test(key) && !LEFT_OVER.test(key)) return key;
	throw options.invalid(
		'callOnlyOncePerKey',
		`Skip Already Called (Key) is ${showGiven(value)} for this item, which is no key`,
		'Check the expression of Skip Already Called (Key) under Options: it has to give a text that tells this contact from the others.',
	);
}

/**
 * What is left of an expression that failed, or was none: what JavaScript makes of a field that isn't
 * there, or of an object or a wrong date, in a text around it; the errors of spreadsheets, in several
 * languages; brackets that were not evaluated; and what n8n gives for `$execution.id` where there is no
 * execution.
 */
const LEFT_OVER =
	/(?<![\p{L}\p{N}])(undefined|null|NaN)(?![\p{L}\p{N}])|\[object \w+\]|Invalid Date|#(N\/[AD]|NV(?![\p{L}\p{N}])|DIV\/0!|¡?\p{Lu}{3,9}[!?])|\{\{|__UNKNOWN__/u;

/** The same key for all items would skip all but one of them. */
export function fixedKey(options: Values, itemCount: number): ItemFailure {
	return options.invalid(
		'callOnlyOncePerKey',
		`Skip Already Called (Key) is ${showGiven(options.raw('callOnlyOncePerKey'))} for all ${itemCount} items, because the field is no expression`,
		'Switch Skip Already Called (Key) under Options to Expression, and have it give a text that tells this contact from the others.',
	);
}

/**
 * The key with the phone in E.164 where it holds To Number as that was written, so that each way to
 * write a number makes the same key.
 */
export function withNumber(key: string, toNumber: unknown, e164: string): string {
	const written = String(toNumber)
		.trim()
		.replace(/[^\p{L}\p{N}]/gu, String.raw`\$&`);
	return key.replace(new RegExp(String.raw`(?<!\d)${written}(?!\d)`, 'g'), e164);
}
