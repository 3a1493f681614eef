import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** Whether the output of a call is one flat item or KrosAI's own words; as a tool, Output decides. */
export function outputFields(show: IDisplayOptions['show']): INodeProperties[] {
	return [
		{
			displayName: 'Simplify',
			name: 'simplify',
			type: 'boolean',
			default: true,
			description:
				'Whether to return each call in the words of the KrosAI Trigger, with its outcome and the turns of its transcript, instead of what KrosAI sent',
			displayOptions: { show, hide: { '@tool': [true] } },
		},
		...toolOutputFields(show),
	];
}

/** How much of a call the model gets where the node is a tool (n8n's UX guidelines, AI tool nodes). */
export function toolOutputFields(show: IDisplayOptions['show']): INodeProperties[] {
	const shownInTool = { '@tool': [true], ...show };
	return [
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			default: 'simple',
			options: [
				{ name: 'Raw', value: 'raw', description: 'All that KrosAI says of a call' },
				{
					name: 'Selected Fields',
					value: 'fields',
					description: 'The ID of the call, and the fields that you choose',
				},
				{ name: 'Simplified', value: 'simple', description: 'The ten fields that say most' },
			],
			description: 'How much of each call the model gets: what it needs not read, it pays for too',
			displayOptions: { show: shownInTool },
		},
		{
			displayName: 'Fields',
			name: 'fields',
			type: 'multiOptions',
			default: [],
			options: [
				{ name: 'Answered At', value: 'answered_at' },
				{ name: 'Answered By', value: 'answered_by' },
				{ name: 'Completed At', value: 'completed_at' },
				{ name: 'Cost in Cents', value: 'cost_cents' },
				{ name: 'Created At', value: 'created_at' },
				{ name: 'Direction', value: 'direction' },
				{ name: 'Duration in Seconds', value: 'duration' },
				{ name: 'Endpoint ID', value: 'endpoint_id' },
				{ name: 'From Number', value: 'from_number' },
				{ name: 'Hangup Cause', value: 'hangup_cause' },
				{ name: 'Metadata', value: 'metadata' },
				{ name: 'Outcome', value: 'outcome' },
				{ name: 'Phone Number ID', value: 'phone_number_id' },
				{ name: 'Recording URL', value: 'recording_url' },
				{ name: 'Status', value: 'status' },
				{ name: 'To Number', value: 'to_number' },
				{ name: 'Transcript', value: 'transcript' },
				{ name: 'Transcript by Turns', value: 'transcript_turns' },
			],
			description: 'The fields to add to the output, beside the ID of the call',
			displayOptions: { show: { ...shownInTool, output: ['fields'] } },
		},
	];
}
