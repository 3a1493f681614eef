import type { Client } from '../../nodes/KrosAi/api/client';
import type { Clock } from '../../nodes/KrosAi/dialing/dialer';

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
