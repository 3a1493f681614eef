import { ContactList, isFailure } from '../../../../nodes/KrosAi/dialing/contactList';
import { openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../../../nodes/KrosAi/dialing/placement';
import { INVALID } from '../../../support/dialing';
import { REQUEST } from '../../../support/exchanges';

const UNKNOWN: { failure: CallFailure } = { failure: { ...INVALID, placed: 'unknown' } };
const SENT = { ...REQUEST.body, at: 1 };
const CALL = { call_id: 'call_1' };

const emptyLedger = () =>
	openLedger({ nodeContext: {}, runIndex: 0, executionId: '1', isToolRun: false });

/** A list of one contact, of whom the ledger has this. */
function listWith(state: 'nothing' | 'sent' | 'called' | 'unknown' | 'forgotten') {
	const ledger = emptyLedger();
	const request = REQUEST.body;
	if (state !== 'nothing') ledger.recordSent(0, request, SENT);
	if (state === 'called') ledger.recordCall(0, request, CALL, 2);
	if (state === 'unknown') ledger.recordUnknown(0, request, UNKNOWN.failure, SENT);
	if (state === 'forgotten') ledger.forget(0, request);
	return new ContactList([{ request }], ledger);
}

it('knows nothing of anybody at first, and has them in their order', () => {
	const contacts = [{ request: REQUEST.body }, UNKNOWN];
	const list = new ContactList(contacts, emptyLedger());
	expect(list.outcomes).toStrictEqual([undefined, undefined]);
	expect(list.items).toEqual([0, 1]);
	expect(list.length).toBe(2);
	expect(list.at(1)).toBe(contacts[1]);
	expect(list.at(2)).toBeUndefined();
});

it('finds nothing in the ledger for a contact without a request', () => {
	const list = new ContactList([UNKNOWN], emptyLedger());
	expect(list.entryOf(0)).toBeUndefined();
	expect(list.entryOf(1)).toBeUndefined();
	expect(list.mayHaveRung(0)).toBe(false);
});

it('takes for rung whom the ledger does not clear', () => {
	const mayHaveRung = (state: Parameters<typeof listWith>[0]) => listWith(state).mayHaveRung(0);
	expect((['sent', 'called', 'unknown'] as const).map(mayHaveRung)).toEqual([true, true, true]);
	expect(mayHaveRung('nothing')).toBe(false);
	expect(mayHaveRung('forgotten')).toBe(false);
});

it('calls a failure what is one, and not what is not known yet', () => {
	expect(isFailure(UNKNOWN)).toBe(true);
	expect(isFailure({ call: CALL })).toBe(false);
	expect(isFailure({ skipped: {} })).toBe(false);
	expect(isFailure(undefined)).toBe(false);
});

it('tells what was sent of those alone of whom it is not known', () => {
	expect(listWith('sent').sentOf(0)).toEqual(SENT);
	expect(listWith('unknown').sentOf(0)).toEqual(SENT);
	expect(listWith('called').sentOf(0)).toBeUndefined();
	expect(listWith('nothing').sentOf(0)).toBeUndefined();
});
