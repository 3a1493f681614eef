import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import type { CallFailure } from '../api/types';

/** What an operation makes: an item that is not paired yet. */
export type OutputItem = Pick<INodeExecutionData, 'json' | 'binary'>;

/** What became of one input item. */
export type Result = { items?: undefined } & (
	(OutputItem & { failure?: undefined }) | { failure: CallFailure }
);

/** The same, where one input item may become several items, or none. */
export type Results = { items: OutputItem[] } | Result;

export interface RunMode {
	/** On Error is "Stop Workflow": throw at the first failure instead of returning it. */
	stopAtFailure: boolean;
	/** An AI agent runs the node as its tool. */
	isToolRun: boolean;
}

/** Runs an operation for all input items: a result for each, in their order. */
export type Execute = (context: IExecuteFunctions, mode: RunMode) => Promise<Results[]>;

/** One operation of the editor: what it shows, and what it does. */
export interface Operation {
	/** Its entry under Operation. */
	option: INodePropertyOptions & { value: string };
	/** What an AI agent is told of it: what it does, and what comes back. */
	forAgents: string;
	/** Its fields; several operations may have the same. */
	fields: INodeProperties[];
	execute: Execute;
}

/** A failed item in the shape of the public contract. */
export function toFailedItem({ message, ...error }: CallFailure): IDataObject {
	// Exactly these two keys: with any other, n8n sends the item to the success branch.
	return { message, error: error as unknown as IDataObject };
}
