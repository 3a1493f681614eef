import type { RecordedRequest, SimulatedCall } from '../../../simulator';
import { type Evidence, judge, OTHER_WORKFLOW } from './judge';

const [a, b, c] = ['+14155550100', '+14155550101', '+14155550102'] as const;
const contacts = [a, b, c].map((phone, id) => ({ id, phone }));
const call = (id: string, to_number: string, metadata: object = {}) =>
	({ id, to_number, metadata }) as SimulatedCall;
const request = (to_number: string, status: number | null) =>
	({ method: 'POST', status, body: { to_number } }) as RecordedRequest;
const item = (id: number, json: object) => ({ contact: contacts[id], json: { ...json } });
const failed = (id: number, placed: string, phone = contacts[id]!.phone) =>
	item(id, { message: `Call to ${phone}: no answer`, error: { placed } });

/** One called, one in doubt and called, one refused; another workflow calls that one. */
const TRUE: Evidence = {
	contacts,
	struck: new Set([b, c]),
	calls: [call('call_a', a), call('call_b', b), call('call_x', c, OTHER_WORKFLOW)],
	requests: [request(a, 200), request(b, null), request(c, 429), request(c, 400)],
	items: [item(0, { call_id: 'call_a' }), failed(1, 'unknown'), failed(2, 'no')],
	named: [{ call_id: 'call_a', to_number: a }],
};

it('finds nothing wrong with what is true', () => {
	expect(judge(TRUE)).toEqual({ twice: [], lost: [], untrue: [] });
});

const itemsBut = (id: number, ...others: Evidence['items']) => [
	...TRUE.items.filter(({ contact }) => contact!.id !== id),
	...others,
];

it.each<[string, 'twice' | 'lost' | 'untrue', Partial<Evidence>]>([
	['a second call', 'twice', { calls: [...TRUE.calls, call('call_b2', b)] }],
	...[null, 200, 500, 408, 499].map((status): [string, 'twice', Partial<Evidence>] => [
		`a second request after the answer ${status}`,
		'twice',
		{ requests: [...TRUE.requests, request(c, status), request(c, 400)] },
	]),
	['a contact without an item', 'lost', { items: itemsBut(2) }],
	['a contact with two', 'lost', { items: [...TRUE.items, failed(2, 'no')] }],
	[
		'no call without a fault',
		'lost',
		{ calls: TRUE.calls.slice(1), items: itemsBut(0, failed(0, 'unknown')), named: [] },
	],
	['a call of no contact', 'untrue', { items: itemsBut(1, item(1, { call_id: 'call_z' })) }],
	['a call to another contact', 'untrue', { items: itemsBut(1, item(1, { call_id: 'call_a' })) }],
	["another workflow's call", 'untrue', { items: itemsBut(2, item(2, { call_id: 'call_x' })) }],
	['a raw row', 'untrue', { items: itemsBut(2, item(2, { phone: c })) }],
	['"no" of a contact who was called', 'untrue', { items: itemsBut(1, failed(1, 'no')) }],
	['"unknown" without a fault', 'untrue', { struck: new Set([c]) }],
	['a failure that names another', 'untrue', { items: itemsBut(2, failed(2, 'no', b)) }],
	['a failure that says nothing', 'untrue', { items: itemsBut(2, failed(2, '')) }],
	['an item of no contact', 'untrue', { items: [...TRUE.items, { contact: undefined, json: {} }] }],
	['a call named to another', 'untrue', { named: [{ call_id: 'call_a', to_number: b }] }],
])('sees %s', (_, kind, change) => {
	expect(judge({ ...TRUE, ...change })[kind]).toHaveLength(1);
});
