import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/**
 * What an AI agent reads of the node as its tool. Left to itself, n8n tells it the operation's label
 * only, which says neither that a phone rings nor what comes back.
 */
export function toolDescriptionField(show: IDisplayOptions['show'], text: string): INodeProperties {
	return {
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		typeOptions: { rows: 4 },
		default: text,
		required: true,
		description: 'What the AI agent is told of this tool: what it does, and what comes back',
		displayOptions: { show: { '@tool': [true], ...show } },
	};
}
