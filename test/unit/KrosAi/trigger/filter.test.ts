import type { Delivery } from '../../../../nodes/KrosAi/webhooks/payload';
import {
	isChosen,
	passes,
	whyNothingPasses,
	type FilterOptions,
} from '../../../../nodes/KrosAi/trigger/filter';

function delivery(fields: object = {}): Delivery {
	return {
		event: 'call.completed',
		event_id: 'evt_1',
		timestamp: null,
		call_id: 'call_1',
		direction: 'outbound',
		from_number: '+2348012345678',
		to_number: '+14155550110',
		endpoint_id: 'ep_abc123',
		duration: 180,
		metadata: { campaign: 'follow-up-q1', tries: 3, vip: true, gone: null, tags: ['a'] },
		...fields,
	} as Delivery;
}

/** An event that carries next to nothing, such as `call.ringing`. */
const BARE = delivery({
	event: 'call.ringing',
	direction: null,
	from_number: null,
	to_number: null,
	endpoint_id: undefined,
	duration: null,
	metadata: {},
});

const entry = (...rows: Array<[string, unknown]>) =>
	({ metadata: { entry: rows.map(([key, value]) => ({ key, value })) } }) as FilterOptions;

type Row = [FilterOptions, boolean];
const number = (text: unknown) => text as string;

describe('an event that carries all fields', () => {
	it.each<Row>([
		[{}, true],
		[{ direction: 'outbound' }, true],
		[{ direction: 'inbound' }, false],
		[{ fromNumber: '+2348012345678' }, true],
		[{ fromNumber: '+234 801 234 5678' }, true],
		[{ fromNumber: ' tel:+234-801-234-5678 ' }, true],
		[{ fromNumber: '2348012345678' }, false],
		[{ fromNumber: number(2348012345678) }, false],
		[{ fromNumber: '08012345678' }, false],
		[{ fromNumber: '+14155550110' }, false],
		[{ fromNumber: 'Ada' }, false],
		[{ toNumber: '+1 (415) 555-0110' }, true],
		[{ toNumber: '+1 415 555 0110 ext. 5' }, false],
		[{ toNumber: number(['+14155550110']) }, false],
		[{ toNumber: '+1-415-555-0111' }, false],
		[{ toNumber: '+1415555011' }, false],
		[{ toNumber: '+2348012345678' }, false],
		[{ endpointId: 'ep_abc123' }, true],
		[{ endpointId: 'ep_abc12' }, false],
		[{ endpointId: { __rl: true, mode: 'list', value: 'ep_abc123' } }, true],
		[{ endpointId: { __rl: true, mode: 'list', value: 'ep_abc12' } }, false],
		[{ endpointId: { __rl: true, mode: 'list', value: '' } }, true],
		[{ minDuration: 179 }, true],
		[{ minDuration: 180 }, true],
		[{ minDuration: 180.5 }, false],
		[{ minDuration: '180' }, true],
		[{ minDuration: '181' }, false],
		[{ minDuration: 'long' }, false],
		[{ minDuration: [] }, false],
		[entry(['campaign', 'follow-up-q1']), true],
		[entry(['campaign', 'follow-up']), false],
		[entry(['campaign', 'follow-up-q1'], ['tries', '3']), true],
		[entry(['campaign', 'follow-up-q1'], ['tries', '4']), false],
		[entry(['campaign', 'follow-up-q1'], ['nothing', 'x']), false],
		[entry(['tries', 3]), true],
		[entry(['vip', 'true']), true],
		[entry(['vip', 'false']), false],
		[entry(['tags', '["a"]']), true],
		[entry(['tags', 'a']), false],
		[entry(['gone', '']), false],
		[entry(['gone', 'null']), false],
		[entry(['nothing', '']), false],
		[entry(['constructor', '']), false],
		[entry(['__proto__', '{}']), false],
		[entry(['toString', String(Object.prototype.toString)]), false],
		[
			{
				direction: 'outbound',
				fromNumber: '+2348012345678',
				toNumber: '+14155550110',
				endpointId: 'ep_abc123',
				minDuration: 60,
				...entry(['campaign', 'follow-up-q1']),
			},
			true,
		],
		[{ direction: 'outbound', minDuration: 600 }, false],
		[{ direction: 'inbound', minDuration: 60 }, false],
		[{ direction: 'outbound', ...entry(['campaign', 'x']) }, false],
	])('%j lets it through: %s', (options, expected) => {
		expect(passes(delivery(), options)).toBe(expected);
	});
});

describe('an event that lacks a field is none of those that a filter on it asks for', () => {
	it.each<FilterOptions>([
		{ direction: 'outbound' },
		{ fromNumber: '+2348012345678' },
		{ fromNumber: number(2348012345678) },
		{ fromNumber: '+' },
		{ fromNumber: 'Ada' },
		{ toNumber: '+14155550110' },
		{ toNumber: '-' },
		{ endpointId: 'ep_abc123' },
		{ endpointId: 'undefined' },
		{ minDuration: 1 },
		{ minDuration: 0.1 },
		{ minDuration: -1 },
		entry(['campaign', 'follow-up-q1']),
		entry(['campaign', '']),
		entry(['campaign', 'undefined']),
	])('%j', (options) => {
		expect(passes(BARE, options)).toBe(false);
	});
});

describe('what is left empty lets everything through', () => {
	it.each<FilterOptions>([
		{},
		{ direction: '' },
		{ fromNumber: '' },
		{ fromNumber: '  ' },
		{ toNumber: '' },
		{ toNumber: number(null) },
		{ endpointId: '' },
		{ minDuration: 0 },
		{ minDuration: '0' },
		{ minDuration: ' ' },
		{ minDuration: null },
		{ metadata: {} },
		{ metadata: { entry: [] } },
		entry(['', '']),
	])('%j', (options) => {
		expect(passes(BARE, options)).toBe(true);
		expect(passes(delivery(), options)).toBe(true);
	});
});

it('compares durations and metadata of whatever type', () => {
	expect(passes(delivery({ duration: '200' }), { minDuration: 180 })).toBe(true);
	expect(passes(delivery({ duration: 'long' }), { minDuration: 1 })).toBe(false);
	expect(passes(delivery({ duration: {} }), { minDuration: 1 })).toBe(false);
	expect(passes(delivery({ duration: 0 }), { minDuration: 1 })).toBe(false);
	expect(passes(delivery({ to_number: 14155550110 }), { toNumber: '+14155550110' })).toBe(true);
	expect(passes(delivery({ to_number: ['+14155550110'] }), { toNumber: '+14155550110' })).toBe(
		false,
	);
	expect(passes(delivery({ metadata: { a: { b: 1 } } }), entry(['a', '{"b":1}']))).toBe(true);
	expect(passes(delivery({ metadata: '{"a":"1"}' }), entry(['a', '1']))).toBe(true);
	expect(passes(delivery({ metadata: 'a' }), entry(['0', 'a']))).toBe(false);
});

it('reads the trunk zero as To Number does', () => {
	const british = delivery({ to_number: '+442079460958' });
	expect(passes(british, { toNumber: '+44 (0)20 7946 0958' })).toBe(true);
	expect(passes(british, { toNumber: '020 7946 0958' })).toBe(false);
	// A range that is newer than the node's data.
	expect(passes(delivery({ to_number: '+18612012345' }), { toNumber: '+1 861 201 2345' })).toBe(
		true,
	);
});

describe('filters that no delivery can ever pass are named', () => {
	const ENDS = ['call.completed', 'call.failed'];
	const ENDED = 'With this filter no event would start the workflow';

	it.each<[FilterOptions, RegExp]>([
		[{ toNumber: '020 7946 0958' }, /^"020 7946 0958" in To Number is a local number/],
		[{ fromNumber: '2348012345678' }, /^"2348012345678" in From Number has no plus sign/],
		[{ fromNumber: number(2348012345678) }, /^"2348012345678" in From Number/],
		[{ toNumber: '+1415555' }, /in To Number/],
		[{ toNumber: 'nobody' }, /in To Number/],
		[{ toNumber: '{{ $json.phone }}' }, /in To Number/],
		[{ toNumber: '#N/A' }, /in To Number/],
		[{ direction: 'Outbound' }, /^Direction is "Outbound", which is neither inbound nor outbound/],
		[{ direction: number(['inbound']) }, /^Direction is /],
		[
			{ endpointId: { value: '{{ $json.id }}' } },
			/^AI Agent \(Endpoint\) is "{{ \$json.id }}", which is no ID/,
		],
		[{ endpointId: number(true) }, /^AI Agent \(Endpoint\) is true/],
		[{ endpointId: { value: {} } }, /^AI Agent \(Endpoint\) is/],
		[{ minDuration: 'long' }, /^Minimum Duration is "long", which is no number of seconds/],
		[{ minDuration: '1e999' }, /^Minimum Duration is/],
		[{ minDuration: [] }, /^Minimum Duration is/],
		[entry(['campaign', 'a'], ['campaign', 'b']), /^Metadata asks for two values of "campaign"/],
		[entry(['campaign', '{{ $json.campaign }}']), /^Metadata still holds "{{ \$json.campaign }}"/],
		[entry([{} as string, 'a']), /^A key in Metadata is/],
	])('%j', (options, message) => {
		expect(whyNothingPasses(options, ENDS)).toMatch(message);
		expect(whyNothingPasses(options, ENDS)).toContain(ENDED);
		// And indeed it passes none.
		expect(passes(delivery(), options)).toBe(false);
		expect(passes(BARE, options)).toBe(false);
	});

	it.each<[FilterOptions, string[]]>([
		[{ minDuration: 1 }, ['call.started']],
		[{ minDuration: '30' }, ['call.answered', 'number.released']],
		[{ direction: 'outbound' }, ['number.provisioned']],
		[{ endpointId: { value: 'ep_1' } }, ['phone_number.purchased', 'number.released']],
		[{ toNumber: '+14155550110' }, ['number.released']],
	])('%j where only %j is chosen', (options, events) => {
		expect(whyNothingPasses(options, events)).toContain(ENDED);
	});

	it('so is a trigger on no event', () => {
		expect(whyNothingPasses({}, [])).toBe(
			'Trigger On is empty, so no event would start the workflow',
		);
	});

	it.each<[FilterOptions, string[]]>([
		[{}, ENDS],
		[{ toNumber: '', fromNumber: '  ', direction: '', endpointId: '', minDuration: '' }, ENDS],
		[{ toNumber: '+44 (0)20 7946 0958', fromNumber: 'tel:+2348012345678' }, ENDS],
		[{ direction: ' inbound ', endpointId: { value: 7 }, minDuration: '0.5' }, ENDS],
		[{ minDuration: 1 }, ['call.started', 'call.failed']],
		[{ minDuration: 1 }, ['*']],
		[{ minDuration: 0 }, ['call.started']],
		[{ direction: 'inbound' }, ['number.released', 'something.new']],
		[{ endpointId: { value: '' } }, ['number.released']],
		[entry(['a', '1'], ['a', number(1)], ['b', ''], ['', '']), ENDS],
	])('but not %j on %j', (options, events) => {
		expect(whyNothingPasses(options, events)).toBeUndefined();
	});
});

describe('Trigger On', () => {
	it.each<[string, string[], boolean]>([
		['call.completed', ['call.completed', 'call.failed'], true],
		['call.completed', ['call.failed'], false],
		['call.completed', [], false],
		['call.completed', ['*'], true],
		['something.new', ['*'], true],
		['something.new', ['something.new'], true],
		['something.new', ['call.completed'], false],
		['call.completed', ['call.ended'], true],
		['transcription.completed', ['transcript.ready'], true],
		['constructor', ['call.completed'], false],
	])('%s is one of %j: %s', (event, events, expected) => {
		expect(isChosen(delivery({ event }), events)).toBe(expected);
	});
});
