import fc from 'fast-check';
import { hideKey } from '../../../../nodes/KrosAi/api/hideKey';

const KEY = 'kros_live_0123456789abcdef';
const codes = (text: string, write: (code: number) => string) =>
	[...text].map((sign) => write(sign.charCodeAt(0))).join('');
const hex = (code: number) => code.toString(16);

it.each<[string, string]>([
	['as it is', KEY],
	['in capitals', KEY.toUpperCase()],
	['with one escape', KEY.replace('k', String.raw`\u006b`)],
	['with one escape in capitals', KEY.replace('k', String.raw`\u006B`)],
	['with a later one', KEY.replace('_live', String.raw`\u005flive`)],
	['all in escapes', codes(KEY, (code) => `\\u00${hex(code)}`)],
	['in a text inside a text', codes(KEY, (code) => `\\\\u00${hex(code)}`)],
	['in one inside that', codes(KEY, (code) => `\\\\\\\\u00${hex(code)}`)],
	['in escapes of JavaScript', codes(KEY, (code) => `\\x${hex(code)}`)],
	['in escapes of a URL', codes(KEY, (code) => `%${hex(code)}`)],
	['in those of a URL in a URL', codes(KEY, (code) => `%25${hex(code)}`)],
	['in those of a web page', codes(KEY, (code) => `&#${code};`)],
	['in the others of a web page', codes(KEY, (code) => `&#x00${hex(code)};`)],
])('hides a key %s', (_, written) => {
	expect(hideKey(KEY, `a ${written}, ${written}b`)).toBe('a ***, ***b');
});

it('hides a key with signs that JSON escapes, or that mean something in an expression', () => {
	const key = 'k/"$.*[0]{1}(^|)';
	for (const written of [
		key,
		key.replaceAll('/', String.raw`\/`),
		JSON.stringify(key).slice(1, -1),
	]) {
		expect(hideKey(key, `<${written}>`)).toBe('<***>');
	}
});

it('leaves JSON what it is', () => {
	const key = KEY.replace('k', String.raw`\u006b`);
	for (const around of ['', '\\', '\\\\', '\\\\"']) {
		const text = `{"a":${JSON.stringify(around).slice(0, -1)}${key}"}`;
		expect(JSON.stringify(JSON.parse(hideKey(KEY, text)))).toMatch(/\*\*\*/);
	}
	const inside = JSON.stringify({ a: `{"b":"${key}"}` });
	expect(JSON.parse(hideKey(KEY, inside))).toEqual({ a: '{"b":"***"}' });
});

it.each([
	['', 'a text'],
	['1234567', 'of 1234567 calls'],
	[KEY, KEY.slice(1)],
	[KEY, `${KEY.slice(0, 5)} ${KEY.slice(5)}`],
	[KEY, KEY.replace('_', '.')],
])('with the key %j, leaves %j', (key, text) => expect(hideKey(key, text)).toBe(text));

it('hides the key in each value of any JSON, whichever of its signs are escaped', () => {
	const anyWriting = fc
		.array(fc.boolean(), { minLength: KEY.length, maxLength: KEY.length })
		.map((escaped) =>
			[...KEY]
				.map((sign, index) => (escaped[index] ? `\\u00${hex(sign.charCodeAt(0))}` : sign))
				.join(''),
		);
	fc.assert(
		fc.property(anyWriting, fc.string(), (writing, before) => {
			const text = `{"${writing}":["${writing}"],"b":${JSON.stringify(before).slice(0, -1)} ${writing}"}`;
			const value = JSON.parse(hideKey(KEY, text)) as Record<string, unknown>;
			expect(JSON.stringify(value).toLowerCase()).not.toContain(KEY);
			expect(value['***']).toEqual(['***']);
			expect(value.b).toBe(`${before} ***`);
		}),
	);
});

/** Each of them in a second and more, where the time grew with the square. */
it.each([
	['0123456789abcdef', 330_000],
	['kros_live_', 500_000],
	['\\', 5_000_000],
	['&#x0000', 700_000],
	[String.raw`\u006b\u0072`, 400_000],
])('does not run out of stack or time in many %j', (part, count) => {
	const text = part.repeat(count);
	expect(hideKey(KEY, text)).toBe(text);
});
