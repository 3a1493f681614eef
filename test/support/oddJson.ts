import fc from 'fast-check';

/**
 * JSON as no document shows it, for tests of what reads answers and deliveries of KrosAI's. It is made
 * as text, because much of it can't be written by `JSON.stringify`.
 */

/** The same odd inputs in each run. Others: `FUZZ_SEED=7 npx jest fuzz --selectProjects unit`. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20261128);

/** A share of the rounds of a test by chance: 5,000, or KROSAI_FUZZ_ROUNDS. */
export function rounds(share: number): number {
	return Math.ceil(Number(process.env.KROSAI_FUZZ_ROUNDS ?? 5_000) * share);
}

/** What is too long to stand in a message of a test that fails; `expand` puts it in. */
const LONG = {
	'@lists': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
	'@objects': `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
	'@many': `[${Array(150_000).fill('{}').join()}]`,
	'@blanks': `"${' '.repeat(300_000)}"`,
	'@address': `"https://n8n.example.com/webhook-waiting/7/krosai-call?${'a'.repeat(4_000_000)}"`,
};

/** Takes each value there is. */
export async function drain(values: AsyncIterable<unknown>): Promise<void> {
	const iterator = values[Symbol.asyncIterator]();
	while (!(await iterator.next()).done);
}

export function expand(json: string): string {
	let text = json;
	for (const [name, long] of Object.entries(LONG)) text = text.replaceAll(`"${name}"`, () => long);
	return text;
}

/** Bodies that are large or deep: each costs as much as hundreds of others, so a reader gets each once. */
export const LARGE = [
	'{"data":"@many"}',
	'"@lists"',
	'{"error":"No","code":"INVALID_PHONE_NUMBER","details":{"field":"to_number","value":"@lists"}}',
	'{"data":[{"metadata":"@objects"},{"id":"call_1","recording_url":"@address","data":"@lists"}]}',
	'{"event":"call.completed","id":"call_1","call_id":"call_1","metadata":"@objects"}',
];

/** JavaScript can't make a text of some, and URLs, dates and sums have their own trouble with others. */
const ODD = [
	...['null', 'true', 'false', '0', '-1', '1.5', '1e999', '-1e999', '1e21', '9007199254740993'],
	...['""', '" "', '"120"', '"0"', '"-5"', '"1e3"', '"NaN"', '"."', '".."', '"a/b?c#d%"'],
	...['"\\ud800"', '"call_\\udfff"', '"\\u0000"', '"\\ufeff"', '"<html>"', '"__proto__"'],
	...['{}', '{"toString":1}', '{"toString":1,"valueOf":{}}', '{"valueOf":"x"}', '{"toJSON":1}'],
	...['{"constructor":1}', '{"__proto__":{"toString":1}}', '{"length":-1}', '{"then":1}'],
	...['[]', '[[]]', '[null]', '["x"]', '[{"toString":1}]', '[["\\udc00"]]'],
	...['"2026-11-28T10:00:00Z"', '"-271821-04-20T00:00:00Z"', '"+275760-09-13T00:00:00Z"'],
	...[
		'"{\\"a\\":1}"',
		'"[{}]"',
		'"\\"{}\\""',
		'[{"key":"a","value":1}]',
		'[{"key":{"toString":1}}]',
	],
	...['-9007199254740993', '9007199254740993.0', '"2026-01-01T10:00:00"', '1767218400'],
	...['"Sat, 28 Nov 2026 10:00:00 GMT"', '"2026"', '"completed"', '"busy"', '"call.completed"'],
];

/** Half surrogates too. fast-check's own unit for it makes a table of a million characters each time. */
export const ANY_UNIT = fc.nat(0xffff).map((code) => String.fromCharCode(code));

const anyText = fc.string({ unit: ANY_UNIT, maxLength: 6 }).map((text) => JSON.stringify(text));

/** A value of a field. */
const anyValue: fc.Arbitrary<string> = fc.oneof(
	{ weight: 40, arbitrary: fc.constantFrom(...ODD) },
	{ weight: 10, arbitrary: fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)) },
	{ weight: 6, arbitrary: anyText },
	{ weight: 1, arbitrary: fc.constantFrom('"@lists"', '"@objects"', '"@blanks"') },
);

const write = (fields: Array<[string, string]>) =>
	`{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`;

/**
 * An object with odd values in known fields.
 *
 * @param names of fields that its readers look at
 * @param first what its first fields may be, as the inside of an object in JSON
 */
export function oddObject(names: string[], first: string[] = []): fc.Arbitrary<string> {
	const anyName = fc.oneof(
		{ weight: 6, arbitrary: fc.constantFrom(...names) },
		{
			weight: 1,
			arbitrary: fc.constantFrom('toString', 'valueOf', 'toJSON', 'constructor', '__proto__'),
		},
		{ weight: 1, arbitrary: fc.string({ unit: ANY_UNIT, maxLength: 3 }) },
	);
	return fc
		.tuple(
			fc.constantFrom('', ...first),
			fc.array(fc.tuple(anyName, anyValue), { maxLength: 7 }).map(write),
		)
		.map(([head, rest]) => (head && rest !== '{}' ? `{${head},${rest.slice(1)}` : rest));
}

/** The same, and now and then something else in its place, or no JSON at all. */
export function oddBody(object: fc.Arbitrary<string>): fc.Arbitrary<string> {
	return fc.oneof(
		{ weight: 30, arbitrary: object },
		{ weight: 3, arbitrary: anyValue },
		{ weight: 1, arbitrary: fc.constantFrom('', ' ', '{', '<html>', '\ufeff{}') },
	);
}

/** An object in a wrapper, or many in a list, in each of the forms that documents of KrosAI's show. */
export function oddAnswer(entry: fc.Arbitrary<string>, wrappers: string[]): fc.Arbitrary<string> {
	const anyList = fc.oneof(
		{ weight: 9, arbitrary: fc.array(entry, { maxLength: 4 }).map((all) => `[${all.join()}]`) },
		{ weight: 1, arbitrary: anyValue },
	);
	const anyPaging = oddObject(['limit', 'total', 'page', 'total_pages', 'meta', 'has_more']);
	const anyWrapper = fc
		.tuple(fc.constantFrom(...wrappers, 'data'), fc.oneof(entry, anyList), anyPaging)
		.map(([name, inside, paging]) =>
			paging === '{}' ? `{"${name}":${inside}}` : `{"${name}":${inside},${paging.slice(1)}`,
		);
	return oddBody(fc.oneof(entry, anyWrapper, anyList));
}
