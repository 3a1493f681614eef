import { type Execution, outputOf } from '../test/n8n/execution';
import type { Simulator } from '../simulator';

const NOTHING = 'nothing';

/** The workflow in `examples/` that `npm start` runs. */
export const EXAMPLE = 'call-three-contacts.json';
/** The one that hears of its calls, and the data table that it writes. */
export const BRANCHING = 'branch-by-outcome.json';
export const TABLE = 'KrosAI calls';

/**
 * How the contacts are to end: a status of the call log, or the code of a refusal; and what the
 * trigger's workflow is to hear of the call. Bola's is the simulator's number for no answer.
 */
const EXPECTED: Record<string, { ended: string; heard: string }> = {
	Ada: { ended: 'completed', heard: 'completed' },
	Bola: { ended: 'no_answer', heard: 'no_answer' },
	Chidi: { ended: 'INVALID_PHONE_NUMBER', heard: NOTHING },
};

/** What became of one contact. */
interface Ending {
	contact: string;
	number: string;
	/** Undefined where no call was placed. */
	callId?: string;
	/** To compare with EXPECTED. */
	ended: string;
	/** The same for a person. */
	words: string;
	/** The outcome that the trigger's workflow has written down. */
	heard: string;
	/** What that workflow says is to be done. */
	nextStep: string;
}

/** A row that the trigger's workflow has written: one for each call it has heard of. */
export type CallRow = Record<string, unknown>;

/**
 * What the execution, the simulator's call log and the table of the trigger's workflow say of each
 * contact, in the contacts' order.
 */
export function readEndings(execution: Execution, { calls }: Simulator, rows: CallRow[]): Ending[] {
	const placed = outputOf(execution, 'KrosAI', 0);
	const refused = outputOf(execution, 'KrosAI', 1);
	return outputOf(execution, 'Contacts').map(({ json }, index) => {
		const { name, phone, customer_id } = json as Record<'name' | 'phone' | 'customer_id', string>;
		// By the metadata, which has been with the call all the way.
		const row = rows.find((one) => one.customer_id === customer_id);
		const who = {
			contact: name,
			number: phone,
			heard: String(row?.outcome ?? NOTHING),
			nextStep: String(row?.next_step ?? '–'),
		};
		const failure = refused.find(({ pairedItem }) => pairedItem?.item === index)?.json;
		if (failure) {
			const { code } = failure.error as { code: string };
			return { ...who, ended: code, words: `not called: ${String(failure.message)}` };
		}
		const item = placed.find(({ pairedItem }) => pairedItem?.item === index);
		const call = calls.find(({ id }) => id === item?.json.call_id);
		if (!call) return { ...who, ended: 'lost', words: 'neither called nor refused' };
		const talked = call.duration ? ` after ${call.duration} s` : '';
		const words = call.status.replace('_', ' ') + talked;
		return { ...who, callId: call.id, ended: call.status, words };
	});
}

/** The endings as a table, a line for each contact. */
export function tableOf(endings: Ending[]): string {
	const rows = [
		['Contact', 'Number', 'Call', 'Webhook said', 'Next step', 'How it ended'],
		...endings.map(({ contact, number, callId, heard, nextStep, words }) => [
			contact,
			number,
			callId ?? '–',
			heard.replace('_', ' '),
			nextStep,
			words,
		]),
	];
	const widths = [0, 1, 2, 3, 4].map((column) =>
		Math.max(...rows.map((row) => row[column]!.length)),
	);
	return rows
		.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
		.join('\n');
}

/** A line for each contact that did not end as expected, and one where other phones rang. */
export function mismatches(endings: Ending[], simulator: Simulator): string[] {
	const names = new Set([...Object.keys(EXPECTED), ...endings.map(({ contact }) => contact)]);
	const wrong = [...names].flatMap((name) => {
		const found = inWords(endings.find(({ contact }) => contact === name));
		const expected = inWords(EXPECTED[name]);
		return found === expected ? [] : [`${name}: expected ${expected}; found ${found}`];
	});
	const digits = (number: string) => number.replace(/\D/g, '');
	const called = endings.filter(({ callId }) => callId).map(({ number }) => digits(number));
	const rang = simulator.called().map(digits);
	if (rang.join() === called.join()) return wrong;
	return [...wrong, `Phones that rang: ${rang.join(', ')}; contacts called: ${called.join(', ')}`];
}

function inWords(ending?: { ended: string; heard: string }): string {
	return ending
		? `${ending.ended}, and ${ending.heard} by the trigger's webhook`
		: 'no such contact';
}
