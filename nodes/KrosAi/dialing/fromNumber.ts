import { countryOf } from '../phone/phoneNumber';
import type { FromNumbers } from '../parameters/fromNumbers';
import { DAY_MS, roomFor } from '../rules/callCount';
import type { CallHistory, Room } from '../rules/callCount';

/** What is known of numbers that were chosen before. */
export interface ChosenBefore {
	/** For this contact, in an earlier try. */
	own?: string;
	/** The last one for whichever contact. */
	last?: string;
}

export type FromNumberChoice =
	{ state: 'chosen'; number: string } | Exclude<Room, { state: 'free' }>;

/**
 * The number from which a contact is called: the first, in the order of the setting, that has not made
 * as many calls as it may in a day.
 *
 * @param toNumber E.164
 * @param now in ms since 1970
 */
export function chooseFromNumber(
	from: FromNumbers,
	toNumber: string,
	before: ChosenBefore,
	{ history, now }: { history: CallHistory; now: number },
): FromNumberChoice {
	const { dailyLimit } = from;
	let until = Infinity;
	let pending: FromNumberChoice | undefined;
	for (const number of inOrder(from, toNumber, before)) {
		if (dailyLimit === null) return { state: 'chosen', number };
		const limit = { most: dailyLimit, windowMs: DAY_MS };
		const room = roomFor(history.callsFrom(number), limit, now);
		if (room.state === 'free') return { state: 'chosen', number };
		if (room.state === 'full') until = Math.min(until, room.until);
		else pending ??= room;
	}
	return pending ?? { state: 'full', until };
}

/** A contact keeps the number that it had. */
function inOrder(
	{ numbers, choose }: FromNumbers,
	toNumber: string,
	{ own, last }: ChosenBefore,
): string[] {
	const order = choose === 'closest' ? byCloseness(numbers, toNumber) : after(numbers, last);
	return own !== undefined && numbers.includes(own) ? [own, ...order] : order;
}

function after(numbers: readonly string[], last: string | undefined): string[] {
	const next = last === undefined ? 0 : numbers.indexOf(last) + 1;
	return [...numbers.slice(next), ...numbers.slice(0, next)];
}

/** Those of the called number's country come first, the most alike before the others; then as they are. */
function byCloseness(numbers: readonly string[], toNumber: string): string[] {
	const country = countryOf(toNumber);
	const isHome = (number: string) => country !== undefined && countryOf(number) === country;
	const closeness = (number: string) => (isHome(number) ? commonPrefix(number, toNumber) : 0);
	return numbers
		.map((number) => ({ number, closeness: closeness(number) }))
		.sort((a, b) => b.closeness - a.closeness)
		.map(({ number }) => number);
}

/** How many characters two texts have in common at their beginning. */
function commonPrefix(a: string, b: string): number {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length += 1;
	return length;
}
