type State = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'next' | 'over';

const TEXT = /^"(?:[^"\\\n\r]|\\[^])*"/;
const WORD = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/;

/**
 * Where a text stops being JSON, and why, as a person sees it: "text needs quotation marks, near cust_1".
 * The words of the JSON parser differ from version to version, and show no place in some of them.
 *
 * @returns undefined where it is JSON
 */
export function whereJsonBreaks(text: string): string | undefined {
	const open: string[] = [];
	let state: State = 'value';
	let before = '';
	let rest = text.trimStart();
	for (;;) {
		if (state === 'over') return rest === '' ? undefined : `something follows its end${near(rest)}`;
		const token = (TEXT.exec(rest) ?? WORD.exec(rest) ?? /^[{}[\],:]/.exec(rest))?.[0] ?? '';
		const next = stateAfter(token, state, open);
		if (next === undefined) return reasonFor(rest, state, before) + near(rest);
		state = next;
		before = token;
		rest = rest.slice(token.length).trimStart();
	}
}

/** Undefined: the token can't stand there. `open`: the brackets that are to be closed. */
function stateAfter(token: string, state: State, open: string[]): State | undefined {
	const isText = token.startsWith('"');
	const afterValue = () => (open.length === 0 ? 'over' : 'next');
	const closes = token === '}' ? '{' : token === ']' ? '[' : undefined;
	if (closes !== undefined) {
		const isFirst = state === (closes === '{' ? 'firstKey' : 'firstValue');
		if ((state !== 'next' && !isFirst) || open.pop() !== closes) return undefined;
		return afterValue();
	}
	switch (state) {
		case 'key':
		case 'firstKey':
			return isText ? 'colon' : undefined;
		case 'colon':
			return token === ':' ? 'value' : undefined;
		case 'next':
			if (token !== ',') return undefined;
			return open.at(-1) === '{' ? 'key' : 'value';
		default:
			if (token === '{' || token === '[') {
				open.push(token);
				return token === '{' ? 'firstKey' : 'firstValue';
			}
			return token === '' || token === ',' || token === ':' ? undefined : afterValue();
	}
}

function reasonFor(rest: string, state: State, before: string): string {
	if (rest === '') return 'the end is missing';
	const isKey = state === 'key' || state === 'firstKey';
	if (rest.startsWith('"') && !TEXT.test(rest)) {
		return /^"[^"]*[\n\r]/.test(rest)
			? String.raw`a line break inside a text has to be written as \n`
			: 'a quotation mark is missing';
	}
	if (state === 'next') {
		const isInside = before.startsWith('"') && /^[^\s"'}\],]/.test(rest);
		if (isInside) return String.raw`a quotation mark inside a text has to be written as \"`;
		return /^[}\]]/.test(rest) ? "the brackets don't match" : 'a comma is missing';
	}
	if (state === 'colon') return 'a colon is missing';
	if (rest.startsWith("'")) return 'text needs double quotation marks';
	if (before === ',' && /^[}\]]/.test(rest)) return 'there is a comma too many';
	if (isKey) return 'a key needs quotation marks';
	return /^[,:}\]]/.test(rest) ? 'a value is missing' : 'text needs quotation marks';
}

/** The word that stands there, if any does. */
function near(rest: string): string {
	const [word] = /^["']?[^\s,:{}[\]"']*["']?/.exec(rest)!;
	const shown = (word || rest.charAt(0)).slice(0, 30);
	return shown && `, near ${shown}`;
}
