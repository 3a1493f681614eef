import type { INodeProperties } from 'n8n-workflow';
import type { Operation } from '../operation';
import { toolDescriptionField } from '../../descriptions/toolDescription';
import { callFields } from '../../descriptions/callFields';
import * as downloadRecording from './downloadRecording.operation';
import { unlessDryRun } from './dryRun';
import * as get from './get.operation';
import * as getAll from './getAll.operation';
import * as getEvents from './getEvents.operation';
import * as hangUp from './hangUp.operation';
import * as initiate from './initiate.operation';
import * as initiateAndWait from './initiateAndWait.operation';

export const operations: Record<string, Operation> = {
	downloadRecording: downloadRecording.execute,
	get: get.execute,
	getAll: getAll.execute,
	getEvents: getEvents.execute,
	hangUp: hangUp.execute,
	initiate: unlessDryRun(initiate.execute),
	initiateAndWait: unlessDryRun(initiateAndWait.execute),
};

/** What an AI agent is told of each operation. */
const FOR_AGENTS: Record<string, string> = {
	downloadRecording:
		'Fetches the audio recording of one phone call that has ended, by its call_id. Rings nobody and costs nothing. Returns the call with its transcript, and the recording as a file.',
	get: 'Looks up one phone call by its call_id. Rings nobody and costs nothing. Returns status, outcome (completed, no_answer, busy, failed, or null while the call goes on), duration in seconds, cost_cents, metadata, transcript, and transcript_turns as a list of speaker and text.',
	getAll:
		'Lists phone calls of the call log, for example those of yesterday or those to one number. Rings nobody and costs nothing. Returns for each call its call_id, from_number, to_number, status, outcome (completed, no_answer, busy, failed, or null while the call goes on), duration in seconds, cost_cents, metadata and transcript.',
	getEvents:
		'Lists what happened to one phone call, by its call_id: when it rang, was answered and ended. Rings nobody and costs nothing. Returns one entry for each event.',
	hangUp:
		'Ends a phone call that goes on at this moment, by its call_id, whatever is being said. It cannot be undone. Returns hung_up: true, or hung_up: false where the call had ended already.',
	initiate:
		'Rings a real phone and has an AI agent talk to whoever answers. Each use places one real call that costs money, so never use it twice for the same purpose, and never to try something out. Returns at once with the call_id and the status "initiated", before anybody has answered: how the call went is looked up later by the call_id. If the result has placed: "unknown", the phone may have rung: do not call again.',
	initiateAndWait:
		'Rings a real phone, has an AI agent talk to whoever answers, and waits until the call has ended, which can take minutes. Each use places one real call that costs money, so never use it twice for the same purpose, and never to try something out. Returns how the call went: outcome (completed, no_answer, busy, failed), duration in seconds, cost_cents, transcript. If the result has placed: "unknown", the phone may have rung: do not call again.',
};

export const description: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['call'] } },
		options: [
			{
				name: 'Download Recording',
				value: 'downloadRecording',
				action: 'Download recording of call',
				description:
					'Get the audio of a call as a file, and its transcript. Rings nobody and costs nothing.',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get call',
				description:
					'Look up a call: its outcome, duration, cost and transcript. Rings nobody and costs nothing.',
			},
			{
				name: 'Get Events',
				value: 'getEvents',
				action: 'Get events of call',
				description:
					'List what happened to a call, one item for each event. Rings nobody and costs nothing.',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many calls',
				description:
					'List calls, each with its outcome and transcript. Rings nobody and costs nothing.',
			},
			{
				name: 'Hang Up',
				value: 'hangUp',
				action: 'Hang up call',
				description:
					'End a call that goes on at this moment. A call that has ended already is reported as such.',
			},
			{
				name: 'Initiate',
				value: 'initiate',
				action: 'Initiate call',
				description:
					'Ring a phone, have an AI agent talk, and go on at once. Each item is a real call that costs money.',
			},
			{
				name: 'Initiate and Wait',
				value: 'initiateAndWait',
				action: 'Initiate call and wait',
				description:
					'Ring a phone, and go on with the outcome when the call has ended. Each item is a real call that costs money.',
			},
		],
		default: 'initiate',
	},
	...Object.entries(FOR_AGENTS).map(([operation, text]) =>
		toolDescriptionField('call', operation, text),
	),
	...callFields({ resource: ['call'], operation: ['initiate', 'initiateAndWait'] }),
	...downloadRecording.description,
	...get.description,
	...getAll.description,
	...getEvents.description,
	...hangUp.description,
];
