import type { INodeProperties } from 'n8n-workflow';
import { numberOf, PHONE_NUMBERS } from '../../api/lists';
import { forEachItem } from '../forEachItem';
import { listItems, manyFields } from '../pagination';
import type { Operation } from '../operation';
import { withoutErrorKey, withoutSecrets } from '../output';

export const description: INodeProperties[] = manyFields({
	resource: ['phoneNumber'],
	operation: ['getAll'],
});

/** Phone Number → Get Many: the numbers that the list of From Number shows, each as `number`. */
export const execute: Operation = forEachItem(
	async (item) =>
		await listItems(item, PHONE_NUMBERS, (entry) => {
			const { id = null, ...others } = withoutErrorKey(withoutSecrets(entry));
			const head = { id, number: numberOf(entry) ?? null };
			return { json: { ...head, ...others, ...head } };
		}),
);
