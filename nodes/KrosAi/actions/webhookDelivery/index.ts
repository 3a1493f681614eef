import { resource } from '../resource';
import { get } from './get.operation';
import { getAll } from './getAll.operation';
import { retry } from './retry.operation';

export const webhookDelivery = resource(
	{ name: 'Webhook Delivery', value: 'webhookDelivery' },
	[get, getAll, retry],
	getAll,
);
