import type { IDataObject } from 'n8n-workflow';

/** Whether a value is a JSON object: no array, not null. */
export function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A value of KrosAI's as text: a string, a finite number or a switch. Undefined for anything else:
 * `String({ toString: 1 })` throws.
 */
export function textOf(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return Number.isFinite(value) || typeof value === 'boolean' ? String(value) : undefined;
}

/** The digits of a text or a number, in whatever way it is written; none of anything else. */
export function digitsOf(value: unknown): string {
	const isText = typeof value === 'string' || typeof value === 'number';
	return isText ? String(value).replace(/\D/g, '') : '';
}

/** What an exception says, whatever was thrown. */
export function wordsOf(thrown: unknown): string {
	return thrown instanceof Error ? thrown.message : (textOf(thrown) ?? 'no reason given');
}

/** An id as text, whatever KrosAI counts by; undefined for a value that can be none. */
export function idOf(value: unknown): string | undefined {
	return typeof value === 'boolean' ? undefined : textOf(value) || undefined;
}

/** A value in JSON; empty where it can't be written so, being too deep or a circle. */
export function toJson(value: unknown): string {
	try {
		return JSON.stringify(value) ?? '';
	} catch {
		return '';
	}
}

/** More than any document of KrosAI's shows; all that goes on with a value may recurse so deep. */
const MOST_LEVELS = 100;

/** Stands in the place of what lies deeper. */
const TOO_DEEP = '[nested too deep]';

interface ReadJson {
	value: unknown;
	/** Whether something lay deeper than 100 levels. */
	isCut: boolean;
}

/**
 * What a text says in JSON, also behind a byte order mark; undefined where it is none. What lies deeper
 * than 100 levels is replaced by a short text. A key named `__proto__` is left out: nodes that copy
 * objects take it for something else. An integer beyond 2^53, which JavaScript would round, becomes a
 * text with all its digits: it is an id.
 */
export function readJson(text: string): ReadJson | undefined {
	try {
		// It takes any depth, but with a reviver it would not.
		const value: unknown = JSON.parse(withLongIntegersAsText(text.replace(/^\ufeff/, '')));
		return { value, isCut: cut(value) };
	} catch {
		return undefined;
	}
}

/** So long a number stands somewhere. Most texts have none, and needn't be gone through. */
const HAS_LONG_INTEGER = /[[:,]\s*-?\d{16}/;

/** What begins or ends a text, what is escaped in one, and a long integer. */
const TOKEN = /\\.|"|(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/gs;

function withLongIntegersAsText(json: string): string {
	if (!HAS_LONG_INTEGER.test(json)) return json;
	let isInText = false;
	return json.replace(TOKEN, (token) => {
		if (token === '"') isInText = !isInText;
		const isId = !isInText && /\d$/.test(token) && !Number.isSafeInteger(Number(token));
		return isId ? `"${token}"` : token;
	});
}

/** The same, where it doesn't matter whether all of it is there. */
export function parseJson(text: string): unknown {
	return readJson(text)?.value;
}

/** Level by level: a function that calls itself would come to the end of the stack. */
function cut(root: unknown): boolean {
	let isCut = false;
	let level = [root].filter(isContainer);
	for (let depth = 1; level.length > 0; depth += 1) {
		const below: Container[] = [];
		for (const container of level) {
			// Most of a large answer is in lists, whose keys as texts would take the longest.
			const keys = Array.isArray(container) ? container.keys() : Object.keys(container);
			for (const key of keys) {
				const child = container[key];
				if (key === '__proto__') delete container[key];
				else if (!isContainer(child)) continue;
				else if (depth < MOST_LEVELS) below.push(child);
				else {
					container[key] = TOO_DEEP;
					isCut = true;
				}
			}
		}
		level = below;
	}
	return isCut;
}

type Container = Record<string | number, unknown>;

function isContainer(value: unknown): value is Container {
	return typeof value === 'object' && value !== null;
}
