import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** Whether the output of a call is one flat item or KrosAI's own words. */
export function simplifyField(show: IDisplayOptions['show']): INodeProperties {
	return {
		displayName: 'Simplify',
		name: 'simplify',
		type: 'boolean',
		default: true,
		description:
			'Whether to return each call in the words of the KrosAI Trigger, with its outcome and the turns of its transcript, instead of what KrosAI sent',
		displayOptions: { show },
	};
}
