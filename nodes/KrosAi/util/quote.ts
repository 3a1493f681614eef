import { toJson } from './json';

/** A value inside quotation marks of a message: on one line, and not endless. */
export function show(value: unknown, most = 200): string {
	const text = typeof value === 'string' ? value : toJson(value);
	const line = text.replace(/\s+/g, ' ').trim();
	return line.length > most ? `${line.slice(0, most)}…` : line;
}

/** The beginning of a sentence. */
export const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** An item as a person counts, and as n8n does. */
export const showRow = (itemIndex: number) => `row ${itemIndex + 1}, item ${itemIndex}`;

/** A value as what a field "is" in a message: a text in quotation marks, which tell it from a number. */
export function showGiven(value: unknown): string {
	if (value === undefined || value === null) return 'empty';
	if (typeof value === 'number') return String(value);
	const line = show(value);
	if (typeof value !== 'string') return line;
	return line === '' ? 'empty' : `"${line}"`;
}
