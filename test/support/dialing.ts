import type { IDataObject } from 'n8n-workflow';
import type { Client } from '../../nodes/KrosAi/api/client';
import type { CallRequest } from '../../nodes/KrosAi/parameters/callRequest';
import {
	type DialContact,
	ContactList,
	type ContactResult,
} from '../../nodes/KrosAi/dialing/contactList';
import { dial, type DialOptions, type Lineage } from '../../nodes/KrosAi/dialing/dialer';
import { failed } from '../../nodes/KrosAi/dialing/contactResults';
import { openLedger } from '../../nodes/KrosAi/dialing/ledger';
import type { CallFailure } from '../../nodes/KrosAi/api/types';
import { RecentStarts } from '../../nodes/KrosAi/dialing/recentStarts';
import { simulator, useSimulator } from '../../simulator/setUp';
import { answering, refusal, REQUEST } from './exchanges';
import { KeyTable } from './keyTable';
import { clientFor } from './n8n';
import { PatientTime } from './clocks';

export { simulator };

/** For the simulator: see `useDialing`. */
export let client: Client;

/** What n8n keeps of the node between two tries: its context, and two tables in its database. */
export const kept: { context: IDataObject; memory: KeyTable; keys: KeyTable } = {
	context: {},
	memory: new KeyTable(),
	keys: new KeyTable(),
};

/** Each test is an execution of its own. */
let lineages = 0;

/** For a test file that starts calls: an empty simulator and nothing kept before each test. */
export function useDialing(): void {
	useSimulator({ startsPerSecond: Infinity });
	beforeEach(async () => {
		client = await clientFor(simulator);
		kept.memory = new KeyTable();
		kept.keys = new KeyTable();
		newExecution();
	});
}

/** The next tries are of an execution that is no retry of those before. */
export function newExecution(): void {
	kept.context = {};
	lineages += 1;
}

export const PEOPLE = ['+14155550110', '+14155550111', '+14155550112', '+14155550113'] as const;
export const [FIRST, SECOND, THIRD, FOURTH] = PEOPLE;

type Ready = Extract<DialContact, { state: 'ready' }>;

export const to = (to_number: string, more: Partial<CallRequest> = {}): Ready => ({
	state: 'ready',
	request: { ...REQUEST.body, to_number, ...more } as CallRequest,
});

export const keyed = (to_number: string, key: string): Ready => ({ ...to(to_number), key });

export { failed };

export const allContacts = PEOPLE.map((number) => to(number));

/** The words for all of them, where each was called. */
export const CALLED = PEOPLE.map(() => 'called');

/** KrosAI refuses so many calls to this number, which is REFUSED in words. */
export function refuse(toNumber: string, times = 1): void {
	simulator.fault(answering(400, { body: refusal('INSUFFICIENT_BALANCE'), toNumber, times }));
}
export const REFUSED = 'INSUFFICIENT_BALANCE no';

/** Why a contact has no request. */
export const INVALID: CallFailure = {
	code: 'INVALID_PHONE_NUMBER',
	httpCode: null,
	field: 'to_number',
	value: 'x',
	message: 'What happened',
	description: 'What to do',
	placed: 'no',
};

export interface Try extends Partial<Omit<DialOptions, 'ledger'>> {
	runIndex?: number;
	executionId?: string;
	isToolRun?: boolean;
	/** Whether the execution is a retry; what n8n has kept of the node says the rest. */
	isRetry?: boolean;
	/** The execution of which this one is a retry. */
	lineageOf?: Partial<Lineage>;
}

/** One try, from what n8n has kept of those before, as it comes out of its database. */
export async function run(
	contacts: DialContact[],
	{ runIndex = 0, executionId = `execution ${lineages}`, isToolRun = false, ...options }: Try = {},
): Promise<Array<ContactResult | undefined>> {
	kept.context = JSON.parse(JSON.stringify(kept.context)) as IDataObject;
	const ledger = openLedger({ nodeContext: kept.context, runIndex, executionId, isToolRun });
	const { isRetry = false, lineageOf } = options;
	const { results, stop } = await dial(new ContactList(contacts, ledger), {
		client,
		ledger,
		lineage: { id: `lineage ${lineages}`, since: Date.now() - 1000, isRetry, ...lineageOf },
		account: 'account',
		starts: new RecentStarts(),
		execution: executionId,
		node: 'node',
		memory: kept.memory,
		stopAtFailure: false,
		isCancelled: () => false,
		callsPerSecond: 200,
		waitForLineMinutes: 15,
		lookUpUnknownCalls: 'off',
		maxCalls: Infinity,
		sameNumberTwice: 'callEach',
		keys: kept.keys,
		...options,
	});
	if (stop?.why === 'thrown') throw stop.reason;
	return results;
}

/** In another execution, which is no retry of those before. */
export async function runAnew(contacts: DialContact[], more?: Try) {
	newExecution();
	return await run(contacts, more);
}

/** Each call is answered before the next starts, and no pause takes time. */
export function oneByOne(more: Try = {}, clock = new PatientTime()): Try {
	return { callsPerSecond: 10, clock, ...more, client: clock.watch(more.client ?? client) };
}

/** Each result in a word: "called", or the failure's code and its `placed`. */
export const words = (results: Array<ContactResult | undefined>) =>
	results.map((result) => {
		if (!result) return 'left out';
		switch (result.state) {
			case 'called':
				return 'called';
			case 'skipped':
				return `skipped ${String(result.skipped.key ?? '')}`.trim();
			case 'failed':
				return `${result.failure.code} ${result.failure.placed}`;
		}
	});
