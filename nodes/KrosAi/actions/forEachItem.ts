import { NodeOperationError } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';
import { createClient } from '../api/client';
import type { NodeClient } from '../api/client';
import { toNodeApiError } from '../api/errors';
import { failureOf, toFailure } from '../api/failure';
import { readerFor } from '../parameters/reader';
import type { Values } from '../parameters/reader';
import { cancellationOf } from '../util/pause';
import { showRow } from '../util/quote';
import type { Execute, OutputItem, Results } from './operation';

/** One input item, for an operation that works on each by itself. */
export interface Item {
	context: IExecuteFunctions;
	client: NodeClient;
	values: Values;
	isCancelled(): boolean;
}

/**
 * An operation on one item: gives an item, or several.
 *
 * @throws ItemFailure for what the user can do something about
 */
export type ItemOperation = (item: Item) => Promise<OutputItem | OutputItem[]>;

/** Runs an operation for one input item after the other. None of them places a call. */
export function forEachItem(run: ItemOperation): Execute {
	return async (context, { stopAtFailure }) => {
		const client = await createClient(context);
		const isCancelled = cancellationOf(context);
		const valuesAt = readerFor(context);
		const results: Results[] = [];
		for (const itemIndex of context.getInputData().keys()) {
			if (isCancelled()) {
				const message = `The execution was stopped before ${showRow(itemIndex)}`;
				if (stopAtFailure) throw new NodeOperationError(context.getNode(), message, { itemIndex });
				const description = 'Run the workflow again for the items that are left.';
				const failure = toFailure({ code: 'STOPPED', message, description, placed: 'no' as const });
				results.push({ failure });
				continue;
			}
			try {
				const made = await run({ context, client, values: valuesAt(itemIndex), isCancelled });
				results.push(Array.isArray(made) ? { items: made } : made);
			} catch (thrown) {
				const failure = { ...failureOf(thrown), placed: 'no' as const };
				if (stopAtFailure) {
					throw toNodeApiError(context.getNode(), failure, { itemIndex, placed: failure.placed });
				}
				results.push({ failure });
			}
		}
		return results;
	};
}
