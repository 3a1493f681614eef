import { ContactList, type Outcome } from '../../../../nodes/KrosAi/dialing/contactList';
import { openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../../../nodes/KrosAi/dialing/placement';
import { INVALID } from '../../../support/dialing';
import { REQUEST } from '../../../support/exchanges';

const UNKNOWN: { failure: CallFailure } = { failure: { ...INVALID, placed: 'unknown' } };
const SENT = { ...REQUEST.body, at: 1 };
const CALL = { call_id: 'call_1' };

/** A list of one contact, of whom the ledger has this. */
function listWith(
	state: 'nothing' | 'sent' | 'called' | 'unknown' | 'forgotten',
	outcome?: Outcome,
) {
	const ledger = openLedger({ nodeContext: {}, runIndex: 0, executionId: '1', isToolRun: false });
	const request = REQUEST.body;
	if (state !== 'nothing') ledger.recordSent(0, request, SENT);
	if (state === 'called') ledger.recordCall(0, request, CALL, 2);
	if (state === 'unknown') ledger.recordUnknown(0, request, UNKNOWN.failure, SENT);
	if (state === 'forgotten') ledger.forget(0, request);
	const list = new ContactList([{ request }], ledger);
	list.outcomes[0] = outcome;
	return list;
}

it('knows nothing of anybody at first, and has them in their order', () => {
	const ledger = openLedger({ nodeContext: {}, runIndex: 0, executionId: '1', isToolRun: false });
	const contacts = [{ request: REQUEST.body }, UNKNOWN];
	const list = new ContactList(contacts, ledger);
	expect(list.outcomes).toStrictEqual([undefined, undefined]);
	expect(list.items).toEqual([0, 1]);
	expect(list.length).toBe(2);
	expect(list.at(1)).toBe(contacts[1]);
	expect(list.at(2)).toBeUndefined();
});

it('finds nothing in the ledger for a contact without a request', () => {
	const ledger = openLedger({ nodeContext: {}, runIndex: 0, executionId: '1', isToolRun: false });
	const list = new ContactList([UNKNOWN], ledger);
	expect(list.entryOf(0)).toBeUndefined();
	expect(list.entryOf(1)).toBeUndefined();
	expect(list.mayHaveRung(0)).toBe(false);
});

describe('may have rung', () => {
	it.each<[Parameters<typeof listWith>[0], string, Outcome | undefined, boolean]>([
		['nothing', 'none', undefined, false],
		['forgotten', 'none', undefined, false],
		['sent', 'none', undefined, true],
		['called', 'none', undefined, true],
		['unknown', 'none', undefined, true],
		['called', 'a call', { call: CALL }, true],
		['unknown', 'unknown', UNKNOWN, true],
		['forgotten', 'not placed', { failure: INVALID }, false],
		['nothing', 'skipped', { skipped: {} }, false],
	])('by the ledger: %s, outcome: %s', (state, _, outcome, expected) => {
		expect(listWith(state, outcome).mayHaveRung(0)).toBe(expected);
	});
});

it('tells what was sent of those alone of whom it is not known', () => {
	expect(listWith('sent').sentOf(0)).toEqual(SENT);
	expect(listWith('unknown').sentOf(0)).toEqual(SENT);
	expect(listWith('called').sentOf(0)).toBeUndefined();
	expect(listWith('nothing').sentOf(0)).toBeUndefined();
});
