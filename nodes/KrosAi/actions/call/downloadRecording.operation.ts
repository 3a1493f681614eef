import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { showGiven } from '../../util/quote';
import { asNumber } from '../../util/coerce';
import { toCallItem } from '../../calls/callItem';
import { ItemFailure } from '../failure';
import { forEachItem } from '../forEachItem';
import type { Item } from '../forEachItem';
import type { Operation } from '../operation';
import { callIdField, readCallId } from './callId';
import { fetchRecording, findRecording } from './recording';

const SHOW = { resource: ['call'], operation: ['downloadRecording'] };

export const description: INodeProperties[] = [
	callIdField(SHOW),
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the output binary field to put the file in',
		displayOptions: { show: SHOW },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		displayOptions: { show: SHOW },
		options: [
			{
				displayName: 'Wait for Recording',
				name: 'waitForRecordingMinutes',
				type: 'number',
				typeOptions: { minValue: 0 },
				default: 5,
				description:
					'How long to wait for a recording that is not ready yet, also where the call still goes on. The execution keeps running meanwhile. Set to 0 to go on at once.',
				hint: 'Minutes',
			},
		],
	},
];

/** Call → Download Recording: the MP3 as binary data, beside the call with its transcript. */
export const execute: Operation = forEachItem(async (item) => {
	const callId = readCallId(item);
	const field = readField(item);
	const recorded = await findRecording(item, callId, readWaitMs(item));
	const file = await fetchRecording(item, callId, recorded);
	const json = toCallItem(recorded.call);
	// The link is a key to the recording for an hour, and an execution keeps its output.
	delete json.recording_url;
	return { json, binary: { [field]: file } };
});

function readField({ read }: Item): string {
	const value = read('binaryPropertyName');
	const field = typeof value === 'string' ? value.trim() : '';
	if (field !== '') return field;
	throw new ItemFailure({
		code: 'MISSING_FIELDS',
		field: 'binaryPropertyName',
		value,
		message: 'Put Output File in Field is empty',
		description: 'Enter the name of the binary field that the recording goes into, such as data.',
	});
}

function readWaitMs({ read }: Item): number {
	const { waitForRecordingMinutes: value = 0 } = (read('options') ?? {}) as IDataObject;
	const minutes = asNumber(value);
	if (Number.isFinite(minutes) && minutes >= 0) return minutes * 60_000;
	throw new ItemFailure({
		field: 'waitForRecordingMinutes',
		value,
		message: `Wait for Recording is ${showGiven(value)}, which is not a number of minutes`,
		description: 'Enter a number of minutes, or 0 to go on at once.',
	});
}
