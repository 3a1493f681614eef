/**
 * What an expression or a spreadsheet gives for a field of the panel: a number or a switch may come
 * as text. Nothing is made of anything else: JavaScript would take an empty text for 0, and "false"
 * for true.
 */

/** Whether nothing is there, or a text of blanks. */
export function isEmpty(value: unknown): boolean {
	return (
		value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
	);
}

/** The first expression in a text that n8n has not evaluated; undefined where there is none. */
export function leftOverExpression(value: unknown): string | undefined {
	return typeof value === 'string' ? /\{\{[^]*?\}\}/.exec(value)?.[0] : undefined;
}

/** Beyond 2^53 JavaScript rounds an integer: by then, its last digits may be those of another id. */
export function isRounded(value: unknown): boolean {
	return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** NaN where it is no number. */
export function asNumber(value: unknown): number {
	if (typeof value === 'string' && value.trim() !== '') return Number(value);
	return typeof value === 'number' ? value : Number.NaN;
}

/** Undefined where it is neither true nor false. */
export function asBoolean(value: unknown): boolean | undefined {
	const text = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (text === true || text === 'true') return true;
	return text === false || text === 'false' ? false : undefined;
}

/** Whether it is a whole number from 1 on. */
export function isCount(value: number): boolean {
	return Number.isSafeInteger(value) && value > 0;
}
