import { mayHaveActed, failedExchange, isSuccess } from '../../api/errors';
import type { FailedRequest } from '../../api/types';
import { retryDelivery } from '../../api/webhookDeliveries';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Operation } from '../operation';
import { asItem } from '../output';
import { deliveryIdField, failedDelivery, readDeliveryId } from './deliveryId';

/**
 * Webhook Delivery → Retry: KrosAI delivers an event again, to the webhook that it failed to reach. A
 * trigger starts once for each event, however often it is delivered (`trigger/deduplicate.ts`).
 */
export const retry: Operation = {
	option: {
		name: 'Retry',
		value: 'retry',
		action: 'Retry webhook delivery',
		description:
			'Have KrosAI deliver an event again to the webhook that it failed to reach. A workflow may start there.',
	},
	forAgents:
		'Has KrosAI deliver an event again to the webhook that it failed to reach, by the ID of the delivery. A workflow may start there, and do what it does. Returns retried: true, which says that KrosAI has taken it on, not that it has arrived.',
	fields: [deliveryIdField(showFor('webhookDelivery', 'retry'))],
	execute: forEachItem(async ({ client, values }) => {
		const id = readDeliveryId(values);
		const result = await retryDelivery(client, id);
		if (result.failed) throw failedRetry(result, id);
		const known = { delivery_id: id, retried: true };
		return { json: { ...known, ...asItem(result.answer), ...known } };
	}),
};

function failedRetry(result: FailedRequest, id: string) {
	const { failed } = result;
	const about = { field: 'delivery_id', value: id };
	if (mayHaveActed(failed) || (failed.answered && isSuccess(failed.status))) {
		return failedExchange(result, {
			...about,
			message: `It isn't known whether KrosAI delivers "${id}" again: its answer did not come`,
			description:
				'Look at the delivery with Get. Retried once more, the same event may arrive twice: a KrosAI Trigger that runs on starts once for it.',
		});
	}
	if (!failed.answered || ![400, 409, 422].includes(failed.status))
		return failedDelivery(result, id);
	return failedExchange(result, {
		...about,
		message: `KrosAI doesn't retry the webhook delivery "${id}"`,
		description:
			'It retries those that failed. One that was answered counts as delivered, also where n8n lost it while it started: read it back with Get, and go on with what comes out.',
	});
}
