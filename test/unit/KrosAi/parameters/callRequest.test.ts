import { ItemFailure } from '../../../../nodes/KrosAi/api/failure';
import { readCallRequest } from '../../../../nodes/KrosAi/parameters/callRequest';
import { itemsOfRun, refusalOf } from '../../../support/values';

const GOOD = {
	fromNumber: '+2348012345678',
	toNumber: '+14155550110',
	endpointId: 'ep_abc123',
	maxDuration: 0,
	specifyMetadata: 'keyValue',
	options: {},
};

const BODY = {
	from_number: '+2348012345678',
	to_number: '+14155550110',
	endpoint_id: 'ep_abc123',
};

const BASE_URL = 'https://api.krosai.com/v1';

const build = ({ metadata, ...changes }: Record<string, unknown>) =>
	readCallRequest(itemsOfRun()({ ...GOOD, 'metadata.entry': metadata, ...changes }), BASE_URL);
const rows = (...metadata: unknown[]) => build({ metadata }).metadata;
const json = (metadataJson: unknown) =>
	build({ specifyMetadata: 'json', metadataJson }).metadata as unknown;

it('sends what the user wrote, and nothing else', () => {
	expect(build({})).toEqual(BODY);
	expect(
		build({
			maxDuration: 600,
			metadata: [{ key: 'customer_id', value: 'cust_123' }],
			options: { webhookUrl: 'https://example.com/krosai' },
		}),
	).toEqual({
		...BODY,
		max_duration: 600,
		metadata: { customer_id: 'cust_123' },
		webhook_url: 'https://example.com/krosai',
	});
});

describe('numbers and endpoint', () => {
	it.each([
		['To Number', { toNumber: '+1 (415) 555-0110' }],
		['From Number', { fromNumber: '+234 801 234 5678' }],
		['the endpoint', { endpointId: '  ep_abc123\n' }],
	])('are brought into form: %s', (_, changes) => {
		expect(build(changes)).toEqual(BODY);
	});

	it('reads each From Number anew where it changes, or the country does', () => {
		const fromNumber = '0801 234 5678';
		const inNigeria = { fromNumber, options: { defaultCountry: 'NG' } };
		expect(build(inNigeria)).toEqual(BODY);
		expect(build(inNigeria)).toEqual(BODY);
		expect(refusalOf(() => build({ fromNumber })).code).toBe('INVALID_PHONE_NUMBER');
		expect(build({ fromNumber: '+14155550199' }).from_number).toBe('+14155550199');
		expect(build({}).from_number).toBe(BODY.from_number);
	});

	it('takes an endpoint whose ID is a number', () => {
		expect(build({ endpointId: 17 }).endpoint_id).toBe('17');
	});

	const FIELDS = [
		['to_number', 'toNumber', 'To Number'],
		['from_number', 'fromNumber', 'From Number'],
		['endpoint_id', 'endpointId', 'Endpoint'],
	] as const;
	const EMPTIES: Array<[unknown, unknown]> = [
		['', ''],
		['  \t', '  \t'],
		[null, null],
		[undefined, null],
	];
	it.each(
		FIELDS.flatMap(([field, parameter, label]) =>
			EMPTIES.map(([given, value]) => ({ field, parameter, label, given, value })),
		),
	)('refuses $field where it is $given', ({ field, parameter, label, given, value }) => {
		expect(refusalOf(() => build({ [parameter]: given }))).toEqual({
			code: 'MISSING_FIELDS',
			httpCode: null,
			field,
			value,
			message: `${label} is empty`,
			description: expect.stringMatching(/\w/),
		});
	});

	it.each([
		['toNumber', /^This contact has no phone number, or the expression in To Number /],
		['fromNumber', /^Choose one of your KrosAI numbers\.$/],
		['endpointId', /^Choose the AI agent /],
	])('says what to do where %s is empty', (parameter, remedy) => {
		expect(refusalOf(() => build({ [parameter]: '' })).description).toMatch(remedy);
	});

	it.each([
		['to_number', 'toNumber', 'To Number'],
		['from_number', 'fromNumber', 'From Number'],
	])('refuses a local number in %s', (field, parameter, label) => {
		expect(refusalOf(() => build({ [parameter]: '08012345678' }))).toEqual({
			code: 'INVALID_PHONE_NUMBER',
			httpCode: null,
			field,
			value: '08012345678',
			message: expect.stringContaining(`"08012345678" in ${label}`),
			description: expect.stringContaining('Default Country'),
		});
	});

	it.each([{ id: 'ep_abc123' }, ['ep_abc123'], true, NaN])('refuses %p as an endpoint', (value) => {
		expect(refusalOf(() => build({ endpointId: value }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'endpoint_id',
			message: 'Endpoint is not an ID',
			description: 'Choose an Endpoint from the list.',
		});
	});
});

describe('Default Country', () => {
	it.each(['NG', 'ng', ' Ng '])('completes local numbers: %p', (defaultCountry) => {
		expect(build({ toNumber: '0801 234 5678', options: { defaultCountry } }).to_number).toBe(
			'+2348012345678',
		);
	});

	it('leaves international numbers alone', () => {
		expect(build({ options: { defaultCountry: 'NG' } })).toEqual(BODY);
	});

	it.each(['', '  ', null, undefined])('counts %p as not set', (defaultCountry) => {
		expect(build({ options: { defaultCountry } })).toEqual(BODY);
	});

	it.each([
		['Nigeria', 'Nigeria'],
		['XX', 'XX'],
		['+234', '+234'],
		[234, '234'],
		[{ code: 'NG' }, '{"code":"NG"}'],
	])('refuses %p', (defaultCountry, shown) => {
		expect(refusalOf(() => build({ options: { defaultCountry } }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'defaultCountry',
			value: defaultCountry,
			message: expect.stringContaining(`"${shown}" in Default Country`),
			description: expect.stringContaining('NG'),
		});
	});
});

describe('Maximum Duration', () => {
	it.each([
		[1, 1],
		[600, 600],
		['600', 600],
		[' 60 ', 60],
		[86_400, 86_400],
	])('%p is sent as %i', (given, sent) => {
		expect(build({ maxDuration: given }).max_duration).toBe(sent);
	});

	it.each([0, '0', -0])('%p sends no limit', (maxDuration) => {
		expect(build({ maxDuration })).toEqual(BODY);
	});

	it.each([
		-1,
		'-1',
		1.5,
		'1.5',
		NaN,
		Infinity,
		2 ** 53,
		'ten minutes',
		'1e3',
		'0x10',
		'',
		null,
		undefined,
		true,
		[600],
		{ seconds: 600 },
	])('refuses %p', (maxDuration) => {
		expect(refusalOf(() => build({ maxDuration }))).toEqual({
			code: 'INVALID_PARAMETER',
			httpCode: null,
			field: 'max_duration',
			value: maxDuration ?? null,
			message: expect.stringMatching(/^Maximum Duration is .* not a whole number of seconds$/),
			description: expect.stringContaining('600'),
		});
	});
});

it.each([
	[null, 'empty'],
	[undefined, 'empty'],
	[NaN, 'NaN'],
	['1.5', '"1.5"'],
])('shows the Maximum Duration that was refused: %p', (maxDuration, shown) => {
	expect(refusalOf(() => build({ maxDuration })).message).toContain(
		`Maximum Duration is ${shown}, which`,
	);
});

describe('Webhook URL', () => {
	it.each([
		'https://example.com/krosai?x=1#y',
		'http://n8n.example.com:5678/webhook/1',
		'HTTPS://EXAMPLE.COM',
	])('sends %s as it is', (webhookUrl) => {
		expect(build({ options: { webhookUrl } }).webhook_url).toBe(webhookUrl);
	});

	it('is sent without the white space around it', () => {
		const webhookUrl = ' https://example.com/krosai\n';
		expect(build({ options: { webhookUrl } }).webhook_url).toBe('https://example.com/krosai');
	});

	it.each(['', ' ', null, undefined])('sends none for %p', (webhookUrl) => {
		expect(build({ options: { webhookUrl } })).toEqual(BODY);
	});

	it.each([
		'example.com/krosai',
		'/webhook',
		'ftp://example.com',
		'ftp://example.com/https://example.com',
		'javascript:alert(1)',
		'https://',
		'https:example.com/krosai',
		'mailto:a@example.com',
		'https://exa mple.com',
		{ url: 'https://example.com' },
		['https://example.com'],
		7,
	])('refuses %p', (webhookUrl) => {
		expect(refusalOf(() => build({ options: { webhookUrl } }))).toMatchObject({
			code: 'INVALID_PARAMETER',
			field: 'webhook_url',
			value: webhookUrl,
			message: expect.stringMatching(/in Webhook URL is not a web address$/),
			description: expect.stringContaining('https://'),
		});
	});
});

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
		expect(build({ metadata })).toEqual(BODY);
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
		expect(build({ ...both, specifyMetadata: 'json' }).metadata).toEqual({ json: 1 });
		expect(build({ ...both, specifyMetadata: 'keyValue' }).metadata).toEqual({ row: '1' });
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
		expect(build({ specifyMetadata: 'json', metadataJson })).toEqual(BODY);
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
			message: 'Metadata (JSON) is not a JSON object',
			description: expect.stringContaining('{"customer_id"'),
		});
	});
});

it.each([
	['{"customer_id": cust_1}', /Keys and texts need quotation marks\. \(.*cust_1.*\)$/],
	['{"a": 1,}', /\(.*position|\(.*JSON.*\)$/],
	['[1]', /"cust_123"\}\.$/],
])('says where %s breaks', (metadataJson, words) => {
	expect(refusalOf(() => json(metadataJson)).description).toMatch(words);
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

describe('Number Check', () => {
	/** In service, and not in the data. */
	const toNumber = '+1 861 555 0123';

	it.each([{}, { numberCheck: 'strict' }])(
		'refuses a range that is not known with %j',
		(options) => {
			expect(refusalOf(() => build({ toNumber, options }))).toMatchObject({
				code: 'INVALID_PHONE_NUMBER',
				description: expect.stringContaining('choose Possible in Number Check'),
			});
		},
	);

	it('lets it through where the right length suffices, but not as From Number', () => {
		const options = { numberCheck: 'possible' };
		expect(build({ toNumber, options }).to_number).toBe('+18615550123');
		const failure = refusalOf(() => build({ fromNumber: toNumber, options }));
		expect(failure).toMatchObject({ field: 'from_number' });
		expect(failure.description).not.toContain('Number Check');
	});

	it.each([true, '', 'Possible', null])('is refused where it is %j', (numberCheck) => {
		expect(refusalOf(() => build({ options: { numberCheck } }))).toMatchObject({
			field: 'numberCheck',
			message: expect.stringContaining('which is none of its choices'),
			description: 'Choose from the list, or give strict or possible by the expression.',
		});
	});
});
