import type { IDataObject } from 'n8n-workflow';
import { useEngine } from './setup';
import { callWorkflow, outputJson } from './workflow';

/** What expressions, spreadsheets and hand-written workflows give in place of what is meant. */
const { engine, simulator, credential } = useEngine();

const ROW = { phone: '+14155550123', nothing: null };
const number = (value: string) => ({ __rl: true, mode: 'number', value });
const json = (metadataJson: string) => ({ specifyMetadata: 'json', metadataJson });
const row = (key: string, value: unknown) => ({ metadata: { entry: [{ key, value }] } });
const CIRCLE = '={{ (() => { const a = {}; a.a = a; return a; })() }}';

async function run(parameters: object) {
	const settings = { onError: 'continueErrorOutput' as const };
	const workflow = callWorkflow([ROW], { parameters: parameters as IDataObject, settings });
	const result = await engine().run(workflow, { credential: credential() });
	return { placed: outputJson(result, 'Placed'), failed: outputJson(result, 'Failed') };
}

it.each<[object, string, string]>([
	[{ toNumber: '={{ $json.nothing }}' }, 'MISSING_FIELDS', 'To Number is empty'],
	[{ toNumber: '={{ [$json.phone] }}' }, 'INVALID_PHONE_NUMBER', 'To Number holds a list'],
	[{ toNumber: '={{ 14155550123n }}' }, 'INVALID_PHONE_NUMBER', 'To Number holds a bigint'],
	[{ toNumber: '={{ $now }}' }, 'INVALID_PHONE_NUMBER', 'To Number holds an object'],
	[{ toNumber: '={{ () => 1 }}' }, 'INVALID_PARAMETER', "To Number can't be read for this item"],
	[{ fromNumber: number('={{ $json.nothing }}') }, 'MISSING_FIELDS', 'From Number is empty'],
	[{ endpointId: '={{ ["ep_abc123"] }}' }, 'INVALID_PARAMETER', 'AI Agent (Endpoint) is not an ID'],
	[{ maxDuration: '={{ $json.nothing }}' }, 'INVALID_PARAMETER', 'Maximum Duration is empty'],
	[
		{ ...json('{"a": 1}'), specifyMetadata: '={{ $json.nothing }}' },
		'INVALID_PARAMETER',
		'Specify Metadata is empty',
	],
	[json('={{ new Map([["a", 1]]) }}'), 'INVALID_PARAMETER', 'is not a JSON object'],
	[json('={{ $json }} and more'), 'INVALID_PARAMETER', 'is not a JSON object'],
	[json(CIRCLE), 'INVALID_PARAMETER', "Metadata (JSON) can't be read for this item"],
	[row('a', CIRCLE), 'INVALID_PARAMETER', "Metadata can't be read for this item"],
	[row('a', '={{ new Set([1]) }}'), 'INVALID_PARAMETER', 'The value of the Metadata key "a"'],
	[row('={{ $json.nothing }}', 'x'), 'INVALID_PARAMETER', 'Metadata row 1 has no key'],
	[
		{ options: { callsPerSecond: '={{ $json.nothing }}' } },
		'INVALID_PARAMETER',
		'Calls per Second is empty',
	],
	[json('={"deal_id": {{ 2 ** 60 }}}'), 'INVALID_PARAMETER', 'has more digits than'],
	[json('{"id": "{{ $json.phone }}"}'), 'INVALID_PARAMETER', 'still holds "{{ $json.phone }}"'],
	[json('={{ ({ total: $json.a * 2 }) }}'), 'INVALID_PARAMETER', "can't be written as JSON"],
	[
		{ options: { webhookUrl: '={{ "https://n8n.example.com/webhook-test/" + 1 }}' } },
		'INVALID_PARAMETER',
		"is n8n's test address",
	],
	[
		{ options: { callOnlyOncePerKey: '={{ DateTime.fromISO("soon") }}-spring' } },
		'INVALID_PARAMETER',
		'Skip Already Called (Key) is "Invalid DateTime-spring"',
	],
	[
		{ options: { callOnlyOncePerKey: '={{ $json.id + "-spring" }}' } },
		'INVALID_PARAMETER',
		'Skip Already Called (Key) is "undefined-spring"',
	],
	[
		{ options: { callOnlyOncePerKey: '={{ $json }}-spring' } },
		'INVALID_PARAMETER',
		'Skip Already Called (Key) is "[object Object]-spring"',
	],
	[
		{ callingRules: { doNotCall: '={{ $json.numbers }}' } },
		'INVALID_PARAMETER',
		'The expression in Do Not Call gives nothing',
	],
])('%j is refused by name, and no call is placed', async (parameters, code, words) => {
	const { placed, failed } = await run(parameters);
	expect(placed).toEqual([]);
	expect(failed).toEqual([
		{
			...ROW,
			message: expect.stringContaining(words),
			error: expect.objectContaining({ code, httpCode: null, placed: 'no' }),
		},
	]);
	expect(failed[0]!.message).not.toMatch(/\n|TypeError|\bat [\w.]+ \(/);
	expect(simulator().requests).toEqual([]);
});

const keys = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index]));

it.each<[string, object, object]>([
	[
		'keys that JavaScript has a use for',
		json('{"__proto__": {"polluted": 1}, "constructor": 2}'),
		JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 2}') as object,
	],
	['the key __proto__ in a row', row('__proto__', 'x'), JSON.parse('{"__proto__": "x"}') as object],
	['emoji', row('😀', '👩‍👩‍👧'), { '😀': '👩‍👩‍👧' }],
	['half an emoji', json('{"a": "\\ud83d"}'), { a: '\ud83d' }],
	['a row without a value', { metadata: { entry: [{ key: 'a' }] } }, { a: '' }],
	['a big number', row('a', '={{ 12345678901234567890n }}'), { a: '12345678901234567890' }],
	[
		'2,000 keys',
		json(
			'={{ Object.fromEntries(Array.from({ length: 2000 }, (_, index) => ["k" + index, index])) }}',
		),
		keys,
	],
	[
		'2,000 rows',
		{ metadata: { entry: Object.keys(keys).map((key) => ({ key, value: 'x' })) } },
		Object.fromEntries(Object.keys(keys).map((key) => [key, 'x'])),
	],
])('metadata arrives as it is: %s', async (_, parameters, metadata) => {
	const { placed, failed } = await run(parameters);
	expect(failed).toEqual([]);
	expect(placed).toHaveLength(1);
	const body = simulator().requests[0]!.body as IDataObject;
	expect(JSON.stringify(body.metadata)).toBe(JSON.stringify(metadata));
	expect(({} as IDataObject).polluted).toBeUndefined();
});
