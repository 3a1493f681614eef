import { ItemFailure } from '../../../../nodes/KrosAi/api/failure';
import { readMetadata } from '../../../../nodes/KrosAi/parameters/metadata';
import { itemsOfRun, refusalOf } from '../../../support/values';

const build = ({ metadata, ...others }: Record<string, unknown>) =>
	readMetadata(
		itemsOfRun()({ specifyMetadata: 'keyValue', 'metadata.entry': metadata, ...others }),
	);
const rows = (...metadata: unknown[]) => build({ metadata });
const json = (metadataJson: unknown) => build({ specifyMetadata: 'json', metadataJson }) as unknown;

describe('Metadata as rows', () => {
	it.each<[unknown, string]>([
		['text', 'text'],
		['  spaces stay ', '  spaces stay '],
		['', ''],
		[7, '7'],
		[0, '0'],
		[1.5, '1.5'],
		[true, 'true'],
		[false, 'false'],
		[null, ''],
		[undefined, ''],
		[12345678901234567890n, '12345678901234567890'],
		[{ a: 1 }, '{"a":1}'],
		[[1, 'b'], '[1,"b"]'],
		[new Date(Date.UTC(2026, 10, 23)), '2026-11-23T00:00:00.000Z'],
		['{"a": 1}', '{"a": 1}'],
	])('the value %p becomes %p', (value, text) => {
		expect(rows({ key: 'x', value })).toEqual({ x: text });
	});

	it('keeps keys and their order as they were written', () => {
		const written = ['b', 'a', ' a', 'Customer ID', 'x.y', '7'];
		const metadata = rows(...written.map((key) => ({ key, value: key })));
		expect(metadata).toEqual(Object.fromEntries(written.map((key) => [key, key])));
	});

	it('takes a key that is a number', () => {
		expect(rows({ key: 7, value: 'x' })).toEqual({ 7: 'x' });
	});

	it.each(['__proto__', 'constructor', 'toString'])('takes the key %s like any other', (key) => {
		const metadata = rows({ key, value: 'x' });
		expect(JSON.stringify(metadata)).toBe(`{"${key}":"x"}`);
		expect(refusalOf(() => rows({ key, value: 1 }, { key, value: 2 }))).toMatchObject({
			value: key,
		});
		expect(({} as Record<string, unknown>).x).toBeUndefined();
	});

	it.each([[undefined], [null], [[]]])('sends none where there are none: %p', (metadata) => {
		expect(build({ metadata })).toBeUndefined();
	});

	it.each(['', '  ', null, undefined, true, ['a']])('refuses a row whose key is %p', (key) => {
		expect(refusalOf(() => rows({ key: 'a', value: 1 }, { key, value: 2 }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'metadata',
			value: key ?? null,
			message: 'Metadata row 2 has no key',
			description: expect.stringContaining('Give each row a key'),
		});
	});

	it.each([{ key: 'a', value: 'b' }, 'a=b', 7, true])('refuses %p in place of rows', (metadata) => {
		expect(refusalOf(() => build({ metadata }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'metadata',
			value: metadata,
			message: 'Metadata is not a list of rows',
			description: expect.stringContaining('Add the rows in the editor'),
		});
	});

	it.each([null, 'text', 7, {}])('refuses %p as a row', (row) => {
		expect(refusalOf(() => rows(row)).message).toBe('Metadata row 1 has no key');
	});

	it('refuses a repeated key by its name', () => {
		const repeated = () =>
			rows(
				{ key: 'campaign', value: 'a' },
				{ key: 'b', value: '' },
				{ key: 'campaign', value: 'a' },
			);
		expect(refusalOf(repeated)).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'metadata',
			value: 'campaign',
			message: 'The Metadata key "campaign" is there twice',
			description: expect.stringContaining('Give each key once'),
		});
		expect(refusalOf(() => rows({ key: 7, value: 'a' }, { key: '7', value: 'b' })).value).toBe('7');
	});

	it.each([new Map([['a', 1]]), new Set([1]), new Error('x')])(
		'refuses a value whose JSON would be {} whatever it holds: %p',
		(value) => {
			expect(refusalOf(() => rows({ key: 'x', value }))).toMatchObject({
				code: 'INVALID_PARAMETER',
				field: 'metadata',
				value: 'x',
				message: 'The value of the Metadata key "x" can\'t be written as text',
			});
		},
	);

	it.each([
		[null, 'empty'],
		[undefined, 'empty'],
		['', 'empty'],
		['JSON', '"JSON"'],
		[true, 'true'],
	])('is not guessed where Specify Metadata is %p', (specifyMetadata, shown) => {
		const both = { metadata: [{ key: 'row', value: '1' }], metadataJson: { json: 1 } };
		expect(refusalOf(() => build({ ...both, specifyMetadata }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'specifyMetadata',
			value: specifyMetadata ?? null,
			message: `Specify Metadata is ${shown}, which is no way to write metadata`,
		});
	});

	it('is not read where JSON is chosen, nor JSON where rows are', () => {
		const both = { metadata: [{ key: 'row', value: '1' }], metadataJson: { json: 1 } };
		expect(build({ ...both, specifyMetadata: 'json' })).toEqual({ json: 1 });
		expect(build({ ...both, specifyMetadata: 'keyValue' })).toEqual({ row: '1' });
	});
});

describe('Metadata as JSON', () => {
	it.each([
		['{"a": 1, "b": {"c": [true, null]}}', { a: 1, b: { c: [true, null] } }],
		['{}', {}],
		[
			{ a: 1, b: [null] },
			{ a: 1, b: [null] },
		],
		[{}, {}],
	])('%p is sent as it is', (given, sent) => {
		expect(json(given)).toEqual(sent);
	});

	it('takes a key called toJSON', () => {
		expect(json('{"toJSON": "x"}')).toEqual({ toJSON: 'x' });
	});

	it('keeps what is nested deep, as far as it can be written', () => {
		const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
		expect(JSON.stringify(json(nested(150)))).toBe(nested(150));
		expect(() => json(nested(50_000))).toThrow(ItemFailure);
	});

	it('keeps a key called __proto__', () => {
		expect(JSON.stringify(json('{"__proto__": {"a": 1}}'))).toBe('{"__proto__":{"a":1}}');
		expect(({} as Record<string, unknown>).a).toBeUndefined();
	});

	it.each(['', ' ', null, undefined])('sends none for %p', (metadataJson) => {
		expect(json(metadataJson)).toBeUndefined();
	});

	it.each([
		'[1]',
		'"text"',
		'7',
		'null',
		'true',
		'{"a": 1',
		"{'a': 1}",
		'a: 1',
		[],
		[{ a: 1 }],
		7,
		true,
		new Date(0),
		new Map([['a', 1]]),
		new Set(['a']),
		new Error('x'),
	])('refuses %p', (metadataJson) => {
		expect(refusalOf(() => json(metadataJson))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'metadata',
			value: metadataJson,
			message: expect.stringContaining('Metadata (JSON) is not a JSON object'),
			description: expect.stringContaining('{"customer_id"'),
		});
	});
});

it.each([
	['{"customer_id": cust_1}', ': text needs quotation marks, near cust_1'],
	['[1]', ''],
])('says where %s breaks', (metadataJson, place) => {
	const { message } = refusalOf(() => json(metadataJson)) as { message: string };
	expect(message).toBe(`Metadata (JSON) is not a JSON object${place}`);
});

describe('what JSON can not write', () => {
	const circle: Record<string, unknown> = {};
	circle.a = circle;

	it.each<[string, unknown]>([
		['a circle', circle],
		['a bigint', { id: 1n }],
		['NaN, of which it makes null', { total: NaN }],
		['Infinity', { a: [1, { b: 1 / 0 }] }],
		['a number without end in a text', '{"a": 1e400}'],
	])('is refused: %s', (_, given) => {
		expect(refusalOf(() => json(given))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'metadata',
			message: "Metadata (JSON) can't be written as JSON",
		});
	});

	it('is refused as the value of a row', () => {
		for (const value of [circle, { total: NaN }, [-Infinity]]) {
			expect(refusalOf(() => rows({ key: 'x', value })).message).toBe(
				'The value of the Metadata key "x" can\'t be written as text',
			);
		}
	});
});

describe('what is left of an expression that was none', () => {
	const LEFT = '{{ $json["id"] }}';

	it.each([
		['a value of a row', () => rows({ key: 'a', value: `c-${LEFT}` })],
		['a key of a row', () => rows({ key: LEFT, value: '1' })],
		['JSON', () => json(`{"a": {"b": ["x {{ $json.id }}"]}}`)],
		['JSON, without quotation marks', () => json(`{"a": ${LEFT}}`)],
		['a key of JSON', () => json('{"{{ $json.id }}": 1}')],
		['an object', () => json({ a: [{ b: LEFT }] })],
		['several lines', () => json('{"a": {{\n$json.id\n}} }')],
	])('is refused in %s', (_, run) => {
		expect(refusalOf(run)).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'metadata',
			message: expect.stringMatching(/still holds "\{\{ .*\}\}", because the field isn't an/),
			description: expect.stringContaining('Expression'),
		});
	});

	it('is no bracket of JSON, nor one that opens nothing', () => {
		const nested = '{"a": {"b": {"c": "{{ is how it opens"}}}';
		expect(json(nested)).toEqual(JSON.parse(nested));
		expect(rows({ key: 'a', value: '{ x } }}' })).toEqual({ a: '{ x } }}' });
	});
});

describe('integers that JavaScript would round', () => {
	it.each([
		['{"deal_id": 7615917337495251231}', '7615917337495251231'],
		['{"a": [1, {"b": -9007199254740993}]}', '-9007199254740993'],
		['{"a":9007199254740992}', '9007199254740992'],
		[{ deal_id: 7_615_917_337_495_251_000 }, '7615917337495251000'],
	])('are refused in %j', (given, digits) => {
		expect(refusalOf(() => json(given))).toMatchObject({
			field: 'metadata',
			value: digits,
			message: expect.stringContaining(`(${digits})`),
			description: expect.stringContaining('Write it in quotation marks'),
		});
	});

	it('are refused in a row', () => {
		expect(refusalOf(() => rows({ key: 'deal', value: 2 ** 60 }))).toMatchObject({
			field: 'metadata',
			message: expect.stringContaining('The value of the Metadata key "deal"'),
		});
	});

	it.each([
		'{"deal_id": "7615917337495251231"}',
		'{"a": "x \\" 7615917337495251231", "b": 9007199254740991}',
		'{"a": 0.12345678901234567890, "b": 1.5e300, "c": 12345678901234567890.5}',
	])('are none of the numbers in %s', (given) => {
		expect(json(given)).toEqual(JSON.parse(given));
	});
});
