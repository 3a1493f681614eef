import { numberOf, PHONE_NUMBERS } from '../../api/lists';
import { listOperation } from '../listOperation';
import { asItem } from '../output';

/** Phone Number → Get Many: the numbers that the list of From Number shows, each as `number`. */
export const getAll = listOperation({
	resource: 'phoneNumber',
	list: PHONE_NUMBERS,
	action: 'Get many phone numbers',
	description:
		'List your KrosAI phone numbers, and whether each may call out. Initiate takes one as From Number.',
	forAgents:
		"Lists the organization's own phone numbers, which calls can come from. Places no call and costs nothing. Returns for each its id, number, country and status, and allow_outbound, which says whether it may call out.",
	toItem: (sent) => {
		const { id = null, ...entry } = asItem(sent);
		const head = { id, number: numberOf(entry) ?? null };
		return { ...head, ...entry, ...head };
	},
});
