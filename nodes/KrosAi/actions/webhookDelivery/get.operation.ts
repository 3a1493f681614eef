import { fetchDelivery } from '../../api/webhookDeliveries';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { deliveryIdField, failedDelivery, readDeliveryId } from './deliveryId';
import { simplifyField, toDeliveryItem } from './deliveryItem';

const SHOW = showFor('webhookDelivery', 'get');

/** Webhook Delivery → Get: the event that a webhook was told, or should have been. */
export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get webhook delivery',
		description:
			'Read back an event that KrosAI delivered, or tried to. Places no call and costs nothing.',
	},
	forAgents:
		'Reads back one event that KrosAI delivered to a webhook or tried to, by the ID of the delivery. Places no call and costs nothing. Returns the event with its call_id, outcome and metadata, and under delivery its id and status (delivered, failed or pending).',
	fields: [deliveryIdField(SHOW), simplifyField(SHOW)],
	execute: forEachItem(async ({ client, values }) => {
		const id = readDeliveryId(values);
		const result = await fetchDelivery(client, id);
		if (result.failed) throw failedDelivery(result, id);
		return { json: toDeliveryItem(result.delivery, values) };
	}),
};
