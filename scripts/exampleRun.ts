import { type Execution, outputOf } from '../test/n8n/execution';
import type { Simulator } from '../test/simulator';

/** The workflow in `examples/` that `npm start` runs. */
export const EXAMPLE = 'call-three-contacts.json';

/** How its contacts are to end: a status of the call log, or the code of a refusal. */
const EXPECTED: Record<string, string> = {
	Ada: 'completed',
	Bola: 'no_answer',
	Chidi: 'INVALID_PHONE_NUMBER',
};

/** Bola's number: nobody picks up there. */
export const UNANSWERED = '+442079460958';

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
}

/** What the execution and the simulator's call log say of each contact, in the contacts' order. */
export function readEndings(execution: Execution, { calls }: Simulator): Ending[] {
	const placed = outputOf(execution, 'KrosAI', 0);
	const refused = outputOf(execution, 'KrosAI', 1);
	return outputOf(execution, 'Contacts').map(({ json }, index) => {
		const { name, phone } = json as { name: string; phone: string };
		const who = { contact: name, number: phone };
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
		['Contact', 'Number', 'Call', 'How it ended'],
		...endings.map(({ contact, number, callId, words }) => [contact, number, callId ?? '–', words]),
	];
	const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
	return rows
		.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`)
		.join('\n');
}

/** A line for each contact that did not end as expected, and one where other phones rang. */
export function mismatches(endings: Ending[], simulator: Simulator): string[] {
	const names = new Set([...Object.keys(EXPECTED), ...endings.map(({ contact }) => contact)]);
	const wrong = [...names].flatMap((name) => {
		const found = endings.find(({ contact }) => contact === name)?.ended ?? 'no such contact';
		const expected = EXPECTED[name] ?? 'no such contact';
		return found === expected ? [] : [`${name}: expected ${expected}, found ${found}`];
	});
	const digits = (number: string) => number.replace(/\D/g, '');
	const called = endings.filter(({ callId }) => callId).map(({ number }) => digits(number));
	const rung = simulator.rung().map(digits);
	if (rung.join() === called.join()) return wrong;
	return [...wrong, `Phones that rang: ${rung.join(', ')}; contacts called: ${called.join(', ')}`];
}
