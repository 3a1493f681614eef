import {
	type DialContact,
	ContactList,
	isFailure,
	isUnknown,
} from '../../../../nodes/KrosAi/dialing/contactList';
import { openLedger } from '../../../../nodes/KrosAi/dialing/ledger';
import { failed, INVALID, to } from '../../../support/dialing';
import { REQUEST } from '../../../support/exchanges';

const UNKNOWN = failed({ ...INVALID, placed: 'unknown' });
const READY: DialContact = { state: 'ready', request: REQUEST.body };
const SENT = { ...REQUEST.body, at: 1 };
const CALL = { call_id: 'call_1' };

const emptyLedger = () =>
	openLedger({ nodeContext: {}, runIndex: 0, executionId: '1', isToolRun: false });

/** A list of one contact, with this in the ledger. */
function listWith(state: 'nothing' | 'sent' | 'called' | 'unknown' | 'forgotten') {
	const ledger = emptyLedger();
	const list = new ContactList([READY], ledger);
	const key = list.keyOf(0);
	if (state !== 'nothing') ledger.recordSent(key, 0, SENT);
	if (state === 'called') ledger.recordCall(key, 0, REQUEST.body.to_number, CALL);
	if (state === 'unknown') ledger.recordUnknown(key, 0, UNKNOWN.failure, SENT);
	if (state === 'forgotten') ledger.forget(key);
	return list;
}

it('knows nothing of its contacts at first, and has them in their order', () => {
	const contacts = [READY, UNKNOWN];
	const list = new ContactList(contacts, emptyLedger());
	expect(list.results).toStrictEqual([undefined, undefined]);
	expect(list.items).toEqual([0, 1]);
	expect(list.at(1)).toBe(contacts[1]);
	expect(list.at(2)).toBeUndefined();
	expect(list.requestOf(0)).toBe(REQUEST.body);
	expect(list.requestOf(1)).toBeUndefined();
});

it('finds nothing in the ledger for a contact without a request', () => {
	const list = new ContactList([UNKNOWN], emptyLedger());
	expect(list.entryOf(0)).toBeUndefined();
	expect(list.entryOf(1)).toBeUndefined();
	expect(list.mayHaveRung(0)).toBe(false);
});

it('takes for called a contact that the ledger does not clear', () => {
	const mayHaveRung = (state: Parameters<typeof listWith>[0]) => listWith(state).mayHaveRung(0);
	expect((['sent', 'called', 'unknown'] as const).map(mayHaveRung)).toEqual([true, true, true]);
	expect(mayHaveRung('nothing')).toBe(false);
	expect(mayHaveRung('forgotten')).toBe(false);
});

it('calls a failure what is one, and not what is not known yet', () => {
	expect(isFailure(UNKNOWN)).toBe(true);
	expect(isFailure({ state: 'called', call: CALL })).toBe(false);
	expect(isFailure({ state: 'skipped', skipped: {} })).toBe(false);
	expect(isFailure(undefined)).toBe(false);
});

it('tells a contact that may have been called from one that was not, and from one that was', () => {
	const results = [UNKNOWN, failed(INVALID), { state: 'called', call: CALL } as const, undefined];
	expect(results.map(isUnknown)).toEqual([true, false, false, false]);
});

it('tells what was sent only for calls that are unknown', () => {
	expect(listWith('sent').sentOf(0)).toEqual(SENT);
	expect(listWith('unknown').sentOf(0)).toEqual(SENT);
	expect(listWith('called').sentOf(0)).toBeUndefined();
	expect(listWith('nothing').sentOf(0)).toBeUndefined();
});

describe('the key of a contact', () => {
	const ADA = to('+14155550110');
	const BEN = to('+14155550111');
	const keysOf = (contacts: DialContact[], ledger = emptyLedger()) => {
		const list = new ContactList(contacts, ledger);
		return list.items.map((item) => list.keyOf(item));
	};

	it('tells apart all contacts of a list, also those of one number', () => {
		expect(new Set(keysOf([ADA, BEN, ADA, ADA])).size).toBe(4);
	});

	it('stays the same where a retry brings other rows, or rows in another order', () => {
		const [ada, ben, adaAgain] = keysOf([ADA, BEN, ADA]);
		expect(keysOf([UNKNOWN, BEN, UNKNOWN, ADA, ADA]).filter(Boolean)).toEqual([ben, ada, adaAgain]);
	});

	it('is the same for whichever contact one asks first', () => {
		const list = new ContactList([ADA, BEN, ADA], emptyLedger());
		expect([2, 0, 1].map((item) => list.keyOf(item))).toEqual(
			[2, 0, 1].map((item) => keysOf([ADA, BEN, ADA])[item]),
		);
	});

	it('is another in another run of the node, but not in that of a tool', () => {
		const inRun = (runIndex: number, isToolRun = false) => {
			const nodeContext = { firstRun: 0 };
			const ledger = openLedger({ nodeContext, runIndex, executionId: '1', isToolRun });
			return keysOf([ADA], ledger);
		};
		expect(inRun(1)).not.toEqual(inRun(0));
		expect(inRun(1, true)).toEqual(inRun(0, true));
	});

	it('holds no number', () => {
		expect(keysOf([ADA]).join()).not.toMatch(/4155550110/);
	});
});
