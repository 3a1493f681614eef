/**
 * The clocks of the tests. Virtual ones, for what takes its time from a `Clock`; and what the clocks of
 * this process show, for all else.
 */
import type { Client } from '../../nodes/KrosAi/api/client';
import type { Clock } from '../../nodes/KrosAi/dialing/dialer';
import type { Simulator } from '../../simulator';

/** What takes no time, such as a store in memory, may still take some turns of the event loop. */
const MOST_IDLE = 100;

/** Time that passes as fast as its events can be run: hours of calls in a second. */
export class VirtualTime implements Clock {
	/** A heap would be faster; so many events are never open at once. */
	private events: Array<{ at: number; run: () => void }> = [];

	/** @param ms what it shows at first */
	constructor(private ms = 0) {}

	now(): number {
		return this.ms;
	}

	date(): number {
		return this.ms;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((resolve) => this.at(this.ms + ms, resolve));
	}

	at(time: number, run: () => void): void {
		const index = this.events.findIndex(({ at }) => at > time);
		this.events.splice(index < 0 ? this.events.length : index, 0, { at: time, run });
	}

	/** Lets time pass until this is done. */
	async until<T>(result: Promise<T>): Promise<T> {
		let isDone = false;
		const settled = () => {
			isDone = true;
		};
		result.then(settled, settled);
		for (let idle = 0; idle < MOST_IDLE; idle += 1) {
			// Everything that is to happen at this time happens before the next event.
			await new Promise((resolve) => setImmediate(resolve));
			if (isDone) return await result;
			if (this.goOn()) idle = 0;
		}
		throw new Error('Nothing will ever happen again');
	}

	/** Whether anything is still to happen. */
	protected get isExpectant(): boolean {
		return this.events.length > 0;
	}

	/** Goes on to the next event, if there is one. */
	protected goOn(): boolean {
		const event = this.events.shift();
		if (!event) return false;
		this.ms = Math.max(this.ms, event.at);
		event.run();
		return true;
	}
}

/**
 * Time that stands still while a request is under way, and is put forward at once while none is. So
 * each call is answered before the next may start, however slow the machine is, and no pause is
 * waited for.
 */
export class PatientTime extends VirtualTime {
	private underWay = 0;
	private isPassing = false;

	constructor() {
		super(Date.now());
	}

	override at(time: number, run: () => void): void {
		super.at(time, run);
		void this.pass();
	}

	/** A client for whose requests it stands still. */
	watch(client: Client): Client {
		return async (request) => {
			this.underWay += 1;
			try {
				return await client(request);
			} finally {
				this.underWay -= 1;
			}
		};
	}

	private async pass(): Promise<void> {
		if (this.isPassing) return;
		this.isPassing = true;
		while (this.isExpectant) {
			// What an answer brings about happens before the next event.
			await new Promise((resolve) => setTimeout(resolve));
			if (this.underWay === 0) this.goOn();
		}
		this.isPassing = false;
	}
}

/**
 * Pauses of n8n's `sleep` that take no time: `performance.now()` is put forward instead, by which the
 * node measures how long something takes. A test hands it to the node with
 * `jest.mock('n8n-workflow', () => ({ ...jest.requireActual<object>('n8n-workflow'), sleep }))`.
 */
export class SkippedPauses {
	private ms = 0;
	private isUndone = true;
	private whileAsleep: (ms: number) => void = () => {};

	readonly sleep = async (ms: number): Promise<void> => {
		this.ms += ms;
		this.whileAsleep(this.ms);
		// What else there is to do is done meanwhile.
		await new Promise((resolve) => setTimeout(resolve));
	};

	/** How long was slept since `begin`, in ms. */
	get total(): number {
		return this.ms;
	}

	/**
	 * From nought; `jest.restoreAllMocks` gives the clock back.
	 *
	 * @param now the time without what was slept; one that stands still where seconds are counted
	 */
	begin(now = performance.now.bind(performance)): void {
		this.ms = 0;
		this.whileAsleep = () => {};
		jest.spyOn(performance, 'now').mockImplementation(() => now() + this.ms);
	}

	/** Does this once, when so many ms have been slept. */
	after(ms: number, act: () => void): void {
		this.isUndone = true;
		this.whileAsleep = (slept) => {
			if (slept < ms || !this.isUndone) return;
			this.isUndone = false;
			act();
		};
	}
}

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

/**
 * From here on what the node waits for is over so many times sooner: pauses that it measures, and the
 * limits of its requests. The date goes on as ever. A simulator in this process hurries as well: what it
 * holds back for the whole test (a log that lags) is held back for an hour. Ends with
 * `jest.restoreAllMocks()`.
 */
export function hurry(times = 20): void {
	const now = performance.now.bind(performance);
	const start = now();
	jest.spyOn(performance, 'now').mockImplementation(() => start + (now() - start) * times);
	const timeout = AbortSignal.timeout.bind(AbortSignal);
	jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(Math.ceil(ms / times)));
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
