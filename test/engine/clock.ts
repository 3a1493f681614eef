import type { Simulator } from '../../simulator';

/**
 * From here on it is this time, for n8n and the node; it goes on as fast as ever, and by so many ms
 * more as `jump` says. Ends with `jest.restoreAllMocks()`.
 */
export function setClock(iso: string, jump: () => number = () => 0): void {
	jest.restoreAllMocks();
	const real = Date.now;
	const shift = Date.parse(iso) - real();
	jest.spyOn(Date, 'now').mockImplementation(() => real() + shift + jump());
	const realMonotonic = performance.now.bind(performance);
	jest.spyOn(performance, 'now').mockImplementation(() => realMonotonic() + jump());
}

/** From here on it is this time and no other, however long the machine takes. No wait goes by it. */
export function stopClock(iso: string): void {
	jest.restoreAllMocks();
	jest.spyOn(Date, 'now').mockReturnValue(Date.parse(iso));
}

/** A call in ten seconds. */
export const SLOWEST = { callsPerSecond: 0.1 };

/** More than ten seconds. */
const TO_THE_NEXT_MS = 11_000;

/**
 * By this clock each call that KrosAI accepts takes so long that the next may start at the slowest
 * rate. No time passes with a refusal: the contact after it is not called while its answer is on its
 * way, however busy the machine is.
 */
export const withEachCall = (simulator: Simulator) => () => simulator.calls.length * TO_THE_NEXT_MS;
