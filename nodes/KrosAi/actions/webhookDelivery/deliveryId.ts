import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { failedExchange, readErrorBody } from '../../api/errors';
import type { ItemFailure } from '../../api/failure';
import type { FailedRequest } from '../../api/types';
import type { Values } from '../../parameters/reader';

/** The field that every operation on one delivery has. */
export function deliveryIdField(show: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Delivery ID',
		name: 'deliveryId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 7c9e6679-7425-40de-944b-e07fc1f90ae7',
		description: 'The ID of the delivery, which Get Many gives under delivery',
		displayOptions: { show },
	};
}

/** @throws ItemFailure where it can be no delivery's id */
export function readDeliveryId(values: Values): string {
	return values.id('deliveryId', 'Put in an ID of Get Many, for example {{ $json.delivery.id }}.');
}

/** Why a request about a delivery came to nothing: KrosAI doesn't know it, or what else became of it. */
export function failedDelivery(result: FailedRequest, id: string): ItemFailure {
	const { failed } = result;
	const isUnknown =
		failed.answered && failed.status === 404 && readErrorBody(failed.json).error !== null;
	if (!isUnknown) return failedExchange(result);
	return failedExchange(result, {
		field: 'delivery_id',
		value: id,
		message: `KrosAI doesn't know the webhook delivery "${id}"`,
		description:
			'Check the Delivery ID, and that the API key belongs to the organization of the webhook. KrosAI may have deleted its record.',
	});
}
