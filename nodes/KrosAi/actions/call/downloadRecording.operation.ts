import { toCallItem } from '../../calls/callItem';
import { toolOutputFields } from '../../descriptions/outputFields';
import { showFor } from '../../descriptions/showFor';
import { forEachItem } from '../forEachItem';
import type { Values } from '../../parameters/reader';
import type { Operation } from '../operation';
import { callIdField, readCallId } from './callId';
import { readToolOutput } from './callOutput';
import { fetchRecording, findRecording } from './recording';

const SHOW = showFor('call', 'downloadRecording');

/** Call → Download Recording: the MP3 as binary data, beside the call with its transcript. */
export const downloadRecording: Operation = {
	option: {
		name: 'Download Recording',
		value: 'downloadRecording',
		action: 'Download recording of call',
		description:
			'Get the audio of a call as a file, and its transcript. Places no call and costs nothing.',
	},
	forAgents:
		'Fetches the audio recording of one phone call that has ended, by its call_id. Places no call and costs nothing. Returns the call with its transcript, and the recording as a file.',
	fields: [
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
					displayName: 'Wait for Recording (Minutes)',
					name: 'waitForRecordingMinutes',
					type: 'number',
					typeOptions: { minValue: 0 },
					default: 5,
					description:
						'How long to wait for a recording that is not ready yet, also where the call still goes on. The execution keeps running meanwhile. Set to 0 to go on at once.',
				},
			],
		},
		...toolOutputFields(SHOW),
	],
	execute: forEachItem(async (item) => {
		const callId = readCallId(item.values);
		const field = readField(item.values);
		const cut = readToolOutput(item.values);
		const recorded = await findRecording(item, callId, readWaitMs(item.values));
		const file = await fetchRecording(item, callId, recorded);
		const json = toCallItem(recorded.call);
		// The link is a key to the recording for an hour, and an execution keeps its output.
		delete json.recording_url;
		return { json: cut(json), binary: { [field]: file } };
	}),
};

function readField(values: Values): string {
	const value = values.raw('binaryPropertyName');
	const field = typeof value === 'string' ? value.trim() : '';
	if (field !== '') return field;
	throw values.missing(
		'binaryPropertyName',
		'Enter the name of the binary field that the recording goes into, such as data.',
	);
}

function readWaitMs(values: Values): number {
	const minutes = values.in('options').number('waitForRecordingMinutes', {
		accepts: (wait) => wait >= 0,
		initial: 0,
		why: 'which is not a number of minutes',
		remedy: 'Enter a number of minutes, or 0 to go on at once.',
	});
	return minutes * 60_000;
}
