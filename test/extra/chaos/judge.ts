import type { IDataObject } from 'n8n-workflow';
import type { RecordedRequest, SimulatedCall } from '../../../simulator';

export interface Contact {
	id: number;
	phone: string;
}

/** An item that left the node, and the contact it is paired with. */
export interface OutItem {
	contact: Contact | undefined;
	json: IDataObject;
}

/** What the simulator saw of a run, and what came out of the node at its end. */
export interface Evidence {
	contacts: Contact[];
	/** The numbers for which a fault was prepared. */
	struck: Set<string>;
	/** Every call in the log, those of another workflow too. */
	calls: SimulatedCall[];
	requests: RecordedRequest[];
	items: OutItem[];
	/** The calls that the failures of runs under Stop Workflow named. */
	named: Array<{ call_id: string; to_number: string }>;
}

/** What is wrong with a run, a line for each: all three are empty, or the package breaks its word. */
export interface Judgement {
	twice: string[];
	lost: string[];
	untrue: string[];
}

/** What the metadata of another workflow's calls hold, and ours don't. */
export const OTHER_WORKFLOW = { list: 'another' };

/** Whether this workflow has asked for the call. */
export function isOurs({ metadata }: SimulatedCall): boolean {
	return metadata.list === undefined;
}

/** Rules 1, 2 and 5 of the package. */
export function judge(evidence: Evidence): Judgement {
	const { contacts, struck, items, named } = evidence;
	const ours = evidence.calls.filter(isOurs);
	const callsTo = groupBy(ours, ({ to_number }) => to_number);
	const itemsOf = groupBy(items, ({ contact }) => contact?.phone ?? '');
	const verdict: Judgement = { twice: calledTwice(evidence, callsTo), lost: [], untrue: [] };
	for (const { phone } of contacts) {
		const count = itemsOf.get(phone)?.length ?? 0;
		if (count !== 1) verdict.lost.push(`${phone} leaves ${count} times`);
		if (!struck.has(phone) && !callsTo.has(phone)) verdict.lost.push(`${phone} is not called`);
	}
	const isOurCall = (id: unknown, phone: unknown) =>
		ours.some((call) => call.id === id && call.to_number === phone);
	for (const { contact, json } of items) {
		const { phone } = contact ?? {};
		const error = json.error as IDataObject | undefined;
		const wrong = (what: string) =>
			verdict.untrue.push(`${phone} ${what}: ${JSON.stringify(json)}`);
		if (!phone) wrong('is not on the list');
		else if (!error && !isOurCall(json.call_id, phone)) wrong('has a call that is not ours');
		else if (!error) continue;
		else if (!String(json.message).includes(phone)) wrong('is not named');
		else if (!['no', 'unknown'].includes(String(error.placed))) wrong('is neither called nor not');
		else if (error.placed === 'no' && callsTo.has(phone)) wrong('was called');
		else if (!struck.has(phone)) wrong('met no fault');
	}
	for (const { call_id, to_number } of named) {
		if (!isOurCall(call_id, to_number))
			verdict.untrue.push(`${call_id} to ${to_number} is not ours`);
	}
	return verdict;
}

/** Called twice, or asked for again after a request that KrosAI may have accepted. */
function calledTwice({ requests }: Evidence, callsTo: Map<string, SimulatedCall[]>): string[] {
	const starts = requests.filter(({ method }) => method === 'POST');
	const startsOf = groupBy(starts, ({ body }) => String((body as IDataObject).to_number));
	return [...startsOf].flatMap(([phone, sent]) => {
		const calls = callsTo.get(phone)?.length ?? 0;
		const answers = sent.map(({ status }) => status ?? 'none').join(', ');
		const isAgain = sent.slice(0, -1).some(({ status }) => mayBeAccepted(status));
		return calls > 1 || isAgain ? [`${phone}: ${calls} calls; answers ${answers}`] : [];
	});
}

function mayBeAccepted(status: number | null): boolean {
	return status === null || status < 300 || status >= 500 || status === 408 || status === 499;
}

function groupBy<T>(entries: T[], keyOf: (entry: T) => string): Map<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const entry of entries)
		groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry]);
	return groups;
}
