import type { INodeProperties } from 'n8n-workflow';
import { ENDPOINTS } from '../../api/lists';
import { forEachItem } from '../forEachItem';
import { listItems, manyFields } from '../pagination';
import type { Operation } from '../operation';
import { withoutErrorKey, withoutSecrets } from '../output';

export const description: INodeProperties[] = manyFields({
	resource: ['endpoint'],
	operation: ['getAll'],
});

/** Endpoint → Get Many: the AI agents that the list of Endpoint shows, without their secrets. */
export const execute: Operation = forEachItem(
	async (item) =>
		await listItems(item, ENDPOINTS, (entry) => ({
			json: withoutErrorKey(withoutSecrets(entry)),
		})),
);
