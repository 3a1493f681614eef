import type { IDataObject } from 'n8n-workflow';

/** The parameters of one item of Call → Initiate, as the editor's defaults have them. */
export function callTo(toNumber: unknown, more: IDataObject = {}): IDataObject {
	return {
		resource: 'call',
		operation: 'initiate',
		fromNumber: '+2348012345678',
		toNumber: toNumber as string,
		endpointId: 'ep_abc123',
		maxDuration: 600,
		specifyMetadata: 'keyValue',
		metadata: {},
		callingHours: 'any',
		options: {},
		...more,
	};
}
