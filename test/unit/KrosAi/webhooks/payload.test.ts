import { readDelivery, readPayload } from '../../../../nodes/KrosAi/webhooks/payload';

const read = (body: unknown) =>
	readDelivery(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

/** The contract's fields, where a payload says nothing of them. */
const NOTHING = {
	event_id: null,
	timestamp: null,
	call_id: null,
	direction: null,
	from_number: null,
	to_number: null,
	status: null,
	outcome: null,
	answered_by: null,
	duration: null,
	cost_cents: null,
	metadata: {},
};

const CALL = {
	call_id: 'call_xyz789',
	direction: 'outbound',
	from_number: '+2348012345678',
	to_number: '+14155550110',
	duration: 180,
	cost_cents: 12,
};
const ENVELOPE = { id: 'evt_abc123', timestamp: '2025-01-12T10:30:00Z' };
const EVENT = { event_id: 'evt_abc123', timestamp: '2025-01-12T10:30:00Z' };

describe('the bodies that the documents show', () => {
	const COMPLETED = { ...CALL, metadata: { customer_id: 'cust_123' } };
	const OVERVIEW = { ...CALL, status: 'completed' };
	const FAILED = { call_id: 'call_xyz789', to_number: '+14155550110', error_code: 'USER_BUSY' };

	it('Spec, Webhook Integration', () => {
		const item = { event: 'call.completed', ...COMPLETED };
		expect(read(item)).toEqual({ ...NOTHING, ...item, outcome: 'completed' });
	});

	it('a newer version of the Webhooks Overview, with created_at', () => {
		const { timestamp: created_at, id } = ENVELOPE;
		const item = { ...EVENT, created_at, event: 'call.completed', ...CALL, outcome: 'completed' };
		const body = { id, created_at, event: 'call.ended', data: CALL };
		expect(read(body)).toEqual({ ...NOTHING, ...item });
	});

	it.each<[string, string, object, string | null]>([
		['call.ended', 'call.completed', OVERVIEW, 'completed'],
		['call.initiated', 'call.initiated', { call_id: 'call_xyz789', endpoint_id: 'ep_1' }, null],
		['call.ringing', 'call.ringing', { call_id: 'call_xyz789' }, null],
		['call.answered', 'call.started', { call_id: 'call_xyz789', answered_at: 'T' }, null],
		['call.completed', 'call.completed', { ...COMPLETED, transcript: 'Hello' }, 'completed'],
		['call.failed', 'call.failed', FAILED, 'busy'],
	])('Webhooks Overview and Webhook Events, %s: it is %s', (sent, event, data, outcome) => {
		const item = { ...EVENT, event, ...data, outcome };
		expect(read({ ...ENVELOPE, event: sent, data })).toEqual({ ...NOTHING, ...item });
	});

	it('give who and what first, ids and times last', () => {
		const call = { created_at: 'now', endpoint_id: 'ep_1', a: 1, ...CALL };
		const item = read({ event: 'call.ended', transcript: 'Hello', data: call });
		expect(Object.keys(item!).join(' ')).toBe(
			'to_number outcome answered_by duration call_id metadata transcript event direction from_number status cost_cents a created_at endpoint_id event_id timestamp',
		);
	});
});

describe('what is no payload', () => {
	it.each<[string, unknown]>([
		['nothing', ''],
		['spaces', '  \n'],
		['null', 'null'],
		['a number', '7'],
		['a text', '"call.completed"'],
		['true', 'true'],
		['a list', '[]'],
		['a list of payloads', [{ event: 'call.completed' }]],
		['an object without an event', { call_id: 'call_xyz789' }],
		['an event only in the data', { data: { event: 'call.completed' } }],
		['an empty event', { event: '' }],
		['an event of spaces', { event: ' \t' }],
		['an event that is a number', { event: 7 }],
		['an event that is null', { event: null }],
		['an event that is a list', { event: ['call.completed'] }],
		['broken JSON', '{"event":"call.completed"'],
		['JSON with something behind it', '{"event":"call.completed"} x'],
		['a form', 'event=call.completed'],
		...[100, 10_000, 200_000].map((depth): [string, unknown] => [
			`JSON too deep to hand on, by ${depth} levels`,
			`{"event":"call.completed","x":${'['.repeat(depth)}${']'.repeat(depth)}}`,
		]),
	])('%s', (_, body) => {
		expect(read(body)).toBeUndefined();
	});

	it('bytes that are no text', () => {
		expect(readDelivery(Buffer.from([0xff, 0xfe, 0x00, 0x7b]))).toBeUndefined();
	});
});

describe('who it is', () => {
	const CALL_1 = { event_id: null, call_id: 'call_1' };
	const EVT_1 = { event_id: 'evt_1' };
	it.each<[string, object, object]>([
		["the id of an envelope is the event's", { id: 'evt_1', data: {} }, EVT_1],
		["the id of a flat body is the call's", { id: 'call_1' }, { ...CALL_1, id: 'call_1' }],
		['call_id comes before id', { id: 'x', call_id: 'call_1' }, { ...CALL_1, id: 'x' }],
		['event_id of a flat body', { event_id: 'evt_1' }, EVT_1],
		['event_id of an envelope', { event_id: 'evt_1', data: {} }, EVT_1],
		['event_id in the data', { data: { event_id: 'evt_1' } }, EVT_1],
		[
			'id of a call in the data',
			{ id: 'evt_1', data: { id: 'call_1' } },
			{ ...EVT_1, call_id: 'call_1', id: 'call_1' },
		],
		[
			'call_id beside the data',
			{ id: 'evt_1', call_id: 'call_1', data: {} },
			{ ...EVT_1, call_id: 'call_1' },
		],
		['numbers', { id: 7, data: { call_id: 0 } }, { event_id: '7', call_id: '0' }],
		[
			'what can be no id',
			{ id: {}, data: { call_id: ['x'] } },
			{ event_id: null, event_id_raw: {}, call_id: null, call_id_raw: ['x'] },
		],
		[
			'what can be no id before one that can',
			{ id: 'evt_1', data: { event_id: [7], call_id: true, id: 'call_1' } },
			{ event_id: 'evt_1', event_id_raw: [7], call_id: 'call_1', call_id_raw: true, id: 'call_1' },
		],
		['a fraction', { id: 1.5, data: {} }, { event_id: '1.5' }],
	])('%s', (_, body, expected) => {
		expect(read({ event: 'call.started', ...body })).toEqual({
			event: 'call.started',
			...NOTHING,
			...expected,
		});
	});

	it.each([
		'number.provisioned',
		'call.recording.ready',
		'transcription.completed',
		'conference.call.started',
		'x',
	])("the id in the data of %s is not a call's, and stays", (event) => {
		expect(read({ id: 'evt_1', event, data: { id: 'pn_1' } })).toEqual({
			...NOTHING,
			event,
			event_id: 'evt_1',
			id: 'pn_1',
		});
	});
});

describe('no field is lost', () => {
	const TIMES = { timestamp: 'T', created_at: 'C' };
	const OF_OBJECTS = { constructor: 1, toString: 'a', hasOwnProperty: null };
	const DEEP = { analysis: { sentiment: ['good'] } };
	it.each<[string, object, object]>([
		['beside the data', { beside: 'x', data: { a: 1 } }, { beside: 'x', a: 1 }],
		['created_at of the call', { timestamp: 'T', data: { created_at: 'C' } }, TIMES],
		['created_at of a flat body', TIMES, TIMES],
		['data that is no envelope', { data: [1] }, { data: [1] }],
		['data in the data', { data: { data: 7 } }, { data: 7 }],
		['an error, by another name', { error: 'x' }, { error_message: 'x' }],
		['an error in the data', { data: { error: { code: 1 } } }, { error_message: { code: 1 } }],
		['an error that is null', { error: null }, { error_message: null }],
		['names that every object has', OF_OBJECTS, OF_OBJECTS],
		['an empty name', { '': 1 }, { '': 1 }],
		['deep things', DEEP, DEEP],
	])('%s', (_, body, expected) => {
		const item = read({ event: 'call.started', ...body });
		// By way of JSON: toEqual takes an own `toString` for the method.
		expect(JSON.parse(JSON.stringify(item))).toStrictEqual({
			event: 'call.started',
			...NOTHING,
			...expected,
		});
		expect(item).not.toHaveProperty('error');
	});

	it("what KrosAI calls `event` or `outcome` in the data does not hide the contract's", () => {
		const data = { event: 'x', outcome: 'good', status: 'busy' };
		const item = read({ event: 'call.failed', data });
		expect(item).toMatchObject({ event: 'call.failed', outcome: 'busy' });
	});

	it('later nodes can change and delete what is there', () => {
		const item = read({ event: 'call.started', a: 1 })!;
		for (const name of Object.keys(item)) {
			expect(Object.getOwnPropertyDescriptor(item, name)).toMatchObject({
				configurable: true,
				enumerable: true,
				writable: true,
			});
		}
	});
});

describe('metadata', () => {
	it('is read wherever it stands', () => {
		const metadata = '{"customer_id":"cust_1"}';
		for (const body of [{ metadata }, { data: { metadata } }, { metadata, data: {} }]) {
			const item = read({ event: 'call.completed', ...body })!;
			expect(item.metadata).toEqual({ customer_id: 'cust_1' });
			expect(item).not.toHaveProperty('metadata_raw');
		}
	});

	it('is kept under another name where it can not be read', () => {
		for (const metadata of ['x', 7, [{ key: '__proto__', value: { polluted: 1 } }]]) {
			expect(read({ event: 'call.completed', data: { metadata } })).toMatchObject({
				metadata: {},
				metadata_raw: metadata,
			});
		}
	});
});

describe('a delivery in another form than the documents show', () => {
	it('has spaces around the name of its event', () => {
		const item = { event: 'call.completed', outcome: 'completed' };
		expect(read({ event: ' call.ended\n' })).toMatchObject(item);
	});

	it('has a byte order mark in front', () => {
		const body = Buffer.from(JSON.stringify({ event: 'call.ended', call_id: 'call_1' }));
		const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
		expect(readDelivery(marked)).toEqual(readDelivery(body));
	});

	it('has its data as text', () => {
		const data = JSON.stringify({ ...CALL, metadata: '{"a":1}' });
		expect(read({ ...ENVELOPE, event: 'call.ended', data })).toEqual({
			...NOTHING,
			...EVENT,
			event: 'call.completed',
			...CALL,
			metadata: { a: 1 },
			outcome: 'completed',
		});
		expect(read({ event: 'call.ended', data: 'none' })).toMatchObject({ data: 'none' });
	});

	it('has a time that is none, or only in its data', () => {
		expect(read({ event: 'x', timestamp: { at: 1 }, created_at: 'C' })).toMatchObject({
			timestamp: 'C',
			timestamp_raw: { at: 1 },
		});
		expect(read({ event: 'x', data: { timestamp: 'T' } })).toMatchObject({ timestamp: 'T' });
	});

	it.each(['9007199254740993.0', '9007199254740993e0', '1e18'])(
		'has an id that is rounded, which tells nothing: %s',
		(id) => {
			const item = read(`{"event":"call.started","event_id":${id}}`);
			expect(item).toMatchObject({ event_id: null, event_id_raw: Number(id) });
		},
	);

	it('has integers that JavaScript would round: as text, with all digits', () => {
		const body =
			'{"id":9007199254740993,"event":"call.completed","data":{"call_id":-90071992547409931,"metadata":{"deal_id":7615917337495251231,"note":"id: 7615917337495251231, \\\\","list":[1,7615917337495251231],"e":1e300,"f":1.234567890123456789,"safe":9007199254740991}}}';
		expect(read(body)).toMatchObject({
			event_id: '9007199254740993',
			call_id: '-90071992547409931',
			metadata: {
				deal_id: '7615917337495251231',
				note: 'id: 7615917337495251231, \\',
				list: [1, '7615917337495251231'],
				e: 1e300,
				f: 1.2345678901234567,
				safe: 9007199254740991,
			},
		});
	});
});

describe('when it was sent', () => {
	const AT = Date.parse('2026-11-20T10:30:00Z');
	it.each<[object, number | undefined]>([
		[{ timestamp: '2026-11-20T10:30:00Z' }, AT],
		[{ timestamp: '2026-11-20T11:30:00.000+01:00' }, AT],
		[{ timestamp: 'Fri, 20 Nov 2026 10:30:00 GMT' }, AT],
		[{ timestamp: AT }, AT],
		[{ timestamp: AT / 1000 }, AT],
		[{ timestamp: String(AT / 1000) }, AT],
		[{ created_at: '2026-11-20T10:30:00Z', data: {} }, AT],
		[{ timestamp: '2026-11-20T10:30:00Z', created_at: 'x', data: { created_at: 'y' } }, AT],
		// Of a call, or of a recording.
		[{ created_at: '2026-11-20T10:30:00Z' }, undefined],
		[{ data: { timestamp: '2026-11-20T10:30:00Z' } }, undefined],
		[{ timestamp: 1e9 }, 1e12],
		[{ timestamp: 1e9 - 1 }, undefined],
		[{ timestamp: 1e11 }, undefined],
		[{ timestamp: 1e12 }, 1e12],
		[{ timestamp: 1e14 }, undefined],
		[{ timestamp: '2026' }, undefined],
		[{ timestamp: 2026 }, undefined],
		[{ timestamp: '20:30' }, undefined],
		[{ timestamp: '1 1:00' }, undefined],
		[{ timestamp: '2026-11-40T10:30:00Z' }, undefined],
		[{ timestamp: { toString: 1 } }, undefined],
		[{ timestamp: true }, undefined],
		[{ timestamp: null }, undefined],
		[{}, undefined],
	])('%j', (body, sentAt) => {
		const payload = readPayload(Buffer.from(JSON.stringify({ event: 'call.ended', ...body })));
		expect(payload?.sentAt).toBe(sentAt);
	});
});

it.each([
	'{"event":"call.failed","__proto__":{"status":"busy","polluted":1}}',
	'{"event":"call.failed","data":{"__proto__":{"status":"busy","polluted":1}}}',
	'{"event":"call.failed","metadata":{"__proto__":{"polluted":1},"a":1}}',
	'{"event":"call.failed","constructor":{"prototype":{"polluted":1}}}',
])('nothing gets in by way of prototypes: %s', (body) => {
	const item = read(body)!;
	expect(item.outcome).toBe('failed');
	expect(Object.getPrototypeOf(item)).toBe(Object.prototype);
	expect(Object.keys(item)).not.toContain('__proto__');
	expect(JSON.stringify(item.metadata)).not.toContain('polluted');
	expect(Object.getPrototypeOf(item.metadata)).toBe(Object.prototype);
	expect({}).not.toHaveProperty('polluted');
});

it('does not show the way to a waiting execution', () => {
	const [n8n, own] = ['5'.repeat(64), 'a7'.repeat(32)];
	const webhook_url = `https://n8n.example.com/webhook-waiting/7/krosai-call?signature=${n8n}&krosai=0.3.${own}`;
	const delivery = read({ event: 'call.completed', data: { ...CALL, webhook_url } });
	expect(delivery).toMatchObject({
		call_id: CALL.call_id,
		webhook_url:
			'https://n8n.example.com/webhook-waiting/7/krosai-call?signature=hidden&krosai=0.3.hidden',
	});
});
