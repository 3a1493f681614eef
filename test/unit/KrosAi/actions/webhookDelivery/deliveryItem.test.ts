import type { IDataObject } from 'n8n-workflow';
import { toDeliveryItem } from '../../../../../nodes/KrosAi/actions/webhookDelivery/deliveryItem';
import { Values } from '../../../../../nodes/KrosAi/parameters/reader';
import { readDelivery } from '../../../../../nodes/KrosAi/webhooks/payload';

const toItem = (entry: IDataObject, simplify = true) =>
	toDeliveryItem(entry, new Values((name) => (name === 'simplify' ? simplify : null)));

/** In the form of the Webhooks overview; metadata may have any key. */
const PAYLOAD = {
	id: 'evt_1',
	event: 'call.ended',
	timestamp: '2025-01-12T10:30:00Z',
	data: { call_id: 'call_1', status: 'busy', metadata: { door_token: '7', error: 'x' } },
};
const FLAT = { event: 'call.completed', call_id: 'call_1', error: 'busy line', duration: 3 };
const ENTRY = { id: 'del_1', webhook_id: 'wh_1', event_type: 'call.ended', status: 'failed' };

describe.each([PAYLOAD, FLAT])('a payload such as %j', (payload) => {
	it.each([
		['payload', payload],
		['payload', JSON.stringify(payload)],
		['request_body', payload],
		['body', payload],
		['data', payload],
	])('is the item of the trigger, from %s: %j', (name, sent) => {
		expect(toItem({ ...ENTRY, [name]: sent })).toEqual({
			...readDelivery(Buffer.from(JSON.stringify(payload))),
			delivery: ENTRY,
		});
	});

	it('comes untouched where it is not simplified', () => {
		expect(toItem({ ...ENTRY, payload }, false)).toEqual({ ...ENTRY, payload });
	});
});

it.each([{}, { payload: null }, { payload: {} }, { payload: 'OK' }, { data: { call_id: '1' } }])(
	'without an event in it, a delivery is its name and what is there: %j',
	(others) => {
		expect(toItem({ ...ENTRY, ...others })).toEqual({
			event: 'call.completed',
			delivery: { ...ENTRY, ...others },
		});
	},
);

it('has no event where KrosAI names none, and passes on what is not known', () => {
	expect(toItem({ answer: 1 })).toEqual({ event: null, delivery: { answer: 1 } });
});

it.each([true, false])(
	'has no secret of the webhook, and no top-level error (simplified: %p)',
	(simplify) => {
		const webhook = { url: 'https://n8n.example.com', secret: 'whsec_0123456789' };
		const headers = { 'X-Webhook-Signature': 'sha256=0', accept: '*/*' };
		const item = toItem({ ...ENTRY, payload: PAYLOAD, webhook, headers, error: 'late' }, simplify);
		expect(JSON.stringify(item)).not.toMatch(/whsec_|sha256/);
		expect(item).not.toHaveProperty('error');
		expect(JSON.stringify(item)).toContain('"door_token":"7"');
		expect(JSON.stringify(item)).toContain('late');
	},
);
