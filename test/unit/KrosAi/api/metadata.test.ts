import { readMetadata } from '../../../../nodes/KrosAi/api/metadata';

it.each<[unknown, object]>([
	['{"customer_id":"cust_1"}', { customer_id: 'cust_1' }],
	[' {"a":{"b":[1]}}\n', { a: { b: [1] } }],
	[JSON.stringify('{"a":1}'), { a: 1 }],
	[[{ key: 'a', value: '1' }], { a: '1' }],
	['[{"key":"a","value":null},{"key":7,"value":2}]', { a: null, 7: 2 }],
])('%j is read', (value, metadata) => expect(readMetadata(value)).toEqual({ metadata }));

it.each([undefined, null, '', ' ', [], {}, '{}', '[]', 'null'])('%j is none', (value) => {
	expect(readMetadata(value)).toEqual({ metadata: {} });
});

it.each([
	'x',
	'customer_id=cust_1',
	'{"a":1',
	'7',
	'"x"',
	7,
	true,
	['x'],
	'["x"]',
	[{ key: 'a' }],
	[
		{ key: 'a', value: 1 },
		{ key: 'a', value: 2 },
	],
	[{ key: '__proto__', value: { polluted: 1 } }],
	[{ key: {}, value: 1 }],
	[{ key: 'a', value: 1 }, 'x'],
	`{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
])('%j is kept as it is', (value) => {
	expect(readMetadata(value)).toEqual({ metadata: {}, unread: value });
});
