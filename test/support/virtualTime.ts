import type { Client } from '../../nodes/KrosAi/api/client';
import type { Clock } from '../../nodes/KrosAi/dialing/dialer';

/** Time that passes as fast as its events can be run: hours of calls in a second. */
export class VirtualTime implements Clock {
	private ms = 0;
	/** A heap would be faster; so many events are never open at once. */
	private events: Array<{ at: number; run: () => void }> = [];

	now(): number {
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
		for (;;) {
			// Everything that is to happen at this time happens before the next event.
			await new Promise((resolve) => setImmediate(resolve));
			if (isDone) return await result;
			const event = this.events.shift();
			if (!event) throw new Error('Nothing will ever happen again');
			this.ms = Math.max(this.ms, event.at);
			event.run();
		}
	}
}

/**
 * Time that stands still while a request is under way, and is put forward at once while none is. So
 * each call is answered before the next may start, however slow the machine is, and no pause is
 * waited for.
 */
export class PatientTime implements Clock {
	private ms = Date.now();
	private underWay = 0;
	private sleepers: Array<{ at: number; wake: () => void }> = [];
	private isPassing = false;

	now(): number {
		return this.ms;
	}

	async sleep(ms: number): Promise<void> {
		await new Promise<void>((wake) => {
			this.sleepers.push({ at: this.ms + ms, wake });
			void this.pass();
		});
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
		while (this.sleepers.length > 0) {
			// What an answer brings about happens before the next wakes.
			await new Promise((resolve) => setTimeout(resolve));
			if (this.underWay > 0) continue;
			this.sleepers.sort((a, b) => a.at - b.at);
			const { at, wake } = this.sleepers.shift()!;
			this.ms = Math.max(this.ms, at);
			wake();
		}
		this.isPassing = false;
	}
}
