import type { INodeProperties } from 'n8n-workflow';
import { WEBHOOK_DELIVERIES } from '../../api/webhookDeliveries';
import { showFor } from '../../descriptions/showFor';
import { canonicalEvent, EVENTS } from '../../webhooks/events';
import { listOperation } from '../listOperation';
import { eventOf, simplifyField, toDeliveryItem } from './deliveryItem';

const SHOW = showFor('webhookDelivery', 'getAll');

const FILTERS: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add filter',
	default: {},
	displayOptions: { show: SHOW },
	options: [
		{
			displayName: 'Event',
			name: 'event',
			type: 'options',
			default: 'call.completed',
			options: EVENTS,
			description: 'Only deliveries of this event',
		},
		{
			displayName: 'Status',
			name: 'status',
			type: 'options',
			default: 'failed',
			options: [
				{ name: 'Delivered', value: 'delivered', description: 'The webhook has answered 2xx' },
				{ name: 'Failed', value: 'failed', description: 'KrosAI has given it up' },
				{ name: 'Pending', value: 'pending', description: 'KrosAI tries it again' },
			],
			description: 'Only deliveries that are in this state now',
		},
		{
			displayName: 'Webhook ID',
			name: 'webhookId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 3fa85f64-5717-4562-b3fc-2c963f66afa6',
			description: 'Only deliveries to this webhook, whose ID each delivery has as webhook_id',
		},
	],
};

/**
 * Webhook Delivery → Get Many: KrosAI's history of deliveries, in its order. It filters by status and
 * webhook itself (KrosAI docs, reference of Webhook Deliveries), by the event it can't.
 */
export const getAll = listOperation({
	resource: 'webhookDelivery',
	list: WEBHOOK_DELIVERIES,
	action: 'Get many webhook deliveries',
	description:
		'List what KrosAI delivered to webhooks, or tried to. Places no call and costs nothing.',
	forAgents:
		'Lists the events, such as the end of a call, that KrosAI delivered to webhooks or tried to. Places no call and costs nothing. Returns for each its event, and under delivery its id, webhook_id and status (delivered, failed or pending).',
	fields: [FILTERS, simplifyField(SHOW)],
	toQuery: (values) => {
		const filters = values.in('filters');
		const status = filters.text('status');
		const webhook_id = filters.text('webhookId');
		return { ...(status && { status }), ...(webhook_id && { webhook_id }) };
	},
	toItem: (entry, values) => {
		const wanted = values.in('filters').text('event');
		if (wanted && eventOf(entry) !== canonicalEvent(wanted)) return undefined;
		return toDeliveryItem(entry, values);
	},
});
