import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../api/client';
import type { Client } from '../api/client';
import { toNodeApiError } from '../api/errors';
import { cancellationOf } from '../util/pause';
import { failureOf, stopped } from './failure';
import type { Operation, OutputItem, Results } from './operation';

/** One input item, for an operation that works on each by itself. */
export interface Item {
	context: IExecuteFunctions;
	client: Client;
	/**
	 * A parameter's value for this item; null where it is not set. Throws what n8n throws where an
	 * expression can't be evaluated.
	 */
	read(name: string): unknown;
	isCancelled(): boolean;
}

/**
 * An operation on one item: gives an item, or several.
 *
 * @throws ItemFailure for what the user can do something about
 */
export type ItemOperation = (item: Item) => Promise<OutputItem | OutputItem[]>;

/** Runs an operation for one input item after the other. None of them places a call. */
export function forEachItem(run: ItemOperation): Operation {
	return async (context, { stopAtFailure }) => {
		const client = await createClient(context);
		const isCancelled = cancellationOf(context);
		const results: Results[] = [];
		for (const itemIndex of context.getInputData().keys()) {
			if (isCancelled()) {
				const message = `The execution was stopped before item ${itemIndex}`;
				if (stopAtFailure) throw new NodeOperationError(context.getNode(), message, { itemIndex });
				results.push({ failure: { ...stopped(message), placed: 'no' } });
				continue;
			}
			let reading: string | undefined;
			const read = (name: string): unknown => {
				reading = name;
				const value: unknown = context.getNodeParameter(name, itemIndex, null);
				reading = undefined;
				return value;
			};
			try {
				const made = await run({ context, client, read, isCancelled });
				results.push(Array.isArray(made) ? { items: made } : made);
			} catch (thrown) {
				const failure = { ...failureOf(thrown, reading), placed: 'no' as const };
				if (stopAtFailure) {
					throw toNodeApiError(context.getNode(), failure, { itemIndex, placed: failure.placed });
				}
				results.push({ failure });
			}
		}
		return results;
	};
}
