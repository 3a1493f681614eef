import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { CallFailure } from '../dialing/placement';

/** What became of one input item. */
export type Result = { json: IDataObject } | { failure: CallFailure };

export interface RunMode {
	/** On Error is "Stop Workflow": throw at the first failure instead of returning it. */
	stopAtFailure: boolean;
	/** An AI agent runs the node as its tool. */
	isToolRun: boolean;
}

/** One operation of the editor, for all input items: a result for each, in their order. */
export type Operation = (context: IExecuteFunctions, mode: RunMode) => Promise<Result[]>;

/** A failed item in the shape of the public contract. */
export function toFailedItem({ message, ...error }: CallFailure): IDataObject {
	// Exactly these two keys: with any other, n8n sends the item to the success branch.
	return { message, error: error as unknown as IDataObject };
}
