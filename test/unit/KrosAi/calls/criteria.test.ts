import type { IDataObject } from 'n8n-workflow';
import { type CallCriteria, meets } from '../../../../nodes/KrosAi/calls/criteria';

const CALL: IDataObject = {
	direction: 'outbound',
	status: 'completed',
	from_number: '+2348012345678',
	to_number: '+14155550123',
	endpoint_id: 'ep_abc123',
	phone_number_id: 'pn_abc123',
	metadata: { campaign: 'spring', tries: 2, vip: true, tags: ['a'], empty: '', gone: null },
};

const rows = (...entry: object[]): CallCriteria => ({ metadata: { entry } });
const row = (key: string, value: unknown) => rows({ key, value });

it.each<CallCriteria>([
	{},
	{ direction: '', status: undefined, endpointId: null, fromNumber: ' ', toNumber: '' },
	{ direction: 'outbound', status: 'completed' },
	{ endpointId: ' ep_abc123 ', phoneNumberId: 'pn_abc123' },
	{ endpointId: { __rl: true, mode: 'list', value: 'ep_abc123' } },
	{ phoneNumberId: { __rl: true, mode: 'list', value: '' } },
	{ toNumber: '+1 (415) 555-0123', fromNumber: 2348012345678 },
	{ metadata: {} },
	row('campaign', 'spring'),
	row('tries', '2'),
	row('tries', 2),
	row('vip', 'true'),
	row('tags', '["a"]'),
	row('empty', ''),
	row('', 'x'),
])('is met: %p', (criteria) => expect(meets(CALL, criteria)).toBe(true));

it.each<CallCriteria>([
	{ direction: 'inbound' },
	{ status: 'busy' },
	{ endpointId: 'ep_abc12' },
	{ endpointId: { __rl: true, mode: 'list', value: 'ep_abc12' } },
	{ phoneNumberId: 'pn_def456' },
	{ fromNumber: '+14155550123' },
	{ toNumber: '4155550123' },
	{ toNumber: 'Ada' },
	row('campaign', 'Spring'),
	row('campaign', ''),
	row('gone', ''),
	row('gone', 'null'),
	row('nothing', ''),
	row('toString', ''),
	rows({ key: 'campaign', value: 'spring' }, { key: 'tries', value: '3' }),
])('is not met: %p', (criteria) => expect(meets(CALL, criteria)).toBe(false));

it.each<CallCriteria>([
	{ direction: 'outbound' },
	{ status: 'completed' },
	{ endpointId: 'ep_abc123' },
	{ phoneNumberId: 'pn_abc123' },
	{ fromNumber: '+2348012345678' },
	{ toNumber: 'Ada' },
	{ toNumber: { country: 'US' } },
	row('campaign', 'spring'),
])('is not met by a call that does not say: %p', (criteria) => {
	expect(meets({ call_id: 'call_1', metadata: null }, criteria)).toBe(false);
});

it('is not met by a list of what is asked for', () => {
	const call = { direction: ['outbound'], to_number: ['+14155550123'] };
	expect(meets(call, { direction: 'outbound' })).toBe(false);
	expect(meets(call, { toNumber: '+14155550123' })).toBe(false);
});

// By an expression anything may be asked for.
it.each<CallCriteria>([
	{ direction: { toString: 1 } },
	{ endpointId: { value: { toString: 1 } } },
	{ toNumber: { toString: 1 } },
	row('tags', { toString: 1 }),
	row('campaign', undefined),
	rows({ key: { toString: 1 }, value: 'x' }),
	{ metadata: { entry: 'x' } },
])('is not met by what has no text: %j', (criteria) => expect(meets(CALL, criteria)).toBe(false));

it.each<CallCriteria>([
	{ metadata: 7 },
	{ metadata: { entry: null } },
	{ metadata: { entry: [null, {}, { key: ' ', value: 'x' }] } },
	{ metadata: { entry: { key: 'campaign', value: 'spring' } } },
	{ direction: [] },
	row('tags', ['a']),
])('is met where nothing else is asked for: %j', (criteria) => {
	expect(meets(CALL, criteria)).toBe(true);
});
